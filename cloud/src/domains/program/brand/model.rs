//! What an owner gave its program.

use crate::platform::error::FieldError;
use crate::platform::files::Upload;
use crate::platform::web::Version;
use crate::platform::web::brand::Colour;
use crate::platform::words::said;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

/// The brand of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Brand {
    /// `#rrggbb`.
    pub(super) colour: Option<String>,
    pub(super) logo_sha256: Option<Vec<u8>>,
}

impl Brand {
    pub(super) fn version(&self) -> Version {
        Version::of(&(&self.colour, self.logo()))
    }

    pub(super) fn colour(&self) -> Option<Colour> {
        Colour::parse(self.colour.as_deref()?)
    }

    /// The SHA-256 of the logo, hexadecimal.
    pub(super) fn logo(&self) -> Option<String> {
        self.logo_sha256.as_deref().map(|sha256| HEXLOWER.encode(sha256))
    }

    /// As the log tells it: the logo by the beginning of its SHA-256.
    pub(super) fn told(&self) -> Value {
        let logo = self.logo().and_then(|logo| logo.get(..16).map(str::to_owned));
        json!({ "colour": self.colour.as_deref().unwrap_or("none"), "logo": logo.as_deref().unwrap_or("none") })
    }
}

/// What becomes of a part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Part<T> {
    /// It stays.
    #[default]
    Stays,
    /// It is this from now on.
    Is(T),
    /// It is taken away.
    Goes,
}

/// What somebody wants it to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) colour: Part<Colour>,
    pub(super) logo: Part<Upload>,
}

/// What was typed as the colour; nothing takes it away.
pub(super) fn colour(typed: &str) -> Result<Part<Colour>, FieldError> {
    match (typed.trim(), Colour::parse(typed.trim())) {
        ("", _) => Ok(Part::Goes),
        (_, Some(colour)) => Ok(Part::Is(colour)),
        (typed, None) => {
            let typed: String = typed.chars().take(20).collect();
            let text = said! {
                en: "Colour: \"{typed}\" is none. Write # and six digits from 0 to f, such as #0b6374.",
                th: "สี: \"{typed}\" ไม่ใช่รหัสสี เขียน # ตามด้วยเลขฐานสิบหกหกหลัก เช่น #0b6374",
            };
            Err(FieldError { field: "colour", text })
        }
    }
}
