//! `forget-passkeys`: an operator's help for somebody who has lost every passkey. Whoever has one must prove with it, so
//! without this the person could never change anything that matters again. The person is told by mail, the log shows it.

use super::options::Common;
use super::{Failure, given, say};
use crate::domains::identity;

/// What `forget-passkeys` takes.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// The person's address
    #[arg(long)]
    email: String,
    /// Why, for the log
    #[arg(long)]
    reason: String,
}

/// Takes them off.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let app = args.common.app().await?;
    let gone = identity::forget_passkeys(&app, &args.email, &args.reason).await;
    let gone =
        given(gone, || format!("nobody with the address {} lives here; check the spelling", args.email))?;
    app.db.close().await;
    say(&format!("{gone} passkeys were taken off the account of {}\n", args.email))
}
