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
    let identity = super::run::identity(state_dir)?;
    let authority = grants::authority(&identity, state_dir).map_err(|error| {
        say::trouble(format_args!("the policy cannot be read: {error}"));
        Exit::of_io(&error)
    })?;
    let granted = Arc::clone(&authority.granted().borrow());
    let withheld = authority.withheld().map(|why| why.to_string());
    let now_ms = SystemClock::default().now_ms();
    let silent = silent(state_dir);
    let devices = devices(&loaded.config, &granted, args);
    let found: Vec<Explained> = devices
        .iter()
        .map(|device| {
            explain(&loaded.config, &granted, withheld.as_deref(), device, &args.metric, now_ms, &silent)
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
fn devices(config: &Config, granted: &Granted, args: &ExplainArgs) -> BTreeSet<String> {
    let offering = config.devices.iter().filter(|device| offers(config, device.id.as_str(), &args.metric));
    let offering = offering.map(|device| device.id.to_string());
    let rows = granted.rows().into_iter().filter(|row| row.metric == args.metric.as_str());
    let all = offering.chain(rows.map(|row| row.device));
    all.filter(|device| args.device.as_ref().is_none_or(|wanted| wanted.as_str() == device)).collect()
}

fn offers(config: &Config, device: &str, metric: &MetricName) -> bool {
    let device = config.devices.iter().find(|known| known.id.as_str() == device);
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
    device: &str,
    metric: &MetricName,
    now_ms: i64,
    silent: &[(String, String)],
) -> Explained {
    let told = |flows, why: String, until_ms, min_interval_ms| Explained {
        device: device.to_owned(),
        metric: metric.to_string(),
        flows,
        why,
        until_ms,
        min_interval_ms,
    };
    if let Some(why) = withheld {
        return told(false, format!("does not flow, and nothing else does: {why}."), None, None);
    }
    let rows: Vec<GrantedRow> = granted
        .rows()
        .into_iter()
        .filter(|row| row.device == device && row.metric == metric.as_str())
        .collect();
    let now: Vec<&GrantedRow> =
        rows.iter().filter(|row| row.from_ms <= now_ms && now_ms < row.until_ms).collect();
    let Some(until_ms) = now.iter().map(|row| row.until_ms).max() else {
        return match rows.iter().filter(|row| row.from_ms > now_ms).map(|row| row.from_ms).min() {
            Some(from_ms) => told(
                false,
                format!("does not flow yet: its grant begins {}.", say::time(from_ms)),
                Some(from_ms),
                None,
            ),
            None => match rows.iter().map(|row| row.until_ms).max() {
                Some(ended_ms) => told(
                    false,
                    format!("does not flow any more: its grant ended {}.", say::time(ended_ms)),
                    None,
                    None,
                ),
                None => told(
                    false,
                    format!("does not flow: policy {} does not grant it.", granted.epoch()),
                    None,
                    None,
                ),
            },
        };
    };
    let spacing_ms = now.iter().map(|row| row.min_interval_ms).min();
    if !offers(config, device, metric) {
        let why = "does not flow: it is granted, but no device of the configuration offers it.".to_owned();
        return told(false, why, Some(until_ms), None);
    }
    if let Some((_, reason)) = silent.iter().find(|(id, _)| id == device) {
        let why =
            format!("is granted until {}, but the device does not answer: {reason}.", say::time(until_ms));
        return told(false, why, Some(until_ms), None);
    }
    let spacing = match spacing_ms {
        None | Some(0) => String::new(),
        Some(ms) => format!(", a sample every {ms} ms at most"),
    };
    let why = format!("may flow until {} by policy {}{spacing}.", say::time(until_ms), granted.epoch());
    told(true, why, Some(until_ms), spacing_ms)
}
