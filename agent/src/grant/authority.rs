//! The one place that knows what is in force: it verifies, remembers, doubts the clock, and tells everybody.
//!
//! Two states. *In force*: a verified policy and a believed clock. *Withheld*: no policy, or a doubt about the clock;
//! nothing flows in or out, and nothing is purged either, because a doubt is no revocation.

use super::cache::{Cache, Marks};
use super::trust::{ClockTrust, Doubt};
use super::verify::{Pins, Refused, Seen, verify, verify_again};
use super::view::Granted;
use crate::clock::Clock;
use riversync_protocol::sign::Signed;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often the high-water mark of time reaches the disk: one small write a minute.
const MARK_EVERY: Duration = Duration::from_secs(60);

/// Why nothing flows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// No policy was ever received.
    #[error("no policy has been received yet; nothing flows until the cloud sends one")]
    NoPolicy,
    /// The policy on disk does not hold.
    #[error("the policy on disk is not believed ({0}); nothing flows until the cloud sends one")]
    Cached(Refused),
    /// The marks on disk are damaged or missing, so the policy beside them may be an old one.
    #[error("the record of the newest policy is damaged or missing; nothing flows until the cloud sends one")]
    Marks,
    /// The clock is not believed.
    #[error(transparent)]
    Clock(#[from] Doubt),
}

/// What became of a document from the cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is in force from now on.
    New,
    /// It is the one already in force.
    Same,
}

/// Why a document from the cloud is not in force.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// It does not hold.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It holds and is in force, but will have to be fetched again after a restart.
    #[error("the policy is in force but cannot be written to disk: {0}")]
    Io(#[from] io::Error),
}

struct Inner {
    cache: Cache,
    marks: Marks,
    policy: Option<(Arc<Granted>, i64)>,
    why_none: Withheld,
    trust: ClockTrust,
    marked_at: Duration,
}

/// What may flow, for everybody. Cheap to ask; see [`Authority::granted`].
pub struct Authority {
    pins: Pins,
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
    granted: watch::Sender<Arc<Granted>>,
    withheld: watch::Sender<Option<Withheld>>,
}

