//! Keys on the disk: the agent's own, and one for each store, wrapped by it.
//!
//! **The agent's key** (`store.key` in the state directory) is made when a store is first opened and stays for the life of
//! the gateway. It is not derived from the identity: that gets a fresh key at each renewal and with each new code, also when
//! the old one is damaged, and none of this may cost a stored point.
//!
//! **A store's key** lies in the store's own directory, wrapped, and so shares its fate: the rename that makes a store live
//! or moves it aside takes the key along, and whoever deletes a store destroys the key first. An agent's grants reach it as
//! one policy, in which a value may be granted twice and rows do not say by whom; so the values of a store have one key
//! together, and *whenever something is taken back* what may stay goes into a fresh store under a fresh key and the old
//! key is destroyed: with it everything that was taken back, wherever the disk still keeps it.
//!
//! What this does not do: whoever takes the whole disk takes the agent's key too, and can open what is *still* granted.
//! What they cannot open is what was taken back, and any copy of a store that is not accompanied by that key. On flash,
//! an overwritten block may survive for a while where no file system reaches.
//!
//! Each key is written twice, far apart: one damaged block must not cost a store.

use super::frame::{self, FrameKind};
use super::types::{BufferError, Random};
use crate::files::{self, PrivateError};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const AGENT_FILE: &str = "store.key";
/// A store's key, in the directory of the store.
const STORE_FILE: &str = "key";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// Distance of the two copies: no block of a disk holds both.
const APART: usize = 8 << 10;
/// What a wrapped key is bound to.
const PURPOSE: &[u8] = b"riversync store key 1";

/// The agent's own key, which wraps those of its stores.
#[derive(Clone)]
pub(super) struct AgentKey(Zeroizing<[u8; KEY_BYTES]>);

/// The key of one store.
#[derive(Clone)]
pub(super) struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

/// What a store's directory says of its key.
pub(super) enum Kept {
    /// This is it.
    Key(DataKey),
    /// It has none: it is from before there was sealing, or somebody took it away.
    Nothing,
    /// There is one that does not open: it is damaged, or another agent's.
    Lost,
}

impl fmt::Debug for AgentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgentKey(..)")
    }
}

impl AgentKey {
    /// The key in `state_dir`; made when there is none. Whoever asks holds the lock of the store, or two would make it. One that is damaged is moved aside: what it wrapped is lost, and the
    /// store that is opened with another key counts it.
    ///
    /// # Errors
    /// [`BufferError::Directory`] when the file cannot be read, others may read it, or there is no randomness.
    pub(super) fn open(state_dir: &Path, random: &Random) -> Result<Self, BufferError> {
        let path = state_dir.join(AGENT_FILE);
        let unusable = |source| BufferError::Directory { path: path.clone(), source };
        match Self::look(state_dir)? {
            Some(Some(key)) => return Ok(key),
            Some(None) => {
                tracing::error!(
                    "the key of the store is damaged; it is moved aside, and what it opened is lost"
                );
                fs::rename(&path, state_dir.join("store.key.corrupt")).map_err(unusable)?;
            }
            None => files::private_dir(state_dir).map_err(unusable)?,
        }
        let key = Self(drawn(random).map_err(unusable)?);
        let copies = frame::seal(FrameKind::Key, key.0.as_slice()).map(twice).unwrap_or_default();
        files::replace(&path, &copies).map_err(unusable)?;
        Ok(key)
    }

    /// The key in `state_dir`, for whoever only looks: nothing is made or changed. None where there is none, the inner none
    /// where it is damaged.
    ///
    /// # Errors
    /// [`BufferError::Directory`] when the file cannot be read, or others may read it.
    pub(super) fn look(state_dir: &Path) -> Result<Option<Option<Self>>, BufferError> {
        let path = state_dir.join(AGENT_FILE);
        let bytes = files::read_private(&path).map_err(|error| {
            let source = match error {
                PrivateError::Io { error, .. } => error,
                loose @ PrivateError::Loose { .. } => {
                    io::Error::new(ErrorKind::PermissionDenied, loose.to_string())
                }
            };
            BufferError::Directory { path, source }
        })?;
        let key = |body: &[u8]| body.try_into().ok().map(|key| Self(Zeroizing::new(key)));
        Ok(bytes.map(|bytes| copies(&bytes, KEY_BYTES).find_map(key)))
    }

