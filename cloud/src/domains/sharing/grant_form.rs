//! Granting access: to whom, which metrics of which devices, how long, what for.

use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{self, DEFAULT_GRANT_MS, DeviceView, NewGrant, PartnerSharing};
use crate::platform::access::Item;
use crate::platform::base::Language;
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

const MONTHS: [i64; 5] = [1, 3, 6, 12, 24];
const DEFAULT_MONTHS: i64 = 12;
type Said = fn(Words) -> &'static str;
/// The spacings to choose from, milliseconds.
const SPACINGS: [(u32, Said); 4] = [
    (0, Words::spacing_all),
    (60_000, Words::spacing_minute),
    (900_000, Words::spacing_quarter),
    (3_600_000, Words::spacing_hour),
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
    words: Words,
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
        self.words.grant().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

/// Metrics by device, each to be ticked.
#[derive(Template)]
#[template(path = "domains/sharing/items.html")]
pub(super) struct Items {
    pub(super) words: Words,
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
    pub(super) fn wrong(errors: &[FieldError], language: Language) -> String {
        let mine: Vec<&str> =
            errors.iter().filter(|e| e.field == "items").map(|e| e.text.told(language)).collect();
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
        Ok(_) => Ok(done("/portal/sharing", Words(allowed.view.language()).granted())),
        Err(Error::Invalid(errors)) => {
            let mut response = form(&app, &allowed, &typed, &errors).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

fn new_grant(allowed: &Allowed, typed: &Typed) -> NewGrant {
    let months = if MONTHS.contains(&typed.months) { typed.months } else { DEFAULT_MONTHS };
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
    let words = Words(allowed.view.language());
    let months = MONTHS.map(|n| Choice::new(n.to_string(), words.months(n), n == typed.months));
    let spacings =
        SPACINGS.map(|(ms, label)| Choice::new(ms.to_string(), label(words), ms == typed.spacing_ms));
    let form = GrantForm {
        words,
        head: PageHead::new(words.grant()).back(words.who_sees(), "/portal/sharing").lead(words.grant_lead()),
        problems: FormErrors::new(errors, allowed.view.language()),
        partner: Field::new("partner", words.partner(), Input::Select(choices(&partners, typed)))
            .hint(words.partner_hint())
            .required()
            .errors(errors, allowed.view.language()),
        items: Items {
            words,
            devices: devices.iter().map(|view| device(view, &typed.items)).collect(),
            error: Items::wrong(errors, words.0),
        },
        months: Field::new("months", words.how_long(), Input::Select(months.to_vec()))
            .hint(words.how_long_hint())
            .errors(errors, allowed.view.language()),
        spacing: Field::new("spacing", words.how_dense(), Input::Select(spacings.to_vec()))
            .hint(words.how_dense_hint())
            .errors(errors, allowed.view.language()),
        purpose: Field::new("purpose", words.what_for(), Input::Line("text"))
            .hint(words.what_for_hint())
            .value(&typed.purpose)
            .required()
            .errors(errors, allowed.view.language()),
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
