-- How a record moves: by when it is decided, until when it is protected or offered, and what was promised at which step.
ALTER TABLE funnel_record ADD COLUMN revision BIGINT NOT NULL DEFAULT 0; -- grows with every change
ALTER TABLE funnel_record ADD COLUMN decide_by_ms BIGINT; -- a submitted deal: RiverSync decides by then (PAR-6f)
ALTER TABLE funnel_record ADD COLUMN protected_until_ms BIGINT; -- an approved deal: nobody else gets it until then (PAR-6e)
ALTER TABLE funnel_record ADD COLUMN extended_ms BIGINT; -- when that was put off, which is done once
ALTER TABLE funnel_record ADD COLUMN accept_by_ms BIGINT; -- an offered lead: the reseller says by then whether it takes it
ALTER TABLE funnel_record ADD COLUMN commission_bp BIGINT; -- locked in at the approval, hundredths of a percent (OA-4)
ALTER TABLE funnel_record ADD COLUMN price_level TEXT; -- the reseller's tier when the quote was issued (PAR-9b)
ALTER TABLE funnel_record ADD COLUMN list_cents BIGINT; -- the quote before that tier's discount
ALTER TABLE funnel_record ADD COLUMN quote_revision BIGINT; -- of the quote's number
ALTER TABLE funnel_record ADD COLUMN referrer_id TEXT REFERENCES tenant (id); -- the partner that brought the lead, whoever works it
ALTER TABLE funnel_record ADD COLUMN contact_name TEXT; -- the lead's person, who agreed to be called
ALTER TABLE funnel_record ADD COLUMN contact_email TEXT;
ALTER TABLE funnel_record ADD COLUMN contact_phone TEXT;
ALTER TABLE funnel_record ADD COLUMN customer_key TEXT; -- customer and title as funnel/similar.rs compares them (PAR-6d)
ALTER TABLE funnel_record ADD COLUMN title_key TEXT;
UPDATE funnel_record SET customer_key = LOWER(REPLACE(customer_name, ' ', '')), title_key = LOWER(REPLACE(title, ' ', ''));
CREATE INDEX funnel_record_similar ON funnel_record (vendor_id, customer_key);
ALTER TABLE funnel_event ADD COLUMN tenant_id TEXT; -- the organisation that did it; NULL of rows from before
ALTER TABLE funnel_event ADD COLUMN person_name TEXT NOT NULL DEFAULT ''; -- for those who are told who
ALTER TABLE funnel_event ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- for RiverSync and the reseller

-- What ends by itself is looked for by its end.
CREATE INDEX funnel_record_protected ON funnel_record (protected_until_ms);
CREATE INDEX funnel_record_offered ON funnel_record (accept_by_ms);

-- Both sides are told before a protection ends, once per end and number of days.
CREATE TABLE funnel_reminder (
    record_id TEXT NOT NULL REFERENCES funnel_record (id),
    until_ms BIGINT NOT NULL,
    days BIGINT NOT NULL,
    told_ms BIGINT NOT NULL,
    PRIMARY KEY (record_id, until_ms, days)
);

-- The numbers of quotes, by program and year.
CREATE TABLE quote_sequence (
    vendor_id TEXT NOT NULL REFERENCES tenant (id),
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, year)
);
