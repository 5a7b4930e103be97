-- The head of a chain follows each row that is written, in the same statement.
-- SQLite only:
CREATE TRIGGER audit_head_follows AFTER INSERT ON audit_entry
BEGIN
    UPDATE audit_head SET hash = NEW.hash WHERE tenant_id = NEW.tenant_id AND seq = NEW.seq;
END;
-- PostgreSQL only:
CREATE FUNCTION audit_head_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE audit_head SET hash = come.hash FROM come
    WHERE audit_head.tenant_id = come.tenant_id AND audit_head.seq = come.seq;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_head_follows AFTER INSERT ON audit_entry
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION audit_head_follows();
