//! The commands as people and service managers meet them: real processes, their words and their exit codes.

use crate::cloud::{Cloud, now_ms};
use crate::site::{Site, row, until};
use crate::{DAY_MS, enrolled};
use riversync_agent::enrolment::Identity;
use riversync_protocol::v1::PolicyRow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

pub fn agent(args: &[&str], config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riversync-agent"));
    command.args(args).arg("--config").arg(config).stdin(Stdio::null());
    command
}

pub fn output(args: &[&str], config: &Path) -> (i32, String, String) {
    let Output { status, stdout, stderr } = agent(args, config).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// A child that does not outlive its test.
pub struct Running(pub Child);

impl Running {
    /// Asks it to stop, as a service manager does, and waits until it has.
    pub async fn stop(mut self) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut ended = None;
        until("it stops when asked", || {
            ended = self.0.try_wait().unwrap();
            ended.is_some()
        })
        .await;
        assert_eq!(ended.unwrap().code(), Some(0));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

pub fn start(site: &Site) -> Running {
    let log = std::fs::File::create(site.dir().join("agent.log")).unwrap();
    Running(agent(&["run"], &site.path()).env("RUST_LOG", "trace").stderr(log).spawn().unwrap())
}

#[tokio::test]
async fn exit_codes_say_what_a_person_must_do() {
    let site = Site::new().await;
    let broken = site.dir().join("broken.toml");
    std::fs::write(&broken, "[health]\nlistn = 1\n").unwrap();
    assert_eq!(output(&["check"], &site.path()).0, 0);
    let (code, _, words) = output(&["check"], &broken);
    assert_eq!(code, 78);
    assert!(words.contains("broken.toml:2"), "{words}");
    assert_eq!(output(&["run"], &broken).0, 78);
    let (code, _, words) = output(&["run"], &site.path());
    assert_eq!(code, 77);
    assert!(words.contains("riversync-agent enrol"), "{words}");
    assert_eq!(output(&["status"], &site.path()).0, 69);
    assert_eq!(output(&["frobnicate"], &site.path()).0, 64);
    assert_eq!(output(&["enrol", "--code", "RS1-NONSENSE"], &site.path()).0, 64);
    assert_eq!(output(&["run", "--help"], &site.path()).0, 0);
}

#[tokio::test]
async fn a_serial_port_that_another_has_ends_with_75_and_names_it() {
    let (_cloud, site) = enrolled(DAY_MS).await;
    // Any file can be locked as a port is; the agent looks before it opens.
    let port = site.dir().join("tty");
    std::fs::write(&port, "").unwrap();
    let mut text = std::fs::read_to_string(site.path()).unwrap();
    text.push_str(&format!(
        "\n[[device]]\nid = \"serial\"\nprofile = \"p\"\n[device.modbus]\nserial = \"{}\"\n",
        port.display()
    ));
    let config = site.dir().join("serial.toml");
    std::fs::write(&config, text).unwrap();
    let held = std::fs::File::open(&port).unwrap();
    held.try_lock().unwrap();
    let (code, _, words) = output(&["run"], &config);
    assert_eq!(code, 75, "{words}");
    let me = format!("{} is in use by process {}", port.display(), std::process::id());
    assert!(words.contains(&me), "{words}");
}

#[tokio::test]
async fn a_person_enrols_runs_looks_and_stops() {
    crate::install();
    let (cloud, site) = (Cloud::start(DAY_MS).await, Site::new().await);
    cloud.grant(4, vec![row("power")]);
    let (code, config) = (cloud.code().to_string(), site.path());
    let enrolled =
        tokio::task::spawn_blocking(move || output(&["enrol", "--code", &code], &config)).await.unwrap();
    assert_eq!(enrolled.0, 0, "{}", enrolled.2);
    let running = start(&site);
    until("power arrives", || crate::site::samples(&cloud, "power").len() > 5).await;

    let second = output(&["run"], &site.path());
    assert_eq!(second.0, 75, "{}", second.2);
    assert!(second.2.contains(&running.0.id().to_string()), "names the process: {}", second.2);
    until("the status is fresh", || output(&["status"], &site.path()).0 == 0).await;
    until("something was sent", || {
        let status: serde_json::Value =
            serde_json::from_str(&output(&["status", "--json"], &site.path()).1).unwrap();
        status["running"] == true && status["totals"]["points_sent"].as_u64().unwrap() > 0
    })
    .await;
    let grants: serde_json::Value =
        serde_json::from_str(&output(&["grants", "--json"], &site.path()).1).unwrap();
    assert_eq!((&grants["epoch"], &grants["signature"]), (&4.into(), &"valid".into()));
    assert_eq!(grants["rows"][0]["metric"], "power");
    let (code, plan, words) = output(&["plan"], &site.path());
    assert_eq!(code, 0, "{words}");
    assert!(plan.contains("power") && !plan.contains("secret"), "{plan}");

    running.stop().await;
    assert_eq!(output(&["status"], &site.path()).0, 69);
    let log = std::fs::read_to_string(site.dir().join("agent.log")).unwrap();
    assert!(!log.contains("secret") && !log.contains("48879"), "the log names what nobody granted");
    assert!(!log.contains("PRIVATE KEY"));
}

#[tokio::test]
async fn killed_processes_lose_and_double_nothing() {
    let (cloud, site) = enrolled(DAY_MS).await;
    cloud.grant(1, vec![row("power")]);
    for round in 0..6 {
        let running = start(&site);
        let seen = crate::site::samples(&cloud, "power").len();
        until("power arrives", || crate::site::samples(&cloud, "power").len() > seen + round).await;
        drop(running);
    }
    let times = crate::site::samples(&cloud, "power");
    crate::times_once(&times);
    assert_eq!(
        cloud
            .books()
            .ranges
            .iter()
            .map(|(epoch, ..)| *epoch)
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_metric_is_explained_by_its_grant_and_never_by_its_value() {
    let (cloud, mut site) = enrolled(DAY_MS).await;
    let hour_ms = 3_600_000;
    let later = PolicyRow { from_ms: now_ms() + hour_ms, until_ms: now_ms() + 2 * hour_ms, ..row("temp") };
    cloud.grant(3, vec![row("power"), later]);
    site.start();
    until("power arrives", || !crate::site::samples(&cloud, "power").is_empty()).await;
    let config = site.path();
    let explain = move |metric: &str| output(&["grants", "explain", "--metric", metric], &config);
    let (code, shown, words) = explain("power");
    assert_eq!(code, 0, "{words}");
    assert!(shown.starts_with("pump power: may flow until 20") && shown.contains("by policy 3."), "{shown}");
    assert!(shown.contains("goes to the cloud at 127.0.0.1:"), "{shown}");
    let (_, shown, _) = explain("temp");
    assert!(shown.starts_with("pump temp: does not flow yet: its grant begins 20"), "{shown}");
    let (code, shown, _) = explain("secret");
    assert_eq!((code, shown.as_str()), (0, "pump secret: does not flow: policy 3 does not grant it.\n"));
    assert_eq!(explain("nothing_of_ours").0, 64);
    let args = ["grants", "explain", "--metric", "power", "--json"];
    let told: serde_json::Value = serde_json::from_str(&output(&args, &site.path()).1).unwrap();
    assert_eq!((&told["epoch"], &told["metrics"][0]["flows"]), (&3.into(), &true.into()), "{told}");
    assert!(!told.to_string().contains("4096"), "{told}");
    site.stop().await;
}

#[tokio::test]
async fn the_doctor_names_each_trouble_and_its_way_out() {
    let (cloud, site) = enrolled(DAY_MS).await;
    cloud.grant(1, vec![row("power")]);
    let config = site.path();
    let doctor = move || {
        let config = config.clone();
        tokio::task::spawn_blocking(move || output(&["doctor", "--json"], &config))
    };
    let (code, shown, words) = doctor().await.unwrap();
    assert_eq!(code, 0, "{shown}{words}");
    let verdict = |shown: &str, check: &str| {
        let told: serde_json::Value = serde_json::from_str(shown).unwrap();
        let found = told["checks"].as_array().unwrap().iter().find(|found| found["check"] == check).cloned();
        let found = found.unwrap_or_else(|| panic!("{check} was not looked at: {shown}"));
        assert_eq!(found["verdict"] == "ok", found["fix"].is_null(), "a fix where one is needed: {found}");
        found["verdict"].as_str().unwrap().to_owned()
    };
    for check in ["state", "disk", "certificate", "dns", "tls"] {
        assert_ne!(verdict(&shown, check), "fail", "{shown}");
    }
    assert_eq!(verdict(&shown, "tls"), "ok", "{shown}");

    std::fs::set_permissions(site.state(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let serial =
        "\n[[device]]\nid = \"serial\"\nprofile = \"p\"\n[device.modbus]\nserial = \"/dev/nowhere\"\n";
    let text = std::fs::read_to_string(site.path()).unwrap();
    std::fs::write(site.path(), format!("{text}{serial}")).unwrap();
    let (code, shown, _) = doctor().await.unwrap();
    assert_eq!((verdict(&shown, "state").as_str(), verdict(&shown, "serial").as_str()), ("warn", "fail"));
    assert_eq!(code, 74, "{shown}");
    std::fs::write(site.path(), text).unwrap();

    // Nobody listens where the identity says the cloud is.
    let file = site.state().join("identity.json");
    let named = std::fs::read_to_string(&file).unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = Identity::load(site.state()).unwrap().unwrap().address().to_owned();
    std::fs::write(&file, named.replace(&address, &closed.to_string())).unwrap();
    let began = std::time::Instant::now();
    let (code, shown, _) = doctor().await.unwrap();
    assert_eq!((code, verdict(&shown, "tls").as_str()), (69, "fail"), "{shown}");
    assert!(began.elapsed().as_secs() < 20, "it ends in time");
    std::fs::remove_file(&file).unwrap();
    let (code, shown, _) = doctor().await.unwrap();
    assert_eq!((code, verdict(&shown, "identity").as_str()), (77, "fail"), "{shown}");
}
