//! The engine. The only file that names sled, and the place where its traps are disarmed (PARTS section 4):
//!
//! - its `flush` does not sync on Linux, so [`Engine::commit`] syncs the same file through a handle of our own;
//! - it panics, in `open` and later, on a damaged file: every call is caught and becomes [`EngineError::Broken`];
//! - its default cache is 1 GB: ours is bounded;
//! - after a failed write its handle is useless: the caller closes it and opens the store anew;
//! - values above a quarter of a segment go to files of their own: frames are smaller than that by construction.

use std::fs::File;
use std::io;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Name of the engine's log inside its directory.
const LOG: &str = "db";

/// Why the engine failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum EngineError {
    /// No room on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// The system refused a read or a write.
    #[error("{0}")]
    Io(io::Error),
    /// The file is damaged, or the engine stumbled over it.
    #[error("the store's file is damaged: {0}")]
    Broken(String),
}

const LOCK_TRIES: usize = 500;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(4);

/// A change: the key and its new value, or none to remove it.
pub(super) type Change = (Vec<u8>, Option<Vec<u8>>);

/// An open store.
pub(super) struct Engine {
    db: sled::Db,
    log: File,
    dir: PathBuf,
    #[cfg(test)]
    pub(super) faults: std::sync::Arc<super::tests::Faults>,
}

impl Engine {
    /// Opens or makes the store in `dir`.
    pub(super) fn open(dir: &Path, cache_bytes: u64) -> Result<Self, EngineError> {
        let config = sled::Config::new().path(dir).cache_capacity(cache_bytes).flush_every_ms(None);
        let mut opened = caught(|| config.open());
        // Its threads may hold its lock for a moment after it was closed. Who owns the store is not its business.
        for _ in 0..LOCK_TRIES {
            if !matches!(&opened, Err(EngineError::Io(error)) if error.to_string().contains("acquire lock")) {
                break;
            }
            std::thread::park_timeout(LOCK_PAUSE);
            opened = caught(|| config.open());
        }
        let db = opened?;
        let log = File::open(dir.join(LOG)).map_err(EngineError::from_io)?;
        let engine = Self {
            db,
            log,
            dir: dir.to_path_buf(),
            #[cfg(test)]
            faults: super::tests::Faults::current(),
        };
        engine.sync_dir().map_err(EngineError::from_io)?;
        Ok(engine)
    }

    /// Makes the names of the engine's files durable.
    fn sync_dir(&self) -> io::Result<()> {
        File::open(&self.dir)?.sync_all()
    }

    /// All or nothing, in the order of the log; durable after [`Self::commit`].
    pub(super) fn apply(&self, changes: Vec<Change>) -> Result<(), EngineError> {
        #[cfg(test)]
        self.faults.check()?;
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        caught(|| self.db.apply_batch(batch))
    }

    /// Everything applied so far is on the disk when this returns.
    pub(super) fn commit(&self) -> Result<(), EngineError> {
        caught(|| self.db.flush().map(|_| ()))?;
        #[cfg(test)]
        self.faults.sync(&self.dir)?;
        // The data, and what is needed to find it again; when the file was last changed nobody asks.
        self.log.sync_data().map_err(EngineError::from_io)
    }

    /// Shows the values of `keys` in order until `visit` says false.
    pub(super) fn visit(
        &self,
        keys: RangeInclusive<Vec<u8>>,
        mut visit: impl FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), EngineError> {
        caught(|| {
            for item in self.db.range(keys) {
                let (key, value) = item?;
                if !visit(&key, &value) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Where it keeps pages that are too large for its log: several large values on one page.
    pub(super) fn outside_path(dir: &Path) -> PathBuf {
        dir.join("blobs")
    }

    /// Path of the log, for reading what the engine cannot.
    pub(super) fn log_path(dir: &Path) -> PathBuf {
        dir.join(LOG)
    }

    /// Closes it. A panic on the way out is no reason to die.
    pub(super) fn close(self) {
        let Self { db, .. } = self;
        if catch_unwind(AssertUnwindSafe(move || drop(db))).is_err() {
            tracing::warn!("the store's engine panicked while closing");
        }
    }
}

fn caught<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, EngineError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) => Err(EngineError::from_io(error)),
        Ok(Err(error)) => Err(EngineError::Broken(error.to_string())),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
            Err(EngineError::Broken(said.chars().take(200).collect()))
        }
    }
}

impl EngineError {
    pub(super) fn from_io(error: io::Error) -> Self {
        if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            Self::DiskFull
        } else {
            Self::Io(error)
        }
    }
}
