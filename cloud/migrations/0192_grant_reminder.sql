-- Who was told that a grant ends, once per grant, end and number of days before it (PAR-1f).
CREATE TABLE grant_reminder (
    grant_id TEXT NOT NULL,
    until_ms BIGINT NOT NULL,
    days BIGINT NOT NULL, -- 30 | 7 | 1
    told_ms BIGINT NOT NULL,
    PRIMARY KEY (grant_id, until_ms, days)
);
