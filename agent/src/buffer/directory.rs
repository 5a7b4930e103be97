//! The directory around the engine: generations, what is unfinished, what is moved aside, how much it all takes.

use super::keys;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// One store of those that followed each other here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation {
    /// Of version 2. Version 1 has records in the clear; what is opened of it is sealed and gone as soon as there is room.
    pub(super) is_sealed: bool,
    number: u64,
}

impl Generation {
    /// Before the first one.
    pub(super) const NONE: Self = Self { is_sealed: true, number: 0 };

    /// The one that is made out of this one.
    pub(super) fn next(self) -> Self {
        Self { is_sealed: true, number: self.number.saturating_add(1) }
    }
}

/// What lies in the directory.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The finished stores, rising; the last one is live.
    pub(super) generations: Vec<Generation>,
    /// Rewrites that were not finished.
    pub(super) unfinished: Vec<PathBuf>,
    /// Stores that were moved aside.
    pub(super) aside: Vec<PathBuf>,
    /// Stores of another version.
    pub(super) other_versions: Vec<PathBuf>,
}

const STORES: [(&str, bool); 2] = [("store-v1-", false), ("store-v2-", true)];
const REWRITE: &str = "rewrite-v";
const ASIDE: &str = "store.corrupt-";

pub(super) fn store_path(dir: &Path, generation: Generation) -> PathBuf {
    let version = if generation.is_sealed { 2 } else { 1 };
    dir.join(format!("store-v{version}-{}", generation.number))
}

pub(super) fn rewrite_path(dir: &Path, generation: Generation) -> PathBuf {
    dir.join(format!("{REWRITE}2-{}", generation.number))
}

fn generation(name: &str) -> Option<Generation> {
    STORES.iter().find_map(|(prefix, is_sealed)| {
        let number = name.strip_prefix(prefix)?.parse().ok()?;
        Some(Generation { is_sealed: *is_sealed, number })
    })
}

/// Makes the directory, for its owner only.
pub(super) fn create(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

pub(super) fn layout(dir: &Path) -> io::Result<Layout> {
    let mut layout = Layout::default();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if let Some(generation) = generation(&name) {
            layout.generations.push(generation);
        } else if name.starts_with(REWRITE) {
            layout.unfinished.push(entry.path());
        } else if name.starts_with(ASIDE) {
            layout.aside.push(entry.path());
        } else if name.starts_with("store-v") {
            layout.other_versions.push(entry.path());
        }
    }
    layout.generations.sort_unstable();
    layout.aside.sort_unstable();
    Ok(layout)
}

/// Makes a finished rewrite the live store. After this one rename it is; before it, it never was.
pub(super) fn finish(dir: &Path, generation: Generation) -> io::Result<()> {
    fs::rename(rewrite_path(dir, generation), store_path(dir, generation))?;
    sync(dir)
}

/// Moves a store that did not open out of the way.
pub(super) fn move_aside(dir: &Path, generation: Generation, now_ms: i64) -> io::Result<PathBuf> {
    let free = (now_ms..).map(|ms| dir.join(format!("{ASIDE}{ms}"))).find(|path| !path.exists());
    let to = free.ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(store_path(dir, generation), &to)?;
    sync(dir)?;
    Ok(to)
}

/// Deletes a file or a directory with all it holds; that there is none is fine. A store's key goes first: what the disk
/// keeps of the rest opens to nobody.
pub(super) fn delete(path: &Path) -> io::Result<()> {
    keys::erase(path)?;
    let done = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes names durable.
pub(super) fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Bytes of all files below `path`. Files that vanish meanwhile count nothing.
pub(super) fn bytes(path: &Path) -> u64 {
    let Ok(meta) = fs::symlink_metadata(path) else { return 0 };
    if !meta.is_dir() {
        return meta.len();
    }
    let Ok(entries) = fs::read_dir(path) else { return 0 };
    entries.flatten().map(|entry| bytes(&entry.path())).sum()
}
