//! Pages without a frame: sign-in, used links, errors. They know nothing of who looks at them.

use crate::platform::web::assets;
use crate::platform::web::parts::Icon;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

#[derive(Template)]
#[template(path = "platform/web/layout/bare.html")]
struct Bare<'a> {
    title: &'a str,
    css: String,
    main: String,
}

#[derive(Template)]
#[template(path = "platform/web/layout/error.html")]
struct ErrorMain<'a> {
    status: u16,
    heading: &'static str,
    sentence: &'a str,
    on: &'static str,
    on_label: &'static str,
    request_id: &'a str,
}

/// A page of one column: `main` is the template inside it.
pub fn bare(status: StatusCode, title: &str, main: &impl Template) -> Response {
    let page = main.render().and_then(|main| Bare { title, css: assets::url("app.css"), main }.render());
    let mut response = match page {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.").into_response()
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An error as a page: what happened, why, a way on, and the number under which our log knows it. The start page
/// sends who is not signed in to sign in.
pub fn error_page(status: StatusCode, sentence: &str, request_id: &str) -> Response {
    let heading = match status.as_u16() {
        403 => "Not for your role",
        404 => "Nothing here",
        405 => "Not this way",
        409 => "Something changed meanwhile",
        410 => "This link is no longer good",
        413 | 422 => "That cannot be accepted",
        429 => "Too many tries",
        503 => "Busy",
        400..=499 => "That did not work",
        _ => "Something went wrong on our side",
    };
    let (on, on_label) = match status.as_u16() {
        410 => ("/partners/login", "Request a new link"),
        _ => ("/", "Go to your start page"),
    };
    let main = ErrorMain { status: status.as_u16(), heading, sentence, on, on_label, request_id };
    bare(status, heading, &main)
}
