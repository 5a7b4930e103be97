-- Keys with which programs act for somebody at /api/v1.
CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    person_id TEXT NOT NULL REFERENCES person (id), -- who answers for it: it may never more than this person may now
    of_tenant BIGINT NOT NULL, -- 1: the organisation's, looked after by all of its administrators
    name TEXT NOT NULL,
    secret_sha256 BLOB NOT NULL UNIQUE,
    former_sha256 BLOB, -- the secret before the last rotation
    former_until_ms BIGINT, -- until when it works beside the new one
    items TEXT NOT NULL, -- what it was made for, such as deals,workload
    read_only BIGINT NOT NULL,
    addresses TEXT NOT NULL, -- from where it works, such as 192.0.2.0/24,2001:db8::1; empty: from everywhere
    created_ms BIGINT NOT NULL,
    life_ms BIGINT NOT NULL, -- for how long it is made; renewing gives it as long again
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT,
    used_ip TEXT,
    refused_ms BIGINT, -- when a refusal was last written into the log
    revoked_ms BIGINT
);
CREATE INDEX api_key_by_tenant ON api_key (tenant_id);
CREATE INDEX api_key_by_former ON api_key (former_sha256);
