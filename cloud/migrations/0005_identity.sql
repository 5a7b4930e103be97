-- Who asked for a sign-in link when, for the limits of PORTAL 6.1. Known and unknown addresses are counted alike.
CREATE TABLE sign_in_request (
    id TEXT PRIMARY KEY,
    email_sha256 BLOB NOT NULL,
    ip TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX sign_in_request_by_email ON sign_in_request (email_sha256, at_ms);
CREATE INDEX sign_in_request_by_ip ON sign_in_request (ip, at_ms);
CREATE INDEX magic_link_by_person ON magic_link (person_id, purpose);

-- Mails to be sent, written in the transaction of the action they tell of. A body that holds a link is removed
-- once the link has expired.
CREATE TABLE mail_outbox (
    id TEXT PRIMARY KEY,
    to_email TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    keep_until_ms BIGINT NOT NULL,
    sent_ms BIGINT
);
CREATE INDEX mail_outbox_unsent ON mail_outbox (sent_ms, id);
