//! Who is on the line and what of them is granted, as both change.

use super::bus::{Bus, set_link};
use super::unit::{GRID, Unit};
use crate::config::Connection;
use crate::sources::Link;
use crate::sources::group::Validity;
use crate::sources::supervise::Member;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

impl Bus {
    /// Takes over who is on the line. A unit that stays keeps what is known of it, and its times.
    pub(super) fn adopt(&mut self) {
        let members = Arc::clone(&self.members.borrow());
        let mut before = std::mem::take(&mut self.units);
        let unit = |member: &Member| {
            if let Some(known) = before.iter().position(|unit| unit.device == member.device) {
                return Some(before.swap_remove(known));
            }
            let Connection::Modbus(at) = &member.device.connection else { return None };
            let lesson = self.learned.of(&member.device, at);
            Some(Unit::new(member.device.clone(), at.clone(), member.place, lesson, Instant::now()))
        };
        self.units = members.iter().filter_map(unit).collect();
    }

    /// Takes over the policy in force; tells when it must be looked at again.
    pub(super) fn regroup(&mut self) -> Option<Validity> {
        let granted = Arc::clone(&self.context.granted.borrow_and_update());
        let now_ms = self.context.clock.now_ms();
        let start = next_on_grid(Instant::now(), self.context.clock.monotonic());
        for unit in &mut self.units {
            unit.regroup(&granted, now_ms, start);
            if unit.polls.is_empty() {
                set_link(&self.context, unit, Link::Idle, "");
            }
        }
        Validity::of(&granted, now_ms)
    }
}

/// The next point of a grid that all lines of the process share: it begins where the `monotonic` clock does.
fn next_on_grid(now: Instant, monotonic: Duration) -> Instant {
    let past = monotonic.as_nanos() % GRID.as_nanos();
    now + GRID - Duration::from_nanos(u64::try_from(past).unwrap_or(0))
}
