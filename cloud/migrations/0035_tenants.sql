-- Organisations that RiverSync knows, capabilities that are theirs in one vendor's program, people who may be switched off.

ALTER TABLE tenant ADD COLUMN verified_ms BIGINT; -- when RiverSync made sure who this is; NULL: not yet
UPDATE tenant SET verified_ms = created_ms;

-- A partner or customer belongs to the program of one vendor; vendors see only their own (PORTAL 7.3, 47).
ALTER TABLE tenant_capability ADD COLUMN vendor_id TEXT;
ALTER TABLE tenant_capability ADD COLUMN suspended_ms BIGINT;
UPDATE tenant_capability SET vendor_id = (
    SELECT MIN(v.tenant_id) FROM tenant_capability v WHERE v.capability = 'vendor' AND v.module_on = 1
) WHERE capability <> 'vendor';
CREATE INDEX tenant_capability_by_vendor ON tenant_capability (vendor_id, capability);

ALTER TABLE funnel_record ADD COLUMN vendor_id TEXT;
UPDATE funnel_record SET vendor_id = (
    SELECT MIN(v.tenant_id) FROM tenant_capability v WHERE v.capability = 'vendor' AND v.module_on = 1
);

-- A member who is switched off in one organisation stays who they are elsewhere.
ALTER TABLE membership ADD COLUMN disabled_ms BIGINT;

-- Documents that people send, kept once per content.
CREATE TABLE stored_file (
    sha256 BLOB PRIMARY KEY,
    kind TEXT NOT NULL, -- pdf | png | jpeg, by the content and never by the name
    size_bytes BIGINT NOT NULL,
    content BLOB NOT NULL,
    stored_ms BIGINT NOT NULL
);
