//! The commands. Results go to standard output, logs to standard error; exit codes are those of `sysexits.h`.

mod buffer;
pub mod check;
mod diag;
mod doctor;
mod enrol;
mod exit;
mod explain;
mod generate;
mod grants;
mod line;
mod logs;
mod look;
mod once;
pub mod plan;
mod probe;
mod profile;
mod run;
mod say;
mod scan;
mod status;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::grant::Granted;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
pub use exit::Exit;
use std::io::{stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

/// Reads the devices of a site, keeps only what their owner granted, loses nothing it stored.
#[derive(Debug, Parser)]
#[command(
    name = "riversync-agent",
    version,
    after_help = "Exit codes: 0 fine, 64 usage, 69 not reachable or not running, 70 internal fault, 74 disk, \
                  75 another agent has the store, 77 not enrolled or no permission, 78 configuration."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the agent until it is asked to stop; SIGHUP lets it read its configuration again.
    Run(run::RunArgs),
    /// Check the configuration and tell every fault of it; touches nothing.
    Check(ConfigArg),
    /// Print the Modbus requests and MQTT metrics that the policy in force leads to; asks no device.
    Plan {
        #[command(flatten)]
        config: ConfigArg,
        #[command(flatten)]
        args: plan::PlanArgs,
    },
    /// Give this gateway its identity, with the one-time code from the portal.
    Enrol(enrol::EnrolArgs),
    /// Say how the agent is; works while it is stopped, too.
    Status(status::StatusArgs),
    /// Look at the clock, the network, the disk and the permissions around the agent, and say how to mend what fails.
    Doctor(doctor::DoctorArgs),
    /// Write one file for whoever helps: settings, status, findings, figures, log. No measured value and no secret is in it.
    Diag(diag::DiagArgs),
    /// Say what may flow, until when, and why nothing does.
    Grants(grants::GrantsArgs),
    /// Look at, heal, export or empty the store of an agent that does not run.
    #[command(subcommand)]
    Buffer(buffer::BufferCommand),
    /// Read what is granted, once, and print it; nothing is stored or sent.
    Read(look::ReadArgs),
    /// Show granted values as they come, until Ctrl-C; nothing is stored or sent.
    Tap(look::TapArgs),
    /// Ask a device on a line directly, for the person on site.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Check, describe and import device profiles; asks no device.
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    /// Write the completions of a shell to standard output.
    Completions(generate::CompletionsArgs),
    /// Write the manual page to standard output.
    Man,
}

/// What to ask a device.
#[derive(Debug, Subcommand)]
enum DeviceCommand {
    /// Find the units on a line, and write the profile of those that speak SunSpec.
    Scan(scan::ScanArgs),
    /// Print a block of registers with every decoding side by side.
    Probe(probe::ProbeArgs),
}

/// Where the configuration is.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConfigArg {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "/etc/riversync-agent/agent.toml")]
    pub(crate) config: PathBuf,
}

impl ConfigArg {
    /// The configuration, or every fault of it on standard error.
    pub(crate) fn load(&self) -> Result<crate::config::Loaded, Exit> {
        crate::config::load(&self.config).map_err(|faults| {
            say::trouble(&faults);
            Exit::Config
        })
    }

    /// The state directory, for looking at an agent: it may run although the file has a fault by now, which is told.
    pub(crate) fn state_dir(&self) -> Result<PathBuf, Exit> {
        let faults = match crate::config::load(&self.config) {
            Ok(loaded) => return Ok(loaded.config.state_dir.clone()),
            Err(faults) => faults,
        };
        say::trouble(&faults);
        crate::config::state_dir(&self.config).ok_or(Exit::Config)
    }
}

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nothing is left to do when the terminal has gone.
            drop(error.print());
            return if asked { Exit::Fine.into() } else { Exit::Usage.into() };
        }
    };
    let done = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(config) => return written(check::run(&config.config, &mut stdout(), &mut stderr())),
        Command::Plan { config, args } => return planned(&config, &args),
        Command::Enrol(args) => enrol::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Diag(args) => diag::run(&args),
        Command::Grants(args) => grants::run(&args),
        Command::Buffer(command) => buffer::run(&command),
        Command::Read(args) => look::read(&args),
        Command::Tap(args) => look::tap(&args),
        Command::Device(DeviceCommand::Scan(args)) => scan::run(&args),
        Command::Device(DeviceCommand::Probe(args)) => probe::run(&args),
        Command::Profile(command) => profile::run(&command),
        Command::Completions(args) => generate::completions(&args),
        Command::Man => generate::man(),
    };
    done.map_or_else(ExitCode::from, |()| Exit::Fine.into())
}

fn planned(config: &ConfigArg, args: &plan::PlanArgs) -> ExitCode {
    let now_ms = SystemClock::default().now_ms();
    let mut unenrolled = None;
    let in_force = |config: &Config| {
        let identity = run::identity(&config.state_dir).map_err(|exit| {
            unenrolled = Some(exit);
            anyhow::anyhow!("without an identity there is no policy; --everything or --policy needs none")
        })?;
        Ok(Granted::clone(&grants::authority(&identity, &config.state_dir)?.granted().borrow()))
    };
    let done = plan::run(&config.config, args, now_ms, in_force, &mut stdout(), &mut stderr());
    match (unenrolled, done) {
        (Some(exit), Err(error)) => {
            say::trouble(error);
            exit.into()
        }
        (_, done) => written(done),
    }
}

fn written(done: anyhow::Result<ExitCode>) -> ExitCode {
    done.unwrap_or_else(|error| {
        say::trouble(format_args!("{error:#}"));
        Exit::Disk.into()
    })
}
