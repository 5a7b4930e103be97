//! What is asked of a list: which records, in which order, from where on.

use super::stages::Stage;
use crate::platform::error::Error;
use crate::platform::web::layout::{Sort, View};
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

/// What `view` wants a list to be ordered by, first things first; never nothing. An order that there is none of is not one,
/// and behind the id nothing is equal any more.
fn orders(view: &View) -> Vec<Order> {
    let order = |sort: Sort| {
        let key = Key::ALL.into_iter().find(|key| key.key() == sort.key)?;
        Some(Order { key, falling: sort.falling })
    };
    let mut orders: Vec<Order> = view.sorts(&Key::ALL.map(Key::key)).into_iter().filter_map(order).collect();
    if let Some(last) = orders.iter().position(|order| order.key == Key::Id) {
        orders.truncate(last + 1);
    }
    if orders.is_empty() { vec![Order::default()] } else { orders }
}

/// What the viewer asks for.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) stages: Vec<Stage>,
    pub(super) status: Option<&'a str>,
    pub(super) text: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    /// First things first; there is at least one.
    pub(super) orders: Vec<Order>,
    pub(super) now_ms: i64,
}

impl<'a> Wanted<'a> {
    /// All of these rungs, newest change first.
    pub(super) fn all(stages: impl Into<Vec<Stage>>, now_ms: i64) -> Self {
        Self {
            stages: stages.into(),
            status: None,
            text: None,
            id: None,
            orders: vec![Order::default()],
            now_ms,
        }
    }

    /// What the address asks for, out of these rungs.
    pub(super) fn of(view: &'a View, stages: impl Into<Vec<Stage>>) -> Self {
        Self {
            status: view.get("status"),
            text: view.get("q"),
            orders: orders(view),
            ..Self::all(stages, view.now_ms)
        }
    }

    /// What the list is ordered by before all else.
    pub(super) fn first(&self) -> Order {
        self.orders.first().copied().unwrap_or_default()
    }

    /// What tells cursors of its order from those of others.
    pub(super) fn stamp(&self) -> String {
        let way = |order: &Order| {
            format!("{} {}", order.key.key(), if order.falling { "falling" } else { "rising" })
        };
        self.orders.iter().map(way).collect::<Vec<_>>().join(", ")
    }
}

/// The rung that the address names.
///
/// # Errors
/// 422 when it names one that there is not.
pub(super) fn stage(view: &View) -> Result<Option<Stage>, Error> {
    one_of("stage", view.get("stage"), &Stage::ALL, Stage::key)
}
