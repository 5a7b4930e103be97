//! A key as it is kept, and as it is asked for.

use crate::platform::access::Item;

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct ApiKey {
    pub(super) id: String,
    pub(super) tenant_id: String,
    /// Who answers for it.
    pub(super) person_id: String,
    /// Their name, as people read it.
    pub(super) person_name: String,
    /// 1: the organisation's.
    pub(super) of_tenant: i64,
    pub(super) name: String,
    pub(super) secret_sha256: Vec<u8>,
    /// Until when the secret before the last rotation works.
    pub(super) former_until_ms: Option<i64>,
    pub(super) items: String,
    pub(super) read_only: i64,
    pub(super) addresses: String,
    pub(super) created_ms: i64,
    /// For how long it is made; renewing it gives it as long again.
    pub(super) life_ms: i64,
    pub(super) expires_ms: i64,
    pub(super) used_ms: Option<i64>,
    pub(super) used_ip: Option<String>,
    pub(super) refused_ms: Option<i64>,
    pub(super) revoked_ms: Option<i64>,
}

impl ApiKey {
    /// What it was made for. What is unknown by now opens nothing.
    pub(super) fn items(&self) -> Vec<Item> {
        self.items.split(',').filter_map(Item::parse).collect()
    }
}

/// A key that is asked for, as it was entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) of_tenant: bool,
    pub(super) items: Vec<String>,
    pub(super) read_only: bool,
    pub(super) days: String,
    pub(super) addresses: String,
}

impl Wanted {
    /// What an empty form holds.
    pub(super) fn fresh() -> Self {
        Self { read_only: true, days: "90".to_owned(), ..Self::default() }
    }

    /// From the fields of a form.
    pub(super) fn of(pairs: &[(String, String)]) -> Self {
        let one =
            |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str()).to_owned();
        Self {
            name: one("name"),
            of_tenant: one("whose") == "organisation",
            items: pairs.iter().filter(|(n, _)| n == "items").map(|(_, v)| v.clone()).collect(),
            read_only: one("reach") != "write",
            days: one("days"),
            addresses: one("addresses"),
        }
    }
}

/// The same, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) items: String,
    pub(super) addresses: String,
    pub(super) life_ms: i64,
}
