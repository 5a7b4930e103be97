-- One record set for the whole funnel: a lead that becomes a deal keeps its row and its id (PAR-12a).
CREATE TABLE funnel_record (
    id TEXT PRIMARY KEY, -- such as DL-1
    stage TEXT NOT NULL, -- lead | opportunity | deal | quote | closed
    status TEXT NOT NULL, -- within the stage; the pairs are those of funnel/stages.rs
    reseller_id TEXT REFERENCES tenant (id), -- NULL while RiverSync keeps it
    owner_id TEXT REFERENCES person (id), -- who works it; NULL: the reseller's unassigned queue
    distributor_id TEXT REFERENCES tenant (id),
    direct TEXT, -- requested | granted | denied
    customer_name TEXT NOT NULL,
    title TEXT NOT NULL,
    amount_cents BIGINT,
    currency TEXT,
    quote_number TEXT,
    quote_valid_until_ms BIGINT,
    source TEXT NOT NULL, -- reseller | riversync
    form_key TEXT, -- the form it came from: sent twice, it is one record
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    CHECK (distributor_id IS NULL OR direct IS NULL),
    CHECK (stage IN ('lead', 'opportunity') OR distributor_id IS NOT NULL OR direct IS NOT NULL)
);
CREATE INDEX funnel_record_by_reseller ON funnel_record (reseller_id, stage);
CREATE INDEX funnel_record_by_distributor ON funnel_record (distributor_id);
CREATE UNIQUE INDEX funnel_record_by_form ON funnel_record (reseller_id, form_key);

-- What happened to a record. Never an amount: every lens shows the same lines.
CREATE TABLE funnel_event (
    record_id TEXT NOT NULL REFERENCES funnel_record (id),
    position BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL, -- such as deal.registered
    tenant_name TEXT NOT NULL, -- the organisation that did it
    PRIMARY KEY (record_id, position)
);

-- Registrations of one reseller take turns here, so that two at once cannot both take the last free place.
CREATE TABLE funnel_turn (
    reseller_id TEXT PRIMARY KEY REFERENCES tenant (id),
    taken BIGINT NOT NULL
);
