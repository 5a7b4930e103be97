//! Who answers at an address: asked before anything it says is believed (EDGE fault 21).

use super::bus::Bus;
use super::link::{Answer, Failure, Identification};
use super::plan::Request;
use crate::profile::Fingerprint;
use std::sync::Arc;
use tokio::time::Instant;

impl Bus {
    /// Asks the unit who it is. What it answers is compared and thrown away.
    pub(super) async fn recognise(&mut self, unit: usize) -> Result<(), Failure> {
        let profile = Arc::clone(&self.units.get(unit).ok_or(Failure::Down)?.device.profile);
        let Some(identity) = &profile.identity else { return Ok(()) };
        let mut is_right = true;
        if !identity.objects.is_empty() {
            is_right = match self.identification(unit).await {
                Ok(said) => identity.accepts(&said),
                // The right device knows the function.
                Err(Failure::Exception(1..=3)) => false,
                Err(failure) => return Err(failure),
            };
        }
        for print in &identity.words {
            is_right = is_right
                && match self.fingerprint(unit, print).await {
                    Ok(matches) => matches,
                    Err(Failure::Exception(1..=3)) => false,
                    Err(failure) => return Err(failure),
                };
        }
        if let Some(unit) = self.units.get_mut(unit) {
            unit.recognise(is_right, Instant::now());
        }
        if is_right { Ok(()) } else { Err(Failure::Exchanged) }
    }

    async fn identification(&mut self, unit: usize) -> Result<Identification, Failure> {
        let (id, timeout) = self.address(unit)?;
        let link = self.link.take().ok_or(Failure::Down)?;
        let (link, answer) = link.identify(id, timeout).await;
        self.told(unit, link, answer).await
    }

    async fn fingerprint(&mut self, unit: usize, print: &Fingerprint) -> Result<bool, Failure> {
        let count = u16::try_from(print.words.len()).unwrap_or(u16::MAX);
        let request = Request { table: print.table, start: print.address, count, items: Vec::new() };
        let (id, timeout) = self.address(unit)?;
        let link = self.link.take().ok_or(Failure::Down)?;
        let (link, answer) = link.read(id, &request, timeout).await;
        let answer = self.told(unit, link, answer).await?;
        Ok(matches!(answer, Answer::Words(words) if words == print.words))
    }
}
