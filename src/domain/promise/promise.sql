-- Samples of how long requests took.  Reading gives durations only, never a request.

-- ---- what came of events

-- promise_run_insert(g request, seq int, at ms) -> exec
INSERT INTO promise_sample (request_id, seq, phase, model_key, kind, confidential, entered_ms)
SELECT r.id, :seq, '', r.model_key, r.kind, r.confidential, :at FROM request r WHERE r.id = :g_request
ON CONFLICT (request_id, seq, phase) DO NOTHING;

-- promise_phase_insert(g request, seq int, phase text, at ms) -> exec
INSERT INTO promise_sample (request_id, seq, phase, model_key, kind, confidential, entered_ms)
SELECT r.id, :seq, :phase, r.model_key, r.kind, r.confidential, :at FROM request r WHERE r.id = :g_request
ON CONFLICT (request_id, seq, phase) DO NOTHING;

-- promise_phase_leave(g request, seq int, at ms) -> exec
UPDATE promise_sample SET left_ms = :at
 WHERE request_id = :g_request AND seq < :seq AND phase <> '' AND left_ms IS NULL AND ended_ms IS NULL;

-- promise_outcome_set(g request, seq int, outcome text) -> exec
UPDATE promise_sample SET outcome = :outcome
 WHERE request_id = :g_request AND seq < :seq AND ended_ms IS NULL;

-- The run ends; sent back for correction it ends undone, whatever its outcome was.
-- promise_run_end(g request, seq int, at ms, back bool) -> exec
UPDATE promise_sample
   SET ended_ms = :at, done = CASE WHEN :back = 0 AND outcome IN ('fulfilled', 'partly') THEN 1 ELSE 0 END
 WHERE request_id = :g_request AND seq < :seq AND ended_ms IS NULL;

-- promise_confidence(g request) -> exec
UPDATE promise_sample
   SET confidential = (SELECT r.confidential FROM request r WHERE r.id = :g_request)
 WHERE request_id = :g_request;

-- promise_samples_clear(g timers) -> exec
DELETE FROM promise_sample;

-- A follower without a position begins at the first event.
-- promise_follower_restart() -> exec
DELETE FROM follower WHERE name = 'samples';

-- The stretches that still run: the whole, and the state.
-- promise_running(g request) -> many: seq int, phase text, entered_ms ms
SELECT seq, phase, entered_ms FROM promise_sample
 WHERE request_id = :g_request AND ended_ms IS NULL AND left_ms IS NULL ORDER BY seq, phase LIMIT 4;

-- ---- what is read for figures

-- row PromiseSampleRow: model_key text, entered_ms ms, ended_ms ms?, done bool

-- promise_of_model(model text, phase text, size int) -> many: PromiseSampleRow
SELECT {columns PromiseSampleRow s} FROM promise_sample s
 WHERE s.model_key = :model AND s.phase = :phase
 ORDER BY s.entered_ms DESC, s.request_id DESC, s.seq DESC LIMIT :size;

-- promise_of_kind(kind text, size int) -> many: PromiseSampleRow
SELECT {columns PromiseSampleRow s} FROM promise_sample s
 WHERE s.kind = :kind AND s.phase = '' AND s.confidential = 0
 ORDER BY s.entered_ms DESC, s.request_id DESC, s.seq DESC LIMIT :size;

-- The latest requests first, and of each its latest state; the whole run comes after its states.
-- promise_history(size int) -> many: model_key text, kind text, confidential bool, phase text, entered_ms ms,
--   ended_ms ms?, done bool
SELECT s.model_key, s.kind, s.confidential, s.phase, s.entered_ms, s.ended_ms, s.done FROM promise_sample s
 ORDER BY s.request_id DESC, s.seq DESC, s.phase DESC LIMIT :size;
