//! What every JSON answer and body of the API shares.

use crate::platform::error::{Error, FieldError};
use crate::platform::words::Sentence;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use data_encoding::BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use utoipa::ToSchema;

/// Something with an id and a name for people: `{"id":"bkkfoods","name":"BKKFoods"}`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Named<'a> {
    id: &'a str,
    name: &'a str,
}

impl<'a> Named<'a> {
    /// What `id` is called `name`.
    pub fn new(id: &'a str, name: &'a str) -> Self {
        Self { id, name }
    }
}

impl<'a> From<&'a (String, String)> for Named<'a> {
    fn from((id, name): &'a (String, String)) -> Self {
        Self { id, name }
    }
}

/// The body of a change that says why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// Read by those concerned, and in the log.
    #[serde(default)]
    pub reason: String,
}

/// A document inside a body.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentBody {
    /// Its file name.
    name: String,
    /// Its content, Base64.
    content: String,
}

impl DocumentBody {
    /// Its name and content, as a form would bring them.
    ///
    /// # Errors
    /// 422 at `field` when the content is no Base64.
    pub fn read(self, field: &'static str) -> Result<(String, Vec<u8>), Error> {
        match BASE64.decode(self.content.as_bytes()) {
            Ok(content) => Ok((self.name, content)),
            Err(cause) => {
                let text =
                    format!("The content of {} is no Base64: {cause}. Encode the whole file.", self.name);
                let text = Sentence::english(text);
                Err(Error::Invalid(vec![FieldError { field, text }]))
            }
        }
    }
}

/// The body of a request, whatever it is worth: it is read once it is clear that the asker may know of what it changes.
pub struct JsonBody<T>(Result<T, Error>);

impl<T> JsonBody<T> {
    /// What it says.
    ///
    /// # Errors
    /// 422 with what is wrong with it and where, when it is no JSON of that shape; 415 when it is no JSON by its own word;
    /// 413 when it is too large.
    pub fn read(self) -> Result<T, Error> {
        self.0
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let read = Json::from_request(request, state).await;
        Ok(Self(read.map(|Json(body)| body).map_err(refused)))
    }
}

fn refused(rejection: JsonRejection) -> Error {
    match rejection.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => return Error::MediaType,
        StatusCode::PAYLOAD_TOO_LARGE => return Error::TooLarge,
        _ => {}
    }
    let text = Sentence::english(format!("The body could not be read: {}.", rejection.body_text()));
    Error::Invalid(vec![FieldError { field: "body", text }])
}

/// What an answer of the API says, for whoever is told of it without having asked.
///
/// # Errors
/// [`Error::Internal`] when the shape is none of JSON, which a test forbids.
pub fn json_value(shape: &impl Serialize) -> Result<serde_json::Value, Error> {
    serde_json::to_value(shape).map_err(|cause| Error::Internal(cause.into()))
}

/// One of the keys that a query parameter may have.
///
/// # Errors
/// 422 that names them, when `given` is none of them.
pub fn one_of<T: Copy>(
    field: &'static str,
    given: Option<&str>,
    all: &[T],
    key: fn(T) -> &'static str,
) -> Result<Option<T>, Error> {
    let Some(given) = given else { return Ok(None) };
    if let Some(found) = all.iter().copied().find(|one| key(*one) == given) {
        return Ok(Some(found));
    }
    let keys: Vec<&str> = all.iter().copied().map(key).collect();
    let text = Sentence::english(format!("Ask for one of {}.", keys.join(", ")));
    Err(Error::Invalid(vec![FieldError { field, text }]))
}
