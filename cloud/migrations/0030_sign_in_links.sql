-- Links bound to what, whom and where they are for (PORTAL 6.1). Those of before live for minutes: who holds one asks
-- again.
DROP TABLE magic_link;
CREATE TABLE magic_link (
    id TEXT PRIMARY KEY,
    token_sha256 BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL, -- invite | sign_in | step_up
    person_id TEXT NOT NULL REFERENCES person (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id), -- for whom the session will act
    email TEXT NOT NULL, -- the person's address when it was made: another one kills it
    roles TEXT NOT NULL, -- the person's roles there when it was made: others kill it
    browser_sha256 BLOB, -- the browser that asked: its pre-auth cookie, or its session for a step-up
    code_sha256 BLOB, -- the code that this browser may type instead
    tries BIGINT NOT NULL DEFAULT 0, -- wrong confirmations
    issued_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT,
    replaced_ms BIGINT
);
CREATE INDEX magic_link_by_person ON magic_link (person_id, purpose, issued_ms);
CREATE INDEX magic_link_by_tenant ON magic_link (tenant_id, issued_ms);
CREATE INDEX magic_link_by_browser ON magic_link (browser_sha256);

-- Which browser asked, and how often it typed a code: counted whether or not the address is known.
ALTER TABLE sign_in_request ADD COLUMN browser_sha256 BLOB;
ALTER TABLE sign_in_request ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sign_in_request_by_browser ON sign_in_request (browser_sha256);

-- The language of a person's mails, and when the address was last proved to be the person's. Who was in before proved it.
ALTER TABLE person ADD COLUMN language TEXT NOT NULL DEFAULT 'en'; -- en | th
ALTER TABLE person ADD COLUMN verified_ms BIGINT;
UPDATE person SET verified_ms = created_ms;

-- When the person last proved in this session to be there, and how: mail | passkey.
ALTER TABLE session ADD COLUMN proved_ms BIGINT;
ALTER TABLE session ADD COLUMN proved_by TEXT;
