//! A gateway raises and clears alarms; here they become work items. Told by event, at least once.

use super::model::{Severity, THE_DEVICE};
use super::rules::{self, Raise};
use super::store::{self, Reported};
use crate::app::App;
use crate::platform::db::{DbError, Tx};

/// What a gateway reports, as the event `alarm.raised` or `alarm.cleared` carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmReport {
    /// Where.
    pub device_id: String,
    /// Which alarm of the device.
    pub code: String,
    /// The metric that caused it: only those who were granted it see the item.
    pub metric: String,
    /// How bad.
    pub severity: Severity,
    /// The profile's sentence; carries no value.
    pub text: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Whether it begins; otherwise it has passed.
    pub raised: bool,
}

/// Takes a report into the queue; the item that it began or ended, if it did. The same report again changes nothing.
///
/// # Errors
/// [`DbError`]; then drop the transaction, and the event comes again.
pub async fn on_alarm(app: &App, tx: &mut Tx, report: &AlarmReport) -> Result<Option<String>, DbError> {
    let named = (report.device_id.as_str(), report.code.as_str());
    let (at_ms, word) = (report.at_ms, if report.raised { "raised" } else { "cleared" });
    if !store::remember_report(tx, named, at_ms, word).await? {
        return Ok(None);
    }
    let open = store::open_alarm(tx, named.0, named.1).await?;
    if report.raised {
        return raised(app, tx, report, open).await;
    }
    match open {
        Some((id, open)) if rules::clears(open, at_ms) => {
            store::clear(tx, &id, at_ms).await?;
            store::happened(tx, &id, at_ms, "alarm.cleared", (THE_DEVICE, None)).await?;
            Ok(Some(id))
        }
        _ => Ok(None),
    }
}

async fn raised(
    app: &App,
    tx: &mut Tx,
    report: &AlarmReport,
    open: Option<(String, rules::OpenAlarm)>,
) -> Result<Option<String>, DbError> {
    let stored = Reported {
        device_id: &report.device_id,
        code: &report.code,
        metric: &report.metric,
        title: if report.text.is_empty() { &report.code } else { &report.text },
        severity: report.severity,
        at_ms: report.at_ms,
    };
    let id = match (rules::raise(open.as_ref().map(|(_, open)| *open), report.at_ms), open) {
        (Raise::Late, Some((id, _))) => {
            store::count_again(tx, &id).await?;
            return Ok(None);
        }
        (Raise::Again, Some((id, _))) => {
            store::raise_again(tx, &id, &stored, false).await?;
            return Ok(None);
        }
        (Raise::Afresh, Some((id, _))) => {
            store::raise_again(tx, &id, &stored, true).await?;
            id
        }
        _ => {
            let id = app.ids.next("alarm");
            store::insert_alarm(tx, &id, &stored).await?;
            id
        }
    };
    // A flapping alarm only counts: its history tells where it began and where it came back after a calm.
    store::happened(tx, &id, report.at_ms, "alarm.raised", (THE_DEVICE, None)).await?;
    let named = (report.device_id.as_str(), report.code.as_str());
    if let Some(cleared_ms) = store::cleared_since(tx, named, report.at_ms).await? {
        store::clear(tx, &id, cleared_ms).await?;
        store::happened(tx, &id, cleared_ms, "alarm.cleared", (THE_DEVICE, None)).await?;
    }
    Ok(Some(id))
}
