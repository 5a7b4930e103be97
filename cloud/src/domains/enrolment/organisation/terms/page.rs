//! The terms as a section of an organisation's page, and their form.

use super::super::pages::LIST;
use super::super::store::Organisation;
use super::model::{TaxForm, TaxStatus, Terms, Typed};
use super::set::{partner, set};
use super::store;
use super::words::Words;
use crate::app::App;
use crate::platform::access::{Action, Item, Reach, Sight};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Cell, Choice, Facts, Field, FormErrors, Icon, Input, Masked, PageHead};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Organisations);
    Routes::new().get("/admin/partners/{id}/terms", change, get(page)).post_fresh(
        "/admin/partners/{id}/terms",
        change,
        post(save),
    )
}

/// The section of a partner's page; none for who is no partner.
#[derive(Template)]
#[template(path = "domains/enrolment/organisation/terms/section.html")]
pub(in super::super) struct Section {
    words: Words,
    facts: Option<Facts>,
    change: Option<Cell>,
}

impl askama::filters::HtmlSafe for Section {}

/// The terms as whoever may see the organisation reads them.
pub(in super::super) async fn section(
    tx: &mut Tx,
    allowed: &Allowed,
    seen: &Organisation,
) -> Result<Option<Section>, Error> {
    if seen.subtype.is_none() {
        return Ok(None);
    }
    let terms = store::terms(tx, &allowed.scope, &seen.id).await?;
    let may = allowed.actor.can(Action::Change(Item::Organisations));
    let words = Words(allowed.view.language());
    let label = if terms.is_some() { words.change_terms() } else { words.set_terms() };
    let path = format!("{LIST}/{}/terms", seen.id);
    Ok(Some(Section {
        words,
        facts: terms.map(|terms| facts(allowed, &terms)),
        change: may.then(|| Cell::button(Icon::Partner, label, &path)),
    }))
}

fn facts(allowed: &Allowed, terms: &Terms) -> Facts {
    let words = Words(allowed.view.language());
    // Whoever reads no amounts in the funnel reads none here.
    let sight = allowed.scope.reach(Item::Pipeline).and_then(|reach: Reach| reach.others);
    let share = match sight {
        Some(Sight::Full) => Cell::text(terms.commission()),
        _ => Cell::part(&Masked::new(words.not_for_role(), words.not_for_role_why())),
    };
    let list = |lines: &[String]| match lines {
        [] => Cell::none(words.none_agreed()),
        lines => Cell::text(lines.join(", ")),
    };
    let tax = match (terms.tax_form, terms.tax_status) {
        (TaxForm::None, status) => Cell::text(words.status(status)),
        (form, status) => {
            Cell::text(format!("{}, {}", words.form(form), words.status(status).to_lowercase()))
        }
    };
    Facts::new()
        .fact(words.share(), share)
        .fact(words.tax_form(), tax)
        .fact(words.regions(), list(&terms.regions))
        .fact(words.products(), list(&terms.products))
        .fact(words.accounts(), list(&terms.accounts))
        .fact(
            words.notes(),
            if terms.notes.is_empty() { Cell::none(words.none()) } else { Cell::text(&terms.notes) },
        )
}

#[derive(Template)]
#[template(path = "domains/enrolment/organisation/terms/form.html")]
struct TermsPage {
    words: Words,
    head: PageHead,
    action: String,
    back: String,
    problems: FormErrors,
    money: [Field; 3],
    territories: [Field; 3],
    notes: Field,
}

impl Page for TermsPage {
    fn item(&self) -> Item {
        Item::Organisations
    }

    fn title(&self) -> String {
        self.words.terms().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn page(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let seen = partner(&mut tx, &allowed, &id).await?;
    let terms = store::terms(&mut tx, &allowed.scope, &id).await?.unwrap_or_default();
    drop(tx);
    let to = terms.version().bound(&allowed.view, &at(&seen));
    Ok(show(&allowed, &seen, to, &Typed::of(&terms), &[]))
}

fn at(seen: &Organisation) -> String {
    format!("{LIST}/{}/terms", seen.id)
}

/// The form; `action` says for which version of the terms it is filled in.
fn show(
    allowed: &Allowed,
    seen: &Organisation,
    action: String,
    typed: &Typed,
    errors: &[FieldError],
) -> Response {
    let words = Words(allowed.view.language());
    let forms =
        TaxForm::ALL.iter().map(|one| Choice::new(one.key(), words.form(*one), typed.tax_form == one.key()));
    let statuses = TaxStatus::ALL
        .iter()
        .map(|one| Choice::new(one.key(), words.status(*one), typed.tax_status == one.key()));
    let area = |name, label: &str, value: &str, hint: &str| {
        Field::new(name, label, Input::Area).value(value).hint(hint).errors(errors, allowed.view.language())
    };
    let back = format!("{LIST}/{}", seen.id);
    let page = TermsPage {
        words,
        head: PageHead::new(words.terms()).back(&seen.name, &back).lead(words.lead()),
        action,
        back,
        problems: FormErrors::new(errors, allowed.view.language()),
        money: [
            Field::new("commission", words.share_percent(), Input::Line("text"))
                .value(&typed.commission)
                .hint(words.share_hint())
                .required()
                .errors(errors, allowed.view.language()),
            Field::new("tax_form", words.tax_form(), Input::Select(forms.collect()))
                .hint(words.tax_hint())
                .errors(errors, allowed.view.language()),
            Field::new("tax_status", words.where_form(), Input::Select(statuses.collect()))
                .errors(errors, allowed.view.language()),
        ],
        territories: [
            area("regions", words.regions(), &typed.regions, words.regions_hint()),
            area("products", words.products(), &typed.products, words.products_hint()),
            area("accounts", words.accounts(), &typed.accounts, words.accounts_hint()),
        ],
        notes: area("notes", words.notes_on(), &typed.notes, words.notes_hint()),
    };
    render(allowed, &page)
}

async fn save(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    match set(&app, &allowed, &id, &typed).await {
        Ok(seen) => Ok(done(&format!("{LIST}/{id}"), &Words(allowed.view.language()).kept(&seen.name))),
        Err(Error::Invalid(errors)) => {
            let seen = partner(&mut app.db.read().await?, &allowed, &id).await?;
            let to = allowed.view.same_query(&at(&seen));
            let mut response = show(&allowed, &seen, to, &typed, &errors);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}
