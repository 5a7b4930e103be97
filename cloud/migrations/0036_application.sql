-- Applying to become a partner: one record per attempt, kept for ever; its history line by line.

CREATE TABLE partner_application (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    vendor_id TEXT NOT NULL REFERENCES tenant (id),
    status TEXT NOT NULL, -- submitted | returned | approved | rejected | withdrawn
    subtype TEXT NOT NULL, -- wanted, and once approved what was given: reseller | distributor
    legal_name TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    country TEXT NOT NULL,
    address TEXT NOT NULL,
    territories TEXT NOT NULL, -- one per line
    about TEXT NOT NULL,
    submitted_ms BIGINT NOT NULL, -- the newest submission: the review's clock runs from here
    decide_by_ms BIGINT NOT NULL,
    decided_ms BIGINT
);
CREATE INDEX partner_application_by_tenant ON partner_application (tenant_id, submitted_ms);
CREATE INDEX partner_application_by_vendor ON partner_application (vendor_id, status, decide_by_ms);
-- One at a time.
CREATE UNIQUE INDEX partner_application_open ON partner_application (tenant_id) WHERE status IN ('submitted', 'returned');

CREATE TABLE application_event (
    application_id TEXT NOT NULL REFERENCES partner_application (id),
    position BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL, -- submitted | resubmitted | returned | approved | rejected | withdrawn
    person_name TEXT NOT NULL,
    tenant_name TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (application_id, position)
);

CREATE TABLE application_document (
    id TEXT PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES partner_application (id),
    sha256 BLOB NOT NULL REFERENCES stored_file (sha256),
    name TEXT NOT NULL,
    added_ms BIGINT NOT NULL
);
CREATE INDEX application_document_by_application ON application_document (application_id);
