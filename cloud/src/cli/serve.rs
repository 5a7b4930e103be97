//! `serve`: the portal listener, the agents' listener and the background jobs, until a signal ends them.

use super::options::{Common, open};
use super::{Failure, setup_link};
use crate::lifecycle;
use crate::platform::base::{BANGKOK, Clock, HOUR_MS, MovableClock, SystemClock, start_of_day_ms};
use anyhow::Context;
use std::io::IsTerminal;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// What `serve` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// Start the clock at 10:00 Bangkok on this day (YYYY-MM-DD); only with --demo
    #[arg(long, value_name = "DATE")]
    clock: Option<jiff::civil::Date>,
}

/// Runs the service.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // At trace it writes whole paths, and the path of a sign-in link is the link.
    let filter = filter.add_directive("tower_http=info".parse().context("the log does not start")?);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    log.try_init().map_err(|error| anyhow::anyhow!("the log does not start: {error}"))?;
    let config = args.common.config()?;
    if args.clock.is_some() && !config.demo {
        return Err(Failure::Usage(
            "the clock may only be moved in the demo; say --demo as well, or leave --clock out".to_owned(),
        ));
    }
    let clock: Arc<dyn Clock> = match args.clock {
        Some(day) => Arc::new(MovableClock::running_from(start_of_day_ms(day, BANGKOK) + 10 * HOUR_MS)),
        None => Arc::new(SystemClock),
    };
    let app = open(config, clock).await?;
    setup_link::print(&app).await?;
    Ok(lifecycle::run(app).await.context("the service ended with an error")?)
}
