//! The account page: who am I, for whom do I act, where am I signed in.

use super::browser::Browser;
use super::model::Session;
use super::session_rows::{columns, session_row};
use super::turn::take_persons_turn;
use super::words::Words;
use super::{pages, passkeys, rules, sessions, store, view_as};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::access::{Action, Item};
use crate::platform::base::{Era, Language, Reader, Zone};
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{self, Page};
use crate::platform::web::parts::{
    Cell, Chip, Choice, Confirm, Empty, Facts, Field, Icon, Input, PageHead, ReadOnly, Row, Table, Tone,
};
use crate::platform::web::{Allowed, Form, Path, kept_language};
use crate::platform::words::{Sentence, said};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

#[derive(Template)]
#[template(path = "domains/identity/account.html")]
struct AccountPage {
    words: Words,
    head: PageHead,
    facts: Facts,
    organisations: Vec<Organisation>,
    /// Where the choice of how one reads goes.
    read_as: String,
    reading: [Field; 3],
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
        self.words.my_account().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
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
    let words = Words(allowed.view.language());
    let roles: Vec<Chip> = actor.roles.iter().map(|role| Chip::new(Tone::Plain, words.role(role))).collect();
    let rows: Vec<Row> = sessions
        .into_iter()
        .filter(|session| rules::is_alive(session, allowed.view.now_ms))
        .map(|session| {
            let this = browser.session_sha256.as_ref() == Some(&session.token_sha256);
            session_row(&allowed.view, &session, this, &ending(&session, this, words))
        })
        .collect();
    let others = (rows.len() > 1).then(|| {
        let (label, yes) = (words.end_others(), words.end_others_yes());
        Confirm::new(label, words.end_others_question(), yes, "/account/sessions/end-others").danger()
    });
    let none = Empty::new(Icon::Person, words.signed_in_nowhere(), words.no_session());
    Ok(layout::render(
        &allowed,
        &AccountPage {
            words,
            head: PageHead::new(words.my_account()).lead(words.lead()),
            facts: Facts::new()
                .fact(words.name(), Cell::text(&actor.person_name))
                .fact(words.email(), Cell::text(&actor.email))
                .fact(words.acting_for(), Cell::text(&actor.tenant_name))
                .fact(words.roles(), Cell::parts(&roles)),
            organisations: actor
                .tenants
                .iter()
                .map(|(id, name)| Organisation {
                    id: id.clone(),
                    name: name.clone(),
                    is_here: *id == actor.tenant_id,
                })
                .collect(),
            read_as: person.version().bound(&allowed.view, "/account/language"),
            reading: reading(words, person.reader(), allowed.view.now_ms),
            others,
            private,
            webhooks: actor.can(Action::See(Item::Webhooks)),
            passkeys: keys,
            sessions: Table::new(words.signed_in(), columns(words), rows, none),
        },
    ))
}

/// What a person chooses of how to read; in the eras this year as an example.
fn reading(words: Words, now: Reader, now_ms: i64) -> [Field; 3] {
    let languages = Language::ALL.map(|one| Choice::new(one.key(), one.label(), one == now.language));
    let zones = Zone::all().map(|one| Choice::new(one.key(), one.key().replace('_', " "), one == now.zone));
    let eras = Era::ALL.map(|era| {
        let example = Reader { era, ..now }.day(now_ms);
        Choice::new(era.key(), words.era_of(era, &example), era == now.era)
    });
    [
        Field::new("language", words.language(), Input::Select(languages.to_vec())),
        Field::new("zone", words.zone(), Input::Select(zones.collect())),
        Field::new("era", words.era(), Input::Select(eras.to_vec())),
    ]
}

fn ending(session: &Session, this: bool, words: Words) -> Confirm {
    let question = if this { words.end_this() } else { words.end_other() };
    let to = format!("/account/sessions/{}/end", session.label());
    Confirm::new(words.end(), question, words.end_yes(), to).danger()
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
    Ok(layout::done("/account", Words(allowed.view.language()).session_ended()))
}

