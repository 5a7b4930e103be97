//! The index: rows for both engines, looked up with what each of them has for text.

use super::terms::{self, Wanted};
use super::words::Words;
use crate::platform::db::{DbError, Tx, query};
use std::collections::BTreeMap;

/// For whom a document is written: an organisation, and as what it reads. Who reads another thing of the same record
/// gets another document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Audience {
    /// The organisation.
    pub tenant_id: String,
    /// As what, such as `own`; letters and digits.
    pub part: String,
}

/// What one audience may find of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// For whom.
    pub audience: Audience,
    /// All words by which it is found.
    pub text: String,
}

impl Audience {
    /// As a term that no word becomes: words have no underscore.
    fn term(&self, kind: &str) -> String {
        let written = |text: &str| terms::written(&text.chars().collect::<Vec<_>>());
        format!("_{}_{}_{}", written(kind), written(&self.part), written(&self.tenant_id))
    }

    fn key(&self) -> String {
        format!("{}/{}", self.part, self.tenant_id)
    }
}

#[derive(sqlx::FromRow)]
struct Kept {
    audience: String,
    terms: String,
}

/// Makes the index hold exactly `documents` of the record; whether it held anything else.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, kind: &str, id: &str, documents: &[Document]) -> Result<bool, DbError> {
    let mut wanted = BTreeMap::new();
    for document in documents {
        let mut terms = vec![document.audience.term(kind)];
        terms.extend(terms::of_text(&document.text));
        wanted.insert(document.audience.key(), terms.join(" "));
    }
    let kept: Vec<Kept> =
        query("SELECT audience, terms FROM search_document WHERE kind = $1 AND record_id = $2")
            .bind(kind)
            .bind(id)
            .all(tx)
            .await?;
    let kept: BTreeMap<String, String> = kept.into_iter().map(|row| (row.audience, row.terms)).collect();
    let gone = kept.iter().filter(|(audience, terms)| wanted.get(*audience) != Some(*terms));
    for (audience, _) in gone {
        query("DELETE FROM search_document WHERE kind = $1 AND record_id = $2 AND audience = $3")
            .bind(kind)
            .bind(id)
            .bind(audience)
            .later(tx)
            .await?;
    }
    let new = wanted.iter().filter(|(audience, terms)| kept.get(*audience) != Some(*terms));
    for (audience, terms) in new {
        query("INSERT INTO search_document (kind, record_id, audience, terms) VALUES ($1, $2, $3, $4)")
            .bind(kind)
            .bind(id)
            .bind(audience)
            .bind(terms)
            .later(tx)
            .await?;
    }
    Ok(kept != wanted)
}

#[derive(sqlx::FromRow)]
struct Found {
    record_id: String,
}

/// The ids of at most `limit` records of `kind` whose document for one of `audiences` has all `words`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(
    tx: &mut Tx,
    kind: &str,
    audiences: &[Audience],
    words: &Words,
    limit: i64,
) -> Result<Vec<String>, DbError> {
    if audiences.is_empty() {
        return Ok(Vec::new());
    }
    let (asked, text) = match tx {
        Tx::Sqlite(_) => (
            asked(kind, audiences, words, (" AND ", " OR "), |term, prefix| {
                format!("\"{term}\"{}", if prefix { "*" } else { "" })
            }),
            "SELECT DISTINCT record_id FROM search_document
             WHERE number IN (SELECT rowid FROM search_term WHERE search_term MATCH $1)
             ORDER BY record_id LIMIT $2",
        ),
        Tx::Postgres(_) => (
            asked(kind, audiences, words, (" & ", " | "), |term, prefix| {
                format!("'{term}'{}", if prefix { ":*" } else { "" })
            }),
            "SELECT DISTINCT record_id FROM search_document
             WHERE array_to_tsvector(string_to_array(terms, ' ')) @@ CAST($1 AS tsquery)
             ORDER BY record_id LIMIT $2",
        ),
    };
    let rows: Vec<Found> = query(text).bind(asked).bind(limit).all(tx).await?;
    Ok(rows.into_iter().map(|row| row.record_id).collect())
}

/// The question in an engine's own words. All that stands between them is ASCII letters, digits and underscores.
fn asked(
    kind: &str,
    audiences: &[Audience],
    words: &Words,
    (and, or): (&str, &str),
    quote: impl Fn(&str, bool) -> String,
) -> String {
    let whom: Vec<String> = audiences.iter().map(|audience| quote(&audience.term(kind), false)).collect();
    let mut parts = vec![format!("({})", whom.join(or))];
    parts.extend(words.wanted().iter().map(|wanted| match wanted {
        Wanted::Whole(term) => quote(term, false),
        Wanted::Begins(term) => quote(term, true),
    }));
    parts.join(and)
}

#[derive(sqlx::FromRow)]
struct Named {
    kind: String,
    record_id: String,
}

/// All records that the index knows, by kind and id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn kinds_and_ids(tx: &mut Tx) -> Result<Vec<(String, String)>, DbError> {
    let rows: Vec<Named> =
        query("SELECT DISTINCT kind, record_id FROM search_document ORDER BY kind, record_id")
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.record_id)).collect())
}
