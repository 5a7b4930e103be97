//! What a webhook tells of a member.

use super::api::MemberJson;
use super::store;
use crate::platform::access::Scope;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::json_value;
use serde_json::{Value, json};

/// What the API shows `scope` of a member of its own organisation; `None`: the person is none.
///
/// # Errors
/// When it cannot be read.
pub async fn member_json(tx: &mut Tx, scope: &Scope, person_id: &str) -> Result<Option<Value>, Error> {
    let members = store::members(tx, scope.tenant_id()).await?;
    let found = members.into_iter().find(|member| member.person_id == person_id);
    found.map(|member| json_value(&MemberJson::from(member))).transpose()
}

/// The same of somebody who left: who it was, and of the person, whose name and address are no longer the organisation's,
/// nothing.
///
/// # Errors
/// When it cannot be read.
pub async fn former_member_json(tx: &mut Tx, scope: &Scope, person_id: &str) -> Result<Value, Error> {
    let back = member_json(tx, scope, person_id).await?;
    Ok(back.unwrap_or_else(|| json!({ "id": person_id, "state": "removed" })))
}
