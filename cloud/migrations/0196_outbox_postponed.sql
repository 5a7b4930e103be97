-- Who still waits after a failure is few: found without looking at each event that is due.
CREATE INDEX outbox_postponed ON outbox (tenant_id, id) WHERE handled_ms IS NULL AND attempts > 0;
