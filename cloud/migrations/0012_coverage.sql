-- What is owned, who services it under which agreement, and what its owner lets whom see.

CREATE TABLE device_model (
    id TEXT PRIMARY KEY, -- also the name of the gateway's profile, such as rs-pump
    label TEXT NOT NULL
);

CREATE TABLE model_metric (
    model_id TEXT NOT NULL REFERENCES device_model (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL, -- as the profile spells it
    label TEXT NOT NULL,
    unit TEXT NOT NULL,
    decimals BIGINT NOT NULL,
    kind TEXT NOT NULL, -- numeric | bool | text
    PRIMARY KEY (model_id, name)
);

CREATE TABLE device (
    id TEXT PRIMARY KEY, -- such as D-BF-1
    name TEXT NOT NULL,
    model_id TEXT NOT NULL REFERENCES device_model (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id), -- the owner
    site TEXT NOT NULL,
    agent_id TEXT REFERENCES agent (id),
    serial TEXT NOT NULL
);
CREATE INDEX device_by_tenant ON device (tenant_id);
CREATE INDEX device_by_agent ON device (agent_id);

CREATE TABLE agreement (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES tenant (id),
    partner_id TEXT NOT NULL REFERENCES tenant (id),
    service_level TEXT NOT NULL, -- platinum | gold | basic; not a partner tier
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL, -- exclusive
    zone TEXT NOT NULL, -- IANA; its midnight is when coverage flips
    value_cents BIGINT NOT NULL,
    currency TEXT NOT NULL
);
CREATE INDEX agreement_by_partner ON agreement (partner_id);
CREATE INDEX agreement_by_customer ON agreement (customer_id);

-- Effective-dated: nothing is switched, time passes.
CREATE TABLE coverage (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    partner_id TEXT NOT NULL REFERENCES tenant (id),
    agreement_id TEXT NOT NULL REFERENCES agreement (id),
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL -- exclusive
);
CREATE INDEX coverage_by_device ON coverage (device_id);
CREATE INDEX coverage_by_partner ON coverage (partner_id);

-- Append-only: the highest revision of a grant is what holds, the others are its history.
CREATE TABLE grant_revision (
    grant_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES tenant (id),
    partner_id TEXT NOT NULL REFERENCES tenant (id),
    purpose TEXT NOT NULL,
    min_interval_ms BIGINT NOT NULL, -- closest spacing of two samples; 0 for every sample
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL, -- exclusive; every grant ends
    revoked_ms BIGINT,
    made_ms BIGINT NOT NULL,
    made_by TEXT NOT NULL, -- person
    PRIMARY KEY (grant_id, revision)
);
CREATE INDEX grant_revision_by_customer ON grant_revision (customer_id);
CREATE INDEX grant_revision_by_partner ON grant_revision (partner_id);

CREATE TABLE grant_item (
    grant_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    device_id TEXT NOT NULL REFERENCES device (id),
    metric TEXT NOT NULL,
    PRIMARY KEY (grant_id, revision, device_id, metric)
);
CREATE INDEX grant_item_by_device ON grant_item (device_id);
