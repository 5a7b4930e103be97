-- Devices that were sold and have no owner here yet. Whoever bought one links it by serial and purchase number (ENR-B).
CREATE TABLE sold_device (
    serial TEXT PRIMARY KEY,
    model_id TEXT NOT NULL REFERENCES device_model (id),
    vendor_id TEXT NOT NULL REFERENCES tenant (id),
    purchase_number TEXT NOT NULL, -- as it stands on the invoice
    sold_ms BIGINT NOT NULL,
    linked_ms BIGINT
);

-- Each attempt, so that purchase numbers cannot be guessed; with the proof that came along.
CREATE TABLE device_claim (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    at_ms BIGINT NOT NULL,
    device_id TEXT, -- NULL: it was refused
    proof_sha256 BLOB REFERENCES stored_file (sha256)
);
CREATE INDEX device_claim_by_tenant ON device_claim (tenant_id, at_ms);
