//! `read` and `tap`: the granted values of the site's devices in the terminal, once or as they come.
//!
//! What is not granted is not read: the same policy, planner and gate as in `run` stand before the terminal. Nothing
//! is stored, nothing is sent, and no message of a broker is acknowledged: the agent gets it again.

use super::{ConfigArg, Exit, grants, say};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Connection, Line};
use crate::grant::{Authority, Gate, Granted};
use crate::health::Status;
use crate::lifecycle::Shutdown;
use crate::reading::{Arrival, Raw, Reading};
use crate::sources::{self, SourceStatus};
use clap::Args;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Column, Quality, QualityLevel, QualityReason};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, stdout};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Arguments of `read`.
#[derive(Debug, Args)]
pub(super) struct ReadArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Longest wait for devices that speak when they like, seconds
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    wait: u64,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Arguments of `tap`.
#[derive(Debug, Args)]
pub(super) struct TapArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// A JSON object on standard output for each value, as it comes
    #[arg(long)]
    json: bool,
}

/// A value for people.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Shown {
    pub(super) device: DeviceId,
    pub(super) metric: MetricName,
    /// Nothing when its quality is bad.
    pub(super) value: Option<serde_json::Value>,
    pub(super) unit: String,
    pub(super) quality: String,
    pub(super) at_ms: i64,
}

/// Values by device and metric.
type Latest = BTreeMap<(DeviceId, MetricName), Shown>;

/// Reads granted metrics once.
pub(super) fn read(args: &ReadArgs) -> Result<(), Exit> {
    let mut site = Site::open(&args.config)?;
    let wait = Duration::from_secs(args.wait);
    let latest = super::line::ask(async {
        let mut latest = Latest::new();
        let wanted = site.wanted();
        let end = tokio::time::Instant::now() + wait;
        let mut arrivals = site.start(&Shutdown::default());
        while latest.len() < wanted {
            match tokio::time::timeout_at(end, arrivals.recv()).await {
                Ok(Some(arrival)) => latest.extend(site.passed(arrival)),
                Ok(None) | Err(_) => break,
            }
        }
        Ok(latest)
    })?;
    if args.json {
        let values: Vec<&Shown> = latest.values().collect();
        say::line(serde_json::json!({ "values": values, "wanted": site.wanted() }));
    } else {
        latest.values().for_each(line);
    }
    let missing = site.wanted().saturating_sub(latest.len());
    if missing > 0 {
        say::trouble(format_args!("{missing} granted metrics brought nothing within {} s", args.wait));
        return Err(Exit::Unavailable);
    }
    Ok(())
}

/// Shows granted values as they come, until Ctrl-C.
pub(super) fn tap(args: &TapArgs) -> Result<(), Exit> {
    let mut site = Site::open(&args.config)?;
    super::line::ask(async {
        let shutdown = Shutdown::default();
        shutdown.on_signals().map_err(|error| {
            say::trouble(error);
            Exit::Internal
        })?;
        let mut arrivals = site.start(&shutdown);
        let on_screen = stdout().is_terminal() && !args.json;
        let mut latest = Latest::new();
        let mut beat = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                () = shutdown.soft.cancelled() => return Ok(()),
                arrival = arrivals.recv() => {
                    let Some(arrival) = arrival else { return Ok(()) };
                    for (key, value) in site.passed(arrival) {
                        if args.json {
                            say::line(serde_json::to_string(&value).map_err(|_| Exit::Internal)?);
                        } else if !on_screen {
                            line(&value);
                        }
                        latest.insert(key, value);
                    }
                }
                _ = beat.tick(), if on_screen => screen(&latest),
            }
        }
    })
}

/// The devices that can be read now, and the gate before the terminal.
struct Site {
    config: Arc<Config>,
    authority: Authority,
    gate: Gate,
    clock: Arc<dyn Clock>,
}

impl Site {
    fn open(config: &ConfigArg) -> Result<Self, Exit> {
        let loaded = config.load()?;
        let state_dir = &loaded.config.state_dir;
        let (_, authority) = grants::opened(state_dir)?;
        if let Some(why) = authority.withheld() {
            say::trouble(format_args!("nothing is granted now: {why}"));
            return Err(Exit::Permission);
        }
        let config = beside(&loaded.config, running(state_dir));
        Ok(Self { config, authority, gate: Gate::default(), clock: Arc::new(SystemClock::default()) })
    }

    /// How many metrics are granted now.
    fn wanted(&self) -> usize {
        let granted = Arc::clone(&self.authority.granted().borrow());
        let now_ms = self.clock.now_ms();
        let of = |device: &crate::config::Device| {
            let allowed = granted.metrics_of(&device.id, now_ms);
            device.profile.metrics.iter().filter(|metric| allowed.contains_key(&metric.name)).count()
        };
        self.config.devices.iter().map(of).sum()
    }

    fn start(&self, shutdown: &Shutdown) -> mpsc::Receiver<Arrival> {
        let (sender, arrivals) = mpsc::channel(64);
        let status = Arc::new(SourceStatus::new(&self.config));
        let (config, clock) = (Arc::clone(&self.config), Arc::clone(&self.clock));
        let reading = sources::run(
            watch::channel(config).1,
            self.authority.granted(),
            sender,
            status,
            clock,
            shutdown.soft.clone(),
        );
        tokio::spawn(reading);
        arrivals
    }

