//! Real parts that are not ours: mosquitto, pymodbus, libmodbus, socat, a Sparkplug edge node, aiosmtpd, a receiver of Standard Webhooks, schemathesis, Chromium, axe-core. Each is started on private ports and directories
//! by the test that needs it, and ends with it. `tests/run` installs what is missing.

mod authority;
mod axe;
mod browser;
mod devtools;
mod modbus_peer;
mod mosquitto;
mod postgres;
mod schemathesis;
mod serial_pair;
mod smtp;
mod sparkplug;
mod webhook_receiver;

pub use authority::Authority;
pub use axe::Axe;
pub use browser::Browser;
pub use devtools::{Asked, Look};
pub use modbus_peer::{ModbusPeer, Speaks};
pub use mosquitto::{Mosquitto, PASSWORD, Setup, USER};
pub use postgres::Postgres;
pub use schemathesis::{Found, schemathesis};
pub use serial_pair::SerialPair;
pub use smtp::{Aiosmtpd, MailServer, Taken};
pub use sparkplug::EdgeNode;
pub use webhook_receiver::{Message, WebhookReceiver};

use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// Where the program `name` is.
///
/// # Errors
/// When it is not installed: names the command that installs it.
pub(crate) fn installed(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("{name} is not installed; tests/run installs what the tests need"))
}
