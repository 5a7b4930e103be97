//! Paths and media type of the agent API. Both sides take them from here, so they cannot drift apart.

/// Media type of every request and answer body of the agent API.
pub const MEDIA_TYPE: &str = "application/vnd.riversync.v1";
/// `POST`: one-time code and certificate request in, certificate out. The only path without a client certificate.
pub const ENROL: &str = "/agent/v1/enrol";
/// `POST`: certificate request in, certificate out; authenticated by the certificate that is about to expire.
pub const RENEW: &str = "/agent/v1/renew";
/// `GET ?have=EPOCH&wait_ms=N`: the newest signed policy, 204 when `have` is still the newest after `wait_ms`.
pub const POLICY: &str = "/agent/v1/policy";
/// `POST`: one schema, before the first batch that names it.
pub const SCHEMAS: &str = "/agent/v1/schemas";
/// `POST`: one [`crate::v1::Upload`]; answers a [`crate::v1::Ack`].
pub const BATCHES: &str = "/agent/v1/batches";
