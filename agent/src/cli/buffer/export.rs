//! `buffer export`: what is still granted goes to standard output, for the owner who stands at a gateway without a link.
//!
//! The gate that stands before the wire stands here too. What is not granted *now* is not written, though it may still
//! lie in the store because the agent has not run since it was taken back; and without a policy in force nothing is.

use super::{StoreArgs, inspect};
use crate::buffer::{Inspection, Stored, StoredItem};
use crate::cli::look::{self, Shown};
use crate::cli::{Exit, grants, say};
use crate::clock::{Clock, SystemClock};
use crate::grant::{Gate, Granted, may_leave};
use riversync_protocol::v1::{Alarm, Event, Lane};
use serde::Serialize;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::sync::Arc;

/// One line of an export.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line {
    Value(Shown),
    Alarm(Told),
}

/// An alarm as it is written.
#[derive(Serialize)]
struct Told {
    device: String,
    metric: String,
    code: String,
    state: String,
    severity: String,
    at_ms: i64,
    text: String,
}

/// What was written and what was not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Exported {
    pub(super) values: u64,
    pub(super) alarms: u64,
    pub(super) withheld: u64,
    pub(super) damaged: u64,
}

/// The head of a CSV export.
const COLUMNS: &str = "kind,time,device,metric,value,unit,quality,code,state,severity,text";

pub(super) fn run(args: &StoreArgs) -> Result<(), Exit> {
    let loaded = args.config.load()?;
    let store = inspect(&loaded.config)?;
    let (_, authority) = grants::opened(&loaded.config.state_dir)?;
    if let Some(why) = authority.withheld() {
        say::trouble(format_args!("nothing is written: {why}"));
        return Err(Exit::Permission);
    }
    let granted = Arc::clone(&authority.granted().borrow());
    let now_ms = SystemClock::default().now_ms();
    let mut out = BufWriter::new(io::stdout().lock());
    let done = match export(&store, &granted, now_ms, args.json, &mut out) {
        Ok(done) => done,
        // Whoever read it has had enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
        Err(error) => {
            say::trouble(format_args!("the export cannot be written: {error}"));
            return Err(Exit::of_io(&error));
        }
    };
    say::trouble(format_args!(
        "{} values and {} alarms written; {} are not granted now and were left out",
        done.values, done.alarms, done.withheld
    ));
    if done.damaged > 0 {
        say::trouble(format_args!("{} records are damaged and are not in it", done.damaged));
        return Err(Exit::Disk);
    }
    Ok(())
}

/// Writes what of `store` is granted at `now_ms`, oldest first, alarms last.
pub(super) fn export(
    store: &Inspection,
    granted: &Granted,
    now_ms: i64,
    json: bool,
    out: &mut impl Write,
) -> io::Result<Exported> {
    let mut done = Exported::default();
    if !json {
        writeln!(out, "{COLUMNS}")?;
    }
    let mut gate = Gate::default();
    for lane in [Lane::Telemetry, Lane::Events] {
        let mut whole = 0;
        for stored in store.records(lane) {
            whole += 1;
            for line in lines(stored, &mut gate, granted, now_ms, &mut done) {
                write(&line, json, out)?;
            }
        }
        done.damaged += store.waiting(lane).saturating_sub(whole);
    }
    done.withheld += gate.take_denied().total();
    out.flush()?;
    Ok(done)
}

fn lines(stored: Stored, gate: &mut Gate, granted: &Granted, now_ms: i64, done: &mut Exported) -> Vec<Line> {
    match stored.item {
        StoredItem::Readings(readings) => {
            let passed = readings.into_iter().filter_map(|reading| gate.pass(granted, reading, now_ms));
            let lines: Vec<Line> =
                passed.flat_map(|reading| look::shown(&reading)).map(Line::Value).collect();
            done.values += lines.len() as u64;
            lines
        }
        StoredItem::Event(event) if !may_leave(granted, &event, now_ms) => {
            done.withheld += 1;
            Vec::new()
        }
        StoredItem::Event(Event::Alarm(alarm)) => {
            done.alarms += 1;
            vec![Line::Alarm(told(alarm))]
        }
        // They tell the cloud of the agent, not the owner of the site.
        StoredItem::Event(Event::Gap(_) | Event::Receipt(_) | Event::Health(_) | Event::Purged) => Vec::new(),
    }
}

fn told(alarm: Alarm) -> Told {
    Told {
        device: alarm.device.to_string(),
        metric: alarm.metric.to_string(),
        code: alarm.code.to_string(),
        state: format!("{:?}", alarm.state).to_lowercase(),
        severity: format!("{:?}", alarm.severity).to_lowercase(),
        at_ms: alarm.at_ms,
        text: alarm.text,
    }
}

fn write(line: &Line, json: bool, out: &mut impl Write) -> io::Result<()> {
    if json {
        return writeln!(out, "{}", serde_json::to_string(line)?);
    }
    let fields = match line {
        Line::Value(value) => {
            let number = match &value.value {
                None => String::new(),
                Some(serde_json::Value::String(text)) => cell(text),
                Some(number) => number.to_string(),
            };
            [
                "value".to_owned(),
                say::time(value.at_ms),
                cell(value.device.as_str()),
                cell(value.metric.as_str()),
                number,
                cell(&value.unit),
                cell(&value.quality),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]
        }
        Line::Alarm(alarm) => [
            "alarm".to_owned(),
            say::time(alarm.at_ms),
            cell(&alarm.device),
            cell(&alarm.metric),
            String::new(),
            String::new(),
            String::new(),
            cell(&alarm.code),
            cell(&alarm.state),
            cell(&alarm.severity),
            cell(&alarm.text),
        ],
    };
    writeln!(out, "{}", fields.join(","))
}

/// A text as one cell. What a spreadsheet would take for a formula stays a text.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_text_is_one_cell_and_no_formula() {
        assert_eq!(cell("on"), "on");
        assert_eq!(cell("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(cell("=1+1"), "'=1+1");
    }
}