pub(super) async fn end_others(
    State(app): State<App>,
    allowed: Allowed,
    browser: Browser,
) -> Result<Response, Error> {
    let ended = sessions::end_others(&app, &allowed, &browser).await?;
    let words = Words(allowed.view.language());
    let said = match i64::try_from(ended).unwrap_or(i64::MAX) {
        0 => words.nowhere_else().to_owned(),
        ended => words.others_ended(ended),
    };
    Ok(layout::done("/account", &said))
}

/// How somebody wants to read. What is left out stays as it is.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Chosen {
    /// Of pages and mails: `en` or `th`.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// Of times: a name of the IANA time zone database, such as `Asia/Bangkok`.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    /// Of years: `gregory` or `buddhist`.
    #[serde(skip_serializing_if = "Option::is_none")]
    era: Option<String>,
}

impl From<Reader> for Chosen {
    fn from(reader: Reader) -> Self {
        let key = |key: &str| Some(key.to_owned());
        Self {
            language: key(reader.language.key()),
            zone: key(reader.zone.key()),
            era: key(reader.era.key()),
        }
    }
}

impl Chosen {
    /// What comes of it for who reads as `before`.
    fn over(&self, before: Reader) -> Result<Reader, Error> {
        let mut errors = Vec::new();
        let mut wrong = |field, text: Sentence| errors.push(FieldError { field, text });
        let mut reader = before;
        if let Some(key) = &self.language {
            match Language::parse(key) {
                Some(language) => reader.language = language,
                None => wrong(
                    "language",
                    said! {
                        en: "We write in English or Thai; choose one of them.",
                        th: "เลือกได้เฉพาะภาษาอังกฤษหรือภาษาไทย",
                    },
                ),
            }
        }
        if let Some(name) = &self.zone {
            match Zone::parse(name) {
                Some(zone) => reader.zone = zone,
                None => wrong(
                    "zone",
                    said! {
                        en: "There is no time zone of this name; choose one from the list, such as \
                             Asia/Bangkok.",
                        th: "ไม่มีเขตเวลาชื่อนี้ กรุณาเลือกจากรายการ เช่น Asia/Bangkok",
                    },
                ),
            }
        }
        if let Some(key) = &self.era {
            match Era::parse(key) {
                Some(era) => reader.era = era,
                None => wrong(
                    "era",
                    said! {
                        en: "Years are counted as 2026 or as 2569; choose one of them.",
                        th: "เลือกได้เฉพาะคริสต์ศักราชหรือพุทธศักราช",
                    },
                ),
            }
        }
        if errors.is_empty() { Ok(reader) } else { Err(Error::Invalid(errors)) }
    }
}

/// The same as a browser sends it, with whatever else is in a form.
#[derive(Deserialize)]
pub(super) struct ReadingForm {
    language: Option<String>,
    zone: Option<String>,
    era: Option<String>,
}

pub(super) async fn set_reader(
    State(app): State<App>,
    allowed: Allowed,
    Form(ReadingForm { language, zone, era }): Form<ReadingForm>,
) -> Result<Response, Error> {
    let reader = read_as(&app, &allowed, &Chosen { language, zone, era }).await?;
    let said = layout::done("/account", Words(reader.language).saved());
    Ok((AppendHeaders([(header::SET_COOKIE, kept_language(reader.language))]), said).into_response())
}

/// Pages and mails speak to the person as `chosen` from now on.
///
/// # Errors
/// 422 when we do not write in that language, and when there is no such zone or era.
pub(super) async fn read_as(app: &App, allowed: &Allowed, chosen: &Chosen) -> Result<Reader, Error> {
    let mut tx = app.db.write().await?;
    take_persons_turn(&mut tx, allowed.scope.person_id()).await?;
    let person = store::person(&mut tx, allowed.scope.person_id()).await?.ok_or(Error::SignIn)?;
    allowed.believed.holds(("person", &person.id), &person.version())?;
    let reader = chosen.over(person.reader())?;
    if reader == person.reader() {
        return Ok(reader);
    }
    store::set_reader(&mut tx, allowed.scope.person_id(), reader).await?;
    let entry = Entry::new(By::person(allowed), Fact::LanguageChanged, "person", allowed.scope.person_id())
        .with(json!({
            "language": reader.language.key(), "zone": reader.zone.key(), "era": reader.era.key(),
        }));
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    Ok(reader)
}
