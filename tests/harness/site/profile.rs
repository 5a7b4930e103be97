//! Device profiles, read a second time: only what a simulator must know, without the agent's reader, so that a
//! mistake in that reader cannot make simulator and agent agree.

use super::{Encoding, Point, Table, Wave, WordOrder};
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Where the profiles of the repository are.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../config/profiles")
}

/// One model of device.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What it measures, in the order of the file.
    pub metrics: Vec<Metric>,
}

/// One thing it measures.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// How often it is read, milliseconds.
    pub interval_ms: u64,
    /// Raw to physical.
    pub scale: f64,
    /// Whether it is a whole number, and so can carry a serial.
    pub whole: bool,
    /// Whether it is on or off.
    pub flag: bool,
    /// Where it stands.
    pub place: Place,
    unit: String,
    profile: String,
}

/// Where a metric stands.
#[derive(Clone, Debug)]
pub enum Place {
    /// In registers or bits.
    Register {
        /// Which table.
        table: Table,
        /// First address, from 0.
        address: u16,
        /// How it is laid out.
        encoding: Encoding,
        /// In which order.
        order: WordOrder,
    },
    /// In the JSON of a message, one level deep.
    Field(String),
}

#[derive(Deserialize)]
struct File {
    name: String,
    interval: Option<String>,
    metric: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    unit: String,
    interval: Option<String>,
    scale: Option<toml::Value>,
    register: Option<String>,
    address: Option<u16>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    order: Option<String>,
    word_order: Option<String>,
    pointer: Option<String>,
}

impl Profile {
    /// Reads the profile `name` of the repository.
    ///
    /// # Errors
    /// When the file is missing, or says something that the simulator does not understand.
    pub fn load(name: &str) -> Result<Self> {
        Self::read(&folder().join(format!("{name}.toml")))
    }

    fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("profile {}", path.display()))?;
        let file: File = toml::from_str(&text).with_context(|| format!("profile {}", path.display()))?;
        let usual_ms = milliseconds(file.interval.as_deref().unwrap_or("1s"))?;
        let metrics = file.metric.iter().map(|entry| {
            entry
                .metric(&file.name, usual_ms)
                .with_context(|| format!("metric {} of {}", entry.name, path.display()))
        });
        Ok(Self { metrics: metrics.collect::<Result<_>>()? })
    }

    /// The metric of this name.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// Whether it speaks over Modbus.
    pub fn is_modbus(&self) -> bool {
        self.metrics.iter().any(|metric| matches!(metric.place, Place::Register { .. }))
    }
}

