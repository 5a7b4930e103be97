//! Reads the `[[device]]` tables.

use super::fault::did_you_mean;
use super::section::Section;
use super::{Broker, Bus, Connection, Device, Line, Mqtt, Sparkplug, Speaks, modbus};
use crate::profile::library::Library;
use crate::profile::{Profile, Wire};
use riversync_protocol::ids::DeviceId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Most devices of one gateway; the wire's schema bounds its groups.
const MAX_DEVICES: usize = 4_096;

/// What devices may name.
pub(super) struct Named<'a> {
    pub brokers: &'a [Broker],
    pub buses: &'a [Bus],
    pub base: &'a Path,
}

pub(super) fn read_all(tables: Vec<Section<'_>>, named: &Named<'_>, library: &mut Library) -> Vec<Device> {
    let mut devices = Vec::new();
    let mut ids = BTreeSet::new();
    let mut units: BTreeMap<(String, u8), DeviceId> = BTreeMap::new();
    let mut lines: BTreeMap<String, (Arc<Line>, DeviceId)> = BTreeMap::new();
    let mut topics: BTreeMap<(String, String), DeviceId> = BTreeMap::new();
    for table in tables {
        let (document, span, path) = (table.document(), table.span(), table.path_of("id"));
        let Some(device) = read(table, named, library) else { continue };
        if !ids.insert(device.id.clone()) {
            document.fault(&span, &path, format!("\"{}\" is the id of an earlier device", device.id));
            continue;
        }
        let earlier = match &device.connection {
            Connection::Modbus(at) => {
                let place = at.line.place();
                let (line, first) =
                    lines.entry(place.clone()).or_insert_with(|| (Arc::clone(&at.line), device.id.clone()));
                if *line != at.line {
                    let message = format!(
                        "reaches {place} as {}, but \"{first}\" as {line}; one line has one setting",
                        at.line
                    );
                    document.fault(&span, &path, message);
                }
                units.insert((place, at.unit), device.id.clone())
            }
            Connection::Mqtt(at) => {
                topics.insert((at.broker.clone(), at.speaks.to_string()), device.id.clone())
            }
        };
        if let Some(earlier) = earlier {
            document.fault(&span, &path, format!("\"{}\" has the same address as \"{earlier}\"", device.id));
        }
        if devices.len() == MAX_DEVICES {
            document.fault(
                &span,
                &path,
                format!("is one more than the {MAX_DEVICES} devices of one gateway"),
            );
            break;
        }
        devices.push(device);
    }
    devices
}

fn read(mut section: Section<'_>, named: &Named<'_>, library: &mut Library) -> Option<Device> {
    let id = id(&mut section);
    let profile = profile(&mut section, library);
    let ways = ["modbus", "mqtt", "sparkplug"].map(|key| section.table(key));
    let said = ways.iter().flatten().count();
    let connection = match <(_, _, _)>::from(ways) {
        _ if said > 1 => {
            section.fault_here("has several of modbus, mqtt and sparkplug; make two devices or drop one");
            None
        }
        (Some(table), ..) => {
            modbus::read(table, profile.as_deref(), named.buses, named.base).map(Connection::Modbus)
        }
        (_, Some(table), _) => mqtt(table, named.brokers).map(Connection::Mqtt),
        (.., Some(table)) => sparkplug(table, named.brokers).map(Connection::Mqtt),
        (None, None, None) => {
            section.missing_unless_faulty(
                "modbus",
                "say how it is reached: [device.modbus], [device.mqtt] or [device.sparkplug]",
            );
            None
        }
    };
    if let (Some(profile), Some(connection)) = (&profile, &connection) {
        let (has, wants) = (wire(connection), profile.wire());
        if has != wants {
            section.fault_here(format!(
                "is reached over {}, but profile \"{}\" is for {}",
                has.name(),
                profile.name,
                wants.name()
            ));
        }
    }
    section.finish();
    Some(Device { id: id?, profile: profile?, connection: connection? })
}

fn wire(connection: &Connection) -> Wire {
    match connection {
        Connection::Modbus(_) => Wire::Modbus,
        Connection::Mqtt(Mqtt { speaks: Speaks::Topic(_), .. }) => Wire::Mqtt,
        Connection::Mqtt(Mqtt { speaks: Speaks::Sparkplug(_), .. }) => Wire::Sparkplug,
    }
}

fn id(section: &mut Section<'_>) -> Option<DeviceId> {
    let Some(found) = section.text("id") else {
        section.missing_unless_faulty("id", "give the name the device has in the cloud");
        return None;
    };
    match DeviceId::new(found.value.as_str()) {
        Ok(id) => Some(id),
        Err(error) => {
            section.fault(&found.span, "id", error.to_string());
            None
        }
    }
}

fn profile(section: &mut Section<'_>, library: &mut Library) -> Option<Arc<Profile>> {
    let Some(found) = section.text("profile") else {
        section.missing_unless_faulty("profile", "name the device's profile, such as \"rs-pump\"");
        return None;
    };
    match library.profile(&found.value) {
        Ok(profile) => profile,
        Err(message) => {
            section.fault(&found.span, "profile", message);
            None
        }
    }
}

fn mqtt(mut section: Section<'_>, brokers: &[Broker]) -> Option<Mqtt> {
    let broker = broker(&mut section, brokers);
    let wanted = "an exact topic without + and #, such as \"site/coldroom-1\"";
    let topic = section.text_as("topic", wanted, |text| {
        let exact = !text.is_empty() && text.len() <= 65_535 && !text.contains(['+', '#', '\0']);
        exact.then(|| text.to_owned())
    });
    if topic.is_none() {
        section.missing_unless_faulty("topic", "name the topic on which the device speaks");
    }
    section.finish();
    Some(Mqtt { broker: broker?, speaks: Speaks::Topic(topic?.value) })
}

fn sparkplug(mut section: Section<'_>, brokers: &[Broker]) -> Option<Mqtt> {
    let broker = broker(&mut section, brokers);
    let mut part = |key, hint| {
        let found = section.text_as(key, "a name without /, + and #", |text| {
            let fits = (1..=255).contains(&text.len()) && !text.contains(['/', '+', '#', '\0']);
            fits.then(|| text.to_owned())
        });
        if let (None, Some(hint)) = (&found, hint) {
            section.missing_unless_faulty(key, hint);
        }
        found.map(|found| found.value)
    };
    let group = part("group", Some("name the Sparkplug group of the edge node"));
    let node = part("node", Some("name the Sparkplug edge node"));
    let device = part("device", None);
    let rebirth = section.flag("rebirth").is_some_and(|found| found.value);
    section.finish();
    let node = Sparkplug { group: group?, node: node?, device, rebirth };
    Some(Mqtt { broker: broker?, speaks: Speaks::Sparkplug(node) })
}

fn broker(section: &mut Section<'_>, brokers: &[Broker]) -> Option<String> {
    let broker = section.text("broker");
    match &broker {
        None => section.missing_unless_faulty("broker", "name one of the [[broker]] ids"),
        Some(found) if !brokers.iter().any(|known| known.id == found.value) => {
            let hint = did_you_mean(&found.value, brokers.iter().map(|known| known.id.as_str()));
            section.fault(&found.span, "broker", format!("there is no broker \"{}\"{hint}", found.value));
        }
        Some(_) => {}
    }
    broker.map(|found| found.value)
}
