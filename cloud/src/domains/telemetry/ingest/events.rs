//! The event lane: alarms, forced losses, purge receipts, health. Each becomes rows and, where an owner should know of
//! it, a line in the owner's log; the line is also the event that later rooms react to.

use super::store;
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::enrolment::{Agent, record_health};
use crate::platform::db::{DbError, Tx};
use crate::platform::live::Notice;
use riversync_protocol::v1::{Alarm, AlarmState, Event, Receipt};

/// Most events in one upload.
pub(super) const MAX_EVENTS: usize = 10_000;
const MAX_TEXT_CHARS: usize = 500;

/// Records one event; who should look again afterwards.
pub(super) async fn record(
    app: &App,
    tx: &mut Tx,
    agent: &Agent,
    store_epoch: u64,
    seq: i64,
    event: &Event,
) -> Result<Option<Notice>, DbError> {
    match event {
        Event::Alarm(alarm) => record_alarm(app, tx, agent, alarm).await,
        Event::Gap(gap) => store::put_gap(tx, &agent.id, store_epoch, seq, gap).await.map(|()| None),
        Event::Receipt(receipt) => record_receipt(app, tx, agent, receipt).await.map(Some),
        Event::Health(health) => record_health(tx, &agent.id, health).await.map(|()| None),
        Event::Purged => Ok(None),
    }
}

async fn record_alarm(
    app: &App,
    tx: &mut Tx,
    agent: &Agent,
    alarm: &Alarm,
) -> Result<Option<Notice>, DbError> {
    let text: String = alarm.text.chars().filter(|c| !c.is_control()).take(MAX_TEXT_CHARS).collect();
    if !store::put_alarm(tx, alarm, &text).await? {
        return Ok(None);
    }
    let action = match alarm.state {
        AlarmState::Raised => Fact::AlarmRaised,
        AlarmState::Cleared => Fact::AlarmCleared,
    };
    let detail = serde_json::json!({
        "device_id": alarm.device.as_str(),
        "metric": alarm.metric.as_str(),
        "code": alarm.code.as_str(),
        "severity": store::severity_key(alarm.severity),
        "at_ms": alarm.at_ms,
        "text": text,
    });
    let by = By::agent(&agent.id, &agent.tenant_id, &agent.tenant_name);
    audit::record(app, tx, Entry::new(by, action, "device", alarm.device.as_str()).with(detail)).await?;
    Ok(Some(Notice::Workload { device_id: alarm.device.as_str().to_owned() }))
}

async fn record_receipt(app: &App, tx: &mut Tx, agent: &Agent, receipt: &Receipt) -> Result<Notice, DbError> {
    let rows: Vec<serde_json::Value> = receipt
        .rows
        .iter()
        .map(|row| {
            serde_json::json!({"device": row.device.as_str(), "metric": row.metric.as_str(), "points": row.points})
        })
        .collect();
    let points = receipt.rows.iter().fold(0_u64, |sum, row| sum.saturating_add(row.points));
    let detail = serde_json::json!({
        "policy_epoch": receipt.policy_epoch,
        "at_ms": receipt.at_ms,
        "points": points,
        "rows": rows,
    });
    let by = By::agent(&agent.id, &agent.tenant_id, &agent.tenant_name);
    audit::record(app, tx, Entry::new(by, Fact::GrantPurged, "agent", agent.id.clone()).with(detail)).await?;
    Ok(Notice::Audit { tenant_id: agent.tenant_id.clone() })
}
