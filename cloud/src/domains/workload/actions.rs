//! What a partner does about an item. One transaction each: the item, its history, and a row in the customer's log as
//! well as the partner's (PAR-5b, PORTAL C20).

use super::model::Kind;
use super::store::{self, Change, NewTicket};
use super::views::{self, WorkItem};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::platform::access::Scope;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::live::Notice;
use crate::platform::words::said;
use std::collections::BTreeSet;

/// Items that are changed at once at most.
const MOST_TOGETHER: usize = 100;

/// Takes notice of an item.
///
/// # Errors
/// Not there for the asker, another version than believed, taken notice of already, or ours.
pub async fn acknowledge(app: &App, scope: &Scope, by: By, id: &str) -> Result<WorkItem, Error> {
    change(app, scope, by, id, Change::Acknowledge).await
}

/// Gives an item to the acting person, who thereby takes notice of it.
///
/// # Errors
/// Not there for the asker, another version than believed, theirs already, done already, or ours.
pub async fn assign_to_me(app: &App, scope: &Scope, by: By, id: &str) -> Result<WorkItem, Error> {
    change(app, scope, by, id, Change::Assign).await
}

/// Says that an item is done. A ticket takes the alarm it was made from with it.
///
/// # Errors
/// Not there for the asker, another version than believed, done already, or ours.
pub async fn resolve(app: &App, scope: &Scope, by: By, id: &str) -> Result<WorkItem, Error> {
    change(app, scope, by, id, Change::Resolve).await
}

async fn change(app: &App, scope: &Scope, by: By, id: &str, what: Change) -> Result<WorkItem, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    store::hold(&mut tx, id).await?;
    let item = views::item(&mut tx, scope, id, now_ms).await?.ok_or(Error::NotFound)?;
    by.believed.holds((item.kind.key(), id), &item.version())?;
    if !apply(app, &mut tx, scope, by, &item, what).await? {
        return Err(too_late(&item, what));
    }
    tx.commit().await?;
    tell(app, scope, &item);
    Ok(item)
}

/// What came of a change to several items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// The ids of those that were changed.
    pub changed: Vec<String>,
    /// The ids of those that stood so already.
    pub left: Vec<String>,
}

/// Does the same about several items, or nothing about any (PORTAL 6.5, 149).
///
/// # Errors
/// One of them is not there for the asker, more than [`MOST_TOGETHER`], or ours.
pub(super) async fn together(
    app: &App,
    scope: &Scope,
    by: By,
    ids: &[&str],
    what: Change,
) -> Result<Together, Error> {
    let (ids, now_ms): (BTreeSet<&str>, _) = (ids.iter().copied().collect(), app.clock.now_ms());
    if ids.len() > MOST_TOGETHER {
        let text = said! {
            en: "Choose at most {MOST_TOGETHER} at once.",
            th: "เลือกได้ไม่เกินครั้งละ {MOST_TOGETHER} รายการ",
        };
        return Err(Error::Invalid(vec![FieldError { field: "ids", text }]));
    }
    let mut tx = app.db.write().await?;
    for id in &ids {
        store::hold(&mut tx, id).await?;
    }
    let mut items = Vec::new();
    for id in ids {
        items.push(views::item(&mut tx, scope, id, now_ms).await?.ok_or(Error::NotFound)?);
    }
    let mut concerned: BTreeSet<&str> = items.iter().map(|item| item.customer.0.as_str()).collect();
    concerned.insert(scope.tenant_id());
    audit::take_heads(&mut tx, &concerned).await?;
    let (mut told, mut changed) = (Together::default(), Vec::new());
    for item in items {
        if apply(app, &mut tx, scope, by.clone(), &item, what).await? {
            told.changed.push(item.id.clone());
            changed.push(item);
        } else {
            told.left.push(item.id);
        }
    }
    tx.commit().await?;
    for item in &changed {
        tell(app, scope, item);
    }
    Ok(told)
}

/// Writes a change with all that goes with it; whether the item was still to be changed.
async fn apply(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    by: By,
    item: &WorkItem,
    what: Change,
) -> Result<bool, Error> {
    let (id, now_ms) = (item.id.as_str(), app.clock.now_ms());
    if !store::change(tx, scope, (item.kind, id), what, now_ms).await? {
        return Ok(false);
    }
    if matches!((what, item.kind), (Change::Resolve, Kind::Ticket)) {
        store::resolve_source(tx, id, now_ms).await?;
    }
    let action = action(item.kind, what);
    let before = serde_json::json!({
        "acknowledged_ms": item.acknowledged_ms,
        "owner": item.owner.as_ref().map(|(id, _)| id),
    });
    let detail = serde_json::json!({ "device_id": item.device.0, "before": before, "at_ms": now_ms });
    store::happened(tx, id, now_ms, action.key(), (&by.name, Some(scope.tenant_id()))).await?;
    let entry = Entry::new(by, action, item.kind.key(), id).with(detail);
    audit::record(app, tx, entry.affecting(&item.customer.0)).await?;
    Ok(true)
}

