//! An event becomes deliveries: one for each endpoint that is told of such facts and whose organisation sees the record.

use super::catalog::Subject;
use super::deliver;
use super::lens::{self, Seen};
use super::model::{Delivery, Endpoint, State};
use super::store;
use crate::app::App;
use crate::domains::audit::Fact;
use crate::domains::identity;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::events::Event;
use crate::platform::live::Notice;
use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Writes the deliveries of `event`, which is about the record `object_id`, with the jobs that send them, in the caller's
/// transaction; whose open pages should read again. Told again it changes nothing.
///
/// # Errors
/// When they cannot be written; then drop the transaction, and the event comes again.
pub async fn on_event(app: &App, tx: &mut Tx, event: &Event, object_id: &str) -> Result<Vec<Notice>, Error> {
    let mut notices = Vec::new();
    let Some(subject) = Fact::parse(&event.kind).and_then(Subject::of) else { return Ok(notices) };
    if object_id.is_empty() {
        return Ok(notices);
    }
    let named = named_within(subject, &event.body);
    let object_id = named.as_deref().unwrap_or(object_id);
    let now_ms = app.clock.now_ms();
    let concerned = |tenant_id: &str| event.concerns.split(',').any(|one| one == tenant_id);
    let mut judged: Option<(String, bool)> = None;
    for endpoint in store::told_of(tx, &event.kind).await? {
        if subject.is_for_the_concerned() && !concerned(&endpoint.tenant_id) {
            continue;
        }
        // The endpoints of one organisation stand together.
        let sees = match &judged {
            Some((tenant_id, sees)) if *tenant_id == endpoint.tenant_id => *sees,
            _ => {
                let actor = identity::organisation(tx, &endpoint.tenant_id).await?;
                let seen = lens::look(tx, &actor, subject, object_id, now_ms).await?;
                matches!(seen, Seen::Record(_))
            }
        };
        judged = Some((endpoint.tenant_id.clone(), sees));
        if sees {
            let what = (event.id.as_str(), event.kind.as_str(), object_id, event.at_ms);
            begin(app, tx, &endpoint, what).await?;
            notices.push(Notice::Webhooks { tenant_id: endpoint.tenant_id });
        }
    }
    Ok(notices)
}

/// The record that goes along, where the event is about another one: a question for access is told of the device.
fn named_within(subject: Subject, body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        request: String,
    }
    let named = serde_json::from_str::<Named>(body).ok().filter(|_| subject == Subject::AccessRequest)?;
    Some(named.request)
}

/// Writes a delivery of an event (its id, fact, object and time) and its job, unless there is one.
pub(super) async fn begin(
    app: &App,
    tx: &mut Tx,
    endpoint: &Endpoint,
    (event_id, fact, object_id, at_ms): (&str, &str, &str, i64),
) -> Result<String, Error> {
    let now_ms = app.clock.now_ms();
    let delivery = Delivery {
        id: message_id(event_id, &endpoint.id),
        endpoint_id: endpoint.id.clone(),
        tenant_id: endpoint.tenant_id.clone(),
        event_id: event_id.to_owned(),
        fact: fact.to_owned(),
        object_id: object_id.to_owned(),
        at_ms,
        state: State::Waiting.key().to_owned(),
        attempts: 0,
        next_ms: now_ms,
        tried_ms: None,
        status: None,
        error: String::new(),
    };
    if store::deliver(tx, &delivery).await? {
        deliver::enqueue(app, tx, &delivery.id, 0, now_ms).await?;
    }
    Ok(delivery.id)
}

/// The same for the same event and endpoint, so that a receiver can tell that two are one.
fn message_id(event_id: &str, endpoint_id: &str) -> String {
    let digest = Sha256::new().chain_update(event_id).chain_update(".").chain_update(endpoint_id).finalize();
    format!("msg_{}", HEXLOWER.encode(digest.get(..16).unwrap_or_default()))
}
