//! The style sheet of a colour, and the addresses under which a program's people get it and the logo.

use super::Colour;
use super::palette::{Palette, Scheme};
use crate::platform::web::assets::tokens::{Rgb, hex};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A token, and which colour of a scheme it is.
type Token = (&'static str, fn(&Scheme) -> Rgb);

const TOKENS: [Token; 6] = [
    ("accent", |scheme| scheme.accent),
    ("accent-soft", |scheme| scheme.accent_soft),
    ("on-accent", |scheme| scheme.on_accent),
    ("fill", |scheme| scheme.fill),
    ("on-fill", |scheme| scheme.on_fill),
    ("focus", |scheme| scheme.accent),
];

/// The tokens of `colour`, to be read after our own.
pub fn sheet(colour: Colour) -> String {
    let Palette { light, dark, .. } = Palette::of(colour);
    let line =
        |(name, of): &Token| format!("  --{name}: light-dark({}, {});\n", hex(of(&light)), hex(of(&dark)));
    format!(":root {{\n{}}}\n", TOKENS.iter().map(line).collect::<String>())
}

/// Where the style sheet of `colour` is, for the program of `owner_id`.
pub fn sheet_address(owner_id: &str, colour: Colour) -> String {
    let hash = Sha256::digest(sheet(colour).as_bytes());
    format!("/brand/{owner_id}/{}.css", HEXLOWER.encode(hash.get(..8).unwrap_or_default()))
}

/// Where the logo of this SHA-256 is, for the program of `owner_id`.
pub fn logo_address(owner_id: &str, sha256: &str) -> String {
    format!("/brand/{owner_id}/{}", sha256.get(..16).unwrap_or(sha256))
}
