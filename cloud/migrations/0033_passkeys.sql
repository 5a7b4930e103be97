-- Passkeys: how a person proves to be there without a mail.
CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    name TEXT NOT NULL, -- by which the person knows it
    credential_id BLOB NOT NULL UNIQUE, -- one credential, one person
    credential TEXT NOT NULL, -- JSON: public key, counter, flags; no secret
    created_ms BIGINT NOT NULL,
    used_ms BIGINT
);
CREATE INDEX passkey_by_person ON passkey (person_id);

-- A dialogue with a browser's passkeys that is under way: of one session, for a few minutes, once.
CREATE TABLE passkey_ceremony (
    session_sha256 BLOB NOT NULL,
    kind TEXT NOT NULL, -- make | show
    state TEXT NOT NULL, -- JSON
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (session_sha256, kind)
);
