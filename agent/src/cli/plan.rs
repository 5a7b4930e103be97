//! `plan`: prints the Modbus requests and MQTT metrics that a policy leads to, without asking any device.

use super::check;
use crate::config::{Config, Device, load};
use crate::grant::Granted;
use crate::sources::{DevicePreview, preview};
use anyhow::Context as _;
use riversync_protocol::ids::AgentId;
use riversync_protocol::v1::{Policy, PolicyRow};
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which policy to plan for, and how to print it.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PlanArgs {
    /// Plan for the policy in this JSON file instead of the one in force
    #[arg(long, value_name = "FILE", conflicts_with = "everything")]
    pub policy: Option<PathBuf>,
    /// Plan as if every metric were granted
    #[arg(long)]
    pub everything: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints the plan at `now_ms`. `in_force` gives the verified policy that the agent keeps for this configuration.
///
/// # Errors
/// A sentence when the policy cannot be read or the plan cannot be written.
pub fn run(
    path: &Path,
    args: &PlanArgs,
    now_ms: i64,
    in_force: impl FnOnce(&Config) -> anyhow::Result<Granted>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let Ok(loaded) = load(path) else { return check::run(path, out, err) };
    let granted = match &args.policy {
        Some(file) => Granted::new(&read_policy(file)?),
        None if args.everything => everything(&loaded.config.devices)?,
        None => in_force(&loaded.config)?,
    };
    let devices = preview(&loaded.config, &granted, now_ms);
    let text = if args.json {
        serde_json::to_string_pretty(&devices).context("the plan cannot be written as JSON")?
    } else {
        shown(&devices)
    };
    writeln!(out, "{}", text.trim_end()).context("the plan cannot be written")?;
    Ok(ExitCode::SUCCESS)
}

fn read_policy(file: &Path) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the policy {} cannot be read; name a JSON file", file.display()))?;
    serde_json::from_str(&text).with_context(|| {
        format!("{} is not a policy: it needs agent, epoch, issued_ms and rows", file.display())
    })
}

/// As if every metric of `devices` were granted.
pub(super) fn everything(devices: &[Device]) -> anyhow::Result<Granted> {
    let rows = devices.iter().flat_map(|device| {
        device.profile.metrics.iter().map(|metric| PolicyRow {
            device: device.id.clone(),
            metric: metric.name.clone(),
            min_interval_ms: 0,
            from_ms: i64::MIN,
            until_ms: i64::MAX,
        })
    });
    let agent = AgentId::new("everything").context("the name of the agent")?;
    Ok(Granted::new(&Policy { agent, epoch: 0, issued_ms: 0, rows: rows.collect() }))
}

fn shown(devices: &[DevicePreview]) -> String {
    let mut text = String::new();
    let mut requests = 0;
    for device in devices {
        // Writing to a String cannot fail.
        let _infallible = writeln!(text, "{}  {}  {}", device.device, device.profile, device.at);
        if device.groups.is_empty() {
            text.push_str("  nothing is granted, nothing is read\n");
        }
        for group in &device.groups {
            let _infallible = writeln!(text, "  {}", interval(group.interval_ms));
            if group.requests.is_empty() {
                let _infallible = writeln!(text, "    {}", list(&group.metrics));
            }
            for request in &group.requests {
                requests += 1;
                let bridged = match request.bridged {
                    0 => String::new(),
                    words => format!("  ({words} bridged and thrown away)"),
                };
                let _infallible = writeln!(
                    text,
                    "    function {} {} start {} count {}: {}{bridged}",
                    request.function,
                    request.table,
                    request.start,
                    request.count,
                    list(&request.metrics)
                );
            }
        }
        if device.not_granted > 0 && !device.groups.is_empty() {
            let _infallible =
                writeln!(text, "  {} more metrics are not granted and not read", device.not_granted);
        }
    }
    let _infallible = writeln!(text, "{} devices, {requests} Modbus requests", devices.len());
    text
}

fn interval(ms: u32) -> String {
    match ms {
        0 => "whenever it speaks".to_owned(),
        ms if ms % 1_000 == 0 => format!("every {} s", ms / 1_000),
        ms => format!("every {ms} ms"),
    }
}

fn list(names: &[riversync_protocol::ids::MetricName]) -> String {
    names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(args: &PlanArgs) -> (ExitCode, String) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/agent.toml");
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(&path, args, 1_000, |_| Ok(Granted::nothing()), &mut out, &mut err).unwrap();
        (code, String::from_utf8(out).unwrap())
    }

    #[test]
    fn everything_shows_each_request_and_the_gap_that_stays_closed() {
        let (code, text) = plan(&PlanArgs { everything: true, ..PlanArgs::default() });
        assert_eq!(code, ExitCode::SUCCESS);
        assert_eq!(
            text,
            "RS-PUMP-001  rs-pump  192.168.1.20:502 unit 1\n\
             \x20 every 1 s\n\
             \x20   function 3 holding start 0 count 10: power, temp, vibration, flow, pressure  (3 bridged and thrown away)\n\
             \x20   function 3 holding start 22 count 1: fault\n\
             \x20   function 1 coil start 0 count 1: running\n\
             \x20 every 10 s\n\
             \x20   function 3 holding start 20 count 2: energy\n\
             RS-COLD-001  rs-coldroom  site site/RS-COLD-001\n\
             \x20 whenever it speaks\n\
             \x20   temp, power, humidity, door, setpoint\n\
             2 devices, 4 Modbus requests\n"
        );
    }

    #[test]
    fn an_explicit_policy_is_planned_and_no_policy_reads_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("policy.json");
        let row =
            r#"{"device":"RS-PUMP-001","metric":"temp","min_interval_ms":5000,"from_ms":0,"until_ms":2000}"#;
        std::fs::write(&file, format!("{{\"agent\":\"gw\",\"epoch\":1,\"issued_ms\":0,\"rows\":[{row}]}}"))
            .unwrap();
        let (_, text) = plan(&PlanArgs { policy: Some(file.clone()), ..PlanArgs::default() });
        assert!(text.contains("every 5 s\n    function 3 holding start 1 count 1: temp\n  7 more"), "{text}");
        let (_, json) = plan(&PlanArgs { policy: Some(file), json: true, ..PlanArgs::default() });
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json[0]["groups"][0]["requests"][0]["start"], 1);
        assert_eq!(json[1]["groups"], serde_json::json!([]));
        let (_, nothing) = plan(&PlanArgs::default());
        assert!(nothing.contains("nothing is granted, nothing is read"), "{nothing}");
    }

    #[test]
    fn a_file_that_is_no_policy_is_a_sentence() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/agent.toml");
        let args = PlanArgs { policy: Some(path.clone()), ..PlanArgs::default() };
        let nothing = |_: &Config| Ok(Granted::nothing());
        let error = run(&path, &args, 0, nothing, &mut Vec::new(), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("is not a policy"), "{error}");
    }
}
