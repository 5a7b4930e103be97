//! `reindex`: the search index, made anew from the records.

use super::options::Common;
use super::{Failure, say};
use crate::domains::search;
use anyhow::Context;

/// Looks at every record; says how many the index did not have as they are.
pub(super) async fn run(common: Common) -> Result<(), Failure> {
    let app = common.app().await?;
    let changed = search::rebuild(&app, None).await.context("the search index was not made anew")?;
    app.db.close().await;
    say(&match changed {
        0 => "The search index was as the records are.\n".to_owned(),
        1 => "1 record was not in the search index as it is, and is now.\n".to_owned(),
        n => format!("{n} records were not in the search index as they are, and are now.\n"),
    })
}