/// Tells open pages, after the commit.
fn tell(app: &App, scope: &Scope, item: &WorkItem) {
    app.hub.tell(Notice::Workload { device_id: item.device.0.clone() });
    audit::announce(app, [scope.tenant_id(), item.customer.0.as_str()]);
}

/// Makes a ticket of an alarm; the ticket's id. Its clock runs on from the alarm's: the customer waits since then.
///
/// # Errors
/// Not there for the asker, another version than believed, not an alarm, a ticket already, or ours.
pub async fn convert_to_ticket(app: &App, scope: &Scope, by: By, id: &str) -> Result<String, Error> {
    let now_ms = app.clock.now_ms();
    let mut tx = app.db.write().await?;
    store::hold(&mut tx, id).await?;
    let alarm = views::item(&mut tx, scope, id, now_ms).await?.ok_or(Error::NotFound)?;
    by.believed.holds((alarm.kind.key(), id), &alarm.version())?;
    if alarm.kind != Kind::Alarm {
        let text =
            said! { en: "Only an alarm can become a ticket.", th: "เฉพาะการแจ้งเตือนเท่านั้นที่เปิดเป็นทิกเก็ตได้" };
        return Err(Error::Conflict { code: "not_an_alarm", text });
    }
    let ticket_id = app.ids.next("ticket");
    if !store::link_ticket(&mut tx, id, &ticket_id).await? {
        let text = said! {
            en: "This alarm already has a ticket, or somebody resolved it. Reload the page.",
            th: "การแจ้งเตือนนี้มีทิกเก็ตแล้ว หรือมีผู้ปิดงานแล้ว โหลดหน้านี้ใหม่",
        };
        return Err(Error::Conflict { code: "already_done", text });
    }
    let ticket = NewTicket {
        id: &ticket_id,
        device_id: &alarm.device.0,
        title: &alarm.title,
        severity: alarm.severity,
        source_alarm_id: Some(id),
        opened_ms: alarm.opened_ms,
        acknowledged_ms: Some(alarm.acknowledged_ms.unwrap_or(now_ms)),
        owner_id: Some(scope.person_id()),
    };
    store::insert_ticket(&mut tx, &ticket).await?;
    for item_id in [id, &ticket_id] {
        let who = (by.name.as_str(), Some(scope.tenant_id()));
        store::happened(&mut tx, item_id, now_ms, Fact::AlarmConverted.key(), who).await?;
    }
    let detail = serde_json::json!({ "device_id": alarm.device.0, "ticket": ticket_id, "at_ms": now_ms });
    let entry = Entry::new(by, Fact::AlarmConverted, "alarm", id).with(detail);
    audit::record(app, &mut tx, entry.affecting(&alarm.customer.0)).await?;
    tx.commit().await?;
    tell(app, scope, &alarm);
    Ok(ticket_id)
}

fn action(kind: Kind, what: Change) -> Fact {
    match (kind, what) {
        (Kind::Ticket, Change::Acknowledge) => Fact::TicketAcknowledged,
        (Kind::Ticket, Change::Assign) => Fact::TicketAssigned,
        (Kind::Ticket, Change::Resolve) => Fact::TicketResolved,
        (Kind::Alarm, Change::Acknowledge) => Fact::AlarmAcknowledged,
        (Kind::Alarm, Change::Assign) => Fact::AlarmAssigned,
        (Kind::Alarm, Change::Resolve) => Fact::AlarmResolved,
        (Kind::Visit, Change::Acknowledge) => Fact::VisitAcknowledged,
        (Kind::Visit, Change::Assign) => Fact::VisitAssigned,
        (Kind::Visit, Change::Resolve) => Fact::VisitCompleted,
    }
}

fn too_late(item: &WorkItem, what: Change) -> Error {
    let who = item.owner.as_ref().map_or("somebody", |(_, name)| name.as_str());
    let text = match (item.resolved_ms, what) {
        (Some(_), _) => {
            said! {
                en: "This was resolved meanwhile; nothing is left to do.",
                th: "งานนี้ถูกปิดไปแล้ว ไม่มีอะไรต้องทำอีก",
            }
        }
        (None, Change::Acknowledge) => {
            said! { en: "{who} took notice of this before you.", th: "{who} รับทราบก่อนคุณแล้ว" }
        }
        (None, _) => said! { en: "This is yours already.", th: "งานนี้เป็นของคุณอยู่แล้ว" },
    };
    Error::Conflict { code: "already_done", text }
}
