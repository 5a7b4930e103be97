//! Reading an organisation's own log: newest first, narrowed by who and what, page by page.

use crate::platform::access::{Item, Party, Scope};
use crate::platform::db::{DbError, Tx, query};

/// How many rows are read at most: a full page, and one more that tells that others follow.
const MOST_ROWS: i64 = 201;

/// What to show. Empty fields do not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose log; `None` for one's own. Another's is only read by an auditor of who runs the service.
    pub of: Option<String>,
    /// Only what this organisation did.
    pub acting_tenant_id: Option<String>,
    /// Only what this person or agent did.
    pub actor_id: Option<String>,
    /// Only what concerns this object kind, such as `device`.
    pub object_kind: Option<String>,
    /// Only what concerns this object.
    pub object_id: Option<String>,
    /// Only this action, or all of a noun when it ends with a dot: `grant.`.
    pub action: Option<String>,
    /// Only rows before this one: the `seq` of the last row of the page before.
    pub before_seq: Option<i64>,
    /// How many rows; 0 means 50.
    pub limit: i64,
}

/// A row as its owner reads it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LogRow {
    /// Its place in the chain.
    pub seq: i64,
    /// When.
    pub at_ms: i64,
    /// `person`, `agent` or `system`.
    pub actor_kind: String,
    /// Who.
    pub actor_id: String,
    /// As people read it.
    pub actor_name: String,
    /// For which organisation.
    pub acting_tenant_id: String,
    /// Its name.
    pub acting_tenant_name: String,
    /// As what it acted.
    pub acting_capability: String,
    /// What.
    pub action: String,
    /// What kind of thing.
    pub object_kind: String,
    /// Which one.
    pub object_id: String,
    /// JSON: before, after, counts.
    pub detail: String,
    /// Why.
    pub reason: String,
    /// The request behind it.
    pub request_id: String,
    /// For whom somebody acted who is not a member there; empty for oneself.
    pub on_behalf_of: String,
    /// Where the request came from; empty where that is not known.
    pub ip: String,
}

/// Whose rows of a chain a reader is shown. An organisation that owns devices and services others' has one chain and
/// reads it twice: as an owner without its partner business, as a partner without its own devices (PORTAL C20, C36).
fn side(scope: &Scope) -> &'static str {
    match scope.party() {
        Party::Customer => "owner",
        Party::Reseller | Party::Distributor => "partner",
        Party::Vendor => "all",
    }
}

/// The log of the scope's own organisation, or for an auditor of who runs the service the one that is named.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn log(tx: &mut Tx, scope: &Scope, filter: &Filter) -> Result<Vec<LogRow>, DbError> {
    let limit = if filter.limit <= 0 { 50 } else { filter.limit.min(MOST_ROWS) };
    let is_auditor = scope.action().item() == Item::Audit && scope.is_operator();
    let of = filter.of.as_deref().filter(|_| is_auditor).unwrap_or_else(|| scope.tenant_id());
    let action = filter.action.as_ref().map(|action| match action.strip_suffix('.') {
        Some(_) => format!("{}%", escape(action)),
        None => escape(action),
    });
    query(
        "SELECT seq, at_ms, actor_kind, actor_id, actor_name, acting_tenant_id, acting_tenant_name,
                acting_capability, action, object_kind, object_id, detail, reason, request_id,
                on_behalf_of, ip
         FROM audit_entry
         WHERE tenant_id = $1
           AND (CAST($2 AS TEXT) IS NULL OR acting_tenant_id = $2)
           AND (CAST($3 AS TEXT) IS NULL OR actor_id = $3)
           AND (CAST($4 AS TEXT) IS NULL OR object_kind = $4)
           AND (CAST($5 AS TEXT) IS NULL OR object_id = $5)
           AND (CAST($6 AS TEXT) IS NULL OR action LIKE $6 ESCAPE '\\')
           AND seq < $7
           AND ($9 = 'all'
             OR ($9 = 'owner' AND action NOT LIKE 'deal.%' AND action NOT LIKE 'renewal.%'
               AND NOT (acting_tenant_id = $1 AND acting_capability IN ('reseller', 'distributor'))
               AND NOT (acting_tenant_id <> $1 AND acting_capability = 'customer'))
             OR ($9 = 'owner' AND acting_tenant_id <> $1 AND action LIKE 'renewal.%')
             OR ($9 = 'partner' AND (acting_capability IN ('account', 'system')
               OR (acting_tenant_id = $1 AND acting_capability IN ('reseller', 'distributor'))
               OR (acting_tenant_id <> $1 AND acting_capability IN ('customer', 'vendor')))))
         ORDER BY seq DESC LIMIT $8",
    )
    .bind(of)
    .bind(filter.acting_tenant_id.clone())
    .bind(filter.actor_id.clone())
    .bind(filter.object_kind.clone())
    .bind(filter.object_id.clone())
    .bind(action)
    .bind(filter.before_seq.unwrap_or(i64::MAX))
    .bind(limit)
    .bind(side(scope))
    .all(tx)
    .await
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
