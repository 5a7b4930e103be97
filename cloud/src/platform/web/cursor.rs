//! Long lists, piece by piece (PORTAL X-5): `?limit=` and `?cursor=`. A cursor says after which record to go on, so what
//! is added meanwhile neither doubles nor hides anything; it is opaque to who carries it and holds nothing but an id
//! and keys that its holder has been shown.

use super::layout::View;
use crate::platform::error::{Error, FieldError};
use crate::platform::words::Sentence;
use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;

/// How many records a piece has when nothing is said.
const USUAL: usize = 50;
/// The most of one piece.
const MOST: usize = 200;
/// What every cursor begins with once it is read, so that one of another time is not taken for an id.
const MARK: &str = "after:";

/// A piece of a list, and the cursor of the next one.
#[derive(Debug)]
pub struct Piece<T> {
    /// The records.
    pub items: Vec<T>,
    /// Where the next piece begins; none at the end.
    pub next: Option<String>,
}

/// Where a list goes on that the database cuts: the keys of the last record that was shown, in the order of the list, and
/// how many were shown so far. Such a cursor is good for the list and order that gave it, and for one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which list, order and organisation.
    of: String,
    /// What the last record is ordered by, its id last.
    pub keys: Vec<String>,
    /// How many records stand before this place in the walk that led here.
    pub shown: u64,
}

/// One way through a list that is put in order here, from its first piece to its last.
#[derive(Clone, Copy, Debug)]
pub struct Walk<'a> {
    /// Which list, in which order, of which organisation.
    list: &'a [&'a str],
    /// When it began, Unix milliseconds. An order that depends on the time is that of this instant until the end, so that
    /// no record passes another one while somebody reads.
    pub began_ms: i64,
}

impl<'a> Walk<'a> {
    /// The walk that `asked` goes on with, or that begins at `now_ms`.
    ///
    /// # Errors
    /// 422 when the cursor is of another list or order.
    pub fn of(asked: &Asked, list: &'a [&'a str], now_ms: i64) -> Result<Self, Error> {
        let began_ms = match asked.place(list)? {
            None => now_ms,
            // A walk has begun before now; of a cursor from another clock nothing else holds either.
            Some(place) => place.keys.get(1).and_then(|at| at.parse().ok()).ok_or_else(other_list)?,
        };
        Ok(Self { list, began_ms: now_ms.min(began_ms) })
    }

    fn key<K: DeserializeOwned>(&self, place: &Place) -> Result<K, Error> {
        place.keys.first().and_then(|key| serde_json::from_str(key).ok()).ok_or_else(other_list)
    }
}

/// A piece of a list that was put in order here.
#[derive(Debug)]
pub struct Portion<T> {
    /// The records.
    pub items: Vec<T>,
    /// Where the next piece begins; none at the end.
    pub next: Option<String>,
    /// How many records stand before these in the walk that led here.
    pub before: u64,
    /// How many there are by now.
    pub count: usize,
}

/// The piece of `all` that `view` asks for; `id` tells records apart.
///
/// # Errors
/// 422 when `limit` or `cursor` are not right; 410 when the record of the cursor is no longer in the list.
pub fn piece<T>(view: &View, all: Vec<T>, id: impl Fn(&T) -> String) -> Result<Piece<T>, Error> {
    cut(view.get("limit"), view.get("cursor"), all, id)
}

fn cut<T>(
    limit: Option<&str>,
    cursor: Option<&str>,
    all: Vec<T>,
    id: impl Fn(&T) -> String,
) -> Result<Piece<T>, Error> {
    let asked = asked(limit, cursor)?;
    let from = match asked.after {
        None => 0,
        Some(last) => {
            let at = all.iter().position(|one| id(one) == last);
            1 + at.ok_or_else(|| {
                Error::Gone(Sentence::english(
                    "The record after which to go on is no longer in this list. Begin again without a cursor.",
                ))
            })?
        }
    };
    let more = all.len() > from + asked.limit;
    let items: Vec<T> = all.into_iter().skip(from).take(asked.limit).collect();
    let next = items.last().filter(|_| more).map(|last| write(&id(last)));
    Ok(Piece { items, next })
}

