//! The applicant's side: the form, how it stands, the documents.

use super::form::{Fields, Typed};
use super::model::{Application, Said, Status};
use super::{actions, documents, store};
use crate::app::App;
use crate::platform::access::{Action, Item};
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
        "Apply to become a partner".to_owned()
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
        Ok(()) => Ok(done(STATUS, "The application was sent. RiverSync decides by the day shown here.")),
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
    let page = ApplyPage {
        head: PageHead::new("Apply to become a partner").back(Item::Apps.label(), "/account/enrolment").lead(
            "RiverSync reviews it within five days. Your organisation stays the same; it gains an app.",
        ),
        problems: FormErrors::new(errors, allowed.view.language()),
        fields: typed.fields(errors, allowed.view.language()),
        documents: FileField::new(
            "documents",
            "Documents",
            ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg",
            allowed.view.language(),
        )
        .several()
        .hint("Company registration, certificates: PDF, PNG or JPEG, up to 5 MB each")
        .errors(errors, allowed.view.language()),
        had: had.map(|had| documents::table(&had, &format!("{STATUS}/documents"), &allowed.view)),
        button: if returned.is_some() { "Send again" } else { "Send application" },
    };
    Ok(render(allowed, &page))
}

#[derive(Template)]
#[template(path = "domains/enrolment/application/status.html")]
struct StatusPage {
    head: PageHead,
    sentence: &'static str,
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
        "Your application".to_owned()
    }
}

async fn status(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let mut tx = app.db.read().await?;
    let mut all = store::applications(&mut tx, &allowed.scope, None).await?.into_iter();
    let Some(newest) = all.next() else { return Err(actions::NONE) };
    let had = store::documents(&mut tx, &newest).await?;
    let history = store::history(&mut tx, &newest).await?;
    drop(tx);
    let may = allowed.actor.can(Action::Change(Item::Apps));
    let open = matches!(newest.status, Status::Submitted | Status::Returned);
    let again = match newest.status {
        Status::Returned => {
            Some(Cell::button(Icon::Pen, "Change and send again", "/account/enrolment/apply"))
        }
        Status::Rejected | Status::Withdrawn => {
            Some(Cell::button(Icon::Pen, "Apply again", "/account/enrolment/apply"))
        }
        Status::Submitted | Status::Approved => None,
    };
    let question = "The application ends here; RiverSync is told. You may apply again at any time.";
    let withdraw =
        Confirm::new("Withdraw", question, "Withdraw the application", format!("{STATUS}/withdraw")).danger();
    let page = StatusPage {
        head: PageHead::new("Your application")
            .back(Item::Apps.label(), "/account/enrolment")
            .chip(&newest.status.chip()),
        sentence: newest.status.sentence(),
        due: (newest.status == Status::Submitted).then(|| {
            let due_ms = newest.decide_by_ms;
            (view.countdown(newest.submitted_ms, due_ms), When::minute(due_ms, view.reader))
        }),
        again: again.filter(|_| may),
        withdraw: (open && may).then_some(withdraw),
        facts: facts(&newest.said),
        documents: documents::table(&had, &format!("{STATUS}/documents"), view),
        timeline: documents::timeline(history, view),
        earlier: all.map(|one| (one.status.chip(), When::day(one.submitted_ms, view.reader))).collect(),
    };
    Ok(render(&allowed, &page))
}

pub(super) fn facts(said: &Said) -> Facts {
    Facts::new()
        .fact("As", Cell::text(said.subtype.label()))
        .fact("Registered name", Cell::text(&said.legal_name))
        .fact("Registration number", Cell::text(&said.registration_number))
        .fact("Country", Cell::text(&said.country))
        .fact("Address", Cell::text(&said.address))
        .fact("Territories", Cell::text(said.territories.join(", ")))
        .fact("Business today", Cell::text(&said.about))
}

async fn withdraw(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    actions::withdraw(&app, &allowed).await?;
    Ok(done(STATUS, "The application was withdrawn."))
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
