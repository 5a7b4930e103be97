//! The applicant's side: the form, how it stands, the documents.

use super::form::{Fields, Typed};
use super::model::{Application, Said, Status};
use super::words::Words;
use super::{actions, documents, store};
use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Confirm, Countdown, Facts, FileField, FormErrors, Icon, PageHead, Table, Timeline, When,
};
use crate::platform::web::{Allowed, Path, Routes, UploadForm};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

const STATUS: &str = "/account/enrolment/application";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Apps), Action::Change(Item::Apps));
    Routes::new()
        .get("/account/enrolment/apply", change, get(apply_page))
        .post("/account/enrolment/apply", change, post(apply).layer(UploadForm::limit()))
        .get("/account/enrolment/application", see, get(status))
        .post("/account/enrolment/application/withdraw", change, post(withdraw))
        .get("/account/enrolment/application/documents/{id}", see, get(document))
}

#[derive(Template)]
#[template(path = "domains/enrolment/application/apply.html")]
struct ApplyPage {
    words: Words,
    head: PageHead,
    problems: FormErrors,
    fields: Fields,
    documents: FileField,
    had: Option<Table>,
    button: &'static str,
}

impl Page for ApplyPage {
    fn item(&self) -> Item {
        Item::Apps
    }

    fn title(&self) -> String {
        self.words.apply().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn apply_page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let returned = actions::returned(&app, &allowed).await?;
    let typed = match &returned {
        Some(returned) => Typed::said(&returned.said),
        None => Typed::named(&allowed.actor.tenant_name),
    };
    show(&app, &allowed, &typed, returned.as_ref(), &[]).await
}

async fn apply(State(app): State<App>, allowed: Allowed, sent: UploadForm) -> Result<Response, Error> {
    let typed = Typed::of(&sent);
    match actions::send(&app, &allowed, sent).await {
        Ok(()) => Ok(done(STATUS, Words(allowed.view.language()).sent())),
        Err(Error::Invalid(errors)) => {
            let returned = actions::returned(&app, &allowed).await?;
            let mut response = show(&app, &allowed, &typed, returned.as_ref(), &errors).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

async fn show(
    app: &App,
    allowed: &Allowed,
    typed: &Typed,
    returned: Option<&Application>,
    errors: &[FieldError],
) -> Result<Response, Error> {
    let had = match returned {
        Some(returned) => Some(store::documents(&mut app.db.read().await?, returned).await?),
        None => None,
    };
    let words = Words(allowed.view.language());
    let page = ApplyPage {
        words,
        head: PageHead::new(words.apply()).back(words.apps(), "/account/enrolment").lead(words.apply_lead()),
        problems: FormErrors::new(errors, allowed.view.language()),
        fields: typed.fields(errors, allowed.view.language()),
        documents: FileField::new(
            "documents",
            words.documents(),
            ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg",
            allowed.view.language(),
        )
        .several()
        .hint(words.documents_hint())
        .errors(errors, allowed.view.language()),
        had: had.map(|had| documents::table(&had, &format!("{STATUS}/documents"), &allowed.view)),
        button: if returned.is_some() { words.send_again() } else { words.send() },
    };
    Ok(render(allowed, &page))
}

#[derive(Template)]
#[template(path = "domains/enrolment/application/status.html")]
struct StatusPage {
    words: Words,
    head: PageHead,
    sentence: String,
    due: Option<(Countdown, When)>,
    again: Option<Cell>,
    withdraw: Option<Confirm>,
    facts: Facts,
    documents: Table,
    timeline: Timeline,
    earlier: Vec<(Chip, When)>,
}

impl Page for StatusPage {
    fn item(&self) -> Item {
        Item::Apps
    }

    fn title(&self) -> String {
        self.words.your_application().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn status(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let (view, words) = (&allowed.view, Words(allowed.view.language()));
    let mut tx = app.db.read().await?;
    let mut all = store::applications(&mut tx, &allowed.scope, None).await?.into_iter();
    let Some(newest) = all.next() else { return Err(actions::NONE) };
    let had = store::documents(&mut tx, &newest).await?;
    let history = store::history(&mut tx, &newest).await?;
    drop(tx);
    let may = allowed.actor.can(Action::Change(Item::Apps));
    let open = matches!(newest.status, Status::Submitted | Status::Returned);
    let again = match newest.status {
        Status::Returned => Some(Cell::button(Icon::Pen, words.change_again(), "/account/enrolment/apply")),
        Status::Rejected | Status::Withdrawn => {
            Some(Cell::button(Icon::Pen, words.apply_again(), "/account/enrolment/apply"))
        }
        Status::Submitted | Status::Approved => None,
    };
    let path = format!("{STATUS}/withdraw");
    let withdraw =
        Confirm::new(words.withdraw(), words.withdraw_question(), words.withdraw_yes(), path).danger();
    let page = StatusPage {
        words,
        head: PageHead::new(words.your_application())
            .back(words.apps(), "/account/enrolment")
            .chip(&newest.status.chip(words.0)),
        sentence: newest.status.sentence().told(words.0).to_owned(),
        due: (newest.status == Status::Submitted).then(|| {
            let due_ms = newest.decide_by_ms;
            (view.countdown(newest.submitted_ms, due_ms), When::minute(due_ms, view.reader))
        }),
        again: again.filter(|_| may),
        withdraw: (open && may).then_some(withdraw),
        facts: facts(&newest.said, words),
        documents: documents::table(&had, &format!("{STATUS}/documents"), view),
        timeline: documents::timeline(history, view),
        earlier: all
            .map(|one| (one.status.chip(words.0), When::day(one.submitted_ms, view.reader)))
            .collect(),
    };
    Ok(render(&allowed, &page))
}

pub(super) fn facts(said: &Said, words: Words) -> Facts {
    Facts::new()
        .fact(words.as_fact(), Cell::text(said.subtype.label_in(words.0)))
        .fact(words.registered_name(), Cell::text(&said.legal_name))
        .fact(words.registration(), Cell::text(&said.registration_number))
        .fact(words.country(), Cell::text(&said.country))
        .fact(words.address(), Cell::text(&said.address))
        .fact(words.territories(), Cell::text(said.territories.join(", ")))
        .fact(words.business(), Cell::text(&said.about))
}

async fn withdraw(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    actions::withdraw(&app, &allowed).await?;
    Ok(done(STATUS, Words(allowed.view.language()).withdrawn()))
}

async fn document(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    for seen in store::applications(&mut tx, &allowed.scope, None).await? {
        match documents::answer(&mut tx, &seen, &id).await {
            Err(Error::NotFound) => {}
            answer => return answer,
        }
    }
    Err(Error::NotFound)
}
