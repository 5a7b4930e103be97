//! Which lists have saved views, and what one may be.

use crate::platform::access::{Action, Actor, Item};
use crate::platform::error::FieldError;
use crate::platform::web::layout::{asked_for, kept_query};
use crate::platform::words::{Sentence, said};

/// The lists, by path.
pub(super) const LISTS: &[(&str, Item)] = &[
    ("/partners/leads", Item::Leads),
    ("/partners/opportunities", Item::Opportunities),
    ("/partners/deals", Item::Deals),
    ("/partners/quotes", Item::Quotes),
    ("/partners/closed", Item::Closed),
    ("/partners/workload", Item::Workload),
    ("/partners/devices", Item::CoveredDevices),
    ("/partners/renewals", Item::Renewals),
    ("/partners/team", Item::Team),
    ("/partners/log", Item::ActivityLog),
    ("/portal/team", Item::PortalTeam),
    ("/portal/log", Item::UsageLog),
    ("/admin/partners", Item::Organisations),
    ("/admin/team", Item::StaffTeam),
    ("/admin/audit", Item::Audit),
];

/// Views of one person of one list.
pub(super) const MOST_VIEWS: usize = 30;
/// Characters of a name.
const MOST_OF_A_NAME: usize = 60;
/// Bytes of a query.
const MOST_OF_A_QUERY: usize = 2_000;

/// Who may open the list at `path`.
pub(super) fn item_of(path: &str) -> Option<Item> {
    LISTS.iter().find(|(list, _)| *list == path).map(|(_, item)| *item)
}

/// Whether the actor keeps order among what others share: who may change a team.
pub(super) fn keeps_order(actor: &Actor) -> bool {
    [Item::Team, Item::PortalTeam, Item::StaffTeam].into_iter().any(|item| actor.can(Action::Change(item)))
}

/// What was entered, as it is kept: name and query.
///
/// # Errors
/// Every field that is wrong, each with its sentence.
pub(super) fn checked(name: &str, query: &str) -> Result<(String, String), Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut say = |field, text: Sentence| wrong.push(FieldError { field, text });
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MOST_OF_A_NAME || name.chars().any(char::is_control) {
        say(
            "name",
            said! {
                en: "Give the view a name of up to 60 letters.",
                th: "ตั้งชื่อมุมมองไม่เกิน 60 ตัวอักษร",
            },
        );
    }
    let pairs = asked_for(query).filter(|_| query.len() <= MOST_OF_A_QUERY);
    if pairs.is_none() {
        say(
            "query",
            said! {
                en: "This is nothing that a list can be asked for. Filter the list and save what you see.",
                th: "นี่ไม่ใช่สิ่งที่รายการแสดงได้ กรองรายการแล้วบันทึกสิ่งที่เห็น",
            },
        );
    }
    if wrong.is_empty() { Ok((name.to_owned(), kept_query(&pairs.unwrap_or_default()))) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_view_is_a_name_and_what_a_list_is_asked_for() {
        let kept = checked(" Won ", "status=won&cursor=x&saved=v1&q=");
        assert_eq!(kept, Ok(("Won".to_owned(), "status=won".to_owned())));
        assert_eq!(checked("All", ""), Ok(("All".to_owned(), String::new())));
        let fields = |name: &str, query: &str| {
            checked(name, query).map_err(|wrong| wrong.iter().map(|one| one.field).collect::<Vec<_>>())
        };
        assert_eq!(fields("", "a b"), Err(vec!["name", "query"]));
        assert_eq!(fields(&"x".repeat(61), "a=b"), Err(vec!["name"]));
        assert_eq!(fields("a\nb", "a=b"), Err(vec!["name"]));
        assert_eq!(fields("a", &format!("a={}", "b".repeat(2_000))), Err(vec!["query"]));
    }
}
