//! What is raised, cleared, remembered and kept to itself.

use super::Engine;
use crate::config::{Config, load_with};
use crate::grant::Granted;
use crate::reading::{Cell, Reading};
use crate::sources::{Link, SourceStatus};
use crate::testing::{HOUR_MS, NOON_MS, device, group, policy, reading, row};
use riversync_protocol::v1::{Alarm, AlarmState, Quality, QualityReason, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use AlarmState::{Cleared, Raised};

const METRICS: &str = "name = \"p\"\nversion = 1\n\
    [[metric]]\nname = \"temp\"\npointer = \"/t\"\ntype = \"int64\"\nunit = \"°C\"\n\
    [[metric]]\nname = \"secret\"\npointer = \"/s\"\ntype = \"int64\"\n";
const HOT: &str = "[[alarm]]\ncode = \"hot\"\nmetric = \"temp\"\nabove = 80\nclear = 75\nfor = \"2s\"\n\
    severity = \"critical\"\ntext = \"Too hot.\"\n";

/// A site with one device `pump` whose profile has these alarms.
struct Site {
    dir: tempfile::TempDir,
    config: Arc<Config>,
    status: SourceStatus,
    engine: Engine,
    granted: Granted,
}

impl Site {
    fn new(alarms: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("profiles")).unwrap();
        std::fs::write(dir.path().join("profiles/p.toml"), format!("{METRICS}{alarms}")).unwrap();
        let path = dir.path().join("agent.toml");
        let text = "[[broker]]\nid = \"b\"\nhost = \"localhost\"\n[[device]]\nid = \"pump\"\nprofile = \"p\"\n\
            [device.mqtt]\nbroker = \"b\"\ntopic = \"t\"\n";
        std::fs::write(&path, text).unwrap();
        let config = load_with(&path, &BTreeMap::new()).unwrap_or_else(|errors| panic!("{errors}")).config;
        let (status, engine) = (SourceStatus::new(&config), Engine::open(&config, dir.path()));
        Self { dir, config, status, engine, granted: Granted::new(&policy(1, vec![row("temp", 0)])) }
    }

    /// The process ends and another begins.
    fn restart(&mut self) {
        self.engine = Engine::open(&self.config, self.dir.path());
    }

    /// A sample in tenths, by the scale of the test group, at `seconds` after noon.
    fn hear(&mut self, seconds: i64, tenths: i64) -> Vec<AlarmState> {
        let sample = reading(&group(&["temp"]), NOON_MS + seconds * 1_000, &[tenths]);
        self.take(&sample, seconds);
        self.told()
    }

    fn take(&mut self, sample: &Reading, seconds: i64) {
        self.engine.on_reading(sample, Duration::from_secs(seconds.unsigned_abs()));
    }

    fn tick(&mut self, seconds: u64) -> Vec<AlarmState> {
        let now_ms = NOON_MS + i64::try_from(seconds).unwrap() * 1_000;
        self.engine.tick(&self.granted, &self.status, now_ms, Duration::from_secs(seconds));
        self.told()
    }

    fn told(&mut self) -> Vec<AlarmState> {
        self.alarms().into_iter().map(|alarm| alarm.state).collect()
    }

    fn alarms(&mut self) -> Vec<Alarm> {
        let untold = self.engine.untold();
        untold.iter().for_each(|(alarm, _)| self.engine.told(alarm));
        untold.into_iter().map(|(alarm, _)| alarm).collect()
    }

    fn link(&self, link: Link, reason: &'static str) {
        self.status.device(&device("pump")).unwrap().set_link(link, reason);
    }
}

fn with_quality(quality: Quality, seconds: i64) -> Reading {
    let mut bad = reading(&group(&["temp"]), NOON_MS + seconds * 1_000, &[0]);
    bad.cells = vec![Cell { quality, ..bad.cells[0].clone() }];
    bad
}

#[test]
fn an_alarm_is_raised_once_after_its_delay_and_cleared_once_with_its_cause() {
    let mut site = Site::new(HOT);
    assert_eq!(site.hear(0, 801), []);
    assert_eq!(site.hear(1, 900), []);
    site.take(&reading(&group(&["temp"]), NOON_MS + 2_000, &[900]), 2);
    let alarms = site.alarms();
    let [alarm] = alarms.as_slice() else { panic!("{alarms:?}") };
    assert_eq!((alarm.state, alarm.severity, alarm.at_ms), (Raised, Severity::Critical, NOON_MS + 2_000));
    assert_eq!((alarm.device.as_str(), alarm.metric.as_str(), alarm.code.as_str()), ("pump", "temp", "hot"));
    assert_eq!(alarm.text, "Too hot. (above 80 °C for 2 s)");
    assert_eq!(site.hear(3, 900), []);
    assert_eq!(site.hear(4, 760), []);
    site.take(&reading(&group(&["temp"]), NOON_MS + 5_000, &[750]), 5);
    let cleared = site.alarms().remove(0);
    assert_eq!((cleared.state, cleared.text.as_str()), (Cleared, "Too hot. (75 °C or less again)"));
    assert_eq!(site.hear(6, 700), []);
}

