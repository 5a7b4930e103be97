-- Who did what an event tells of, and whose it is.
ALTER TABLE outbox ADD COLUMN actor_id TEXT NOT NULL DEFAULT ''; -- the person; empty for gateways and the system
ALTER TABLE outbox ADD COLUMN concerns TEXT NOT NULL DEFAULT ''; -- the organisations whose log has it: nera,riversync