/// Which piece is asked for of a list that the database cuts: how many records, and after which.
#[derive(Debug)]
pub struct Asked {
    limit: usize,
    /// The id of the last record that was given.
    pub after: Option<String>,
}

impl Asked {
    /// A piece of `limit` records from the beginning.
    pub fn first(limit: usize) -> Self {
        Self { limit, after: None }
    }

    /// The piece of the same size after `cursor`, which a piece gave as its `next`.
    #[must_use]
    pub fn next(&self, cursor: &str) -> Self {
        Self { limit: self.limit, after: read(cursor) }
    }

    /// What a page of a list shows: as many as are usual.
    ///
    /// # Errors
    /// 422 when the cursor is not right.
    pub fn page(view: &View) -> Result<Self, Error> {
        asked(None, view.get("cursor"))
    }

    /// What `view` asks for.
    ///
    /// # Errors
    /// 422 when `limit` or `cursor` are not right.
    pub fn of(view: &View) -> Result<Self, Error> {
        asked(view.get("limit"), view.get("cursor"))
    }

    /// Where `list` goes on; `None`: it begins. `list` says which list, in which order, of which organisation.
    ///
    /// # Errors
    /// 422 when the cursor is of another one.
    pub fn place(&self, list: &[&str]) -> Result<Option<Place>, Error> {
        let Some(after) = &self.after else { return Ok(None) };
        let place = serde_json::from_str(after).ok().filter(|place: &Place| place.of == stamp(list));
        Ok(Some(place.ok_or_else(other_list)?))
    }

    /// The piece of `list` after `place`, of the records that were fetched; `keys` says what one is ordered by, its id
    /// last.
    pub fn piece_of<T>(
        &self,
        list: &[&str],
        place: Option<&Place>,
        items: Vec<T>,
        keys: impl Fn(&T) -> Vec<String>,
    ) -> Piece<T> {
        let shown = place.map_or(0, |place| place.shown) + items.len().min(self.limit) as u64;
        let next = |last: &T| Place { of: stamp(list), keys: keys(last), shown };
        self.piece(items, |last| serde_json::to_string(&next(last)).unwrap_or_default())
    }

    /// The piece after the asked place of a list that is put in order here: `all`, each with its `key`, by `order`. What is
    /// added, changed or gone meanwhile neither doubles nor hides anything else, as it is with a list that the database
    /// cuts: the place is where the last record stood, whether or not that is still there.
    ///
    /// # Errors
    /// 422 when the cursor is of another list or order.
    pub fn cut<T, K: Serialize + DeserializeOwned>(
        &self,
        walk: &Walk<'_>,
        all: Vec<T>,
        key: impl Fn(&T) -> K,
        order: impl Fn(&K, &K) -> Ordering,
    ) -> Result<Portion<T>, Error> {
        let place = self.place(walk.list)?;
        let began: Option<K> = match &place {
            None => None,
            Some(place) => Some(walk.key(place)?),
        };
        let count = all.len();
        let mut all: Vec<(K, T)> = all.into_iter().map(|one| (key(&one), one)).collect();
        all.sort_by(|(one, _), (other, _)| order(one, other));
        let from = began.map_or(0, |last| all.partition_point(|(key, _)| order(key, &last).is_le()));
        let some = all.into_iter().skip(from).take(self.limit + 1).collect();
        let before = place.as_ref().map_or(0, |place| place.shown);
        let piece = self.piece_of(walk.list, place.as_ref(), some, |(key, _)| {
            vec![serde_json::to_string(key).unwrap_or_default(), walk.began_ms.to_string()]
        });
        let items = piece.items.into_iter().map(|(_, one)| one).collect();
        Ok(Portion { items, next: piece.next, before, count })
    }

    /// How many records to fetch: one more than a piece has, so that it is known whether more follow.
    pub fn fetch(&self) -> i64 {
        i64::try_from(self.limit + 1).unwrap_or(i64::MAX)
    }

    /// The piece, of the records that were fetched.
    pub fn piece<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> String) -> Piece<T> {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = items.last().filter(|_| more).map(|last| write(&id(last)));
        Piece { items, next }
    }
}

fn other_list() -> Error {
    wrong("cursor", "This cursor is of another list or order. Begin again without a cursor.")
}

