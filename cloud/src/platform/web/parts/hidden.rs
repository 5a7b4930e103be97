//! What a reader may not see, change or use, each said in its own way (PORTAL C7). None of them carries the value.

use super::Icon;
use super::words::Words;
use crate::platform::access::PartnerTier;
use crate::platform::base::Language;
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
    pub fn off_channel(language: Language) -> Self {
        let words = Words(language);
        Self { why: words.off_channel(), tip: words.off_channel_tip() }
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
    source = r#"<span class="chip locked" aria-disabled="true" title="{{ words.comes_with(what, tier.label()) }}">{{ Icon::Lock }}{{ words.unlocks_at(tier.label()) }}</span>"#
)]
pub struct Locked {
    words: Words,
    what: String,
    tier: PartnerTier,
}

impl Locked {
    /// `what` unlocks at `tier`.
    pub fn new(what: impl Into<String>, tier: PartnerTier, language: Language) -> Self {
        Self { words: Words(language), what: what.into(), tier }
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
    pub fn role(language: Language) -> Self {
        Self { text: Words(language).reads_only().to_owned() }
    }

    /// With another sentence.
    pub fn because(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }
}

/// Data that its owner has not granted (PAR-1b).
#[derive(Clone, Debug, Template)]
#[template(ext = "html", source = r#"<span class="not-granted">{{ Icon::Hidden }}{{ text }}</span>"#)]
pub struct NotGranted {
    text: String,
}

impl NotGranted {
    /// By this owner.
    pub fn by(owner: &str, language: Language) -> Self {
        Self { text: Words(language).not_granted_by(owner) }
    }
}

super::safe!(Masked, Locked, ReadOnly, NotGranted);
