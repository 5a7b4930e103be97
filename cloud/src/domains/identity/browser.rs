//! What a browser tells of itself.

use super::cookie::Cookie;
use crate::app::App;
use crate::platform::web::RequestId;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use std::net::SocketAddr;

/// More of a browser's name than anybody reads.
const MOST_OF_A_NAME: usize = 200;

/// The browser behind a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Browser {
    pub(super) ip: String,
    pub(super) user_agent: String,
    pub(super) request_id: String,
    /// The hash of the session it carries.
    pub(super) session_sha256: Option<Vec<u8>>,
    /// The hash of the mark it got when it asked for a link.
    pub(super) asking_sha256: Option<Vec<u8>>,
}

impl FromRequestParts<App> for Browser {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self {
            ip: peer.map(|peer| peer.0.ip().to_string()).unwrap_or_default(),
            user_agent: agent.unwrap_or_default().chars().take(MOST_OF_A_NAME).collect(),
            request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            session_sha256: Cookie::Session.presented(app, &parts.headers),
            asking_sha256: Cookie::Asking.presented(app, &parts.headers),
        })
    }
}
