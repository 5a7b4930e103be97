//! `enrol`: a one-time code for an identity.

use super::{ConfigArg, Exit, say};
use crate::clock::{Clock, SystemClock};
use crate::enrolment::{EnrolError, Identity, enrol};
use crate::uplink::http::HttpError;
use clap::Args;
use riversync_protocol::code::EnrolmentCode;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Arguments of `enrol`.
#[derive(Debug, Args)]
pub(super) struct EnrolArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// The code. Other users of this machine can see it while the command runs; --code-file is safer.
    #[arg(long, value_name = "CODE", required_unless_present = "code_file")]
    code: Option<String>,
    /// A file with the code, or - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "code")]
    code_file: Option<PathBuf>,
    /// Enrol although this gateway has an identity; the old one is replaced.
    #[arg(long)]
    again: bool,
}

/// Longest code file that is read.
const MAX_CODE_BYTES: u64 = 4_096;

pub(super) fn run(args: &EnrolArgs) -> Result<(), Exit> {
    let loaded = args.config.load()?;
    let code: EnrolmentCode = read_code(args)?.parse().map_err(|error| {
        say::trouble(error);
        Exit::Usage
    })?;
    let state_dir = &loaded.config.state_dir;
    match Identity::load(state_dir) {
        Ok(Some(old)) if !args.again => {
            say::trouble(format_args!(
                "this gateway is enrolled as {}; add --again to replace that identity",
                old.agent()
            ));
            return Err(Exit::Usage);
        }
        // A damaged identity is what a new code is for.
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        say::trouble(error);
        Exit::Internal
    })?;
    let now_ms = SystemClock::default().now_ms();
    let identity = runtime.block_on(enrol(&code, state_dir, now_ms)).map_err(|error| {
        say::trouble(&error);
        exit_of(&error)
    })?;
    say::line(format_args!(
        "Enrolled as {} at {}; the certificate is good until {} and renews itself.",
        identity.agent(),
        identity.address(),
        say::time(identity.not_after_ms())
    ));
    Ok(())
}

fn read_code(args: &EnrolArgs) -> Result<String, Exit> {
    if let Some(code) = &args.code {
        return Ok(code.clone());
    }
    let path = args.code_file.as_deref().unwrap_or(Path::new("-"));
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(MAX_CODE_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_CODE_BYTES).read_to_string(&mut text))
    };
    read.map_err(|error| {
        say::trouble(format_args!("cannot read the code from {}: {error}", path.display()));
        Exit::of_io(&error)
    })?;
    Ok(text)
}

fn exit_of(error: &EnrolError) -> Exit {
    match error {
        EnrolError::Code => Exit::Permission,
        EnrolError::Http(HttpError::Identity(_)) | EnrolError::Key(_) | EnrolError::Tls(_) => Exit::Internal,
        EnrolError::Http(_) | EnrolError::Identity(_) | EnrolError::Codec(_) => Exit::Unavailable,
        EnrolError::Io { error, .. } => Exit::of_io(error),
    }
}
