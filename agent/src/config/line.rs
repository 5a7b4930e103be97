//! Reads how a Modbus unit is reached: the keys of a `[[bus]]`, which may also stand in `[device.modbus]`.

use super::broker::host;
use super::fault::did_you_mean;
use super::section::Section;
use super::{Bus, Endpoint, Line, Parity, Serial, tls};
use std::path::Path;
use std::sync::Arc;

/// The names of the transports.
const TRANSPORTS: [&str; 4] = ["tcp", "tls", "rtu", "rtu_over_tcp"];
/// The port of Modbus TCP, and that of Modbus/TCP Security.
const PORT: i64 = 502;
const SECURE_PORT: i64 = 802;
/// What the Modbus specification makes every device understand (over serial line 1.02, section 3.2).
const BAUD: i64 = 19_200;

/// Reads the `[[bus]]` tables.
pub(super) fn read_all(tables: Vec<Section<'_>>, base: &Path) -> Vec<Bus> {
    let mut buses: Vec<Bus> = Vec::new();
    for mut table in tables {
        let (document, span, path) = (table.document(), table.span(), table.path_of("id"));
        let id = table.text("id").map(|found| found.value);
        if id.is_none() {
            table.missing_unless_faulty("id", "give the name that devices use, such as \"rs485\"");
        }
        let line = read(&mut table, base);
        table.finish();
        let (Some(id), Some(line)) = (id, line) else { continue };
        if buses.iter().any(|earlier| earlier.id == id) {
            document.fault(&span, &path, format!("\"{id}\" is the id of an earlier bus"));
        } else if let Some(earlier) = buses.iter().find(|earlier| earlier.line.place() == line.place()) {
            let message = format!("leads to {} like bus \"{}\"; make them one", line.place(), earlier.id);
            document.fault(&span, &path, message);
        } else {
            buses.push(Bus { id, line: Arc::new(line) });
        }
    }
    buses
}

/// Reads the keys of a line.
pub(super) fn read(section: &mut Section<'_>, base: &Path) -> Option<Line> {
    let transport = section.text("transport");
    let path = section.text("serial");
    let secure = section.table("tls");
    let name = match &transport {
        Some(found) if !TRANSPORTS.contains(&found.value.as_str()) => {
            let hint = did_you_mean(&found.value, TRANSPORTS);
            let message =
                format!("\"{}\" is not a transport; use {}{hint}", found.value, TRANSPORTS.join(", "));
            section.fault(&found.span, "transport", message);
            return None;
        }
        Some(found) => found.value.as_str(),
        None if path.is_some() => "rtu",
        None if secure.is_some() => "tls",
        None => "tcp",
    };
    if let Some(found) = path.as_ref().filter(|_| name != "rtu") {
        section.fault(
            &found.span,
            "serial",
            format!("means something only for transport \"rtu\", not \"{name}\""),
        );
    }
    if let Some(table) = secure.as_ref().filter(|_| name != "tls") {
        section.fault(
            &table.span(),
            "tls",
            format!("means something only for transport \"tls\", not \"{name}\""),
        );
    }
    match name {
        "rtu" => serial(section, path.map(|found| found.value)).map(Line::Serial),
        "rtu_over_tcp" => endpoint(section, PORT).map(Line::RtuOverTcp),
        "tls" => {
            let server = section.text("server_name").map(|found| found.value);
            let at = endpoint(section, SECURE_PORT);
            let Some(table) = secure else {
                section.missing("tls", "say whom to trust: a table with ca_file, cert_file and key_file");
                return None;
            };
            Some(Line::Tls(at?, tls::read(table, base, "the device")?, server))
        }
        _ => endpoint(section, PORT).map(Line::Tcp),
    }
}

fn endpoint(section: &mut Section<'_>, port: i64) -> Option<Endpoint> {
    let host = host(section);
    let port = section.integer("port", 1..=65_535).map_or(port, |found| found.value);
    Some(Endpoint { host: host?, port: u16::try_from(port).ok()? })
}

fn serial(section: &mut Section<'_>, path: Option<String>) -> Option<Serial> {
    let baud = section.integer("baud", 300..=4_000_000).map_or(BAUD, |found| found.value);
    let stop_bits = section.integer("stop_bits", 1..=2).map_or(1, |found| found.value);
    let parity = section.text_as("parity", "\"none\", \"even\" or \"odd\"", |text| match text {
        "none" => Some(Parity::None),
        "even" => Some(Parity::Even),
        "odd" => Some(Parity::Odd),
        _ => None,
    });
    if path.is_none() {
        section.missing_unless_faulty("serial", "name the port, such as \"/dev/ttyUSB0\"");
    }
    Some(Serial {
        path: path?.into(),
        baud: u32::try_from(baud).ok()?,
        parity: parity.map_or(Parity::Even, |found| found.value),
        stop_bits: u8::try_from(stop_bits).ok()?,
    })
}
