//! Secrets on disk: files that only the service reads, made once at the first start.

use std::io::{Error, ErrorKind, Result, Write};
use std::path::Path;

/// Makes `dir`, and what is above it, for the service alone.
///
/// # Errors
/// What the system says.
pub fn private_directory(dir: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// What `path` holds; when it is not there, what `make` makes is put there first. Several processes may start at once:
/// the first to finish wins and the others read what it made.
///
/// # Errors
/// What the system says, or what `make` does.
pub fn read_or_make<E: From<Error>>(
    path: &Path,
    make: impl FnOnce() -> std::result::Result<Vec<u8>, E>,
) -> std::result::Result<Vec<u8>, E> {
    match std::fs::read(path) {
        Ok(bytes) => return Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let bytes = make()?;
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    write_private(&draft, &bytes)?;
    // A link never replaces: whoever comes second reads what the first one made.
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    Ok(std::fs::read(path)?)
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Adds `text` to the end of `path`, durable when this returns.
///
/// # Errors
/// What the system says.
pub fn append_private(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
