-- Foundation: organisations, people, what they may do where, how they sign in, and the log of it all.

CREATE TABLE tenant (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);

-- A tenant's capabilities are rows: one organisation, many apps (TEN-2).
CREATE TABLE tenant_capability (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    capability TEXT NOT NULL, -- customer | partner | vendor
    subtype TEXT, -- reseller | distributor, for partners only
    partner_tier TEXT, -- authorized | gold | platinum, for resellers only
    module_on BIGINT NOT NULL DEFAULT 0, -- vendors: whether the partner module is switched on (OA-1)
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, capability)
);

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE, -- folded to lower case
    name TEXT NOT NULL,
    disabled_ms BIGINT,
    created_ms BIGINT NOT NULL
);

CREATE TABLE membership (
    person_id TEXT NOT NULL REFERENCES person (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    roles TEXT NOT NULL, -- comma-separated set: administrator,coordinator,sales,technical,finance,viewer
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (person_id, tenant_id)
);

-- Magic links: only the hash is kept; used once, on POST.
CREATE TABLE magic_link (
    token_sha256 BLOB PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    purpose TEXT NOT NULL, -- invite | sign_in
    issued_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT,
    replaced_ms BIGINT
);

CREATE TABLE session (
    token_sha256 BLOB PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id), -- the organisation acted for now
    created_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    ended_ms BIGINT,
    user_agent TEXT NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);

-- One chain per tenant: hash = SHA-256(canonical row, previous hash).
CREATE TABLE audit_entry (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    actor_kind TEXT NOT NULL, -- person | agent | system
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    acting_tenant_id TEXT NOT NULL,
    acting_tenant_name TEXT NOT NULL,
    acting_capability TEXT NOT NULL,
    action TEXT NOT NULL, -- such as grant.revoked
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    detail TEXT NOT NULL, -- JSON: before, after, counts
    reason TEXT NOT NULL,
    request_id TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_entry_by_object ON audit_entry (tenant_id, object_kind, object_id);

-- Facts, written in the transaction of the action that made them true.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL, -- such as deal.registered
    correlation_id TEXT NOT NULL,
    body TEXT NOT NULL, -- JSON
    handled_ms BIGINT
);
CREATE INDEX outbox_unhandled ON outbox (handled_ms, id);
