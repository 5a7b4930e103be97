//! Grants and coverage to the exact rows of one agent's policy. Pure. Future rows travel ahead, so that a move flips on
//! the gateway at its minute even when the link is down.

use super::model::{Coverage, Grant, Window};
use super::rules::{merged, shares};
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::PolicyRow;
use std::collections::{BTreeMap, BTreeSet};

/// The rows for the devices that `coverage` and `grants` speak of, without what has ended at `now_ms`. Names that
/// cannot cross the wire are left out: what cannot be named is not granted.
pub fn rows(coverage: &[Coverage], grants: &[Grant], now_ms: i64) -> Vec<PolicyRow> {
    let mut named: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for grant in grants {
        named.extend(grant.items.iter().map(|(d, m)| (d.as_str(), m.as_str(), grant.partner_id.as_str())));
    }
    let mut out: BTreeSet<(&str, &str, u32, Window)> = BTreeSet::new();
    for (device, metric, partner) in named {
        let mut by_interval: BTreeMap<u32, Vec<Window>> = BTreeMap::new();
        for (window, interval_ms) in shares(coverage, grants, partner, device, metric) {
            by_interval.entry(interval_ms).or_default().push(window);
        }
        for (interval_ms, windows) in by_interval {
            // Windows of two partners stay apart: what one was granted before a move never flows for the other.
            let current = merged(windows.into_iter()).into_iter().filter(|w| w.until_ms > now_ms);
            out.extend(current.map(|window| (device, metric, interval_ms, window)));
        }
    }
    out.into_iter()
        .filter_map(|(device, metric, min_interval_ms, window)| {
            Some(PolicyRow {
                device: DeviceId::new(device).ok()?,
                metric: MetricName::new(metric).ok()?,
                min_interval_ms,
                from_ms: window.from_ms,
                until_ms: window.until_ms,
            })
        })
        .collect()
}
