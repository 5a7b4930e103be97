//! The two cookies of signing in: the session, and before it the mark of the browser that asked for a link.
//!
//! With the `__Host-` prefix a browser takes a cookie only over TLS, for this host and every path (PORTAL 6.2). Plain
//! http on one machine has neither, behind `insecure_cookies`.

use super::{rules, secret};
use crate::app::App;
use crate::domains::identity::model::Purpose;
use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// Who is signed in.
    Session,
    /// Which browser asked for a link: good for nothing but the link and code that it asked for.
    Asking,
}

impl Cookie {
    fn name(self, app: &App) -> &'static str {
        match (self, app.config.insecure_cookies) {
            (Self::Session, false) => "__Host-riversync",
            (Self::Session, true) => "riversync",
            (Self::Asking, false) => "__Host-riversync-asking",
            (Self::Asking, true) => "riversync-asking",
        }
    }

    fn life_ms(self) -> i64 {
        match self {
            Self::Session => rules::ABSOLUTE_LIFE_MS,
            Self::Asking => rules::link_life_ms(Purpose::SignIn),
        }
    }

    /// The `Set-Cookie` line that carries `token`.
    pub(super) fn set(self, app: &App, token: &str) -> String {
        self.line(app, token, self.life_ms() / 1000)
    }

    /// The `Set-Cookie` line that takes it away from the browser.
    pub(super) fn clear(self, app: &App) -> String {
        self.line(app, "", 0)
    }

    fn line(self, app: &App, token: &str, max_age_s: i64) -> String {
        let secure = if app.config.insecure_cookies { "" } else { "; Secure" };
        let name = self.name(app);
        format!("{name}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}")
    }

    /// The hash of the token that a request carries.
    pub(super) fn presented(self, app: &App, headers: &HeaderMap) -> Option<Vec<u8>> {
        let jar = CookieJar::from_headers(headers);
        let cookie = jar.get(self.name(app)).filter(|cookie| !cookie.value().is_empty())?;
        Some(secret::hashed(cookie.value()))
    }
}
