//! How a model of device is told from another at the same address (EDGE fault 21).
//!
//! Two ways: what the device says of itself (function 43/14), and a fingerprint of registers that never change. A
//! fingerprint is read only inside `gap_ok`: nobody grants it, and it is compared and thrown away.

use super::location::Written;
use super::{Region, Table};
use crate::config::section::Section;

/// What the right device answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Objects of function 43/14 and their texts; one that ends with `*` needs only to begin so.
    pub objects: Vec<(u8, String)>,
    /// Registers and what they hold.
    pub words: Vec<Fingerprint>,
}

/// Registers that tell the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of which table.
    pub table: Table,
    /// First address.
    pub address: u16,
    /// What they hold.
    pub words: Vec<u16>,
}

impl Identity {
    /// Whether what a device says of itself is what is expected.
    pub(crate) fn accepts(&self, said: &[(u8, String)]) -> bool {
        self.objects.iter().all(|(id, wanted)| {
            said.iter().any(|(said_id, text)| {
                said_id == id
                    && wanted
                        .strip_suffix('*')
                        .map_or(text == wanted, |beginning| text.starts_with(beginning))
            })
        })
    }
}

/// Reads `[identity]`.
pub(super) fn read(mut section: Section<'_>, gap_ok: &[Region]) -> Option<Identity> {
    let mut identity = Identity::default();
    for (id, key) in [(0, "vendor"), (1, "product"), (2, "revision")] {
        identity.objects.extend(section.text(key).map(|found| (id, found.value)));
    }
    for mut table in section.tables("words") {
        identity.words.extend(fingerprint(&mut table, gap_ok));
        table.finish();
    }
    if identity == Identity::default() {
        section.missing_unless_faulty(
            "vendor",
            "give vendor, product or revision as function 43/14 tells them, or [[identity.words]]",
        );
    }
    section.finish();
    Some(identity)
}

fn fingerprint(section: &mut Section<'_>, gap_ok: &[Region]) -> Option<Fingerprint> {
    let written = Written::read(section);
    let words = section.integers("hold", 0..=65_535);
    let span = section.span();
    let (table, address) = written.place(section)?;
    if table.is_bits() {
        section.fault_here("is a table of bits; a fingerprint is of words");
    }
    let Some(words) = words.filter(|found| (1..=32).contains(&found.value.len())) else {
        section.missing_unless_faulty(
            "hold",
            "list what the registers hold, 1 to 32 words such as [0x5375, 0x6e53]",
        );
        return None;
    };
    let words: Vec<u16> = words.value.iter().filter_map(|word| u16::try_from(*word).ok()).collect();
    let last = u32::from(address) + u32::try_from(words.len()).ok()? - 1;
    let allowed = gap_ok
        .iter()
        .any(|region| region.table == table && region.from <= address && last <= u32::from(region.to));
    if !allowed {
        section.fault(&span, "hold", "is not inside a [[gap_ok]] region; nobody grants a fingerprint, so the profile must allow reading it");
    }
    Some(Fingerprint { table, address, words })
}
