//! The page on which a person chooses what to be told of, how and when.

use super::choices::{self, Choices, Entered};
use super::kind::Kind;
use super::pages;
use super::rules::Way;
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Choice, Field, FormErrors, Input, PageHead, ReadOnly};
use crate::platform::web::{Allowed, Form, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

const PATH: &str = "/account/notifications/settings";

pub(super) fn routes() -> Routes {
    Routes::new().get("/account/notifications/settings", Action::See(Item::Account), get(page)).post(
        "/account/notifications/settings",
        Action::Change(Item::Account),
        post(send),
    )
}

#[derive(Template)]
#[template(path = "domains/notifications/settings.html")]
struct SettingsPage {
    words: Words,
    head: PageHead,
    private: Option<ReadOnly>,
    errors: FormErrors,
    action: String,
    kinds: Vec<Field>,
    zone: &'static str,
    times: Vec<Field>,
}

impl Page for SettingsPage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        self.words.told_of().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    Ok(shown(&allowed, &choices::now(&app, &allowed).await?, &[]))
}

async fn send(
    State(app): State<App>,
    allowed: Allowed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let one = |name: &str| pairs.iter().find(|(of, _)| of == name).map(|(_, value)| value.clone());
    let is_kind = |(name, _): &&(String, String)| Kind::parse(name).is_some();
    let entered = Entered {
        ways: pairs.iter().filter(is_kind).cloned().collect(),
        quiet_from: one("quiet_from"),
        quiet_until: one("quiet_until"),
        digest_hour: one("digest_hour"),
    };
    match choices::choose(&app, &allowed, &entered).await {
        Ok(_) => Ok(done(PATH, Words(allowed.view.language()).saved())),
        Err(Error::Invalid(errors)) => {
            let now = choices::now(&app, &allowed).await?;
            let mut page = shown(&allowed, &now, &errors);
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
        Err(error) => Err(error),
    }
}

/// The hours of the day, one of them chosen.
fn hours(chosen: Option<i8>) -> Vec<Choice> {
    (0..24).map(|hour| Choice::new(hour.to_string(), format!("{hour:02}:00"), chosen == Some(hour))).collect()
}

fn shown(allowed: &Allowed, now: &Choices, errors: &[FieldError]) -> Response {
    let (actor, words) = (&allowed.actor, Words(allowed.view.language()));
    let private = pages::private(allowed);
    let kinds = now.ways.iter().filter(|(kind, _)| kind.is_for(actor)).map(|(kind, way)| {
        let choices = Way::ALL.map(|one| Choice::new(one.key(), words.way(one), one == *way));
        Field::new(kind.key(), words.kind(*kind), Input::Select(choices.to_vec()))
            .errors(errors, allowed.view.language())
    });
    let quiet = now.times.quiet;
    let mut from = vec![Choice::new("", words.no_quiet(), quiet.is_none())];
    from.extend(hours(quiet.map(|(from, _)| from)));
    let times = vec![
        Field::new("digest_hour", words.daily_at(), Input::Select(hours(Some(now.times.digest_hour))))
            .errors(errors, allowed.view.language()),
        Field::new("quiet_from", words.quiet_from(), Input::Select(from))
            .hint(words.quiet_from_hint())
            .errors(errors, allowed.view.language()),
        Field::new(
            "quiet_until",
            words.quiet_until(),
            Input::Select(hours(quiet.map(|(_, until)| until).or(Some(7)))),
        )
        .errors(errors, allowed.view.language()),
    ];
    let head =
        PageHead::new(words.told_of()).lead(words.told_of_lead()).back(words.notifications(), pages::PATH);
    let page = SettingsPage {
        words,
        head,
        private,
        errors: FormErrors::new(errors, allowed.view.language()),
        action: now.version().bound(&allowed.view, PATH),
        kinds: kinds.collect(),
        zone: now.times.zone.key(),
        times,
    };
    render(allowed, &page)
}
