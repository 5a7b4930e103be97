-- Which tier a program's owner gave a reseller, when and why; the newest is in force. Rows are never changed (PAR-4c).
CREATE TABLE tier_grant (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    vendor_id TEXT NOT NULL REFERENCES tenant (id),
    position BIGINT NOT NULL,
    tier TEXT NOT NULL, -- authorized | gold | platinum
    from_ms BIGINT NOT NULL,
    reason TEXT NOT NULL,
    granted_by TEXT NOT NULL, -- the person's name
    PRIMARY KEY (tenant_id, vendor_id, position)
);
