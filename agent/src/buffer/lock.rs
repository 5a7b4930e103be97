//! One agent per store: an advisory lock on a file that says who holds it. (EDGE section 6, fault 10.)

use super::BufferError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Held for as long as the store is open; the system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

pub(super) fn take(dir: &Path) -> Result<Lock, BufferError> {
    let path = dir.join("lock");
    let failed = |source| BufferError::Directory { path: path.clone(), source };
    let mut file =
        OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let read = (&file).take(32).read_to_string(&mut text);
            let pid = read.ok().and_then(|_| text.trim().parse().ok()).unwrap_or(0);
            return Err(BufferError::Locked { path: dir.to_path_buf(), pid });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    // A full disk must not keep the agent from starting: the number is for people, the lock is the lock.
    let said =
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    if let Err(error) = said {
        tracing::warn!(%error, "the lock file could not be written");
    }
    Ok(Lock { _file: file })
}
