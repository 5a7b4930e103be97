//! A change that a program sends twice is done once (PORTAL X-5): `Idempotency-Key`, scoped to the organisation.
//!
//! Invariants: of requests that come at once exactly one is done; the same key with the same request gets the answer that
//! the first one got, for a day; the same key with anything else, from somebody else, or by somebody who has other
//! roles by now is refused, so an old answer shows nobody what they may not see today. What failed on our side may be
//! sent again, and a secret in an answer is not kept. What was begun and never answered, because the process died in between, is never done a second time.

mod store;

use super::error_response::problem_content_type;
use super::extract::{Authenticate, Caller, Required, caller};
use super::middleware::BODY_LIMIT_BYTES;
use super::version::Versioned;
use crate::app::App;
use crate::platform::access::Actor;
use crate::platform::base::DAY_MS;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::Sentence;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::Kept;

/// How long an answer is kept.
const KEPT_MS: i64 = DAY_MS;
/// The longest key.
const MOST_OF_A_KEY: usize = 255;
/// What an answer from the store says of itself.
const REPLAYED: &str = "idempotency-replayed";

/// A secret in an answer of the API that is shown this once: put beside the answer as an extension. When the answer is
/// kept for who sends the change again, it is kept without.
#[derive(Clone)]
pub struct ShownOnce(pub String);

/// `body` as it may be kept.
fn without_secret(body: &Bytes, secret: Option<&ShownOnce>) -> Bytes {
    let text = secret.and_then(|ShownOnce(secret)| Some(std::str::from_utf8(body).ok()?.replace(secret, "")));
    text.map_or_else(|| body.clone(), Bytes::from)
}

/// Around every change. A form of a page has no such key; our own script sends one when the link broke and it tries again.
pub(super) async fn once(mut request: Request, next: Next) -> Response {
    // Where nothing is held against a version, nothing is done under the belief that it is (RFC 9110 section 13.1.1).
    let is_versioned = request.extensions().get::<Versioned>().is_some();
    if request.headers().contains_key(header::IF_MATCH) && !is_versioned {
        return Error::Precondition.into_response();
    }
    let Some(key) = request.headers().get("idempotency-key").cloned() else { return next.run(request).await };
    let Some(key) = readable(&key) else {
        let text =
            Sentence::english("An Idempotency-Key has 1 to 255 printable ASCII characters, such as a UUID.");
        return Error::Invalid(vec![FieldError { field: "Idempotency-Key", text }]).into_response();
    };
    let (app, actor) = match recognised(&mut request).await {
        Ok(Some(known)) => known,
        // The route itself refuses who may not, and that is written down there.
        Ok(None) => return next.run(request).await,
        Err(error) => return error.into_response(),
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT_BYTES).await else { return Error::TooLarge.into_response() };
    let believed: Vec<_> = parts.headers.get_all(header::IF_MATCH).iter().collect();
    let what = format!("{} {} {believed:?}", parts.method, parts.uri);
    let place =
        Place { app, tenant_id: actor.tenant_id.clone(), key, sha256: fingerprint(&actor, &what, &body) };
    match place.claim().await {
        Ok(None) => place.finish(next.run(Request::from_parts(parts, Body::from(body))).await).await,
        Ok(Some(kept)) => place.again(kept).unwrap_or_else(IntoResponse::into_response),
        Err(error) => error.into_response(),
    }
}

fn readable(key: &HeaderValue) -> Option<String> {
    let key = key.to_str().ok()?.trim();
    ((1..=MOST_OF_A_KEY).contains(&key.len())).then(|| key.to_owned())
}

/// Who asks, when they may do what the route is for.
async fn recognised(request: &mut Request) -> Result<Option<(App, Actor)>, Error> {
    let missing = || Error::Internal(anyhow::anyhow!("a change of the API is mounted outside of the frame"));
    let extensions = request.extensions();
    let app = extensions.get::<App>().cloned().ok_or_else(missing)?;
    let gate = extensions.get::<Arc<dyn Authenticate>>().cloned().ok_or_else(missing)?;
    let required = extensions.get::<Required>().copied().ok_or_else(missing)?;
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let actor = caller(&app, gate.as_ref(), &uri, &headers, extensions).await?;
    request.extensions_mut().insert(Caller(actor.clone()));
    Ok(actor.may(required.action).is_ok().then_some((app, actor)))
}

