//! What fails when.

use anyhow::{Context as _, Result, bail, ensure};
use riversync_testbed::site::Fault;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Play {
    steps: Vec<Step>,
    repeat: Option<Duration>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    at: Duration,
    device: Option<String>,
    name: String,
    fault: Fault,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    repeat: Option<String>,
    #[serde(default)]
    step: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    at: String,
    device: Option<String>,
    fault: String,
    ms: Option<u64>,
    code: Option<u8>,
}

impl Play {
    /// Reads a script; its steps are played in the order of their times.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text)?;
        let mut steps = file.step.into_iter().map(step).collect::<Result<Vec<_>>>()?;
        steps.sort_by_key(|step| step.at);
        let repeat = file.repeat.as_deref().map(duration).transpose()?;
        if let (Some(repeat), Some(last)) = (repeat, steps.last()) {
            ensure!(repeat > last.at, "repeat must be longer than the time of the last step");
        }
        Ok(Self { steps, repeat })
    }

    /// Whether every step names a device that is there.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check<'a>(&self, devices: impl Iterator<Item = &'a str>) -> Result<()> {
        let devices: BTreeSet<&str> = devices.collect();
        for step in &self.steps {
            if let Some(wanted) = &step.device {
                ensure!(
                    devices.contains(wanted.as_str()),
                    "there is no device \"{wanted}\"; there are {devices:?}"
                );
            }
        }
        Ok(())
    }

    /// Performs each step at its time; ends after the last one unless it repeats.
    pub async fn perform(&self, mut change: impl FnMut(&Step)) {
        let mut began = Instant::now();
        loop {
            for step in &self.steps {
                sleep_until(began + step.at).await;
                change(step);
            }
            let Some(repeat) = self.repeat.filter(|_| !self.steps.is_empty()) else { return };
            began += repeat;
        }
    }
}

impl Step {
    /// Whether it changes this device.
    pub fn is_for(&self, device: &str) -> bool {
        self.device.as_deref().is_none_or(|wanted| wanted == device)
    }

    /// What the device does from now on.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// For whoever watches.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "at_ms": self.at.as_millis(), "device": self.device, "fault": self.name })
    }
}

fn step(entry: Entry) -> Result<Step> {
    let late =
        || entry.ms.map(Duration::from_millis).with_context(|| format!("\"{}\" needs ms", entry.fault));
    let fault = match entry.fault.as_str() {
        "none" => Fault::None,
        "delay" => Fault::Delay(late()?),
        // The link is half open: what is sent arrives, and nothing comes back.
        "silence" => Fault::Silence,
        "exception" => Fault::Exception(entry.code.context("\"exception\" needs its code")?),
        "drop" => Fault::Drop,
        "garbage" => Fault::Garbage,
        "truncate" => Fault::Truncate,
        "shifted" => Fault::LateReply(late()?),
        "wrong_transaction" => Fault::WrongTransaction,
        "wrong_length" => Fault::WrongLength,
        other => bail!("\"{other}\" is not a fault; see simulate --help"),
    };
    Ok(Step { at: duration(&entry.at)?, device: entry.device, name: entry.fault, fault })
}

fn duration(text: &str) -> Result<Duration> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u64 =
        digits.trim().parse().with_context(|| format!("\"{text}\" is not a duration such as \"10s\""))?;
    Ok(match text.get(digits.len()..) {
        Some("ms") => Duration::from_millis(number),
        Some("s") => Duration::from_secs(number),
        Some("m") => Duration::from_secs(number * 60),
        _ => bail!("\"{text}\" is not a duration such as \"500ms\", \"10s\" or \"1m\""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_played_in_the_order_of_its_times() {
        let text = "repeat = \"1m\"\n[[step]]\nat = \"20s\"\nfault = \"none\"\n[[step]]\nat = \"5s\"\ndevice = \"A\"\n\
                    fault = \"delay\"\nms = 800\n[[step]]\nat = \"500ms\"\nfault = \"exception\"\ncode = 2\n";
        let play = Play::read(text).unwrap();
        let faults: Vec<_> = play.steps.iter().map(Step::fault).collect();
        assert_eq!(faults, [Fault::Exception(2), Fault::Delay(Duration::from_millis(800)), Fault::None]);
        assert!(play.steps[1].is_for("A") && !play.steps[1].is_for("B") && play.steps[0].is_for("B"));
        assert!(play.check(["A"].into_iter()).is_ok() && play.check(["B"].into_iter()).is_err());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("[[step]]\nat = \"1s\"\nfault = \"fire\"\n", "is not a fault"),
            ("[[step]]\nat = \"1s\"\nfault = \"delay\"\n", "needs ms"),
            ("[[step]]\nat = \"soon\"\nfault = \"drop\"\n", "not a duration"),
            ("repeat = \"1s\"\n[[step]]\nat = \"2s\"\nfault = \"drop\"\n", "longer than"),
            ("[[step]]\nat = \"1s\"\nfault = \"drop\"\nunit = 1\n", "unknown field"),
        ] {
            let said = format!("{:#}", Play::read(text).unwrap_err());
            assert!(said.contains(says), "{said}");
        }
    }
}
