//! `export`: one organisation as a file.

use super::options::Common;
use super::{Failure, say};
use crate::platform::base::Draft;
use crate::transfer::{self, TransferError};
use std::collections::BTreeMap;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// How many rows are read or written before the command says how far it is.
const OFTEN: u64 = 10_000;

/// What `export` takes.
///
/// The file has the organisation's own rows: its people and their roles, devices and gateways with all telemetry, grants,
/// agreements, deals, work, documents, applications, and its log with all hashes. Of others, whom those rows name, it has
/// no more than that they are there and how they are called. Nothing in it lets anybody in: no session, link, passkey,
/// API key, certificate of a gateway or webhook; those are made anew where the file goes. It holds personal data all the
/// same: only its owner may read it.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// The id of the organisation, which is at the end of the address of its page under /admin/partners
    #[arg(long, value_name = "ID")]
    organisation: String,
    /// The new file; it gets its name when it is complete and synced
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Writes it.
pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let app = args.common.app().await?;
    let draft = Draft::beside(&args.to).map_err(|error| refused(&args.to, error))?;
    let file = std::fs::OpenOptions::new().write(true).open(draft.path());
    let mut out = BufWriter::new(file.map_err(|error| refused(draft.path(), error))?);
    let written = transfer::export(&app, &args.organisation, &mut out, progress("written")).await;
    let counts = written.map_err(|error| told(&args.to, error))?;
    out.flush().map_err(|error| refused(&args.to, error))?;
    draft.becomes(&args.to).map_err(|error| refused(&args.to, error))?;
    app.db.close().await;
    say(&format!("{} holds all of {}: {}.\n", args.to.display(), args.organisation, in_words(&counts)))
}

/// Says on standard error how far it is, every ten thousand rows.
pub(super) fn progress(done: &'static str) -> impl FnMut(&'static str) {
    let mut rows = 0;
    move |table| {
        rows += 1;
        if rows % OFTEN == 0 {
            // Who has closed it does not want to know.
            drop(writeln!(std::io::stderr(), "{rows} rows {done}, of {table} now"));
        }
    }
}

/// `12 rows of 3 tables`.
pub(super) fn in_words(counts: &BTreeMap<String, u64>) -> String {
    let rows: u64 = counts.values().sum();
    format!("{rows} rows of {} tables", counts.len())
}

/// What the file system says of a file.
pub(super) fn refused(path: &Path, error: std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::AlreadyExists => Failure::Usage(format!(
            "{} is there already; name another file, or move that one away first",
            path.display()
        )),
        ErrorKind::NotFound => Failure::Usage(format!("{} is not there", path.display())),
        _ => Failure::Broken(anyhow::Error::new(error).context(path.display().to_string())),
    }
}

/// Why it was not done, with the file.
pub(super) fn told(path: &Path, error: TransferError) -> Failure {
    match error {
        TransferError::Nobody(_) | TransferError::OnlyNamed(_) => Failure::Found(error.to_string()),
        TransferError::Refused { .. } | TransferError::Differs(_) => {
            Failure::Found(format!("{}: {error}", path.display()))
        }
        TransferError::File(error) => refused(path, error),
        error => Failure::Broken(error.into()),
    }
}
