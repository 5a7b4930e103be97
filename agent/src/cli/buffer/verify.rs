//! `buffer verify`: reads every record that waits. Changes nothing; a damaged store ends with 74.

use super::{StoreArgs, inspect};
use crate::buffer::Verified;
use crate::cli::{Exit, say};
use riversync_protocol::v1::Lane;

pub(super) fn run(args: &StoreArgs) -> Result<(), Exit> {
    let loaded = args.config.load()?;
    let store = inspect(&loaded.config)?;
    let lanes = [("telemetry", store.verify(Lane::Telemetry)), ("events", store.verify(Lane::Events))];
    let damaged: u64 = lanes.iter().map(|(_, found)| found.damaged()).sum();
    let sound = damaged == 0 && store.trouble().is_none();
    if args.json {
        let [telemetry, events] = lanes.map(|(_, found)| object(found));
        say::line(serde_json::json!({
            "sound": sound, "telemetry": telemetry, "events": events, "trouble": store.trouble(),
        }));
    } else {
        for (name, found) in lanes {
            say::line(format_args!("  {name:<12} {} of {} records are whole", found.whole, found.waiting));
        }
    }
    if let Some(trouble) = store.trouble() {
        say::trouble(trouble);
    }
    if sound {
        return Ok(());
    }
    say::trouble(format_args!(
        "{damaged} records are damaged; `riversync-agent buffer repair`, or the next start of the agent, saves the \
         others and tells the cloud what is lost"
    ));
    Err(Exit::Disk)
}

fn object(found: Verified) -> serde_json::Value {
    serde_json::json!({ "waiting": found.waiting, "whole": found.whole, "damaged": found.damaged() })
}
