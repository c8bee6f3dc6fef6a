-- Passwords, delays after failures, sessions, tokens and one-time links.

-- What signing in needs of an account; an account without a password gives an empty hash.
-- sign_in_account(g signin, login text) -> opt: id int, active bool, demo bool, hash text!
SELECT p.id AS id, p.active AS active, p.demo AS demo, coalesce(w.hash, '') AS hash
  FROM person p LEFT JOIN password w ON w.person_id = p.id
 WHERE p.login = :login;

-- password_own(g self) -> opt: login text, hash text!
SELECT p.login AS login, coalesce(w.hash, '') AS hash
  FROM person p LEFT JOIN password w ON w.person_id = p.id
 WHERE p.id = :g_self;

-- password_set_own(g self, hash text, now_ms ms) -> exec
INSERT INTO password (person_id, hash, changed_ms) VALUES (:g_self, :hash, :now_ms)
ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, changed_ms = excluded.changed_ms;

-- password_set_by_link(g signin, person int, hash text, now_ms ms) -> exec
INSERT INTO password (person_id, hash, changed_ms) VALUES (:person, :hash, :now_ms)
ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, changed_ms = excluded.changed_ms;

-- password_set(g people, person int, hash text, now_ms ms) -> exec
INSERT INTO password (person_id, hash, changed_ms) VALUES (:person, :hash, :now_ms)
ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, changed_ms = excluded.changed_ms;

-- password_delete(g people, person int) -> exec
DELETE FROM password WHERE person_id = :person;

-- password_exists(g people, person int) -> opt: person_id int
SELECT person_id FROM password WHERE person_id = :person;

-- The rows that may delay one try: account, address prefix, all, and the account where it is known.
-- throttle_get(g signin, account text, address text, known text) -> many: subject text,
--   failures int, last_ms ms, open_ms ms
SELECT subject, failures, last_ms, open_ms FROM sign_in_throttle
 WHERE subject IN (:account, :address, :known, 'all');

-- throttle_put(g signin, subject text, failures int, last_ms ms, open_ms ms) -> exec
INSERT INTO sign_in_throttle (subject, failures, last_ms, open_ms)
VALUES (:subject, :failures, :last_ms, :open_ms)
ON CONFLICT (subject) DO UPDATE
   SET failures = excluded.failures, last_ms = excluded.last_ms, open_ms = excluded.open_ms;

-- throttle_forget(g signin, subject text) -> exec
DELETE FROM sign_in_throttle WHERE subject = :subject;

-- Rows that say nothing any more, a bounded number at a time.
-- throttle_purge(g signin, before_ms ms, known_before_ms ms) -> exec
DELETE FROM sign_in_throttle WHERE subject IN (
    SELECT subject FROM sign_in_throttle
     WHERE last_ms < CASE WHEN subject LIKE 'known:%' THEN :known_before_ms ELSE :before_ms END
       AND last_ms < :before_ms
     ORDER BY last_ms LIMIT 50);

-- session_insert(g signin, token_hash text, csrf_secret text, person int, now_ms ms, expires_ms ms,
--   idle_ms int, address text, device text) -> one: id int
INSERT INTO session (token_hash, csrf_secret, person_id, created_ms, seen_ms, expires_ms, idle_ms,
                     address, device)
VALUES (:token_hash, :csrf_secret, :person, :now_ms, :now_ms, :expires_ms, :idle_ms, :address, :device)
RETURNING id;

-- Roles as bits: every person, their teams, what they hold beyond.
-- session_resolve(g signin, token_hash text, now_ms ms) -> opt: id int, csrf_secret text, seen_ms ms,
--   person_id int, login text, name text, lang text, zone text, theme text, demo bool
SELECT s.id AS id, s.csrf_secret AS csrf_secret, s.seen_ms AS seen_ms, p.id AS person_id,
       p.login AS login, p.name AS name, p.lang AS lang, p.zone AS zone, p.theme AS theme,
       p.demo AS demo
  FROM session s JOIN person p ON p.id = s.person_id
 WHERE s.token_hash = :token_hash AND p.active = 1
   AND s.expires_ms > :now_ms AND s.seen_ms + s.idle_ms > :now_ms;

-- session_touch(g signin, id int, now_ms ms) -> exec
UPDATE session SET seen_ms = :now_ms WHERE id = :id AND seen_ms < :now_ms;

-- session_list(g self, now_ms ms) -> many: id int, created_ms ms, seen_ms ms, expires_ms ms,
--   address text, device text
SELECT id, created_ms, seen_ms, expires_ms, address, device FROM session
 WHERE person_id = :g_self AND expires_ms > :now_ms AND seen_ms + idle_ms > :now_ms
 ORDER BY seen_ms DESC, id DESC LIMIT 200;

-- session_end(g self, id int) -> exec
DELETE FROM session WHERE id = :id AND person_id = :g_self;

-- session_end_all(g self) -> exec
DELETE FROM session WHERE person_id = :g_self;

-- session_end_of(g people, person int) -> exec
DELETE FROM session WHERE person_id = :person;

-- session_end_by_link(g signin, person int) -> exec
DELETE FROM session WHERE person_id = :person;

-- session_end_before(g signin, id int) -> exec
DELETE FROM session WHERE id = :id;

