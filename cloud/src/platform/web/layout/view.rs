//! What a page needs to know of the request it answers: path, query, now, zone, flash.

use super::flash;
use super::saved::SavedViews;
use crate::platform::base::{Language, Reader};
use crate::platform::web::parts::{Ago, Countdown};
use axum::extract::Query;
use axum::http::Uri;
use axum::http::request::Parts;
use std::cmp::Ordering;

/// The request as a page sees it.
#[derive(Clone, Debug)]
pub struct View {
    /// The path, without query.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
    /// Who looks at it.
    pub reader: Reader,
    /// How many notifications are unread; `None` where no bell is shown.
    pub(in crate::platform::web) unread: Option<usize>,
    /// The saved views of the list that is shown; `None` where it has none to offer.
    pub(in crate::platform::web) saved: SavedViews,
    /// What the last action said.
    pub(super) flash: Option<String>,
    /// Whether the browser refreshes a page it already shows: the frame is then left out.
    pub(super) refresh: bool,
}

/// The parameter that says which saved view is seen, and its value where none is.
pub(in crate::platform::web) const SAVED: &str = "saved";
pub(super) const EVERYTHING: &str = "all";

/// The most columns that a list is ordered by at once.
const MOST_SORTS: usize = 3;

/// How a list is ordered: `?sort=due` rising, `?sort=-due` falling, `?sort=level,-due` by one and then by the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column's key.
    pub key: String,
    /// Largest first.
    pub falling: bool,
}

/// What a record has in one column that orders a list: a text or a number.
pub type Place = (String, i64);

impl Sort {
    /// What `text` says, each column once.
    pub fn all(text: &str) -> Vec<Self> {
        let mut sorts: Vec<Self> = Vec::new();
        for one in text.split(',').filter(|one| !one.is_empty()) {
            let (key, falling) = one.strip_prefix('-').map_or((one, false), |key| (key, true));
            if sorts.iter().all(|sort| sort.key != key) {
                sorts.push(Self { key: key.to_owned(), falling });
            }
        }
        sorts
    }

    /// The order once the head of the column `key` was pressed: the first column turns around; another one becomes the
    /// first, and what it leaves equal stays as it was.
    pub fn pressed(mut sorts: Vec<Self>, key: &str) -> String {
        let falling = sorts.first().is_some_and(|first| first.key == key && !first.falling);
        sorts.retain(|sort| sort.key != key);
        sorts.insert(0, Self { key: key.to_owned(), falling });
        sorts.truncate(MOST_SORTS);
        Self::text(&sorts)
    }

    /// Puts a list that is whole here in order: `of` says what a record has in a column. What is equal
    /// stays as it was.
    pub fn order<T>(sorts: &[Self], list: &mut [T], of: impl Fn(&T, &str) -> Place) {
        let places = |one: &T| Self::places(sorts, one, &of);
        list.sort_by(|one, other| Self::compare(sorts, &places(one), &places(other)));
    }

    /// What a record has in each of the columns.
    pub fn places<T>(sorts: &[Self], one: &T, of: impl Fn(&T, &str) -> Place) -> Vec<Place> {
        sorts.iter().map(|sort| of(one, &sort.key)).collect()
    }

