//! An [`Error`] as an answer. The body here is the machine's; the page around it is put on by the error page layer,
//! which knows who asked.

use super::version::stale::Stale;
use crate::platform::error::Error;
use crate::platform::words::Sentence;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// When to come back to a service that is busy, seconds.
const BUSY_S: u32 = 5;

/// RFC 9457 problem details.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// A name of its own for each `code`; no address to be opened.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The same for every problem of this status.
    pub(crate) title: &'static str,
    pub(crate) status: u16,
    /// What happened, why, and what to do next, as a sentence.
    pub(crate) detail: String,
    pub(crate) code: &'static str,
    pub(crate) fields: Vec<ProblemField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unlocks_at: Option<&'static str>,
    /// With `version_changed`: the version as it is now, for an `If-Match` of who has looked at it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
}

/// The same for a person, in each language; beside the answer, for the page around it.
#[derive(Clone, Debug)]
pub(super) struct Told(pub(super) Sentence);

impl Told {
    /// With what is wrong with each field.
    fn of(error: &Error) -> Self {
        match error {
            Error::Invalid(fields) => {
                Self(fields.iter().fold(error.sentence(), |told, field| told.then(&field.text)))
            }
            _ => Self(error.sentence()),
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ProblemField {
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

impl Error {
    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignIn | Self::Key { .. } => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Elsewhere(_) => StatusCode::SEE_OTHER,
            Self::Forbidden { .. } | Self::TierLocked { .. } | Self::StepUp => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Gone(_) => StatusCode::GONE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Precondition | Self::Changed { .. } => StatusCode::PRECONDITION_FAILED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its machine code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::NotFound => "not_found",
            Self::Elsewhere(_) => "elsewhere",
            Self::Forbidden { code, .. } | Self::Conflict { code, .. } | Self::Key { code, .. } => code,
            Self::StepUp => "step_up_required",
            Self::TierLocked { .. } => "tier_locked",
            Self::Invalid(_) => "invalid",
            Self::Gone(_) => "gone",
            Self::TooMany { .. } => "too_many",
            Self::TooLarge => "too_large",
            Self::MediaType => "unsupported_media_type",
            Self::Precondition => "precondition_failed",
            Self::Changed { .. } => "version_changed",
            Self::Method => "method_not_allowed",
            Self::Busy => "busy",
            Self::Internal(_) => "internal",
        }
    }
}

/// What RFC 9457 calls the body of a refusal.
pub(super) fn problem_content_type() -> HeaderValue {
    HeaderValue::from_static("application/problem+json")
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Elsewhere(path) = self {
            return Redirect::to(path).into_response();
        }
        if let Self::Internal(cause) = &self {
            tracing::error!(error = format!("{cause:#}"), "a request failed on our side");
        }
        let told = Told::of(&self);
        let fields = match &self {
            Self::Invalid(fields) => {
                fields.iter().map(|f| ProblemField { field: f.field, text: f.text.to_string() }).collect()
            }
            _ => Vec::new(),
        };
        let status = self.status();
        let unlocks_at = match &self {
            Self::TierLocked { unlocks_at, .. } => Some(*unlocks_at),
            _ => None,
        };
        let version = match &self {
            Self::Changed { version, .. } => Some(version.clone()),
            _ => None,
        };
        let (detail, code) = (self.to_string(), self.code());
        let kind = format!("urn:riversync:problem:{code}");
        let title = status.canonical_reason().unwrap_or("Error");
        let problem =
            Problem { kind, title, status: status.as_u16(), detail, code, fields, unlocks_at, version };
        let mut response = (status, axum::Json(problem.clone())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, problem_content_type());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::TooMany { retry_after_s } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
            }
            Self::Busy => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(BUSY_S));
            }
            Self::SignIn | Self::Key { .. } => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::Changed { kind, id, version } => {
                response.extensions_mut().insert(Stale { kind, id, version });
            }
            _ => {}
        }
        response.extensions_mut().insert(told);
        response.extensions_mut().insert(Arc::new(problem));
        response
    }
}