-- Sessions that have ended by time, and those beyond the newest `keep` of one person.
-- session_purge(g signin, person int, now_ms ms, keep int) -> exec
DELETE FROM session WHERE id IN (
    SELECT id FROM session WHERE expires_ms <= :now_ms ORDER BY id LIMIT 50)
    OR id IN (SELECT id FROM session WHERE person_id = :person ORDER BY seen_ms DESC, id DESC
               LIMIT 100000 OFFSET :keep);

-- Bits a person holds, to be put together.
-- person_role_bits(person int) -> many: role int
SELECT role FROM person_principal WHERE person_id = :person LIMIT 2000;

-- token_insert(g self, name text, token_hash text, hint text, scopes int, now_ms ms, expires_ms ms) ->
--   one: id int
INSERT INTO api_token (person_id, name, token_hash, hint, scopes, created_ms, expires_ms)
VALUES (:g_self, :name, :token_hash, :hint, :scopes, :now_ms, :expires_ms)
RETURNING id;

-- token_insert_for(g people, person int, name text, token_hash text, hint text, scopes int,
--   now_ms ms, expires_ms ms) -> one: id int
INSERT INTO api_token (person_id, name, token_hash, hint, scopes, created_ms, expires_ms)
VALUES (:person, :name, :token_hash, :hint, :scopes, :now_ms, :expires_ms)
RETURNING id;

-- token_count(g self, now_ms ms) -> one: n int!
SELECT count(*) AS n FROM api_token
 WHERE person_id = :g_self AND revoked_ms IS NULL AND expires_ms > :now_ms;

-- token_list(g self, now_ms ms) -> many: id int, name text, hint text, scopes int, created_ms ms,
--   expires_ms ms, used_ms ms?
SELECT id, name, hint, scopes, created_ms, expires_ms, used_ms FROM api_token
 WHERE person_id = :g_self AND revoked_ms IS NULL AND expires_ms > :now_ms
 ORDER BY id DESC LIMIT 200;

-- token_revoke(g self, id int, now_ms ms) -> exec
UPDATE api_token SET revoked_ms = :now_ms
 WHERE id = :id AND person_id = :g_self AND revoked_ms IS NULL;

-- token_revoke_of(g people, person int, now_ms ms) -> exec
UPDATE api_token SET revoked_ms = :now_ms WHERE person_id = :person AND revoked_ms IS NULL;

-- token_resolve(g signin, token_hash text, now_ms ms) -> opt: id int, scopes int, used_ms ms?,
--   person_id int, login text, name text, lang text, zone text, theme text, demo bool
SELECT k.id AS id, k.scopes AS scopes, k.used_ms AS used_ms, p.id AS person_id, p.login AS login,
       p.name AS name, p.lang AS lang, p.zone AS zone, p.theme AS theme, p.demo AS demo
  FROM api_token k JOIN person p ON p.id = k.person_id
 WHERE k.token_hash = :token_hash AND p.active = 1 AND k.revoked_ms IS NULL
   AND k.expires_ms > :now_ms;

-- Gives a row when this is the first use.
-- token_touch_first(g signin, id int, now_ms ms) -> opt: id int
UPDATE api_token SET used_ms = :now_ms WHERE id = :id AND used_ms IS NULL RETURNING id;

-- token_touch(g signin, id int, now_ms ms) -> exec
UPDATE api_token SET used_ms = :now_ms WHERE id = :id AND used_ms < :now_ms;

-- link_insert(g people, token_hash text, kind text, person int?, now_ms ms, expires_ms ms) ->
--   one: id int
INSERT INTO one_time_link (token_hash, kind, person_id, created_ms, expires_ms)
VALUES (:token_hash, :kind, :person, :now_ms, :expires_ms)
RETURNING id;

-- link_get(g signin, token_hash text, kind text, now_ms ms) -> opt: id int, person_id int?,
--   login text!, name text!, expires_ms ms
SELECT l.id AS id, l.person_id AS person_id, coalesce(p.login, '') AS login,
       coalesce(p.name, '') AS name, l.expires_ms AS expires_ms
  FROM one_time_link l LEFT JOIN person p ON p.id = l.person_id
 WHERE l.token_hash = :token_hash AND l.kind = :kind AND l.used_ms IS NULL
   AND l.expires_ms > :now_ms AND (l.person_id IS NULL OR p.active = 1);

-- link_spend(g signin, id int, now_ms ms) -> exec
UPDATE one_time_link SET used_ms = :now_ms WHERE id = :id AND used_ms IS NULL;

-- Ends what is open: the links of one person, or set-up links when there is none.
-- link_end(g people, kind text, person int?, now_ms ms) -> exec
UPDATE one_time_link SET used_ms = :now_ms
 WHERE kind = :kind AND person_id IS NOT DISTINCT FROM :person AND used_ms IS NULL;

-- link_end_own(g self, now_ms ms) -> exec
UPDATE one_time_link SET used_ms = :now_ms WHERE person_id = :g_self AND used_ms IS NULL;

-- setup_person(g signin, login text, name text, email text, search text, lang text, zone text,
--   now_ms ms) -> opt: id int
INSERT INTO person (login, name, email, search, kind, lang, zone, created_ms, updated_ms)
VALUES (:login, :name, :email, :search, 'employee', :lang, :zone, :now_ms, :now_ms)
ON CONFLICT (login) DO NOTHING
RETURNING id;

-- setup_role(g signin, person int) -> exec
INSERT INTO role_held (person_id, role, team_id) VALUES (:person, 'admin', 0);
