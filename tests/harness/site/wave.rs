//! How a simulated value moves. A pure function of its past and the time, so that a run can be told again.

/// How one metric's raw value comes about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wave {
    /// Swings around `mean` by `swing`, once in `period_s`, in raw units.
    Drift {
        /// The middle.
        mean: f64,
        /// Furthest from the middle.
        swing: f64,
        /// Seconds for one round.
        period_s: f64,
    },
    /// Counts its own readings from `start` on: each value names the one reading that saw it.
    Serial {
        /// The value of the first reading.
        start: u64,
    },
    /// Grows by `per_s` every second of Unix time since `since_ms`.
    Total {
        /// Added per second.
        per_s: f64,
        /// When it stood at nothing, Unix milliseconds.
        since_ms: i64,
    },
    /// On for `on_s` of every `period_s` seconds.
    Toggle {
        /// Seconds on.
        on_s: i64,
        /// Seconds on and off.
        period_s: i64,
    },
    /// Always the same.
    Fixed(f64),
}

impl Wave {
    /// The raw value at `at_ms` for the reading that has `readings` before it.
    #[expect(clippy::cast_precision_loss, reason = "simulated values stay far below 2^53")]
    pub fn at(&self, at_ms: i64, readings: u64) -> f64 {
        match *self {
            Self::Drift { mean, swing, period_s } => {
                let turn = (at_ms as f64 / 1000.0 / period_s).fract() * std::f64::consts::TAU;
                // A slower second wave keeps two rounds from looking alike.
                mean + swing * (0.8 * turn.sin() + 0.2 * (at_ms as f64 / 7_900.0).sin())
            }
            Self::Serial { start } => (start + readings) as f64,
            Self::Total { per_s, since_ms } => ((at_ms - since_ms) as f64 / 1000.0 * per_s).max(0.0),
            Self::Toggle { on_s, period_s } => {
                f64::from(u8::from((at_ms / 1000).rem_euclid(period_s.max(1)) < on_s))
            }
            Self::Fixed(value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wave;

    #[test]
    fn a_serial_names_its_reading_and_a_drift_stays_in_its_band() {
        assert_eq!(Wave::Serial { start: 1000 }.at(5, 7), 1007.0);
        let drift = Wave::Drift { mean: 50.0, swing: 10.0, period_s: 60.0 };
        for second in 0..600 {
            let value = drift.at(second * 1000, 0);
            assert!((40.0..=60.0).contains(&value), "{value} at {second} s");
        }
        assert_eq!(Wave::Total { per_s: 2.0, since_ms: 1_000 }.at(6_000, 0), 10.0);
    }
}
