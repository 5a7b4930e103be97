//! `cargo demo`: the whole product on one machine, from a fresh clone to a page with live data.
//!
//! Builds the agent and the cloud, starts two simulated sites, enrols a gateway on each with a real one-time code,
//! and prints who can sign in. `--check` plays the same without a person and judges it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the demo talks to the person who started it")]

mod check;
mod figures;
mod people;
mod revocation;

use anyhow::Result;
use clap::Parser;
use riversync_testbed::stage::{Cast, Stage};
use std::process::ExitCode;

/// What the demo takes.
#[derive(Parser)]
#[command(
    name = "cargo demo --",
    bin_name = "cargo demo --",
    about = "The whole product on this machine: simulated sites, enrolled gateways, the cloud, sign-in links",
    after_help = "Everything lives in a temporary directory and is gone after Ctrl-C.",
    after_long_help = figures::MEANING
)]
struct Args {
    /// Port of the portal on 127.0.0.1 (default 8080; any free one with --check)
    #[arg(long)]
    port: Option<u16>,
    /// Play the story on another day, such as its own 2026-07-15, instead of today. Gateways keep real time and doubt a
    /// cloud that does not, so there are no live values then
    #[arg(long, value_name = "DATE", conflicts_with = "check")]
    clock: Option<String>,
    /// Without a person: outage, kills, a revocation; prints one JSON object and exits 0 only if nothing was lost,
    /// doubled or leaked
    #[arg(long)]
    check: bool,
    /// Length of the outage in --check, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    outage_s: u32,
    /// Keep the directory and say where it is
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = tokio::select! {
        done = run(Args::parse()) => done,
        _ = tokio::signal::ctrl_c() => {
            eprintln!("\nstopped; nothing is left behind");
            return ExitCode::SUCCESS;
        }
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nThe demo stopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<ExitCode> {
    let folder = tempfile::Builder::new().prefix("riversync-demo-").disable_cleanup(args.keep).tempdir()?;
    if args.keep {
        eprintln!("everything is kept in {}", folder.path().display());
    }
    if args.check {
        let figures = check::run(folder.path(), args.port.unwrap_or(0), args.outage_s).await?;
        println!("{}", serde_json::to_string(&figures)?);
        return Ok(if figures.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let cast = Cast {
        port: args.port.unwrap_or(8080),
        clock: args.clock,
        judged: false,
        batch: "2s",
        progress: step,
        ..Cast::judged()
    };
    let mut stage = Stage::set(folder.path(), &cast).await?;
    people::introduce(&stage.cloud).await?;
    stage.play().await?;
    Ok(ExitCode::SUCCESS)
}

/// One line of progress.
fn step(what: &str) {
    eprintln!("  · {what}");
}