fn wrong(field: &'static str, text: &str) -> Error {
    Error::Invalid(vec![FieldError { field, text: Sentence::english(text) }])
}

/// What tells lists apart, short: a cursor is no place for words.
fn stamp(list: &[&str]) -> String {
    let mut hash = Sha256::new();
    for word in list {
        hash.update(word.len().to_le_bytes());
        hash.update(word);
    }
    BASE64URL_NOPAD.encode(hash.finalize().get(..9).unwrap_or_default())
}

fn asked(limit: Option<&str>, cursor: Option<&str>) -> Result<Asked, Error> {
    let limit = match limit {
        None => USUAL,
        Some(limit) => limit
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| wrong("limit", "Ask for 1 to 200 records at once."))?,
    };
    let no_cursor = "This is no cursor of ours. Take the one that the last answer gave as `next`.";
    let after = cursor.map(|cursor| read(cursor).ok_or_else(|| wrong("cursor", no_cursor))).transpose()?;
    Ok(Asked { limit, after })
}

fn write(id: &str) -> String {
    BASE64URL_NOPAD.encode(format!("{MARK}{id}").as_bytes())
}

fn read(cursor: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    String::from_utf8(bytes).ok()?.strip_prefix(MARK).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Asked, Piece, Walk, cut, read, write};
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeSet;

    fn numbers(limit: Option<&str>, cursor: Option<&str>, all: &[u32]) -> Piece<u32> {
        cut(limit, cursor, all.to_vec(), ToString::to_string).unwrap()
    }

    #[test]
    fn pieces_make_the_whole_also_when_something_is_added_meanwhile() {
        let mut all: Vec<u32> = (0..10).collect();
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        for round in 0.. {
            let piece = numbers(Some("3"), cursor.as_deref(), &all);
            seen.extend(piece.items);
            all.insert(0, 100 + round);
            cursor = piece.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn bounds_and_nonsense_are_refused() {
        let code = |limit, cursor: Option<&str>| {
            cut(limit, cursor, vec![1, 2, 3], ToString::to_string)
                .map(|piece| piece.items.len())
                .map_err(|e| e.code())
        };
        for limit in ["0", "201", "-1", "x", "", "99999999999999999999"] {
            assert_eq!(code(Some(limit), None), Err("invalid"), "{limit}");
        }
        for cursor in ["", "x", "%", "YWZ0ZXI"] {
            assert_eq!(code(None, Some(cursor)), Err("invalid"), "{cursor}");
        }
        assert_eq!(code(None, Some(&write("9"))), Err("gone"));
        assert_eq!(code(Some("200"), Some(&write("1"))), Ok(2));
        assert_eq!(numbers(Some("3"), None, &[1, 2, 3]).next, None, "the last piece says so");
    }

    proptest! {
        #[test]
        fn a_walk_shows_whatever_stays_once_while_anything_else_comes_and_goes(
            stays in proptest::collection::btree_set(0_u32..500, 0..60),
            others in proptest::collection::vec(proptest::collection::btree_set(0_u32..500, 0..40), 1..12),
            limit in 1_usize..9,
        ) {
            let list = ["numbers"];
            let (mut seen, mut cursor) = (Vec::new(), None::<String>);
            for round in 0..600 {
                let asked = Asked { limit, after: cursor.as_deref().and_then(read) };
                let walk = Walk::of(&asked, &list, 7 + round).unwrap();
                prop_assert_eq!(walk.began_ms, 7, "the order is that of the beginning");
                let some = &others[usize::try_from(round).unwrap() % others.len()];
                let all: Vec<u32> = stays.union(some).copied().collect();
                let page = asked.cut(&walk, all, |one| *one, u32::cmp).unwrap();
                prop_assert_eq!(page.before as usize, seen.len());
                seen.extend(page.items);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let once: BTreeSet<u32> = seen.iter().copied().collect();
            prop_assert_eq!(once.len(), seen.len(), "nothing twice");
            prop_assert!(seen.is_sorted() && stays.is_subset(&once));
        }

        #[test]
        fn a_cursor_reads_as_it_was_written(id in any::<String>(), noise in any::<String>()) {
            assert_eq!(read(&write(&id)), Some(id));
            read(&noise);
        }
    }
}
