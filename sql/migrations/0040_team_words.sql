-- Words once more for each team that reads the request: what a team has with a word stands together, however many requests
-- of others have it.

[sqlite]
CREATE VIRTUAL TABLE team_words USING fts5(
    title,                                     -- "26.new 26.laptop": those of request_words for each team (its principal) among the readers
    body,                                      -- the same of everything, and "26!open" behind it: the request is not closed
    content = '', tokenize = "ascii tokenchars '.!'", detail = full
);
INSERT INTO team_words (rowid, title, body)
SELECT w.rowid,
       group_concat(t.principal || '.' || replace(w.title, ' ', ' ' || t.principal || '.'), ' '),
       group_concat(t.principal || '.' || replace(w.body, ' ', ' ' || t.principal || '.')
                    || CASE WHEN w.readers LIKE 'open%' THEN ' ' || t.principal || '!open' ELSE '' END, ' ')
  FROM request_words w
  JOIN (SELECT DISTINCT request_id, principal FROM request_reader WHERE principal % 4 = 2) t ON t.request_id = w.rowid
 WHERE ' ' || w.readers || ' ' LIKE '% p' || t.principal || ' %'
 GROUP BY w.rowid;
INSERT INTO team_words (team_words) VALUES ('optimize');

[postgres]
CREATE TABLE team_words (
    request_id bigint NOT NULL PRIMARY KEY REFERENCES request (id),
    words      tsvector NOT NULL               -- "26.laptop": those of request_words for each team (its principal) among the readers
);
CREATE INDEX team_words_by_word ON team_words USING gin (words);
