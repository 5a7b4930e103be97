//! Figures, as ratios against a peer in the same run: what one value costs at the edge, and one point in the cloud.
//!
//! `cargo run --release -p riversync-testbed --bin bench -- agent|cloud`. A table for people on standard error, one
//! JSON object on standard output.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark's output is its result")]

mod agent;
mod cloud;
mod copy;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measures the agent beside a bare libmodbus loop, and the cloud beside PostgreSQL's COPY")]
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
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let figures = match Args::parse().what {
        What::Agent { seconds, devices } => agent::run(seconds, devices).await?,
        What::Cloud { runs, batches, gateways, folded } => {
            cloud::run(&cloud::Plan { runs, batches, gateways, folded }).await?
        }
    };
    println!("{figures}");
    Ok(())
}
