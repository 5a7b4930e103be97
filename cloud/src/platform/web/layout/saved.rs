//! Saved views: what a list was asked for (filters, order, columns), under a name. A room keeps them; here is what a page
//! needs to know of them.

use super::View;
use super::view::{EVERYTHING, SAVED, address};
use axum::extract::Query;
use axum::http::Uri;

/// One of them, for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Which.
    pub id: String,
    /// As it is called.
    pub name: String,
    /// What the list is asked for, as the query of an address.
    pub query: String,
    /// Whose it is; `None`: one's own.
    pub by: Option<String>,
    /// Whether the whole organisation has it.
    pub is_shared: bool,
    /// Whether the person may take it away.
    pub is_removable: bool,
    /// Whether the list opens with it for this person.
    pub opens: bool,
}

impl SavedView {
    /// Where `list` is seen through it.
    pub fn href(&self, list: &str) -> String {
        seen_through(list, &self.query, &self.id)
    }
}

/// What somebody has saved of a list; `None` where there is nothing to save.
pub type SavedViews = Option<Vec<SavedView>>;

/// Where `list` is seen through the view `id` that asks for `query`.
pub fn seen_through(list: &str, query: &str, id: &str) -> String {
    let pairs = asked_for(query).unwrap_or_default();
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    address(list, &pairs.chain([(SAVED, id)]).collect::<Vec<_>>())
}

/// `list` asked for what [`View::seen`] was: where somebody goes back to who did something about what is in it.
pub fn seen_again(list: &str, seen: &str) -> String {
    let pairs = asked_for(seen).unwrap_or_default();
    address(list, &pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>())
}

/// What a query asks for; `None` when it is none.
pub fn asked_for(query: &str) -> Option<Vec<(String, String)>> {
    let uri = format!("/?{query}").parse::<Uri>().ok()?;
    Query::try_from_uri(&uri).ok().map(|pairs| pairs.0)
}

/// What of a query a view keeps: not where in the list somebody is, nor which view that was.
pub fn kept_query<'a>(pairs: impl IntoIterator<Item = &'a (String, String)>) -> String {
    let is_kept = |name: &str, value: &str| {
        !value.is_empty() && ![SAVED, "cursor", "before", "format", "check", "item", "month"].contains(&name)
    };
    let pairs = pairs.into_iter().filter(|(name, value)| is_kept(name, value));
    let pairs: Vec<_> = pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    address("", &pairs).trim_start_matches('?').to_owned()
}

impl View {
    /// What was asked for, as the query of an address, for [`seen_again`].
    pub fn seen(&self) -> String {
        let pairs: Vec<_> = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        address("", &pairs).trim_start_matches('?').to_owned()
    }

    /// Takes what the person has saved of this list. Asked for nothing, the list is asked for what it opens with.
    pub(in crate::platform::web) fn take_saved(&mut self, saved: SavedViews) {
        self.saved = saved;
        if !self.query.is_empty() {
            return;
        }
        if let Some(opening) = self.saved.iter().flatten().find(|one| one.opens) {
            self.query = asked_for(&opening.query).unwrap_or_default();
            self.query.push((SAVED.to_owned(), opening.id.clone()));
        }
    }

    /// Whether a saved view opens in place of the plain list.
    pub(super) fn opens_saved(&self) -> bool {
        self.saved.iter().flatten().any(|one| one.opens)
    }

    /// What stays when a list is asked for something else: that the plain list is meant.
    pub(in crate::platform::web) fn not_the_opening(&self) -> Option<(&'static str, String)> {
        self.opens_saved().then(|| (SAVED, EVERYTHING.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::{SavedView, View, kept_query};

    fn saved(query: &str, opens: bool) -> SavedView {
        SavedView {
            id: "v1".into(),
            name: "Mine".into(),
            query: query.into(),
            by: None,
            is_shared: false,
            is_removable: true,
            opens,
        }
    }

    #[test]
    fn a_list_opens_with_its_view_and_the_plain_list_stays_within_reach() {
        let mut view = View::at("/x");
        view.take_saved(Some(vec![saved("status=won&sort=-value%2Ctitle", true)]));
        assert_eq!((view.get("status"), view.get("sort")), (Some("won"), Some("-value,title")));
        assert_eq!(view.with("status", ""), "/x?sort=-value,title");
        assert_eq!(view.with("cursor", "c"), "/x?status=won&sort=-value,title&saved=v1&cursor=c");
        assert_eq!(view.plain(), "/x?saved=all");
        let mut other = View::at("/x?saved=all");
        other.take_saved(view.saved.clone());
        assert_eq!((other.get("status"), other.with("a", "")), (None, "/x?saved=all".to_owned()));
        let mut unopened = View::at("/x");
        unopened.take_saved(Some(vec![saved("status=won", false)]));
        assert_eq!((unopened.get("status"), unopened.plain()), (None, "/x".to_owned()));
    }

    #[test]
    fn a_view_keeps_what_is_asked_for_and_not_where_one_is() {
        let view = View::at("/x?q=a%26b&cursor=zz&saved=v2&status=&cols=a&cols=b&format=csv");
        let query = kept_query(&view.query);
        assert_eq!(query, "q=a%26b&cols=a&cols=b");
        assert_eq!(saved(&query, false).href("/x"), "/x?q=a%26b&cols=a&cols=b&saved=v1");
    }
}
