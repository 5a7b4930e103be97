//! Granting access: to whom, which metrics of which devices, how long, what for.

use crate::app::App;
use crate::domains::coverage::{self, DEFAULT_GRANT_MS, DeviceView, NewGrant, PartnerSharing};
use crate::platform::access::Item;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{Choice, Field, FormErrors, Input, PageHead};
use crate::platform::web::{Allowed, Form};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Span;
use std::collections::BTreeSet;

const MONTHS: [(i64, &str); 5] =
    [(1, "1 month"), (3, "3 months"), (6, "6 months"), (12, "12 months"), (24, "24 months")];
const DEFAULT_MONTHS: i64 = 12;
const SPACINGS: [(u32, &str); 4] = [
    (0, "Every sample"),
    (60_000, "One each minute"),
    (900_000, "One each 15 minutes"),
    (3_600_000, "One each hour"),
];

/// What was typed, kept when something is wrong.
#[derive(Clone, Debug, Default)]
struct Typed {
    partner: String,
    items: BTreeSet<String>,
    months: i64,
    spacing_ms: u32,
    purpose: String,
}

#[derive(Template)]
#[template(path = "domains/sharing/grant_form.html")]
struct GrantForm {
    head: PageHead,
    problems: FormErrors,
    partner: Field,
    items: Items,
    months: Field,
    spacing: Field,
    purpose: Field,
}

impl Page for GrantForm {
    fn item(&self) -> Item {
        Item::Sharing
    }

    fn title(&self) -> String {
        "Grant access".to_owned()
    }
}

/// Metrics by device, each to be ticked.
#[derive(Template)]
#[template(path = "domains/sharing/items.html")]
pub(super) struct Items {
    pub(super) devices: Vec<ItemDevice>,
    pub(super) error: String,
}

impl askama::filters::HtmlSafe for Items {}

/// One device of the choice.
pub(super) struct ItemDevice {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) choices: Vec<Choice>,
}

impl Items {
    pub(super) fn wrong(errors: &[FieldError]) -> String {
        let mine: Vec<&str> = errors.iter().filter(|e| e.field == "items").map(|e| e.text.as_str()).collect();
        mine.join(" ")
    }
}

/// `D-BF-1/power` as device and metric.
pub(super) fn item(text: &str) -> Option<(String, String)> {
    let (device, metric) = text.split_once('/')?;
    Some((device.to_owned(), metric.to_owned()))
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let mut typed = Typed { months: DEFAULT_MONTHS, ..Typed::default() };
    typed.partner = allowed.view.get("partner").unwrap_or_default().to_owned();
    form(&app, &allowed, &typed, &[]).await
}

pub(super) async fn send(
    State(app): State<App>,
    allowed: Allowed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let mut typed = Typed { months: DEFAULT_MONTHS, ..Typed::default() };
    for (name, value) in pairs {
        match name.as_str() {
            "partner" => typed.partner = value,
            "items" => drop(typed.items.insert(value)),
            "months" => typed.months = value.parse().unwrap_or(DEFAULT_MONTHS),
            "spacing" => typed.spacing_ms = value.parse().unwrap_or_default(),
            "purpose" => typed.purpose = value,
            _ => {}
        }
    }
    match coverage::grant(&app, &allowed, new_grant(&allowed, &typed)).await {
        Ok(_) => {
            Ok(done("/portal/sharing", "Access granted. It holds from now on; the gateways have been told."))
        }
        Err(Error::Invalid(errors)) => {
            let mut response = form(&app, &allowed, &typed, &errors).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

fn new_grant(allowed: &Allowed, typed: &Typed) -> NewGrant {
    let months = if MONTHS.iter().any(|(n, _)| *n == typed.months) { typed.months } else { DEFAULT_MONTHS };
    NewGrant {
        partner_id: typed.partner.clone(),
        items: typed.items.iter().filter_map(|text| item(text)).collect(),
        min_interval_ms: typed.spacing_ms,
        from_ms: None,
        until_ms: Some(until_ms(&allowed.view, months)),
        purpose: typed.purpose.clone(),
    }
}

/// When a grant of so many months from now on ends: with its day, since one that ends at 14:03:27 helps nobody.
pub(super) fn until_ms(view: &View, months: i64) -> i64 {
    let now = view.reader.civil(view.now_ms);
    let until = now.checked_add(Span::new().months(months).days(1)).and_then(|at| at.start_of_day());
    until.map_or(view.now_ms + DEFAULT_GRANT_MS, |at| at.timestamp().as_millisecond())
}

async fn form(app: &App, allowed: &Allowed, typed: &Typed, errors: &[FieldError]) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let partners = coverage::sharing(&mut tx, &allowed.scope, allowed.view.now_ms).await?;
    let devices = coverage::my_devices(&mut tx, &allowed.scope, allowed.view.now_ms).await?;
    drop(tx);
    let months = MONTHS.iter().map(|(n, label)| Choice::new(n.to_string(), *label, *n == typed.months));
    let spacings =
        SPACINGS.iter().map(|(ms, label)| Choice::new(ms.to_string(), *label, *ms == typed.spacing_ms));
    let form = GrantForm {
        head: PageHead::new("Grant access")
            .back("Who can see my devices", "/portal/sharing")
            .lead("Tick exactly what the partner needs. What is not ticked never leaves your gateway."),
        problems: FormErrors::new(errors, allowed.view.language()),
        partner: Field::new("partner", "Partner", Input::Select(choices(&partners, typed)))
            .hint("Partners with an agreement for your devices, now or to come")
            .required()
            .errors(errors),
        items: Items {
            devices: devices.iter().map(|view| device(view, &typed.items)).collect(),
            error: Items::wrong(errors),
        },
        months: Field::new("months", "For how long", Input::Select(months.collect()))
            .hint("Every grant ends; you can end it earlier")
            .errors(errors),
        spacing: Field::new("spacing", "How dense", Input::Select(spacings.collect()))
            .hint("The partner gets no more than this")
            .errors(errors),
        purpose: Field::new("purpose", "What for", Input::Line("text"))
            .hint("The partner reads this too, such as \"Preventive maintenance of the cold chain\"")
            .value(&typed.purpose)
            .required()
            .errors(errors),
    };
    Ok(render(allowed, &form))
}

fn choices(partners: &[PartnerSharing], typed: &Typed) -> Vec<Choice> {
    let one = |p: &PartnerSharing| Choice::new(&p.partner_id, &p.partner_name, p.partner_id == typed.partner);
    partners.iter().map(one).collect()
}

fn device(view: &DeviceView, ticked: &BTreeSet<String>) -> ItemDevice {
    let choices = view.metrics.iter().map(|m| {
        let value = format!("{}/{}", view.device.id, m.metric.name);
        let on = ticked.contains(&value);
        Choice::new(value, &m.metric.label, on).note(&m.metric.unit)
    });
    ItemDevice {
        name: view.device.name.clone(),
        about: format!("{} · {} · {}", view.device.id, view.device.model_label, view.device.site),
        choices: choices.collect(),
    }
}
