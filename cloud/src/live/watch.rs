//! What an actor may be told about, as of one look; and what a notice then means for its page. The answer to a notice
//! is pure.
//!
//! Colleagues, and the open pages of one person, mostly see the same: what they see is kept once for all of them, or
//! thousands of open pages would each hold a list of all devices.

use super::topic::Topic;
use crate::app::App;
use crate::domains::coverage::{self, Device, Standing, VisibleMetric};
use crate::platform::access::{Action, Actor, Item};
use crate::platform::db::{DbError, Tx};
use crate::platform::live::Notice;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// One device whose values the actor sees now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Seen {
    device_id: String,
    agent_id: Option<String>,
    customer_id: String,
    metrics: BTreeSet<String>,
    /// First instant at which a metric ends by itself, Unix milliseconds.
    until_ms: Option<i64>,
}

/// What an actor sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Rights {
    seen: Vec<Seen>,
    /// Devices the actor covers or owns, granted or not.
    known: BTreeSet<String>,
    /// Owners of those devices.
    owners: BTreeSet<String>,
}

/// What the actors of open pages see, each kept once.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<HashSet<Arc<Rights>>>);

impl Shared {
    fn keep(&self, rights: Rights) -> Arc<Rights> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = kept.get(&rights) {
            return same.clone();
        }
        kept.retain(|one| Arc::strong_count(one) > 1);
        let rights = Arc::new(rights);
        kept.insert(rights.clone());
        rights
    }
}

/// The outcome of one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watch {
    topics: BTreeSet<Topic>,
    person_id: String,
    tenant_id: String,
    rights: Arc<Rights>,
}

/// What a notice asks of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Stay,
    /// These topics changed.
    Tell(Vec<Topic>),
    /// Rights may have changed: look again.
    Look,
    /// Who the actor is may have changed: ask again who this is.
    Who,
}

impl Rights {
    async fn of(tx: &mut Tx, actor: &Actor, now_ms: i64) -> Result<Self, DbError> {
        let mut rights = Self::default();
        if let Ok(scope) = actor.may(Action::See(Item::CoveredDevices)) {
            for covered in coverage::covered_devices(tx, &scope, now_ms).await? {
                if matches!(covered.standing, Standing::Covered { .. }) {
                    rights.add(&covered.device, covered.granted.iter());
                }
            }
        }
        if let Ok(scope) = actor.may(Action::See(Item::MyDevices)) {
            for view in coverage::my_devices(tx, &scope, now_ms).await? {
                rights.add(&view.device, view.visible());
            }
        }
        Ok(rights)
    }

    fn add<'a>(&mut self, device: &Device, metrics: impl Iterator<Item = &'a VisibleMetric>) {
        self.known.insert(device.id.clone());
        self.owners.insert(device.customer_id.clone());
        let mut seen = Seen {
            device_id: device.id.clone(),
            agent_id: device.agent_id.clone(),
            customer_id: device.customer_id.clone(),
            metrics: BTreeSet::new(),
            until_ms: None,
        };
        for metric in metrics {
            seen.metrics.insert(metric.metric.name.clone());
            seen.until_ms = match (seen.until_ms, metric.until_ms) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        if !seen.metrics.is_empty() {
            self.seen.push(seen);
        }
    }
}

impl Watch {
    /// Looks at what `actor` may be told of `topics` now.
    pub(super) async fn look(
        app: &App,
        shared: &Shared,
        actor: &Actor,
        topics: &[Topic],
    ) -> Result<Self, DbError> {
        let mut tx = app.db.read().await?;
        let rights = Rights::of(&mut tx, actor, app.clock.now_ms()).await?;
        let allowed = |topic: &&Topic| match topic {
            Topic::Telemetry(device) => rights.seen.iter().any(|seen| seen.device_id == *device),
            topic => topic.items().iter().any(|item| actor.can(Action::See(*item))),
        };
        Ok(Self {
            topics: topics.iter().filter(allowed).cloned().collect(),
            person_id: actor.person_id.clone(),
            tenant_id: actor.tenant_id.clone(),
            rights: shared.keep(rights),
        })
    }
    /// First instant at which something visible ends by itself.
    pub(super) fn ends_ms(&self) -> Option<i64> {
        self.rights.seen.iter().filter_map(|seen| seen.until_ms).min()
    }

    /// What `notice` means here.
    pub(super) fn step(&self, notice: &Notice) -> Step {
        match notice {
            Notice::Telemetry { agent_id, .. } => self.tell(|topic| {
                self.rights.seen.iter().filter(|seen| seen.agent_id.as_ref() == Some(agent_id)).any(|seen| {
                    match topic {
                        Topic::Devices => true,
                        Topic::Telemetry(device) => seen.device_id == *device,
                        _ => false,
                    }
                })
            }),
            Notice::Grants { tenant_id }
                if self.tenant_id == *tenant_id || self.rights.owners.contains(tenant_id) =>
            {
                Step::Look
            }
            Notice::Workload { device_id } if self.rights.known.contains(device_id) => {
                self.tell(|topic| *topic == Topic::Workload || *topic == Topic::Telemetry(device_id.clone()))
            }
            Notice::Funnel => self.tell(|topic| *topic == Topic::Funnel),
            Notice::Audit { tenant_id } if self.tenant_id == *tenant_id => {
                self.tell(|topic| *topic == Topic::Log)
            }
            Notice::Notified { person_id } if self.person_id == *person_id => {
                self.tell(|topic| *topic == Topic::Notifications)
            }
            Notice::Jobs => self.tell(|topic| *topic == Topic::Jobs),
            Notice::Webhooks { tenant_id } if self.tenant_id == *tenant_id => {
                self.tell(|topic| *topic == Topic::Webhooks)
            }
            Notice::Person { person_id } if self.person_id == *person_id => Step::Who,
            Notice::Missed => Step::Who,
            Notice::Grants { .. }
            | Notice::Workload { .. }
            | Notice::Audit { .. }
            | Notice::Notified { .. }
            | Notice::Webhooks { .. }
            | Notice::Person { .. } => Step::Stay,
        }
    }

    fn tell(&self, about: impl Fn(&Topic) -> bool) -> Step {
        let topics: Vec<Topic> = self.topics.iter().filter(|topic| about(topic)).cloned().collect();
        if topics.is_empty() { Step::Stay } else { Step::Tell(topics) }
    }

    /// Whether something that the page shows was visible before and is not any more: a whole topic, or values. Looks at all devices when the
    /// page lists them, else at the devices it names.
    pub(super) fn lost_since(&self, before: &Self) -> bool {
        let shown = |device: &str| {
            before.topics.contains(&Topic::Devices)
                || before.topics.contains(&Topic::Telemetry(device.to_owned()))
        };
        if !before.topics.is_subset(&self.topics) {
            return true;
        }
        before.rights.seen.iter().filter(|was| shown(&was.device_id)).any(|was| {
            let now = self.rights.seen.iter().find(|now| now.device_id == was.device_id);
            now.is_none_or(|now| !was.metrics.is_subset(&now.metrics))
        })
    }

    /// Topics about rights, to be told after a change that took nothing away.
    pub(super) fn about_rights(&self) -> Vec<Topic> {
        let about = |topic: &&Topic| matches!(topic, Topic::Grants | Topic::Devices | Topic::Telemetry(_));
        self.topics.iter().filter(about).cloned().collect()
    }
}
