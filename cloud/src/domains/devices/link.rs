//! Linking a device that one bought (ENR-B): the same page for every customer, whatever else the organisation is.

use crate::app::App;
use crate::domains::coverage::{self, Claim};
use crate::platform::access::Item;
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
        "Link a device".to_owned()
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
        Ok(id) => Ok(done(&format!("/portal/devices/{id}"), "The device is linked: it is one of yours now.")),
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
    let page = LinkPage {
        head: PageHead::new("Link a device")
            .back("My devices", "/portal")
            .lead("A device that your organisation bought appears here once you show that you bought it."),
        problems: FormErrors::new(errors, allowed.view.language()),
        fields: [
            line("serial", "Serial number", &typed.serial)
                .required()
                .hint("On the type plate, such as RSP-269000"),
            line("purchase_number", "Purchase number", &typed.purchase_number)
                .required()
                .hint("On the invoice"),
            line("name", "Name", &typed.name).hint("How you call it; empty for the model's name"),
            line("site", "Site", &typed.site).required().hint("Where it stands"),
        ],
        proof: FileField::new(
            "proof",
            "Proof of purchase",
            ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg",
            allowed.view.language(),
        )
        .hint("The invoice as PDF, PNG or JPEG, up to 5 MB; it is kept with the claim")
        .errors(errors, allowed.view.language()),
    };
    render(allowed, &page)
}
