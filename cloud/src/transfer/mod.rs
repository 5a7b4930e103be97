//! One organisation as a file, out of one database and into another, of either engine (`riversync-cloud export` and
//! `import`).
//!
//! Invariants: [`list`] says of every table whose its rows are, and a guard holds it against the schema; a file has the
//! organisation's own rows and of others no more than that they are there and how they are called ([`stub`]); what lets
//! somebody in (sessions, links, keys, certificates, passkeys, secrets of webhooks) is in no file; a file comes in as a
//! whole, in one transaction, or not at all, and what came in is exported again and held against the file before that
//! transaction commits; both are written into the organisation's log and into that of who runs the service.
//!
//! The log comes along as the chain it is: each row with its hash, so that it can be verified on from its first row. What
//! the former service signed (checkpoints) stays there; here the next checkpoint vouches for all of it.

mod export;
mod file;
mod import;
mod list;
mod rows;
mod stub;
mod table;
#[cfg(test)]
mod tests;

use crate::platform::db::DbError;
use crate::platform::error::Error;
pub use export::export;
pub use file::Counts;
pub use import::{Imported, import};

/// Why there is no file, or nothing came out of one.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// There is no such organisation.
    #[error(
        "there is no organisation {0:?} here; its id is at the end of the address of its page under /admin/partners"
    )]
    Nobody(String),
    /// Only its name is.
    #[error("of the organisation {0:?} only the name is known here; export it where its people sign in")]
    OnlyNamed(String),
    /// The file cannot be taken.
    #[error("line {line}: {what}")]
    Refused {
        /// Where, from 1.
        line: u64,
        /// Why, as a sentence.
        what: String,
    },
    /// What came in is not what the file has; nothing of it stays.
    #[error(
        "the database would not hold what the file has, so nothing was imported: {0}. It has rows of this organisation \
         already, or the file was changed"
    )]
    Differs(String),
    /// A row is not as the program writes it.
    #[error("a row of {0} cannot be read; `riversync-cloud check` and a copy (`backup`) help to see why")]
    Unreadable(&'static str),
    /// The file system says no.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// The database says no.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A room says no.
    #[error(transparent)]
    Room(#[from] Error),
}

/// One row as JSON.
#[derive(sqlx::FromRow)]
struct Line {
    line: String,
}
