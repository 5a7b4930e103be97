//! The sign-in pages and the start page.

use super::actions::{self, Begun, Browser};
use super::{account, gate, mailbox, rules, session};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::parts::{Field, FormErrors, Input};
use crate::platform::web::{Allowed, Form, Method, Path, Query, RequestId, Routes, layout};
use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::net::SocketAddr;

/// The room's routes.
pub fn routes() -> Routes {
    let see = Action::See(Item::Account);
    let change = Action::Change(Item::Account);
    Routes::new()
        .open(Method::Get, "/", "sends everybody to where they start", get(start))
        .open(Method::Get, "/partners/login", "nobody is signed in yet", get(login))
        .open(Method::Post, "/partners/login", "nobody is signed in yet", post(request_link))
        .open(Method::Get, "/sign-in/{token}", "the token is the proof", get(look))
        .open(Method::Post, "/sign-in/{token}", "the token is the proof", post(redeem))
        .post("/sign-out", change, post(sign_out))
        .get("/account", see, get(account::page))
        .post("/account/tenant", change, post(account::act_for))
        .post("/account/sessions/{session}/end", change, post(account::end_session))
}

/// The page on which the demo shows the mails it would have sent. Not mounted otherwise.
pub fn demo_routes() -> Routes {
    Routes::new().open(
        Method::Get,
        "/mailbox",
        "the demo has no mail server; it shows the mails",
        get(mailbox::page),
    )
}

impl FromRequestParts<App> for Browser {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self {
            ip: peer.map(|peer| peer.0.ip().to_string()).unwrap_or_default(),
            user_agent: agent.unwrap_or_default().chars().take(200).collect(),
            request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            session_sha256: session::presented(app, &parts.headers),
        })
    }
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

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
    email: String,
    demo: bool,
}

#[derive(Template)]
#[template(path = "domains/identity/sign_in.html")]
struct SignInMain {
    name: String,
    email: String,
    token: String,
    next: String,
}

async fn start(State(app): State<App>, headers: HeaderMap) -> Result<Redirect, Error> {
    match gate::recognise(&app, &headers).await {
        Ok(actor) => Ok(Redirect::to(rules::landing(&actor))),
        Err(Error::SignIn) => Ok(Redirect::to("/partners/login")),
        Err(error) => Err(error),
    }
}

async fn login(State(app): State<App>, headers: HeaderMap, next: Query<Next>) -> Result<Response, Error> {
    let next = rules::safe_next(&next.0.next).unwrap_or_default().to_owned();
    if let Ok(actor) = gate::recognise(&app, &headers).await {
        let to = if next.is_empty() { rules::landing(&actor) } else { &next };
        return Ok(Redirect::to(to).into_response());
    }
    Ok(login_page(&app, StatusCode::OK, "", next, &[]))
}

fn login_page(app: &App, status: StatusCode, email: &str, next: String, problems: &[FieldError]) -> Response {
    let field = Field::new("email", "E-mail address", Input::Line("email"))
        .value(email)
        .required()
        .autocomplete("email")
        .errors(problems);
    let main = LoginMain { problems: FormErrors::new(problems), email: field, next, demo: app.config.demo };
    layout::bare(status, "Sign in", &main)
}

#[derive(Deserialize)]
struct LoginForm {
    email: String,
    #[serde(default)]
    next: String,
}

async fn request_link(
    State(app): State<App>,
    browser: Browser,
    Form(form): Form<LoginForm>,
) -> Result<Response, Error> {
    match actions::request_link(&app, &form.email, Some(&form.next), &browser).await {
        Ok(()) => {
            let main = CheckMailMain { email: form.email.trim().to_owned(), demo: app.config.demo };
            Ok(layout::bare(StatusCode::OK, "Check your mail", &main))
        }
        Err(Error::Invalid(problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(login_page(&app, status, &form.email, form.next, &problems))
        }
        Err(error) => Err(error),
    }
}

async fn look(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(next): Query<Next>,
) -> Result<Response, Error> {
    let person = actions::look_at_link(&app, &token).await?;
    let next = rules::safe_next(&next.next).unwrap_or_default().to_owned();
    let main = SignInMain { name: person.name, email: person.email, token, next };
    let shown = layout::bare(StatusCode::OK, "Sign in", &main);
    // The address of this page is a secret until the button is pressed.
    Ok(([(header::REFERRER_POLICY, "no-referrer")], shown).into_response())
}

async fn redeem(
    State(app): State<App>,
    Path(token): Path<String>,
    browser: Browser,
    Form(form): Form<Next>,
) -> Result<Response, Error> {
    let begun = actions::redeem(&app, &token, &browser).await?;
    Ok(begun_at(&app, &begun, rules::safe_next(&form.next)))
}

async fn sign_out(State(app): State<App>, allowed: Allowed, browser: Browser) -> Result<Response, Error> {
    actions::sign_out(&app, &allowed, &browser).await?;
    let cookie = session::set_cookie(&app, "");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/partners/login")).into_response())
}

pub(super) fn begun_at(app: &App, begun: &Begun, next: Option<&str>) -> Response {
    let cookie = session::set_cookie(app, &begun.token);
    let to = Redirect::to(next.unwrap_or_else(|| rules::landing(&begun.actor)));
    ([(header::SET_COOKIE, cookie)], to).into_response()
}
