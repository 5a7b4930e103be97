//! The reviewer's side: the queue by what is due first, and one application with its decision.

use super::model::{Application, Status};
use super::rules::Move;
use super::words::Words;
use super::{documents, pages, review, store};
use crate::app::App;
use crate::domains::enrolment::capability::Subtype;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Cell, Choice, Column, Confirm, Empty, Facts, Field, Icon, Input, PageHead, Row, Table, Timeline, When,
};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

const QUEUE: &str = "/admin/applications";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Applications), Action::Change(Item::Applications));
    Routes::new()
        .get("/admin/applications", see, get(queue))
        .get("/admin/applications/{id}", see, get(one))
        .get("/admin/applications/{id}/documents/{document}", see, get(document))
        .post("/admin/applications/{id}/approve", change, post(approve))
        .post("/admin/applications/{id}/reject", change, post(reject))
        .post("/admin/applications/{id}/return", change, post(give_back))
}

#[derive(Template)]
#[template(path = "domains/enrolment/application/queue.html")]
struct QueuePage {
    words: Words,
    head: PageHead,
    waiting: Table,
    decided: Table,
}

impl Page for QueuePage {
    fn item(&self) -> Item {
        Item::Applications
    }

    fn title(&self) -> String {
        self.words.applications().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn queue(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let all = store::applications(&mut tx, &allowed.scope, None).await?;
    drop(tx);
    let (open, decided): (Vec<_>, Vec<_>) =
        all.iter().partition(|one| matches!(one.status, Status::Submitted | Status::Returned));
    let rows = |of: &[&Application]| of.iter().map(|one| row(one, &allowed.view)).collect();
    let words = Words(allowed.view.language());
    let columns = || {
        [words.organisation(), words.wants_to_be(), words.state(), words.decision()].map(Column::new).to_vec()
    };
    let none = Empty::new(Icon::Check, words.nothing_waits(), words.nothing_waits_why());
    let page = QueuePage {
        words,
        head: PageHead::new(words.applications()).lead(words.queue_lead()),
        waiting: Table::new(words.open_table(), columns(), rows(&open), none),
        decided: Table::new(
            words.decided_table(),
            columns(),
            rows(&decided),
            Empty::new(Icon::Log, words.none_yet(), words.none_yet_why()),
        ),
    };
    Ok(render(&allowed, &page))
}

fn row(one: &Application, view: &View) -> Row {
    let words = Words(view.language());
    let decision = match (one.status, one.decided_ms) {
        (Status::Submitted, _) => Cell::part(&view.countdown(one.submitted_ms, one.decide_by_ms)),
        (Status::Returned, _) => Cell::text(words.waits_for_applicant()),
        (_, Some(at_ms)) => Cell::part(&When::day(at_ms, view.reader)),
        (_, None) => Cell::none(words.withdrawn_before()),
    };
    let cells = vec![
        Cell::link(&format!("{QUEUE}/{}", one.id), &one.tenant_name).under(&one.said.legal_name),
        Cell::text(one.said.subtype.label_in(words.0)).under(one.said.territories.join(", ")),
        Cell::part(&one.status.chip(words.0)),
        decision,
    ];
    Row::new(&one.id, cells)
}

#[derive(Template)]
#[template(path = "domains/enrolment/application/decide.html")]
struct OnePage {
    words: Words,
    head: PageHead,
    decide: Option<Decide>,
    facts: Facts,
    documents: Table,
    timeline: Timeline,
}

/// The forms of a decision.
struct Decide {
    /// Where the approval goes.
    approve: String,
    subtype: Field,
    give_back: Confirm,
    reject: Confirm,
}

impl Page for OnePage {
    fn item(&self) -> Item {
        Item::Applications
    }

    fn title(&self) -> String {
        self.words.application().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn one(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let (view, words) = (&allowed.view, Words(allowed.view.language()));
    let mut tx = app.db.read().await?;
    let seen = review::find(&mut tx, &allowed, &id).await?;
    let had = store::documents(&mut tx, &seen).await?;
    let history = store::history(&mut tx, &seen).await?;
    drop(tx);
    let may = allowed.actor.can(Action::Change(Item::Applications));
    let waits = seen.status == Status::Submitted;
    let mut head =
        PageHead::new(&seen.tenant_name).back(words.applications(), QUEUE).chip(&seen.status.chip(words.0));
    if waits {
        head = head.chip(&view.countdown(seen.submitted_ms, seen.decide_by_ms));
    }
    let page = OnePage {
        words,
        head,
        decide: (waits && may).then(|| decide(&seen, view)),
        facts: pages::facts(&seen.said, words),
        documents: documents::table(&had, &format!("{QUEUE}/{}/documents", seen.id), view),
        timeline: documents::timeline(history, view),
    };
    Ok(render(&allowed, &page))
}

fn decide(seen: &Application, view: &View) -> Decide {
    let words = Words(view.language());
    let choice = |of: Subtype| Choice::new(of.key(), of.label_in(words.0), of == seen.said.subtype);
    let version = seen.version();
    let to = |verb: &str| version.bound(view, &format!("{QUEUE}/{}/{verb}", seen.id));
    Decide {
        approve: to("approve"),
        subtype: Field::new("subtype", words.approve_as(), Input::Radios(Subtype::ALL.map(choice).to_vec()))
            .hint(words.approve_hint()),
        give_back: Confirm::new(
            words.give_back(),
            words.give_back_question(),
            words.give_back_yes(),
            to("return"),
        )
        .reason(words.give_back_note()),
        reject: Confirm::new(words.reject(), words.reject_question(), words.reject_yes(), to("reject"))
            .danger()
            .reason(words.reject_reason()),
    }
}

async fn document(
    State(app): State<App>,
    allowed: Allowed,
    Path((id, document)): Path<(String, String)>,
) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let seen = review::find(&mut tx, &allowed, &id).await?;
    documents::answer(&mut tx, &seen, &document).await
}

#[derive(Deserialize)]
struct Approval {
    #[serde(default)]
    subtype: String,
}

async fn approve(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Approval>,
) -> Result<Response, Error> {
    let subtype = review::subtype(&form.subtype)?;
    let seen = review::approve(&app, &allowed, &id, subtype).await?;
    let words = Words(allowed.view.language());
    let said = words.partner_now(&seen.tenant_name, subtype.label_in(words.0));
    Ok(done(QUEUE, &said))
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    reason: String,
}

async fn reject(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Answer>,
) -> Result<Response, Error> {
    let seen = review::answer(&app, &allowed, &id, Move::Reject, &form.reason).await?;
    Ok(done(QUEUE, &Words(allowed.view.language()).was_rejected(&seen.tenant_name)))
}

async fn give_back(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Answer>,
) -> Result<Response, Error> {
    let seen = review::answer(&app, &allowed, &id, Move::Return, &form.reason).await?;
    Ok(done(QUEUE, &Words(allowed.view.language()).went_back(&seen.tenant_name)))
}
