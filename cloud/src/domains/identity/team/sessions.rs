//! Where a member is signed in, and ending it: by the administrators of the organisation, and by the owner of the program
//! for the people of its organisations (PORTAL 6.2). Only sessions that act for that organisation are shown and ended;
//! what the person does for another one is not its business. Who looks on as an administrator reaches neither.

use super::store;
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact, Reason};
use crate::domains::identity::model::Session;
use crate::domains::identity::session_rows::{columns, session_row};
use crate::domains::identity::sessions::{end_in, living_in};
use crate::domains::identity::words;
use crate::domains::identity::{letters, store as people};
use crate::platform::access::Item;
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::mail;
use crate::platform::web::Allowed;
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Confirm, Empty, FormErrors, Icon, PageHead, Table};
use crate::platform::words::said;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

/// Whose sessions. Whoever makes one has made sure that the organisation is the caller's own or of its program.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// Of which organisation.
    pub tenant_id: &'a str,
    /// Of whom.
    pub person_id: &'a str,
}

/// Whose sessions, and where they are shown.
#[derive(Clone, Debug)]
pub struct SignedIn<'a> {
    /// Whose.
    pub whose: Whose<'a>,
    /// The page before it: its name and path.
    pub back: (&'a str, &'a str),
    /// The page itself.
    pub path: String,
}

/// Which sessions are to end, and why.
#[derive(Debug, Default, Deserialize)]
pub struct EndForm {
    /// The label of one; all without it.
    #[serde(default)]
    pub(super) session: String,
    /// Read by the person and in the log.
    #[serde(default)]
    pub(super) reason: String,
}

#[derive(Template)]
#[template(path = "domains/identity/team/sessions.html")]
struct SessionsPage {
    words: Words,
    item: Item,
    head: PageHead,
    problems: FormErrors,
    table: Table,
    all: Option<Confirm>,
}

impl Page for SessionsPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.words.sessions().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

/// The name of the member. One's own sessions stand on the account page.
async fn name_of(tx: &mut Tx, allowed: &Allowed, of: Whose<'_>) -> Result<String, Error> {
    if of.person_id == allowed.scope.person_id() {
        return Err(Error::Elsewhere("/account"));
    }
    let mut members = store::members(tx, of.tenant_id).await?.into_iter();
    members.find(|member| member.person_id == of.person_id).map(|member| member.name).ok_or(Error::NotFound)
}

/// The sessions of the person that act for the organisation, with its name.
///
/// # Errors
/// [`Error::NotFound`] when the person is no member there.
pub(super) async fn living(
    app: &App,
    allowed: &Allowed,
    of: Whose<'_>,
) -> Result<(String, Vec<Session>), Error> {
    let mut tx = app.db.read().await?;
    let name = name_of(&mut tx, allowed, of).await?;
    Ok((name, living_in(app, &mut tx, of.person_id, of.tenant_id).await?))
}

/// Where the person is signed in for the organisation.
///
/// # Errors
/// [`Error::NotFound`] when the person is no member there.
pub async fn page(
    app: &App,
    allowed: &Allowed,
    of: &SignedIn<'_>,
    errors: &[FieldError],
) -> Result<Response, Error> {
    let (name, living) = living(app, allowed, of.whose).await?;
    let words = Words(allowed.view.language());
    let end = format!("{}/end", of.path);
    let confirm = |label: &str, question: String, yes: &str| {
        Confirm::new(label, question, yes, &end).danger().reason(words.end_reason())
    };
    let rows = living.iter().map(|session| {
        let question = words.end_question(&name);
        let one = confirm(words.end(), question, words.end_yes()).with("session", session.label());
        session_row(&allowed.view, session, false, &one)
    });
    let rows: Vec<_> = rows.collect();
    let question = words.end_all_question(&name);
    let page = SessionsPage {
        words,
        item: allowed.scope.action().item(),
        head: PageHead::new(words.signed_in_where(&name))
            .back(of.back.0, of.back.1)
            .lead(words.sessions_lead()),
        problems: FormErrors::new(errors, allowed.view.language()),
        all: (rows.len() > 1).then(|| confirm(words.end_all(), question, words.end_all_yes())),
        table: Table::new(
            words.sessions_of(&name),
            columns(words::Words(words.0)),
            rows,
            Empty::new(Icon::Person, words.nowhere(), words.no_session()),
        ),
    };
    Ok(render(allowed, &page))
}

/// Ends them; the person is told by mail, in the same transaction. How many there were.
///
/// # Errors
/// [`Error::NotFound`] when the person is no member there or has no such session; [`Error::Invalid`] without a reason.
pub(super) async fn end_theirs(
    app: &App,
    allowed: &Allowed,
    of: Whose<'_>,
    form: &EndForm,
) -> Result<usize, Error> {
    let reason = form.reason.trim();
    let mut tx = app.db.write().await?;
    name_of(&mut tx, allowed, of).await?;
    if reason.is_empty() {
        let text = said! { en: "Say why; the person reads it.", th: "ระบุเหตุผล เจ้าตัวจะได้อ่าน" };
        return Err(Error::Invalid(vec![FieldError { field: "reason", text }]));
    }
    let by = By::person(allowed);
    let (why, one) = (Reason::typed(reason), Some(form.session.as_str()).filter(|label| !label.is_empty()));
    let ended = end_in(app, &mut tx, &by, (of.person_id, of.tenant_id), one, why.clone()).await?;
    let entry = Entry::new(by.clone(), Fact::MemberSignedOut, "person", of.person_id)
        .affecting(of.tenant_id)
        .with(json!({ "sessions": ended.count() }))
        .because(why);
    audit::record(app, &mut tx, entry).await?;
    let person = people::person(&mut tx, of.person_id).await?.ok_or(Error::NotFound)?;
    let now_ms = app.clock.now_ms();
    let letter = letters::signed_out(&person, &by, reason, now_ms);
    mail::queue(app, &mut tx, &person.email, &letter, now_ms + mail::NEWS_LIFE_MS).await?;
    tx.commit().await?;
    ended.announce(app);
    audit::announce(app, [of.tenant_id, allowed.scope.tenant_id()]);
    Ok(ended.count())
}

/// The form of the page.
///
/// # Errors
/// As [`end_theirs`]; what is wrong with the form is shown on the page.
pub async fn end(app: &App, allowed: &Allowed, of: &SignedIn<'_>, form: &EndForm) -> Result<Response, Error> {
    match end_theirs(app, allowed, of.whose, form).await {
        Ok(count) => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            Ok(done(&of.path, &Words(allowed.view.language()).ended(count)))
        }
        Err(Error::Invalid(errors)) => {
            let mut response = page(app, allowed, of, &errors).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}
