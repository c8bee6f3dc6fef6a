-- The words by which requests are found (words.c).

-- words_title(g request) -> one: record text, serial int, title text, resolution text, state text
SELECT r.record, r.serial, r.title, r.resolution, r.state FROM request r WHERE r.id = :g_request;

-- What somebody wrote in the form: words, and nothing that stands for something else.
-- words_answers(g request) -> many: text text!
SELECT n.text FROM answer n
 WHERE n.request_id = :g_request AND n.text IS NOT NULL AND n.number IS NULL AND n.question NOT LIKE 'assess.%'
 ORDER BY n.question, n.row, n.field LIMIT 500;

-- words_messages(g request) -> many: text text
SELECT m.text FROM message m WHERE m.request_id = :g_request ORDER BY m.id DESC LIMIT 200;

-- words_get(g request) -> opt: title text!, body text!, readers text!
[sqlite]
SELECT title, body, readers FROM request_words WHERE rowid = :g_request;
[postgres]
SELECT CAST(w.words AS text) AS title, '' AS body, CAST(w.readers AS text) AS readers FROM request_words w
 WHERE w.request_id = :g_request;

-- words_drop(g request) -> exec
[sqlite]
DELETE FROM request_words WHERE rowid = :g_request;
[postgres]
DELETE FROM request_words WHERE request_id = :g_request;

-- On PostgreSQL the three are tsvectors as text.
-- words_put(g request, title text, body text, readers text) -> exec
[sqlite]
INSERT INTO request_words (rowid, title, body, readers) VALUES (:g_request, :title, :body, :readers);
[postgres]
INSERT INTO request_words (request_id, words, readers)
VALUES (:g_request, setweight(CAST(:title AS tsvector), 'A') || CAST(:body AS tsvector), CAST(:readers AS tsvector));

-- The index of teams keeps no texts, so that what is taken out has to be said again.
-- words_teams_drop(g request, title text, body text) -> exec
[sqlite]
INSERT INTO team_words (team_words, rowid, title, body) VALUES ('delete', :g_request, :title, :body);
[postgres]
DELETE FROM team_words WHERE request_id = :g_request AND coalesce(:title, :body) IS NOT NULL;

-- words_teams_put(g request, title text, body text) -> exec
[sqlite]
INSERT INTO team_words (rowid, title, body) VALUES (:g_request, :title, :body);
[postgres]
INSERT INTO team_words (request_id, words)
VALUES (:g_request, setweight(CAST(:title AS tsvector), 'A') || CAST(:body AS tsvector));

-- The next requests from an id on, to make the index anew.
-- words_next(g timers, after int, size int) -> many: id int
SELECT r.id FROM request r WHERE r.id > :after ORDER BY r.id LIMIT :size;

-- The first word of the index from `from` on.
-- words_from(from text) -> opt: term text!
SELECT term FROM request_word WHERE term >= :from LIMIT 1;
