//! What a new configuration changes of the one in force: device by device, and what cannot change while the agent runs.

use super::{Broker, Config, Connection, Device};
use riversync_protocol::ids::DeviceId;
use std::collections::BTreeSet;

/// The devices of two configurations, told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The same in both, with their profile and their broker.
    pub kept: BTreeSet<DeviceId>,
    /// In both, and not the same.
    pub changed: BTreeSet<DeviceId>,
    /// Only in the new one.
    pub added: BTreeSet<DeviceId>,
    /// Only in the old one.
    pub removed: BTreeSet<DeviceId>,
}

impl Config {
    /// What `new` changes of this one.
    pub fn changes(&self, new: &Self) -> Changes {
        let mut changes = Changes::default();
        for device in &new.devices {
            let set = match self.device(&device.id) {
                None => &mut changes.added,
                Some(old) if old == device && self.broker_of(old) == new.broker_of(device) => {
                    &mut changes.kept
                }
                Some(_) => &mut changes.changed,
            };
            set.insert(device.id.clone());
        }
        let gone = self.devices.iter().filter(|old| new.device(&old.id).is_none());
        changes.removed = gone.map(|old| old.id.clone()).collect();
        changes
    }

    /// `new` as far as it can be had without a restart, and the settings that wait for one.
    pub fn without_restart(&self, new: &Self) -> (Self, Vec<&'static str>) {
        let (old_uplink, new_uplink) = (&self.uplink, &new.uplink);
        let same = [
            ("state_dir", self.state_dir == new.state_dir),
            ("health.listen", self.health == new.health),
            ("buffer.max_size", self.buffer == new.buffer),
            ("uplink.batch", old_uplink.batch_ms == new_uplink.batch_ms),
            ("uplink.timeout", old_uplink.timeout_ms == new_uplink.timeout_ms),
            ("uplink.backlog_points", old_uplink.backlog_points == new_uplink.backlog_points),
            ("uplink.record_dir", old_uplink.record_dir == new_uplink.record_dir),
        ];
        let waiting = same.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect();
        let config = Self {
            state_dir: self.state_dir.clone(),
            health: self.health.clone(),
            buffer: self.buffer.clone(),
            uplink: self.uplink.clone(),
            ..new.clone()
        };
        (config, waiting)
    }

    fn broker_of(&self, device: &Device) -> Option<&Broker> {
        match &device.connection {
            Connection::Mqtt(at) => self.brokers.iter().find(|broker| broker.id == at.broker),
            Connection::Modbus(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, load_with};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn config(dir: &std::path::Path, top: &str, broker: &str, devices: &[(&str, &str)]) -> Arc<Config> {
        let profile =
            "name = \"p\"\nversion = 1\n[[metric]]\nname = \"m\"\npointer = \"/m\"\ntype = \"int64\"\n";
        std::fs::write(dir.join("p.toml"), profile).unwrap();
        let device = |(id, topic): &(&str, &str)| {
            format!(
                "[[device]]\nid = \"{id}\"\nprofile = \"p\"\n[device.mqtt]\nbroker = \"b\"\ntopic = \"{topic}\"\n"
            )
        };
        let devices: String = devices.iter().map(device).collect();
        let text = format!(
            "{top}\nprofile_dirs = [\".\"]\n[uplink]\nbatch = \"1s\"\n[[broker]]\nid = \"b\"\nhost = \"{broker}\"\n{devices}"
        );
        std::fs::write(dir.join("agent.toml"), text).unwrap();
        load_with(&dir.join("agent.toml"), &BTreeMap::new())
            .unwrap_or_else(|errors| panic!("{errors}"))
            .config
    }

    fn names(set: &std::collections::BTreeSet<riversync_protocol::ids::DeviceId>) -> Vec<&str> {
        set.iter().map(riversync_protocol::ids::DeviceId::as_str).collect()
    }

    #[test]
    fn devices_are_told_apart_and_another_broker_changes_all_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let old = config(dir.path(), "", "one", &[("a", "t/a"), ("b", "t/b"), ("c", "t/c")]);
        let new = config(dir.path(), "", "one", &[("a", "t/a"), ("b", "t/other"), ("d", "t/d")]);
        let changes = old.changes(&new);
        assert_eq!(names(&changes.kept), ["a"]);
        assert_eq!(names(&changes.changed), ["b"]);
        assert_eq!(names(&changes.added), ["d"]);
        assert_eq!(names(&changes.removed), ["c"]);
        let moved = config(dir.path(), "", "two", &[("a", "t/a")]);
        assert_eq!(names(&old.changes(&moved).changed), ["a"]);
        assert_eq!(old.changes(&old).kept.len(), 3);
    }

    #[test]
    fn what_wants_a_restart_is_named_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let old = config(dir.path(), "state_dir = \"one\"", "b", &[]);
        let new = config(dir.path(), "state_dir = \"two\"", "b", &[("a", "t/a")]);
        let (taken, waiting) = old.without_restart(&new);
        assert_eq!((waiting.as_slice(), taken.devices.len()), (&["state_dir"][..], 1));
        assert_eq!(taken.state_dir, old.state_dir);
        assert!(old.without_restart(&old).1.is_empty());
    }
}
