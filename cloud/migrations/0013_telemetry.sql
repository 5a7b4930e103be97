-- What gateways sent. A batch stays as it came until compaction folds it into frames.

CREATE TABLE wire_schema (
    hash BLOB PRIMARY KEY,
    body BLOB NOT NULL, -- postcard, exactly the bytes that the hash is of
    stored_ms BIGINT NOT NULL
);

-- Which sequence numbers of a store are durable here, neighbours merged: what makes an upload exactly-once.
CREATE TABLE stored_range (
    agent_id TEXT NOT NULL REFERENCES agent (id),
    store_epoch BIGINT NOT NULL,
    lane BIGINT NOT NULL, -- 0 telemetry, 1 events
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL, -- inclusive
    PRIMARY KEY (agent_id, store_epoch, lane, first_seq)
);

CREATE TABLE batch (
    id BIGINT PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agent (id),
    received_ms BIGINT NOT NULL,
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    points BIGINT NOT NULL,
    schema_hash BLOB NOT NULL,
    fault TEXT, -- why it does not unpack; such a batch is kept and read by nobody
    body BLOB NOT NULL
);
CREATE INDEX batch_by_agent ON batch (agent_id, last_ms);

-- Points regrouped by device: parts of an hour first, one frame per closed day in the end.
CREATE TABLE frame (
    id BIGINT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    day_ms BIGINT NOT NULL, -- start of its day, UTC
    hour BIGINT NOT NULL, -- 0 to 23; -1 when it holds the whole day
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    points BIGINT NOT NULL,
    stats BLOB NOT NULL, -- per column and five minutes
    body BLOB NOT NULL
);
CREATE INDEX frame_by_device ON frame (device_id, last_ms);

CREATE TABLE telemetry_gap (
    agent_id TEXT NOT NULL REFERENCES agent (id),
    store_epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    from_ms BIGINT NOT NULL,
    to_ms BIGINT NOT NULL,
    records BIGINT NOT NULL,
    points BIGINT NOT NULL,
    reason TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (agent_id, store_epoch, seq)
);

-- The present state of each alarm of a device; its history is in the outbox and in the work items.
CREATE TABLE edge_alarm (
    device_id TEXT NOT NULL REFERENCES device (id),
    code TEXT NOT NULL,
    metric TEXT NOT NULL,
    severity TEXT NOT NULL, -- info | warning | critical
    raised BIGINT NOT NULL,
    raised_ms BIGINT,
    cleared_ms BIGINT,
    times BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (device_id, code)
);

-- Who read what in which hour: one row is one line in the owner's log.
CREATE TABLE telemetry_read (
    person_id TEXT NOT NULL REFERENCES person (id),
    partner_id TEXT NOT NULL REFERENCES tenant (id),
    device_id TEXT NOT NULL REFERENCES device (id),
    metrics TEXT NOT NULL,
    hour_ms BIGINT NOT NULL,
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    PRIMARY KEY (person_id, partner_id, device_id, metrics, hour_ms)
);
CREATE INDEX telemetry_read_by_device ON telemetry_read (device_id, partner_id);
