//! The form by which a lead comes in.

use super::cells;
use super::refer::{Referral, capture_lead};
use super::stages::Stage;
use super::words::Words;
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Choice, Field, FormErrors, Input, PageHead};
use crate::platform::web::{Allowed, Form, Routes};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

/// Where a reseller refers one.
pub(super) const PATH: &str = "/partners/leads/new";
/// Where `RiverSync` takes one down.
pub(super) const STAFF_PATH: &str = "/pipeline/leads/new";

pub(super) fn routes() -> Routes {
    let (refer, capture) = (Action::Change(Item::Leads), Action::Change(Item::Pipeline));
    Routes::new()
        .get(PATH, refer, get(form))
        .post("/partners/leads", refer, post(send))
        .get(STAFF_PATH, capture, get(form))
        .post("/pipeline/leads", capture, post(send))
}

/// The form as it is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Sent {
    customer: String,
    title: String,
    contact: String,
    email: String,
    phone: String,
    consent: String,
    form_key: String,
}

#[derive(Template)]
#[template(path = "domains/funnel/refer.html")]
struct ReferPage {
    words: Words,
    title: &'static str,
    item: Item,
    head: PageHead,
    errors: FormErrors,
    fields: [Field; 6],
    form_key: String,
    action: &'static str,
    back: &'static str,
}

impl Page for ReferPage {
    fn item(&self) -> Item {
        self.item
    }

    fn title(&self) -> String {
        self.title.to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn form(allowed: Allowed, State(app): State<App>) -> Response {
    let sent = Sent { form_key: app.ids.next("form"), ..Sent::default() };
    render(&allowed, &page(&allowed, &sent, &[]))
}

fn page(allowed: &Allowed, sent: &Sent, errors: &[FieldError]) -> ReferPage {
    let words = Words(allowed.view.language());
    let is_staff = allowed.scope.party() == Party::Vendor;
    let (back, action) =
        if is_staff { ("/pipeline", "/pipeline/leads") } else { ("/partners/leads", "/partners/leads") };
    let line = |name, label: &str, value: &str| Field::new(name, label, Input::Line("text")).value(value);
    let agreed = Choice::new("yes", words.agreed(), sent.consent == "yes");
    let fields = [
        line("customer", words.customer(), &sent.customer).required(),
        line("title", words.interest(), &sent.title).required(),
        line("contact", words.contact(), &sent.contact).required(),
        Field::new("email", words.email(), Input::Line("email")).value(&sent.email),
        Field::new("phone", words.phone(), Input::Line("tel")).value(&sent.phone).hint(words.one_of_two()),
        Field::new("consent", words.consent(), Input::Checks(vec![agreed])),
    ];
    let back_label = if is_staff { words.pipeline() } else { Stage::Lead.label_in(words.0) };
    let title = if is_staff { words.new_lead() } else { words.refer() };
    ReferPage {
        words,
        title,
        item: if is_staff { Item::Pipeline } else { Item::Leads },
        head: PageHead::new(title).back(back_label, back).lead(if is_staff {
            words.capture_lead()
        } else {
            words.refer_lead()
        }),
        errors: FormErrors::new(errors, words.0),
        fields: fields.map(|field| field.errors(errors, words.0)),
        form_key: sent.form_key.clone(),
        action,
        back,
    }
}

async fn send(allowed: Allowed, State(app): State<App>, Form(sent): Form<Sent>) -> Result<Response, Error> {
    let referral = Referral {
        customer: sent.customer.clone(),
        title: sent.title.clone(),
        contact: sent.contact.clone(),
        email: sent.email.clone(),
        phone: sent.phone.clone(),
        consent: sent.consent == "yes",
        form_key: sent.form_key.clone(),
    };
    match capture_lead(&app, &allowed.scope, By::person(&allowed), &referral).await {
        Ok(id) => {
            let words = Words(allowed.view.language());
            Ok(done(&cells::href(allowed.scope.party(), &id), words.referred()))
        }
        Err(Error::Invalid(errors)) => {
            let mut response = render(&allowed, &page(&allowed, &sent, &errors));
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}
