//! What partners ask for, and the owner's answer.

use super::change::Reason;
use super::grant_form::until_ms;
use super::overview::metric_chip;
use super::words::Words;
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
    words: Words,
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

pub(super) fn asked(view: &View, request: &AccessRequest, may_change: bool) -> Asked {
    let base = format!("/portal/sharing/requests/{}", request.id);
    let (partner, device) = (&request.partner.1, &request.device.1);
    let words = Words(view.language());
    let span = words.months(request.months);
    let question = words.approve_question(partner, device, &span);
    let to = request.version().bound(view, &format!("{base}/approve"));
    let approve = Confirm::new(words.approve(), question, words.approve_yes(partner), to);
    let question = words.decline_question(partner);
    let decline = Confirm::new(words.decline(), question, words.decline_yes(), format!("{base}/decline"));
    Asked {
        words,
        id: request.id.clone(),
        state: Chip::new(Tone::Warn, words.asks()).icon(Icon::Clock),
        device: Cell::link(&format!("/portal/devices/{}", request.device.0), device),
        metrics: Cell::parts(&request.metrics.iter().map(metric_chip).collect::<Vec<_>>()),
        reason: request.reason.clone(),
        who: request.asked_by.clone(),
        at: view.time(request.asked_ms),
        months: span,
        approve: may_change.then_some(approve),
        decline: may_change.then(|| decline.danger().reason(words.decline_reason())),
    }
}

pub(super) async fn approve(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    coverage::approve(&app, &allowed, &id, |months| until_ms(&allowed.view, months)).await?;
    Ok(done("/portal/sharing", Words(allowed.view.language()).approved()))
}

pub(super) async fn decline(
    State(app): State<App>,
    allowed: Allowed,
    Path(id): Path<String>,
    Form(form): Form<Reason>,
) -> Result<Response, Error> {
    coverage::decline(&app, &allowed, &id, &form.reason).await?;
    Ok(done("/portal/sharing", Words(allowed.view.language()).declined()))
}
