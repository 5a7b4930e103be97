//! The key that signs checkpoints: in the state directory, never in the database.

use crate::platform::base::{Random, private_directory, read_or_make};
use ed25519_dalek::SigningKey;
use std::path::Path;

/// Why the key is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The state directory does not do.
    #[error("the audit key in the state directory cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    /// The key file is not one.
    #[error(
        "audit.key in the state directory holds {0} bytes instead of 32; restore it from a backup, or older \
         checkpoints can no longer be told from forged ones"
    )]
    Damaged(usize),
}

/// The key in `state_dir`, made there at the first start.
///
/// # Errors
/// [`KeyError`].
pub fn checkpoint_key(state_dir: &Path, random: &dyn Random) -> Result<SigningKey, KeyError> {
    private_directory(state_dir)?;
    let seed = read_or_make(&state_dir.join("audit.key"), || {
        let mut seed = [0; 32];
        random.fill(&mut seed);
        Ok::<_, KeyError>(seed.to_vec())
    })?;
    let seed = <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| KeyError::Damaged(seed.len()))?;
    Ok(SigningKey::from_bytes(&seed))
}
