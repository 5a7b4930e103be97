//! A form that somebody overtook: nothing of it was done, and the page says so, who changed what meanwhile, what was
//! entered, and how to go on. Put around every form by [`super::super::Routes`], so that no room has to think of it.

use super::FIELD;
use super::words::Words;
use crate::app::App;
use crate::platform::base::Reader;
use crate::platform::error::Error;
use crate::platform::web::extract::Authenticate;
use crate::platform::web::fresh::Kept;
use crate::platform::web::layout::bare;
use crate::platform::web::middleware::{BODY_LIMIT_BYTES, wants_page};
use crate::platform::web::query_value;
use crate::platform::web::refusals::Asked;
use crate::platform::web::spoken::Spoken;
use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// What was changed meanwhile; beside the answer that says so.
#[derive(Clone, Debug)]
pub(in crate::platform::web) struct Stale {
    /// Its kind, as the log names it.
    pub(in crate::platform::web) kind: &'static str,
    /// Its id.
    pub(in crate::platform::web) id: String,
    /// Its version now.
    pub(in crate::platform::web) version: String,
}

/// The last thing that the log tells of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// Who did it.
    pub who: String,
    /// What, as the end of a sentence that begins with who.
    pub what: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

#[derive(Template)]
#[template(path = "platform/web/version/stale.html")]
struct StaleMain {
    words: Words,
    last: Option<String>,
    entered: Vec<(String, String)>,
    pairs: Vec<(String, String)>,
    back: String,
    again: String,
}

/// Keeps what is sent with a form that says which version it was made from, until it is clear that it still is.
pub(in crate::platform::web) async fn keep_entered(request: Request, next: Next) -> Response {
    let says = request.uri().query().is_some_and(|query| query.contains(FIELD));
    if !says || !wants_page(request.headers()) || !is_small_form(request.headers()) {
        return next.run(request).await;
    }
    let extensions = request.extensions();
    let (app, asked) = (extensions.get::<App>().cloned(), extensions.get::<Asked>().cloned());
    let gate = extensions.get::<Arc<dyn Authenticate>>().cloned();
    let (uri, back) = (request.uri().clone(), came_from(request.headers()));
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT_BYTES).await else { return Error::TooLarge.into_response() };
    let form = String::from_utf8_lossy(&bytes).into_owned();
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let Some(stale) = response.extensions().get::<Stale>().cloned() else { return response };
    let who = asked.as_ref().and_then(Asked::who);
    let reader = who.map_or_else(Reader::default, |actor| actor.reader);
    let last = match (&app, &gate, who) {
        (Some(app), Some(gate), Some(actor)) => {
            gate.last_change(app, actor, (stale.kind, &stale.id)).await.ok().flatten()
        }
        _ => None,
    };
    let pairs = Kept { to: String::new(), form: Some(form) }.pairs();
    let words = Words(reader.language);
    let main = StaleMain {
        words,
        last: last.map(|last| {
            let what = format!("{} {}", last.who, last.what);
            words.last(&what, reader.weekday_minute(last.at_ms))
        }),
        entered: pairs.iter().filter(|(_, value)| !value.trim().is_empty()).map(spoken).collect(),
        pairs,
        back,
        again: anew(&uri, &stale.version),
    };
    bare(StatusCode::CONFLICT, words.changed(), &Spoken::only(reader.language), &main)
}

/// Whether it is a form without documents: what a person typed, not what they brought.
fn is_small_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// The page with the form; the start page where the browser does not say.
fn came_from(headers: &HeaderMap) -> String {
    let from = headers.get(header::REFERER).and_then(|from| from.to_str().ok());
    let from = from.and_then(|from| from.parse::<Uri>().ok());
    let path = from.map(|from| from.path().to_owned()).filter(|path| !path.starts_with("//"));
    path.unwrap_or_else(|| "/".to_owned())
}

/// Where the same form goes when it is meant for what the record is now.
fn anew(uri: &Uri, version: &str) -> String {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
    let others = pairs.into_iter().filter(|(name, _)| name != FIELD);
    let query = others.chain([(FIELD.to_owned(), version.to_owned())]);
    let query = query.map(|(name, value)| format!("{}={}", query_value(&name), query_value(&value)));
    format!("{}?{}", uri.path(), query.collect::<Vec<_>>().join("&"))
}

/// A field as people read it: `tax_form` is "Tax form".
fn spoken((name, value): &(String, String)) -> (String, String) {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    (format!("{first}{}", letters.as_str()), value.clone())
}

#[cfg(test)]
mod tests {
    use super::{anew, came_from, spoken};
    use axum::http::{HeaderMap, header};

    #[test]
    fn the_same_form_goes_on_for_the_version_of_now() {
        let anew = |uri: &str| anew(&uri.parse().unwrap(), "new");
        assert_eq!(anew("/x/do?version=old"), "/x/do?version=new");
        assert_eq!(anew("/x/do?on=a%26b&version=old"), "/x/do?on=a%26b&version=new");
    }

    #[test]
    fn the_way_back_stays_with_us() {
        let from =
            |said: &'static str| came_from(&HeaderMap::from_iter([(header::REFERER, said.parse().unwrap())]));
        assert_eq!(from("https://portal.example/portal/sharing?x=1"), "/portal/sharing");
        assert_eq!(from("https://evil.example/portal"), "/portal", "only a path is taken");
        assert_eq!(from("https://portal.example//evil.example"), "/");
        assert_eq!(came_from(&HeaderMap::new()), "/");
        assert_eq!(spoken(&("tax_form".to_owned(), "w9".to_owned())).0, "Tax form");
    }
}