    /// What of an arrival may be shown. `stored` is never told: nothing was stored.
    fn passed(&mut self, arrival: Arrival) -> Vec<((DeviceId, MetricName), Shown)> {
        let granted: Arc<Granted> = Arc::clone(&self.authority.granted().borrow());
        let now_ms = self.clock.now_ms();
        let readings =
            arrival.readings.into_iter().filter_map(|reading| self.gate.pass(&granted, reading, now_ms));
        readings
            .flat_map(|reading| shown(&reading))
            .map(|value| ((value.device.clone(), value.metric.clone()), value))
            .collect()
    }
}

/// The process of the agent that runs on this state directory.
fn running(state_dir: &Path) -> Option<u32> {
    let status = Status::last(state_dir).ok().flatten()?;
    super::status::is_running(&status).then_some(status.pid)
}

/// What can be read beside an agent that runs: it keeps its serial ports, and its sessions with brokers.
fn beside(config: &Arc<Config>, running: Option<u32>) -> Arc<Config> {
    let Some(pid) = running else { return Arc::clone(config) };
    let mut config = Config::clone(config);
    config.devices.retain(|device| {
        let free = match &device.connection {
            Connection::Modbus(at) => !matches!(&*at.line, Line::Serial(_)),
            _ => false,
        };
        if !free {
            say::trouble(format_args!(
                "{} belongs to the running agent (process {pid}) and is left out",
                device.id
            ));
        }
        free
    });
    Arc::new(config)
}

/// The values of a reading that has passed the gate.
pub(super) fn shown(reading: &Reading) -> Vec<Shown> {
    let cells = reading.group.columns.iter().zip(&reading.cells);
    cells
        .map(|(column, cell)| {
            let (is_bad, quality) = quality(cell.quality);
            Shown {
                device: reading.group.device.clone(),
                metric: column.metric.clone(),
                value: (!is_bad).then(|| physical(column, &cell.raw)),
                unit: column.unit.clone(),
                quality,
                at_ms: reading.at_ms,
            }
        })
        .collect()
}

/// Whether there is no value, and the quality in words.
fn quality(quality: Quality) -> (bool, String) {
    let level = format!("{:?}", quality.level).to_lowercase();
    let words = match quality.reason {
        QualityReason::None => level,
        reason => format!("{level}: {reason:?}"),
    };
    (quality.level == QualityLevel::Bad, words)
}

/// Raw to physical. A whole number that is not scaled stays whole.
fn physical(column: &Column, raw: &Raw) -> serde_json::Value {
    let (over, under) = (column.scale.numerator, column.scale.denominator);
    let is_plain = (over, under) == (1, 1) && column.offset == 0.0;
    let scaled =
        |number: f64| -> serde_json::Value { (number * over as f64 / under as f64 + column.offset).into() };
    match raw {
        Raw::Int(number) if is_plain => (*number).into(),
        Raw::UInt(number) if is_plain => (*number).into(),
        Raw::Int(number) => scaled(*number as f64),
        Raw::UInt(number) => scaled(*number as f64),
        Raw::Float32(number) => scaled(f64::from(*number)),
        Raw::Float64(number) => scaled(*number),
        Raw::Bool(flag) => (*flag).into(),
        Raw::Text(text) => text.as_str().into(),
    }
}

fn line(value: &Shown) {
    let number = value.value.as_ref().map_or("-".to_owned(), |number| match number {
        // A device's text must not move the cursor.
        serde_json::Value::String(text) => text.chars().filter(|letter| !letter.is_control()).collect(),
        number => number.to_string(),
    });
    let note = if value.quality == "good" { String::new() } else { format!("  {}", value.quality) };
    say::line(format_args!(
        "{:<20} {:<24} {number:>16} {:<6} {}{note}",
        value.device,
        value.metric,
        value.unit,
        say::time(value.at_ms)
    ));
}

/// Draws all values from the top of the terminal.
fn screen(latest: &Latest) {
    say::line("\u{1b}[H\u{1b}[2JGranted values of this gateway; nothing is stored. Ctrl-C ends.\n");
    latest.values().for_each(line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use riversync_protocol::v1::{Kind, Scale};

    #[test]
    fn numbers_are_scaled_and_whole_numbers_stay_whole() {
        let column = |numerator, denominator, offset| Column {
            metric: MetricName::new("m").unwrap(),
            unit: String::new(),
            kind: Kind::Int,
            scale: Scale { numerator, denominator },
            offset,
        };
        assert_eq!(physical(&column(1, 1, 0.0), &Raw::UInt(u64::MAX)), serde_json::json!(u64::MAX));
        assert_eq!(physical(&column(1, 10, -40.0), &Raw::Int(1_234)), serde_json::json!(83.4));
        assert_eq!(physical(&column(1, 1, 0.0), &Raw::Bool(true)), serde_json::json!(true));
    }
}
