//! Faults of the disk, injected where the engine would meet them.

use crate::buffer::sled::EngineError;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Switches of one store. A test sets its own before it opens a store on its thread.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) disk_full: AtomicBool,
    pub(crate) write_error: AtomicBool,
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

    pub(crate) fn synced(&self) {
        self.syncs.fetch_add(1, Ordering::SeqCst);
    }
}