    fn wrap(&self, key: &DataKey, random: &Random) -> io::Result<Vec<u8>> {
        let mut body = [0; NONCE_BYTES];
        random(&mut body)?;
        let aead = XChaCha20Poly1305::new((&*self.0).into());
        let payload = Payload { msg: key.0.as_slice(), aad: PURPOSE };
        let wrapped = aead.encrypt(&XNonce::from(body), payload).map_err(io::Error::other)?;
        Ok([body.as_slice(), wrapped.as_slice()].concat())
    }

    fn unwrap(&self, body: &[u8]) -> Option<DataKey> {
        let (nonce, wrapped) = body.split_first_chunk::<NONCE_BYTES>()?;
        let aead = XChaCha20Poly1305::new((&*self.0).into());
        let payload = Payload { msg: wrapped, aad: PURPOSE };
        let key = Zeroizing::new(aead.decrypt(&XNonce::from(*nonce), payload).ok()?);
        key.as_slice().try_into().ok().map(|key| DataKey(Zeroizing::new(key)))
    }
}

impl DataKey {
    /// A fresh one.
    pub(super) fn fresh(random: &Random) -> io::Result<Self> {
        drawn(random).map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

fn drawn(random: &Random) -> io::Result<Zeroizing<[u8; KEY_BYTES]>> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    random(key.as_mut_slice())?;
    Ok(key)
}

fn twice(sealed: Vec<u8>) -> Vec<u8> {
    let mut copies = sealed.clone();
    copies.resize(APART, 0);
    copies.extend(sealed);
    copies
}

/// The bodies, of `len` bytes, of the copies that are whole.
fn copies(bytes: &[u8], len: usize) -> impl Iterator<Item = &[u8]> {
    let len = frame::whole_len(len);
    [0, APART].into_iter().filter_map(move |at| frame::open(FrameKind::Key, bytes.get(at..at + len)?))
}

/// What the store in `store` says of its key.
pub(super) fn read(store: &Path, agent: &AgentKey) -> io::Result<Kept> {
    let Some(bytes) = files::read_if_there(&file(store))? else { return Ok(Kept::Nothing) };
    let wrapped = copies(&bytes, NONCE_BYTES + KEY_BYTES + 16);
    Ok(wrapped.filter_map(|body| agent.unwrap(body)).next().map_or(Kept::Lost, Kept::Key))
}

/// Keeps `key` in the store in `store`, durably.
pub(super) fn keep(store: &Path, key: &DataKey, agent: &AgentKey, random: &Random) -> io::Result<()> {
    let sealed = frame::seal(FrameKind::Key, &agent.wrap(key, random)?).ok_or(ErrorKind::InvalidData)?;
    files::replace(&file(store), &twice(sealed))
}

/// Destroys the key of the store in `store`, if it has one: overwritten where it lies, synced, removed.
pub(super) fn erase(store: &Path) -> io::Result<()> {
    let path = file(store);
    let mut open = match OpenOptions::new().write(true).custom_flags(libc::O_NOFOLLOW).open(&path) {
        Ok(open) => open,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(()),
        Err(error) => return Err(error),
    };
    let len = usize::try_from(open.metadata()?.len()).unwrap_or(0).min(4 * APART);
    open.write_all(&vec![0; len])?;
    open.sync_all()?;
    fs::remove_file(&path)?;
    File::open(store)?.sync_all()
}

fn file(store: &Path) -> PathBuf {
    store.join(STORE_FILE)
}
