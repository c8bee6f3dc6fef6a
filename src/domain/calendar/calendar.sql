-- Working time is no secret: whoever runs a statement here has been asked for the right before.

-- calendar_token() -> opt: token int
SELECT token FROM calendar_generation WHERE id = 1;

-- calendar_token_put(token int) -> exec
INSERT INTO calendar_generation (id, token) VALUES (1, :token)
ON CONFLICT (id) DO UPDATE SET token = excluded.token;

-- row VersionHead: id int, number int, from_ms ms, feeds text, rules_hash text, zone_hash text, document_version_id int?, cause text, made_ms ms

-- calendar_version_all(calendar text) -> many: VersionHead
SELECT {columns VersionHead v} FROM calendar_version v WHERE v.calendar = :calendar
 ORDER BY v.from_ms LIMIT 5000;

-- calendar_version_text(id int) -> one: rules text, feed_days text
SELECT rules, feed_days FROM calendar_version WHERE id = :id;

-- calendar_version_insert(calendar text, from ms, rules text, feeds text, feed_days text, rules_hash text, zone_hash text, document_version int?, cause text, now ms) -> one: id int, number int
INSERT INTO calendar_version (calendar, number, from_ms, rules, feeds, feed_days, rules_hash, zone_hash,
                              document_version_id, cause, made_ms)
SELECT :calendar, COALESCE(MAX(v.number), 0) + 1, :from, :rules, :feeds, :feed_days, :rules_hash, :zone_hash,
       :document_version, :cause, :now
  FROM calendar_version v WHERE v.calendar = :calendar
RETURNING id, number;

-- Versions that were never in force give way to the one that is published now.
-- calendar_version_drop(calendar text, from ms) -> exec
DELETE FROM calendar_version WHERE calendar = :calendar AND from_ms >= :from;

-- Of a version that is not in force yet.
-- calendar_version_change(id int, feed_days text, rules_hash text, zone_hash text) -> exec
UPDATE calendar_version SET feed_days = :feed_days, rules_hash = :rules_hash, zone_hash = :zone_hash
 WHERE id = :id;

-- calendar_keys() -> many: calendar text
SELECT DISTINCT calendar FROM calendar_version ORDER BY calendar LIMIT 5000;

-- zone_data_put(hash text, bytes bytes, now ms) -> exec
INSERT INTO zone_data (hash, bytes, made_ms) VALUES (:hash, :bytes, :now) ON CONFLICT (hash) DO NOTHING;

-- zone_data_get(hash text) -> one: bytes bytes
SELECT bytes FROM zone_data WHERE hash = :hash;

-- calendar_feeds(calendar text) -> many: feed text, uploaded bool, hash text, days text, read_ms ms, trouble text, trouble_ms ms
SELECT feed, uploaded, hash, days, read_ms, trouble, trouble_ms FROM calendar_feed
 WHERE calendar = :calendar ORDER BY feed LIMIT 200;

-- calendar_feed_put(calendar text, feed text, uploaded bool, hash text, days text, now ms) -> exec
INSERT INTO calendar_feed (calendar, feed, uploaded, hash, days, read_ms, trouble, trouble_ms)
VALUES (:calendar, :feed, :uploaded, :hash, :days, :now, '', 0)
ON CONFLICT (calendar, feed) DO UPDATE
   SET uploaded = excluded.uploaded, hash = excluded.hash, days = excluded.days, read_ms = excluded.read_ms,
       trouble = '', trouble_ms = 0;

-- calendar_feed_trouble(calendar text, feed text, uploaded bool, trouble text, now ms) -> exec
INSERT INTO calendar_feed (calendar, feed, uploaded, hash, days, read_ms, trouble, trouble_ms)
VALUES (:calendar, :feed, :uploaded, '', '', 0, :trouble, :now)
ON CONFLICT (calendar, feed) DO UPDATE SET trouble = excluded.trouble, trouble_ms = excluded.trouble_ms;

-- calendar_feed_drop(calendar text, feed text) -> exec
DELETE FROM calendar_feed WHERE calendar = :calendar AND feed = :feed AND uploaded = 1;
