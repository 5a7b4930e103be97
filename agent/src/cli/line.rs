//! Where a device is, for the commands that ask one directly: a device of the configuration, or a line named here.

use super::{ConfigArg, Exit, say};
use crate::config::{Connection, Endpoint, Line, Modbus, Parity, Serial};
use crate::profile::Quirks;
use clap::{Args, ValueEnum};
use riversync_protocol::ids::DeviceId;
use std::path::PathBuf;
use std::sync::Arc;

/// Where a device is.
#[derive(Debug, Args)]
pub(super) struct LineArgs {
    /// Read registers that nobody granted. This is for the person who stands at the device: what comes is printed here
    /// and neither stored nor sent. It must be said each time, so that no script does it unnoticed
    #[arg(long, required = true)]
    local: bool,
    #[command(flatten)]
    config: ConfigArg,
    /// A device of the configuration, by its id
    #[arg(long, value_name = "ID", group = "place")]
    device: Option<String>,
    /// A Modbus TCP device, by name or address
    #[arg(long, group = "place")]
    host: Option<String>,
    /// Its port
    #[arg(long, default_value_t = 502)]
    port: u16,
    /// The host is a converter that passes serial frames on (RTU over TCP)
    #[arg(long, requires = "host")]
    rtu: bool,
    /// A serial port, such as /dev/ttyUSB0
    #[arg(long, value_name = "PORT", group = "place")]
    serial: Option<PathBuf>,
    /// Bits per second of the serial port
    #[arg(long, default_value_t = 19_200)]
    baud: u32,
    /// Parity of the serial port; without one there are two stop bits
    #[arg(long, value_enum, default_value_t = ParityArg::Even)]
    parity: ParityArg,
    /// Longest wait for one reply, milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(10..=60_000))]
    timeout: u64,
}

/// Parity of a serial port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ParityArg {
    None,
    Even,
    Odd,
}

impl LineArgs {
    /// The way to `unit`; without one the device's own, or 1.
    pub(super) fn modbus(&self, unit: Option<u8>) -> Result<Modbus, Exit> {
        debug_assert!(self.local);
        let line = match (&self.device, &self.host, &self.serial) {
            (Some(id), ..) => return self.configured(id, unit),
            (_, Some(host), _) => {
                let at = Endpoint { host: host.clone(), port: self.port };
                if self.rtu { Line::RtuOverTcp(at) } else { Line::Tcp(at) }
            }
            (_, _, Some(path)) => {
                let parity = match self.parity {
                    ParityArg::None => Parity::None,
                    ParityArg::Even => Parity::Even,
                    ParityArg::Odd => Parity::Odd,
                };
                let stop_bits = if parity == Parity::None { 2 } else { 1 };
                Line::Serial(Serial { path: path.clone(), baud: self.baud, parity, stop_bits })
            }
            _ => {
                say::trouble("say where the device is: --device ID, --host HOST or --serial PORT");
                return Err(Exit::Usage);
            }
        };
        Ok(Modbus {
            line: Arc::new(line),
            unit: unit.unwrap_or(1),
            timeout_ms: self.timeout,
            late_ms: self.timeout,
            quirks: Quirks::default(),
        })
    }

    fn configured(&self, id: &str, unit: Option<u8>) -> Result<Modbus, Exit> {
        let loaded = self.config.load()?;
        let id = DeviceId::new(id).map_err(|error| {
            say::trouble(error);
            Exit::Usage
        })?;
        match loaded.config.device(&id).map(|device| &device.connection) {
            Some(Connection::Modbus(at)) => Ok(Modbus { unit: unit.unwrap_or(at.unit), ..at.clone() }),
            Some(_) => {
                say::trouble(format_args!(
                    "{id} is not a Modbus device; its broker's own tools show its messages"
                ));
                Err(Exit::Usage)
            }
            None => {
                say::trouble(format_args!("{id} is not a device of {}", self.config.config.display()));
                Err(Exit::Usage)
            }
        }
    }
}

/// Runs one question after another; nothing runs beside them.
pub(super) fn ask<T>(question: impl Future<Output = Result<T, Exit>>) -> Result<T, Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        say::trouble(error);
        Exit::Internal
    })?;
    let answer = runtime.block_on(question);
    // A name that is still being looked up keeps nobody waiting.
    runtime.shutdown_background();
    answer
}
