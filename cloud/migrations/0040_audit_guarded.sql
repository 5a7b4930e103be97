-- Who acted for whom, from where; signed checkpoints; denials counted; and rows that nothing changes any more.

ALTER TABLE audit_entry ADD COLUMN on_behalf_of TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_entry ADD COLUMN ip TEXT NOT NULL DEFAULT '';

-- Where every chain stood at an instant, signed, each naming the signature before it. `body` is the text that was
-- signed; the same text is appended to a file outside of the database.
CREATE TABLE audit_checkpoint (
    number BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    signature BLOB NOT NULL
);

-- How often somebody was refused within an hour, so that trying a thousand ids does not write a thousand rows.
CREATE TABLE access_refusal (
    person_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    hour_ms BIGINT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (person_id, tenant_id, hour_ms)
);

-- Log rows and checkpoints are written once. The engines spell this differently.
-- SQLite only:
CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'a log row is never changed'); END;
CREATE TRIGGER audit_entry_remains BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'a log row is never removed'); END;
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint is never changed'); END;
CREATE TRIGGER audit_checkpoint_remains BEFORE DELETE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint is never removed'); END;
-- PostgreSQL only:
CREATE FUNCTION audit_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a log row or checkpoint is never changed or removed'; END $$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_is_written_once();
CREATE TRIGGER audit_entry_remains BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_written_once();
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_is_written_once();
CREATE TRIGGER audit_checkpoint_remains BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_written_once();
-- Both:
