-- A partner asks a customer for metrics of a device that it services. The customer decides, once.
CREATE TABLE access_request (
    id TEXT PRIMARY KEY,
    device_id TEXT NOT NULL REFERENCES device (id),
    customer_id TEXT NOT NULL REFERENCES tenant (id), -- who decides: the owner when it was asked
    partner_id TEXT NOT NULL REFERENCES tenant (id), -- who asks
    months BIGINT NOT NULL, -- for how long, from the decision on
    reason TEXT NOT NULL, -- what for, in the partner's words; becomes the purpose of the grant
    asked_ms BIGINT NOT NULL,
    asked_by TEXT NOT NULL, -- person
    asked_by_name TEXT NOT NULL,
    decided_ms BIGINT,
    decided_by TEXT, -- person
    grant_id TEXT, -- what came of it; none when it was declined
    answer TEXT -- why it was declined, in the customer's words
);
-- One question at a time: who asks again waits for the answer.
CREATE UNIQUE INDEX access_request_open ON access_request (device_id, partner_id) WHERE decided_ms IS NULL;
CREATE INDEX access_request_by_customer ON access_request (customer_id);

CREATE TABLE access_request_metric (
    request_id TEXT NOT NULL REFERENCES access_request (id),
    metric TEXT NOT NULL,
    PRIMARY KEY (request_id, metric)
);
