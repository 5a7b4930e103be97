//! The sign-in pages, the account page and the start page.

use super::actions::{self, Begun, Browser};
use super::{gate, rules, session, store};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::{BANGKOK, in_zone};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::{Allowed, Form, Method, Path, Query, RequestId, Routes};
use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
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
        .get("/account", see, get(account))
        .post("/account/organisation", change, post(act_for))
        .post("/account/sessions/{session}/end", change, post(end_session))
}

/// The page on which the demo shows the mails it would have sent. Not mounted otherwise.
pub fn demo_routes() -> Routes {
    Routes::new().open(
        Method::Get,
        "/mailbox",
        "the demo has no mail server; it shows the mails",
        get(mailbox),
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
struct LoginPage {
    next: String,
    email: String,
    problem: String,
    demo: bool,
}

#[derive(Template)]
#[template(path = "domains/identity/check_mail.html")]
struct CheckMailPage {
    email: String,
    demo: bool,
}

#[derive(Template)]
#[template(path = "domains/identity/sign_in.html")]
struct SignInPage {
    name: String,
    email: String,
    token: String,
    next: String,
}

#[derive(Template)]
#[template(path = "domains/identity/mailbox.html")]
struct MailboxPage {
    mails: Vec<ShownMail>,
}

struct ShownMail {
    to: String,
    subject: String,
    body: String,
    link: Option<String>,
    at: String,
}

pub(super) fn page(template: &impl Template) -> Result<Response, Error> {
    let text = template.render().map_err(|error| Error::Internal(error.into()))?;
    Ok(Html(text).into_response())
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
    page(&LoginPage { next, email: String::new(), problem: String::new(), demo: app.config.demo })
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
        Ok(()) => page(&CheckMailPage { email: form.email.trim().to_owned(), demo: app.config.demo }),
        Err(Error::Invalid(fields)) => {
            let problem = fields.into_iter().map(|FieldError { text, .. }| text).collect();
            let shown = LoginPage { next: form.next, email: form.email, problem, demo: app.config.demo };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response())
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
    let shown = page(&SignInPage { name: person.name, email: person.email, token, next })?;
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

#[derive(Template)]
#[template(path = "domains/identity/account.html")]
struct AccountPage {
    name: String,
    email: String,
    tenant_name: String,
    roles: Vec<&'static str>,
    apps: Vec<(&'static str, &'static str)>,
    organisations: Vec<ShownOrganisation>,
    sessions: Vec<ShownSession>,
}

struct ShownOrganisation {
    id: String,
    name: String,
    is_here: bool,
}

struct ShownSession {
    label: String,
    user_agent: String,
    since: String,
    seen: String,
    is_this: bool,
}

async fn account(State(app): State<App>, allowed: Allowed, browser: Browser) -> Result<Response, Error> {
    let actor = &allowed.actor;
    let mut tx = app.db.read().await?;
    let sessions = store::sessions(&mut tx, allowed.scope.person_id()).await?;
    let now_ms = app.clock.now_ms();
    let sessions = sessions.into_iter().filter(|session| rules::is_alive(session, now_ms));
    page(&AccountPage {
        name: actor.person_name.clone(),
        email: actor.email.clone(),
        tenant_name: actor.tenant_name.clone(),
        roles: actor.roles.iter().map(|role| role.key()).collect(),
        apps: super::apps(actor),
        organisations: actor
            .tenants
            .iter()
            .map(|(id, name)| ShownOrganisation {
                id: id.clone(),
                name: name.clone(),
                is_here: *id == actor.tenant_id,
            })
            .collect(),
        sessions: sessions
            .map(|session| ShownSession {
                label: session.label(),
                since: shown(session.created_ms),
                seen: shown(session.seen_ms),
                is_this: browser.session_sha256.as_ref() == Some(&session.token_sha256),
                user_agent: session.user_agent,
            })
            .collect(),
    })
}

#[derive(Deserialize)]
struct ActForForm {
    tenant_id: String,
}

async fn act_for(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(form): Form<ActForForm>,
) -> Result<Response, Error> {
    let begun = actions::act_for(&app, &allowed, &form.tenant_id, &browser).await?;
    Ok(begun_at(&app, &begun, None))
}

async fn end_session(
    State(app): State<App>,
    allowed: Allowed,
    Path(session): Path<String>,
) -> Result<Redirect, Error> {
    actions::end_session(&app, &allowed, &session).await?;
    Ok(Redirect::to("/account"))
}

async fn mailbox(State(app): State<App>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let mails = store::mails(&mut tx).await?;
    let mails = mails.into_iter().map(|mail| ShownMail {
        link: mail
            .body
            .split_whitespace()
            .find_map(|word| word.strip_prefix(&app.config.public_url))
            .map(str::to_owned),
        to: mail.to_email,
        subject: mail.subject,
        body: mail.body,
        at: shown(mail.created_ms),
    });
    page(&MailboxPage { mails: mails.collect() })
}

fn begun_at(app: &App, begun: &Begun, next: Option<&str>) -> Response {
    let cookie = session::set_cookie(app, &begun.token);
    let to = Redirect::to(next.unwrap_or_else(|| rules::landing(&begun.actor)));
    ([(header::SET_COOKIE, cookie)], to).into_response()
}

fn shown(at_ms: i64) -> String {
    in_zone(at_ms, BANGKOK).strftime("%-d %b %Y, %H:%M").to_string()
}
