-- Open requests that are like another one (similar.c).

-- The newest open ones that have a word; of confidential ones nothing is compared.
-- similar_rows(s requests, words text, readers text, except int, size int) -> many: id int
[sqlite]
SELECT r.id FROM request_words CROSS JOIN request r
 WHERE request_words MATCH (:words || ' AND ' || :readers) AND r.id = request_words.rowid AND r.id <> :except
   AND r.state <> 'closed' AND r.confidential = 0 AND {scope s r}
 ORDER BY request_words.rowid DESC LIMIT :size;
[postgres]
SELECT r.id FROM request_words w JOIN request r ON r.id = w.request_id
 WHERE w.words @@ CAST(:words AS tsquery) AND w.readers @@ CAST(:readers AS tsquery) AND r.id <> :except
   AND r.state <> 'closed' AND r.confidential = 0 AND {scope s r}
 ORDER BY w.request_id DESC LIMIT :size;

-- Which of these the reader takes part in or follows; ids as a JSON array.
-- similar_followed(s requests, ids text) -> many: id int
[sqlite]
SELECT DISTINCT r.id FROM request r JOIN participant p ON p.request_id = r.id
 WHERE r.id IN (SELECT value FROM json_each(:ids)) AND p.person_id = :s_person AND {scope s r};
[postgres]
SELECT DISTINCT r.id FROM request r JOIN participant p ON p.request_id = r.id
 WHERE r.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND p.person_id = :s_person
   AND {scope s r};
