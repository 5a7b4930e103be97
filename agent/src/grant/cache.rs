//! What the grant room remembers on disk: the signed policy as it came, and the marks that only go up.
//!
//! The marks are written before the policy. A crash between the two leaves an older policy beside newer marks: it is
//! refused, and nothing flows until the cloud has been reached. Marks that are damaged or missing have the
//! same effect: whoever can delete a file must not be able to bring back a wider policy.

use super::verify::Seen;
use crate::files;
use riversync_protocol::ids::AgentId;
use riversync_protocol::sign::Signed;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;

const VERSION: u8 = 1;

/// The marks of one enrolled agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Whose they are; another identity starts anew.
    pub agent: AgentId,
    /// The newest policy ever accepted.
    pub seen: Seen,
    /// The latest believable time this gateway has lived through, Unix milliseconds.
    pub high_water_ms: i64,
    /// Epoch that the store was last purged by.
    pub purged_epoch: u64,
    /// When that was, Unix milliseconds.
    pub purged_ms: i64,
}

impl Marks {
    /// The marks of an agent that has seen nothing.
    pub fn new(agent: AgentId) -> Self {
        Self { agent, seen: Seen::default(), high_water_ms: 0, purged_epoch: 0, purged_ms: 0 }
    }
}

/// The directory that holds them.
#[derive(Clone, Debug)]
pub struct Cache {
    dir: PathBuf,
}

impl Cache {
    /// In `state_dir`; makes the directory.
    ///
    /// # Errors
    /// When the directory cannot be made.
    pub fn open(state_dir: &std::path::Path) -> io::Result<Self> {
        let dir = state_dir.join("grant");
        files::private_dir(&dir)?;
        Ok(Self { dir })
    }

    /// The marks, or nothing when there are none or they are damaged.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn marks(&self) -> io::Result<Option<Marks>> {
        Ok(files::read_if_there(&self.dir.join("marks"))?.and_then(|bytes| unframe(&bytes)))
    }

    /// The policy as it was signed, or nothing when there is none or it does not decode.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn policy(&self) -> io::Result<Option<Signed>> {
        Ok(files::read_if_there(&self.dir.join("policy"))?.and_then(|bytes| unframe(&bytes)))
    }

    /// Keeps the marks, durably.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn keep_marks(&self, marks: &Marks) -> io::Result<()> {
        files::replace(&self.dir.join("marks"), &frame(marks)?)
    }

    /// Keeps the policy, durably. The marks must already name it.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn keep_policy(&self, signed: &Signed) -> io::Result<()> {
        files::replace(&self.dir.join("policy"), &frame(signed)?)
    }

    /// Removes the policy.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn forget_policy(&self) -> io::Result<()> {
        match std::fs::remove_file(self.dir.join("policy")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn frame<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let body = postcard::to_stdvec(value).map_err(io::Error::other)?;
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

fn unframe<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Option<T> {
    let (version, rest) = bytes.split_first()?;
    let (crc, body) = rest.split_first_chunk::<4>()?;
    if *version != VERSION || u32::from_le_bytes(*crc) != crc32fast::hash(body) {
        return None;
    }
    match postcard::take_from_bytes(body) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}
