//! `enrolment-code`: an operator's way to invite a gateway. The code's earlier unused ones stop working; the owner's log
//! shows it.

use super::options::Common;
use super::{Failure, given, say};
use crate::domains::audit::By;
use crate::domains::enrolment;
use anyhow::Context;

/// What `enrolment-code` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// The gateway, such as A-BF
    #[arg(long)]
    agent: String,
}

/// Prints the code.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let app = args.common.app().await?;
    let mut tx = app.db.write().await.context("the database does not answer")?;
    let issued = enrolment::issue_code(&app, &mut tx, By::system("command line"), &args.agent).await;
    let code = given(issued, || format!("there is no gateway called {}; check the spelling", args.agent))?;
    tx.commit().await.context("the code was not kept")?;
    app.db.close().await;
    say(&format!("{code}\n"))
}
