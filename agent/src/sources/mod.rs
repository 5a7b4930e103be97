//! The two ways readings come in: polling Modbus units, listening to MQTT brokers.
//!
//! Invariants: only granted metrics are read or taken from a message; every call has a timeout; one task owns one
//! connection and its failure is its own (DESIGN section 3, invariants 2 and 7); a failed read is a bad sample,
//! never silence; no value is ever logged. Sources know nothing of the buffer: they hand [`Arrival`]s on.

mod backoff;
mod group;
pub(crate) mod modbus;
mod mqtt;
mod preview;
mod status;
mod supervise;
mod tls;

#[cfg(feature = "fuzzing")]
pub use modbus::fuzzing as modbus_fuzzing;
pub use modbus::{Probe, ProbeError};
#[cfg(feature = "fuzzing")]
pub use mqtt::fuzzing as mqtt_fuzzing;
pub use preview::{DevicePreview, GroupPreview, RequestPreview, preview, preview_device};
pub use status::{DeviceSnapshot, DeviceStatus, Drop, Link, SourceStatus};

use crate::clock::Clock;
use crate::config::Config;
use crate::grant::Granted;
use crate::reading::Arrival;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// What every source task is given.
#[derive(Clone)]
struct Context {
    granted: watch::Receiver<Arc<Granted>>,
    out: mpsc::Sender<Arrival>,
    status: Arc<SourceStatus>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
}

/// A serial port of the configuration that another program has, with its process id, 0 where the system does not tell.
/// What the process `ours` holds is free.
pub fn port_in_use(config: &Config, ours: Option<u32>) -> Option<(std::path::PathBuf, u32)> {
    modbus::in_use(config, ours)
}

/// Reads everything that is granted until `stop`, from the devices that are configured now. One task per connection; one
/// that panics is started again.
pub async fn run(
    configs: watch::Receiver<Arc<Config>>,
    granted: watch::Receiver<Arc<Granted>>,
    out: mpsc::Sender<Arrival>,
    status: Arc<SourceStatus>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let context = Context { granted, out, status, clock, stop };
    let config = Arc::clone(&configs.borrow());
    supervise::Fleet::new(context, &config).run(configs).await;
}
