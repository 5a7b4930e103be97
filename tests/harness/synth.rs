//! The workload that every figure is measured with: 50 devices of 20 points each, 1,000 series at 1 Hz.
//!
//! Of each device's points: 5 temperatures in steps of 0.1 (each second a step up or down with probability 0.1 each),
//! 4 powers in whole W (first-order autoregressive, 0.9, noise sigma 6.5, around a slowly drifting mean of 200 to
//! 4,200), 3 energy counters in Wh (monotonic, 0 to 2 a second by power), 4 status points (two booleans, two codes
//! 0 to 7; change with probability 1/300 a second), 4 voltages in 0.01 V (230 V, white noise sigma 0.03, slow drift).
//! The same seed gives the same workload.

use anyhow::Result;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::pack::{Batch, Rows, Values};
use riversync_protocol::v1::{Column, Group, Kind, Scale, Schema};

/// Devices of the workload.
pub const DEVICES: usize = 50;
/// Points of each.
pub const POINTS: usize = 20;

/// A small generator of numbers that look random: the workload must be the same everywhere (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A normally distributed number (sum of twelve).
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// The state of one device.
#[derive(Clone, Debug)]
struct Device {
    temps: [i64; 5],
    powers: [f64; 4],
    means: [f64; 4],
    energies: [f64; 3],
    flags: [i64; 4],
    phase: f64,
}

/// The running workload.
pub struct Synth {
    dice: Dice,
    devices: Vec<Device>,
    second: u32,
}

impl Synth {
    /// The workload from its first second on.
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let devices = (0..DEVICES).map(|_| Device::new(&mut dice)).collect();
        Self { dice, devices, second: 0 }
    }

    /// The directory of a batch: one group per device, called `name(0)`, `name(1)`, …
    ///
    /// # Errors
    /// When `name` gives something that is no name.
    pub fn schema(name: impl Fn(usize) -> String) -> Result<Schema> {
        let mut groups = Vec::new();
        for device in 0..DEVICES {
            let columns = (0..POINTS).map(column).collect::<Result<_>>()?;
            groups.push(Group { device: DeviceId::new(name(device))?, interval_ms: 1_000, columns });
        }
        Ok(Schema { groups })
    }

    /// The next `seconds` seconds as one batch that begins at `first_ms`.
    pub fn batch(&mut self, first_ms: i64, seconds: u32) -> Batch {
        let times_ms: Vec<i64> = (0..seconds).map(|second| first_ms + i64::from(second) * 1_000).collect();
        let mut rows: Vec<Vec<Vec<i64>>> = vec![vec![Vec::new(); POINTS]; DEVICES];
        for _ in 0..seconds {
            self.second += 1;
            for (device, columns) in self.devices.iter_mut().zip(&mut rows) {
                for (column, value) in columns.iter_mut().zip(device.step(&mut self.dice, self.second)) {
                    column.push(value);
                }
            }
        }
        let groups = rows.into_iter().enumerate().map(|(group, columns)| Rows {
            group: u16::try_from(group).unwrap_or(u16::MAX),
            times_ms: times_ms.clone(),
            columns: columns.into_iter().enumerate().map(|(at, column)| values(at, column)).collect(),
        });
        Batch { groups: groups.collect(), quality: Vec::new() }
    }
}

fn values(at: usize, column: Vec<i64>) -> Values {
    if matches!(at, 12 | 13) {
        Values::Bool(column.into_iter().map(|flag| flag != 0).collect())
    } else {
        Values::Int(column)
    }
}

fn column(at: usize) -> Result<Column> {
    let (name, unit, denominator) = match at {
        0..=4 => ("temp", "°C", 10),
        5..=8 => ("power", "W", 1),
        9..=11 => ("energy", "Wh", 1),
        12..=13 => ("flag", "", 1),
        14..=15 => ("code", "", 1),
        _ => ("voltage", "V", 100),
    };
    Ok(Column {
        metric: MetricName::new(format!("{name}{at}"))?,
        unit: unit.to_owned(),
        kind: if name == "flag" { Kind::Bool } else { Kind::Int },
        scale: Scale { numerator: 1, denominator },
        offset: 0.0,
    })
}

impl Device {
    fn new(dice: &mut Dice) -> Self {
        let means = [(); 4].map(|()| 200.0 + 4_000.0 * dice.unit());
        Self {
            temps: [(); 5].map(|()| 200 + (dice.unit() * 300.0).round() as i64),
            powers: means,
            means,
            energies: [(); 3].map(|()| (dice.unit() * 1e7).round()),
            flags: [0, 1, 3, 5],
            phase: dice.unit() * std::f64::consts::TAU,
        }
    }

    /// The values of the next second, in the order of the columns.
    fn step(&mut self, dice: &mut Dice, second: u32) -> Vec<i64> {
        for temp in &mut self.temps {
            let step = dice.unit();
            *temp += i64::from(step < 0.1) - i64::from(step > 0.9);
        }
        let slow = (f64::from(second) / 3_600.0 + self.phase).sin();
        for (power, mean) in self.powers.iter_mut().zip(self.means) {
            let middle = mean * (1.0 + 0.1 * slow);
            *power = middle + 0.9 * (*power - middle) + 6.5 * dice.normal();
        }
        for (energy, power) in self.energies.iter_mut().zip(self.powers) {
            *energy += (power / 3_600.0 + dice.unit() - 0.5).clamp(0.0, 2.0).round();
        }
        for (at, flag) in self.flags.iter_mut().enumerate() {
            if dice.unit() < 1.0 / 300.0 {
                *flag = if at < 2 { 1 - *flag } else { (dice.bits() % 8) as i64 };
            }
        }
        let mut values = self.temps.to_vec();
        values.extend(self.powers.map(|power| power.round() as i64));
        values.extend(self.energies.map(|energy| energy as i64));
        values.extend(self.flags);
        let volts = [(); 4].map(|()| ((230.0 + 0.8 * slow + 0.03 * dice.normal()) * 100.0).round() as i64);
        values.extend(volts);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::{DEVICES, POINTS, Synth};
    use anyhow::Result;
    use riversync_protocol::pack::{pack, unpack};

    #[test]
    fn the_workload_packs_and_is_the_same_each_time() -> Result<()> {
        let schema = Synth::schema(|device| format!("D-{device}"))?;
        let batch = Synth::new(7).batch(1_000, 10);
        assert_eq!(batch, Synth::new(7).batch(1_000, 10));
        let packed = pack(&schema, schema.hash()?, &batch)?;
        assert_eq!(usize::try_from(packed.points)?, DEVICES * POINTS * 10);
        assert_eq!(unpack(&schema, &packed)?, batch);
        Ok(())
    }
}
