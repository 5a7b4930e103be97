-- An event whose reaction fails waits a while and comes again; it never blocks the others.
ALTER TABLE outbox ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN not_before_ms BIGINT NOT NULL DEFAULT 0;
