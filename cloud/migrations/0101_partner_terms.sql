-- What a program's owner has agreed with a partner (OA-2). Without a row nothing is agreed yet.
CREATE TABLE partner_terms (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    vendor_id TEXT NOT NULL REFERENCES tenant (id),
    commission_bp BIGINT NOT NULL, -- default commission share, hundredths of a percent
    tax_form TEXT NOT NULL, -- none | w9 | w8ben
    tax_status TEXT NOT NULL, -- not_requested | requested | received | expired
    regions TEXT NOT NULL, -- territories, one per line
    products TEXT NOT NULL, -- product lines, one per line
    accounts TEXT NOT NULL, -- named accounts, one per line
    notes TEXT NOT NULL, -- the owner's own
    PRIMARY KEY (tenant_id, vendor_id)
);
