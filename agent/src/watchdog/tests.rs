//! A part that stands still, and what the service manager hears of it then.

use super::{Manager, Pulse, Watchdog};
use crate::buffer::{Buffer, Entry, Limits};
use crate::clock::Clock;
use crate::testing::{HandClock, NOON_MS, group, no_chance, reading};
use std::ffi::OsString;
use std::os::unix::net::UnixDatagram;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Time that the store's thread does not get when it asks for it, until somebody lets it go on: a disk that hangs.
struct Hanging {
    clock: Arc<HandClock>,
    hang: Mutex<Option<(Sender<()>, Receiver<()>)>>,
}

impl Clock for Hanging {
    fn now_ms(&self) -> i64 {
        if let Some((hangs, go_on)) = self.hang.lock().unwrap().take() {
            hangs.send(()).unwrap();
            go_on.recv().unwrap();
        }
        self.clock.now_ms()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }
}

/// What was said since the last look.
fn heard(socket: &UnixDatagram) -> Vec<String> {
    let mut bytes = [0; 500];
    let mut next =
        || socket.recv(&mut bytes).ok().map(|length| String::from_utf8(bytes[..length].to_vec()).unwrap());
    std::iter::from_fn(&mut next).collect()
}

#[tokio::test]
async fn a_store_that_hangs_is_named_and_stops_the_signs_of_life_until_it_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_nonblocking(true).unwrap();
    let clock = HandClock::at(NOON_MS);
    let hanging = Arc::new(Hanging { clock: Arc::clone(&clock), hang: Mutex::new(None) });
    let limits = Limits { ballast_bytes: 0, ..Limits::default() };
    let as_clock = Arc::clone(&hanging) as Arc<dyn Clock>;
    let (buffer, _) =
        Buffer::open(&dir.path().join("store"), limits, as_clock, dir.path(), no_chance()).unwrap();
    let uplink = Pulse::new("uplink", Arc::clone(&clock) as _);
    let watchdog = Watchdog {
        manager: Manager::named_by(|name| (name == "NOTIFY_SOCKET").then(|| OsString::from(&path))),
        parts: vec![Arc::clone(&uplink), buffer.pulse()],
        line: Box::new(String::new),
    };
    let mut known = Vec::new();
    let mut look = || {
        watchdog.look(&mut known);
        (known.clone(), heard(&socket))
    };
    let well = (vec![], vec!["WATCHDOG=1".to_owned()]);
    assert_eq!(look(), well);
    // Nothing to do is no standing still.
    clock.pass(10_000_000);
    assert_eq!(look(), well);

    let ((hangs, is_hanging), (let_go, go_on)) = (channel(), channel());
    *hanging.hang.lock().unwrap() = Some((hangs, go_on));
    let entry = Entry { readings: vec![reading(&group(&["power"]), NOON_MS, &[1])], ..Entry::default() };
    let appending = tokio::spawn({
        let buffer = buffer.clone();
        async move { buffer.append(entry).await }
    });
    tokio::task::spawn_blocking(move || is_hanging.recv().unwrap()).await.unwrap();
    clock.pass(60_000);
    assert_eq!(look(), well, "a slow disk is no dead one");
    clock.pass(180_000);
    assert_eq!(look(), (vec!["store"], vec![]));
    uplink.within(Duration::from_secs(30));
    clock.pass(31_000);
    assert_eq!(look(), (vec!["uplink", "store"], vec![]));
    uplink.rest();
    let_go.send(()).unwrap();
    appending.await.unwrap().unwrap();
    // The answer is given a moment before the thread waits for the next command.
    while buffer.pulse().late().is_some() {
        tokio::task::yield_now().await;
    }
    assert_eq!(look(), well);
}
