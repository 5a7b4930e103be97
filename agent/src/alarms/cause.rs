//! Why an alarm was raised or cleared, in words of the profile and never with a value that was read.

use crate::profile::{AlarmRule, Condition, Limit};
use riversync_protocol::v1::AlarmState;

/// The sentence of an alarm with its cause; `unit` is the metric's, `link` what is known of the connection.
pub(super) fn text(rule: &AlarmRule, state: AlarmState, unit: &str, link: &str) -> String {
    let cause = match state {
        AlarmState::Raised => raised(rule, unit, link),
        AlarmState::Cleared => cleared(rule, unit),
    };
    format!("{} ({cause})", rule.text)
}

fn raised(rule: &AlarmRule, unit: &str, link: &str) -> String {
    let lasting = if rule.for_ms == 0 { String::new() } else { format!(" for {}", span(rule.for_ms)) };
    match rule.condition {
        Condition::Threshold { limit: Limit::Above(limit), .. } => {
            format!("above {}{lasting}", amount(limit, unit))
        }
        Condition::Threshold { limit: Limit::Below(limit), .. } => {
            format!("below {}{lasting}", amount(limit, unit))
        }
        Condition::Rate { by: Limit::Above(by), within_ms } => {
            format!("rose by more than {} within {}", amount(by, unit), span(within_ms))
        }
        Condition::Rate { by: Limit::Below(by), within_ms } => {
            format!("fell by more than {} within {}", amount(by, unit), span(within_ms))
        }
        Condition::Silent(ms) => format!("nothing came for {}", span(ms)),
        Condition::LinkDown if link.is_empty() => format!("no connection{lasting}"),
        Condition::LinkDown => format!("{link}{lasting}"),
        Condition::WrongDevice => "another device answers at its address".to_owned(),
    }
}

fn cleared(rule: &AlarmRule, unit: &str) -> String {
    match rule.condition {
        Condition::Threshold { limit: Limit::Above(_), clear } => {
            format!("{} or less again", amount(clear, unit))
        }
        Condition::Threshold { limit: Limit::Below(_), clear } => {
            format!("{} or more again", amount(clear, unit))
        }
        Condition::Rate { .. } => "steady again".to_owned(),
        Condition::Silent(_) => "values come again".to_owned(),
        Condition::LinkDown => "it answers again".to_owned(),
        Condition::WrongDevice => "the right device answers again".to_owned(),
    }
}

fn amount(limit: f64, unit: &str) -> String {
    if unit.is_empty() { limit.to_string() } else { format!("{limit} {unit}") }
}

fn span(ms: u32) -> String {
    match ms {
        ms if ms % 3_600_000 == 0 => format!("{} h", ms / 3_600_000),
        ms if ms % 60_000 == 0 => format!("{} min", ms / 60_000),
        ms if ms % 1_000 == 0 => format!("{} s", ms / 1_000),
        ms => format!("{ms} ms"),
    }
}
