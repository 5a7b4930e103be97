//! A new file that is there when it is whole, and not before.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Result};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A file, for the service alone, that has not got its name yet; removed unless it gets it.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
}

impl Draft {
    /// An empty one beside the new file `to`.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` when `to` is there.
    pub fn beside(to: &Path) -> Result<Self> {
        if to.exists() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let mut name = to.as_os_str().to_owned();
        name.push(format!(".draft-{}", std::process::id()));
        let path = PathBuf::from(name);
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { path })
    }

    /// Where it is until then.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// It is complete: gives it its name, durably, unless somebody was faster.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` when `to` is there meanwhile.
    pub fn becomes(&self, to: &Path) -> Result<()> {
        let file = File::open(&self.path)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        file.sync_all()?;
        // A link never replaces.
        std::fs::hard_link(&self.path, to)?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It may have gone already, and nothing hangs on it. SQLite leaves files beside its own.
        for tail in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(tail);
            drop(std::fs::remove_file(name));
        }
    }
}
