//! Factors of other tools as the exact fractions of ours.

use crate::config::units::ratio;

/// `multiplier / divider` as a profile writes a scale; `None` when it is 1 or nothing a scale can be.
pub(super) fn fraction(multiplier: Option<&str>, divider: Option<&str>) -> Result<Option<String>, String> {
    let exact = |text: &str| {
        ratio(text).ok_or_else(|| format!("\"{text}\" is not a factor other than 0 with at most 18 digits"))
    };
    let (over, under) = (exact(multiplier.unwrap_or("1"))?, exact(divider.unwrap_or("1"))?);
    let numerator = i128::from(over.numerator) * i128::from(under.denominator);
    let denominator = i128::from(over.denominator) * i128::from(under.numerator);
    let text = format!("{numerator}/{denominator}");
    let reduced = ratio(&text).ok_or_else(|| format!("the factor {text} is too fine to be exact"))?;
    Ok(match (reduced.numerator, i128::from(reduced.denominator)) {
        (1, 1) => None,
        (numerator, 1) => Some(numerator.to_string()),
        (numerator, denominator) => Some(
            decimal(numerator.into(), denominator).unwrap_or_else(|| format!("{numerator}/{denominator}")),
        ),
    })
}

/// A fraction whose denominator is a power of ten, as people write it: `1/10` is `0.1`.
fn decimal(numerator: i128, denominator: i128) -> Option<String> {
    let places = (1..=18).find(|places| 10_i128.pow(*places) % denominator == 0)?;
    let power = 10_i128.pow(places);
    let scaled = numerator.checked_mul(power / denominator)?;
    let (sign, digits) = (if scaled < 0 { "-" } else { "" }, scaled.unsigned_abs());
    let power = power.unsigned_abs();
    let width = usize::try_from(places).ok()?;
    Some(format!("{sign}{}.{:0width$}", digits / power, digits % power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_stay_exact() {
        let of = |over: &str, under: &str| fraction(Some(over), Some(under)).unwrap();
        assert_eq!(of("1", "10"), Some("0.1".into()));
        assert_eq!(of("0.01", "1"), Some("0.01".into()));
        assert_eq!(of("1", "3"), Some("1/3".into()));
        assert_eq!(of("-2.5", "1"), Some("-2.5".into()));
        assert_eq!(of("10", "10"), None);
        assert_eq!(of("100", "1"), Some("100".into()));
        assert!(fraction(Some("0"), None).is_err());
        assert!(fraction(None, Some("0")).is_err());
        assert!(fraction(Some("x"), None).is_err());
    }
}
