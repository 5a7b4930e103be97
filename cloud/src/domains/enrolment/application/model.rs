//! An application.

use crate::domains::enrolment::capability::Subtype;
use crate::platform::base::Language;
use crate::platform::web::Version;
use crate::platform::web::parts::{Chip, Icon, Tone};
use crate::platform::words::{Sentence, said};

/// How an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Waits for `RiverSync`.
    Submitted,
    /// Waits for the applicant.
    Returned,
    /// The organisation is a partner.
    Approved,
    /// It is not.
    Rejected,
    /// Taken back by the applicant.
    Withdrawn,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Submitted, Self::Returned, Self::Approved, Self::Rejected, Self::Withdrawn];

    /// Its key in storage and API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The status of a key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }

    /// Whether another one may be begun after it.
    pub fn may_apply_again(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected | Self::Withdrawn)
    }

    /// In a word, for who reads `language`.
    pub fn chip(self, language: Language) -> Chip {
        let (tone, english, thai) = match self {
            Self::Submitted => (Tone::Accent, "In review", "กำลังพิจารณา"),
            Self::Returned => (Tone::Warn, "Returned to you", "ส่งคืนให้แก้ไข"),
            Self::Approved => (Tone::Good, "Approved", "อนุมัติแล้ว"),
            Self::Rejected => (Tone::Bad, "Rejected", "ถูกปฏิเสธ"),
            Self::Withdrawn => (Tone::Quiet, "Withdrawn", "ถอนแล้ว"),
        };
        let chip = Chip::new(tone, if language == Language::Thai { thai } else { english });
        if self == Self::Submitted { chip.icon(Icon::Clock) } else { chip }
    }

    /// What it means for the applicant.
    pub fn sentence(self) -> Sentence {
        match self {
            Self::Submitted => said! {
                en: "RiverSync reviews the application.",
                th: "RiverSync กำลังพิจารณาใบสมัคร",
            },
            Self::Returned => said! {
                en: "RiverSync sent the application back with a note. Change it and send it again.",
                th: "RiverSync ส่งใบสมัครคืนพร้อมหมายเหตุ แก้ไขแล้วส่งอีกครั้ง",
            },
            Self::Approved => said! { en: "The application was approved.", th: "ใบสมัครได้รับอนุมัติแล้ว" },
            Self::Rejected => said! {
                en: "The application was rejected. Its history says why, and you may apply again.",
                th: "ใบสมัครถูกปฏิเสธ ดูเหตุผลได้ในประวัติ และคุณสมัครใหม่ได้",
            },
            Self::Withdrawn => said! {
                en: "The application was withdrawn. You may apply again.",
                th: "ถอนใบสมัครแล้ว คุณสมัครใหม่ได้",
            },
        }
    }
}

/// What the apps page and the swimlane need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How it stands.
    pub status: Status,
    /// When it was last sent, Unix milliseconds.
    pub submitted_ms: i64,
    /// By when it is decided, Unix milliseconds.
    pub decide_by_ms: i64,
}

/// What the applicant says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) subtype: Subtype,
    pub(super) legal_name: String,
    pub(super) registration_number: String,
    pub(super) country: String,
    pub(super) address: String,
    pub(super) territories: Vec<String>,
    pub(super) about: String,
}

/// An application whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Application {
    pub(super) id: String,
    pub(super) tenant_id: String,
    pub(super) tenant_name: String,
    pub(super) status: Status,
    pub(super) said: Said,
    pub(super) submitted_ms: i64,
    pub(super) decide_by_ms: i64,
    pub(super) decided_ms: Option<i64>,
}

impl Application {
    /// Its version: what the applicant says and how it stands.
    pub(super) fn version(&self) -> Version {
        let said = &self.said;
        let name = (&said.legal_name, &said.registration_number, &said.country, &said.address);
        let rest = (said.subtype.key(), &said.territories, &said.about);
        Version::of(&(&self.id, self.status.key(), self.submitted_ms, name, rest, self.decided_ms))
    }
}

/// A document of an application.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) sha256: Vec<u8>,
    pub(super) size_bytes: i64,
    pub(super) added_ms: i64,
}

/// One line of its history.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Line {
    pub(super) at_ms: i64,
    pub(super) kind: String,
    pub(super) person_name: String,
    pub(super) tenant_name: String,
    pub(super) note: String,
}
