//! Profiles out of what other tools were told: Telegraf's modbus input, ThingsBoard's modbus connector, Neuron's tags.
//!
//! Facts of those formats only (EDGE section 1.4 to 1.6). An importer never guesses: what a profile cannot say, or
//! what the source leaves open, is told in a report with line, field and reason, and what was read is a [`Draft`],
//! which is read back as a profile before anybody gets it. Pure; nothing panics on any text.

mod fields;
mod neuron;
mod node;
mod scale;
mod telegraf;
#[cfg(test)]
mod tests;
mod thingsboard;

use super::draft::{Draft, DraftMetric, name_of};
use serde::Serialize;

/// Most bytes of a file that is imported.
pub const MAX_BYTES: usize = 16 << 20;

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Source {
    /// A configuration of Telegraf with [[inputs.modbus]]
    Telegraf,
    /// modbus.json of a ThingsBoard gateway
    Thingsboard,
    /// Tags of a Neuron Modbus node, saved as CSV
    Neuron,
}

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// One profile for each unit of the file.
    pub drafts: Vec<Draft>,
    /// What did not carry over, in the order of the file.
    pub left: Vec<Left>,
}

/// One thing that did not carry over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Left {
    /// Line of the file, from 1.
    pub line: usize,
    /// What it is called there.
    pub field: String,
    /// Why, and what to do.
    pub why: String,
}

/// Reads `text`. `name` begins the names of the profiles.
///
/// # Errors
/// A sentence when it is no such file at all.
pub fn import(source: Source, text: &str, name: &str) -> Result<Imported, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("the file is {} bytes long; at most {MAX_BYTES} are read", text.len()));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut imported = match source {
        Source::Telegraf => telegraf::import(text, name)?,
        Source::Thingsboard => thingsboard::import(text, name)?,
        Source::Neuron => neuron::import(text, name)?,
    };
    imported.drafts.retain(|draft| !draft.metrics.is_empty());
    if imported.drafts.is_empty() {
        let why = imported
            .left
            .first()
            .map_or(String::new(), |left| format!("; first, line {}: {}", left.line, left.why));
        return Err(format!("nothing in the file can be read as a metric of a Modbus device{why}"));
    }
    for draft in &mut imported.drafts {
        let _longest = draft.metrics.split_off(draft.metrics.len().min(4_096));
    }
    imported.left.sort();
    Ok(imported)
}

impl Imported {
    /// Notes what did not carry over.
    fn leave(&mut self, line: usize, field: impl Into<String>, why: impl Into<String>) {
        self.left.push(Left { line, field: field.into(), why: why.into() });
    }

    /// The profile for `unit`, made when it is met first. `at` tells people where the unit was reached.
    fn draft(&mut self, name: &str, key: &str, about: impl FnOnce() -> Vec<String>) -> Option<&mut Draft> {
        let name = profile_name(&format!("{name}-{key}"));
        let found = self.drafts.iter().position(|draft| draft.name == name);
        let index = found.unwrap_or_else(|| {
            self.drafts.push(Draft { name, about: about(), ..Draft::default() });
            self.drafts.len().saturating_sub(1)
        });
        self.drafts.get_mut(index)
    }
}

/// The name of a profile is the name of its file.
fn profile_name(text: &str) -> String {
    name_of(text).replace('_', "-")
}

/// Keeps an interval inside what a profile may say.
fn interval(ms: u64) -> u64 {
    ms.clamp(10, 86_400_000)
}
