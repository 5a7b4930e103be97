-- Gateways: who they are, how they come in, and which policy they should hold.

CREATE TABLE agent (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id), -- the customer whose site it stands on
    site TEXT NOT NULL,
    policy_epoch BIGINT NOT NULL DEFAULT 1, -- only grows; raised in the transaction that changes a grant or coverage
    held_epoch BIGINT NOT NULL DEFAULT 0, -- the epoch it last said it filters with
    enrolled_ms BIGINT,
    revoked_ms BIGINT,
    last_seen_ms BIGINT,
    version TEXT NOT NULL DEFAULT '',
    started_ms BIGINT,
    buffered_records BIGINT NOT NULL DEFAULT 0,
    buffered_bytes BIGINT NOT NULL DEFAULT 0,
    devices_up BIGINT NOT NULL DEFAULT 0,
    devices_down BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX agent_by_tenant ON agent (tenant_id);

-- Every certificate that opens the listener, by the SHA-256 of its DER.
CREATE TABLE agent_certificate (
    fingerprint BLOB PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    issued_ms BIGINT NOT NULL,
    not_after_ms BIGINT NOT NULL,
    revoked_ms BIGINT
);
CREATE INDEX agent_certificate_by_agent ON agent_certificate (agent_id);

-- Invitations: only the hash of the secret is kept; used once.
CREATE TABLE enrolment_code (
    secret_sha256 BLOB PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    issued_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT,
    used_key_sha256 BLOB, -- a gateway whose answer was lost may repeat with the same key
    replaced_ms BIGINT
);
CREATE INDEX enrolment_code_by_agent ON enrolment_code (agent_id);
