//! Files that say what is so today. A change shows in review; run with `RIVERSYNC_WRITE_GOLDEN=1` to accept it.

use std::path::Path;

/// Compares `now` with `tests/golden/name`, or writes it there.
pub(super) fn compare(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("RIVERSYNC_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let then = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(then == now, "{} is not what it was.\n--- then\n{then}\n--- now\n{now}", path.display());
}
