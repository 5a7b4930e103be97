//! What partners ask for, and the owner's answer.

use super::change::Reason;
use super::grant_form::until_ms;
use super::overview::metric_chip;
use crate::app::App;
use crate::domains::coverage::{self, AccessRequest};
use crate::platform::error::Error;
use crate::platform::web::layout::{View, done};
use crate::platform::web::parts::{Ago, Cell, Chip, Confirm, Icon, Tone};
use crate::platform::web::{Allowed, Form, Path};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// A question that waits, with its two answers.
#[derive(Template)]
#[template(path = "domains/sharing/request.html")]
pub(super) struct Asked {
    id: String,
    state: Chip,
    device: Cell,
    metrics: Cell,
    reason: String,
    who: String,
    at: Ago,
    months: String,
    approve: Option<Confirm>,
    decline: Option<Confirm>,
}

impl askama::filters::HtmlSafe for Asked {}

/// How many months, in words.
fn months(count: i64) -> String {
    if count == 1 { "1 month".to_owned() } else { format!("{count} months") }
}

pub(super) fn asked(view: &View, request: &AccessRequest, may_change: bool) -> Asked {
    let base = format!("/portal/sharing/requests/{}", request.id);
    let (partner, device) = (&request.partner.1, &request.device.1);
    let span = months(request.months);
    let question = format!(
        "{partner} sees exactly these metrics of {device} from now on, for {span}. To give less, decline and grant what \
         you choose. You can take it back at any time."
    );
    let to = request.version().bound(view, &format!("{base}/approve"));
    let approve = Confirm::new("Approve", question, format!("Grant this to {partner}"), to);
    let question = format!("{partner} reads your answer. Nothing is shown to it.");
    let decline = Confirm::new("Decline", question, "Decline the request", format!("{base}/decline"));
    Asked {
        id: request.id.clone(),
        state: Chip::new(Tone::Warn, "Asks for access").icon(Icon::Clock),
        device: Cell::link(&format!("/portal/devices/{}", request.device.0), device),
        metrics: Cell::parts(&request.metrics.iter().map(metric_chip).collect::<Vec<_>>()),
        reason: request.reason.clone(),
        who: request.asked_by.clone(),
        at: view.time(request.asked_ms),
        months: span,
        approve: may_change.then_some(approve),
        decline: may_change.then(|| decline.danger().reason("Why, for the partner and your log")),
    }
}

pub(super) async fn approve(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    coverage::approve(&app, &allowed, &id, |months| until_ms(&allowed.view, months)).await?;
    Ok(done("/portal/sharing", "Access granted as it was asked for. The gateways have been told."))
}

pub(super) async fn decline(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Reason>,
) -> Result<Response, Error> {
    coverage::decline(&app, &allowed, &id, &form.reason).await?;
    Ok(done("/portal/sharing", "The request was declined. The partner reads why."))
}
