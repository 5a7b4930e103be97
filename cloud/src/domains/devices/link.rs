//! Linking a device that one bought (ENR-B): the same page for every customer, whatever else the organisation is.

use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{self, Claim};
use crate::platform::access::Item;
use crate::platform::base::Language;
use crate::platform::error::{Error, FieldError};
use crate::platform::files::Upload;
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{Field, FileField, FormErrors, Input, PageHead};
use crate::platform::web::{Allowed, UploadForm};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "domains/devices/link.html")]
struct LinkPage {
    words: Words,
    head: PageHead,
    problems: FormErrors,
    fields: [Field; 4],
    proof: FileField,
}

impl Page for LinkPage {
    fn item(&self) -> Item {
        Item::MyDevices
    }

    fn title(&self) -> String {
        self.words.link().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(allowed: Allowed) -> Result<Response, Error> {
    Ok(show(&allowed, &Claim::default(), &[]))
}

pub(super) async fn link(
    State(app): State<App>,
    allowed: Allowed,
    sent: UploadForm,
) -> Result<Response, Error> {
    let get = |name| sent.get(name).to_owned();
    let mut claim = Claim {
        serial: get("serial"),
        purchase_number: get("purchase_number"),
        name: get("name"),
        site: get("site"),
        proof: None,
    };
    let proof = sent.files.into_iter().find(|(field, ..)| field == "proof");
    let done_with = match proof.map(|(_, name, bytes)| Upload::accept(&name, bytes)).transpose() {
        Ok(proof) => {
            claim.proof = proof;
            coverage::link(&app, &allowed, &claim).await
        }
        Err(text) => Err(Error::Invalid(vec![FieldError { field: "proof", text }])),
    };
    match done_with {
        Ok(id) => Ok(done(&format!("/portal/devices/{id}"), Words(allowed.view.language()).linked())),
        Err(Error::Invalid(errors)) => {
            let mut response = show(&allowed, &claim, &errors);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

fn show(allowed: &Allowed, typed: &Claim, errors: &[FieldError]) -> Response {
    let line = |name, label: &str, value: &str| {
        Field::new(name, label, Input::Line("text")).value(value).errors(errors, allowed.view.language())
    };
    let words = Words(allowed.view.language());
    let page = LinkPage {
        words,
        head: PageHead::new(words.link()).back(words.my_devices(), "/portal").lead(words.link_lead()),
        problems: FormErrors::new(errors, allowed.view.language()),
        fields: [
            line("serial", words.serial(), &typed.serial).required().hint(words.serial_hint()),
            line("purchase_number", words.purchase(), &typed.purchase_number)
                .required()
                .hint(words.purchase_hint()),
            line("name", words.name(), &typed.name).hint(words.name_hint()),
            line("site", words.site(), &typed.site).required().hint(words.site_hint()),
        ],
        proof: FileField::new(
            "proof",
            words.proof(),
            ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg",
            allowed.view.language(),
        )
        .hint(words.proof_hint())
        .errors(errors, allowed.view.language()),
    };
    render(allowed, &page)
}
