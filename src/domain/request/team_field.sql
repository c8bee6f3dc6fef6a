-- Fields of teams and what requests have in them.

-- row TeamFieldRow: id int, key text, team_id int, name text, kind text, options text, retired bool, version int,
--   changed_ms ms, place int

-- team_fields_all() -> many: TeamFieldRow
SELECT {columns TeamFieldRow f} FROM team_field f ORDER BY f.team_id, f.place, f.id LIMIT 4000;

-- team_field_count(team int) -> one: n int!
SELECT count(*) AS n FROM team_field WHERE team_id = :team;

-- team_field_insert(g load, key text, team int, name text, kind text, options text, place int, now ms) -> opt: id int
INSERT INTO team_field (key, team_id, name, kind, options, place, changed_ms)
VALUES (:key, :team, :name, :kind, :options, :place, :now)
ON CONFLICT (key) DO NOTHING
RETURNING id;

-- team_field_update(g load, id int, version int, name text, options text, retired bool, now ms) -> exec
UPDATE team_field SET name = :name, options = :options, retired = :retired, changed_ms = :now, version = version + 1
 WHERE id = :id AND version = :version;

-- Those between both places make room: `by` is 1 or -1.
-- team_field_shift(g load, team int, first int, last int, by int) -> exec
UPDATE team_field SET place = place + :by WHERE team_id = :team AND place BETWEEN :first AND :last;

-- team_field_place(g load, id int, place int) -> exec
UPDATE team_field SET place = :place WHERE id = :id;

-- row FieldValueRow: request_id int, field_id int, text text?, word text?, number int?, currency text?, by_id int, at_ms ms

-- field_rows(g request) -> many: FieldValueRow
SELECT {columns FieldValueRow v} FROM field_value v WHERE v.request_id = :g_request ORDER BY v.field_id LIMIT 1000;

-- field_rows_of(s requests, ids text) -> many: FieldValueRow
[sqlite]
SELECT {columns FieldValueRow v} FROM field_value v JOIN request r ON r.id = v.request_id
 WHERE v.request_id IN (SELECT value FROM json_each(:ids)) AND {scope s r};
[postgres]
SELECT {columns FieldValueRow v} FROM field_value v JOIN request r ON r.id = v.request_id
 WHERE v.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {scope s r};

-- field_put(g request, field int, text text?, word text?, number int?, currency text?, by int, at ms) -> exec
INSERT INTO field_value (request_id, field_id, text, word, number, currency, by_id, at_ms)
VALUES (:g_request, :field, :text, :word, :number, :currency, :by, :at)
ON CONFLICT (request_id, field_id) DO UPDATE SET text = excluded.text, word = excluded.word, number = excluded.number,
       currency = excluded.currency, by_id = excluded.by_id, at_ms = excluded.at_ms;

-- field_drop(g request, field int) -> exec
DELETE FROM field_value WHERE request_id = :g_request AND field_id = :field;

-- What goes on in another request takes its values along.
-- field_carry(g request, from_request int) -> exec
INSERT INTO field_value (request_id, field_id, text, word, number, currency, by_id, at_ms)
SELECT :g_request, v.field_id, v.text, v.word, v.number, v.currency, v.by_id, v.at_ms
  FROM field_value v WHERE v.request_id = :from_request
ON CONFLICT (request_id, field_id) DO NOTHING;
