-- What waits for a partner. Who sees an item is not written here: it follows from coverage and grants at the moment of
-- reading, so that an item changes hands with its device.
CREATE TABLE ticket (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    title TEXT NOT NULL,
    severity TEXT NOT NULL, -- info | warning | critical
    source_alarm_id TEXT, -- the alarm it was made from
    opened_ms BIGINT NOT NULL,
    acknowledged_ms BIGINT,
    owner_id TEXT REFERENCES person (id),
    resolved_ms BIGINT
);
CREATE INDEX ticket_by_device ON ticket (device_id);

CREATE TABLE alarm (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    code TEXT NOT NULL, -- as the gateway's profile spells it
    metric TEXT NOT NULL, -- shown only to those who were granted it
    title TEXT NOT NULL, -- the profile's sentence; carries no value
    severity TEXT NOT NULL,
    times BIGINT NOT NULL, -- how often it was raised
    first_raised_ms BIGINT NOT NULL,
    raised_ms BIGINT NOT NULL, -- the last time
    cleared_ms BIGINT, -- passed by itself
    ticket_id TEXT, -- the ticket made from it
    opened_ms BIGINT NOT NULL, -- when its clock started
    acknowledged_ms BIGINT,
    owner_id TEXT REFERENCES person (id),
    resolved_ms BIGINT
);
-- At most one open alarm of a device and code.
CREATE UNIQUE INDEX alarm_open ON alarm (device_id, code) WHERE resolved_ms IS NULL;

-- Each report of a gateway once, however often it is delivered.
CREATE TABLE alarm_report (
    device_id TEXT NOT NULL REFERENCES device (id),
    code TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    state TEXT NOT NULL, -- raised | cleared
    PRIMARY KEY (device_id, code, at_ms, state)
);

CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    from_ms BIGINT NOT NULL, -- the agreed window
    until_ms BIGINT NOT NULL,
    opened_ms BIGINT NOT NULL,
    acknowledged_ms BIGINT,
    owner_id TEXT REFERENCES person (id),
    resolved_ms BIGINT
);
CREATE INDEX visit_by_device ON visit (device_id);

CREATE VIEW work_item AS
SELECT id, CAST('ticket' AS TEXT) AS kind, device_id, CAST(NULL AS TEXT) AS metric, CAST(NULL AS TEXT) AS code, title, severity, opened_ms, acknowledged_ms,
    owner_id, resolved_ms, CAST(NULL AS BIGINT) AS cleared_ms,
    CAST(NULL AS BIGINT) AS from_ms, CAST(NULL AS BIGINT) AS until_ms, CAST(1 AS BIGINT) AS times,
    source_alarm_id AS linked_id
FROM ticket
UNION ALL
SELECT id, 'alarm', device_id, metric, code, title, severity, opened_ms, acknowledged_ms,
    owner_id, resolved_ms, cleared_ms, NULL, NULL, times, ticket_id
FROM alarm
UNION ALL
SELECT id, 'visit', device_id, NULL, NULL, title, severity, opened_ms, acknowledged_ms,
    owner_id, resolved_ms, NULL, from_ms, until_ms, 1, NULL
FROM visit;
