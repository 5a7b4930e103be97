//! What the frame calls an item, for rooms that name items of their own accord.

use super::words::Words;
use crate::platform::access::Item;
use crate::platform::base::Language;

/// An item's name where those of all apps stand side by side: as the rail calls it, and with its app if another app has
/// one of the same name, such as "Team (Portal)".
pub fn item_name(item: Item, language: Language) -> String {
    let words = Words(language);
    let name = words.item(item);
    let is_shared = Item::ALL.into_iter().any(|other| other != item && other.label() == item.label());
    if is_shared { format!("{name} ({})", words.app(item.app())) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::item_name;
    use crate::platform::access::Item;
    use crate::platform::base::Language;
    use std::collections::BTreeSet;

    #[test]
    fn side_by_side_no_two_items_have_one_name() {
        for language in Language::ALL {
            let names: BTreeSet<String> = Item::ALL.map(|item| item_name(item, language)).into();
            assert_eq!(names.len(), Item::ALL.len(), "{names:?}");
        }
        assert_eq!(item_name(Item::PortalTeam, Language::English), "Team (Portal)");
        assert_eq!(item_name(Item::Deals, Language::English), "Deals");
    }
}
