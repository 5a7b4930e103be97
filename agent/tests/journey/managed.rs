//! What a service manager hears of the real process, through a real socket.

use crate::commands::{Running, agent};
use crate::site::{row, samples, until};
use crate::{DAY_MS, enrolled};
use std::os::unix::net::UnixDatagram;
use std::process::Command;

/// What was said up to now, each state with its lines.
fn hear(socket: &UnixDatagram, said: &mut Vec<String>) {
    let mut bytes = [0; 1_000];
    while let Ok(length) = socket.recv(&mut bytes) {
        said.push(String::from_utf8(bytes[..length].to_vec()).unwrap());
    }
}

#[tokio::test]
async fn a_service_manager_hears_when_it_is_ready_alive_reloading_and_stopping() {
    let (cloud, site) = enrolled(DAY_MS).await;
    cloud.grant(1, vec![row("power")]);
    let path = site.dir().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_nonblocking(true).unwrap();
    let log = std::fs::File::create(site.dir().join("agent.log")).unwrap();
    let mut command = agent(&["run"], &site.path());
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "200000").stderr(log);
    let running = Running(command.spawn().unwrap());
    let mut said = Vec::new();
    let signal = |name: &str| {
        let id = running.0.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    };
    until("it is ready", || {
        hear(&socket, &mut said);
        said.first().is_some_and(|first| first.starts_with("READY=1\nSTATUS="))
    })
    .await;
    until("it says that it is alive, and how things are", || {
        hear(&socket, &mut said);
        let alive = said.iter().filter(|state| *state == "WATCHDOG=1").count();
        alive > 5 && said.iter().any(|state| state == "STATUS=devices: 1 up, 0 down; the cloud answers")
    })
    .await;
    until("power arrives", || !samples(&cloud, "power").is_empty()).await;

    said.clear();
    let text = std::fs::read_to_string(site.path()).unwrap();
    std::fs::write(site.path(), format!("{text}\nfrobnicate = 1\n")).unwrap();
    signal("-HUP");
    until("it has tried the new configuration", || {
        hear(&socket, &mut said);
        said.iter().any(|state| state.starts_with("READY=1\nSTATUS=the new configuration was refused"))
    })
    .await;
    let place = |start: &str| said.iter().position(|state| state.starts_with(start)).unwrap();
    assert!(place("RELOADING=1\nMONOTONIC_USEC=") < place("READY=1\n"), "{said:?}");

    said.clear();
    signal("-TERM");
    until("it says that it stops", || {
        hear(&socket, &mut said);
        said.iter().any(|state| state.starts_with("STOPPING=1"))
    })
    .await;
    drop(running);
}
