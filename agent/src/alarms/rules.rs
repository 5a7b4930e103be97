//! One threshold with hysteresis and delay. Pure: `(rule, state, value, at) -> (state, change)`.

use crate::profile::{AlarmRule, Limit};
use riversync_protocol::v1::AlarmState;

/// What is known of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing yet since the start: an alarm may stand from before.
    Unknown,
    /// The value is normal.
    Clear,
    /// The limit is passed since then, not yet for long enough.
    Pending {
        /// Since when, Unix milliseconds.
        since_ms: i64,
        /// Whether an alarm may stand from before.
        unknown: bool,
    },
    /// The alarm stands.
    Raised,
}

/// The state after a value at `at_ms`, and what changed.
pub(super) fn step(rule: &AlarmRule, state: State, value: f64, at_ms: i64) -> (State, Option<AlarmState>) {
    let (passed, normal) = match rule.limit {
        Limit::Above(limit) => (value > limit, value <= rule.clear),
        Limit::Below(limit) => (value < limit, value >= rule.clear),
    };
    let long_enough = |since_ms: i64| at_ms.saturating_sub(since_ms) >= i64::from(rule.for_ms);
    match state {
        State::Raised if normal => (State::Clear, Some(AlarmState::Cleared)),
        State::Raised => (State::Raised, None),
        State::Pending { since_ms, .. } if passed && long_enough(since_ms) => {
            (State::Raised, Some(AlarmState::Raised))
        }
        State::Pending { .. } if passed => (state, None),
        State::Unknown | State::Clear if passed && rule.for_ms == 0 => {
            (State::Raised, Some(AlarmState::Raised))
        }
        State::Unknown | State::Clear if passed => {
            (State::Pending { since_ms: at_ms, unknown: state == State::Unknown }, None)
        }
        State::Unknown | State::Pending { unknown: true, .. } if normal => {
            (State::Clear, Some(AlarmState::Cleared))
        }
        State::Unknown | State::Pending { unknown: true, .. } => (State::Unknown, None),
        State::Clear | State::Pending { unknown: false, .. } => (State::Clear, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use riversync_protocol::ids::MetricName;
    use riversync_protocol::v1::Severity;

    fn rule(limit: Limit, clear: f64, for_ms: u32) -> AlarmRule {
        let name = MetricName::new("m").unwrap();
        let text = String::new();
        AlarmRule { code: name.clone(), metric: name, limit, clear, for_ms, severity: Severity::Info, text }
    }

    #[test]
    fn a_dip_starts_the_delay_again_and_below_mirrors_above() {
        let rule = rule(Limit::Below(2.0), 3.0, 1_000);
        let (state, _) = step(&rule, State::Clear, 1.0, 0);
        let (state, _) = step(&rule, state, 2.5, 500);
        assert_eq!(state, State::Clear);
        let (state, _) = step(&rule, state, 1.0, 600);
        assert_eq!(step(&rule, state, 1.0, 1_500).1, None);
        assert_eq!(step(&rule, state, 1.0, 1_600).1, Some(AlarmState::Raised));
        assert_eq!(step(&rule, State::Raised, 2.9, 0).1, None);
        assert_eq!(step(&rule, State::Raised, 3.0, 0).1, Some(AlarmState::Cleared));
    }

    proptest! {
        #[test]
        fn raised_and_cleared_take_turns_and_each_is_deserved(
            values in proptest::collection::vec((0_u32..120, 0_i64..3_000), 1..100), for_ms in 0_u32..4_000,
        ) {
            let rule = rule(Limit::Above(80.0), 60.0, for_ms);
            let (mut state, mut at_ms, mut last, mut passed_since) = (State::Unknown, 0, None, None);
            for (value, step_ms) in values {
                at_ms += step_ms;
                let value = f64::from(value);
                if value > 80.0 { passed_since.get_or_insert(at_ms); } else { passed_since = None; }
                let (next, change) = step(&rule, state, value, at_ms);
                state = next;
                match change {
                    Some(AlarmState::Raised) => {
                        prop_assert!(passed_since.is_some_and(|since| at_ms - since >= i64::from(for_ms)));
                        prop_assert_ne!(last, change);
                    }
                    Some(AlarmState::Cleared) => {
                        prop_assert!(value <= 60.0);
                        prop_assert_ne!(last, change);
                    }
                    None => {}
                }
                last = change.or(last);
            }
        }
    }
}
