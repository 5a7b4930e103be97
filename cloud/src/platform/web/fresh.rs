//! Changes that ask once more who it is (PORTAL 6.1): mounted with [`Routes::post_fresh`](super::Routes::post_fresh), so
//! that no handler can forget it. Who has not proved it within the last ten minutes of the session gets the page that
//! asks, with the form kept inside it; a program gets `step_up_required`.

use super::error_response::Problem;
use super::extract::Authenticate;
use super::middleware::wants_page;
use crate::app::App;
use crate::platform::error::Error;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request};
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The largest form that is kept: no form of ours is near it.
const MOST_KEPT_BYTES: usize = 48 * 1024;

/// A change that waits until the person has proved to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where it goes: path and query.
    pub to: String,
    /// The form as it was sent; none when `to` is a page to be opened.
    pub form: Option<String>,
}

impl Kept {
    /// The fields of the form, in order.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let form = self.form.as_deref().unwrap_or_default();
        let uri: Option<Uri> = format!("/?{form}").parse().ok();
        uri.and_then(|uri| Query::try_from_uri(&uri).ok()).map(|query| query.0).unwrap_or_default()
    }
}

/// Marks the page that asks: it is no refusal to be written down.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsksAgain;

/// Keeps the form while the route decides; when it asks for a fresh proof, answers with the page for it.
pub(super) async fn keep_form(request: Request, next: Next) -> Response {
    if !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let extensions = request.extensions();
    let gate = extensions.get::<Arc<dyn Authenticate>>().cloned();
    let (Some(app), Some(gate)) = (extensions.get::<App>().cloned(), gate) else {
        return Error::Internal(anyhow::anyhow!("a fresh route is mounted outside of the frame"))
            .into_response();
    };
    let to = request.uri().path_and_query().map_or("/", |at| at.as_str()).to_owned();
    let headers = request.headers().clone();
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_KEPT_BYTES).await else { return Error::TooLarge.into_response() };
    let form = String::from_utf8_lossy(&bytes).into_owned();
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let asks =
        response.extensions().get::<Arc<Problem>>().is_some_and(|problem| problem.code == "step_up_required");
    if !asks {
        return response;
    }
    let mut page = gate.ask_again(&app, &headers, Kept { to, form: Some(form) }).await;
    page.extensions_mut().insert(AsksAgain);
    page
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn a_kept_form_reads_as_it_was_sent() {
        let kept = |form: &str| Kept { to: "/x".to_owned(), form: Some(form.to_owned()) };
        let pairs = kept("items=a%2Fb&items=c&purpose=One+%26+two+%E0%B8%81&empty=").pairs();
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("items", "a/b"), ("items", "c"), ("purpose", "One & two ก"), ("empty", "")]);
        assert!(kept("").pairs().is_empty());
        assert!(kept("\u{0}\n").pairs().is_empty(), "what no browser sends");
    }
}
