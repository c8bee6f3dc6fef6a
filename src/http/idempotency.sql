-- idempotency_find(person int, key text) -> opt: body_hash text, status int, location text
SELECT body_hash, status, location FROM idempotency WHERE person_id = :person AND key = :key;

-- idempotency_add(person int, key text, body_hash text, status int, location text, now ms) -> exec
INSERT INTO idempotency (person_id, key, body_hash, status, location, created_ms)
VALUES (:person, :key, :body_hash, :status, :location, :now);

-- Answers that are kept no longer, a bounded number at a time.
-- idempotency_forget(before ms, most int) -> exec
DELETE FROM idempotency WHERE (person_id, key) IN (
    SELECT person_id, key FROM idempotency WHERE created_ms < :before ORDER BY created_ms
     LIMIT :most);