    /// Which of two comes first.
    pub fn compare(sorts: &[Self], one: &[Place], other: &[Place]) -> Ordering {
        let pairs = one.iter().zip(other).zip(sorts);
        let orders = pairs.map(|((one, other), sort)| {
            let order = one.cmp(other);
            if sort.falling { order.reverse() } else { order }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    }

    /// As it stands in an address.
    pub fn text(sorts: &[Self]) -> String {
        let text = |sort: &Self| format!("{}{}", if sort.falling { "-" } else { "" }, sort.key);
        sorts.iter().map(text).collect::<Vec<_>>().join(",")
    }
}

impl View {
    /// Of a request for `uri`, at the beginning of time.
    #[cfg(test)]
    pub(in crate::platform::web) fn at(uri: &str) -> Self {
        Self::of_uri(&uri.parse().unwrap())
    }

    /// From a request.
    pub fn of(parts: &Parts, now_ms: i64) -> Self {
        Self {
            now_ms,
            flash: flash::read(&parts.headers),
            refresh: parts.headers.contains_key("x-live"),
            ..Self::of_uri(&parts.uri)
        }
    }

    /// Of an address alone.
    pub(in crate::platform::web) fn of_uri(uri: &Uri) -> Self {
        Self {
            path: uri.path().to_owned(),
            query: Query::<Vec<(String, String)>>::try_from_uri(uri).map(|q| q.0).unwrap_or_default(),
            now_ms: 0,
            reader: Reader::default(),
            unread: None,
            saved: None,
            flash: None,
            refresh: false,
        }
    }

    /// The value of a query parameter; empty counts as not there.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// All values of a query parameter, such as ticked boxes.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// Whether a list shows the column `key`: all are shown until some are chosen.
    pub fn shows(&self, key: &str) -> bool {
        let mut chosen = self.all("cols").peekable();
        chosen.peek().is_none() || chosen.any(|shown| shown == key)
    }

    /// This address with one parameter set; an empty value takes it away. Paging starts over, and what is changed is no
    /// saved view any more.
    pub fn with(&self, name: &str, value: &str) -> String {
        self.set(name, value, |of| of != "cursor" && (of != SAVED || name == "cursor"))
    }

    /// This address with a parameter set that leaves the list as it is, such as which of its records is seen beside it.
    pub fn beside(&self, name: &str, value: &str) -> String {
        self.set(name, value, |_| true)
    }

    fn set(&self, name: &str, value: &str, stays: impl Fn(&str) -> bool) -> String {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for (n, v) in &self.query {
            if n != name && stays(n) && !v.is_empty() {
                pairs.push((n, v));
            }
        }
        if !value.is_empty() {
            pairs.push((name, value));
        }
        if pairs.is_empty() { self.plain() } else { address(&self.path, &pairs) }
    }

    /// The list with nothing asked of it. Where a saved view opens in its place, the address says that it is not meant.
    pub fn plain(&self) -> String {
        let pairs: &[_] = if self.opens_saved() { &[(SAVED, EVERYTHING)] } else { &[] };
        address(&self.path, pairs)
    }

    /// Another path with the same query, for exports of exactly what is seen.
    pub fn same_query(&self, path: &str) -> String {
        let pairs: Vec<(&str, &str)> = self.query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        address(path, &pairs)
    }

    /// The asked order: by the first, what is equal there by the next. Only columns of `keys` order anything.
    pub fn sorts(&self, keys: &[&str]) -> Vec<Sort> {
        let mut sorts = Sort::all(self.get("sort").unwrap_or_default());
        sorts.retain(|sort| keys.contains(&sort.key.as_str()));
        sorts.truncate(MOST_SORTS);
        sorts
    }

    /// The language of who looks at it.
    pub fn language(&self) -> Language {
        self.reader.language
    }

    /// The zone in which times are shown.
    pub fn zone(&self) -> &'static str {
        self.reader.zone.key()
    }

    /// An instant as "5 min ago" with the exact time on hover.
    pub fn time(&self, at_ms: i64) -> Ago {
        Ago::new(at_ms, self.now_ms, self.reader)
    }

    /// The time left until `due_ms` of a span that began at `from_ms`.
    pub fn countdown(&self, from_ms: i64, due_ms: i64) -> Countdown {
        Countdown::new(from_ms, due_ms, self.now_ms, self.reader)
    }
}

pub(in crate::platform::web) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (at, (name, value)) in pairs.iter().enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        encode(&mut out, name);
        out.push('=');
        encode(&mut out, value);
    }
    out
}

/// Percent-encodes for a query.
fn encode(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b',' => {
                out.push(byte.into())
            }
            _ => {
                out.push('%');
                out.push(HEX[usize::from(byte >> 4)].into());
                out.push(HEX[usize::from(byte & 15)].into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Sort, View};
    use proptest::prelude::{any, proptest};

    #[test]
    fn one_parameter_changes_and_the_rest_stays() {
        let view = View::at("/x?customer=BKK%20Foods&cursor=3&sort=-due");
        assert_eq!(view.get("customer"), Some("BKK Foods"));
        assert_eq!(view.with("sort", "name"), "/x?customer=BKK%20Foods&sort=name");
        assert_eq!(view.with("customer", ""), "/x?sort=-due");
        assert_eq!(
            View::at("/x?saved=v1&cursor=3&item=a").beside("item", "b"),
            "/x?saved=v1&cursor=3&item=b",
            "what is seen beside a list leaves the list as it is"
        );
        assert_eq!(view.sorts(&["due"]), [Sort { key: "due".into(), falling: true }]);
        assert_eq!(view.sorts(&["name"]), [], "an unknown column never orders anything");
    }

    #[test]
    fn a_pressed_column_comes_first_and_the_others_order_what_it_leaves_equal() {
        let pressed = |text: &str, key: &str| Sort::pressed(Sort::all(text), key);
        assert_eq!(pressed("", "due"), "due");
        assert_eq!(pressed("due", "due"), "-due");
        assert_eq!(pressed("-due", "due"), "due");
        assert_eq!(pressed("-due", "level"), "level,-due");
        assert_eq!(pressed("level,-due", "due"), "due,level");
        assert_eq!(pressed("a,b,c", "d"), "d,a,b");
        assert_eq!(pressed("a,-a,,a", "a"), "-a", "a column orders once");
    }

    proptest! {
        #[test]
        fn what_is_put_in_a_query_comes_back(value in any::<String>()) {
            let link = View::at("/x").with("q", &value);
            let back = View::at(&link);
            assert_eq!(back.get("q").unwrap_or_default(), value);
        }
    }
}
