//! The page around an error: what happened, what to do next, and the number under which we find it, in the language of
//! who asked, or of their browser where the route let nobody in.

use super::error_response::{Problem, Told};
use super::extract::RequestId;
use super::layout;
use super::middleware::{is_api, wants_page};
use super::spoken::Spoken;
use crate::platform::base::Reader;
use crate::platform::error::Error;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// Replaces an error's machine body by a page when a person asked; sends who is not signed in to sign in.
pub(super) async fn error_page(request: Request, next: Next) -> Response {
    // The API answers programs, whatever they say they would accept.
    let page = wants_page(request.headers()) && !is_api(request.uri().path());
    let back = (request.method() == Method::GET)
        .then(|| request.uri().path_and_query().map_or("/", |at| at.as_str()).to_owned());
    let spoken = Spoken::of(request.method(), request.uri(), request.headers());
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE
        && response.extensions().get::<Arc<Problem>>().is_none()
    {
        response = Error::TooLarge.into_response();
    }
    let Some(problem) = response.extensions().get::<Arc<Problem>>().cloned() else { return response };
    if !page {
        return response;
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let to = match back.as_deref() {
            None | Some("/") => "/partners/login".to_owned(),
            Some(back) => format!("/partners/login?next={}", query_value(back)),
        };
        return Redirect::to(&to).into_response();
    }
    let spoken = response.extensions().get::<Reader>().map_or(spoken, |reader| Spoken::only(reader.language));
    let told = response.extensions().get::<Told>().map(|told| told.0.told(spoken.language).to_owned());
    let sentence = told.unwrap_or_else(|| problem.detail.clone());
    let mut shown = layout::error_page(response.status(), &sentence, &id, &spoken);
    if let Some(wait) = response.headers().get(header::RETRY_AFTER) {
        shown.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    shown.extensions_mut().insert(problem);
    shown
}

/// `text` as a value inside a query.
pub fn query_value(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
