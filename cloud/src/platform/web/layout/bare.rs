//! Pages without a frame: sign-in, used links, errors. They know nothing of who looks at them but the language.

use super::words::Words;
use crate::platform::web::assets;
use crate::platform::web::parts::Icon;
use crate::platform::web::spoken::Spoken;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

#[derive(Template)]
#[template(path = "platform/web/layout/bare.html")]
struct Bare<'a> {
    title: &'a str,
    spoken: &'a Spoken,
    css: String,
    main: String,
}

#[derive(Template)]
#[template(path = "platform/web/layout/error.html")]
struct ErrorMain<'a> {
    words: Words,
    status: u16,
    heading: &'static str,
    sentence: &'a str,
    on: &'static str,
    on_label: &'static str,
    request_id: &'a str,
}

/// A page of one column: `main` is the template inside it, in the language of `spoken`.
pub fn bare(status: StatusCode, title: &str, spoken: &Spoken, main: &impl Template) -> Response {
    let page =
        main.render().and_then(|main| Bare { title, spoken, css: assets::url("app.css"), main }.render());
    let mut response = match page {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response()
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    spoken.mark(&mut response);
    response
}

/// An error as a page: what happened, why, a way on, and the number under which our log knows it. The start page
/// sends who is not signed in to sign in.
pub fn error_page(status: StatusCode, sentence: &str, request_id: &str, spoken: &Spoken) -> Response {
    let words = Words(spoken.language);
    let heading = match status.as_u16() {
        403 => words.not_for_your_role(),
        404 => words.nothing_here(),
        405 => words.not_this_way(),
        409 => words.changed_meanwhile(),
        410 => words.link_no_longer_good(),
        413 | 422 => words.not_accepted(),
        429 => words.too_many_tries(),
        503 => words.busy(),
        400..=499 => words.did_not_work(),
        _ => words.went_wrong(),
    };
    let (on, on_label) = match status.as_u16() {
        410 => ("/partners/login", words.request_new_link()),
        _ => ("/", words.to_start_page()),
    };
    let main = ErrorMain { words, status: status.as_u16(), heading, sentence, on, on_label, request_id };
    bare(status, heading, spoken, &main)
}
