//! Uploads on their way in: one worker takes what waits, stores it in one transaction and answers each.
//!
//! Group commit: while one transaction is being synced, the next uploads queue and then share one. Under load the cost
//! of a sync is split, without load nobody waits.

mod admit;
mod append;
mod events;
mod ranges;
mod routes;
mod store;
mod take;
#[cfg(test)]
mod tests;

pub use routes::{agent_routes, learn};
pub(super) use store::schema;

use crate::app::App;
use crate::domains::enrolment::Agent;
use crate::platform::db::DbError;
use crate::platform::metrics::Metrics;
use prometheus_client::metrics::counter::Counter;
use riversync_protocol::v1::{Outcome, Refusal, Upload};
use std::collections::VecDeque;
use std::sync::Arc;
use take::Taken;
use tokio::sync::{mpsc, oneshot};

/// Uploads that may wait. More are told to come again: their gateway keeps them.
const QUEUE: usize = 256;
/// Uploads in one transaction.
const GROUP: usize = 64;
/// How long a gateway waits when the queue is full, milliseconds.
const BUSY_MS: u32 = 1_000;

/// What came in so far.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Batches of telemetry stored.
    pub batches: Counter,
    /// Samples in them.
    pub points: Counter,
    /// Uploads that were here already.
    pub repeated: Counter,
    /// Uploads with something that is not granted.
    pub not_granted: Counter,
    /// Uploads that can never be accepted.
    pub malformed: Counter,
    /// Transactions: fewer than uploads when they shared.
    pub commits: Counter,
}

impl Figures {
    /// Lets supervisors read them.
    fn register(&self, metrics: &Metrics) {
        metrics.register(|registry| {
            let ingest = registry.sub_registry_with_prefix("ingest");
            ingest.register("batches", "Batches of telemetry that were stored", self.batches.clone());
            ingest.register("points", "Points in them", self.points.clone());
            ingest.register("repeated", "Uploads that were here already", self.repeated.clone());
            ingest.register(
                "not_granted",
                "Uploads with something that is not granted",
                self.not_granted.clone(),
            );
            ingest.register("malformed", "Uploads that can never be accepted", self.malformed.clone());
            ingest.register("commits", "Transactions of uploads", self.commits.clone());
        });
    }
}

struct Waiting {
    agent: Agent,
    upload: Upload,
    answer: oneshot::Sender<Answered>,
}

/// What to tell the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What became of the upload.
    pub outcome: Outcome,
    /// Newest policy of the agent; 0 when it could not be read.
    pub policy_epoch: i64,
    /// How long to wait before the next upload of backlog, milliseconds.
    pub pace_ms: u32,
    /// Set when the gateway or its certificate was revoked since it called: nothing was looked at.
    pub turned_away: bool,
}

/// The way in. Cheap to clone; its worker ends when the last one is dropped or the service stops.
#[derive(Clone)]
pub struct Ingest {
    queue: mpsc::Sender<Waiting>,
    /// What came in so far.
    pub figures: Figures,
}

impl Ingest {
    /// Starts the worker.
    pub fn start(app: App) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let figures = Figures::default();
        figures.register(&app.metrics);
        let worker = Worker { app, known: Arc::default(), figures: figures.clone() };
        tokio::spawn(worker.run(waiting));
        Self { queue, figures }
    }

    /// Stores `upload` of `agent`, or says why not.
    pub async fn take(&self, agent: &Agent, upload: Upload) -> Answered {
        let busy = || Answered {
            outcome: Outcome::Refused(Refusal::Busy(BUSY_MS)),
            policy_epoch: 0,
            pace_ms: BUSY_MS,
            turned_away: false,
        };
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { agent: agent.clone(), upload, answer };
        if self.queue.try_send(waiting).is_err() {
            return busy();
        }
        answered.await.unwrap_or_else(|_| busy())
    }
}

struct Worker {
    app: App,
    known: Arc<admit::Known>,
    figures: Figures,
}

