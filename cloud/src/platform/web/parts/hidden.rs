//! What a reader may not see, change or use, each said in its own way (PORTAL C7). None of them carries the value.

use super::Icon;
use crate::platform::access::PartnerTier;
use askama::Template;

/// A value that exists and is not for this reader.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="masked" title="{{ tip }}"><span aria-hidden="true">••••</span> {{ why }}</span>"#
)]
pub struct Masked {
    why: &'static str,
    tip: &'static str,
}

impl Masked {
    /// A distributor looking at a deal that does not run through its channel (PAR-7b).
    pub fn off_channel() -> Self {
        Self {
            why: "Off-channel",
            tip: "This deal runs through another channel. Its value and quote are shown to the parties of that channel only.",
        }
    }

    /// Any other reason.
    pub fn new(why: &'static str, tip: &'static str) -> Self {
        Self { why, tip }
    }
}

/// Something a higher tier unlocks (PAR-9e).
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="chip locked" aria-disabled="true" title="{{ what }} comes with {{ tier.label() }}. RiverSync grants tiers.">{{ Icon::Lock }}Unlocks at {{ tier.label() }}</span>"#
)]
pub struct Locked {
    what: String,
    tier: PartnerTier,
}

impl Locked {
    /// `what` unlocks at `tier`.
    pub fn new(what: impl Into<String>, tier: PartnerTier) -> Self {
        Self { what: what.into(), tier }
    }
}

/// The role reads this page and changes nothing on it.
#[derive(Clone, Debug, Template)]
#[template(ext = "html", source = r#"<p class="note">{{ Icon::Eye }}<span>{{ text }}</span></p>"#)]
pub struct ReadOnly {
    text: String,
}

impl ReadOnly {
    /// With the usual sentence.
    pub fn role() -> Self {
        Self { text: "You can read this page. Your role does not change anything on it.".to_owned() }
    }

    /// With another sentence.
    pub fn because(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

/// Data that its owner has not granted (PAR-1b).
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<span class="not-granted">{{ Icon::Hidden }}Not granted by {{ owner }}</span>"#
)]
pub struct NotGranted {
    owner: String,
}

impl NotGranted {
    /// By this owner.
    pub fn by(owner: impl Into<String>) -> Self {
        Self { owner: owner.into() }
    }
}

super::safe!(Masked, Locked, ReadOnly, NotGranted);
