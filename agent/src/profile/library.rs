//! Finds profiles by name in the directories of a configuration, each read once.
//!
//! The first directory that has a name wins, so a site's own copy shadows the one that was shipped. A profile that
//! takes points from its own name means the next directory's: that is how a site patches a profile instead of copying it.

use super::{Profile, read_with};
use crate::config::fault::{Fault, did_you_mean};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most bytes of one configuration or profile: 100,000 metrics fit, a disk image does not.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Longest chain of profiles that take points from one another.
const MAX_CHAIN: usize = 8;

/// Profiles, each read once.
#[derive(Default)]
pub(crate) struct Library {
    dirs: Vec<PathBuf>,
    known: BTreeMap<PathBuf, Option<Arc<Profile>>>,
    /// The files being read now, each on behalf of the one before it.
    open: Vec<PathBuf>,
    files: Vec<PathBuf>,
    faults: Vec<Fault>,
}

impl Library {
    /// One that looks in `dirs`, the first first.
    pub(crate) fn new(dirs: Vec<PathBuf>) -> Self {
        Self { dirs, ..Self::default() }
    }

    /// Where it looks.
    pub(crate) fn dirs(&self) -> &[PathBuf] {
        &self.dirs
    }

    /// The files that were read, and every fault of them.
    pub(crate) fn into_parts(self) -> (Vec<PathBuf>, Vec<Fault>) {
        (self.files, self.faults)
    }

    /// The profile of this name. `Err` says why there is none; `Ok(None)` that its file has faults, noted already.
    pub(crate) fn profile(&mut self, name: &str) -> Result<Option<Arc<Profile>>, String> {
        self.find(name, 0)
    }

    /// The profile in the file at `path`, whose points come from these directories.
    ///
    /// # Errors
    /// Every fault of it and of the profiles it takes points from.
    pub(crate) fn file(mut self, path: &Path) -> Result<Arc<Profile>, Vec<Fault>> {
        let own = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        // A site's file stands in one of the directories or before all of them.
        let next = self.dirs.iter().position(|dir| same(dir, path.parent())).map_or(0, |index| index + 1);
        let profile = self.open(path, &own, next);
        match profile {
            Some(profile) if self.faults.is_empty() => Ok(profile),
            _ => Err(self.faults),
        }
    }

    fn find(&mut self, name: &str, first: usize) -> Result<Option<Arc<Profile>>, String> {
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let mut paths =
            (first..).zip(self.dirs.iter().skip(first)).map(|(i, dir)| (i, dir.join(format!("{name}.toml"))));
        let Some((index, path)) = paths.find(|(_, path)| is_name && path.is_file()) else {
            let dirs = self.dirs.get(first..).unwrap_or_default();
            let at = dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", ");
            let at = if at.is_empty() { "any later directory".to_owned() } else { at };
            let available = self.available();
            let hint =
                did_you_mean(name, available.iter().map(String::as_str).filter(|other| *other != name));
            return Err(format!("there is no profile \"{name}\" in {at}{hint}"));
        };
        if let Some(known) = self.known.get(&path) {
            return Ok(known.clone());
        }
        if self.open.contains(&path) {
            return Err(format!(
                "\"{name}\" takes points from itself, by way of {} others",
                self.open.len() - 1
            ));
        }
        if self.open.len() >= MAX_CHAIN {
            return Err(format!("\"{name}\" is the end of a chain of more than {MAX_CHAIN} profiles"));
        }
        let profile = self.open(&path, name, index + 1);
        if let Some(profile) = profile.as_ref().filter(|profile| profile.name != name) {
            return Err(format!(
                "{} calls itself \"{}\"; the name in the file and of the file must agree",
                path.display(),
                profile.name
            ));
        }
        self.known.insert(path, profile.clone());
        Ok(profile)
    }

    fn open(&mut self, path: &Path, name: &str, next: usize) -> Option<Arc<Profile>> {
        self.open.push(path.to_owned());
        let profile = read_file(path).map_err(|fault| vec![fault]).and_then(|text| {
            let mut points = |wanted: &str| self.find(wanted, if wanted == name { next } else { 0 });
            read_with(&path.display().to_string(), &text, &mut points)
        });
        self.open.pop();
        self.files.push(path.to_owned());
        match profile {
            Ok(profile) => Some(Arc::new(profile)),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    fn available(&self) -> Vec<String> {
        let entries = self.dirs.iter().filter_map(|dir| std::fs::read_dir(dir).ok()).flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
            .collect()
    }
}

fn same(dir: &Path, other: Option<&Path>) -> bool {
    let other = other.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    dir == other || dir.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}

/// Reads a text file of bounded size.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn read_file(path: &Path) -> Result<String, Fault> {
    let fault = |message: String| Fault {
        file: path.display().to_string(),
        line: 0,
        column: 0,
        field: String::new(),
        message,
    };
    let unreadable =
        |error: std::io::Error| fault(format!("cannot be read: {error}; check the path and who may read it"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_FILE_BYTES {
        return Err(fault(format!("is {size} bytes long; at most {MAX_FILE_BYTES} are read")));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        fault(format!("is not UTF-8 text at byte {at}; save it as UTF-8"))
    })
}
