-- Open requests that are like another one (similar.c).

-- The newest open ones that have a word; of confidential ones nothing is compared.
-- similar_rows(s requests, words text, readers text, teams text, except int, size int) -> many: id int
[sqlite]
SELECT r.id FROM request r
 WHERE r.id IN (SELECT request_words.rowid FROM request_words WHERE request_words MATCH (:words || ' AND ' || :readers)
                UNION SELECT team_words.rowid FROM team_words WHERE team_words MATCH :teams)
   AND r.id <> :except AND r.state <> 'closed' AND r.confidential = 0 AND {scope s r}
 ORDER BY r.id DESC LIMIT :size;
[postgres]
SELECT r.id FROM request r
 WHERE r.id IN (SELECT w.request_id FROM request_words w
                 WHERE w.words @@ CAST(:words AS tsquery) AND w.readers @@ CAST(:readers AS tsquery)
                UNION SELECT t.request_id FROM team_words t WHERE t.words @@ CAST(:teams AS tsquery))
   AND r.id <> :except AND r.state <> 'closed' AND r.confidential = 0 AND {scope s r}
 ORDER BY r.id DESC LIMIT :size;

-- Which of these the reader takes part in or follows; ids as a JSON array.
-- similar_followed(s requests, ids text) -> many: id int
[sqlite]
SELECT DISTINCT r.id FROM request r JOIN participant p ON p.request_id = r.id
 WHERE r.id IN (SELECT value FROM json_each(:ids)) AND p.person_id = :s_person AND {scope s r};
[postgres]
SELECT DISTINCT r.id FROM request r JOIN participant p ON p.request_id = r.id
 WHERE r.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND p.person_id = :s_person
   AND {scope s r};
