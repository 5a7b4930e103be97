-- Where each tenant's chain of log rows ends. Writers take this row first, so that two of them never fork the chain;
-- a cut tail shows because the head names a row that is no longer there.
CREATE TABLE audit_head (
    tenant_id TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BLOB NOT NULL
);

-- The log is read by time, by person and by organisation.
CREATE INDEX audit_entry_by_actor ON audit_entry (tenant_id, acting_tenant_id, actor_id, seq);
