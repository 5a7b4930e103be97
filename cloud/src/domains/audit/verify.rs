//! Walking a chain from its first row: the first row that does not fit is named. Signed checkpoints tell what a chain
//! that fits in itself was before somebody wrote all of it anew.

use super::chain::{ORIGIN, hash_of};
use super::checkpoint::{Fault, Mark, Trusted, trust};
use super::page::{Row, page, rows};
use crate::app::App;
use crate::platform::db::{DbError, Tx, query};
use crate::platform::error::Error;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// What the walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row fits.
    Whole {
        /// How many rows.
        rows: i64,
    },
    /// This row was changed, moved or put in later.
    Broken {
        /// Its place in the chain.
        seq: i64,
    },
    /// A row is missing where this one should be.
    Missing {
        /// Its place in the chain.
        seq: i64,
    },
    /// The last rows were cut off.
    Cut {
        /// The last row that is there.
        after_seq: i64,
        /// The last row there should be.
        head_seq: i64,
    },
    /// The rows fit each other and are not those that were signed: somebody wrote them anew.
    Rewritten {
        /// The first row that may be another.
        from_seq: i64,
        /// The row whose hash was signed.
        to_seq: i64,
        /// By which checkpoint.
        checkpoint: i64,
    },
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole { rows } => write!(f, "whole, {rows} rows"),
            Self::Broken { seq } => write!(f, "row {seq} is not as it was written"),
            Self::Missing { seq } => write!(f, "row {seq} is missing"),
            Self::Cut { after_seq, head_seq } => {
                write!(f, "the rows after {after_seq} are missing; the last one written was {head_seq}")
            }
            Self::Rewritten { from_seq, to_seq, checkpoint } => write!(
                f,
                "of rows {from_seq} to {to_seq} at least one was written anew: checkpoint {checkpoint} says otherwise"
            ),
        }
    }
}

/// All chains and all checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Each chain, by organisation.
    pub chains: Vec<(String, Verdict)>,
    /// What is wrong with the checkpoints.
    pub faults: Vec<Fault>,
    /// How many checkpoints there are.
    pub checkpoints: usize,
    /// When the newest was made, Unix milliseconds.
    pub newest_ms: Option<i64>,
}

impl Report {
    /// How many chains and checkpoints are not as they were.
    pub fn findings(&self) -> usize {
        let broken = self.chains.iter().filter(|(_, verdict)| !matches!(verdict, Verdict::Whole { .. }));
        broken.count() + self.faults.len()
    }
}

#[derive(sqlx::FromRow)]
struct Head {
    seq: i64,
    hash: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct TenantId {
    tenant_id: String,
}

/// Every organisation that has a log, or had one when a checkpoint was made.
async fn tenants_with_a_log(tx: &mut Tx, trusted: &Trusted) -> Result<BTreeSet<String>, DbError> {
    let rows: Vec<TenantId> =
        query("SELECT tenant_id FROM audit_head UNION SELECT DISTINCT tenant_id FROM audit_entry")
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| row.tenant_id).chain(trusted.tenants().cloned()).collect())
}

/// Walks every chain, against every checkpoint of the database and of the copy outside (`anchor`, or the file in the
/// state directory).
///
/// # Errors
/// When the key, a named file or the database cannot be read; damage is a finding, not an error.
pub async fn verify_all(app: &App, anchor: Option<&Path>) -> Result<Report, Error> {
    let mut tx = app.db.read().await?;
    let trusted = trust(app, &mut tx, anchor).await?;
    let mut chains = Vec::new();
    for tenant_id in tenants_with_a_log(&mut tx, &trusted).await? {
        let verdict = verify(&mut tx, &tenant_id, &trusted).await?;
        chains.push((tenant_id, verdict));
    }
    let Trusted { checkpoints, newest_ms, faults, .. } = trusted;
    Ok(Report { chains, faults, checkpoints, newest_ms })
}

/// Walks the chain of `tenant_id`, against what the checkpoints say of it.
///
/// # Errors
/// [`DbError`] from the engine; a damaged chain is a [`Verdict`], not an error.
pub async fn verify(tx: &mut Tx, tenant_id: &str, trusted: &Trusted) -> Result<Verdict, DbError> {
    let mut walk = Walk::new(trusted.of(tenant_id));
    while let Some(page) = page(tx, tenant_id, walk.seq).await? {
        let (rows, readable) = rows(&page);
        for row in rows {
            if let Err(found) = walk.step(&row) {
                return Ok(found);
            }
        }
        if !readable {
            return Ok(Verdict::Broken { seq: walk.seq + 1 });
        }
    }
    let head: Option<Head> =
        query("SELECT seq, hash FROM audit_head WHERE tenant_id = $1").bind(tenant_id).optional(tx).await?;
    Ok(walk.end(head.unwrap_or(Head { seq: 0, hash: ORIGIN.to_vec() })))
}

/// Where a walk along a chain is. Pure.
struct Walk<'a, M: Iterator<Item = &'a Mark>> {
    seq: i64,
    hash: [u8; 32],
    /// Room for the bytes of one row.
    scratch: Vec<u8>,
    /// The last row that a checkpoint vouches for.
    vouched_seq: i64,
    marks: std::iter::Peekable<M>,
}

impl<'a, M: Iterator<Item = &'a Mark>> Walk<'a, M> {
    fn new(marks: M) -> Self {
        Self { seq: 0, hash: ORIGIN, scratch: Vec::new(), vouched_seq: 0, marks: marks.peekable() }
    }

    fn step(&mut self, row: &Row<'_>) -> Result<(), Verdict> {
        if row.seq != self.seq + 1 {
            return Err(Verdict::Missing { seq: self.seq + 1 });
        }
        if row.prev_hash != self.hash || row.hash != hash_of(&row.texts, &row.prev_hash, &mut self.scratch) {
            return Err(Verdict::Broken { seq: row.seq });
        }
        self.seq = row.seq;
        self.hash = row.hash;
        if let Some(mark) = self.marks.next_if(|mark| mark.seq == self.seq) {
            if mark.hash != self.hash {
                let from_seq = self.vouched_seq + 1;
                return Err(Verdict::Rewritten { from_seq, to_seq: mark.seq, checkpoint: mark.number });
            }
            self.vouched_seq = mark.seq;
        }
        Ok(())
    }

    fn end(self, head: Head) -> Verdict {
        let signed_seq = self.marks.map(|mark| mark.seq).max().unwrap_or(0);
        let head_seq = head.seq.max(signed_seq);
        if head_seq > self.seq {
            Verdict::Cut { after_seq: self.seq, head_seq }
        } else if head.seq < self.seq || head.hash != self.hash {
            Verdict::Broken { seq: self.seq }
        } else {
            Verdict::Whole { rows: self.seq }
        }
    }
}
