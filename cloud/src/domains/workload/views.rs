//! The queue as one partner may see it now.

use super::model::{Kind, Order, Severity};
use super::rules::{Key, Place, Promise, Timeline, promise};
use super::store::{self, Row};
use crate::domains::coverage::{self, CoveredDevice, ServiceLevel, Standing};
use crate::platform::access::Scope;
use crate::platform::db::{DbError, Tx};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Asked, Portion, Version, Walk};
use std::collections::BTreeMap;

/// Something that waits for the partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkItem {
    /// Its id.
    pub id: String,
    /// What kind of work.
    pub kind: Kind,
    /// What it is about.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// The device, by id and name.
    pub device: (String, String),
    /// Its owner, by id and name.
    pub customer: (String, String),
    /// What its agreement promises.
    pub level: ServiceLevel,
    /// How that stands.
    pub promise: Promise,
    /// When its clock started, Unix milliseconds.
    pub opened_ms: i64,
    /// When somebody took notice.
    pub acknowledged_ms: Option<i64>,
    /// Who works on it, by id and name.
    pub owner: Option<(String, String)>,
    /// When it was done.
    pub resolved_ms: Option<i64>,
    /// When the alarm passed by itself.
    pub cleared_ms: Option<i64>,
    /// For visits: the agreed window.
    pub window: Option<(i64, i64)>,
    /// For alarms: how often it was raised.
    pub times: i64,
    /// The ticket made from this alarm, or the alarm that this ticket was made from.
    pub linked_id: Option<String>,
}

impl WorkItem {
    /// Its version: what people and gateways change about it, never what time does.
    pub fn version(&self) -> Version {
        let owner = self.owner.as_ref().map(|(id, _)| id);
        let times = (self.opened_ms, self.acknowledged_ms, self.resolved_ms, self.cleared_ms, self.window);
        Version::of(&(&self.id, &self.title, self.severity.key(), owner, times, self.times, &self.linked_id))
    }
}

/// The open items of the devices that `scope` covers now, most urgent first. An alarm that became a ticket is worked on
/// there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn queue(tx: &mut Tx, scope: &Scope, now_ms: i64, order: Order) -> Result<Vec<WorkItem>, DbError> {
    let covered = covered(tx, scope, now_ms).await?;
    let rows = store::items(tx, scope, None, now_ms).await?;
    let mut items: Vec<WorkItem> = rows
        .into_iter()
        .filter_map(|row| seen(covered.get(&row.device_id)?, row, now_ms))
        .filter(|item| item.kind != Kind::Alarm || item.linked_id.is_none())
        .collect();
    items.sort_by_cached_key(|item| place(item).key(order));
    Ok(items)
}

/// The piece of the queue that is asked for, of one kind or of all. The same on the page and in the API.
///
/// # Errors
/// 422 when the cursor is of another list or order.
pub(super) fn some<'a>(
    allowed: &Allowed,
    asked: &Asked,
    queue: &'a [WorkItem],
    order: Order,
    kind: Option<Kind>,
) -> Result<Portion<&'a WorkItem>, Error> {
    let list = ["workload", allowed.scope.tenant_id(), order.key(), kind.map_or("", Kind::key)];
    let walk = Walk::of(asked, &list, allowed.view.now_ms)?;
    let wanted = queue.iter().filter(|item| kind.is_none_or(|kind| item.kind == kind)).collect();
    asked.cut(&walk, wanted, |item| key_at(item, order, walk.began_ms), Key::cmp)
}

/// One item in whatever state; `None`: for the asker it does not exist.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn item(tx: &mut Tx, scope: &Scope, id: &str, now_ms: i64) -> Result<Option<WorkItem>, DbError> {
    let Some(row) = store::items(tx, scope, Some(id), now_ms).await?.pop() else { return Ok(None) };
    let device = coverage::covered_device(tx, scope, &row.device_id, now_ms).await?;
    Ok(device.filter(is_covered_now).and_then(|device| seen(&device, row, now_ms)))
}

/// One line of an item's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// What, such as `ticket.resolved`.
    pub kind: String,
    /// Who.
    pub by: String,
}

/// What was done about an item, latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn history(tx: &mut Tx, scope: &Scope, item: &WorkItem) -> Result<Vec<Happened>, DbError> {
    let rows = store::history(tx, scope, &item.id).await?;
    Ok(rows.into_iter().map(|row| Happened { at_ms: row.at_ms, kind: row.kind, by: row.by_name }).collect())
}

async fn covered(
    tx: &mut Tx,
    scope: &Scope,
    now_ms: i64,
) -> Result<BTreeMap<String, CoveredDevice>, DbError> {
    let devices = coverage::covered_devices(tx, scope, now_ms).await?;
    Ok(devices.into_iter().filter(is_covered_now).map(|device| (device.device.id.clone(), device)).collect())
}

fn is_covered_now(device: &CoveredDevice) -> bool {
    matches!(device.standing, Standing::Covered { .. })
}

/// An item of a device that is covered now.
fn seen(device: &CoveredDevice, row: Row, now_ms: i64) -> Option<WorkItem> {
    if let Some(metric) = &row.metric
        && !device.granted.iter().any(|granted| granted.metric.name == *metric)
    {
        return None;
    }
    let level = device.agreement.service_level;
    let timeline = Timeline {
        opened_ms: row.opened_ms,
        acknowledged_ms: row.acknowledged_ms,
        stopped_ms: row.resolved_ms.or(row.cleared_ms),
        arrive_by_ms: row.until_ms,
    };
    Some(WorkItem {
        kind: Kind::parse(&row.kind)?,
        severity: Severity::parse(&row.severity).unwrap_or(Severity::Warning),
        device: (device.device.id.clone(), device.device.name.clone()),
        customer: (device.device.customer_id.clone(), device.device.customer_name.clone()),
        level,
        promise: promise(level, &timeline, now_ms),
        opened_ms: row.opened_ms,
        acknowledged_ms: row.acknowledged_ms,
        owner: row.owner_id.zip(row.owner_name),
        resolved_ms: row.resolved_ms,
        cleared_ms: row.cleared_ms,
        window: row.from_ms.zip(row.until_ms),
        times: row.times,
        linked_id: row.linked_id,
        title: row.title,
        id: row.id,
    })
}

/// What an item is ordered by at `at_ms`, smallest first; how its promise stood then decides, not how it stands now.
pub(super) fn key_at(item: &WorkItem, order: Order, at_ms: i64) -> Key {
    let timeline = Timeline {
        opened_ms: item.opened_ms,
        acknowledged_ms: item.acknowledged_ms,
        stopped_ms: item.resolved_ms.or(item.cleared_ms),
        arrive_by_ms: item.window.map(|(_, until_ms)| until_ms),
    };
    let standing = promise(item.level, &timeline, at_ms).standing;
    Place { standing, ..place(item) }.key(order)
}

fn place(item: &WorkItem) -> Place<'_> {
    Place {
        standing: item.promise.standing,
        due_ms: item.promise.due_ms,
        level: item.level,
        severity: item.severity,
        opened_ms: item.opened_ms,
        id: &item.id,
    }
}
