//! Numbers as a chart takes and says them. Whatever comes in, what goes out can be drawn. Pure.

/// Beyond this a difference of two numbers could be infinite.
const MOST: f64 = 1e150;

/// A number that has a place on an axis; `None` for what is no number.
pub(super) fn placed(value: f64) -> Option<f64> {
    value.is_finite().then(|| value.clamp(-MOST, MOST))
}

/// With so many digits behind the point; a number that nobody would count the digits of with its power of ten.
pub(super) fn plain(value: f64, decimals: u8) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = if value.abs() >= 1e15 {
        format!("{value:.3e}")
    } else {
        format!("{value:.*}", usize::from(decimals.min(9)))
    };
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}

/// As an axis says it, in at most seven characters: `12 k`, `3.5 M`. `step` tells which digits matter.
pub(super) fn short(value: f64, step: f64) -> String {
    let size = value.abs();
    let (by, word) = match size {
        _ if size < 1e4 => (1.0, ""),
        _ if size < 1e6 => (1e3, " k"),
        _ if size < 1e9 => (1e6, " M"),
        _ if size < 1e12 => (1e9, " G"),
        _ => return format!("{value:.1e}"),
    };
    let step = step.abs() / by;
    match digits(step) {
        Some(digits) => format!("{}{word}", plain(value / by, digits)),
        None if size == 0.0 => "0".to_owned(),
        None => format!("{value:.0e}"),
    }
}

/// How many digits behind the point tell neighbours apart; `None` for more than four.
fn digits(step: f64) -> Option<u8> {
    (0..5_u8).find(|digits| step * 10_f64.powi(i32::from(*digits)) >= 0.999)
}

/// A share of `whole`, from 0 to 1.
pub(super) fn share(part: f64, whole: f64) -> f64 {
    let share = part / whole;
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

/// A share as whole percent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::{plain, share, short};
    use proptest::prelude::{any, proptest};

    #[test]
    fn an_axis_has_room_for_what_it_says() {
        let said = [(1_200_000.0, 200_000.0), (20_000.0, 5_000.0), (0.25, 0.05), (-3e-7, 1e-7), (4e20, 1e20)];
        assert_eq!(said.map(|(v, step)| short(v, step)), ["1.2 M", "20 k", "0.25", "-3e-7", "4.0e20"]);
        assert_eq!(plain(-0.04, 1), "0.0", "nothing is minus nothing");
        assert_eq!((share(3.0, 0.0).to_bits(), share(5.0, 4.0).to_bits()), (0, 1.0_f64.to_bits()));
    }

    proptest! {
        #[test]
        fn no_number_is_said_as_none(value in any::<f64>(), step in any::<f64>(), decimals in any::<u8>()) {
            for text in [plain(value, decimals), short(value, step)] {
                assert!(value.is_nan() || value.is_infinite() || !text.contains("NaN") && !text.contains("inf"), "{text}");
            }
        }
    }
}
