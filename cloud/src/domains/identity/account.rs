//! The account page: who am I, for whom do I act, where am I signed in.

use super::browser::Browser;
use super::model::Session;
use super::session_rows::{columns, session_row};
use super::turn::take_persons_turn;
use super::{pages, passkeys, rules, sessions, store, view_as};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{self, Page};
use crate::platform::web::parts::{
    Cell, Chip, Choice, Confirm, Empty, Facts, Field, Icon, Input, PageHead, ReadOnly, Row, Table, Tone,
};
use crate::platform::web::{Allowed, Form, Path};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

#[derive(Template)]
#[template(path = "domains/identity/account.html")]
struct AccountPage {
    head: PageHead,
    facts: Facts,
    organisations: Vec<Organisation>,
    /// Where the choice of a language goes.
    write_in: String,
    language: Field,
    /// While somebody looks on: what is only the person's own.
    private: Option<ReadOnly>,
    webhooks: bool,
    passkeys: Option<passkeys::Section>,
    sessions: Table,
    others: Option<Confirm>,
}

struct Organisation {
    id: String,
    name: String,
    is_here: bool,
}

impl Page for AccountPage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        "My account".to_owned()
    }
}

pub(super) async fn page(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
) -> Result<Response, Error> {
    let actor = &allowed.actor;
    let mut tx = app.db.read().await?;
    let person = store::person(&mut tx, allowed.scope.person_id()).await?.ok_or(Error::SignIn)?;
    let private = view_as::private(&allowed);
    let (sessions, keys) = match private {
        Some(_) => (Vec::new(), None),
        None => (
            store::sessions(&mut tx, allowed.scope.person_id()).await?,
            Some(passkeys::section(&app, &mut tx, &allowed).await?),
        ),
    };
    drop(tx);
    let languages =
        Language::ALL.map(|one| Choice::new(one.key(), one.label(), one.key() == person.language));
    let roles: Vec<Chip> =
        actor.roles.iter().map(|role| Chip::new(Tone::Plain, capitalised(role.key()))).collect();
    let rows: Vec<Row> = sessions
        .into_iter()
        .filter(|session| rules::is_alive(session, allowed.view.now_ms))
        .map(|session| {
            let this = browser.session_sha256.as_ref() == Some(&session.token_sha256);
            session_row(&allowed.view, &session, this, &ending(&session, this))
        })
        .collect();
    let others = (rows.len() > 1).then(|| {
        let question = "Every other browser must sign in again; this one stays signed in.";
        Confirm::new("End all others", question, "End all other sessions", "/account/sessions/end-others")
            .danger()
    });
    let none = Empty::new(Icon::Person, "Signed in nowhere", "There is no session to show.");
    Ok(layout::render(
        &allowed,
        &AccountPage {
            head: PageHead::new("My account")
                .lead("Who you are here, for whom you act, where you are signed in."),
            facts: Facts::new()
                .fact("Name", Cell::text(&actor.person_name))
                .fact("E-mail", Cell::text(&actor.email))
                .fact("Acting for", Cell::text(&actor.tenant_name))
                .fact("Roles", Cell::parts(&roles)),
            organisations: actor
                .tenants
                .iter()
                .map(|(id, name)| Organisation {
                    id: id.clone(),
                    name: name.clone(),
                    is_here: *id == actor.tenant_id,
                })
                .collect(),
            write_in: person.version().bound(&allowed.view, "/account/language"),
            language: Field::new("language", "Your language", Input::Select(languages.to_vec())),
            others,
            private,
            webhooks: actor.can(Action::See(Item::Webhooks)),
            passkeys: keys,
            sessions: Table::new("Where you are signed in", columns(), rows, none),
        },
    ))
}

fn ending(session: &Session, this: bool) -> Confirm {
    let question =
        if this { "This signs you out here." } else { "Whoever uses that browser must sign in again." };
    let to = format!("/account/sessions/{}/end", session.label());
    Confirm::new("End", question, "End this session", to).danger()
}

fn capitalised(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[derive(Deserialize)]
pub(super) struct ActForForm {
    tenant_id: String,
}

pub(super) async fn act_for(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
    Form(form): Form<ActForForm>,
) -> Result<Response, Error> {
    let begun = sessions::act_for(&app, &allowed, &form.tenant_id, &browser).await?;
    Ok(pages::begun_at(&app, &begun, None))
}

pub(super) async fn end_session(
    State(app): State<App>,
    allowed: Allowed,
    Path(session): Path<String>,
) -> Result<Response, Error> {
    sessions::end_one(&app, &allowed, &session).await?;
    Ok(layout::done("/account", "The session was ended; that browser must sign in again."))
}

pub(super) async fn end_others(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
) -> Result<Response, Error> {
    let ended = sessions::end_others(&app, &allowed, &browser).await?;
    let said = match ended {
        0 => "You are signed in nowhere else.".to_owned(),
        1 => "The other session was ended; that browser must sign in again.".to_owned(),
        n => format!("The {n} other sessions were ended; those browsers must sign in again."),
    };
    Ok(layout::done("/account", &said))
}

#[derive(Deserialize)]
pub(super) struct LanguageForm {
    language: String,
}

pub(super) async fn set_language(
    State(app): State<App>,
    allowed: Allowed,
    Form(form): Form<LanguageForm>,
) -> Result<Response, Error> {
    write_in(&app, &allowed, &form.language).await?;
    Ok(layout::done(
        "/account",
        "Saved. Mails, menus and whatever else has been translated speak that language from now on.",
    ))
}

/// Mails to the person are written in `language` (its key) from now on.
///
/// # Errors
/// 422 when mails are not written in that language.
pub(super) async fn write_in(app: &App, allowed: &Allowed, language: &str) -> Result<(), Error> {
    let Some(language) = Language::parse(language) else {
        let text = "Mails are written in English or Thai; choose one of them.".to_owned();
        return Err(Error::Invalid(vec![FieldError { field: "language", text }]));
    };
    let mut tx = app.db.write().await?;
    take_persons_turn(&mut tx, allowed.scope.person_id()).await?;
    let person = store::person(&mut tx, allowed.scope.person_id()).await?.ok_or(Error::SignIn)?;
    allowed.believed.holds(("person", &person.id), &person.version())?;
    store::set_language(&mut tx, allowed.scope.person_id(), language.key()).await?;
    let entry = Entry::new(By::person(allowed), Fact::LanguageChanged, "person", allowed.scope.person_id())
        .with(json!({ "language": language.key() }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}
