-- What a person is told of. No words are kept: each line is read again, through its reader's lens, when it is shown or
-- sent.
CREATE TABLE notification (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id), -- for which the person acts there
    fact TEXT NOT NULL, -- such as deal.registered
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    by_tenant_id TEXT NOT NULL, -- who did it
    event_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    folded_into TEXT, -- the unread one of the same thing, which tells of this one too
    read_ms BIGINT,
    mail_ms BIGINT, -- when it is to be mailed; NULL: not at all
    settled_ms BIGINT, -- when it was mailed, or found to need no mail any more
    UNIQUE (event_id, person_id, tenant_id)
);
CREATE INDEX notification_of_person ON notification (person_id, tenant_id, id);
CREATE INDEX notification_unread ON notification (person_id, tenant_id, read_ms);
CREATE INDEX notification_to_mail ON notification (settled_ms, mail_ms);

-- Which events were told of, or are being, so that one that comes again tells nobody again.
CREATE TABLE notification_event (
    event_id TEXT PRIMARY KEY,
    at_ms BIGINT NOT NULL
);

-- What a person chose, where it is not the usual.
CREATE TABLE notification_choice (
    person_id TEXT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    way TEXT NOT NULL, -- off | app | mail | digest
    PRIMARY KEY (person_id, kind)
);
CREATE TABLE notification_times (
    person_id TEXT PRIMARY KEY REFERENCES person (id),
    zone TEXT NOT NULL, -- IANA
    quiet_from BIGINT, -- hour of the day; NULL: no quiet hours
    quiet_until BIGINT, -- exclusive
    digest_hour BIGINT NOT NULL
);
