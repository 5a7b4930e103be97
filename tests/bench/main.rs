//! Figures, as ratios against a peer in the same run: what one value costs at the edge, one point in the
//! cloud, and one look at the portal.
//!
//! `cargo run --release -p riversync-testbed --bin bench -- agent|cloud|portal|actions`. A table for people on standard error, one
//! JSON object on standard output.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark's output is its result")]

mod actions;
mod agent;
mod cloud;
mod copy;
mod portal;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    about = "Measures the agent beside a bare libmodbus loop, the cloud beside PostgreSQL's COPY, and the portal beside a hello"
)]
struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// CPU seconds per million Modbus values, everything included, memory at work and idle, and the program's size.
    Agent {
        /// How long both read, seconds.
        #[arg(long, default_value_t = 120)]
        seconds: u32,
        /// How many devices of 100 registers, each read once a second.
        #[arg(long, default_value_t = 10)]
        devices: usize,
    },
    /// CPU seconds per million points taken in.
    Cloud {
        /// Runs, each with a fresh cloud.
        #[arg(long, default_value_t = 5)]
        runs: u32,
        /// Batches of ten thousand points, per gateway and run.
        #[arg(long, default_value_t = 400)]
        batches: u32,
        /// Gateways that send at the same time.
        #[arg(long, default_value_t = 1)]
        gateways: u32,
        /// Wait two minutes more until the last run's batches are folded into frames, and say what that cost.
        #[arg(long)]
        folded: bool,
    },
    /// Lists, open pages and changes, on both databases.
    Portal {
        /// Records among which the list is.
        #[arg(long, default_value_t = 100_000)]
        records: u32,
        /// Open pages that wait.
        #[arg(long, default_value_t = 5_000)]
        pages: usize,
        /// How long changes are made, seconds.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Actions a second in this process, on both databases.
    Actions {
        /// How long people act, seconds.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let figures = match Args::parse().what {
        What::Agent { seconds, devices } => agent::run(seconds, devices).await?,
        What::Cloud { runs, batches, gateways, folded } => {
            cloud::run(&cloud::Plan { runs, batches, gateways, folded }).await?
        }
        What::Actions { seconds } => actions::run(seconds).await?,
        What::Portal { records, pages, seconds } => {
            portal::run(&portal::Plan { records, pages, seconds }).await?
        }
    };
    println!("{figures}");
    Ok(())
}
