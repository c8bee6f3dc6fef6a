-- Acts on many requests are done in pieces, each in a transaction of its own.

ALTER TABLE bulk_act ADD COLUMN value TEXT NOT NULL DEFAULT '';        -- login, team, level, tag or number that the act takes; '': none, or nothing waits any more
ALTER TABLE bulk_act ADD COLUMN text TEXT NOT NULL DEFAULT '';         -- reason, summary or resolution; '' as above
ALTER TABLE bulk_act ADD COLUMN next_step TEXT NOT NULL DEFAULT '';    -- of a hand-over; '' as above
ALTER TABLE bulk_act ADD COLUMN pieces {int} NOT NULL DEFAULT 0;       -- how many were done so far; raised first, so that two at a time never take the same requests
ALTER TABLE bulk_part ADD COLUMN waits {int} NOT NULL DEFAULT 0 CHECK (waits IN (0, 1)); -- 1: not tried yet; after undone_ms: not taken back yet
