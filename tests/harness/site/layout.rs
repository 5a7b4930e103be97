//! The sites of the demo world: which devices stand where, and a site of them that runs.

use super::profile::{Metric, Profile};
use super::{Image, ModbusDevice, Sensor, Wave};
use crate::broker::Broker;
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// User name of the agent at the embedded broker.
pub const BROKER_USER: &str = "gateway";
/// Its password.
pub const BROKER_PASSWORD: &str = "only for this machine";

/// One gateway's site.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The agent of its gateway.
    pub agent: &'static str,
    /// Whose site it is.
    pub customer: &'static str,
    /// Device and profile, in the order of the cloud.
    pub devices: &'static [(&'static str, &'static str)],
}

/// BKKFoods: five devices.
pub const BKK_FOODS: Layout = Layout {
    agent: "A-BF",
    customer: "BKKFoods",
    devices: &[
        ("D-BF-1", "rs-pump"),
        ("D-BF-2", "rs-inverter"),
        ("D-BF-3", "rs-coldroom"),
        ("D-BF-4", "rs-meter"),
        ("D-BF-5", "rs-pump"),
    ],
};

/// SouthRubber: four devices, which move to another partner on 1 August.
pub const SOUTH_RUBBER: Layout = Layout {
    agent: "A-SR",
    customer: "SouthRubber",
    devices: &[
        ("D-SR-1", "rs-pump"),
        ("D-SR-2", "rs-inverter"),
        ("D-SR-3", "rs-flow"),
        ("D-SR-4", "rs-pump"),
    ],
};

/// What the devices say.
#[derive(Clone, Debug)]
pub struct Script {
    /// Metrics that carry values, as (device, metric); `None` for all. Every other register and field is a canary.
    pub real: Option<BTreeSet<(String, String)>>,
    /// Metrics, as (device, metric), whose value names the reading that saw it.
    pub serials: BTreeMap<(String, String), u64>,
    /// How often sensors speak.
    pub sensor_interval: Duration,
}

impl Default for Script {
    fn default() -> Self {
        Self { real: None, serials: BTreeMap::new(), sensor_interval: Duration::from_secs(1) }
    }
}

impl Script {
    fn wave(&self, device: &str, metric: &Metric) -> Option<Wave> {
        let name = (device.to_owned(), metric.name.clone());
        if self.real.as_ref().is_some_and(|real| !real.contains(&name)) {
            return None;
        }
        let serial = self.serials.get(&name).map(|start| Wave::Serial { start: *start });
        Some(serial.unwrap_or_else(|| metric.usual_wave(device)))
    }
}

/// A site that runs: its devices answer, its sensors speak.
pub struct Site {
    /// Which one.
    pub layout: Layout,
    /// Modbus devices by name.
    pub devices: BTreeMap<String, ModbusDevice>,
    /// Sensors by name.
    pub sensors: BTreeMap<String, Sensor>,
    /// The site's broker.
    pub broker: Arc<Broker>,
}

impl Site {
    /// Starts every device of `layout` on free ports of 127.0.0.1.
    ///
    /// # Errors
    /// When a profile cannot be read or no port can be had.
    pub async fn start(layout: Layout, script: &Script) -> Result<Self> {
        let broker = Arc::new(Broker::start(&[(BROKER_USER, BROKER_PASSWORD)]).await?);
        let (mut devices, mut sensors) = (BTreeMap::new(), BTreeMap::new());
        for (device, profile) in layout.devices {
            let profile = Profile::load(profile)?;
            let wave = |metric: &Metric| script.wave(device, metric);
            if profile.is_modbus() {
                let points =
                    profile.metrics.iter().filter_map(|metric| metric.point(wave(metric)?)).collect();
                let running = ModbusDevice::start(Image::new(points), 0).await?;
                devices.insert((*device).to_owned(), running);
            } else {
                let topic = format!("site/{device}");
                let sensor =
                    Sensor::start(Arc::clone(&broker), &topic, &profile, script.sensor_interval, wave);
                sensors.insert((*device).to_owned(), sensor);
            }
        }
        Ok(Self { layout, devices, sensors, broker })
    }

    /// Stops keeping notes, for a site that runs for days.
    pub fn forget(&self) {
        self.devices.values().for_each(ModbusDevice::forget);
        self.sensors.values().for_each(Sensor::forget);
    }

    /// The tables of an agent's configuration that name this site's broker and devices.
    ///
    /// # Errors
    /// When the password file cannot be written into `folder`.
    pub fn agent_tables(&self, folder: &Path) -> Result<String> {
        let passwords = folder.join("broker-password");
        std::fs::write(&passwords, BROKER_PASSWORD)?;
        make_private(&passwords)?;
        let port = self.broker.address().port();
        let mut text = format!(
            "[[broker]]\nid = \"site\"\nhost = \"127.0.0.1\"\nport = {port}\nclient_id = \"{}\"\n\
             username = \"{BROKER_USER}\"\npassword_file = \"{}\"\n\n",
            self.layout.agent,
            passwords.display()
        );
        for (device, profile) in self.layout.devices {
            write!(text, "[[device]]\nid = \"{device}\"\nprofile = \"{profile}\"\n")?;
            if let Some(sensor) = self.sensors.get(*device) {
                write!(text, "[device.mqtt]\nbroker = \"site\"\ntopic = \"{}\"\n\n", sensor.topic())?;
            } else {
                let port =
                    self.devices.get(*device).context("a device without a simulator")?.address().port();
                write!(text, "[device.modbus]\nhost = \"127.0.0.1\"\nport = {port}\n\n")?;
            }
        }
        Ok(text)
    }
}

/// Lets nobody but the owner read `path`.
///
/// # Errors
/// When the file is not there.
pub fn make_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?)
}
