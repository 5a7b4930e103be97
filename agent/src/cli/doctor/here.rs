//! The gateway itself: its state directory, its disk, its serial ports, its certificate, its clock.

use super::Finding;
use crate::agent::store_dir;
use crate::cli::{Exit, grants, say, status};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Connection, Line};
use crate::enrolment::Identity;
use crate::files::Account;
use crate::grant::{TOLERANCE_MS, Withheld};
use crate::health::Status;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// A clock that is off by more than this deserves a word, milliseconds.
const NOTABLE_MS: u64 = 5_000;
/// With less room than this the store cannot even recycle its own files.
const LEAST_FREE_BYTES: u64 = 16 << 20;
const DAY_MS: i64 = 86_400_000;

/// Who may use the state directory.
pub(super) fn state(config: &Config) -> Finding {
    let (name, path) = ("state", config.state_dir.display());
    let own = |what: &str| format!("run the agent and its commands as one user, and `{what} {path}`");
    let about = match std::fs::metadata(&config.state_dir) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Finding::warn(
                name,
                format!("{path} is not there yet"),
                "`riversync-agent enrol` makes it",
            );
        }
        Err(error) => {
            let fix = own("chown -R riversync-agent");
            return Finding::fail(name, Exit::of_io(&error), format!("{path} cannot be used: {error}"), fix);
        }
    };
    let mode = about.mode() & 0o7777;
    let Some(account) = Account::own() else {
        return Finding::warn(name, "whose process this is cannot be found out", "mount /proc");
    };
    if !about.is_dir() {
        return Finding::fail(
            name,
            Exit::Disk,
            format!("{path} is no directory"),
            "set `state_dir` to another one",
        );
    }
    if !account.may(&about, 0o7) {
        let found = format!(
            "{path} belongs to user {} (mode {mode:o}), and this is user {}",
            about.uid(),
            account.uid
        );
        return Finding::fail(name, Exit::Permission, found, own("chown -R riversync-agent"));
    }
    if mode & 0o077 != 0 {
        let found = format!("{path} may be looked into by other users of this machine (mode {mode:o})");
        return Finding::warn(name, found, format!("run `chmod 700 {path}`"));
    }
    Finding::ok(name, format!("{path} belongs to its user alone"))
}

/// Whether the store can grow to its bound.
pub(super) fn disk(config: &Config) -> Finding {
    let there = config.state_dir.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    let free = match fs2::available_space(there) {
        Ok(free) => free,
        Err(error) => {
            let found = format!("the room on {} cannot be found out: {error}", there.display());
            return Finding::warn("disk", found, "check that the disk is mounted and sound");
        }
    };
    room(free, config.buffer.max_bytes.saturating_sub(bytes(&store_dir(config))), there)
}

fn room(free: u64, wanted: u64, at: &Path) -> Finding {
    let found = format!("{} MiB free on {}", free >> 20, at.display());
    if free < LEAST_FREE_BYTES {
        let fix = "make room on that disk, or set `state_dir` to another one";
        return Finding::fail("disk", Exit::Disk, found, fix);
    }
    if free < wanted {
        let found = format!("{found}, and the store may still grow by {} MiB", wanted >> 20);
        let fix = format!(
            "make room, or set `max_size` in [buffer] {} MiB lower",
            (wanted - free).div_ceil(1 << 20)
        );
        return Finding::warn("disk", found, fix);
    }
    Finding::ok("disk", format!("{found}, enough for the store"))
}

