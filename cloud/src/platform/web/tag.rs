//! An `ETag` for what the API shows, so that a program that asks again is told in a line that nothing changed (PORTAL X-5).
//! It is made of the answer *and* of who got it: two people never share one, whatever they see (case 148).

use super::middleware::is_api;
use super::refusals::Asked;
use super::version::Version;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

/// Around everything that the API shows.
pub(super) async fn tagged(request: Request, next: Next) -> Response {
    debug_assert!(is_api(request.uri().path()), "only the API is tagged");
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let asked = request.extensions().get::<Asked>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    let Some(who) = asked.who().filter(|_| response.status() == StatusCode::OK) else { return response };
    let who = format!("{}\n{}\n", who.tenant_id, who.person_id);
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let hash = Sha256::new().chain_update(who).chain_update(&body).finalize();
    let shown = BASE64URL_NOPAD.encode(hash.get(..18).unwrap_or_default());
    let tag = match parts.extensions.get::<Version>() {
        Some(version) => format!("\"{}.{shown}\"", version.0),
        // Weak: compression may change the bytes on their way.
        None => format!("W/\"{shown}\""),
    };
    if known.is_some_and(|known| holds(&known, &tag)) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    let body = if parts.status == StatusCode::NOT_MODIFIED { Body::empty() } else { Body::from(body) };
    Response::from_parts(parts, body)
}

/// Whether `If-None-Match` names `tag`, by weak comparison (RFC 9110 section 13.1.2).
fn holds(header: &HeaderValue, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let header = header.to_str().unwrap_or_default();
    header.trim() == "*" || header.split(',').any(|one| bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::holds;
    use axum::http::HeaderValue;

    #[test]
    fn a_list_of_tags_weak_or_strong() {
        let holds = |header: &'static str| holds(&HeaderValue::from_static(header), "W/\"abc\"");
        assert!(holds("W/\"abc\"") && holds("\"abc\"") && holds("\"x\", W/\"abc\"") && holds("*"));
        assert!(!holds("\"ab\"") && !holds("abc") && !holds(""));
    }
}
