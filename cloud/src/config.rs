//! Settings of the service.

use std::net::SocketAddr;

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Where people come in.
    pub portal_listen: SocketAddr,
    /// Where agents come in, over mutual TLS.
    pub agent_listen: SocketAddr,
    /// What agents dial: `host:port` in enrolment codes and the name in the listener's certificate.
    pub agent_address: String,
    /// How people reach the portal, for links in mails: no trailing slash.
    pub public_url: String,
    /// Where keys and the CA live; 0700.
    pub state_dir: std::path::PathBuf,
    /// Cookies without `Secure`, for plain http on one machine. Never in production.
    pub insecure_cookies: bool,
}
