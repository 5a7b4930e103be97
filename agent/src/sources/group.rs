//! Which granted metrics of a device are read together: those with the same effective interval.

use crate::config::Device;
use crate::grant::Granted;
use crate::profile::{MessageAt, Metric, Part, Place};
use riversync_protocol::v1::{Group, Schema};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Metrics that are read at one time. `metrics` are indexes into the profile, in the order of the columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Together {
    /// How they are named on their way on.
    pub group: Arc<Group>,
    /// Which metrics of the profile.
    pub metrics: Vec<usize>,
    /// How often, milliseconds.
    pub interval_ms: u32,
}

/// The span of wall time for which a plan holds: until a grant begins or ends, or the clock is set back.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    from_ms: i64,
    until_ms: i64,
}

impl Validity {
    /// How long what is granted at `now_ms` stays so; `None` for ever.
    pub(super) fn of(granted: &Granted, now_ms: i64) -> Option<Self> {
        granted.next_change_ms(now_ms).map(|until_ms| Self { from_ms: now_ms, until_ms })
    }

    /// Whether it must be planned anew.
    pub(super) fn is_over(self, now_ms: i64) -> bool {
        now_ms >= self.until_ms || now_ms < self.from_ms
    }
}

/// Groups what is granted of `device` at `now_ms`. A metric is polled as often as its profile says it is worth it,
/// but never closer than its grant allows.
pub(super) fn polled(device: &Device, granted: &Granted, now_ms: i64) -> Vec<Together> {
    grouped(device, granted, now_ms, |metric, closest| (metric.interval_ms.max(closest), ()))
}

/// Groups what may be taken from messages of `device` at `now_ms`: what comes in one message is read together, and
/// Sparkplug metrics come alone. The device speaks when it likes: the interval is only the closest spacing that is
/// granted, often 0.
pub(super) fn heard(device: &Device, granted: &Granted, now_ms: i64) -> Vec<Together> {
    grouped(device, granted, now_ms, |metric, closest| (closest, message_of(metric)))
}

/// What tells the messages apart in which metrics come.
fn message_of(metric: &Metric) -> Option<&str> {
    match &metric.place {
        Place::Message(MessageAt { part: Part::Sparkplug(name), .. }) => Some(name),
        Place::Message(at) => at.topic.as_deref(),
        Place::Register(_) => None,
    }
}

fn grouped<'a, K: Ord>(
    device: &'a Device,
    granted: &Granted,
    now_ms: i64,
    key: impl Fn(&'a Metric, u32) -> (u32, K),
) -> Vec<Together> {
    let allowed = granted.metrics_of(&device.id, now_ms);
    let mut groups: BTreeMap<(u32, K), Vec<usize>> = BTreeMap::new();
    for (index, metric) in device.profile.metrics.iter().enumerate() {
        if let Some(closest) = allowed.get(&metric.name) {
            groups.entry(key(metric, *closest)).or_default().push(index);
        }
    }
    groups.into_iter().map(|((interval_ms, _), metrics)| together(device, metrics, interval_ms)).collect()
}

fn together(device: &Device, metrics: Vec<usize>, interval_ms: u32) -> Together {
    let columns = metrics.iter().filter_map(|index| device.profile.metrics.get(*index)).map(Metric::column);
    let group = Group { device: device.id.clone(), interval_ms, columns: columns.collect() };
    debug_assert!(Schema { groups: vec![group.clone()] }.check().is_ok());
    Together { group: Arc::new(group), metrics, interval_ms }
}
