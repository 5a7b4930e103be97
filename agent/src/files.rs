//! Small private files, replaced whole or not at all: a power cut leaves the old one or the new one, never half.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why a private file could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrivateError {
    /// The file system refused.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Others on this machine may read or write it.
    #[error(
        "{} may be read or changed by other users of this machine (mode {mode:o}); run `chmod 600 {}` after making sure nobody copied it",
        path.display(), path.display()
    )]
    Loose {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
}

/// What people read when [`is_exhausted`].
pub(crate) const EXHAUSTED: &str =
    "no file descriptor is left on this gateway; raise LimitNOFILE in the agent's unit";

/// Whether nothing could be opened because the process, or the machine, has no file descriptor left.
pub(crate) fn is_exhausted(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

/// How many files this process may have open at a time; none where the system does not tell or sets no bound.
pub(crate) fn descriptor_limit() -> Option<u64> {
    limit_in(&fs::read_to_string("/proc/self/limits").ok()?)
}

fn limit_in(limits: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Makes `dir` and its parents; what is new belongs to the owner alone.
pub(crate) fn private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Replaces `path` by `bytes`, readable by the owner alone, durable on return.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = write_beside(path, bytes, true)?;
    fs::rename(fresh, path)?;
    match path.parent() {
        Some(dir) => File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

/// As [`replace`], but a power cut may take the newest version: for what is written again in seconds.
pub(crate) fn replace_lazily(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = write_beside(path, bytes, false)?;
    fs::rename(fresh, path)
}

fn write_beside(path: &Path, bytes: &[u8], durable: bool) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let fresh = path.with_file_name(name);
    // A leftover of an earlier crash could carry other permissions, so it is never reused.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes)?;
    if durable {
        file.sync_all()?;
    }
    Ok(fresh)
}

/// The bytes of `path`, or nothing when it does not exist.
pub(crate) fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The bytes of a file that must be the owner's alone, or nothing when it does not exist.
pub(crate) fn read_private(path: &Path) -> Result<Option<Vec<u8>>, PrivateError> {
    let failed = |error| PrivateError::Io { path: path.to_owned(), error };
    let mode = match fs::metadata(path) {
        Ok(about) => about.mode() & 0o777,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if mode & 0o077 != 0 {
        return Err(PrivateError::Loose { path: path.to_owned(), mode });
    }
    read_if_there(path).map_err(failed)
}

/// The user and groups of a process, as the system judges its access to files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The user.
    pub(crate) uid: u32,
    groups: Vec<u32>,
}

impl Account {
    /// Of this process; none where the system does not tell.
    pub(crate) fn own() -> Option<Self> {
        Self::of(&fs::read_to_string("/proc/self/status").ok()?)
    }

    fn of(status: &str) -> Option<Self> {
        let numbers = |name: &str| -> Option<Vec<u32>> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.split_whitespace().filter_map(|number| number.parse().ok()).collect())
        };
        // Real, effective, saved, and that of the file system, which is the one that counts here.
        let uid = *numbers("Uid:")?.get(3)?;
        let mut groups = numbers("Groups:")?;
        groups.push(*numbers("Gid:")?.get(3)?);
        Some(Self { uid, groups })
    }

    /// Whether its permission bits let this account do all of `wanted`, of read 4, write 2 and search 1.
    pub(crate) fn may(&self, about: &fs::Metadata, wanted: u32) -> bool {
        self.allows(about.uid(), about.gid(), about.mode(), wanted)
    }

    fn allows(&self, owner: u32, group: u32, mode: u32, wanted: u32) -> bool {
        let bits = if self.uid == owner {
            mode >> 6
        } else if self.groups.contains(&group) {
            mode >> 3
        } else {
            mode
        };
        self.uid == 0 || bits & wanted == wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_limit_is_the_soft_one() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
            Max processes             15                   15                   processes \n\
            Max open files            1024                 524288               files     \n";
        assert_eq!(super::limit_in(limits), Some(1_024));
        assert_eq!(
            super::limit_in("Max open files            unlimited            unlimited            files\n"),
            None
        );
        assert_eq!(super::limit_in(""), None);
    }

    #[test]
    fn a_replaced_file_is_private_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        fs::write(dir.path().join("secret.new"), b"left over").unwrap();
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(read_private(&path).unwrap().unwrap(), b"two");
        assert!(!dir.path().join("secret.new").exists());
    }

    #[test]
    fn loose_permissions_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        replace(&path, b"one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = read_private(&path).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
        assert!(read_private(&dir.path().join("none")).unwrap().is_none());
    }

    #[test]
    fn access_is_judged_as_the_system_does() {
        let account = Account::of("Name:\tx\nUid:\t5\t5\t5\t7\nGid:\t8\t8\t8\t8\nGroups:\t20 21 \n").unwrap();
        assert_eq!(account.uid, 7);
        assert!(
            account.allows(7, 1, 0o600, 6) && !account.allows(7, 20, 0o060, 6),
            "the owner's own bits count"
        );
        assert!(account.allows(0, 20, 0o660, 6) && account.allows(0, 8, 0o660, 6), "the groups' bits");
        assert!(!account.allows(0, 30, 0o660, 6) && account.allows(0, 30, 0o666, 6), "everybody's bits");
        let root = Account::of("Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\n").unwrap();
        assert!(root.allows(7, 7, 0o000, 6));
        assert!(Account::own().is_some() && Account::of("Uid:\n").is_none());
    }
}
