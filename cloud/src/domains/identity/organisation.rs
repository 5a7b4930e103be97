//! An organisation by itself: what its own programs are told without anybody asking.

use super::model::Capability;
use super::store;
use crate::platform::access::{Actor, Role, Roles};
use crate::platform::base::Reader;
use crate::platform::db::{DbError, Tx};

/// The organisation as its administrators act for it now, with nobody behind it: roles, capabilities and tier are read
/// afresh, as for people. Whoever sends something to it looks through this, so that it gets what they see and no more.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn organisation(tx: &mut Tx, tenant_id: &str) -> Result<Actor, DbError> {
    let capabilities = store::capabilities(tx, tenant_id).await?;
    Ok(Actor {
        person_id: String::new(),
        person_name: String::new(),
        email: String::new(),
        reader: Reader::default(),
        tenant_id: tenant_id.to_owned(),
        tenant_name: String::new(),
        roles: Roles::from_iter([Role::Administrator]),
        acting: capabilities.iter().filter_map(Capability::acting).collect(),
        tenants: Vec::new(),
        viewing: None,
        proved_ms: None,
        key: None,
    })
}
