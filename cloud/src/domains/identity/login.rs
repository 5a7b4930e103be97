//! Asking for a link, and typing the code that came with it.

use super::browser::Browser;
use super::cookie::Cookie;
use super::pages::{Next, begun_at};
use super::{ask, gate, redeem, rules};
use crate::app::App;
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::parts::{Field, FormErrors, Input};
use crate::platform::web::{Form, Query, layout};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "domains/identity/login.html")]
struct LoginMain {
    problems: FormErrors,
    email: Field,
    next: String,
    demo: bool,
}

#[derive(Template)]
#[template(path = "domains/identity/check_mail.html")]
struct CheckMailMain {
    problems: FormErrors,
    code: Field,
    email: String,
    next: String,
    demo: bool,
}

pub(super) async fn page(
    State(app): State<App>,
    headers: HeaderMap,
    next: Query<Next>,
) -> Result<Response, Error> {
    let next = rules::safe_next(&next.0.next).unwrap_or_default().to_owned();
    if let Ok(actor) = gate::recognise(&app, &headers).await {
        let to = if next.is_empty() { rules::landing(&actor) } else { &next };
        return Ok(Redirect::to(to).into_response());
    }
    Ok(login(&app, StatusCode::OK, "", next, &[]))
}

fn login(app: &App, status: StatusCode, email: &str, next: String, problems: &[FieldError]) -> Response {
    let field = Field::new("email", "E-mail address", Input::Line("email"))
        .value(email)
        .required()
        .autocomplete("email")
        .errors(problems);
    let main = LoginMain {
        problems: FormErrors::new(problems, Language::default()),
        email: field,
        next,
        demo: app.config.demo,
    };
    layout::bare(status, "Sign in", &main)
}

#[derive(Deserialize)]
pub(super) struct LoginForm {
    email: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn request_link(
    State(app): State<App>,
    browser: Browser,
    Form(form): Form<LoginForm>,
) -> Result<Response, Error> {
    match ask::request_link(&app, &form.email, Some(&form.next), &browser).await {
        Ok(mark) => {
            let page = check_mail(&app, StatusCode::OK, form.email.trim(), form.next, &[]);
            Ok((AppendHeaders([(header::SET_COOKIE, Cookie::Asking.set(&app, &mark))]), page).into_response())
        }
        Err(Error::Invalid(problems)) => {
            Ok(login(&app, StatusCode::UNPROCESSABLE_ENTITY, &form.email, form.next, &problems))
        }
        Err(error) => Err(error),
    }
}

fn check_mail(app: &App, status: StatusCode, email: &str, next: String, problems: &[FieldError]) -> Response {
    let code = Field::new("code", "Code from the mail", Input::Line("text"))
        .required()
        .autocomplete("one-time-code")
        .errors(problems);
    let main = CheckMailMain {
        problems: FormErrors::new(problems, Language::default()),
        code,
        email: email.to_owned(),
        next,
        demo: app.config.demo,
    };
    layout::bare(status, "Check your mail", &main)
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn redeem_code(
    State(app): State<App>,
    browser: Browser,
    Form(form): Form<CodeForm>,
) -> Result<Response, Error> {
    match redeem::redeem_code(&app, &form.code, &browser).await {
        Ok(begun) => Ok(begun_at(&app, &begun, rules::safe_next(&form.next))),
        Err(Error::Invalid(problems)) => {
            Ok(check_mail(&app, StatusCode::UNPROCESSABLE_ENTITY, form.email.trim(), form.next, &problems))
        }
        Err(error) => Err(error),
    }
}
