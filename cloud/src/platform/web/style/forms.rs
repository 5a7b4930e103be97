//! Forms and their buttons.

use super::{Exhibit, PATH};
use crate::platform::base::Language;
use crate::platform::error::FieldError;
use crate::platform::web::parts::{Cell, Choice, Confirm, Field, FileField, FormErrors, Icon, Input, Press};
use crate::platform::words::said;

pub(super) fn exhibits(language: Language) -> Vec<Exhibit> {
    vec![buttons(), fields(), wrong(language), upload(language)]
}

fn buttons() -> Exhibit {
    let link = Cell::button(Icon::Plus, "Register deal", PATH);
    Exhibit::new("buttons", "Buttons", "One primary thing to do; what takes away asks first, in place.")
        .show("Primary", &Press::new("Acknowledge", PATH).primary())
        .show("Plain", &Press::new("Take it", PATH))
        .show(
            "Asks first",
            &Confirm::new("Revoke", "Nera sees nothing more at once.", "Revoke the grant", PATH).danger(),
        )
        .show(
            "Asks for a reason",
            &Confirm::new("Return", "It goes back to who sent it.", "Return it", PATH)
                .reason("What is missing?"),
        )
        .show("A link that looks like one", &link)
}

fn fields() -> Exhibit {
    let tiers = ["Basic", "Gold", "Platinum"];
    let choices = |on: &str| tiers.map(|of| Choice::new(of, of, of == on)).to_vec();
    Exhibit::new("fields", "Fields", "A label, a hint, the input. What was typed is kept.")
        .show(
            "A line",
            &Field::new("style-name", "Name", Input::Line("text"))
                .value("Booster pumps")
                .hint("As the customer calls it."),
        )
        .show("Must be filled", &Field::new("style-until", "Until", Input::Line("date")).required())
        .show("Several lines", &Field::new("style-note", "Note", Input::Area).value("Two pumps, one spare."))
        .show("One of a list", &Field::new("style-level", "Service level", Input::Select(choices("Gold"))))
        .show("Any of a few", &Field::new("style-any", "Levels", Input::Checks(choices("Gold"))))
        .show("One of a few", &Field::new("style-one", "Level", Input::Radios(choices("Basic"))))
}

fn wrong(language: Language) -> Exhibit {
    let errors = [
        FieldError {
            field: "style-end",
            text: said! { en: "The end must lie in the future.", th: "วันสิ้นสุดต้องอยู่ในอนาคต" },
        },
        FieldError {
            field: "style-email",
            text: said! {
                en: "Give an address such as nisa@nera.example.",
                th: "กรอกอีเมล เช่น nisa@nera.example",
            },
        },
    ];
    Exhibit::new(
        "errors",
        "Errors",
        "On top all that is wrong, each linked to its field; beside the field the sentence.",
    )
    .show("Summary", &FormErrors::new(&errors, language))
    .show(
        "Field",
        &Field::new("style-end", "Until", Input::Line("date")).value("2020-01-01").errors(&errors, language),
    )
    .show(
        "Field",
        &Field::new("style-email", "E-mail", Input::Line("email")).value("nisa@").errors(&errors, language),
    )
}

fn upload(language: Language) -> Exhibit {
    Exhibit::new("upload", "Files", "What is chosen is listed; sending shows how far it is.").show(
        "Several",
        &FileField::new("style-file", "Documents", ".pdf,.png,.jpg", language)
            .several()
            .hint("PDF or pictures, 10 MB each."),
    )
}
