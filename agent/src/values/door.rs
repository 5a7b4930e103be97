//! The swinging door: which samples must be kept so that the straight lines between them miss no sample by more than a
//! given distance. Pure.
//!
//! From the sample reported last all lines are known that pass every sample since within the distance. A sample outside
//! that cone closes the door: the one before it is reported and the next cone begins there.

use super::report::Sample;

/// The cone from the sample that was reported last.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Door {
    from_ms: i64,
    from: f64,
    lowest: f64,
    highest: f64,
    /// The newest sample inside the cone, not reported.
    pub(super) newest: Option<(Sample, f64)>,
}

impl Door {
    /// Begins at a sample that is reported.
    pub(super) fn at(at_ms: i64, value: f64) -> Self {
        let (lowest, highest) = (f64::NEG_INFINITY, f64::INFINITY);
        Self { from_ms: at_ms, from: value, lowest, highest, newest: None }
    }

    /// Takes a sample; the one to report first, when it closes the door.
    pub(super) fn step(&mut self, distance: f64, sample: Sample, value: f64) -> Option<Sample> {
        if self.takes(distance, &sample, value) {
            self.newest = Some((sample, value));
            return None;
        }
        // Without a sample in between the cone is as wide as can be and takes everything but another value at its own time.
        let (last, at) = self.newest.take().unwrap_or_else(|| (sample.clone(), value));
        *self = Self::at(last.at_ms, at);
        if last != sample {
            self.takes(distance, &sample, value);
            self.newest = Some((sample, value));
        }
        Some(last)
    }

    /// Whether the sample lies in the cone, which it then narrows.
    fn takes(&mut self, distance: f64, sample: &Sample, value: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "spans of milliseconds")]
        let span = sample.at_ms.saturating_sub(self.from_ms) as f64;
        if span <= 0.0 {
            return (value - self.from).abs() <= distance;
        }
        let slope = (value - self.from) / span;
        if !(self.lowest..=self.highest).contains(&slope) {
            return false;
        }
        self.lowest = self.lowest.max((value - distance - self.from) / span);
        self.highest = self.highest.min((value + distance - self.from) / span);
        true
    }
}