#[test]
fn a_delay_runs_out_though_nothing_more_is_said_unless_nobody_knows() {
    let mut site = Site::new(HOT);
    site.hear(0, 100);
    assert_eq!(site.hear(1, 900), []);
    assert_eq!(site.tick(2), []);
    assert_eq!(site.tick(3), [Raised]);
    let mut site = Site::new(HOT);
    site.hear(1, 900);
    site.take(&with_quality(Quality::bad(QualityReason::Timeout), 2), 2);
    assert_eq!(site.tick(9), [], "it may have cooled down meanwhile");
}

#[test]
fn bad_old_stale_and_retained_samples_and_other_metrics_change_nothing() {
    let mut site = Site::new(HOT);
    assert_eq!(site.hear(10, 850), []);
    for quality in [
        Quality::bad(QualityReason::Timeout),
        Quality::stale(QualityReason::Silent),
        Quality::uncertain(QualityReason::Retained),
    ] {
        site.take(&with_quality(quality, 11), 11);
    }
    assert_eq!(site.hear(5, 100), []);
    site.take(&reading(&group(&["power"]), NOON_MS + 11_500, &[5_000]), 11);
    assert_eq!(site.hear(12, 850), [Raised]);
}

#[test]
fn a_restart_neither_raises_again_nor_forgets() {
    let mut site = Site::new(HOT);
    site.hear(0, 900);
    assert_eq!(site.hear(2, 900), [Raised]);
    site.restart();
    assert_eq!(site.hear(3, 900), []);
    assert_eq!(site.hear(6, 900), [], "it stands since before the restart");
    site.restart();
    assert_eq!(site.hear(9, 700), [Cleared]);
    site.restart();
    assert_eq!(site.hear(10, 700), [], "it is known to be clear");
}

#[test]
fn what_was_not_told_before_a_crash_is_told_after_it_under_the_same_name() {
    let mut site = Site::new(HOT);
    site.hear(0, 900);
    site.take(&reading(&group(&["temp"]), NOON_MS + 2_000, &[900]), 2);
    let before = site.engine.untold();
    site.restart();
    assert_eq!(site.engine.untold(), before, "the store takes it once by this name");
    site.told();
    site.restart();
    assert_eq!(site.told(), []);
}

#[test]
fn a_first_normal_value_clears_what_nobody_remembers() {
    assert_eq!(Site::new(HOT).hear(0, 200), [Cleared]);
    assert_eq!(Site::new(HOT).hear(0, 770), [], "between the limits nothing is known");
    let mut site = Site::new(HOT);
    std::fs::write(site.dir.path().join("alarms.json"), b"{half a fi").unwrap();
    site.restart();
    assert_eq!(site.hear(0, 200), [Cleared]);
}

#[test]
fn a_fast_change_is_an_alarm_and_a_slow_one_is_not() {
    let mut site = Site::new(
        "[[alarm]]\ncode = \"surge\"\nmetric = \"temp\"\nrises = 5\nwithin = \"10s\"\nseverity = \"warning\"\ntext = \"Fast.\"\n",
    );
    site.hear(0, 100);
    for second in 1..20 {
        assert_eq!(site.hear(second, 100 + second * 4), [], "0.4 a second is 4 in ten");
    }
    site.take(&reading(&group(&["temp"]), NOON_MS + 20_000, &[230]), 20);
    assert_eq!(site.alarms()[0].text, "Fast. (rose by more than 5 °C within 10 s)");
    assert_eq!(site.hear(40, 230), [Cleared]);
}

#[test]
fn silence_is_an_alarm_and_the_first_value_ends_it() {
    let mut site = Site::new(
        "[[alarm]]\ncode = \"quiet\"\nmetric = \"temp\"\nsilent = \"30s\"\nseverity = \"info\"\ntext = \"Quiet.\"\n",
    );
    assert_eq!(site.tick(0), []);
    assert_eq!(site.tick(29), []);
    assert_eq!(site.tick(30), [Raised], "nothing came since the start");
    assert_eq!(site.hear(31, 1), [Cleared]);
    site.take(&with_quality(Quality::bad(QualityReason::Timeout), 50), 50);
    assert_eq!(site.tick(60), []);
    assert_eq!(site.tick(61), [Raised], "a bad sample is no value");
}

