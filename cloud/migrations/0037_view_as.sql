-- Staff who look on as somebody else: read-only, for a while, with a reason that both sides read.
CREATE TABLE view_as (
    id TEXT PRIMARY KEY,
    session_sha256 BLOB NOT NULL, -- the staff member's session; another token of it ends the view
    staff_id TEXT NOT NULL REFERENCES person (id),
    staff_tenant_id TEXT NOT NULL REFERENCES tenant (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    reason TEXT NOT NULL,
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    ended_ms BIGINT
);
CREATE INDEX view_as_by_session ON view_as (session_sha256, ended_ms);

-- The link that makes the first administrator: printed, kept as a hash, used once.
CREATE TABLE setup_link (
    token_sha256 BLOB PRIMARY KEY,
    made_ms BIGINT NOT NULL,
    used_ms BIGINT
);
