//! An [`Error`] as an answer. The body here is the machine's; the page around it is put on by the error page layer,
//! which knows who asked.

use crate::platform::error::Error;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use std::sync::Arc;

/// RFC 9457 problem details.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Problem {
    pub(crate) title: String,
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) fields: Vec<ProblemField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unlocks_at: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProblemField {
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

impl Error {
    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Elsewhere(_) => StatusCode::SEE_OTHER,
            Self::Forbidden { .. } | Self::TierLocked { .. } | Self::StepUp => StatusCode::FORBIDDEN,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Gone(_) => StatusCode::GONE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
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
            Self::Forbidden { code, .. } | Self::Conflict { code, .. } => code,
            Self::StepUp => "step_up_required",
            Self::TierLocked { .. } => "tier_locked",
            Self::Invalid(_) => "invalid",
            Self::Gone(_) => "gone",
            Self::TooMany { .. } => "too_many",
            Self::TooLarge => "too_large",
            Self::Method => "method_not_allowed",
            Self::Busy => "busy",
            Self::Internal(_) => "internal",
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Elsewhere(path) = self {
            return Redirect::to(path).into_response();
        }
        if let Self::Internal(cause) = &self {
            tracing::error!(error = format!("{cause:#}"), "a request failed on our side");
        }
        let fields = match &self {
            Self::Invalid(fields) => {
                fields.iter().map(|f| ProblemField { field: f.field, text: f.text.clone() }).collect()
            }
            _ => Vec::new(),
        };
        let status = self.status();
        let unlocks_at = match &self {
            Self::TierLocked { unlocks_at, .. } => Some(*unlocks_at),
            _ => None,
        };
        let (title, code) = (self.to_string(), self.code());
        let problem = Problem { title, status: status.as_u16(), code, fields, unlocks_at };
        let mut response = (status, axum::Json(problem.clone())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        if let Self::TooMany { retry_after_s } = self {
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from(retry_after_s));
        }
        response.extensions_mut().insert(Arc::new(problem));
        response
    }
}