impl Worker {
    async fn run(self, mut waiting: mpsc::Receiver<Waiting>) {
        let mut group = Vec::with_capacity(GROUP);
        while waiting.recv_many(&mut group, GROUP).await > 0 {
            let pace_ms = pace(waiting.len());
            let mut left: VecDeque<Waiting> = group.drain(..).collect();
            match self.store(left.make_contiguous()).await {
                Ok(taken) => {
                    for (one, taken) in left.into_iter().zip(taken) {
                        self.answer(one, taken, pace_ms).await;
                    }
                }
                // One of them upset the transaction of all: each gets its own.
                Err(error) if left.len() > 1 => {
                    tracing::info!(error = %error, uploads = left.len(), "uploads are stored one by one");
                    while let Some(one) = left.pop_front() {
                        self.alone(one, pace_ms).await;
                    }
                }
                Err(_) => {
                    if let Some(one) = left.pop_front() {
                        self.alone(one, pace_ms).await;
                    }
                }
            }
        }
    }

    async fn alone(&self, one: Waiting, pace_ms: u32) {
        match self.store(std::slice::from_ref(&one)).await {
            Ok(mut taken) => {
                if let Some(taken) = taken.pop() {
                    self.answer(one, taken, pace_ms).await;
                }
            }
            Err(error) => {
                tracing::error!(error = %error, agent = one.agent.id, "an upload could not be stored");
                let outcome = Outcome::Refused(Refusal::Busy(BUSY_MS));
                tell(one, Answered { outcome, policy_epoch: 0, pace_ms: BUSY_MS, turned_away: false });
            }
        }
    }

    /// All of `group` in one transaction; nothing is answered before it is durable.
    async fn store(&self, group: &[Waiting]) -> Result<Vec<Taken>, DbError> {
        if let [one] = group
            && let Some(taken) = append::append(&self.app, &self.known, &one.agent, &one.upload).await?
        {
            self.figures.commits.inc();
            return Ok(vec![taken]);
        }
        let mut tx = self.app.db.write().await?;
        let mut taken = Vec::with_capacity(group.len());
        for one in group {
            taken.push(take::take(&self.app, &mut tx, &self.known, &one.agent, &one.upload).await?);
        }
        tx.commit().await?;
        self.figures.commits.inc();
        Ok(taken)
    }

    async fn answer(&self, one: Waiting, taken: Taken, pace_ms: u32) {
        self.count(&taken);
        for notice in &taken.notices {
            self.app.hub.tell(notice.clone());
        }
        if taken.outcome == Outcome::Refused(Refusal::NotGranted)
            && let Err(error) = take::alert(&self.app, &self.known, &one.agent, &one.upload).await
        {
            tracing::error!(error = %error, agent = one.agent.id, "a refusal could not be written to the owner's log");
        }
        let Taken { outcome, policy_epoch, turned_away, .. } = taken;
        tell(one, Answered { outcome, policy_epoch, pace_ms, turned_away });
    }

    fn count(&self, taken: &Taken) {
        match &taken.outcome {
            Outcome::Stored if taken.is_new => {
                self.figures.batches.inc_by(u64::from(taken.points > 0));
                self.figures.points.inc_by(taken.points);
            }
            Outcome::Stored | Outcome::Overlaps(_) => {
                self.figures.repeated.inc();
            }
            Outcome::Refused(Refusal::NotGranted) => {
                self.figures.not_granted.inc();
            }
            Outcome::Refused(Refusal::Malformed(_)) => {
                self.figures.malformed.inc();
            }
            Outcome::Refused(_) => {}
        }
    }
}

fn tell(one: Waiting, answered: Answered) {
    if one.answer.send(answered).is_err() {
        tracing::debug!("a gateway went away before it was answered; it will send the same again");
    }
}

/// The fuller the queue, the slower the backlog.
fn pace(waiting: usize) -> u32 {
    match waiting {
        0..=16 => 0,
        17..=64 => 200,
        65..=128 => 500,
        _ => 2_000,
    }
}
