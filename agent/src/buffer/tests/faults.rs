//! Faults of the disk, injected where the engine would meet them.

use crate::buffer::sled::EngineError;
use std::cell::RefCell;
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
}

impl Faults {
    pub(crate) fn current() -> Arc<Self> {
        CURRENT.with(|faults| Arc::clone(&faults.borrow()))
    }

    pub(crate) fn install(faults: &Arc<Self>) {
        CURRENT.with(|current| *current.borrow_mut() = Arc::clone(faults));
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
