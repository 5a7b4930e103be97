//! Forms that bring documents along. Without any, an ordinary form or an API call is taken too.

use super::form::Form;
use crate::app::App;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::said;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

/// The largest form with documents.
pub(super) const UPLOAD_LIMIT_BYTES: usize = 16 * 1024 * 1024;
/// More parts than any form has.
const MOST_PARTS: usize = 64;

/// What a form said and brought.
#[derive(Clone, Debug, Default)]
pub struct UploadForm {
    /// Name and value of each field, in order.
    pub fields: Vec<(String, String)>,
    /// Field, file name and content of each document; empty choices are left out.
    pub files: Vec<(String, String, Vec<u8>)>,
}

impl UploadForm {
    /// To be put on a route that takes documents: without it a body is cut where forms end.
    pub fn limit() -> DefaultBodyLimit {
        DefaultBodyLimit::max(UPLOAD_LIMIT_BYTES)
    }

    /// The value of a field, trimmed; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.trim())
    }
}

impl FromRequest<App> for UploadForm {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, app).await?;
            return Ok(Self { fields, files: Vec::new() });
        }
        let mut parts = Multipart::from_request(request, app).await.map_err(rejected)?;
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            if form.fields.len() + form.files.len() >= MOST_PARTS {
                return Err(Error::TooLarge);
            }
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = part.bytes().await.map_err(broken)?;
                    if !bytes.is_empty() {
                        form.files.push((name, file, bytes.to_vec()));
                    }
                }
                None => form.fields.push((name, part.text().await.map_err(broken)?)),
            }
        }
        Ok(form)
    }
}

fn rejected(rejection: MultipartRejection) -> Error {
    unreadable(&rejection.body_text())
}

fn broken(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge
    } else {
        unreadable(&error.body_text())
    }
}

fn unreadable(cause: &str) -> Error {
    let text = said! {
        en: "What was sent could not be read: {cause}. Go back, reload the page and try again.",
        th: "อ่านข้อมูลที่ส่งมาไม่ได้: {cause} ย้อนกลับ โหลดหน้านี้ใหม่ แล้วลองอีกครั้ง",
    };
    Error::Invalid(vec![FieldError { field: "form", text }])
}
