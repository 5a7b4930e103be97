//! `profile`: checks, describes and imports device profiles, offline.

use super::{Exit, say};
use crate::clock::{Clock, SystemClock};
use crate::config::{Connection, Device, Endpoint, Fault, Line, Modbus};
use crate::profile::import::{Imported, Source, import};
use crate::profile::library::{Library, read_file};
use crate::profile::{Place, Profile, schema};
use crate::sources::{GroupPreview, preview_device};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use riversync_protocol::ids::DeviceId;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to do with profiles.
#[derive(Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// Tell every fault of a profile, or what it offers and how it is read.
    Check(CheckArgs),
    /// Write the JSON Schema of profiles, for editors.
    Schema,
    /// Make profiles of what another tool was told, and report what does not carry over.
    Import(ImportArgs),
}

/// Arguments of `profile check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The profile
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where profiles are looked for that it takes points from, the first first; its own directory without this
    #[arg(long, value_name = "DIR")]
    profile_dir: Vec<PathBuf>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Arguments of `profile import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Whose file it is
    #[arg(long, value_enum)]
    from: Source,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the names of the profiles begin with; the name of the file without this
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Write each profile to a file of its own in this directory instead of standard output; none is overwritten
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// One JSON object on standard output: the profiles and what did not carry over
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &ProfileCommand) -> Result<(), Exit> {
    match command {
        ProfileCommand::Check(args) => check(args),
        ProfileCommand::Schema => {
            say::line(format_args!("{:#}", schema::schema()));
            Ok(())
        }
        ProfileCommand::Import(args) => import_file(args),
    }
}

fn check(args: &CheckArgs) -> Result<(), Exit> {
    let own = args.file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let dirs = if args.profile_dir.is_empty() { vec![own.to_owned()] } else { args.profile_dir.clone() };
    match Library::new(dirs).file(&args.file) {
        Ok(profile) => show(&args.file, &profile, args.json),
        Err(faults) => {
            if args.json {
                say::line(
                    json!({ "file": args.file, "faults": faults.iter().map(fault).collect::<Vec<_>>() }),
                );
            }
            for fault in faults {
                say::trouble(fault);
            }
            Err(Exit::Config)
        }
    }
}

fn fault(fault: &Fault) -> serde_json::Value {
    json!({ "file": fault.file, "line": fault.line, "column": fault.column, "field": fault.field, "message": fault.message })
}

/// What would be read of a device with this profile if all of it were granted.
fn planned(profile: &Arc<Profile>) -> anyhow::Result<Vec<GroupPreview>> {
    if !profile.metrics.iter().any(|metric| matches!(metric.place, Place::Register(_))) {
        return Ok(Vec::new());
    }
    let line = Arc::new(Line::Tcp(Endpoint { host: "device".into(), port: 502 }));
    let at = Modbus { line, unit: 1, timeout_ms: 1_000, late_ms: 1_000, quirks: profile.quirks.clone() };
    let id = DeviceId::new("device").context("the name of a device")?;
    let device = Device { id, profile: Arc::clone(profile), connection: Connection::Modbus(at) };
    let granted = super::plan::everything(std::slice::from_ref(&device))?;
    Ok(preview_device(&device, &granted, SystemClock::default().now_ms()).groups)
}

fn show(file: &Path, profile: &Arc<Profile>, as_json: bool) -> Result<(), Exit> {
    let requests = planned(profile).map_err(|error| {
        say::trouble(format_args!("{error:#}"));
        Exit::Internal
    })?;
    if as_json {
        let metrics: Vec<_> = profile.metrics.iter().map(|metric| metric.name.as_str()).collect();
        let plan = serde_json::to_value(&requests).unwrap_or_default();
        say::line(json!({
            "file": file, "name": profile.name, "version": profile.version, "metrics": metrics,
            "alarms": profile.alarms.len(), "plan": plan, "faults": [],
        }));
        return Ok(());
    }
    say::line(format_args!(
        "{}: in order. \"{}\" version {} offers {} metrics and {} alarms.",
        file.display(),
        profile.name,
        profile.version,
        profile.metrics.len(),
        profile.alarms.len()
    ));
    for metric in &profile.metrics {
        let place = match &metric.place {
            Place::Register(at) => {
                format!("{} {}", at.table.name(), crate::profile::reference_of(at.table, at.address))
            }
            _ => "message".to_owned(),
        };
        let unit = if metric.unit.is_empty() { String::new() } else { format!(" in {}", metric.unit) };
        say::line(format_args!("  {:<28} {place:<16} {}{unit}", metric.name, metric.label));
    }
    let requests: usize = requests.iter().map(|group| group.requests.len()).sum();
    say::line(format_args!("All of it takes {requests} Modbus requests."));
    Ok(())
}

fn import_file(args: &ImportArgs) -> Result<(), Exit> {
    let text = read_file(&args.file).map_err(|fault| {
        say::trouble(fault);
        Exit::Disk
    })?;
    let stem = args.file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("device");
    let name = args.name.as_deref().unwrap_or(stem);
    let imported = import(args.from, &text, name).map_err(|why| {
        say::trouble(format_args!("{}: {why}", args.file.display()));
        Exit::Config
    })?;
    let texts = texts(&imported)?;
    if let Some(dir) = &args.into {
        for (name, text) in &texts {
            write_new(dir, name, text)?;
        }
    }
    if args.json {
        let profiles: serde_json::Map<_, _> =
            texts.into_iter().map(|(name, text)| (name, text.into())).collect();
        say::line(json!({ "profiles": profiles, "left": imported.left }));
        return Ok(());
    }
    if args.into.is_none() {
        for (_, text) in &texts {
            say::line(text);
        }
    }
    for left in &imported.left {
        say::trouble(format_args!("{}:{}: {}: {}", args.file.display(), left.line, left.field, left.why));
    }
    say::trouble(format_args!("{} profiles; {} things did not carry over", texts.len(), imported.left.len()));
    Ok(())
}

fn texts(imported: &Imported) -> Result<Vec<(String, String)>, Exit> {
    let text = |draft: &crate::profile::draft::Draft| match draft.finish() {
        Ok((text, _)) => Ok((draft.name.clone(), text)),
        Err(faults) => {
            faults.iter().for_each(say::trouble);
            Err(Exit::Internal)
        }
    };
    imported.drafts.iter().map(text).collect()
}

/// Writes `NAME.toml` into a directory, unless there is one.
pub(super) fn write_new(dir: &Path, name: &str, text: &str) -> Result<(), Exit> {
    let path = dir.join(format!("{name}.toml"));
    let written = std::fs::File::create_new(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|error| {
        say::trouble(format_args!(
            "{} cannot be written: {error}; a profile is never overwritten",
            path.display()
        ));
        Exit::of_io(&error)
    })?;
    say::trouble(format_args!("wrote {}", path.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_profile_is_planned_whole() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/profiles");
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let profile = Library::new(vec![dir.clone()]).file(&path).unwrap();
            let groups = planned(&profile).unwrap();
            let requests: Vec<_> = groups.iter().flat_map(|group| &group.requests).collect();
            let is_modbus = matches!(profile.metrics[0].place, Place::Register(_));
            assert_eq!(requests.is_empty(), !is_modbus, "{}", profile.name);
            let read: usize = requests.iter().map(|request| request.metrics.len()).sum();
            assert!(!is_modbus || read == profile.metrics.len(), "{}", profile.name);
            assert!(
                requests.iter().all(|request| request.count <= profile.quirks.max_words()),
                "{}",
                profile.name
            );
        }
    }
}