/// What makes two requests the same one. Roles are part of it: see the module.
fn fingerprint(actor: &Actor, what: &str, body: &[u8]) -> Vec<u8> {
    let who = serde_json::json!([actor.person_id, actor.roles.to_string(), what]).to_string();
    Sha256::new().chain_update(who).chain_update([0]).chain_update(body).finalize().to_vec()
}

/// One key of one organisation.
struct Place {
    app: App,
    tenant_id: String,
    key: String,
    sha256: Vec<u8>,
}

impl Place {
    /// Takes the key, or says what is there already.
    async fn claim(&self) -> Result<Option<Kept>, Error> {
        let now_ms = self.app.clock.now_ms();
        let mut tx = self.app.db.write().await?;
        store::forget_older(&mut tx, now_ms - KEPT_MS).await?;
        let kept = match store::claim(&mut tx, &self.tenant_id, &self.key, &self.sha256, now_ms).await? {
            true => None,
            false => store::kept(&mut tx, &self.tenant_id, &self.key).await?,
        };
        tx.commit().await?;
        Ok(kept)
    }

    /// Keeps the answer, or gives the key back when nothing was done.
    async fn finish(&self, response: Response) -> Response {
        let status = response.status();
        let (parts, body) = response.into_parts();
        let kept = async {
            let body = to_bytes(body, usize::MAX).await.map_err(|cause| Error::Internal(cause.into()))?;
            let mut tx = self.app.db.write().await?;
            let status_is_redirect = status.is_redirection();
            if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                store::release(&mut tx, &self.tenant_id, &self.key).await?;
            } else {
                let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                let status = i64::from(status.as_u16());
                let kept = match parts.headers.get(header::LOCATION) {
                    // A page says by its address how it went.
                    Some(to) if status_is_redirect => Bytes::copy_from_slice(to.as_bytes()),
                    _ => without_secret(&body, parts.extensions.get()),
                };
                store::keep(&mut tx, &self.tenant_id, &self.key, (status, kind, &kept)).await?;
            }
            tx.commit().await?;
            Ok::<Bytes, Error>(body)
        };
        match kept.await {
            Ok(body) => Response::from_parts(parts, Body::from(body)),
            Err(error) => error.into_response(),
        }
    }

    /// The answer to a key that is taken.
    fn again(&self, kept: Kept) -> Result<Response, Error> {
        if kept.request_sha256 != self.sha256 {
            let text = Sentence::english(
                "This Idempotency-Key was used for another request. Take a fresh key for each change.",
            );
            return Err(Error::Invalid(vec![FieldError { field: "Idempotency-Key", text }]));
        }
        let Some(status) = kept.status.and_then(|status| u16::try_from(status).ok()) else {
            return Err(Error::Conflict {
                code: "idempotency_in_progress",
                text: Sentence::english(
                    "A request with this Idempotency-Key has begun and has no answer yet. Ask again in a moment; if it stays \
                       so, look whether the change is there before you send it under a fresh key.",
                ),
            });
        };
        let status = StatusCode::from_u16(status).map_err(|cause| Error::Internal(cause.into()))?;
        let replayed = (HeaderName::from_static(REPLAYED), HeaderValue::from_static("true"));
        if status.is_redirection() {
            let to = HeaderValue::from_bytes(&kept.body.unwrap_or_default());
            let to = to.map_err(|cause| Error::Internal(cause.into()))?;
            return Ok((status, [(header::LOCATION, to), replayed]).into_response());
        }
        let kind = kept.content_type.as_deref().and_then(|kind| HeaderValue::from_str(kind).ok());
        let kind = kind.unwrap_or_else(problem_content_type);
        let headers = [(header::CONTENT_TYPE, kind), replayed];
        Ok((status, headers, kept.body.unwrap_or_default()).into_response())
    }
}
