//! The commands of the program. This is the only place of the service that writes to standard output.
//!
//! Exit codes: 0 done, 1 looked and found something wrong (`audit verify`, `migrate --check`, a damaged copy or file),
//! 64 wrong usage, 70 something broke, 78 wrong settings.

mod audit;
mod backup;
mod check;
mod enrolment_code;
mod export;
mod forget_passkeys;
mod import;
mod migrate;
mod options;
mod permissions;

#[cfg(test)]
pub(crate) use permissions::{matrix, menu_csv};
mod reindex;
mod seed;
mod serve;
mod setup_link;
mod sign_in_link;

use crate::config::ConfigErrors;
use crate::platform::error::Error;
use clap::{Parser, Subcommand};
use options::Common;
use std::io::Write;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "riversync-cloud", version, about = "The cloud service of RiverSync")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service until it is told to stop
    Serve(serve::Args),
    /// Look whether the settings can be used, without starting anything; says everything that is wrong
    Check(Common),
    /// Bring the database's schema up to date, as `serve` does by itself; --check only says what is missing
    Migrate(migrate::Args),
    /// Copy the embedded database into a new file while the service goes on; PostgreSQL has pg_dump for that
    Backup(backup::Backup),
    /// Make the embedded database out of what `backup` made; PostgreSQL has pg_restore for that
    Restore(backup::Restore),
    /// Write everything that belongs to one organisation into a file, while the service goes on; written into its log
    Export(export::Args),
    /// Take an organisation out of such a file into this database, of either engine: all of it or nothing
    Import(import::Args),
    /// Plant the demo world into an empty database
    Seed(seed::Args),
    /// Make the search index anew from the records, as the service does by itself once a day
    Reindex(Common),
    /// Operator's tool: print a one-time link that signs a person in; written into the person's log
    SignInLink(sign_in_link::Args),
    /// Operator's tool: print a one-time link that makes the first administrator, while there is none
    SetupLink(Common),
    /// Operator's tool: take every passkey off a person's account, for somebody who has lost theirs
    ForgetPasskeys(forget_passkeys::Args),
    /// Operator's tool: print a one-time code that lets a gateway in; written into its owner's log
    EnrolmentCode(enrolment_code::Args),
    /// Print who may do what, from the table that the service itself reads
    Permissions(permissions::Args),
    /// Print the description of the JSON API (OpenAPI 3.1, as JSON)
    Openapi,
    /// Look after the log
    Audit {
        #[command(subcommand)]
        command: audit::Command,
    },
}

/// Why a command did not do it.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Settings(#[from] ConfigErrors),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Found(String),
    #[error("{0:#}")]
    Broken(#[from] anyhow::Error),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Found(_) => 1,
            Self::Usage(_) => 64,
            Self::Broken(_) => 70,
            Self::Settings(_) => 78,
        }
    }
}

/// Runs the program on the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(anyhow::anyhow!(error).context("the runtime does not start").into())),
    };
    end(runtime.block_on(dispatch(cli.command)))
}

async fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Check(common) => check::run(&common),
        Command::Migrate(args) => migrate::run(args).await,
        Command::Backup(args) => backup::back_up(args).await,
        Command::Restore(args) => backup::restore(args).await,
        Command::Export(args) => export::run(args).await,
        Command::Import(args) => import::run(args).await,
        Command::Seed(args) => seed::run(args).await,
        Command::Reindex(common) => reindex::run(common).await,
        Command::SignInLink(args) => sign_in_link::run(args).await,
        Command::SetupLink(common) => setup_link::run(common).await,
        Command::ForgetPasskeys(args) => forget_passkeys::run(args).await,
        Command::EnrolmentCode(args) => enrolment_code::run(args).await,
        Command::Permissions(args) => permissions::run(&args),
        Command::Openapi => {
            let text =
                crate::openapi::document().to_pretty_json().map_err(|error| Failure::Broken(error.into()))?;
            say(&format!("{text}\n"))
        }
        Command::Audit { command } => audit::run(command).await,
    }
}

/// `--help` and `--version` are answers, everything else that clap stops at is wrong usage.
fn refuse(error: &clap::Error) -> ExitCode {
    let code = if error.use_stderr() { 64 } else { 0 };
    if error.print().is_err() {
        return ExitCode::from(70);
    }
    ExitCode::from(code)
}

fn end(done: Result<(), Failure>) -> ExitCode {
    let Err(failure) = done else { return ExitCode::SUCCESS };
    let code = failure.code();
    for line in failure.to_string().lines() {
        if writeln!(std::io::stderr(), "riversync-cloud: {line}").is_err() {
            return ExitCode::from(70);
        }
    }
    ExitCode::from(code)
}

/// What an action gave; that it did not find its object is said in the command's own words.
fn given<T>(answer: Result<T, Error>, nowhere: impl FnOnce() -> String) -> Result<T, Failure> {
    answer.map_err(|error| match error {
        Error::NotFound => Failure::Found(nowhere()),
        error => Failure::Broken(error.into()),
    })
}

/// Writes an answer to standard output.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Failure::Broken(error.into()))
}
