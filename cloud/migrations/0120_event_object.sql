-- What an event is about, so that who is told of it can read it as it stands.
ALTER TABLE outbox ADD COLUMN object_kind TEXT NOT NULL DEFAULT ''; -- such as deal
ALTER TABLE outbox ADD COLUMN object_id TEXT NOT NULL DEFAULT '';
