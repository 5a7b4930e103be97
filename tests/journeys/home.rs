//! A directory for one journey. `RIVERSYNC_KEEP=1` keeps it and prints where it is.

use anyhow::Result;
use tempfile::TempDir;

/// A directory that is removed at the end of the journey called `name`.
pub fn home(name: &str) -> Result<TempDir> {
    let keep = std::env::var_os("RIVERSYNC_KEEP").is_some();
    let folder =
        tempfile::Builder::new().prefix(&format!("riversync-{name}-")).disable_cleanup(keep).tempdir()?;
    if keep {
        #[expect(clippy::print_stdout, reason = "whoever asked to keep it wants to find it")]
        {
            println!("{name} is kept in {}", folder.path().display());
        }
    }
    Ok(folder)
}