#[test]
fn a_link_that_breaks_is_an_alarm_with_its_cause_while_something_of_the_device_is_granted() {
    let mut site = Site::new(
        "[[alarm]]\ncode = \"offline\"\nlink_down = true\nfor = \"5s\"\nseverity = \"warning\"\ntext = \"No contact.\"\n",
    );
    site.link(Link::Up, "");
    assert_eq!(site.tick(0), [Cleared], "nobody remembers");
    site.link(Link::Down, "no answer in time");
    assert_eq!(site.tick(1), []);
    let granted = std::mem::replace(&mut site.granted, Granted::new(&policy(2, vec![])));
    assert_eq!(site.tick(7), [], "nothing of it is granted, so nothing of it leaves");
    site.granted = granted;
    assert_eq!(site.tick(8), []);
    site.engine.tick(&site.granted, &site.status, NOON_MS + 13_000, Duration::from_secs(13));
    let alarm = site.alarms().remove(0);
    assert_eq!(
        (alarm.metric.as_str(), alarm.text.as_str()),
        ("temp", "No contact. (no answer in time for 5 s)")
    );
    site.link(Link::Up, "");
    assert_eq!(site.tick(14), [Cleared]);
}

#[test]
fn another_device_at_the_address_is_an_alarm() {
    let mut site = Site::new(
        "[[alarm]]\ncode = \"swapped\"\nwrong_device = true\nseverity = \"critical\"\ntext = \"Swapped.\"\n",
    );
    assert_eq!(site.hear(0, 1), [Cleared]);
    site.take(&with_quality(Quality::bad(QualityReason::IdentityMismatch), 1), 1);
    assert_eq!(site.alarms()[0].text, "Swapped. (another device answers at its address)");
    assert_eq!(site.hear(2, 1), [Cleared]);
}

#[test]
fn what_is_not_granted_can_neither_raise_nor_explain_an_alarm() {
    let mut site = Site::new(
        "[[alarm]]\ncode = \"leak\"\nmetric = \"secret\"\nabove = 1\nseverity = \"critical\"\ntext = \"Leak.\"\n\
         [[alarm]]\ncode = \"mute\"\nmetric = \"secret\"\nsilent = \"1s\"\nseverity = \"critical\"\ntext = \"Mute.\"\n\
         [[alarm]]\ncode = \"offline\"\nlink_down = true\nseverity = \"warning\"\ntext = \"No contact.\"\n",
    );
    // The gate lets only `temp` through: the canary in `secret` is never looked at.
    site.hear(0, 424_242);
    site.link(Link::Down, "no connection");
    site.engine.tick(&site.granted, &site.status, NOON_MS + 60_000, Duration::from_secs(60));
    let alarms = site.alarms();
    let codes: Vec<_> = alarms.iter().map(|alarm| (alarm.code.as_str(), alarm.metric.as_str())).collect();
    assert_eq!(codes, [("offline", "temp")]);
    let kept = std::fs::read_to_string(site.dir.path().join("alarms.json")).unwrap();
    let said = format!("{alarms:?}{kept}");
    for canary in ["secret", "424242", "42424.2", "leak", "mute"] {
        assert!(!said.contains(canary), "{canary} in {said}");
    }
}

#[test]
fn what_is_no_longer_granted_is_forgotten_on_disk_too() {
    let mut site = Site::new(HOT);
    site.hear(0, 900);
    assert_eq!(site.hear(2, 900), [Raised]);
    site.engine.forget_ungranted(&Granted::new(&policy(1, vec![row("temp", 0)])), NOON_MS);
    assert_eq!(site.hear(3, 900), []);
    site.engine.forget_ungranted(&Granted::new(&policy(2, vec![row("temp", 0)])), NOON_MS + 2 * HOUR_MS);
    assert_eq!(std::fs::read_to_string(site.dir.path().join("alarms.json")).unwrap(), "[]");
    assert_eq!(site.hear(4, 900), []);
    assert_eq!(site.hear(6, 900), [Raised]);
}

#[test]
fn a_new_configuration_keeps_delays_that_run_and_alarms_that_stand() {
    let mut site = Site::new(HOT);
    assert_eq!(site.hear(0, 900), []);
    let same = site.config.changes(&site.config);
    site.engine.adopt(&site.config, &same);
    assert_eq!(
        site.hear(2, 900),
        [Raised],
        "two seconds have passed although the configuration was read again"
    );
    let changed = crate::config::Changes { changed: same.kept, ..Default::default() };
    site.engine.adopt(&site.config, &changed);
    assert_eq!(site.hear(3, 900), [], "it stands already");
    assert_eq!(site.hear(4, 100), [Cleared]);
}
