//! The page that asks, and the way back to what waits.

use super::code;
use super::words::Words;
use crate::app::App;
use crate::domains::identity::browser::Browser;
use crate::domains::identity::cookie::Cookie;
use crate::domains::identity::sessions::Begun;
use crate::domains::identity::{gate, passkeys, rules};
use crate::platform::access::{Actor, Denied};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::parts::{Field, FormErrors, Input};
use crate::platform::web::{Allowed, Form, Kept, Query, Spoken, assets, layout};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "domains/identity/step_up/page.html")]
struct AskMain {
    words: Words,
    email: String,
    /// What the browser's passkey dialogue needs; none for a person without one.
    options: Option<String>,
    /// The field for the code, once one was sent.
    code: Option<Field>,
    problems: FormErrors,
    to: String,
    form: Option<String>,
    script: String,
    script_words: String,
    demo: bool,
}

#[derive(Template)]
#[template(path = "domains/identity/step_up/go_on.html")]
struct GoOnMain {
    words: Words,
    to: String,
    pairs: Vec<(String, String)>,
    script: String,
}

/// What waits, as the page sends it along.
#[derive(Deserialize)]
pub(in super::super) struct Waiting {
    #[serde(default)]
    to: String,
    form: Option<String>,
    #[serde(default)]
    code: String,
    #[serde(default)]
    credential: String,
}

impl Waiting {
    /// Where it goes, if that is a page of ours.
    fn kept(&self) -> Kept {
        Kept { to: rules::safe_next(&self.to).unwrap_or("/account").to_owned(), form: self.form.clone() }
    }
}

#[derive(Deserialize)]
pub(in super::super) struct Next {
    #[serde(default)]
    next: String,
}

/// Asked for by a page that leads to a change.
pub(in super::super) async fn page(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Query(next): Query<Next>,
) -> Result<Response, Error> {
    // The page names the person's passkeys to the browser.
    if allowed.actor.viewing.is_some() {
        return Err(Denied::Viewing.into());
    }
    let kept = Kept { to: rules::safe_next(&next.next).unwrap_or("/account").to_owned(), form: None };
    shown(&app, StatusCode::OK, &allowed.actor, &browser, kept, false, &[]).await
}

/// Asked for by a change that needs it; the form waits inside the page.
pub(in super::super) async fn ask(app: &App, headers: &HeaderMap, kept: Kept) -> Response {
    let asked = async {
        let actor = gate::recognise(app, headers).await?;
        let browser =
            Browser { session_sha256: Cookie::Session.presented(app, headers), ..Browser::default() };
        shown(app, StatusCode::FORBIDDEN, &actor, &browser, kept, false, &[]).await
    };
    asked.await.unwrap_or_else(IntoResponse::into_response)
}

pub(in super::super) async fn send_code(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(waiting): Form<Waiting>,
) -> Result<Response, Error> {
    code::send(&app, &allowed, &browser).await?;
    shown(&app, StatusCode::OK, &allowed.actor, &browser, waiting.kept(), true, &[]).await
}

pub(in super::super) async fn by_code(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(waiting): Form<Waiting>,
) -> Result<Response, Error> {
    match code::prove(&app, &allowed, &waiting.code, &browser).await {
        Ok(begun) => Ok(go_on(&app, &begun, waiting.kept(), allowed.view.language())),
        Err(Error::Invalid(problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            shown(&app, status, &allowed.actor, &browser, waiting.kept(), true, &problems).await
        }
        Err(error) => Err(error),
    }
}

pub(in super::super) async fn by_passkey(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(waiting): Form<Waiting>,
) -> Result<Response, Error> {
    match passkeys::prove(&app, &allowed, &waiting.credential, &browser).await {
        Ok(begun) => Ok(go_on(&app, &begun, waiting.kept(), allowed.view.language())),
        Err(Error::Invalid(problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            shown(&app, status, &allowed.actor, &browser, waiting.kept(), false, &problems).await
        }
        Err(error) => Err(error),
    }
}

async fn shown(
    app: &App,
    status: StatusCode,
    actor: &Actor,
    browser: &Browser,
    kept: Kept,
    sent: bool,
    problems: &[FieldError],
) -> Result<Response, Error> {
    let language = actor.reader.language;
    let words = Words(language);
    let options = passkeys::challenge(app, &actor.person_id, browser).await?;
    let code = (options.is_none() && sent).then(|| {
        Field::new("code", words.code_from_mail(), Input::Line("text"))
            .required()
            .autocomplete("one-time-code")
            .errors(problems, language)
    });
    let main = AskMain {
        words,
        email: actor.email.clone(),
        options,
        code,
        problems: FormErrors::new(problems, language),
        to: kept.to,
        form: kept.form,
        script: assets::url("passkey.js"),
        script_words: passkeys::script_words(language),
        demo: app.config.demo,
    };
    Ok(layout::bare(status, words.confirm(), &Spoken::only(language), &main))
}

/// Under the new token to what waits: a page is opened, a form is sent by one more press.
fn go_on(app: &App, begun: &Begun, kept: Kept, language: Language) -> Response {
    let cookie = AppendHeaders([(header::SET_COOKIE, Cookie::Session.set(app, &begun.token))]);
    if kept.form.is_none() {
        return (cookie, Redirect::to(&kept.to)).into_response();
    }
    let pairs = kept.pairs();
    let words = Words(language);
    let main = GoOnMain { words, to: kept.to, pairs, script: assets::url("passkey.js") };
    (cookie, layout::bare(StatusCode::OK, words.it_is_you(), &Spoken::only(language), &main)).into_response()
}
