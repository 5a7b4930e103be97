//! `sign-in-link`: an operator's way in for people whose mail does not work. It needs
//! access to the database, so it gives nothing that its user could not take anyway; the person's log shows it.

use super::options::Common;
use super::{Failure, given, say};
use crate::domains::audit::Why;
use crate::domains::identity;

/// What `sign-in-link` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// The person's address
    #[arg(long)]
    email: String,
    /// Why, for the log
    #[arg(long, default_value = Why::AtCommandLine.kept())]
    reason: String,
}

/// Prints the link.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let app = args.common.app().await?;
    let link = identity::sign_in_link(&app, &args.email, &args.reason).await;
    let link = given(link, || {
        format!(
            "nobody with the address {} can sign in here; check the spelling, or invite the person first",
            args.email
        )
    })?;
    app.db.close().await;
    say(&format!("{link}\n"))
}
