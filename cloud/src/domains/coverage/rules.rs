//! Visibility = coverage AND grant AND now. Pure, so that it holds the same on a page, in a stream and in a policy.

use super::model::{Coverage, Grant, Window};
use crate::platform::base::DAY_MS;

/// The time in which `partner_id` may have this metric, with the closest spacing: one entry per grant, touching
/// coverage merged, because an agreement that is renewed is no new stranger.
pub fn shares(
    coverage: &[Coverage],
    grants: &[Grant],
    partner_id: &str,
    device_id: &str,
    metric: &str,
) -> Vec<(Window, u32)> {
    let covered = merged(
        coverage.iter().filter(|c| c.partner_id == partner_id && c.device_id == device_id).map(|c| c.window),
    );
    grants
        .iter()
        .filter(|g| g.partner_id == partner_id && g.revoked_ms.is_none() && g.names(device_id, metric))
        .flat_map(|g| covered.iter().filter_map(|c| Some((c.meet(g.window)?, g.min_interval_ms))))
        .collect()
}

/// What `partner_id` may read at `now_ms`: nothing unless it is covered and granted now; then the points of every
/// covered time of the grants that hold now.
pub fn readable(
    coverage: &[Coverage],
    grants: &[Grant],
    partner_id: &str,
    device_id: &str,
    metric: &str,
    now_ms: i64,
) -> Vec<Window> {
    let mine = |c: &&Coverage| c.partner_id == partner_id && c.device_id == device_id;
    if !coverage.iter().filter(mine).any(|c| c.window.holds(now_ms)) {
        return Vec::new();
    }
    let covered = merged(coverage.iter().filter(mine).map(|c| c.window));
    let active = grants
        .iter()
        .filter(|g| g.partner_id == partner_id && g.is_active(now_ms) && g.names(device_id, metric));
    merged(active.flat_map(|g| covered.iter().filter_map(|c| c.meet(g.window))))
}

/// When what is readable at `now_ms` ends if nothing changes.
pub fn ends_ms(windows: &[Window], now_ms: i64) -> Option<i64> {
    windows.iter().filter(|w| w.holds(now_ms)).map(|w| w.until_ms).max()
}

/// How many days before its end a grant is told of.
const REMINDERS: [i64; 3] = [1, 7, 30];
/// The first reminder, before the end.
pub const FIRST_REMINDER_MS: i64 = 30 * DAY_MS;

/// Of which reminder it is time at `now_ms` for a grant of `window`: of the nearest one that fell due since the grant
/// began. What was missed for the next one is not told twice.
pub fn reminder(window: Window, now_ms: i64) -> Option<i64> {
    let due = |days: &i64| window.until_ms - days * DAY_MS;
    let fell_due = |days: &i64| due(days) <= now_ms && due(days) > window.from_ms;
    REMINDERS.into_iter().find(fell_due).filter(|_| window.holds(now_ms))
}

/// Windows in order; those that touch or overlap become one.
pub fn merged(windows: impl Iterator<Item = Window>) -> Vec<Window> {
    let mut windows: Vec<Window> = windows.filter(|w| w.from_ms < w.until_ms).collect();
    windows.sort_unstable();
    let mut out: Vec<Window> = Vec::with_capacity(windows.len());
    for window in windows {
        match out.last_mut() {
            Some(last) if window.from_ms <= last.until_ms => {
                last.until_ms = last.until_ms.max(window.until_ms);
            }
            _ => out.push(window),
        }
    }
    out
}
