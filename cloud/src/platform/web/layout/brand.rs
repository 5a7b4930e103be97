//! How the frame looks in a program whose owner gave it a colour or a logo.

use crate::platform::access::{Actor, App};
use crate::platform::web::brand::{Colour, logo_address, sheet_address};
use crate::platform::web::parts::Icon;
use askama::Template;

/// What the frame takes from the program's owner.
pub(super) struct Brand {
    /// Where its colours are.
    pub(super) css: Option<String>,
    /// Where its logo is.
    pub(super) logo: Option<String>,
    /// Its name.
    pub(super) name: String,
}

impl Brand {
    /// Of the program in which `actor` uses `app`.
    pub(super) fn of(actor: &Actor, app: App) -> Option<Self> {
        let brand = actor.acting_in(app)?.brand.as_ref()?;
        let colour = brand.colour.as_deref().and_then(Colour::parse);
        Some(Self {
            css: colour.map(|colour| sheet_address(&brand.owner_id, colour)),
            logo: brand.logo.as_deref().map(|sha256| logo_address(&brand.owner_id, sha256)),
            name: brand.owner_name.clone(),
        })
    }
}

/// Whose program it is, on top of each page: the owner's logo, or our mark.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% if let Some((address, name)) = logo %}<img class="logo" src="{{ address }}" alt="{{ name }}">{% else %}{{ Icon::Mark }}<b>RiverSync</b>{% endif %}"#
)]
pub(super) struct Sign {
    logo: Option<(String, String)>,
}

impl askama::filters::HtmlSafe for Sign {}

impl Sign {
    /// Of a frame in such a program.
    pub(super) fn of(brand: Option<&Brand>) -> Self {
        Self { logo: brand.and_then(|brand| Some((brand.logo.clone()?, brand.name.clone()))) }
    }
}
