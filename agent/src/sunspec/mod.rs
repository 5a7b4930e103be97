//! SunSpec: the register map that inverters and meters of many makers share, recognised and written as a profile.
//!
//! A device that conforms has "SunS" at holding register 40000, 50000 or 0, then a chain of models: an id, a length, a
//! body; id 0xFFFF ends it (SunSpec Device Information Model Specification, section 6). Values are scaled by registers of
//! their own (`sunssf`), and each type has a value that means "not implemented" (section 5).
//!
//! Facts: `models`. The walk asks through [`Registers`] and is otherwise pure; [`draft()`] makes the profile.

mod draft;
mod models;
#[cfg(test)]
mod tests;
mod walk;

pub use draft::draft;
pub use walk::{Map, Model, walk};

use crate::profile::Table;

/// Where words come from.
pub trait Registers {
    /// `count` holding registers from `start`; `Err(None)` when the device refuses them, else why it does not answer.
    fn words(
        &mut self,
        table: Table,
        start: u16,
        count: u16,
    ) -> impl Future<Output = Result<Vec<u16>, Option<String>>> + Send;
}
