//! Follows the chain of models of a device.

use super::{Registers, models};
use crate::profile::Table;
use serde::Serialize;

/// Where a map may begin, in the order in which the specification names the places.
const BASES: [u16; 3] = [40_000, 50_000, 0];
/// "SunS".
const MARK: [u16; 2] = [0x5375, 0x6e53];
/// The id that ends a chain.
const END: u16 = 0xFFFF;
/// Most models of a chain that is believed.
const MAX_MODELS: usize = 64;
/// Words that are asked for at once; some devices refuse the 125 that the protocol allows.
const CHUNK: u16 = 100;

/// A device's chain of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Map {
    /// Where "SunS" stands.
    pub base: u16,
    /// In the order of the chain.
    pub models: Vec<Model>,
    /// Why the chain ended before its end mark; `None` when it did not.
    pub cut: Option<String>,
}

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Its number.
    pub id: u16,
    /// What it is called, where that is known.
    pub title: Option<&'static str>,
    /// Address of its id.
    pub at: u16,
    /// Its length without id and length.
    pub length: u16,
    /// Its words with id and length; none for a model that is only recognised.
    #[serde(skip)]
    pub words: Vec<u16>,
}

/// Looks for a map and follows it; `None` when the device has none.
///
/// # Errors
/// Why the device does not answer.
pub async fn walk(device: &mut impl Registers) -> Result<Option<Map>, String> {
    for base in BASES {
        match device.words(Table::Holding, base, 2).await {
            Ok(words) if words == MARK => return chain(device, base).await.map(Some),
            Ok(_) | Err(None) => {}
            Err(Some(why)) => return Err(why),
        }
    }
    Ok(None)
}

async fn chain(device: &mut impl Registers, base: u16) -> Result<Map, String> {
    let mut map = Map { base, models: Vec::new(), cut: None };
    let mut at = u32::from(base) + 2;
    while map.models.len() < MAX_MODELS {
        let Ok(here) = u16::try_from(at) else {
            map.cut = Some("the chain passes the last address".into());
            return Ok(map);
        };
        let head = match device.words(Table::Holding, here, 2).await {
            Ok(words) => words,
            Err(None) => {
                map.cut = Some(format!("the device refuses register {here}, where the next model should be"));
                return Ok(map);
            }
            Err(Some(why)) => return Err(why),
        };
        let [id, length] = head.as_slice() else {
            map.cut = Some(format!("the answer for register {here} is of another size"));
            return Ok(map);
        };
        let (id, length) = (*id, *length);
        // A model without a body would be read again and again.
        if id == END || (id, length) == (0, 0) {
            return Ok(map);
        }
        let next = at + 2 + u32::from(length);
        let known = id == 1 || id == 160 || !models::points(id).is_empty();
        let words = if known && next <= 65_536 { body(device, here, length + 2).await? } else { Vec::new() };
        map.models.push(Model { id, title: models::title(id), at: here, length, words });
        at = next;
    }
    map.cut = Some(format!("the chain has more than {MAX_MODELS} models"));
    Ok(map)
}

/// The words of a model; none when the device refuses a part of them.
async fn body(device: &mut impl Registers, at: u16, count: u16) -> Result<Vec<u16>, String> {
    let mut words = Vec::with_capacity(count.into());
    let mut done = 0;
    while done < count {
        let part = CHUNK.min(count - done);
        match device.words(Table::Holding, at.saturating_add(done), part).await {
            Ok(more) if more.len() == usize::from(part) => words.extend(more),
            Ok(_) | Err(None) => return Ok(Vec::new()),
            Err(Some(why)) => return Err(why),
        }
        done += part;
    }
    Ok(words)
}

impl Model {
    /// A word by its offset from the id.
    pub(super) fn word(&self, offset: u16) -> Option<u16> {
        self.words.get(usize::from(offset)).copied()
    }

    /// Text of `count` words from `offset`, cut at the first NUL; `None` when there is none.
    pub(super) fn text(&self, offset: u16, count: u16) -> Option<String> {
        let words = self.words.get(usize::from(offset)..usize::from(offset + count))?;
        let bytes: Vec<u8> =
            words.iter().flat_map(|word| word.to_be_bytes()).take_while(|byte| *byte != 0).collect();
        let text: String =
            String::from_utf8_lossy(&bytes).chars().filter(|letter| !letter.is_control()).collect();
        let text = text.trim();
        (!text.is_empty() && !text.contains('\u{fffd}')).then(|| text.to_owned())
    }
}
