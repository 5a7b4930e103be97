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
    use super::Money;

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
