//! `device scan`: which units answer on a line, what they say they are, and the profile of those that speak SunSpec.

use super::line::{LineArgs, ask};
use super::profile::write_new;
use super::{Exit, say};
use crate::profile::Table;
use crate::sources::Probe;
use crate::sunspec::{self, Map, Registers};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `device scan`.
#[derive(Debug, Args)]
pub(super) struct ScanArgs {
    #[command(flatten)]
    line: LineArgs,
    /// Units to ask, such as 1, 1-10 or 1,5,20-30; 1 without it
    #[arg(long, value_name = "UNITS", default_value = "1", value_parser = units)]
    units: Units,
    /// Write a profile for each unit that speaks SunSpec into this directory; none is overwritten
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// What to call the profile, when one unit is asked; its maker and model without it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Units in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Units(Vec<u8>);

fn units(text: &str) -> Result<Units, String> {
    let mut units = Vec::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let unit = |text: &str| {
            text.trim().parse::<u8>().map_err(|_| format!("\"{text}\" is not a unit from 0 to 255"))
        };
        units.extend(unit(from)?..=unit(to)?);
    }
    units.dedup();
    if units.is_empty() { Err("names no unit".into()) } else { Ok(Units(units)) }
}

/// What a unit is.
#[derive(Debug, Serialize)]
struct Found {
    unit: u8,
    /// Vendor, product and revision, where the unit knows function 43/14.
    identity: Vec<String>,
    sunspec: Option<Map>,
    /// The profile that was made.
    profile: Option<String>,
}

/// A unit that is asked for a SunSpec map.
struct Unit(Probe);

impl Registers for Unit {
    async fn words(&mut self, table: Table, start: u16, count: u16) -> Result<Vec<u16>, Option<String>> {
        self.0.words(table, start, count).await.map_err(|error| match error.exception() {
            // The gateway has no way to the unit: no answer, and not one of the unit.
            Some(10 | 11) | None => Some(error.to_string()),
            Some(_) => None,
        })
    }
}

pub(super) fn run(args: &ScanArgs) -> Result<(), Exit> {
    let first = args.units.0.first().copied();
    let at = args.line.modbus(first)?;
    let place = at.line.to_string();
    let found = ask(async {
        let mut found = Vec::new();
        let mut silent = None;
        for unit in &args.units.0 {
            let at = crate::config::Modbus { unit: *unit, ..at.clone() };
            let probe = Probe::open(at).await.map_err(|error| {
                say::trouble(format_args!("{place}: {error}"));
                Exit::Unavailable
            })?;
            match look(Unit(probe), *unit).await {
                Ok(unit) => found.push(unit),
                Err(why) => silent = Some(why),
            }
        }
        if let (true, Some(why)) = (found.is_empty(), silent) {
            say::trouble(format_args!("no unit answers at {place}: {why}"));
            return Err(Exit::Unavailable);
        }
        Ok(found)
    })?;
    told(args, &place, found)
}

/// Asks a unit; why it does not answer.
async fn look(mut unit: Unit, id: u8) -> Result<Found, String> {
    let identity = match unit.0.identify().await {
        Ok(objects) => objects.into_iter().filter(|(id, _)| *id <= 2).map(|(_, text)| text).collect(),
        Err(_) => Vec::new(), // many do not know the function, and some then say nothing
    };
    let sunspec = match sunspec::walk(&mut unit).await {
        Ok(map) => map,
        // One that told its name is there, whatever else it keeps to itself.
        Err(_) if !identity.is_empty() => None,
        Err(why) => return Err(why),
    };
    Ok(Found { unit: id, identity, sunspec, profile: None })
}

fn told(args: &ScanArgs, place: &str, mut found: Vec<Found>) -> Result<(), Exit> {
    for unit in &mut found {
        let Some(map) = &unit.sunspec else { continue };
        let draft = sunspec::draft(map, args.name.as_deref().filter(|_| args.units.0.len() == 1));
        match draft.finish() {
            Ok((text, profile)) => {
                if let Some(dir) = &args.write {
                    write_new(dir, &profile.name, &text)?;
                }
                unit.profile = Some(text);
            }
            Err(_) => {
                say::trouble(format_args!("unit {}: its models have no point that can be read", unit.unit))
            }
        }
    }
    if args.json {
        say::line(serde_json::json!({ "place": place, "units": found }));
        return Ok(());
    }
    say::line(format_args!("{place}: {} of {} units answer", found.len(), args.units.0.len()));
    for unit in &found {
        let name = if unit.identity.is_empty() {
            "does not say what it is".to_owned()
        } else {
            unit.identity.join(", ")
        };
        say::line(format_args!("  unit {:<3} {name}", unit.unit));
        let Some(map) = &unit.sunspec else { continue };
        say::line(format_args!("           SunSpec map at {}", map.base));
        for model in &map.models {
            say::line(format_args!(
                "             model {:<5} at {:<6} {}",
                model.id,
                model.at,
                model.title.unwrap_or("of its maker's own")
            ));
        }
        if let Some(cut) = &map.cut {
            say::line(format_args!("             not followed to its end: {cut}"));
        }
        if let (Some(profile), None) = (&unit.profile, &args.write) {
            say::line(profile);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_lists_and_ranges() {
        assert_eq!(units("1"), Ok(Units(vec![1])));
        assert_eq!(units("1,5,7-9"), Ok(Units(vec![1, 5, 7, 8, 9])));
        assert_eq!(units("254-255"), Ok(Units(vec![254, 255])));
        for wrong in ["", "x", "256", "9-7"] {
            assert!(units(wrong).is_err(), "{wrong}");
        }
    }
}
