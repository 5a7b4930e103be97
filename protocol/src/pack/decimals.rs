//! Floats that are images of decimals: 21.4 is 214 tenths, and the whole number costs a fraction of the float.
//!
//! A value counts only if the way back gives the same bits, so -0.0, NaN and everything else stay what they are.

/// Powers of ten that are tried, by their exponent.
const POWERS: [f64; 7] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0];
/// Above this a float no longer holds every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A float that may be a decimal.
pub(super) trait Float: Copy {
    fn wide(self) -> f64;
    fn narrow(wide: f64) -> Self;
    fn same(self, other: Self) -> bool;
}

impl Float for f64 {
    fn wide(self) -> f64 {
        self
    }
    fn narrow(wide: f64) -> Self {
        wide
    }
    fn same(self, other: Self) -> bool {
        self.to_bits() == other.to_bits()
    }
}

impl Float for f32 {
    fn wide(self) -> f64 {
        f64::from(self)
    }
    #[expect(clippy::cast_possible_truncation, reason = "the rounding is the point: the image of a decimal")]
    fn narrow(wide: f64) -> Self {
        wide as Self
    }
    fn same(self, other: Self) -> bool {
        self.to_bits() == other.to_bits()
    }
}

/// The float that `whole` is with `exponent` decimals.
pub(super) fn float<T: Float>(whole: i64, exponent: u8) -> Option<T> {
    let power = POWERS.get(usize::from(exponent))?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole numbers beyond 2^53 are never written by the other side"
    )]
    Some(T::narrow(whole as f64 / power))
}

fn whole<T: Float>(value: T, exponent: u8) -> Option<i64> {
    let scaled = (value.wide() * POWERS.get(usize::from(exponent))?).round();
    if !scaled.is_finite() || scaled.abs() >= EXACT {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is below 2^53")]
    let found = scaled as i64;
    float::<T>(found, exponent).filter(|back| back.same(value)).map(|_| found)
}

/// All of `columns` as whole numbers with the fewest decimals that do, if any do.
pub(super) fn wholes<T: Float>(columns: &[&[T]]) -> Option<(u8, Vec<Vec<i64>>)> {
    let mut exponent = 0u8;
    // The first values mostly decide, so that a class of true floats is found out early.
    for value in columns.iter().flat_map(|column| column.iter()) {
        while whole(*value, exponent).is_none() {
            exponent += 1;
            if usize::from(exponent) >= POWERS.len() {
                return None;
            }
        }
    }
    let all = |column: &&[T]| column.iter().map(|value| whole(*value, exponent)).collect::<Option<Vec<_>>>();
    columns.iter().map(all).collect::<Option<Vec<_>>>().map(|wholes| (exponent, wholes))
}
