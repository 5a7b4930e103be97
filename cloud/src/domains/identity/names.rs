//! What people call whom a log row is about.

use super::store;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use std::collections::BTreeMap;

/// The names of these, each a kind (`person` or `tenant`) and an id. What has none is left out.
///
/// # Errors
/// When they cannot be read.
pub async fn names(tx: &mut Tx, things: &[(&str, &str)]) -> Result<BTreeMap<String, String>, Error> {
    let mut names = BTreeMap::new();
    for (kind, id) in things {
        if !names.contains_key(*id)
            && let Some(name) = store::name(tx, kind, id).await?
        {
            names.insert((*id).to_owned(), name);
        }
    }
    Ok(names)
}
