//! `grants explain`: why a metric flows or does not, to whom, and until when. Tells names and times, never a value.

use super::{ConfigArg, Exit, grants, say};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::grant::{Granted, GrantedRow};
use crate::health::Status;
use clap::Args;
use riversync_protocol::ids::{DeviceId, MetricName};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Arguments of `grants explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// The metric, as its profile names it
    #[arg(long, value_name = "NAME")]
    metric: MetricName,
    /// Of this device only
    #[arg(long, value_name = "ID")]
    device: Option<DeviceId>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// One metric of one device.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Explained {
    device: String,
    metric: String,
    flows: bool,
    /// Why, as a whole sentence.
    why: String,
    /// First instant at which this answer no longer holds, Unix milliseconds.
    until_ms: Option<i64>,
    /// Closest spacing of two samples, milliseconds; only while it flows.
    min_interval_ms: Option<u32>,
}

pub(super) fn run(args: &ExplainArgs) -> Result<(), Exit> {
    let loaded = args.config.load()?;
    let state_dir = &loaded.config.state_dir;
    let (identity, authority) = grants::opened(state_dir)?;
    let granted = Arc::clone(&authority.granted().borrow());
    let withheld = authority.withheld().map(|why| why.to_string());
    let now_ms = SystemClock::default().now_ms();
    let silent = silent(state_dir);
    let devices = devices(&loaded.config, &granted, args);
    let found: Vec<Explained> = devices
        .iter()
        .map(|device| {
            explain(&loaded.config, &granted, withheld.as_deref(), (device, &args.metric), now_ms, &silent)
        })
        .collect();
    if found.is_empty() {
        let of = args
            .device
            .as_ref()
            .map_or("no device".to_owned(), |device| format!("{device} does not exist or"));
        say::trouble(format_args!(
            "{of} of the configuration offers {}, and nothing grants it; `riversync-agent plan --everything` shows what there is",
            args.metric
        ));
        return Err(Exit::Usage);
    }
    if args.json {
        say::line(
            serde_json::json!({ "cloud": identity.address(), "epoch": granted.epoch(), "metrics": found }),
        );
        return Ok(());
    }
    for one in &found {
        say::line(format_args!("{} {}: {}", one.device, one.metric, one.why));
    }
    if found.iter().any(|one| one.flows) {
        say::line(format_args!(
            "What flows goes to the cloud at {} and nowhere else; the portal's page \"who can see my data\" says who sees it there.",
            identity.address()
        ));
    }
    Ok(())
}

/// The devices that offer the metric, and those it is granted of.
fn devices(config: &Config, granted: &Granted, args: &ExplainArgs) -> BTreeSet<DeviceId> {
    let offering =
        config.devices.iter().map(|device| &device.id).filter(|id| offers(config, id, &args.metric));
    let rows = granted.rows().into_iter().filter(|row| row.metric == args.metric.as_str());
    let granted = rows.filter_map(|row| DeviceId::new(row.device).ok());
    let all = offering.cloned().chain(granted);
    all.filter(|device| args.device.as_ref().is_none_or(|wanted| wanted == device)).collect()
}

fn offers(config: &Config, device: &DeviceId, metric: &MetricName) -> bool {
    let device = config.devices.iter().find(|known| known.id == *device);
    device.is_some_and(|device| device.profile.metrics.iter().any(|offered| offered.name == *metric))
}

/// Devices that do not answer the running agent, with the reason.
fn silent(state_dir: &std::path::Path) -> Vec<(String, String)> {
    let status = Status::last(state_dir).ok().flatten().filter(super::status::is_running);
    let down = status.into_iter().flat_map(|status| status.devices).filter(|device| device.link == "down");
    down.map(|device| (device.id, device.reason)).collect()
}

fn explain(
    config: &Config,
    granted: &Granted,
    withheld: Option<&str>,
    (device, metric): (&DeviceId, &MetricName),
    now_ms: i64,
    silent: &[(String, String)],
) -> Explained {
    let told = |why: String, until_ms, spacing_ms: Option<u32>| Explained {
        device: device.to_string(),
        metric: metric.to_string(),
        flows: spacing_ms.is_some(),
        why,
        until_ms,
        min_interval_ms: spacing_ms,
    };
    if let Some(why) = withheld {
        return told(format!("does not flow, and nothing else does: {why}."), None, None);
    }
    let mut rows: Vec<GrantedRow> = granted.rows();
    rows.retain(|row| row.device == device.as_str() && row.metric == metric.as_str());
    // The gate's own word, not another reading of the rows.
    let Some(spacing_ms) = granted.allows(device, metric, now_ms, now_ms) else {
        let (why, until_ms) = closed(&rows, granted.epoch(), now_ms);
        return told(why, until_ms, None);
    };
    let until_ms = rows.iter().filter(|row| row.from_ms <= now_ms).map(|row| row.until_ms).max();
    let until = until_ms.map_or_else(String::new, |until_ms| format!(" until {}", say::time(until_ms)));
    if !offers(config, device, metric) {
        let why = "does not flow: it is granted, but no device of the configuration offers it.";
        return told(why.to_owned(), until_ms, None);
    }
    if let Some((_, reason)) = silent.iter().find(|(id, _)| id == device.as_str()) {
        return told(format!("is granted{until}, but the device does not answer: {reason}."), until_ms, None);
    }
    let spacing = match spacing_ms {
        0 => String::new(),
        ms => format!(", a sample every {ms} ms at most"),
    };
    told(format!("may flow{until} by policy {}{spacing}.", granted.epoch()), until_ms, Some(spacing_ms))
}

/// Why none of these rows lets it flow now, and when that changes by itself.
fn closed(rows: &[GrantedRow], epoch: u64, now_ms: i64) -> (String, Option<i64>) {
    let begins = rows.iter().map(|row| row.from_ms).filter(|from_ms| *from_ms > now_ms).min();
    let ended = rows.iter().map(|row| row.until_ms).max();
    match (begins, ended) {
        (Some(from_ms), _) => {
            (format!("does not flow yet: its grant begins {}.", say::time(from_ms)), Some(from_ms))
        }
        (None, Some(ended_ms)) => {
            (format!("does not flow any more: its grant ended {}.", say::time(ended_ms)), None)
        }
        (None, None) => (format!("does not flow: policy {epoch} does not grant it."), None),
    }
}
