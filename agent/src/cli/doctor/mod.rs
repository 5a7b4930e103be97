//! `doctor`: looks at everything around the agent that stops it, and names the way out of each. Every check ends in time,
//! nothing is changed, no device is asked; it may run beside the agent.

mod here;
mod network;

use super::{ConfigArg, Exit, line, say};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::enrolment::{Identity, IdentityError};
use clap::Args;
use serde::Serialize;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    /// It works, and will not for ever.
    Warn,
    /// It does not work.
    Fail,
}

/// One check.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    /// What was found.
    found: String,
    /// What to do about it.
    fix: Option<String>,
    /// How the command ends because of it.
    #[serde(skip)]
    exit: Exit,
}

impl Finding {
    fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, found: found.into(), fix: None, exit: Exit::Fine }
    }

    fn warn(check: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        let (found, fix) = (found.into(), Some(fix.into()));
        Self { check, verdict: Verdict::Warn, found, fix, exit: Exit::Fine }
    }

    fn fail(check: &'static str, exit: Exit, found: impl Into<String>, fix: impl Into<String>) -> Self {
        let (found, fix) = (found.into(), Some(fix.into()));
        Self { check, verdict: Verdict::Fail, found, fix, exit }
    }
}

pub(super) fn run(args: &DoctorArgs) -> Result<(), Exit> {
    let findings = findings(&args.config.load()?.config)?;
    if args.json {
        say::line(object(&findings));
    } else {
        findings.iter().for_each(show);
    }
    let failed = findings.iter().find(|finding| finding.verdict == Verdict::Fail);
    failed.map_or(Ok(()), |finding| Err(finding.exit))
}

/// What is found around an agent of this configuration, as JSON.
pub(super) fn told(config: &Config) -> Result<serde_json::Value, Exit> {
    Ok(object(&findings(config)?))
}

fn object(findings: &[Finding]) -> serde_json::Value {
    serde_json::json!({ "checks": findings })
}

fn findings(config: &Config) -> Result<Vec<Finding>, Exit> {
    let now_ms = SystemClock::default().now_ms();
    let mut findings = vec![here::state(config), here::disk(config)];
    findings.extend(here::serial(config));
    match Identity::load(&config.state_dir) {
        Ok(Some(identity)) => {
            findings.push(here::certificate(&identity, now_ms));
            let (mut network, server_ms) = line::ask(async { Ok(network::checks(config, &identity).await) })?;
            findings.append(&mut network);
            findings.push(here::clock(config, &identity, server_ms));
        }
        Ok(None) => findings.push(Finding::fail(
            "identity",
            Exit::Permission,
            "this gateway is not enrolled, so the way to the cloud, its certificate and the clock were not looked at",
            "get a code from the portal and run `riversync-agent enrol`",
        )),
        Err(error) => findings.push(identity(&error)),
    }
    Ok(findings)
}

fn identity(error: &IdentityError) -> Finding {
    let fix = match error {
        IdentityError::Private(_) => {
            "do what the sentence says; if somebody may have copied the key, enrol again"
        }
        _ => "get a new code from the portal and run `riversync-agent enrol --again`",
    };
    Finding::fail("identity", Exit::Permission, error.to_string(), fix)
}

fn show(finding: &Finding) {
    let verdict = match finding.verdict {
        Verdict::Ok => "ok",
        Verdict::Warn => "warn",
        Verdict::Fail => "FAIL",
    };
    say::line(format_args!("{verdict:<5} {:<12} {}", finding.check, finding.found));
    if let Some(fix) = &finding.fix {
        say::line(format_args!("{:<19}-> {fix}", ""));
    }
}
