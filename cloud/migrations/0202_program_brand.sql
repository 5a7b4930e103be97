-- How the owner of a program looks in it: a colour and a logo, each of which may be missing.
CREATE TABLE program_brand (
    tenant_id TEXT PRIMARY KEY REFERENCES tenant (id),
    colour TEXT, -- #rrggbb in small letters
    logo_sha256 BLOB REFERENCES stored_file (sha256),
    changed_ms BIGINT NOT NULL
);
