//! The fan-out within this process. It remembers the last notices, so that whoever comes back hears what it missed.

use super::Notice;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;

/// How many notices a slow or returning listener may be behind before it is told to read everything again.
const BACKLOG: usize = 1024;
/// How many notices may wait for the way to other processes.
const OUTWARD: usize = 4096;

/// A notice with its place in the order of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its place, from 1.
    pub place: u64,
    /// What changed.
    pub notice: Notice,
}

#[derive(Debug)]
struct Past {
    last: u64,
    kept: VecDeque<Told>,
    /// To the other processes, once there is a way.
    outward: Option<mpsc::Sender<Notice>>,
    /// More was said than the way could carry.
    overflowed: bool,
}

/// The fan-out.
#[derive(Clone, Debug)]
pub struct Hub {
    sender: broadcast::Sender<Told>,
    past: Arc<Mutex<Past>>,
    run: Arc<str>,
}

impl Hub {
    /// A fan-out; `run` names this start of this process and stands in the places that pages remember.
    pub fn new(run: &str) -> Self {
        let past = Past { last: 0, kept: VecDeque::new(), outward: None, overflowed: false };
        Self { sender: broadcast::channel(BACKLOG).0, past: Arc::new(Mutex::new(past)), run: run.into() }
    }

    /// Names this start of this process.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Tells everybody who listens, here and at other processes. Nobody listening is no error.
    pub fn tell(&self, notice: Notice) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outward) = &past.outward
            && outward.try_send(notice.clone()).is_err()
        {
            past.overflowed = true;
        }
        self.pass_on(&mut past, notice);
    }

    /// Tells everybody who listens here what another process said.
    pub(super) fn tell_here(&self, notice: Notice) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        self.pass_on(&mut past, notice);
    }

    fn pass_on(&self, past: &mut Past, notice: Notice) {
        past.last += 1;
        let told = Told { place: past.last, notice };
        past.kept.push_back(told.clone());
        if past.kept.len() > BACKLOG {
            past.kept.pop_front();
        }
        if self.sender.send(told).is_err() {
            tracing::trace!("nobody is looking");
        }
    }

    /// The way outwards, from now on.
    pub(super) fn outward(&self) -> mpsc::Receiver<Notice> {
        let (sender, receiver) = mpsc::channel(OUTWARD);
        self.past.lock().unwrap_or_else(PoisonError::into_inner).outward = Some(sender);
        receiver
    }

    /// Whether notices were lost on the way outwards since this was asked last.
    pub(super) fn overflowed(&self) -> bool {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut past.overflowed)
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// Everything told from now on.
    pub fn listen(&self) -> Ear {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        Ear { place: past.last, missed: VecDeque::new(), now: self.sender.subscribe() }
    }

    /// Everything told after `place`; `None` when that is too long ago to be known.
    pub fn listen_after(&self, place: u64) -> Option<Ear> {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = past.kept.front().map_or(past.last + 1, |told| told.place);
        if place > past.last || place + 1 < oldest {
            return None;
        }
        let missed = past.kept.iter().filter(|told| told.place > place).cloned().collect();
        Some(Ear { place, missed, now: self.sender.subscribe() })
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new("")
    }
}

/// One listener.
#[derive(Debug)]
pub struct Ear {
    place: u64,
    missed: VecDeque<Told>,
    now: broadcast::Receiver<Told>,
}

impl Ear {
    /// The next notice.
    ///
    /// # Errors
    /// `Lagged` when some were missed; the next call goes on after them.
    pub async fn recv(&mut self) -> Result<Notice, RecvError> {
        if let Some(told) = self.missed.pop_front() {
            return Ok(self.heard(told));
        }
        let told = self.now.recv().await?;
        Ok(self.heard(told))
    }

    /// The next notice, if one was told.
    ///
    /// # Errors
    /// When none was, or some were missed.
    pub fn try_recv(&mut self) -> Result<Notice, broadcast::error::TryRecvError> {
        if let Some(told) = self.missed.pop_front() {
            return Ok(self.heard(told));
        }
        let told = self.now.try_recv()?;
        Ok(self.heard(told))
    }

    /// The place of the notice heard last.
    pub fn place(&self) -> u64 {
        self.place
    }

    fn heard(&mut self, told: Told) -> Notice {
        self.place = told.place;
        told.notice
    }
}
