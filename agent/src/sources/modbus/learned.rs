//! What units refused before, kept in the state directory so that a restart does not ask for it again.
//!
//! Holds addresses and limits, never a value. What was learned under another profile, line or unit is forgotten.

use super::plan::Limits;
use crate::config::{Device, Modbus};
use crate::files::{read_if_there, replace_lazily};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The file in the state directory.
const FILE: &str = "modbus-learned.json";

/// All lessons of all units; one file, written whole when a lesson is new.
#[derive(Clone, Debug)]
pub(in crate::sources) struct Learned {
    path: PathBuf,
    lessons: Arc<Mutex<BTreeMap<String, Kept>>>,
}

/// What one unit taught.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lesson {
    /// Where requests must be divided, and how long they may be.
    pub limits: Limits,
    /// Metrics that are refused whatever stands beside them, with the exception.
    pub refused: BTreeMap<String, u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    at: String,
    profile: String,
    version: u32,
    lesson: Lesson,
}

impl Learned {
    /// Reads the file; one that cannot be read is as good as none.
    pub(in crate::sources) fn open(state_dir: &Path) -> Self {
        let path = state_dir.join(FILE);
        let bytes = read_if_there(&path).ok().flatten();
        let lessons = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { path, lessons: Arc::new(Mutex::new(lessons)) }
    }

    /// What is known of this device.
    pub(super) fn of(&self, device: &Device, at: &Modbus) -> Lesson {
        let lessons = self.lessons.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = lessons.get(device.id.as_str()).filter(|kept| kept.is_for(device, at));
        kept.map(|kept| kept.lesson.clone()).unwrap_or_default()
    }

    /// Keeps what is known of this device now.
    pub(super) fn keep(&self, device: &Device, at: &Modbus, lesson: Lesson) {
        let mut lessons = self.lessons.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = Kept {
            at: place(at),
            profile: device.profile.name.clone(),
            version: device.profile.version,
            lesson,
        };
        if lessons.insert(device.id.to_string(), kept.clone()).as_ref() == Some(&kept) {
            return;
        }
        let written = serde_json::to_vec_pretty(&*lessons)
            .map_err(std::io::Error::from)
            .and_then(|bytes| replace_lazily(&self.path, &bytes));
        if let Err(error) = written {
            tracing::debug!(%error, "what was learned of the units could not be written down");
        }
    }
}

impl Kept {
    fn is_for(&self, device: &Device, at: &Modbus) -> bool {
        let profile = &device.profile;
        self.at == place(at) && self.profile == profile.name && self.version == profile.version
    }
}

fn place(at: &Modbus) -> String {
    format!("{} unit {}", at.line, at.unit)
}
