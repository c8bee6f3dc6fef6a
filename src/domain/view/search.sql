-- Search over requests (search.c): which ones, newest first, and the texts to show a piece of.

-- The index leads, whatever else is asked: its rows come newest first and stop at the page.
-- row SearchIdRow: id int

-- search_rows(s requests, words text, readers text, before int, asked part, size int) -> many: SearchIdRow
[sqlite]
SELECT r.id FROM request_words CROSS JOIN request r
 WHERE request_words MATCH (:words || ' AND ' || :readers) AND request_words.rowid < :before
   AND r.id = request_words.rowid AND {where asked} AND {scope s r}
 ORDER BY request_words.rowid DESC LIMIT :size;
[postgres]
SELECT r.id FROM request_words w JOIN request r ON r.id = w.request_id
 WHERE w.words @@ CAST(:words AS tsquery) AND w.readers @@ CAST(:readers AS tsquery) AND w.request_id < :before
   AND {where asked} AND {scope s r}
 ORDER BY w.request_id DESC LIMIT :size;

-- The same of what the teams of the reader have.
-- search_team_rows(s requests, teams text, before int, asked part, size int) -> many: SearchIdRow
[sqlite]
SELECT r.id FROM team_words CROSS JOIN request r
 WHERE team_words MATCH :teams AND team_words.rowid < :before
   AND r.id = team_words.rowid AND {where asked} AND {scope s r}
 ORDER BY team_words.rowid DESC LIMIT :size;
[postgres]
SELECT r.id FROM team_words w JOIN request r ON r.id = w.request_id
 WHERE w.words @@ CAST(:teams AS tsquery) AND w.request_id < :before AND {where asked} AND {scope s r}
 ORDER BY w.request_id DESC LIMIT :size;

-- What a piece is taken from.  Of a confidential request only its line is shown, so none of its texts are read.
-- row SearchTextRow: request_id int, text text!

-- search_resolutions(s requests, ids text) -> many: SearchTextRow
[sqlite]
SELECT r.id AS request_id, substr(r.resolution, 1, 4000) AS text FROM request r
 WHERE r.id IN (SELECT value FROM json_each(:ids)) AND r.confidential = 0 AND r.resolution <> '' AND {scope s r};
[postgres]
SELECT r.id AS request_id, substr(r.resolution, 1, 4000) AS text FROM request r
 WHERE r.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND r.confidential = 0
   AND r.resolution <> '' AND {scope s r};

-- search_messages(s requests, ids text) -> many: SearchTextRow
[sqlite]
SELECT m.request_id, substr(m.text, 1, 4000) AS text FROM message m JOIN request r ON r.id = m.request_id
 WHERE m.request_id IN (SELECT value FROM json_each(:ids)) AND r.confidential = 0 AND {scope s r}
 ORDER BY m.id DESC LIMIT 400;
[postgres]
SELECT m.request_id, substr(m.text, 1, 4000) AS text FROM message m JOIN request r ON r.id = m.request_id
 WHERE m.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value)
   AND r.confidential = 0 AND {scope s r}
 ORDER BY m.id DESC LIMIT 400;

-- search_answers(s requests, ids text) -> many: SearchTextRow
[sqlite]
SELECT n.request_id, substr(n.text, 1, 4000) AS text FROM answer n JOIN request r ON r.id = n.request_id
 WHERE n.request_id IN (SELECT value FROM json_each(:ids)) AND r.confidential = 0
   AND n.text IS NOT NULL AND n.number IS NULL AND n.question NOT LIKE 'assess.%' AND {scope s r}
 ORDER BY n.request_id, n.question, n.row, n.field LIMIT 1000;
[postgres]
SELECT n.request_id, substr(n.text, 1, 4000) AS text FROM answer n JOIN request r ON r.id = n.request_id
 WHERE n.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value)
   AND r.confidential = 0 AND n.text IS NOT NULL AND n.number IS NULL AND n.question NOT LIKE 'assess.%'
   AND {scope s r}
 ORDER BY n.request_id, n.question, n.row, n.field LIMIT 1000;
