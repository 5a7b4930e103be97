//! What lies over a page.

use super::Exhibit;
use crate::platform::web::layout::View;
use crate::platform::web::parts::{Cell, Dialog, Facts, Toast};

pub(super) fn exhibits(view: &View) -> Vec<Exhibit> {
    let language = view.language();
    let facts = Facts::new()
        .fact("Customer", Cell::text("BKKFoods"))
        .fact("Updated", Cell::part(&view.time(view.now_ms)));
    let toasts = Exhibit::new(
        "toast",
        "Toast",
        "What was done, said once and announced; it waits while somebody points at it.",
    )
    .show("Done", &Toast::done("The deal is registered."))
    .show("Failed", &Toast::failed("The file is larger than 10 MB."))
    .in_both();
    let over = Exhibit::new(
        "over",
        "Dialog and drawer",
        "Over the page, closed by Escape; focus comes back to what opened it.",
    )
    .show("Dialog", &Dialog::new("style-dialog", "Open the dialog", "Booster pumps", &facts, language))
    .show("Drawer", &Dialog::new("style-drawer", "Open the drawer", "North tank", &facts, language).drawer());
    vec![toasts, over]
}
