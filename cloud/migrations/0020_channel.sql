-- Who distributes for whom. Agreements are made and ended by RiverSync; partners read them (PAR-8).
CREATE TABLE distribution_agreement (
    id TEXT PRIMARY KEY,
    distributor_id TEXT NOT NULL REFERENCES tenant (id),
    reseller_id TEXT NOT NULL REFERENCES tenant (id),
    region TEXT NOT NULL,
    product_line TEXT NOT NULL,
    status TEXT NOT NULL, -- pending | active | terminated
    from_ms BIGINT NOT NULL,
    until_ms BIGINT -- exclusive; NULL: until somebody ends it
);
CREATE INDEX distribution_agreement_by_distributor ON distribution_agreement (distributor_id, reseller_id);
CREATE INDEX distribution_agreement_by_reseller ON distribution_agreement (reseller_id);
