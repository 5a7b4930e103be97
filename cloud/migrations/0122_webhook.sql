-- Where organisations want to be told of what happens, and what was sent there. What is sent is made when it is sent,
-- through the receiver's lens, and kept nowhere.
CREATE TABLE webhook_endpoint (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL, -- the facts it is told of, such as ,deal.registered,alarm.raised,
    salt BLOB NOT NULL, -- the signing secret is made of it and of a key that is not in the database
    former_salt BLOB, -- of the secret before the last rotation
    former_until_ms BIGINT, -- until when that signs too
    created_ms BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    paused_ms BIGINT,
    paused_why TEXT NOT NULL DEFAULT '', -- empty: somebody paused it
    failing_since_ms BIGINT, -- since when nothing was taken
    rest_until_ms BIGINT NOT NULL DEFAULT 0 -- nothing is tried before
);
CREATE INDEX webhook_endpoint_by_tenant ON webhook_endpoint (tenant_id);

CREATE TABLE webhook_delivery (
    id TEXT PRIMARY KEY, -- the message's id, the same each time it is sent
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    fact TEXT NOT NULL,
    object_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL, -- when it became true
    state TEXT NOT NULL, -- waiting | delivered | dead | dropped
    attempts BIGINT NOT NULL DEFAULT 0, -- of this round; a redelivery begins a new one
    next_ms BIGINT NOT NULL,
    tried_ms BIGINT,
    status BIGINT, -- what the endpoint answered last
    error TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX webhook_delivery_once ON webhook_delivery (endpoint_id, event_id);
CREATE INDEX webhook_delivery_by_time ON webhook_delivery (tenant_id, at_ms);
