//! The words of the channel.

/// An organisation by id and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// As people read it.
    pub name: String,
}

/// How an agreement stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// In force.
    Active,
    /// Agreed, not begun; or asked for and not decided.
    Pending,
    /// Over.
    Ended,
}

impl Status {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Pending => "Pending",
            Self::Ended => "Ended",
        }
    }

    /// Of the stored word and dates, at `now_ms`.
    pub(super) fn at(word: &str, from_ms: i64, until_ms: Option<i64>, now_ms: i64) -> Self {
        match word {
            _ if until_ms.is_some_and(|until_ms| until_ms <= now_ms) => Self::Ended,
            "active" if from_ms <= now_ms => Self::Active,
            "active" | "pending" => Self::Pending,
            _ => Self::Ended,
        }
    }
}

/// A distributor may channel the deals of a reseller for a region and a product line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistributionAgreement {
    /// Its id.
    pub id: String,
    /// Through whom.
    pub distributor: Named,
    /// Whose deals.
    pub reseller: Named,
    /// Where.
    pub region: String,
    /// For what.
    pub product_line: String,
    /// How it stands.
    pub status: Status,
    /// From when, Unix milliseconds.
    pub from_ms: i64,
    /// Until when, exclusive; `None` until somebody ends it.
    pub until_ms: Option<i64>,
}
