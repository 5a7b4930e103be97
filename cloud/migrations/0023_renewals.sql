-- What a partner expects of a renewal. Append-only: the last entry holds, the others are its history.
CREATE TABLE renewal_outcome (
    partner_id TEXT NOT NULL REFERENCES tenant (id),
    agreement_id TEXT NOT NULL REFERENCES agreement (id),
    device_id TEXT NOT NULL REFERENCES device (id),
    revision BIGINT NOT NULL,
    outcome TEXT NOT NULL, -- undecided | keep | at_risk | lost
    set_ms BIGINT NOT NULL,
    set_by TEXT NOT NULL, -- person
    PRIMARY KEY (partner_id, agreement_id, device_id, revision)
);