/// Bytes of all files below `path`; what cannot be read counts nothing.
fn bytes(path: &Path) -> u64 {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(about) if about.is_dir() => bytes(&entry.path()),
            Ok(about) => about.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Each serial port of the configuration.
pub(super) fn serial(config: &Config) -> Vec<Finding> {
    let ports: BTreeSet<&PathBuf> = config
        .devices
        .iter()
        .filter_map(|device| match &device.connection {
            Connection::Modbus(at) => match &*at.line {
                Line::Serial(port) => Some(&port.path),
                Line::Tcp(_) | Line::Tls(..) | Line::RtuOverTcp(_) => None,
            },
            Connection::Mqtt(_) => None,
        })
        .collect();
    ports.into_iter().map(|port| may_use(port)).collect()
}

/// Looked at from outside: opening a port would move its control lines under whoever uses it.
fn may_use(port: &Path) -> Finding {
    let (name, path) = ("serial", port.display());
    let about = match std::fs::metadata(port) {
        Ok(about) => about,
        Err(error) => {
            let fix =
                "plug the adapter in, or correct `serial`; the names in /dev/serial/by-id stay the same";
            return Finding::fail(name, Exit::of_io(&error), format!("{path} cannot be found: {error}"), fix);
        }
    };
    if !about.file_type().is_char_device() {
        let fix = "correct `serial`; the names in /dev/serial/by-id stay the same";
        return Finding::fail(name, Exit::Config, format!("{path} is no serial port"), fix);
    }
    match Account::own() {
        Some(account) if !account.may(&about, 0o6) => {
            let found = format!("{path} may not be used by this user (mode {:o})", about.mode() & 0o777);
            let fix =
                format!("add the agent's user to group {} (often dialout) and start it anew", about.gid());
            Finding::fail(name, Exit::Permission, found, fix)
        }
        Some(_) => Finding::ok(name, format!("{path} is there and may be used")),
        None => Finding::warn(name, "whose process this is cannot be found out", "mount /proc"),
    }
}

/// How long the certificate still holds.
pub(super) fn certificate(identity: &Identity, now_ms: i64) -> Finding {
    let until_ms = identity.not_after_ms();
    let until = say::time(until_ms);
    if until_ms <= now_ms {
        let fix =
            "get a code from the portal and run `riversync-agent enrol --again`; what is stored is kept";
        return Finding::fail("certificate", Exit::Permission, format!("it ended {until}"), fix);
    }
    if identity.renew_ms() < now_ms {
        let found = format!(
            "it holds until {until} and should have been renewed by {}",
            say::time(identity.renew_ms())
        );
        let fix = "let the agent run and reach the cloud; it renews it by itself";
        return Finding::warn("certificate", found, fix);
    }
    Finding::ok("certificate", format!("it holds until {until} ({} days)", (until_ms - now_ms) / DAY_MS))
}

/// Whether the clock is believed, and how far it is from the cloud's.
pub(super) fn clock(config: &Config, identity: &Identity, server_ms: Option<i64>) -> Finding {
    let fix = "set the clock, and keep it set: `timedatectl set-ntp true`; no grant is open while time is not believed";
    let now_ms = SystemClock::default().now_ms();
    if let Some(server_ms) = server_ms {
        return apart(now_ms.saturating_sub(server_ms), fix);
    }
    let authority = grants::authority(identity, &config.state_dir);
    if let Ok(Some(Withheld::Clock(doubt))) = authority.map(|authority| authority.withheld()) {
        return Finding::fail("clock", Exit::Unavailable, doubt.to_string(), fix);
    }
    let running = Status::last(&config.state_dir).ok().flatten().filter(status::is_running);
    let doubted = running.and_then(|status| status.grant.withheld).filter(|why| why.contains("clock"));
    match doubted {
        Some(why) => Finding::fail("clock", Exit::Unavailable, why, fix),
        None => {
            let found = format!("it shows {}; the cloud did not say what it is there", say::time(now_ms));
            Finding::warn(
                "clock",
                found,
                "compare it with a clock you trust, or look again when the cloud answers",
            )
        }
    }
}

fn apart(apart_ms: i64, fix: &str) -> Finding {
    let found = format!("it differs from the cloud's by {} s", apart_ms / 1_000);
    match apart_ms.unsigned_abs() {
        far if far > TOLERANCE_MS.unsigned_abs() => Finding::fail("clock", Exit::Unavailable, found, fix),
        off if off > NOTABLE_MS => Finding::warn("clock", found, fix),
        _ => Finding::ok("clock", "it agrees with the cloud's"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn room_is_judged_by_what_the_store_may_still_take() {
        let at = Path::new("/data");
        assert_eq!(room(1 << 30, 256 << 20, at).verdict, Verdict::Ok);
        let short = room(100 << 20, 256 << 20, at);
        assert_eq!(short.verdict, Verdict::Warn);
        assert!(short.fix.unwrap().contains("156 MiB lower"));
        assert_eq!(room(1 << 20, 0, at).verdict, Verdict::Fail);
    }

    #[test]
    fn a_clock_is_judged_by_what_closes_the_grants() {
        for (apart_ms, verdict) in
            [(0, Verdict::Ok), (-4_000, Verdict::Ok), (-30_000, Verdict::Warn), (121_000, Verdict::Fail)]
        {
            assert_eq!(apart(apart_ms, "").verdict, verdict, "{apart_ms}");
        }
    }

    #[test]
    fn a_port_must_be_there_and_be_one() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(may_use(&dir.path().join("none")).verdict, Verdict::Fail);
        std::fs::write(dir.path().join("file"), "").unwrap();
        let file = may_use(&dir.path().join("file"));
        assert_eq!((file.verdict, file.exit), (Verdict::Fail, Exit::Config));
        assert_eq!(may_use(Path::new("/dev/null")).verdict, Verdict::Ok);
    }
}
