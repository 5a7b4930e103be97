-- What was done about a work item. A partner reads what it did itself and what the gateways did.
CREATE TABLE work_event (
    item_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL, -- such as alarm.raised
    by_name TEXT NOT NULL,
    tenant_id TEXT, -- the partner; NULL for gateways
    PRIMARY KEY (item_id, position)
);
