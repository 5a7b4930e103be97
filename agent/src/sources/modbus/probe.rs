//! One question to one unit, for command lines: open the way that a device's configuration says, read a block, be gone.
//!
//! It opens its own connection: a serial port that the running agent has is refused, not shared.

use super::decode::{Block, bad, cell};
use super::link::{Answer, Failure, Link};
use super::plan::{Request, items, plan};
use crate::config::Modbus;
use crate::profile::{Profile, Table};
use crate::reading::Cell;
use std::time::Duration;

/// A way to one unit, open for questions.
pub struct Probe {
    at: Modbus,
    link: Option<Link>,
}

/// Why a question brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.words())]
pub struct ProbeError(pub(super) Failure);

impl ProbeError {
    /// The exception with which the unit refused, if it did.
    pub fn exception(self) -> Option<u8> {
        match self.0 {
            Failure::Exception(code) => Some(code),
            _ => None,
        }
    }
}

impl Probe {
    /// Opens the line that `at` says.
    ///
    /// # Errors
    /// [`ProbeError`] in a few words.
    pub async fn open(at: Modbus) -> Result<Self, ProbeError> {
        let mut probe = Self { at, link: None };
        let link = probe.line().await?;
        probe.link = Some(link);
        Ok(probe)
    }

    /// Another unit on the same line.
    #[must_use]
    pub fn unit(mut self, unit: u8) -> Self {
        self.at.unit = unit;
        self
    }

    /// `count` registers of the table `holding` or `input`; at most 125.
    ///
    /// # Errors
    /// [`ProbeError`] in a few words; an exception tells its code.
    pub async fn words(&mut self, table: Table, start: u16, count: u16) -> Result<Vec<u16>, ProbeError> {
        match self.read(&Request { table, start, count, items: Vec::new() }).await? {
            Answer::Words(words) => Ok(words),
            Answer::Bits(bits) => Ok(bits.into_iter().map(u16::from).collect()),
        }
    }

    /// `count` bits of the table `coil` or `discrete_input`; at most 2000.
    ///
    /// # Errors
    /// [`ProbeError`] in a few words; an exception tells its code.
    pub async fn bits(&mut self, table: Table, start: u16, count: u16) -> Result<Vec<bool>, ProbeError> {
        match self.read(&Request { table, start, count, items: Vec::new() }).await? {
            Answer::Bits(bits) => Ok(bits),
            Answer::Words(words) => Ok(words.into_iter().map(|word| word != 0).collect()),
        }
    }

    /// What the unit says of itself (function 43/14): object number and text; 0 is the vendor, 1 the product, 2 the
    /// revision.
    ///
    /// # Errors
    /// [`ProbeError`] in a few words; many devices refuse with exception 1.
    pub async fn identify(&mut self) -> Result<Vec<(u8, String)>, ProbeError> {
        let (link, answer) = self.line().await?.identify(self.at.unit, self.timeout()).await;
        self.link = link;
        answer.map_err(ProbeError)
    }

    /// These metrics of a profile, by their places in it, in as few requests as may be. A metric that cannot be read
    /// is a cell that says why.
    pub async fn metrics(&mut self, profile: &Profile, metrics: &[usize]) -> Vec<(usize, Cell)> {
        let mut cells = Vec::with_capacity(metrics.len());
        let limits = super::plan::Limits::of(&self.at.quirks);
        for request in plan(&items(profile, metrics), &profile.gap_ok, &limits) {
            let answer = self.read(&request).await;
            for item in &request.items {
                let Some(metric) = profile.metrics.get(item.id) else { continue };
                let cell = match &answer {
                    Ok(Answer::Words(words)) => cell(metric, Block::Words(request.start, words)),
                    Ok(Answer::Bits(bits)) => cell(metric, Block::Bits(request.start, bits)),
                    Err(ProbeError(failure)) => bad(metric, failure.reason()),
                };
                cells.push((item.id, cell));
            }
        }
        cells.sort_by_key(|(index, _)| *index);
        cells
    }

    async fn read(&mut self, request: &Request) -> Result<Answer, ProbeError> {
        let (link, answer) = self.line().await?.read(self.at.unit, request, self.timeout()).await;
        self.link = link;
        answer.map_err(ProbeError)
    }

    async fn line(&mut self) -> Result<Link, ProbeError> {
        match self.link.take() {
            Some(link) => Ok(link),
            None => Link::open(&self.at.line, self.timeout()).await.map_err(ProbeError),
        }
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(self.at.timeout_ms)
    }
}
