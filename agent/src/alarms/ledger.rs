//! What is remembered of alarms across a restart, so that none is raised again and none is forgotten.
//!
//! Written ahead: first that an alarm has changed, then the event into the store under a name of its own, then that it
//! was told. A crash in between tells it again under the same name, and the store keeps one of them. Only alarms of what
//! is granted stand here; they hold no value.

use riversync_protocol::v1::{Alarm, AlarmState};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

/// Device and code of an alarm.
pub(super) type Name = (String, String);

/// One alarm as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Whether it is raised.
    pub raised: bool,
    /// The metric it is told by; an alarm leaves only while it is granted.
    pub metric: String,
    /// The event that has still to be stored.
    pub untold: Option<Alarm>,
}

/// The file.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    entries: BTreeMap<Name, Entry>,
    is_changed: bool,
}

#[derive(Serialize, Deserialize)]
struct Line {
    device: String,
    code: String,
    #[serde(flatten)]
    entry: Entry,
}

impl Ledger {
    /// Reads what was remembered; a file that does not read as one is nothing remembered.
    pub(super) fn open(path: PathBuf) -> Self {
        let bytes = crate::files::read_if_there(&path).unwrap_or_default().unwrap_or_default();
        let lines: Vec<Line> = serde_json::from_slice(&bytes).unwrap_or_default();
        let entries = lines.into_iter().map(|line| ((line.device, line.code), line.entry)).collect();
        Self { path, entries, is_changed: false }
    }

    pub(super) fn get(&self, name: &Name) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// An alarm has changed and must be told.
    pub(super) fn changed(&mut self, alarm: Alarm) {
        let name = (alarm.device.to_string(), alarm.code.to_string());
        let raised = alarm.state == AlarmState::Raised;
        let entry = Entry { raised, metric: alarm.metric.to_string(), untold: Some(alarm) };
        self.entries.insert(name, entry);
        self.is_changed = true;
    }

    /// What has still to be told, each with the name under which the store knows it.
    pub(super) fn untold(&self) -> Vec<(Alarm, [u8; 16])> {
        self.entries
            .values()
            .filter_map(|entry| entry.untold.clone())
            .map(|alarm| (alarm.clone(), name(&alarm)))
            .collect()
    }

    /// It is durable in the store.
    pub(super) fn told(&mut self, alarm: &Alarm) {
        let name = (alarm.device.to_string(), alarm.code.to_string());
        let Some(entry) = self.entries.get_mut(&name) else { return };
        if entry.untold.as_ref() == Some(alarm) {
            entry.untold = None;
            self.is_changed = true;
        }
    }

    /// Forgets what `keep` does not keep.
    pub(super) fn retain(&mut self, keep: impl Fn(&Name, &Entry) -> bool) {
        let before = self.entries.len();
        self.entries.retain(|name, entry| keep(name, entry));
        self.is_changed |= self.entries.len() != before;
    }

    /// Makes the file say what is known.
    ///
    /// # Errors
    /// When it cannot be written; it will be tried again with the next change.
    pub(super) fn save(&mut self) -> io::Result<()> {
        if !self.is_changed {
            return Ok(());
        }
        let line = |((device, code), entry): (&Name, &Entry)| Line {
            device: device.clone(),
            code: code.clone(),
            entry: entry.clone(),
        };
        let lines: Vec<Line> = self.entries.iter().map(line).collect();
        let bytes = serde_json::to_vec(&lines).map_err(io::Error::other)?;
        crate::files::replace(&self.path, &bytes)?;
        self.is_changed = false;
        Ok(())
    }
}

/// The name of an alarm's event in the store.
fn name(alarm: &Alarm) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"alarm");
    for part in [alarm.device.as_str(), alarm.code.as_str()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(alarm.at_ms.to_be_bytes());
    hash.update([u8::from(alarm.state == AlarmState::Raised)]);
    let mut name = [0; 16];
    for (to, from) in name.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    name
}
