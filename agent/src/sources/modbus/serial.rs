//! Opening a serial port for ourselves alone (EDGE fault 10).
//!
//! Two masters on one line read each other's replies. The library opens a port for itself alone and locks it as terminal
//! programs do: that holds across state directories and private temporary directories, ends with the process however
//! that ends, and the kernel knows who has it.

use super::link::Failure;
use crate::config::{Parity, Serial};
use std::fs::{OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;
use tokio_serial::{DataBits, FlowControl, SerialPortBuilderExt, SerialStream, StopBits};

/// Opens the port for ourselves alone.
pub(super) fn open(serial: &Serial) -> Result<SerialStream, Failure> {
    let builder = tokio_serial::new(serial.path.to_string_lossy(), serial.baud)
        .data_bits(DataBits::Eight)
        .flow_control(FlowControl::None)
        .parity(match serial.parity {
            Parity::None => tokio_serial::Parity::None,
            Parity::Even => tokio_serial::Parity::Even,
            Parity::Odd => tokio_serial::Parity::Odd,
        })
        .stop_bits(if serial.stop_bits == 2 { StopBits::Two } else { StopBits::One });
    builder.open_native_async().map_err(|_| {
        Failure::Setup(match try_lock(&serial.path) {
            Err(Refusal::Held) => "another program has the serial port",
            Err(Refusal::Forbidden) => {
                "the serial port is forbidden; add our user to its group, often dialout"
            }
            Err(Refusal::Missing) => "the serial port is not there",
            Ok(()) => "the serial port does not open; it may not know its speed or its parity",
        })
    })
}

/// How long the line must be silent between frames: 3.5 characters, and never less than 1.75 ms above 19200 baud
/// (Modbus over serial line 1.02, section 2.5.1.1). A character is eleven bits.
pub(super) fn gap(baud: u32) -> Duration {
    if baud > 19_200 {
        return Duration::from_micros(1_750);
    }
    Duration::from_micros(u64::from(38_500_000_u32.div_ceil(baud.max(1))))
}

/// Who has the port, if somebody has: their process id, 0 when the kernel does not tell.
pub(super) fn holder(path: &Path) -> Option<u32> {
    match try_lock(path) {
        Err(Refusal::Held) => Some(owner(path).unwrap_or(0)),
        Ok(()) | Err(Refusal::Missing | Refusal::Forbidden) => None,
    }
}

enum Refusal {
    Held,
    Forbidden,
    Missing,
}

/// Whether the port could be had; it is given back at once.
fn try_lock(path: &Path) -> Result<(), Refusal> {
    // Without waiting for a carrier, and without making the line our terminal.
    let flags = libc::O_NOCTTY | libc::O_NONBLOCK;
    let file =
        OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied => Refusal::Forbidden,
            ErrorKind::ResourceBusy => Refusal::Held,
            _ => Refusal::Missing,
        })?;
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(Refusal::Held),
        Err(TryLockError::Error(_)) => Err(Refusal::Missing),
    }
}

/// The process that holds a lock on this file, from the kernel's list.
fn owner(path: &Path) -> Option<u32> {
    let file = std::fs::metadata(path).ok()?;
    let dev = file.dev();
    let (major, minor) = (dev >> 8 & 0xfff, dev & 0xff | dev >> 12 & 0xfff_ff00);
    let wanted = format!("{major:02x}:{minor:02x}:{}", file.ino());
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let mut fields = locks.lines().map(|line| line.split_whitespace().skip(4));
    fields.find_map(|mut line| {
        let pid = line.next()?.parse().ok()?;
        (line.next()? == wanted).then_some(pid)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_three_and_a_half_characters_and_never_less_than_the_specification_says() {
        assert_eq!(gap(9_600), Duration::from_micros(4_011));
        assert_eq!(gap(19_200), Duration::from_micros(2_006));
        assert_eq!(gap(115_200), Duration::from_micros(1_750));
        assert_eq!(gap(0), Duration::from_micros(38_500_000));
    }

    #[test]
    fn a_held_port_names_its_holder() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tty");
        std::fs::write(&path, "").unwrap();
        assert_eq!(holder(&path), None);
        let held = std::fs::File::open(&path).unwrap();
        held.try_lock().unwrap();
        assert_eq!(holder(&path), Some(std::process::id()));
        drop(held);
        assert_eq!(holder(&path), None);
        assert_eq!(holder(Path::new("/nowhere")), None);
    }
}
