//! From "it holds" to "it is raised": hysteresis and the delays of an alarm. Pure:
//! `(delays, phase, verdict, at) -> (phase, change)`.

use riversync_protocol::v1::AlarmState;

/// What one look says about the condition of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The condition holds.
    Alarming,
    /// Between the limit and the value at which it is over: nothing changes.
    Between,
    /// It is over.
    Normal,
}

/// How long a condition must hold, and be over, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delays {
    pub raise_ms: u32,
    pub clear_ms: u32,
}

/// What is known of one alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing yet: an alarm may stand from before that nobody remembers.
    Unknown,
    /// All is well.
    Clear,
    /// The condition holds since then, not yet for long enough.
    Pending {
        /// Since when, Unix milliseconds.
        since_ms: i64,
        /// Whether an alarm may stand from before.
        unknown: bool,
    },
    /// The alarm stands.
    Raised,
    /// It stands, and is over since then, not yet for long enough.
    Clearing {
        /// Since when, Unix milliseconds.
        since_ms: i64,
    },
}

/// The phase after a look at `at_ms`, and what changed.
pub(super) fn step(
    delays: Delays,
    phase: Phase,
    verdict: Verdict,
    at_ms: i64,
) -> (Phase, Option<AlarmState>) {
    use Verdict::{Alarming, Between, Normal};
    let over = |since_ms: i64, ms: u32| at_ms.saturating_sub(since_ms) >= i64::from(ms);
    let raised = (Phase::Raised, Some(AlarmState::Raised));
    let cleared = (Phase::Clear, Some(AlarmState::Cleared));
    match (phase, verdict) {
        (Phase::Unknown | Phase::Clear, Alarming) if delays.raise_ms == 0 => raised,
        (Phase::Unknown | Phase::Clear, Alarming) => {
            (Phase::Pending { since_ms: at_ms, unknown: phase == Phase::Unknown }, None)
        }
        (Phase::Pending { since_ms, .. }, Alarming) if over(since_ms, delays.raise_ms) => raised,
        (Phase::Pending { .. }, Alarming) => (phase, None),
        (Phase::Unknown | Phase::Pending { unknown: true, .. }, Normal) => cleared,
        (Phase::Pending { unknown: true, .. }, Between) => (Phase::Unknown, None),
        (Phase::Pending { unknown: false, .. }, Between | Normal) => (Phase::Clear, None),
        (Phase::Raised | Phase::Clearing { .. }, Alarming) => (Phase::Raised, None),
        (Phase::Raised, Normal) if delays.clear_ms == 0 => cleared,
        (Phase::Raised, Normal) => (Phase::Clearing { since_ms: at_ms }, None),
        (Phase::Clearing { since_ms }, Normal) if over(since_ms, delays.clear_ms) => cleared,
        (Phase::Clearing { .. }, Between) => (Phase::Raised, None),
        (Phase::Clearing { .. }, Normal) | (Phase::Unknown | Phase::Clear | Phase::Raised, Between) => {
            (phase, None)
        }
        (Phase::Clear, Normal) => (Phase::Clear, None),
    }
}

/// The verdict that goes on when nothing new is said while a delay runs.
pub(super) fn goes_on(phase: Phase) -> Option<Verdict> {
    match phase {
        Phase::Pending { .. } => Some(Verdict::Alarming),
        Phase::Clearing { .. } => Some(Verdict::Normal),
        Phase::Unknown | Phase::Clear | Phase::Raised => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_dip_starts_the_delay_again_and_so_does_a_peak_while_clearing() {
        let delays = Delays { raise_ms: 1_000, clear_ms: 500 };
        let go = |phase, verdict, at_ms| step(delays, phase, verdict, at_ms);
        let (phase, _) = go(Phase::Clear, Verdict::Alarming, 0);
        let (phase, _) = go(phase, Verdict::Between, 500);
        assert_eq!(phase, Phase::Clear);
        let (phase, _) = go(phase, Verdict::Alarming, 600);
        assert_eq!(go(phase, Verdict::Alarming, 1_599).1, None);
        assert_eq!(go(phase, Verdict::Alarming, 1_600), (Phase::Raised, Some(AlarmState::Raised)));
        let (phase, _) = go(Phase::Raised, Verdict::Normal, 2_000);
        assert_eq!(phase, Phase::Clearing { since_ms: 2_000 });
        assert_eq!(go(phase, Verdict::Between, 2_400).0, Phase::Raised);
        assert_eq!(go(phase, Verdict::Alarming, 2_400), (Phase::Raised, None), "it never went away");
        assert_eq!(go(phase, Verdict::Normal, 2_500), (Phase::Clear, Some(AlarmState::Cleared)));
    }

    fn verdict() -> impl Strategy<Value = Verdict> {
        prop_oneof![Just(Verdict::Alarming), Just(Verdict::Between), Just(Verdict::Normal)]
    }

    proptest! {
        #[test]
        fn raised_and_cleared_take_turns_and_each_is_deserved(
            looks in proptest::collection::vec((verdict(), 0_i64..3_000), 1..120),
            raise_ms in 0_u32..4_000, clear_ms in 0_u32..4_000,
        ) {
            let delays = Delays { raise_ms, clear_ms };
            let (mut phase, mut at_ms, mut last) = (Phase::Unknown, 0, None);
            let (mut alarming_since, mut normal_since) = (None, None);
            for (verdict, step_ms) in looks {
                at_ms += step_ms;
                if verdict == Verdict::Alarming { alarming_since.get_or_insert(at_ms); } else { alarming_since = None; }
                if verdict == Verdict::Normal { normal_since.get_or_insert(at_ms); } else { normal_since = None; }
                let was_known = phase != Phase::Unknown && !matches!(phase, Phase::Pending { unknown: true, .. });
                let (next, change) = step(delays, phase, verdict, at_ms);
                phase = next;
                match change {
                    Some(AlarmState::Raised) => {
                        prop_assert!(alarming_since.is_some_and(|since| at_ms - since >= i64::from(raise_ms)));
                        prop_assert_ne!(last, change);
                    }
                    Some(AlarmState::Cleared) => {
                        let waited = normal_since.is_some_and(|since| at_ms - since >= i64::from(clear_ms));
                        prop_assert!(waited || !was_known);
                        prop_assert_ne!(last, change);
                    }
                    None => {}
                }
                last = change.or(last);
            }
        }
    }
}
