//! Money as whole minor units and a currency. No floating point touches it.

use serde::Serialize;
use utoipa::ToSchema;

/// An amount in one currency. In the API: `{"cents":100000,"currency":"THB"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Money {
    /// Minor units: satang, cents.
    pub cents: i64,
    /// ISO 4217, such as `THB`.
    pub currency: String,
}

impl Money {
    /// An amount.
    pub fn new(cents: i64, currency: impl Into<String>) -> Self {
        Self { cents, currency: currency.into() }
    }

    /// The number alone, for files that programs read: `-1234.50`.
    pub fn decimal(&self) -> String {
        let (sign, cents) = (if self.cents < 0 { "-" } else { "" }, self.cents.unsigned_abs());
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

/// Hundredths of a percent as people read a share, without the sign and without zeros at its end: `12.5`.
pub fn percent(bp: i64) -> String {
    format!("{}.{:02}", bp / 100, bp % 100).trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl std::fmt::Display for Money {
    /// `1,234.50 THB`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = self.cents.unsigned_abs() / 100;
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.cents < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped}.{:02} {}", self.cents.unsigned_abs() % 100, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::{Money, percent};

    #[test]
    fn shares_are_read_without_zeros_that_say_nothing() {
        assert_eq!([percent(1200), percent(1250), percent(1205), percent(0)], ["12", "12.5", "12.05", "0"]);
    }

    #[test]
    fn groups_thousands_and_keeps_the_sign() {
        for (cents, shown) in
            [(0, "0.00 THB"), (5, "0.05 THB"), (10_000_000, "100,000.00 THB"), (-123_456, "-1,234.56 THB")]
        {
            assert_eq!(Money::new(cents, "THB").to_string(), shown);
            let decimal = shown.trim_end_matches(" THB").replace(',', "");
            assert_eq!(Money::new(cents, "THB").decimal(), decimal);
        }
    }
}
