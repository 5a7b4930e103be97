//! The menu of a list's saved views: to see the list through one, to save what is seen, to say what the list opens with.

use super::Icon;
use super::words::Words;
use crate::platform::web::layout::{SAVED, SavedView, View, kept_query};
use askama::Template;

/// A menu. Every choice is a link or a small form, so it works without script.
#[derive(Clone, Debug, Template)]
#[template(path = "platform/web/parts/saved_menu.html")]
pub struct SavedMenu {
    words: Words,
    list: String,
    /// What is seen now, as the query of an address.
    query: String,
    plain: String,
    shown: Option<String>,
    saved: Vec<SavedView>,
}

super::safe!(SavedMenu);

impl SavedMenu {
    /// Of the list that `view` shows; none where it has none to offer.
    pub(super) fn of(view: &View) -> Option<Self> {
        let saved = view.saved.clone()?;
        let shown = view.get(SAVED).map(str::to_owned);
        Some(Self {
            words: Words(view.language()),
            list: view.path.clone(),
            query: kept_query(&view.query),
            plain: view.plain(),
            shown,
            saved,
        })
    }

    fn is_shown(&self, one: &SavedView) -> bool {
        self.shown.as_ref() == Some(&one.id)
    }

    /// What the button says: the view that is seen, or what the menu is.
    fn said(&self) -> &str {
        let shown = self.saved.iter().find(|one| self.is_shown(one));
        shown.map_or(self.words.views(), |one| one.name.as_str())
    }

    /// What stands under the name of one.
    fn note(&self, one: &SavedView) -> String {
        let whose = match &one.by {
            Some(name) => Some(self.words.view_of(name)),
            None => one.is_shared.then(|| self.words.view_of_all().to_owned()),
        };
        let opens = one.opens.then(|| self.words.view_opens().to_owned());
        [whose, opens].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}
