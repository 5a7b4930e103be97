//! One door to the text search of both engines: FTS5 on SQLite, `tsvector` and GIN on PostgreSQL.
//!
//! Both index the same terms, which [`terms`] makes here and writes as plain ASCII, so that no tokeniser of an engine
//! folds, splits or stems anything and both find the same. What somebody asks for becomes terms as well and is never read
//! as an engine's query language.
//!
//! Invariants: the index finds at least what [`Words::rank`] finds in the same text (a property test), so that a room can
//! ask the index first and then compare what its lens shows, and a hit never depends on anything else; a document is
//! found only under the audience it was written for; the index holds nothing that is not elsewhere and is made again from
//! it; writing the same document twice changes nothing.

mod index;
mod terms;
#[cfg(test)]
mod tests;
mod words;

pub use index::{Audience, Document, find, kinds_and_ids, put};
pub use words::{Rank, Words};
