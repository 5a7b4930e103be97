//! The page around an error: what happened, what to do next, and the number under which we find it.

use super::error_response::Problem;
use super::extract::RequestId;
use super::middleware::wants_page;
use askama::Template;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "platform/web/error_page.html")]
struct ErrorPage<'a> {
    title: &'static str,
    sentence: &'a str,
    fields: &'a [super::error_response::ProblemField],
    way_on: &'static str,
    way_on_label: &'static str,
    request_id: &'a str,
}

/// Replaces an error's machine body by a page when a person asked; sends who is not signed in to sign in.
pub(super) async fn error_page(request: Request, next: Next) -> Response {
    let page = wants_page(request.headers());
    let back = (request.method() == Method::GET)
        .then(|| request.uri().path_and_query().map_or("/", |at| at.as_str()).to_owned());
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Arc<Problem>>().cloned() else { return response };
    if !page {
        return response;
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let to = match back.as_deref() {
            None | Some("/") => "/partners/login".to_owned(),
            Some(back) => format!("/partners/login?next={}", query_value(back)),
        };
        return Redirect::to(&to).into_response();
    }
    let (way_on, way_on_label) = match problem.status {
        410 => ("/partners/login", "Request a new link"),
        _ => ("/", "Go to your start page"),
    };
    let shown = ErrorPage {
        title: title(problem.status),
        sentence: &problem.title,
        fields: &problem.fields,
        way_on,
        way_on_label,
        request_id: &id,
    };
    let (mut parts, old_body) = response.into_parts();
    match shown.render() {
        Ok(text) => {
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.remove(header::CONTENT_ENCODING);
            let mut response = Html(text).into_response();
            *response.status_mut() = parts.status;
            for (name, value) in &parts.headers {
                response.headers_mut().insert(name, value.clone());
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "the error page could not be written");
            Response::from_parts(parts, old_body)
        }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        403 => "Not allowed",
        404 => "Nothing here",
        405 => "Not this way",
        409 => "Not possible now",
        410 => "This link is used up",
        422 => "Please check what you entered",
        429 => "Too often",
        503 => "Busy",
        _ => "Something went wrong",
    }
}

/// `text` as a value inside a query.
pub fn query_value(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
