//! Sealing: what a frame holds of devices, metrics, values and texts opens with the store's key and not without it.
//!
//! A sealed body is a *clear* part, a nonce of 24 bytes, and the *secret* part under XChaCha20-Poly1305 with its tag of 16.
//! Clear is only what healing needs when the key is lost, so that the loss is counted exactly: a record's number, write,
//! samples and times, a group's number, an origin's turn. The clear part and the kind are authenticated with the secret,
//! so nobody gives a record another number, another lane or another time. A key belongs to one store directory
//! ([`super::keys`]), so nobody moves a record from one to another either.
//!
//! **Nonces** are never given twice under one key: 16 random bytes drawn each time a store is opened, then a count. A
//! count that starts anew after a crash would repeat what a torn write has left on the disk; behind other random bytes it
//! does not. A record that a rewrite carries over is either copied as it is, under its key, or sealed anew.
//!
//! Frames from before there was sealing say everything in the clear. They are read as ever, and sealed as soon as their
//! store is rewritten ([`super::migrate`]).

use super::frame::{self, FrameKind};
use super::keys::DataKey;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

const NONCE_BYTES: usize = 24;

/// One store's key at work. Without a key, which is the default, it opens only what is not sealed.
#[derive(Default)]
pub(super) struct Cipher {
    with: Option<(DataKey, XChaCha20Poly1305)>,
    prefix: [u8; 16],
    count: AtomicU64,
    /// Writes as it was done before there was sealing.
    #[cfg(test)]
    pub(super) in_the_clear: bool,
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cipher").field("has_key", &self.with.is_some()).finish_non_exhaustive()
    }
}

impl Cipher {
    /// With `key`; `prefix` is random and drawn for this opening of the store.
    pub(super) fn new(key: DataKey, prefix: [u8; 16]) -> Self {
        let aead = XChaCha20Poly1305::new(key.bytes().into());
        Self {
            with: Some((key, aead)),
            prefix,
            count: AtomicU64::new(0),
            #[cfg(test)]
            in_the_clear: super::tests::Faults::in_the_clear(),
        }
    }

    /// For reading only.
    pub(super) fn reader(key: DataKey) -> Self {
        Self::new(key, [0; 16])
    }

    /// Its key, unless that is lost.
    pub(super) fn key(&self) -> Option<&DataKey> {
        self.with.as_ref().map(|(key, _)| key)
    }

    fn nonce(&self) -> [u8; NONCE_BYTES] {
        let count = self.count.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        let mut nonce = [0; NONCE_BYTES];
        for (to, from) in nonce.iter_mut().zip(self.prefix.iter().chain(&count)) {
            *to = *from;
        }
        nonce
    }

    /// The frame of `clear`, which everybody reads, and `secret`, which the key opens. None when it is too large.
    pub(super) fn seal<T: Serialize>(&self, kind: FrameKind, clear: &T, secret: &[u8]) -> Option<Vec<u8>> {
        let (_, aead) = self.with.as_ref()?;
        let mut body = postcard::to_stdvec(clear).ok()?;
        #[cfg(test)]
        if self.in_the_clear {
            return frame::seal(kind, &[&body, secret].concat());
        }
        let nonce = self.nonce();
        let sealed =
            aead.encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: &bound_to(kind, &body) }).ok()?;
        body.extend_from_slice(&nonce);
        body.extend_from_slice(&sealed);
        frame::sealed(kind, &body)
    }

    /// Both parts of the frame of `kind` that `bytes` are; what was sealed comes back owned. None when they are anything
    /// else, or sealed under another key.
    pub(super) fn open<'a, T: Deserialize<'a>>(
        &self,
        kind: FrameKind,
        bytes: &'a [u8],
    ) -> Option<(T, Cow<'a, [u8]>)> {
        let (is_sealed, body) = frame::read(kind, bytes)?;
        let (clear, rest) = postcard::take_from_bytes::<T>(body).ok()?;
        if !is_sealed {
            return Some((clear, Cow::Borrowed(rest)));
        }
        let (_, aead) = self.with.as_ref()?;
        let said = body.get(..body.len() - rest.len())?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let secret =
            aead.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &bound_to(kind, said) }).ok()?;
        Some((clear, Cow::Owned(secret)))
    }
}

/// What the tag vouches for besides the secret.
fn bound_to(kind: FrameKind, clear: &[u8]) -> Vec<u8> {
    let mut bound = Vec::with_capacity(1 + clear.len());
    bound.push(kind as u8);
    bound.extend_from_slice(clear);
    bound
}
