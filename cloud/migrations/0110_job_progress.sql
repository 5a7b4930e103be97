-- What a worker says of the job it is at, and the runs that the schedule asked for.
ALTER TABLE job ADD COLUMN taken_ms BIGINT; -- when the last attempt began
ALTER TABLE job ADD COLUMN step BIGINT NOT NULL DEFAULT 0; -- how far it is
ALTER TABLE job ADD COLUMN steps BIGINT NOT NULL DEFAULT 0; -- of how many; 0 while it has not said

-- One row per run, whichever process asked for it first.
CREATE TABLE job_run (
    name TEXT NOT NULL, -- such as jobs.tidy
    due_ms BIGINT NOT NULL, -- the time of the schedule, not of the asking
    every_ms BIGINT NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (name, due_ms)
);