/// A number from 0 to 1 that is a device's own.
fn individual(device: &str) -> f64 {
    let mixed = device.bytes().fold(17_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    f64::from(mixed.wrapping_mul(2_654_435_761) >> 16) / 65_536.0
}

impl Metric {
    /// How it moves on `device` when nobody says otherwise: plausible for its unit and quiet, in raw units. Two devices
    /// of one kind differ in load and rhythm.
    pub fn usual_wave(&self, device: &str) -> Wave {
        let own = individual(device);
        let counts = ["energy", "total", "volume", "hours", "starts", "count"];
        let fixed = |value: f64| Wave::Fixed(value / self.scale);
        let drift = |mean: f64, swing: f64, period_s: f64| Wave::Drift {
            mean: mean / self.scale,
            swing: swing / self.scale,
            period_s: period_s * (0.8 + 0.4 * own),
        };
        let load = |mean: f64, swing: f64, period_s: f64| {
            let share = 0.6 + 0.8 * own;
            drift(mean * share, swing * share, period_s)
        };
        if counts.iter().any(|word| self.name.contains(word)) {
            // Since the start of 2026: a counter that has run for months, and still fits 32 bits.
            return Wave::Total { per_s: 0.5, since_ms: 1_767_225_600_000 };
        }
        match (self.name.as_str(), self.unit.as_str()) {
            ("running", _) => Wave::Fixed(1.0),
            ("door", _) => Wave::Toggle { on_s: 20, period_s: 600 },
            ("setpoint", _) => fixed(-18.0),
            ("power_factor", _) => drift(0.97, 0.02, 200.0),
            ("status", _) => Wave::Fixed(3.0),
            ("temp", _) if self.profile == "rs-coldroom" => drift(-18.0, 1.5, 300.0),
            ("temp", _) if self.profile == "rs-flow" => drift(24.0, 2.0, 500.0),
            (_, "°C") => drift(51.0, 6.0, 240.0),
            (_, "kW") => load(7.4, 2.1, 120.0),
            (_, "V") => drift(230.0, 4.0, 90.0),
            (_, "A") => load(11.0, 3.0, 120.0),
            (_, "Hz") => drift(50.0, 0.05, 45.0),
            (_, "bar") => load(3.2, 0.6, 75.0),
            (_, "%") => drift(62.0, 9.0, 400.0),
            (_, "m³/h") => load(18.0, 5.0, 150.0),
            (_, "mm/s") => load(2.4, 0.7, 60.0),
            _ => Wave::Fixed(0.0),
        }
    }

    /// Its registers, moving like `wave`; `None` for a metric of a message.
    pub fn point(&self, wave: Wave) -> Option<Point> {
        let Place::Register { table, address, encoding, order } = self.place else { return None };
        Some(Point { metric: self.name.clone(), table, address, encoding, order, wave })
    }
}

impl Entry {
    fn metric(&self, profile: &str, usual_ms: u64) -> Result<Metric> {
        let (encoding, whole) = encoding(&self.kind)?;
        let place = match &self.pointer {
            Some(pointer) => Place::Field(pointer.trim_start_matches('/').to_owned()),
            None => self.register_place(encoding)?,
        };
        Ok(Metric {
            name: self.name.clone(),
            interval_ms: self.interval.as_deref().map_or(Ok(usual_ms), milliseconds)?,
            scale: self.scale.as_ref().map_or(Ok(1.0), scale)?,
            whole,
            flag: encoding == Encoding::Bool,
            place,
            unit: self.unit.clone(),
            profile: profile.to_owned(),
        })
    }

    fn register_place(&self, encoding: Encoding) -> Result<Place> {
        let (table, address) = match (&self.reference, &self.register, self.address) {
            (Some(reference), _, None) => from_reference(reference)?,
            (None, Some(table), Some(address)) => (named(table)?, address),
            _ => bail!("neither register and address nor ref"),
        };
        let order = match (self.order.as_deref(), self.word_order.as_deref()) {
            (None | Some("AB" | "ABCD" | "ABCDEFGH"), None | Some("big")) => WordOrder::Abcd,
            (Some("CDAB" | "GHEFCDAB"), _) | (None, Some("little")) => WordOrder::Cdab,
            (Some("BADC" | "BA" | "BADCFEHG"), _) => WordOrder::Badc,
            (Some("DCBA" | "HGFEDCBA"), _) => WordOrder::Dcba,
            (other, flag) => bail!("order {other:?} {flag:?} is unknown to the simulator"),
        };
        Ok(Place::Register { table, address, encoding, order })
    }
}

fn encoding(kind: &str) -> Result<(Encoding, bool)> {
    Ok(match kind {
        "bool" => (Encoding::Bool, false),
        "uint16" => (Encoding::Unsigned(1), true),
        "int16" => (Encoding::Signed(1), true),
        "uint32" => (Encoding::Unsigned(2), true),
        "int32" => (Encoding::Signed(2), true),
        "uint64" => (Encoding::Unsigned(4), true),
        "int64" => (Encoding::Signed(4), true),
        "float32" => (Encoding::Float32, false),
        "float64" => (Encoding::Float64, false),
        other => bail!("type {other} is unknown to the simulator"),
    })
}

fn named(table: &str) -> Result<Table> {
    Ok(match table {
        "holding" => Table::Holding,
        "input" => Table::Input,
        "coil" => Table::Coil,
        "discrete_input" => Table::DiscreteInput,
        other => bail!("table {other} is unknown to the simulator"),
    })
}

fn from_reference(reference: &str) -> Result<(Table, u16)> {
    let (first, number) = reference.split_at_checked(1).context("an empty ref")?;
    let table = match first {
        "0" => Table::Coil,
        "1" => Table::DiscreteInput,
        "3" => Table::Input,
        "4" => Table::Holding,
        _ => bail!("ref {reference} names no table"),
    };
    let address = number.parse::<u32>()?.checked_sub(1).context("references count from 1")?;
    Ok((table, u16::try_from(address)?))
}

fn scale(value: &toml::Value) -> Result<f64> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.split_once('/') {
        Some((above, below)) => Ok(above.trim().parse::<f64>()? / below.trim().parse::<f64>()?),
        None => Ok(text.trim().parse()?),
    }
}

fn milliseconds(text: &str) -> Result<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        other => bail!("\"{other}\" is no unit of time"),
    };
    Ok(number.parse::<u64>()? * factor)
}

#[cfg(test)]
mod tests {
    use super::{Place, Profile, folder};
    use crate::site::{Encoding, Table, WordOrder};
    use anyhow::Result;

    #[test]
    fn the_simulator_understands_every_profile_of_the_repository() -> Result<()> {
        let mut seen = 0;
        for entry in std::fs::read_dir(folder())? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                assert!(!Profile::read(&path)?.metrics.is_empty(), "{}", path.display());
                seen += 1;
            }
        }
        assert!(seen > 0, "no profile found");
        Ok(())
    }

    #[test]
    fn references_and_words_are_understood() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("x.toml");
        let text = "name = \"x\"\ninterval = \"500ms\"\n[[metric]]\nname = \"total\"\ntype = \"uint32\"\nref = \"30011\"\n\
                    order = \"CDAB\"\nscale = \"1/100\"\ninterval = \"2s\"\n";
        std::fs::write(&path, text)?;
        let profile = Profile::read(&path)?;
        let metric = profile.metric("total").expect("total");
        assert_eq!((metric.interval_ms, metric.scale, metric.whole), (2_000, 0.01, true));
        let Place::Register { table, address, encoding, order } = metric.place else { panic!("no register") };
        assert_eq!(
            (table, address, encoding, order),
            (Table::Input, 10, Encoding::Unsigned(2), WordOrder::Cdab)
        );
        Ok(())
    }
}
