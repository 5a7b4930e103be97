//! `audit verify`: walks every chain of the log.

use super::options::Common;
use super::{Failure, say};
use crate::domains::audit::{self, Verdict};
use anyhow::Context;

/// Prints one line per organisation; fails when a chain is broken.
pub(super) async fn run(common: Common) -> Result<(), Failure> {
    let app = common.app().await?;
    let mut tx = app.db.read().await.context("the database does not answer")?;
    let tenants = audit::tenants_with_a_log(&mut tx).await.context("the logs cannot be listed")?;
    let mut broken = 0;
    for tenant_id in &tenants {
        let verdict = audit::verify(&mut tx, tenant_id).await.context("a log cannot be read")?;
        if !matches!(verdict, Verdict::Whole { .. }) {
            broken += 1;
        }
        say(&format!("{tenant_id}: {verdict}\n"))?;
    }
    drop(tx);
    app.db.close().await;
    match broken {
        0 => Ok(()),
        broken => {
            Err(Failure::Found(format!("{broken} of {} logs are not as they were written", tenants.len())))
        }
    }
}
