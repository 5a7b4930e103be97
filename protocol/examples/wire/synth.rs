//! "Synth": 50 devices of 20 points each at 1 Hz, from a generator of our own, so that everybody measures the same.

use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::pack::{Batch, Rows, Values};
use riversync_protocol::v1::{Column, Group, Kind, Scale, Schema};
use std::error::Error;

pub const DEVICES: usize = 50;
pub const SERIES: usize = DEVICES * 20;

/// xorshift64*: small, deterministic, good enough for weather.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

struct Device {
    temps: [i64; 5],
    powers: [f64; 4],
    means: [f64; 4],
    energies: [i64; 3],
    flags: [bool; 2],
    codes: [i64; 2],
    volts: [f64; 4],
}

/// The site.
pub struct Synth {
    random: Random,
    devices: Vec<Device>,
    second: i64,
    jitter: bool,
}

impl Synth {
    pub fn new(jitter: bool) -> Self {
        let mut random = Random(0x5eed_cafe_f00d_0001);
        let mut device = || Device {
            temps: [(); 5].map(|()| 150 + random.below(200) as i64),
            powers: [0.0; 4],
            means: [(); 4].map(|()| 200.0 + random.unit() * 4_000.0),
            energies: [(); 3].map(|()| random.below(40_000_000) as i64),
            flags: [(); 2].map(|()| random.below(2) == 1),
            codes: [(); 2].map(|()| random.below(8) as i64),
            volts: [(); 4].map(|()| 230.0 + random.normal() * 0.5),
        };
        let devices = (0..DEVICES).map(|_| device()).collect();
        Self { random, devices, second: 0, jitter }
    }

    pub fn schema(&self) -> Result<Schema, Box<dyn Error>> {
        let mut groups = Vec::new();
        for device in 0..DEVICES {
            let mut columns = Vec::new();
            let mut add = |name: String, unit: &str, kind, denominator| -> Result<(), Box<dyn Error>> {
                let scale = Scale { numerator: 1, denominator };
                let metric = MetricName::new(name)?;
                columns.push(Column { metric, unit: unit.to_owned(), kind, scale, offset: 0.0 });
                Ok(())
            };
            for n in 0..5 {
                add(format!("temp_{n}"), "°C", Kind::Int, 10)?;
            }
            for n in 0..4 {
                add(format!("power_{n}"), "W", Kind::Int, 1)?;
            }
            for n in 0..3 {
                add(format!("energy_{n}"), "Wh", Kind::Int, 1)?;
            }
            for n in 0..2 {
                add(format!("on_{n}"), "", Kind::Bool, 1)?;
            }
            for n in 0..2 {
                add(format!("code_{n}"), "", Kind::Int, 1)?;
            }
            for n in 0..4 {
                add(format!("voltage_{n}"), "V", Kind::Int, 100)?;
            }
            groups.push(Group {
                device: DeviceId::new(format!("meter-{device:03}"))?,
                interval_ms: 1_000,
                columns,
            });
        }
        Ok(Schema { groups })
    }

    /// The next `seconds` rows of every device.
    pub fn batch(&mut self, seconds: usize) -> Batch {
        let mut groups: Vec<Rows> = (0..DEVICES)
            .map(|device| Rows {
                group: device as u16,
                times_ms: Vec::with_capacity(seconds),
                columns: (0..20)
                    .map(|at| Values::empty(if matches!(at, 12 | 13) { Kind::Bool } else { Kind::Int }))
                    .collect(),
            })
            .collect();
        for _ in 0..seconds {
            for (device, rows) in self.devices.iter_mut().zip(&mut groups) {
                let late = if self.jitter { self.random.below(5) as i64 } else { 0 };
                rows.times_ms.push(1_784_000_000_000 + self.second * 1_000 + late);
                device.step(&mut self.random);
                device.row(&mut self.random, &mut rows.columns);
            }
            self.second += 1;
        }
        Batch { groups, quality: Vec::new() }
    }
}

impl Device {
    fn step(&mut self, random: &mut Random) {
        for temp in &mut self.temps {
            match random.below(10) {
                0 => *temp += 1,
                1 => *temp -= 1,
                _ => {}
            }
        }
        for (power, mean) in self.powers.iter_mut().zip(&mut self.means) {
            *mean = (*mean + random.normal() * 0.2).clamp(200.0, 4_200.0);
            *power = 0.9 * *power + 6.5 * random.normal();
        }
        for (energy, (power, mean)) in self.energies.iter_mut().zip(self.powers.iter().zip(&self.means)) {
            // Watt-hours a second are a fraction; the counter shows whole ones, up to 2 by power.
            let rate = ((power + mean) / 4_200.0 * 2.0).clamp(0.0, 2.0);
            *energy += rate.floor() as i64 + i64::from(random.unit() < rate.fract());
        }
        for flag in &mut self.flags {
            *flag ^= random.below(300) == 0;
        }
        for code in &mut self.codes {
            if random.below(300) == 0 {
                *code = (*code + 1 + random.below(7) as i64) % 8;
            }
        }
        for volt in &mut self.volts {
            *volt += random.normal() * 0.002;
        }
    }

    fn row(&self, random: &mut Random, columns: &mut [Values]) {
        let whole = |value: f64| value.round() as i64;
        let temps = self.temps.iter().copied();
        let powers = self.powers.iter().zip(&self.means).map(|(p, m)| whole(p + m));
        let before = temps.chain(powers).chain(self.energies);
        let volts: Vec<i64> =
            self.volts.iter().map(|v| whole((v + random.normal() * 0.03) * 100.0)).collect();
        let ints: Vec<i64> = before.chain(self.codes).chain(volts).collect();
        let mut ints = ints.into_iter();
        let mut flags = self.flags.iter();
        for column in columns {
            match column {
                Values::Bool(v) => v.extend(flags.next()),
                Values::Int(v) => v.extend(ints.next()),
                _ => {}
            }
        }
    }
}
