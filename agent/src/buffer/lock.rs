//! One agent per store: an advisory lock on a file that says who holds it. (EDGE section 6, fault 10.)

use super::BufferError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::Path;

/// Held for as long as the store is open; the system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

const FILE: &str = "lock";

/// For the agent that opens the store: it leaves its number in the file.
pub(super) fn take(dir: &Path) -> Result<Lock, BufferError> {
    let path = dir.join(FILE);
    let failed = |source| BufferError::Directory { path: path.clone(), source };
    let mut file =
        OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(failed)?;
    lock(dir, &file)?;
    // A full disk must not keep the agent from starting: the number is for people, the lock is the lock.
    let said =
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    if let Err(error) = said {
        tracing::warn!(%error, "the lock file could not be written");
    }
    Ok(Lock { _file: file })
}

/// For whoever only looks: nothing is written. None where no agent has ever left the file.
pub(super) fn hold(dir: &Path) -> Result<Option<Lock>, BufferError> {
    let path = dir.join(FILE);
    match File::open(&path) {
        Ok(file) => {
            lock(dir, &file)?;
            Ok(Some(Lock { _file: file }))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BufferError::Directory { path, source }),
    }
}

fn lock(dir: &Path, file: &File) -> Result<(), BufferError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let read = file.take(32).read_to_string(&mut text);
            let pid = read.ok().and_then(|_| text.trim().parse().ok()).unwrap_or(0);
            Err(BufferError::Locked { path: dir.to_path_buf(), pid })
        }
        Err(TryLockError::Error(source)) => Err(BufferError::Directory { path: dir.join(FILE), source }),
    }
}
