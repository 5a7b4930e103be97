//! Durations such as `500ms`, sizes such as `64MiB`, and decimals turned into exact ratios (EDGE section 7).

use riversync_protocol::v1::Scale;

/// Milliseconds of `500ms`, `2s`, `5m`, `1h`, `7d`.
pub(crate) fn duration_ms(text: &str) -> Option<u64> {
    let (digits, unit) = split(text)?;
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    digits.checked_mul(factor)
}

/// Bytes of `4096`, `64KiB`, `64MiB`, `2GiB`, `10MB`.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    let (digits, unit) = split(text)?;
    let factor = match unit {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    digits.checked_mul(factor)
}

fn split(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end)?;
    Some((digits.replace('_', "").parse().ok()?, unit.trim_start()))
}

/// The exact ratio a decimal text (`0.1`, `-2.5e-3`) or a fraction (`1/3`) stands for, in lowest terms.
/// A tenth stays a tenth: nothing passes through binary floating point.
pub(crate) fn ratio(text: &str) -> Option<Scale> {
    let text = text.trim().replace('_', "");
    let (numerator, denominator) = match text.split_once('/') {
        Some((over, under)) => (over.trim().parse().ok()?, under.trim().parse().ok()?),
        None => decimal(&text)?,
    };
    reduce(numerator, denominator)
}

fn decimal(text: &str) -> Option<(i128, i128)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let numerator: i128 = digits.strip_prefix('+').unwrap_or(&digits).parse().ok()?;
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift < 0 { Some((numerator, power)) } else { Some((numerator.checked_mul(power)?, 1)) }
}

fn reduce(numerator: i128, denominator: i128) -> Option<Scale> {
    if numerator == 0 || denominator == 0 {
        return None;
    }
    let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = i128::try_from(a).ok()? * denominator.signum();
    Some(Scale {
        numerator: i64::try_from(numerator / common).ok()?,
        denominator: i64::try_from(denominator / common).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_and_sizes_are_read_as_people_write_them() {
        assert_eq!(duration_ms("500ms"), Some(500));
        assert_eq!(duration_ms(" 2 s"), Some(2_000));
        assert_eq!(duration_ms("5m"), Some(300_000));
        assert_eq!(duration_ms("5"), None);
        assert_eq!(duration_ms("-5s"), None);
        assert_eq!(duration_ms("999999999999999999d"), None);
        assert_eq!(bytes("64MiB"), Some(64 << 20));
        assert_eq!(bytes("1_000"), Some(1_000));
        assert_eq!(bytes("64 mb"), None);
    }

    #[test]
    fn a_tenth_is_a_tenth() {
        let is = |text, n, d| assert_eq!(ratio(text), Some(Scale { numerator: n, denominator: d }), "{text}");
        is("0.1", 1, 10);
        is("1", 1, 1);
        is("-2.5e-3", -1, 400);
        is("1e3", 1_000, 1);
        is("0.0625", 1, 16);
        is("1/3", 1, 3);
        is("2/-6", -1, 3);
        for none in ["0", "0.0", "1/0", "", ".", "abc", "1e99", "nan", "inf"] {
            assert_eq!(ratio(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9./eE_ a-z]{0,24}") {
            let _unused = (ratio(&text), duration_ms(&text), bytes(&text));
        }

        #[test]
        fn a_decimal_means_what_it_says(whole in 0_i64..10_000, digits in 0_u32..10_000) {
            let text = format!("{whole}.{digits:04}");
            let expected = (i128::from(whole) * 10_000) + i128::from(digits);
            if let Some(scale) = ratio(&text) {
                prop_assert_eq!(i128::from(scale.numerator) * 10_000, expected * i128::from(scale.denominator));
            } else {
                prop_assert_eq!(expected, 0);
            }
        }
    }
}
