//! A fact arrives. The reaction only notes it, once, and sees to it that a job tells of it: no action waits for the many
//! looks that this takes.

use super::kind::Kind;
use super::store;
use super::tell::TELL;
use crate::app::App;
use crate::domains::audit::Fact;
use crate::domains::workload::AlarmReport;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::events::Event;
use crate::platform::jobs;
use serde::{Deserialize, Serialize};

/// What happened, as it waits to be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Happened {
    pub(super) event_id: String,
    pub(super) at_ms: i64,
    /// Who did it: the person, empty for gateways and the system, and the organisation.
    pub(super) actor_id: String,
    pub(super) tenant_id: String,
    pub(super) fact: String,
    pub(super) object_kind: String,
    pub(super) object_id: String,
    /// The organisations whose log tells of it.
    pub(super) concerns: Vec<String>,
    /// The request behind it.
    #[serde(default)]
    pub(super) request_id: String,
}

/// Notes that an event is to be told of, unless that was noted before.
///
/// # Errors
/// When the database does not do it; then drop the transaction, and the event comes again.
pub async fn on_event(app: &App, tx: &mut Tx, event: &Event) -> Result<(), Error> {
    let Some(kind) = Fact::parse(&event.kind).and_then(Kind::of) else { return Ok(()) };
    let (mut object_kind, mut object_id) = (event.object_kind.clone(), event.object_id.clone());
    if kind == Kind::Alarm {
        // The event names the device; what people work at is the item that it became.
        let Some(report) = AlarmReport::of_event(&event.kind, &event.body) else { return Ok(()) };
        let Some(alarm) = store::open_alarm(tx, &report.device_id, &report.code).await? else {
            return Ok(());
        };
        (object_kind, object_id) = ("alarm".to_owned(), alarm);
    }
    let happened = Happened {
        event_id: event.id.clone(),
        at_ms: event.at_ms,
        request_id: event.correlation_id.clone(),
        actor_id: event.actor_id.clone(),
        tenant_id: event.tenant_id.clone(),
        fact: event.kind.clone(),
        object_kind,
        object_id,
        concerns: event.concerns.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
    };
    let body = serde_json::to_string(&happened).map_err(|cause| Error::Internal(cause.into()))?;
    if store::remember(tx, &event.id, event.at_ms, &body).await? {
        jobs::enqueue_one(app, tx, TELL).await?;
    }
    Ok(())
}
