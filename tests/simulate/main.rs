//! `simulate`: the testbed's site for somebody who wants to try an agent, or another gateway, against devices that fail.
//!
//! Not a command of the agent: what ships to a gateway holds no simulator, and the agent knows nothing of the testbed.

mod script;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use riversync_testbed::site::layout::{BKK_FOODS, SOUTH_RUBBER};
use riversync_testbed::site::{Layout, Script, Site};
use script::{Play, Step};
use std::path::PathBuf;
use std::process::ExitCode;

/// Starts simulated devices and plays a script of faults on them, until Ctrl-C.
///
/// Prints the tables for an agent's configuration, then one JSON object for each step of the script.
#[derive(Debug, Parser)]
#[command(name = "simulate", version)]
struct Args {
    /// Whose devices
    #[arg(long, value_enum, default_value_t = Whose::BkkFoods, conflicts_with = "device")]
    site: Whose,
    /// A device of one's own and its profile; may be given several times
    #[arg(long, value_name = "ID=PROFILE")]
    device: Vec<String>,
    /// What fails when: a TOML file of `[[step]]` tables
    ///
    /// Each has at (a duration such as "10s"), a fault (none, delay, silence, exception, drop, garbage, truncate, shifted,
    /// wrong_transaction or wrong_length), ms or code where the fault needs one, and a device unless it is for all.
    /// repeat = "1m" at the top plays them again and again.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    script: Option<PathBuf>,
    /// Where the password file of the simulated broker is written; a private directory without it
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// The sites of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whose {
    BkkFoods,
    SouthRubber,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("simulate: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let play = match &args.script {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Play::read(&text).with_context(|| format!("{} is not a script", path.display()))?
        }
        None => Play::default(),
    };
    let layout = layout(args)?;
    play.check(layout.devices.iter().map(|(id, _)| *id))?;
    let private = tempfile::tempdir()?;
    let folder = args.folder.clone().unwrap_or_else(|| private.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    let site = Site::start(layout, &Script::default()).await?;
    site.forget();
    say(&site.agent_tables(&folder)?);
    let perform = |step: &Step| {
        for (id, device) in &site.devices {
            if step.is_for(id) {
                device.set_fault(step.fault());
            }
        }
        say(&step.to_json().to_string());
    };
    tokio::select! {
        () = play.perform(perform) => {}
        stopped = tokio::signal::ctrl_c() => return Ok(stopped?),
    }
    Ok(tokio::signal::ctrl_c().await?)
}

fn layout(args: &Args) -> Result<Layout> {
    if args.device.is_empty() {
        return Ok(if args.site == Whose::BkkFoods { BKK_FOODS } else { SOUTH_RUBBER });
    }
    let pair = |text: &String| -> Result<(&'static str, &'static str)> {
        let (id, profile) = text.split_once('=').with_context(|| format!("\"{text}\" is not ID=PROFILE"))?;
        Ok((String::leak(id.to_owned()), String::leak(profile.to_owned())))
    };
    // They live as long as the process, as those of the demo do.
    let devices: Vec<_> = args.device.iter().map(pair).collect::<Result<_>>()?;
    Ok(Layout { agent: "simulated", customer: "nobody", devices: Vec::leak(devices) })
}

#[expect(clippy::print_stdout, reason = "this is its result")]
fn say(text: &str) {
    println!("{text}");
}
