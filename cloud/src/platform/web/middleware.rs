//! What every request passes, from the outside in: whose address it is, id and trace, security headers, error page, compression, panics,
//! time limit, body limit, cross-site check, what was refused. Then the route.
//!
//! Invariants: a log line never holds a query, a token or a header; every answer carries the request id; a handler
//! that panics or hangs costs one answer, not the service.

use super::client_address::client_address;
use super::error_page::error_page;
use super::extract::{Authenticate, RequestId};
use super::headers::security_headers;
use super::limits::Limits;
use super::refusals::note_refusals;
use super::upload::UPLOAD_LIMIT_BYTES;
use crate::app::App;
use crate::platform::base::correlation;
use crate::platform::error::Error;
use crate::platform::words::said;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tracing::Instrument;

/// The largest body of a form or an API call; a route that takes documents says so itself ([`super::UploadForm`]).
pub(super) const BODY_LIMIT_BYTES: usize = 256 * 1024;

/// Puts everything around `router` that a request from a person passes.
pub fn dress(router: Router<App>, app: &App, gate: Arc<dyn Authenticate>) -> Router {
    router
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::Method)
        .layer(Extension(gate.clone()))
        .layer(Extension(app.clone()))
        .layer(Extension(Arc::<Limits>::default()))
        .layer(from_fn_with_state((app.clone(), gate), note_refusals))
        .layer(from_fn(no_nul))
        .layer(cross_site(app))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(RequestBodyLimitLayer::new(2 * UPLOAD_LIMIT_BYTES))
        .layer(from_fn_with_state(app.config.request_timeout, time_limit))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn(error_page))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(app.clone(), trace))
        .layer(from_fn_with_state(app.clone(), client_address))
        .with_state(app.clone())
}

/// Names the request, follows it and writes one line about it.
async fn trace(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = app.ids.next("req");
    // The route's template, not the path: a path may hold a sign-in token.
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = %id, method = %request.method(), route = %route);
    request.extensions_mut().insert(RequestId(id.clone()));
    let started = tokio::time::Instant::now();
    let shown = id.clone();
    let answering = async move {
        let mut response = next.run(request).await;
        let took = started.elapsed();
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        app.metrics.answered(&route, status, took);
        // Supervisors ask every second; what they hear is no news.
        match route.as_str() {
            "/health" | "/ready" => tracing::debug!(status, took_ms, "answered"),
            _ => tracing::info!(status, took_ms, "answered"),
        }
        if let Ok(id) = HeaderValue::from_str(&shown) {
            response.headers_mut().insert("x-request-id", id);
        }
        response
    };
    correlation::within(id, answering.instrument(span)).await
}

/// Nothing of ours holds the character NUL, and PostgreSQL cannot even be asked for it.
async fn no_nul(request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|asked| asked.as_str().contains("%00")) {
        return Error::NotFound.into_response();
    }
    next.run(request).await
}

/// How long a handler may take until its first byte. Streams go on after it.
async fn time_limit(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::Busy.into_response(),
    }
}

fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no message");
    Error::Internal(anyhow::anyhow!("a handler panicked: {text}")).into_response()
}

/// Refuses changes that another site's page sends in a person's name (PORTAL 6.2).
fn cross_site(app: &App) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + Send + Sync + 'static> {
    let layer = CsrfLayer::new();
    let layer = match CsrfLayer::new().add_trusted_origin(&app.config.public_url) {
        Ok(trusting) => trusting,
        Err(error) => {
            tracing::warn!(%error, "the public URL is no origin; only requests that match their Host are accepted");
            layer
        }
    };
    layer.with_rejection_response(|_: ProtectionError| {
        Error::Forbidden {
            code: "cross_site",
            text: said! {
                en: "This was sent by a page of another site, so nothing was changed. Open the page here \
                     and try again.",
                th: "คำขอนี้ส่งมาจากเว็บไซต์อื่น จึงไม่มีการเปลี่ยนแปลงใด ๆ เปิดหน้านี้จากที่นี่แล้วลองใหม่",
            },
        }
        .into_response()
    })
}

/// Whether `path` is of the API for programs: it answers JSON only, refusals too.
pub(super) fn is_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether whoever asks wants a page rather than data.
pub(super) fn wants_page(headers: &axum::http::HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|accepts| accepts.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains("text/html"))
}
