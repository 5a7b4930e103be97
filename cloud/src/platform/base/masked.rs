//! What a viewer may not see. A hidden value is not there: it cannot be shown, compared, summed or serialised,
//! because the variant that says "hidden" carries none (PAR-7b).

use super::{Language, Money};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Why a value is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// A distributor looks at a deal that does not run through it.
    OffChannel,
    /// The viewer's role does not include it.
    Role,
    /// The viewer's organisation has not accepted yet what is offered to it.
    Unaccepted,
}

/// A value, or the fact that it is hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Masked<T> {
    /// The viewer may see it.
    Shown(T),
    /// The viewer may not, and this holds nothing of it.
    Hidden(Hidden),
}

impl<T> Masked<T> {
    /// The value, for those who may see it.
    pub fn shown(&self) -> Option<&T> {
        match self {
            Self::Shown(value) => Some(value),
            Self::Hidden(_) => None,
        }
    }

    /// Whether there is nothing to see.
    pub fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden(_))
    }

    /// The same secrecy over another form of the value.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Masked<U> {
        match self {
            Self::Shown(value) => Masked::Shown(to(value)),
            Self::Hidden(why) => Masked::Hidden(why),
        }
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OffChannel => "•••• Off-channel",
            Self::Role => "•••• Not for your role",
            Self::Unaccepted => "•••• Shown once you accept",
        })
    }
}

impl Hidden {
    /// The same in the language of who reads it.
    pub fn told(self, language: Language) -> String {
        match (language, self) {
            (Language::English, _) => self.to_string(),
            (Language::Thai, Self::OffChannel) => "•••• นอกช่องทาง".to_owned(),
            (Language::Thai, Self::Role) => "•••• ไม่ใช่สำหรับบทบาทของคุณ".to_owned(),
            (Language::Thai, Self::Unaccepted) => "•••• แสดงเมื่อคุณตอบรับ".to_owned(),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(value) => value.fmt(f),
            Self::Hidden(why) => why.fmt(f),
        }
    }
}

/// `{"masked":true}` where the value would stand.
impl<T: Serialize> Serialize for Masked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Shown(value) => value.serialize(serializer),
            Self::Hidden(_) => {
                let mut object = serializer.serialize_struct("Masked", 1)?;
                object.serialize_field("masked", &true)?;
                object.end()
            }
        }
    }
}

/// What the shown amounts come to, by currency, and how many were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    cents: BTreeMap<String, i64>,
    hidden: usize,
}

impl Total {
    /// Each sum, by currency.
    pub fn sums(&self) -> impl Iterator<Item = Money> + '_ {
        self.cents.iter().map(|(currency, cents)| Money::new(*cents, currency.clone()))
    }

    /// Whether nothing was added: no sum, and nothing that is hidden.
    pub fn is_empty(&self) -> bool {
        self.cents.is_empty() && self.hidden == 0
    }

    /// How many values were hidden and are in no sum.
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// Adds one.
    pub fn add(&mut self, value: &Masked<Money>) {
        match value {
            Masked::Shown(money) => self.add_sum(money.clone()),
            Masked::Hidden(_) => self.add_hidden(1),
        }
    }

    /// Adds what several shown amounts of one currency come to.
    pub fn add_sum(&mut self, money: Money) {
        let sum = self.cents.entry(money.currency).or_default();
        *sum = sum.saturating_add(money.cents);
    }

    /// `1,000.00 THB + 5.00 USD, excludes 2 masked`; `2 masked` where there is nothing else.
    pub fn told(&self, language: Language) -> String {
        let sums: Vec<String> = self.sums().map(|sum| sum.to_string()).collect();
        let (sums, hidden) = (sums.join(" + "), self.hidden);
        match (sums.is_empty(), hidden, language) {
            (true, 0, _) => "—".to_owned(),
            (false, 0, _) => sums,
            (true, _, Language::English) => format!("{hidden} masked"),
            (true, _, Language::Thai) => format!("ปิดบัง {hidden} รายการ"),
            (false, _, Language::English) => format!("{sums}, excludes {hidden} masked"),
            (false, _, Language::Thai) => format!("{sums} ไม่รวมที่ปิดบัง {hidden} รายการ"),
        }
    }

    /// Leaves out so many that are hidden.
    pub fn add_hidden(&mut self, count: usize) {
        self.hidden += count;
    }
}

impl<'a> FromIterator<&'a Masked<Money>> for Total {
    fn from_iter<I: IntoIterator<Item = &'a Masked<Money>>>(values: I) -> Self {
        let mut total = Self::default();
        values.into_iter().for_each(|value| total.add(value));
        total
    }
}

/// `{"sums":[{"cents":100000,"currency":"THB"}],"masked":2}`.
/// How the API writes it.
#[derive(ToSchema)]
#[schema(as = Total)]
#[expect(dead_code, reason = "the shape of what `Total` writes, for the description of the API")]
struct TotalShape {
    sums: Vec<super::Money>,
    /// How many amounts were left out because they are hidden.
    masked: usize,
}

impl PartialSchema for Total {
    fn schema() -> RefOr<Schema> {
        TotalShape::schema()
    }
}

impl ToSchema for Total {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Total")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        TotalShape::schemas(schemas);
    }
}

impl Serialize for Total {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Total", 2)?;
        object.serialize_field("sums", &self.sums().collect::<Vec<_>>())?;
        object.serialize_field("masked", &self.hidden)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Hidden, Masked, Total};
    use crate::platform::base::{Language, Money};

    #[test]
    fn totals_say_what_they_leave_out() {
        let values = [
            Masked::Shown(Money::new(150, "THB")),
            Masked::Hidden(Hidden::OffChannel),
            Masked::Shown(Money::new(250, "THB")),
            Masked::Hidden(Hidden::Role),
        ];
        let total: Total = values.iter().collect();
        assert_eq!(total.told(Language::English), "4.00 THB, excludes 2 masked");
        let json = serde_json::to_string(&total).unwrap();
        assert_eq!(json, r#"{"sums":[{"cents":400,"currency":"THB"}],"masked":2}"#);
        assert_eq!(Total::default().told(Language::English), "—");
    }

    #[test]
    fn a_hidden_value_serialises_as_nothing_but_that() {
        let hidden: Masked<i64> = Masked::Hidden(Hidden::OffChannel);
        assert_eq!(serde_json::to_string(&hidden).unwrap(), r#"{"masked":true}"#);
        assert_eq!(serde_json::to_string(&Masked::Shown(7)).unwrap(), "7");
    }
}
