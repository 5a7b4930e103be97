//! Reads the `[[broker]]` tables.

use super::Broker;
use super::section::Section;
use std::path::Path;

/// Largest message that may be looked into, bytes.
const MAX_PAYLOAD_BYTES: u64 = 1 << 20;

pub(super) fn read_all(tables: Vec<Section<'_>>, base: &Path) -> Vec<Broker> {
    let mut brokers: Vec<Broker> = Vec::new();
    for table in tables {
        let (document, span, path) = (table.document(), table.span(), table.path_of("id"));
        let Some(broker) = read(table, base) else { continue };
        if brokers.iter().any(|earlier| earlier.id == broker.id) {
            document.fault(&span, &path, format!("\"{}\" is the id of an earlier broker", broker.id));
        } else {
            brokers.push(broker);
        }
    }
    brokers
}

fn read(mut section: Section<'_>, base: &Path) -> Option<Broker> {
    let id = section.text("id").map(|found| found.value);
    if id.is_none() {
        section.missing_unless_faulty("id", "give the name that devices use, such as \"site\"");
    }
    let host = host(&mut section);
    let tls = section.table("tls").map(|tls| super::tls::read(tls, base, "the broker"));
    let default_port = if tls.is_some() { 8_883 } else { 1_883 };
    let port = section.integer("port", 1..=65_535).map_or(default_port, |found| found.value);
    let username = section.text("username").map(|found| found.value);
    let password_file = section.text("password_file");
    if let Some(found) = password_file.as_ref().filter(|_| username.is_none()) {
        section.fault(&found.span, "password_file", "needs a username beside it");
    }
    let client_id = section.text_as("client_id", "1 to 128 printable characters", |text| {
        let fits = (1..=128).contains(&text.len()) && text.chars().all(|c| !c.is_control());
        fits.then(|| text.to_owned())
    });
    let keep_alive = section.duration_ms("keep_alive", 5_000..=3_600_000).map_or(30_000, |found| found.value);
    let max_payload = section.bytes("max_payload", 16).map_or(256 << 10, |found| found.value);
    section.finish();
    let id = id?;
    Some(Broker {
        client_id: client_id.map_or_else(|| format!("riversync-agent-{id}"), |found| found.value),
        id,
        host: host?,
        port: u16::try_from(port).ok()?,
        tls: tls.map_or(Some(None), |tls| tls.map(Some))?,
        username,
        password_file: password_file.map(|found| base.join(found.value)),
        keep_alive_s: u16::try_from(keep_alive / 1_000).ok()?,
        max_payload_bytes: max_payload.min(MAX_PAYLOAD_BYTES),
    })
}

/// A required host without port or scheme.
pub(super) fn host(section: &mut Section<'_>) -> Option<String> {
    let wanted = "a host name or address alone, without scheme and port";
    let host = section.text_as("host", wanted, |text| {
        let is_v6 = text.parse::<std::net::Ipv6Addr>().is_ok();
        let is_name = !text.is_empty() && !text.contains([':', '/', ' ', '@']);
        (is_v6 || is_name).then(|| text.to_owned())
    });
    if host.is_none() {
        section.missing_unless_faulty("host", "name or address, such as \"192.168.1.20\"");
    }
    host.map(|found| found.value)
}
