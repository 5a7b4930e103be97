//! What a service manager is told, by the protocol of sd_notify(3): one datagram for each state, `NAME=value` lines in it.
//! Without a manager nobody is told. The protocol is these few lines; a crate for it would be more to read.

use std::ffi::OsString;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::time::Duration;

/// The way to the service manager, if there is one.
#[derive(Clone, Debug, Default)]
pub struct Manager {
    socket: Option<Arc<(UnixDatagram, SocketAddr)>>,
    /// How often it wants to hear that all is well.
    watchdog: Option<Duration>,
}

impl Manager {
    /// The manager that the environment of the process names; `variable` reads it.
    pub fn named_by(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let Some(name) = variable("NOTIFY_SOCKET") else { return Self::default() };
        let socket = address(name.as_bytes()).and_then(|to| Ok((UnixDatagram::unbound()?, to)));
        if let Err(error) = &socket {
            tracing::warn!(%error, "the service manager's socket cannot be used, so it hears nothing of this process");
        }
        let text = |name| variable(name).and_then(|value| value.into_string().ok());
        let ours = text("WATCHDOG_PID").is_none_or(|pid| pid == std::process::id().to_string());
        let every = text("WATCHDOG_USEC").filter(|_| ours).and_then(|text| text.parse().ok());
        let watchdog = every.filter(|usec| *usec > 0).map(Duration::from_micros);
        Self { socket: socket.ok().map(Arc::new), watchdog }
    }

    /// How often it wants to hear that all is well, if it watches.
    pub fn watchdog(&self) -> Option<Duration> {
        self.socket.as_ref().and(self.watchdog)
    }

    /// Everything is open and runs.
    pub fn ready(&self, status: &str) {
        self.send(&format!("READY=1\nSTATUS={status}"));
    }

    /// The configuration is read again; [`Manager::ready`] ends that.
    pub fn reloading(&self) {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let usec = Duration::try_from(now).unwrap_or_default().as_micros();
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={usec}\nSTATUS=reads its configuration again"));
    }

    /// No more work is taken on.
    pub fn stopping(&self) {
        self.send("STOPPING=1\nSTATUS=stops: stores what was read and tries once more to send it");
    }

    /// All is well.
    pub fn alive(&self) {
        self.send("WATCHDOG=1");
    }

    /// How things are, in a line for people.
    pub fn status(&self, line: &str) {
        self.send(&format!("STATUS={line}"));
    }

    fn send(&self, state: &str) {
        let Some((socket, to)) = self.socket.as_deref() else { return };
        if let Err(error) = socket.send_to_addr(state.as_bytes(), to) {
            tracing::debug!(%error, "the service manager was not told");
        }
    }
}

/// A path, or with `@` before it a name without a file.
fn address(name: &[u8]) -> std::io::Result<SocketAddr> {
    match name.split_first() {
        Some((b'@', name)) => SocketAddr::from_abstract_name(name),
        _ => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manager(variables: &[(&str, &str)]) -> Manager {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Manager::named_by(|name| find(name).map(|(_, value)| OsString::from(value)))
    }

    #[test]
    fn a_socket_with_or_without_a_file_hears_what_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let name = format!("riversync-test-{}", std::process::id());
        let abstract_name = SocketAddr::from_abstract_name(&name).unwrap();
        let (file, nameless) =
            (UnixDatagram::bind(&path).unwrap(), UnixDatagram::bind_addr(&abstract_name).unwrap());
        for (socket, named) in [(file, path.display().to_string()), (nameless, format!("@{name}"))] {
            let manager = manager(&[("NOTIFY_SOCKET", &named)]);
            manager.reloading();
            manager.ready("reads");
            let mut bytes = [0; 200];
            let mut hear = || {
                let length = socket.recv(&mut bytes).unwrap();
                String::from_utf8(bytes[..length].to_vec()).unwrap()
            };
            let reloading = hear();
            let usec = reloading.lines().find_map(|line| line.strip_prefix("MONOTONIC_USEC=")).unwrap();
            assert!(
                reloading.starts_with("RELOADING=1\n") && usec.parse::<u64>().unwrap() > 0,
                "{reloading}"
            );
            assert_eq!(hear(), "READY=1\nSTATUS=reads");
        }
    }

    #[test]
    fn only_a_watchdog_that_is_meant_for_us_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify").display().to_string();
        let me = std::process::id().to_string();
        let every =
            |more: &[(&str, &str)]| manager(&[&[("NOTIFY_SOCKET", path.as_str())], more].concat()).watchdog();
        assert_eq!(
            every(&[("WATCHDOG_USEC", "30000000"), ("WATCHDOG_PID", &me)]),
            Some(Duration::from_secs(30))
        );
        assert_eq!(every(&[("WATCHDOG_USEC", "30000000")]), Some(Duration::from_secs(30)));
        assert_eq!(every(&[("WATCHDOG_USEC", "30000000"), ("WATCHDOG_PID", "1")]), None);
        assert_eq!(every(&[("WATCHDOG_USEC", "0")]), None);
        assert_eq!(manager(&[("WATCHDOG_USEC", "30000000")]).watchdog(), None, "nobody is there to be told");
    }
}