impl Authority {
    /// Reads what is on disk and verifies it again: a cached policy is believed no more than one from the wire.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn open(state_dir: &Path, pins: Pins, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let cache = Cache::open(state_dir)?;
        let signed = cache.policy()?;
        let marks = cache.marks()?.filter(|marks| marks.agent == pins.agent);
        let (policy, why_none) = match (&marks, &signed) {
            (Some(marks), Some(signed)) => match verify(signed, &pins, &marks.seen) {
                Ok(policy) => (Some((Arc::new(Granted::new(&policy)), policy.issued_ms)), Withheld::NoPolicy),
                Err(refused) => (None, Withheld::Cached(refused)),
            },
            (None, Some(_)) => (None, Withheld::Marks),
            (_, None) => (None, Withheld::NoPolicy),
        };
        let marks = marks.unwrap_or_else(|| Marks::new(pins.agent.clone()));
        let trust = ClockTrust::new(marks.high_water_ms);
        let inner = Inner { cache, marks, policy, why_none, trust, marked_at: clock.monotonic() };
        let authority = Self {
            pins,
            clock,
            inner: Mutex::new(inner),
            granted: watch::Sender::new(Arc::new(Granted::nothing())),
            withheld: watch::Sender::new(None),
        };
        authority.publish(&mut authority.lock());
        Ok(authority)
    }

    /// What may flow now; changes are pushed.
    pub fn granted(&self) -> watch::Receiver<Arc<Granted>> {
        self.granted.subscribe()
    }

    /// Why nothing flows, when nothing does.
    pub fn withheld(&self) -> Option<Withheld> {
        self.withheld.borrow().clone()
    }

    /// The newest epoch ever accepted: what the long poll says it has. 0 when the policy itself is missing, so that
    /// the cloud sends it again.
    pub fn have_epoch(&self) -> u64 {
        let inner = self.lock();
        inner.policy.as_ref().map_or(0, |(granted, _)| granted.epoch())
    }

    /// A document arrived. When it holds it is remembered first and in force afterwards.
    ///
    /// # Errors
    /// [`AcceptError::Refused`]: nothing has changed. [`AcceptError::Io`]: it is in force and not remembered.
    pub fn accept(&self, signed: &Signed) -> Result<Accepted, AcceptError> {
        let mut inner = self.lock();
        // Without a policy there is nothing to contradict: the cloud signs anew each time it is asked, so what it
        // sends again of the epoch seen last differs in its date. The epoch still bars everything older.
        let policy = match &inner.policy {
            Some(_) => verify(signed, &self.pins, &inner.marks.seen)?,
            None => verify_again(signed, &self.pins, &inner.marks.seen)?,
        };
        if inner.policy.as_ref().is_some_and(|(granted, _)| granted.epoch() == policy.epoch) {
            return Ok(Accepted::Same);
        }
        inner.marks.seen = Seen::of(policy.epoch, signed);
        let kept = inner.cache.keep_marks(&inner.marks).and_then(|()| inner.cache.keep_policy(signed));
        // In force even when the disk refuses: it may be a revocation, and that must not wait for a disk.
        inner.policy = Some((Arc::new(Granted::new(&policy)), policy.issued_ms));
        self.publish(&mut inner);
        if let Err(error) = kept {
            // The older one may be wider: after a restart rather nothing than that. Removing needs no room.
            inner.cache.forget_policy()?;
            return Err(error.into());
        }
        Ok(Accepted::New)
    }

    /// The cloud told its time over an authenticated connection.
    pub fn heard(&self, server_ms: i64) {
        self.clock.heard(server_ms);
        let mut inner = self.lock();
        inner.trust.heard(server_ms, self.clock.monotonic());
        self.publish(&mut inner);
    }

    /// Looks at the clock again; called every second. Persists the high-water mark once a minute.
    ///
    /// # Errors
    /// When the mark cannot be written.
    pub fn review(&self) -> io::Result<()> {
        let mut inner = self.lock();
        self.publish(&mut inner);
        let monotonic = self.clock.monotonic();
        if monotonic.saturating_sub(inner.marked_at) < MARK_EVERY {
            return Ok(());
        }
        inner.marked_at = monotonic;
        Self::mark(&mut inner)
    }

    /// Persists the high-water mark now; called when the agent stops.
    ///
    /// # Errors
    /// When the mark cannot be written.
    pub fn remember(&self) -> io::Result<()> {
        Self::mark(&mut self.lock())
    }

    fn mark(inner: &mut Inner) -> io::Result<()> {
        inner.marks.high_water_ms = inner.trust.high_water_ms();
        inner.cache.keep_marks(&inner.marks)
    }

    /// The policy by which the store must be purged, when it must: a new epoch, or a row that has ended since.
    pub fn purge_due(&self) -> Option<Arc<Granted>> {
        let inner = self.lock();
        let granted = Arc::clone(&self.granted.borrow());
        let (now_ms, marks) = (self.clock.now_ms(), &inner.marks);
        let due = granted.epoch() != marks.purged_epoch || granted.ended_between(marks.purged_ms, now_ms);
        // Withheld is epoch 0: a doubt purges nothing.
        (granted.epoch() != 0 && due).then_some(granted)
    }

    /// Epoch that the store was last purged by, 0 for none.
    pub fn purged_epoch(&self) -> u64 {
        self.lock().marks.purged_epoch
    }

    /// The store holds nothing that the policy of `epoch` forbade at `at_ms`.
    ///
    /// # Errors
    /// When the mark cannot be written; the purge will be done again.
    pub fn purged(&self, epoch: u64, at_ms: i64) -> io::Result<()> {
        let mut inner = self.lock();
        inner.marks.purged_epoch = epoch;
        inner.marks.purged_ms = at_ms;
        Self::mark(&mut inner)
    }

    fn publish(&self, inner: &mut Inner) {
        let verdict = match &inner.policy {
            None => Err(inner.why_none.clone()),
            Some((granted, issued_ms)) => inner
                .trust
                .judge(self.clock.now_ms(), self.clock.monotonic(), *issued_ms)
                .map(|()| Arc::clone(granted))
                .map_err(Withheld::from),
        };
        let (granted, withheld) = match verdict {
            Ok(granted) => (granted, None),
            Err(why) => (Arc::new(Granted::nothing()), Some(why)),
        };
        self.withheld.send_if_modified(|old| {
            // The distance of a wrong clock changes all the time; the kind of doubt is the news.
            let news =
                old.as_ref().map(std::mem::discriminant) != withheld.as_ref().map(std::mem::discriminant);
            if news && let Some(why) = &withheld {
                tracing::warn!(reason = %why, "nothing flows");
            }
            *old = withheld;
            news
        });
        self.granted.send_if_modified(|old| {
            let news = old.epoch() != granted.epoch();
            if news {
                tracing::info!(epoch = granted.epoch(), before = old.epoch(), "what may flow has changed");
                *old = granted;
            }
            news
        });
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change is complete before the guard is dropped, so a panic elsewhere leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
