-- Tags of requests.

-- tag_insert(g request, tag text, added_by int, at ms) -> exec
INSERT INTO request_tag (request_id, tag, added_by, at_ms) VALUES (:g_request, :tag, :added_by, :at)
ON CONFLICT (request_id, tag) DO NOTHING;

-- tag_delete(g request, tag text) -> exec
DELETE FROM request_tag WHERE request_id = :g_request AND tag = :tag;

-- tag_rows(g request) -> many: tag text, added_by int, at_ms ms
SELECT tag, added_by, at_ms FROM request_tag WHERE request_id = :g_request ORDER BY tag LIMIT 100;

-- tag_count(g request) -> one: n int!
SELECT count(*) AS n FROM request_tag WHERE request_id = :g_request;

-- Tags go along to the request that goes on.
-- tag_carry(g request, from_request int) -> exec
INSERT INTO request_tag (request_id, tag, added_by, at_ms)
SELECT :g_request, t.tag, t.added_by, t.at_ms FROM request_tag t WHERE t.request_id = :from_request
ON CONFLICT (request_id, tag) DO NOTHING;
