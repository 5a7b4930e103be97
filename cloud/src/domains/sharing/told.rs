//! What a webhook tells of grants and of questions for access, to each of the two sides as it may know it.

use super::api::{AccessRequestJson, GrantItem, GrantJson, state};
use crate::domains::coverage::{self, Answer};
use crate::platform::access::{Party, Scope};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::json_value;
use serde::Serialize;
use serde_json::Value;

/// A grant as its customer knows it.
#[derive(Serialize)]
struct Given {
    partner: String,
    #[serde(flatten)]
    grant: GrantJson,
}

/// A grant as its partner knows it: the owner's words on what it is for stay the owner's.
#[derive(Serialize)]
struct Received {
    id: String,
    customer: String,
    customer_name: String,
    revision: i64,
    items: Vec<GrantItem>,
    min_interval_ms: u32,
    from_ms: i64,
    until_ms: i64,
    revoked_ms: Option<i64>,
    state: &'static str,
}

/// A question and what became of it.
#[derive(Serialize)]
struct Asked {
    #[serde(flatten)]
    request: AccessRequestJson,
    /// `open`, `granted` or `declined`.
    state: &'static str,
    answered_ms: Option<i64>,
    /// Why the owner declined.
    why: Option<String>,
}

/// What `scope` knows of a grant: the customer who made it, or the partner who has it; `None`: for it there is none.
///
/// # Errors
/// When it cannot be read.
pub async fn grant_json(tx: &mut Tx, scope: &Scope, id: &str, now_ms: i64) -> Result<Option<Value>, Error> {
    if scope.party() == Party::Reseller {
        let Some((shared, customer_name)) = coverage::granted(tx, scope, id, now_ms).await? else {
            return Ok(None);
        };
        let (state, grant) = (state(&shared), shared.grant);
        let received = Received {
            id: grant.id,
            customer: grant.customer_id,
            customer_name,
            revision: grant.revision,
            items: grant.items.into_iter().map(GrantItem::from).collect(),
            min_interval_ms: grant.min_interval_ms,
            from_ms: grant.window.from_ms,
            until_ms: grant.window.until_ms,
            revoked_ms: grant.revoked_ms,
            state,
        };
        return json_value(&received).map(Some);
    }
    for line in coverage::sharing(tx, scope, now_ms).await? {
        if let Some(shared) = line.grants.into_iter().find(|shared| shared.grant.id == id) {
            return json_value(&Given { partner: line.partner_id, grant: shared.into() }).map(Some);
        }
    }
    Ok(None)
}

/// What `scope` knows of a question for access: the customer who was asked, or the partner who asked; `None`: for it there
/// is none.
///
/// # Errors
/// When it cannot be read.
pub async fn request_json(tx: &mut Tx, scope: &Scope, id: &str, now_ms: i64) -> Result<Option<Value>, Error> {
    let Some(asked) = coverage::request(tx, scope, id, now_ms).await? else { return Ok(None) };
    let (state, answered_ms, why) = match asked.answer.clone() {
        None => ("open", None, None),
        Some(Answer::Granted { at_ms }) => ("granted", Some(at_ms), None),
        Some(Answer::Declined { at_ms, why }) => ("declined", Some(at_ms), Some(why)),
    };
    json_value(&Asked { request: asked.into(), state, answered_ms, why }).map(Some)
}
