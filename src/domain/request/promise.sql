-- What was last said about open requests: by when they are expected.

-- row PromiseRow: request_id int, seq int, at_ms ms, phase text, basis text, samples int, running int,
--   since_ms ms?, spent_ms int, p50_ms ms?, p80_ms ms?, said_ms ms?, said_phase text,
--   moved_ms ms?, moved_from ms?, moved_why text, told_seq int

-- promise_get(g request) -> opt: PromiseRow
SELECT {columns PromiseRow p} FROM promise p WHERE p.request_id = :g_request;

-- promise_drop(g request) -> exec
DELETE FROM promise WHERE request_id = :g_request;

-- promise_put(g request, seq int, at ms, phase text, basis text, samples int, running int, since ms?,
--   spent int, p50 ms?, p80 ms?, said ms?, said_phase text, moved ms?, moved_from ms?,
--   moved_why text, told_seq int) -> exec
INSERT INTO promise (request_id, seq, at_ms, phase, basis, samples, running, since_ms, spent_ms, p50_ms, p80_ms,
                     said_ms, said_phase, moved_ms, moved_from, moved_why, told_seq)
VALUES (:g_request, :seq, :at, :phase, :basis, :samples, :running, :since, :spent, :p50, :p80,
        :said, :said_phase, :moved, :moved_from, :moved_why, :told_seq)
ON CONFLICT (request_id) DO UPDATE
   SET seq = excluded.seq, at_ms = excluded.at_ms, phase = excluded.phase, basis = excluded.basis,
       samples = excluded.samples, running = excluded.running, since_ms = excluded.since_ms,
       spent_ms = excluded.spent_ms, p50_ms = excluded.p50_ms, p80_ms = excluded.p80_ms,
       said_ms = excluded.said_ms, said_phase = excluded.said_phase,
       moved_ms = excluded.moved_ms, moved_from = excluded.moved_from, moved_why = excluded.moved_why,
       told_seq = excluded.told_seq;
