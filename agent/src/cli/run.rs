//! `run`: everything together, until it is asked to stop.

use super::{ConfigArg, Exit, logs, once, say};
use crate::agent::Agent;
use crate::clock::{SteadyClock, SystemClock};
use crate::enrolment::Identity;
use crate::lifecycle::{Shutdown, on_hangup};
use crate::reload::Reload;
use crate::watchdog::Manager;
use clap::Args;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// File descriptors for all but the devices: some 30 are in use, the rest is for what comes and goes.
const OWN_DESCRIPTORS: u64 = 64;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Read every granted device once, sync what came of it, and end
    #[arg(long)]
    once: bool,
    /// Longest time for it, seconds
    #[arg(long, value_name = "S", default_value_t = 60, requires = "once", value_parser = clap::value_parser!(u64).range(1..=3_600))]
    wait: u64,
}

pub(super) fn run(args: &RunArgs) -> Result<(), Exit> {
    logs::install();
    let loaded = args.config.load()?;
    let state_dir = loaded.config.state_dir.clone();
    enough_descriptors(loaded.config.devices.len())?;
    let identity = identity(&state_dir)?;
    // One thread runs everything but the disk: an agent waits, it does not compute, and each thread costs memory.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build().map_err(
            |error| {
                say::trouble(error);
                Exit::Internal
            },
        )?;
    runtime.block_on(async {
        let shutdown = Shutdown::default();
        shutdown.on_signals().map_err(|error| {
            say::trouble(error);
            Exit::Internal
        })?;
        let asked = on_hangup().map_err(|error| {
            say::trouble(error);
            Exit::Internal
        })?;
        let clock = Arc::new(SteadyClock::new(Arc::new(SystemClock::default())));
        let agent = Agent::open(loaded.config, identity, clock).map_err(|error| {
            say::trouble(&error);
            error.exit()
        })?;
        let agent = agent
            .following(Reload { path: args.config.config.clone(), asked })
            .managed_by(Manager::named_by(|name| std::env::var_os(name)));
        let running = async {
            let done = agent.run(shutdown.clone()).await.map_err(|error| {
                tracing::error!(%error, "the agent stops");
                Exit::Internal
            });
            // Whoever waits for a round need not wait longer.
            shutdown.soft.cancel();
            done
        };
        if args.once {
            let wait = Duration::from_secs(args.wait);
            let (ended, done) = tokio::join!(running, once::watch(&state_dir, &shutdown, wait));
            ended.and_then(|()| once::judge(&state_dir, done))
        } else {
            running.await
        }
    })
}

/// Whether as many files may be open as the store, the cloud, the health listener and each device need; a sentence if not.
/// With fewer the start would fail halfway, at a place that says less.
fn enough_descriptors(devices: usize) -> Result<(), Exit> {
    let needed = OWN_DESCRIPTORS + devices as u64;
    match crate::files::descriptor_limit() {
        Some(limit) if limit < needed => {
            say::trouble(format_args!(
                "this process may open {limit} files at a time, and with {devices} devices it needs {needed}; raise LimitNOFILE in its unit, or `ulimit -n`"
            ));
            Err(Exit::Config)
        }
        _ => Ok(()),
    }
}

/// The identity, or a sentence that says how to get one.
pub(super) fn identity(state_dir: &Path) -> Result<Identity, Exit> {
    match Identity::load(state_dir) {
        Ok(Some(identity)) => Ok(identity),
        Ok(None) => {
            say::trouble(format_args!(
                "this gateway is not enrolled ({} holds no identity); get a code from the portal and run `riversync-agent enrol`",
                state_dir.display()
            ));
            Err(Exit::Permission)
        }
        Err(error) => {
            say::trouble(error);
            Err(Exit::Permission)
        }
    }
}
