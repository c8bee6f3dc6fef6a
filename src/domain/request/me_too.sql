-- Who has the same as the one who asked.

-- me_too_insert(g request, person int, at ms) -> exec
INSERT INTO me_too (request_id, person_id, at_ms) VALUES (:g_request, :person, :at)
ON CONFLICT (request_id, person_id) DO NOTHING;

-- me_too_delete(g request, person int) -> exec
DELETE FROM me_too WHERE request_id = :g_request AND person_id = :person;

-- The number of them stands with the request, where lists find it.
-- me_too_count(g request) -> exec
UPDATE request SET me_too = (SELECT count(*) FROM me_too m WHERE m.request_id = :g_request)
 WHERE id = :g_request;

-- me_too_self(g request, person int) -> one: n int!
SELECT count(*) AS n FROM me_too WHERE request_id = :g_request AND person_id = :person;

-- me_too_rows(g request, size int) -> many: person_id int
SELECT person_id FROM me_too WHERE request_id = :g_request ORDER BY at_ms, person_id LIMIT :size;

-- me_too_of(s requests, ids text) -> many: id int
[sqlite]
SELECT r.id FROM request r JOIN me_too m ON m.request_id = r.id
 WHERE r.id IN (SELECT value FROM json_each(:ids)) AND m.person_id = :s_person AND {scope s r};
[postgres]
SELECT r.id FROM request r JOIN me_too m ON m.request_id = r.id
 WHERE r.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND m.person_id = :s_person
   AND {scope s r};

-- Those who asked for the one that stays are not counted there.
-- me_too_carry(g request, from_request int, link int?, at ms) -> exec
INSERT INTO me_too (request_id, person_id, at_ms, link_id)
SELECT r.id, m.person_id, :at, :link FROM me_too m JOIN request r ON r.id = :g_request
 WHERE m.request_id = :from_request AND m.person_id <> r.requester_id AND m.person_id <> r.beneficiary_id
ON CONFLICT (request_id, person_id) DO NOTHING;

-- me_too_bring_back(g request, link int) -> exec
DELETE FROM me_too WHERE request_id = :g_request AND link_id = :link;
