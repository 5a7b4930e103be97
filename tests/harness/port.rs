//! Ports for parts that start later, or again after they were away.

use anyhow::{Context as _, Result};
use std::hash::{BuildHasher as _, RandomState};
use std::net::{Ipv4Addr, TcpListener};

/// Below the ports that Linux takes for connections that go out (`ip_local_port_range`): one of those may be in use by the
/// time at which a part listens on it.
const PORTS: std::ops::Range<u64> = 20_000..32_000;
const ATTEMPTS: usize = 200;

/// A port of this machine on which nobody listens.
///
/// # Errors
/// When none was found.
pub fn free() -> Result<u16> {
    let ports = std::iter::repeat_with(|| {
        let random = RandomState::new().hash_one(std::process::id());
        u16::try_from(PORTS.start + random % (PORTS.end - PORTS.start)).unwrap_or_default()
    });
    let mut free =
        ports.take(ATTEMPTS).filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    free.next().context("no port of this machine is free")
}
