-- Work for later, written in the transaction of the action that wants it. A job that is being worked at is due again
-- when its lease ends, so that one whose worker was killed is taken by another.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL, -- such as mail.send
    body TEXT NOT NULL, -- JSON, without secrets
    created_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL, -- not before; while it is worked at: when the lease ends
    attempts BIGINT NOT NULL DEFAULT 0, -- how often it was begun
    worker TEXT, -- who works at it
    error TEXT NOT NULL DEFAULT '', -- why the last attempt failed
    dead_ms BIGINT -- given up
);
CREATE INDEX job_due ON job (dead_ms, due_ms, id);
