//! Asking the owner for what is not shown.

use super::device;
use super::words::Words;
use crate::app::App;
use crate::domains::coverage::{
    self, Answer, DeviceMetric, DeviceView, NewRequest, REQUEST_MONTHS, Standing,
};
use crate::platform::access::{Action, Item, Party};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::layout::done;
use crate::platform::web::parts::{Ago, Choice, Field, FormErrors, Input};
use crate::platform::web::{Allowed, Form, Path};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

const DEFAULT_MONTHS: i64 = 12;

/// What was typed and what is wrong with it; nothing yet when the page is opened.
pub(super) struct Typed {
    new: NewRequest,
    errors: Vec<FieldError>,
}

/// The form, or where the last question stands.
#[derive(Template)]
#[template(path = "domains/devices/request.html")]
pub(super) struct Request {
    words: Words,
    device_id: String,
    owner: String,
    /// What became of the last question; nothing to say of one that was granted.
    last: Option<Last>,
    /// None while a question waits.
    form: Option<Fields>,
}

impl askama::filters::HtmlSafe for Request {}

enum Last {
    Waits { who: String, at: Ago, reason: String },
    Declined { at: Ago, why: String },
}

struct Fields {
    open: bool,
    problems: FormErrors,
    metrics: Field,
    months: Field,
    reason: Field,
}

/// What this reader may ask about a device; `None` when there is nothing to ask, or it is not theirs to ask.
pub(super) async fn section(
    tx: &mut Tx,
    allowed: &Allowed,
    found: &DeviceView,
    typed: Option<&Typed>,
) -> Result<Option<Request>, Error> {
    let may = allowed.scope.party() == Party::Reseller
        && allowed.actor.can(Action::Change(Item::CoveredDevices))
        && matches!(found.standing, Some(Standing::Covered { .. }));
    let hidden: Vec<_> = found.metrics.iter().filter(|metric| metric.visible.is_none()).collect();
    if !may || hidden.is_empty() {
        return Ok(None);
    }
    let owner = found.device.customer_name.clone();
    let last = coverage::own_request(tx, &allowed.scope, &found.device.id).await?;
    let waits = last.as_ref().is_some_and(|last| last.answer.is_none());
    let view = &allowed.view;
    let last = last.and_then(|last| match last.answer {
        None => Some(Last::Waits { who: last.asked_by, at: view.time(last.asked_ms), reason: last.reason }),
        Some(Answer::Declined { at_ms, why }) => Some(Last::Declined { at: view.time(at_ms), why }),
        Some(Answer::Granted { .. }) => None,
    });
    let form = (!waits).then(|| fields(&hidden, typed, view.language()));
    Ok(Some(Request { words: Words(view.language()), device_id: found.device.id.clone(), owner, last, form }))
}

fn fields(hidden: &[&DeviceMetric], typed: Option<&Typed>, language: Language) -> Fields {
    let words = Words(language);
    // Nobody asks for everything by pressing a button: what is needed is ticked, one by one.
    let chosen = |name: &str| match typed {
        Some(typed) => typed.new.metrics.iter().any(|one| one == name),
        None => hidden.len() == 1,
    };
    let metrics = hidden.iter().map(|metric| {
        let metric = &metric.metric;
        Choice::new(&metric.name, &metric.label, chosen(&metric.name)).note(&metric.unit)
    });
    let wanted = typed.map_or(DEFAULT_MONTHS, |typed| typed.new.months);
    let months = REQUEST_MONTHS
        .iter()
        .map(|count| Choice::new(count.to_string(), words.months(*count), *count == wanted));
    let errors: &[FieldError] = typed.map_or(&[], |typed| &typed.errors);
    Fields {
        open: typed.is_some(),
        problems: FormErrors::new(errors, language),
        metrics: Field::new("metrics", words.what_you_need(), Input::Checks(metrics.collect()))
            .hint(words.what_you_need_hint())
            .errors(errors, language),
        months: Field::new("months", words.how_long(), Input::Select(months.collect()))
            .errors(errors, language),
        reason: Field::new("reason", words.what_for(), Input::Line("text"))
            .hint(words.what_for_hint())
            .value(typed.map_or("", |typed| &typed.new.reason))
            .required()
            .errors(errors, language),
    }
}

pub(super) async fn send(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let mut new = NewRequest::default();
    for (name, value) in pairs {
        match name.as_str() {
            "metrics" => new.metrics.push(value),
            "months" => new.months = value.parse().unwrap_or_default(),
            "reason" => new.reason = value,
            _ => {}
        }
    }
    match coverage::ask(&app, &allowed, &id, new.clone()).await {
        Ok(_) => Ok(done(&format!("/partners/devices/{id}"), Words(allowed.view.language()).was_asked())),
        Err(Error::Invalid(errors)) => {
            let mut response = device::show(&app, &allowed, &id, Some(&Typed { new, errors })).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => Err(error),
    }
}
