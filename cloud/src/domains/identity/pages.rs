//! The room's routes, the start page, and the way in and out.

use super::browser::Browser;
use super::cookie::Cookie;
use super::sessions::{self, Begun};
use super::{
    account, api, api_keys, first_start, gate, link, login, mailbox, passkeys, rules, step_up, team, view_as,
};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Form, Method, Routes, kept_language};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

/// The room's routes.
pub fn routes() -> Routes {
    let see = Action::See(Item::Account);
    let change = Action::Change(Item::Account);
    Routes::new()
        .open(Method::Get, "/", "sends everybody to where they start", get(start))
        .open(Method::Get, "/partners/login", "nobody is signed in yet", get(login::page))
        .open(Method::Post, "/partners/login", "nobody is signed in yet", post(login::request_link))
        .open(Method::Post, "/partners/login/code", "the code is the proof", post(login::redeem_code))
        .open(Method::Get, "/sign-in/{token}", "the token is the proof", get(link::look_sign_in))
        .open(Method::Post, "/sign-in/{token}", "the token is the proof", post(link::press_sign_in))
        .open(Method::Get, "/invitation/{token}", "the token is the proof", get(link::look_invitation))
        .open(Method::Post, "/invitation/{token}", "the token is the proof", post(link::press_invitation))
        .post("/sign-out", change, post(sign_out))
        .get("/account", see, get(account::page))
        .post("/account/tenant", change, post(account::act_for))
        .post("/account/language", change, post(account::set_reader))
        .get("/account/confirm", see, get(step_up::page))
        .post("/account/confirm/send", change, post(step_up::send_code))
        .post("/account/confirm/code", change, post(step_up::by_code))
        .post("/account/confirm/passkey", change, post(step_up::by_passkey))
        .post_fresh("/account/passkeys/new", change, post(passkeys::begin_adding))
        .post_fresh("/account/passkeys", change, post(passkeys::add))
        .post("/account/passkeys/{passkey}/rename", change, post(passkeys::rename))
        .post_fresh("/account/passkeys/{passkey}/remove", change, post(passkeys::remove))
        .post("/account/sessions/end-others", change, post(account::end_others))
        .post("/account/sessions/{session}/end", change, post(account::end_session))
        .merge(api::routes())
        .merge(api_keys::routes())
        .merge(team::routes())
        .merge(view_as::routes())
        .merge(first_start::routes())
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

/// Where a person wants to go once signed in, or out.
#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub(super) next: String,
}

async fn start(State(app): State<App>, headers: HeaderMap) -> Result<Redirect, Error> {
    match gate::recognise(&app, &headers).await {
        Ok(actor) => Ok(Redirect::to(rules::landing(&actor))),
        Err(Error::SignIn) => Ok(Redirect::to("/partners/login")),
        Err(error) => Err(error),
    }
}

async fn sign_out(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(form): Form<Next>,
) -> Result<Response, Error> {
    sessions::sign_out(&app, &allowed, &browser).await?;
    let to = rules::safe_next(&form.next).unwrap_or("/partners/login");
    Ok((AppendHeaders([(header::SET_COOKIE, Cookie::Session.clear(&app))]), Redirect::to(to)).into_response())
}

/// Into the session that was just begun. What the browser had to find its link again is used up with it.
pub(super) fn begun_at(app: &App, begun: &Begun, next: Option<&str>) -> Response {
    let to = Redirect::to(next.unwrap_or_else(|| rules::landing(&begun.actor)));
    let cookies = [
        Cookie::Session.set(app, &begun.token),
        Cookie::Asking.clear(app),
        kept_language(begun.actor.reader.language),
    ];
    (AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie))), to).into_response()
}
