-- The request behind a job and a mail, from the first click to the last reaction.
ALTER TABLE job ADD COLUMN correlation_id TEXT NOT NULL DEFAULT '';
ALTER TABLE mail_outbox ADD COLUMN correlation_id TEXT NOT NULL DEFAULT '';
-- Later events of an organisation wait for its earlier ones.
CREATE INDEX outbox_of_tenant ON outbox (tenant_id, handled_ms, id);
