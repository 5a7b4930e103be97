//! `import`: an organisation out of a file.

use super::export::{in_words, progress, told};
use super::options::Common;
use super::{Failure, say};
use crate::transfer;
use std::path::PathBuf;

/// What `import` takes.
///
/// The database must be at the same version as the one that the file is of, of whichever engine. All of the file comes in,
/// in one transaction, or nothing of it; what came in is exported again and held against the file before it stays. An
/// organisation that is here already is refused, and so is a file that was cut or changed, with the line. Who was known
/// by name only, because another organisation's file named it, becomes whole. Import the owner of the program first, into a
/// database where nothing happened yet: the log of it grows with each further import.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// What `export` wrote
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

/// Takes it in.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let app = args.common.app().await?;
    let imported = transfer::import(&app, &args.from, progress("read")).await;
    app.db.close().await;
    let imported = imported.map_err(|error| told(&args.from, error))?;
    say(&format!(
        "{} ({}) is here: {}, and its log verified.\nIts people sign in by a link (`riversync-cloud sign-in-link`) or by \
         mail; its gateways need new codes (`enrolment-code`); API keys, passkeys and webhooks are made anew.\n",
        imported.name,
        imported.organisation,
        in_words(&imported.counts)
    ))
}
