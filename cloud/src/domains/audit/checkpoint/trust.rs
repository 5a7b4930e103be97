//! Which checkpoints can be trusted, and what they say of each chain.

use super::key::checkpoint_key;
use super::store;
use super::take::file;
use super::text::Checkpoint;
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use data_encoding::HEXLOWER;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// What a checkpoint says of one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Mark {
    /// Whose chain.
    pub(in super::super) tenant_id: String,
    /// Its last row then.
    pub(in super::super) seq: i64,
    /// That row's hash.
    pub(in super::super) hash: Vec<u8>,
    /// Which checkpoint says so.
    pub(in super::super) number: i64,
}

/// What is wrong with a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Our key did not sign what it says.
    Signature {
        /// Which.
        number: i64,
    },
    /// One is missing before it, or it was put in.
    Order {
        /// Which.
        number: i64,
    },
    /// The file outside has it and the database does not.
    Removed {
        /// Which.
        number: i64,
    },
    /// The file outside has another text under its number.
    Differs {
        /// Which.
        number: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature { number } => {
                write!(f, "checkpoint {number} was not signed by this service's key")
            }
            Self::Order { number } => write!(f, "checkpoint {number} does not follow the one before it"),
            Self::Removed { number } => {
                write!(f, "checkpoint {number} was removed from the database; the copy outside still has it")
            }
            Self::Differs { number } => {
                write!(f, "checkpoint {number} is not the one that the copy outside holds")
            }
        }
    }
}

/// What the checkpoints say.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    /// How many were found, in the database and outside.
    pub checkpoints: usize,
    /// When the newest was made, Unix milliseconds.
    pub newest_ms: Option<i64>,
    /// What is wrong with them, by number.
    pub faults: Vec<Fault>,
    marks: BTreeMap<String, BTreeMap<i64, Mark>>,
}

impl Trusted {
    /// What they say of one chain, by row.
    pub(in super::super) fn of(&self, tenant_id: &str) -> impl Iterator<Item = &Mark> {
        self.marks.get(tenant_id).into_iter().flat_map(BTreeMap::values)
    }

    /// Every organisation that a checkpoint names.
    pub(in super::super) fn tenants(&self) -> impl Iterator<Item = &String> {
        self.marks.keys()
    }
}

/// Reads and checks all checkpoints: those of the database, and those of the copy outside (`anchor`, or the file in
/// the state directory).
///
/// # Errors
/// When the key, a named file or the database cannot be read.
pub async fn trust(app: &App, tx: &mut Tx, anchor: Option<&Path>) -> Result<Trusted, Error> {
    let internal = |error: anyhow::Error| Error::Internal(error);
    let key = checkpoint_key(&app.config.state_dir, app.random.as_ref())
        .map_err(|error| internal(error.into()))?
        .verifying_key();
    let text = match anchor {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| internal(anyhow::anyhow!("{}: {error}", path.display())))?,
        None => std::fs::read_to_string(file(&app.config.state_dir)).unwrap_or_default(),
    };
    let stored = store::after(tx, 0).await?;
    let outside = Checkpoint::of_file(&text);
    let mut trusted = Trusted::default();
    let mut all: BTreeMap<i64, &Checkpoint> = BTreeMap::new();
    for checkpoint in &outside {
        all.insert(checkpoint.number, checkpoint);
        match stored.iter().find(|stored| stored.number == checkpoint.number) {
            None => trusted.faults.push(Fault::Removed { number: checkpoint.number }),
            Some(stored) if stored.body != checkpoint.body || stored.signature != checkpoint.signature => {
                trusted.faults.push(Fault::Differs { number: checkpoint.number });
            }
            Some(_) => {}
        }
    }
    for checkpoint in &stored {
        all.entry(checkpoint.number).or_insert(checkpoint);
    }
    let mut before: Option<&Checkpoint> = None;
    for (number, checkpoint) in &all {
        if !checkpoint.is_signed_by(&key) {
            trusted.faults.push(Fault::Signature { number: *number });
            before = Some(checkpoint);
            continue;
        }
        let previous = before.map_or("none".to_owned(), |before| HEXLOWER.encode(&before.signature));
        let follows = *number == before.map_or(0, |before| before.number) + 1;
        if !follows || checkpoint.says() != Some((*number, previous.as_str())) {
            trusted.faults.push(Fault::Order { number: *number });
        }
        for mark in checkpoint.chains() {
            trusted.marks.entry(mark.tenant_id.clone()).or_default().entry(mark.seq).or_insert(mark);
        }
        before = Some(checkpoint);
    }
    trusted.checkpoints = all.len();
    trusted.newest_ms = all.values().next_back().map(|checkpoint| checkpoint.at_ms);
    trusted.faults.sort_by_key(|fault| match fault {
        Fault::Signature { number }
        | Fault::Order { number }
        | Fault::Removed { number }
        | Fault::Differs { number } => *number,
    });
    Ok(trusted)
}
