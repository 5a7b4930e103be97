//! Many rows of a chain in one answer of the database. A driver's row costs more than the hash of it: a page comes as
//! one text, each field with its length before it, and is taken apart here without a copy.

use super::chain::TEXTS;
use crate::platform::db::{DbError, Tx, query};
use data_encoding::HEXLOWER_PERMISSIVE;

/// How many rows are read at a time, so that a long log does not fill the memory.
const ROWS: i64 = 2_000;

#[derive(sqlx::FromRow)]
struct Answer {
    page: Option<String>,
}

/// A row as it is stored, borrowed from its page.
pub(super) struct Row<'a> {
    /// Its place in the chain.
    pub(super) seq: i64,
    /// The fields that are hashed, in the order of the hash.
    pub(super) texts: [&'a str; TEXTS],
    /// The hash of the row before.
    pub(super) prev_hash: [u8; 32],
    /// Its own hash.
    pub(super) hash: [u8; 32],
}

/// The statement of a page; the engines differ in how bytes become hexadecimal text.
macro_rules! statement {
    ($prev_hash:literal, $hash:literal) => {
        concat!(
            "SELECT string_agg(fields, '') AS page FROM (SELECT concat(",
            "octet_length(tenant_id), ':', tenant_id, ",
            "octet_length(CAST(seq AS TEXT)), ':', seq, ",
            "octet_length(CAST(at_ms AS TEXT)), ':', at_ms, ",
            "octet_length(actor_kind), ':', actor_kind, ",
            "octet_length(actor_id), ':', actor_id, ",
            "octet_length(actor_name), ':', actor_name, ",
            "octet_length(acting_tenant_id), ':', acting_tenant_id, ",
            "octet_length(acting_tenant_name), ':', acting_tenant_name, ",
            "octet_length(acting_capability), ':', acting_capability, ",
            "octet_length(action), ':', action, ",
            "octet_length(object_kind), ':', object_kind, ",
            "octet_length(object_id), ':', object_id, ",
            "octet_length(detail), ':', detail, ",
            "octet_length(reason), ':', reason, ",
            "octet_length(request_id), ':', request_id, ",
            "octet_length(on_behalf_of), ':', on_behalf_of, ",
            "octet_length(ip), ':', ip, ",
            "2 * octet_length(prev_hash), ':', ",
            $prev_hash,
            ", 2 * octet_length(hash), ':', ",
            $hash,
            ") AS fields FROM audit_entry WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS rows_of_page"
        )
    };
}

/// The next page of the chain of `tenant_id` after the row `after_seq`, as text for [`rows`]; `None` at its end.
///
/// # Errors
/// [`DbError`] from the engine.
pub(super) async fn page(tx: &mut Tx, tenant_id: &str, after_seq: i64) -> Result<Option<String>, DbError> {
    let text = match tx {
        Tx::Sqlite(_) => statement!("hex(prev_hash)", "hex(hash)"),
        Tx::Postgres(_) => statement!("encode(prev_hash, 'hex')", "encode(hash, 'hex')"),
    };
    let answer: Answer = query(text).bind(tenant_id).bind(after_seq).bind(ROWS).one(tx).await?;
    Ok(answer.page)
}

/// The rows of a page in the order of the chain, and whether all of it could be read: a row whose fields are of
/// another kind than the service writes ends the list.
pub(super) fn rows(mut page: &str) -> (Vec<Row<'_>>, bool) {
    let mut rows = Vec::new();
    let mut readable = true;
    while readable && !page.is_empty() {
        match row(&mut page) {
            Some(row) => rows.push(row),
            None => readable = false,
        }
    }
    // The engines add up in the order of the inner statement without a promise to do so.
    rows.sort_by_key(|row| row.seq);
    (rows, readable)
}

fn row<'a>(page: &mut &'a str) -> Option<Row<'a>> {
    let mut texts = [""; TEXTS];
    for text in &mut texts {
        *text = field(page)?;
    }
    let seq = texts[1].parse().ok()?;
    Some(Row { seq, texts, prev_hash: hash(field(page)?)?, hash: hash(field(page)?)? })
}

fn field<'a>(page: &mut &'a str) -> Option<&'a str> {
    let (length, rest) = page.split_once(':')?;
    let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
    *page = rest;
    Some(text)
}

fn hash(hex: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    let fits = hex.len() == 2 * hash.len();
    (fits && HEXLOWER_PERMISSIVE.decode_mut(hex.as_bytes(), &mut hash).is_ok()).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::rows;
    use proptest::prelude::*;

    fn written(seq: i64, text: &str) -> String {
        let seq = seq.to_string();
        let hex = "aB".repeat(32);
        let mut fields = vec![text; 17];
        fields[1] = &seq;
        fields.extend([hex.as_str(), hex.as_str()]);
        fields.iter().map(|field| format!("{}:{field}", field.len())).collect()
    }

    proptest! {
        #[test]
        fn whatever_a_field_holds_comes_back(texts in prop::collection::vec(".{0,12}", 1..5)) {
            // The other way round: the order is the reader's to make.
            let mut pages: Vec<String> = (1..).zip(&texts).map(|(seq, text)| written(seq, text)).collect();
            pages.reverse();
            let page = pages.concat();
            let (read, readable) = rows(&page);
            prop_assert!(readable);
            for ((row, text), seq) in read.iter().zip(&texts).zip(1..) {
                prop_assert_eq!((row.seq, row.texts[0], row.texts[16]), (seq, text.as_str(), text.as_str()));
                prop_assert_eq!(row.hash, [0xab; 32]);
            }
            prop_assert_eq!(read.len(), texts.len());
        }

        #[test]
        fn a_page_cut_anywhere_is_noticed(text in "[a-zก-ฮ:0-9]{0,8}", cut in any::<prop::sample::Index>()) {
            let page = written(1, &text);
            let places: Vec<usize> = page.char_indices().map(|(at, _)| at).filter(|at| *at > 0).collect();
            let (read, readable) = rows(&page[..places[cut.index(places.len())]]);
            prop_assert!(read.is_empty() && !readable);
        }

        #[test]
        fn no_page_makes_it_panic(page in any::<String>()) {
            let _ = rows(&page);
        }
    }
}
