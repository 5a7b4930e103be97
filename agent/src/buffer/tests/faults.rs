//! Faults of the disk, injected where the engine would meet them.

use crate::buffer::sled::EngineError;
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Switches of one store. A test sets its own before it opens a store on its thread.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) disk_full: AtomicBool,
    pub(crate) write_error: AtomicBool,
    /// The next sync fails, after the system has taken what is to be synced.
    pub(crate) sync_error: AtomicBool,
    /// The next sync does not come to pass: what the files hold then is copied here, and whoever waits gets an error.
    pub(crate) power_cut: Mutex<Option<PathBuf>>,
    pub(crate) syncs: AtomicU64,
}

thread_local! {
    static CURRENT: RefCell<Arc<Faults>> = RefCell::new(Arc::new(Faults::default()));
    static IN_THE_CLEAR: Cell<bool> = const { Cell::new(false) };
}

impl Faults {
    pub(crate) fn current() -> Arc<Self> {
        CURRENT.with(|faults| Arc::clone(&faults.borrow()))
    }

    pub(crate) fn install(faults: &Arc<Self>) {
        CURRENT.with(|current| *current.borrow_mut() = Arc::clone(faults));
    }

    /// Whether stores that are opened on this thread are written as before there was sealing.
    pub(crate) fn in_the_clear() -> bool {
        IN_THE_CLEAR.get()
    }

    /// Runs `write` with sealing bypassed.
    pub(crate) fn write_in_the_clear<T>(write: impl FnOnce() -> T) -> T {
        IN_THE_CLEAR.set(true);
        let done = write();
        IN_THE_CLEAR.set(false);
        done
    }

    pub(crate) fn check(&self) -> Result<(), EngineError> {
        if self.disk_full.load(Ordering::SeqCst) {
            return Err(EngineError::DiskFull);
        }
        if self.write_error.swap(false, Ordering::SeqCst) {
            return Err(EngineError::Io(std::io::Error::other("a failed write")));
        }
        Ok(())
    }

    /// Of the engine in `store`.
    pub(crate) fn sync(&self, store: &Path) -> Result<(), EngineError> {
        self.syncs.fetch_add(1, Ordering::SeqCst);
        let image = self.power_cut.lock().unwrap().take();
        if let Some(image) = &image {
            super::kit::copy_dir(store.parent().unwrap(), image);
        }
        if image.is_some() || self.sync_error.swap(false, Ordering::SeqCst) {
            return Err(EngineError::Io(std::io::Error::other("a failed sync")));
        }
        Ok(())
    }
}
