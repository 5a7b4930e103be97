//! Asking for a link, and typing the code that came with it.

use super::browser::Browser;
use super::cookie::Cookie;
use super::pages::{Next, begun_at};
use super::words::Words;
use super::{ask, gate, redeem, rules};
use crate::app::App;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::parts::{Field, FormErrors, Input};
use crate::platform::web::{Form, Query, Spoken, layout};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "domains/identity/login.html")]
struct LoginMain {
    words: Words,
    problems: FormErrors,
    email: Field,
    next: String,
    demo: bool,
}

#[derive(Template)]
#[template(path = "domains/identity/check_mail.html")]
struct CheckMailMain {
    words: Words,
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
    spoken: Spoken,
) -> Result<Response, Error> {
    let next = rules::safe_next(&next.0.next).unwrap_or_default().to_owned();
    if let Ok(actor) = gate::recognise(&app, &headers).await {
        let to = if next.is_empty() { rules::landing(&actor) } else { &next };
        return Ok(Redirect::to(to).into_response());
    }
    Ok(login(&app, (StatusCode::OK, &spoken), "", next, &[]))
}

fn login(
    app: &App,
    (status, spoken): (StatusCode, &Spoken),
    email: &str,
    next: String,
    problems: &[FieldError],
) -> Response {
    let (words, language) = (Words(spoken.language), spoken.language);
    let field = Field::new("email", words.email_address(), Input::Line("email"))
        .value(email)
        .required()
        .autocomplete("email")
        .errors(problems, language);
    let spoken = spoken.keeping("next", &next);
    let main = LoginMain {
        words,
        problems: FormErrors::new(problems, language),
        email: field,
        next,
        demo: app.config.demo,
    };
    layout::bare(status, words.sign_in(), &spoken, &main)
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
    spoken: Spoken,
    Form(form): Form<LoginForm>,
) -> Result<Response, Error> {
    match ask::request_link(&app, &form.email, Some(&form.next), &browser).await {
        Ok(mark) => {
            let page = check_mail(&app, (StatusCode::OK, &spoken), form.email.trim(), form.next, &[]);
            Ok((AppendHeaders([(header::SET_COOKIE, Cookie::Asking.set(&app, &mark))]), page).into_response())
        }
        Err(Error::Invalid(problems)) => {
            let refused = (StatusCode::UNPROCESSABLE_ENTITY, &spoken);
            Ok(login(&app, refused, &form.email, form.next, &problems))
        }
        Err(error) => Err(error),
    }
}

fn check_mail(
    app: &App,
    (status, spoken): (StatusCode, &Spoken),
    email: &str,
    next: String,
    problems: &[FieldError],
) -> Response {
    let (words, language) = (Words(spoken.language), spoken.language);
    let code = Field::new("code", words.code_from_mail(), Input::Line("text"))
        .required()
        .autocomplete("one-time-code")
        .errors(problems, language);
    let main = CheckMailMain {
        words,
        problems: FormErrors::new(problems, language),
        code,
        email: email.to_owned(),
        next,
        demo: app.config.demo,
    };
    layout::bare(status, words.check_mail(), spoken, &main)
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
    spoken: Spoken,
    Form(form): Form<CodeForm>,
) -> Result<Response, Error> {
    match redeem::redeem_code(&app, &form.code, &browser).await {
        Ok(begun) => Ok(begun_at(&app, &begun, rules::safe_next(&form.next))),
        Err(Error::Invalid(problems)) => {
            let refused = (StatusCode::UNPROCESSABLE_ENTITY, &spoken);
            Ok(check_mail(&app, refused, form.email.trim(), form.next, &problems))
        }
        Err(error) => Err(error),
    }
}
