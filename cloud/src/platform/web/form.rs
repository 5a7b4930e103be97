//! Forms, queries and path parameters whose rejections are errors like all others.

use crate::platform::error::{Error, FieldError};
use crate::platform::words::{Sentence, said};
use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::StatusCode;

/// A form that was sent.
#[derive(Clone, Copy, Debug, FromRequest)]
#[from_request(via(axum::extract::Form), rejection(Error))]
pub struct Form<T>(pub T);

/// What stands behind the question mark.
#[derive(Clone, Copy, Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub struct Query<T>(pub T);

/// The parameters of the path.
#[derive(Clone, Copy, Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

impl From<FormRejection> for Error {
    fn from(rejection: FormRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::TooLarge;
        }
        Self::Invalid(vec![FieldError { field: "form", text: sentence(&rejection.body_text()) }])
    }
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        Self::Invalid(vec![FieldError { field: "query", text: sentence(&rejection.body_text()) }])
    }
}

impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

fn sentence(cause: &str) -> Sentence {
    said! {
        en: "What was sent could not be read: {cause}. Go back, reload the page and try again.",
        th: "อ่านข้อมูลที่ส่งมาไม่ได้: {cause} ย้อนกลับ โหลดหน้านี้ใหม่ แล้วลองอีกครั้ง",
    }
}
