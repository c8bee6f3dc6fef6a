-- What somebody may see that is still open is little beside all that they may see.

-- Rows of an open request are never 1; one that is added to a closed request may be 0.
ALTER TABLE request_reader ADD COLUMN closed {int} NOT NULL DEFAULT 0; -- 1: the request is closed; 0 says nothing
UPDATE request_reader SET closed = 1 WHERE request_id IN (SELECT id FROM request WHERE state = 'closed');
DROP INDEX request_reader_by_principal;
CREATE INDEX request_reader_by_principal ON request_reader (principal, closed, request_id);

[sqlite]
CREATE TRIGGER reader_of_closed AFTER UPDATE OF state ON request
WHEN (NEW.state = 'closed') <> (OLD.state = 'closed') BEGIN
    UPDATE request_reader SET closed = CASE NEW.state WHEN 'closed' THEN 1 ELSE 0 END WHERE request_id = NEW.id;
END;

[postgres]
CREATE FUNCTION reader_of_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE request_reader SET closed = CASE NEW.state WHEN 'closed' THEN 1 ELSE 0 END WHERE request_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER reader_of_closed AFTER UPDATE OF state ON request
    FOR EACH ROW WHEN ((NEW.state = 'closed') <> (OLD.state = 'closed')) EXECUTE FUNCTION reader_of_closed();
