//! What is asked of a list: which records, in which order, from where on.

use super::stages::Stage;
use crate::platform::error::Error;
use crate::platform::web::layout::View;
use crate::platform::web::one_of;

/// What a list can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The reference.
    Id,
    /// What it is about.
    Title,
    /// For whom.
    Customer,
    /// The rung, and how it stands there.
    Status,
    /// What it is worth, by currency.
    Value,
    /// The last change.
    Updated,
}

impl Key {
    /// All of them.
    pub(super) const ALL: [Self; 6] =
        [Self::Id, Self::Title, Self::Customer, Self::Status, Self::Value, Self::Updated];

    /// Whether a lens may hide it in some records.
    pub(super) fn may_hide(self) -> bool {
        matches!(self, Self::Title | Self::Customer | Self::Value)
    }

    /// Its name in addresses.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Customer => "customer",
            Self::Status => "status",
            Self::Value => "value",
            Self::Updated => "updated",
        }
    }
}

/// An order. Whatever is equal is told apart by id, so every record has one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) key: Key,
    pub(super) falling: bool,
}

/// Newest change first.
impl Default for Order {
    fn default() -> Self {
        Self { key: Key::Updated, falling: true }
    }
}

impl Order {
    /// What tells its cursors from those of other orders.
    pub(super) fn stamp(self) -> [&'static str; 2] {
        [self.key.key(), if self.falling { "falling" } else { "rising" }]
    }
}

/// What the viewer asks for.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) stages: Vec<Stage>,
    pub(super) status: Option<&'a str>,
    pub(super) text: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) order: Order,
    pub(super) now_ms: i64,
}

impl<'a> Wanted<'a> {
    /// All of these rungs, newest change first.
    pub(super) fn all(stages: impl Into<Vec<Stage>>, now_ms: i64) -> Self {
        Self { stages: stages.into(), status: None, text: None, id: None, order: Order::default(), now_ms }
    }

    /// What the address asks for, out of these rungs. An order that there is none of is not one.
    pub(super) fn of(view: &'a View, stages: impl Into<Vec<Stage>>) -> Self {
        let sort = view.sort(&Key::ALL.map(Key::key));
        let order = sort.and_then(|sort| {
            let key = Key::ALL.into_iter().find(|key| key.key() == sort.key)?;
            Some(Order { key, falling: sort.falling })
        });
        Self {
            status: view.get("status"),
            text: view.get("q"),
            order: order.unwrap_or_default(),
            ..Self::all(stages, view.now_ms)
        }
    }
}

/// The rung that the address names.
///
/// # Errors
/// 422 when it names one that there is not.
pub(super) fn stage(view: &View) -> Result<Option<Stage>, Error> {
    one_of("stage", view.get("stage"), &Stage::ALL, Stage::key)
}
