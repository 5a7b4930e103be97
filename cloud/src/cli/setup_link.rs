//! `setup-link`: the way in for the first administrator, as `serve` prints it on an empty database. It needs access to
//! the database, so it gives nothing that its user could not take anyway.

use super::options::Common;
use super::{Failure, say};
use crate::app::App;
use crate::domains::identity;
use anyhow::Context;

/// Prints a new link; older ones stop working.
pub(super) async fn run(common: Common) -> Result<(), Failure> {
    let app = common.app().await?;
    let printed = print(&app).await?;
    app.db.close().await;
    if printed {
        return Ok(());
    }
    let text =
        "an administrator exists, so there is nothing to set up; use sign-in-link if the mails do not arrive";
    Err(Failure::Found(text.to_owned()))
}

/// Prints a link if nobody runs the program yet; whether it did.
pub(super) async fn print(app: &App) -> Result<bool, Failure> {
    let link = identity::setup_link(app).await.context("the setup link cannot be made")?;
    let Some(link) = link else { return Ok(false) };
    say(&format!(
        "Nobody runs this service yet. Open this link once to become its first administrator:\n{link}\n"
    ))?;
    Ok(true)
}
