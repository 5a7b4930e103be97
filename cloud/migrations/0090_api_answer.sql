-- Answers to changes that came with an Idempotency-Key: the same request again within a day gets the same answer.
CREATE TABLE api_answer (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    idempotency_key TEXT NOT NULL,
    request_sha256 BLOB NOT NULL, -- who, what and with which body
    status BIGINT, -- NULL while it is being done
    content_type TEXT,
    body BLOB,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, idempotency_key)
);
CREATE INDEX api_answer_by_age ON api_answer (at_ms);
