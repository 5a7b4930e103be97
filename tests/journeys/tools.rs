//! What a person on site asks the agent's command line, of a Modbus server that is not ours: which device is that, what
//! stands in its registers, what of it is granted.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::gateway::{self, Gateway};
use riversync_testbed::machine::Machine;
use riversync_testbed::parts::{ModbusPeer, Speaks};
use riversync_testbed::process::{Program, build_products};
use riversync_testbed::stage::points;
use riversync_testbed::wait::until;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

fn agent(home: &Path) -> Result<Program> {
    Machine::Here.agent(&home.join("tools.log"))
}

/// Text as registers hold it, cut or filled to `words`.
fn text(text: &str, words: usize) -> Vec<u16> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(words * 2, 0);
    bytes.chunks(2).map(|pair| pair.iter().fold(0, |word, byte| word << 8 | u16::from(*byte))).collect()
}

/// A single-phase inverter by the SunSpec specification, at address 0.
fn inverter() -> Vec<u16> {
    let mut words = vec![0x5375, 0x6e53, 1, 65];
    words.extend(text("Acme", 16));
    words.extend(text("Sun 5000", 16));
    words.extend(text("", 8));
    words.extend(text("1.2.3", 8));
    words.extend(text("SN-1", 16));
    words.push(1);
    let mut body = vec![0xFFFF; 50];
    let mut put = |offset: usize, values: &[i16]| {
        for (word, value) in body.iter_mut().skip(offset - 2).zip(values) {
            *word = value.cast_unsigned();
        }
    };
    put(2, &[217, -1, -1, -1, -1]); // 21.7 A; no phases; power of ten -1
    put(10, &[2_301, -1, -1, -1]); // 230.1 V
    put(14, &[4_993, 0, 5_001, -2]); // 4993 W, 50.01 Hz
    put(18, &[i16::MIN, 0, i16::MIN, 0, i16::MIN, 0]);
    put(24, &[1, 2_000, 0]);
    put(31, &[i16::MIN, 0, 412, i16::MIN, i16::MIN, i16::MIN, -1, 4]);
    words.extend([101, 50]);
    words.extend(body);
    words.extend([0xFFFF, 0]);
    words
}

#[tokio::test]
async fn a_device_that_speaks_sunspec_writes_its_own_profile() -> Result<()> {
    build_products(true).await?;
    let home = home("sunspec")?;
    let mut server = ModbusPeer::pymodbus(&Speaks::Tcp).await?;
    server.set("holding", 0, &inverter()).await?;
    let port = server.address().port().to_string();
    let at = ["--local", "--host", "127.0.0.1", "--port", &port];
    let into = home.path().display().to_string();
    // The registers are set from another process: ask until the last of them is there.
    let said = until("the device's map", Duration::from_secs(20), async || {
        let scan = agent(home.path())?.args(["device", "scan", "--json"]).args(at).output().await?;
        let said: Value = serde_json::from_str(&scan)?;
        ensure!(said.pointer("/units/0/sunspec/models/1/id") == Some(&101.into()), "{said}");
        ensure!(said.pointer("/units/0/sunspec/cut") == Some(&Value::Null), "{said}");
        Ok(said)
    })
    .await?;
    ensure!(said.pointer("/units/0/sunspec/base") == Some(&0.into()), "{said}");
    agent(home.path())?.args(["device", "scan", "--write", &into]).args(at).output().await?;
    let file = home.path().join("acme-sun-5000.toml");
    let check = agent(home.path())?.args(["profile", "check", "--json", &file.display().to_string()]);
    let checked: Value = serde_json::from_str(&check.output().await?)?;
    let metrics: Vec<_> =
        checked["metrics"].as_array().context("no metrics")?.iter().filter_map(Value::as_str).collect();
    assert_eq!(
        metrics,
        ["current", "voltage_a", "power", "frequency", "energy", "cabinet_temp", "state"],
        "what is not implemented is left out"
    );

    let probe = ["device", "probe", "--address", "83", "--count", "2", "--json"];
    let probed: Value = serde_json::from_str(&agent(home.path())?.args(probe).args(at).output().await?)?;
    ensure!(probed.pointer("/registers/0/uint16") == Some(&4_993.into()), "{probed}");
    let unsaid = agent(home.path())?.args([
        "device",
        "probe",
        "--address",
        "0",
        "--host",
        "127.0.0.1",
        "--port",
        &port,
    ]);
    let refused = unsaid
        .output()
        .await
        .map_or_else(|error| format!("{error:#}"), |said| format!("it answered: {said}"));
    ensure!(refused.contains("--local") && !refused.contains("it answered"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn what_the_terminal_shows_is_what_is_granted() -> Result<()> {
    build_products(true).await?;
    let home = home("terminal")?;
    let mut pump = ModbusPeer::pymodbus(&Speaks::Tcp).await?;
    pump.set("holding", 0, &[1234, 523, 777]).await?;
    let cloud = Cloud::start(&home.path().join("cloud"), &cloud::Wish::default()).await?;
    let tables = format!(
        "[[device]]\nid = \"D-BF-1\"\nprofile = \"rs-pump\"\n[device.modbus]\nhost = \"127.0.0.1\"\nport = {}\n",
        pump.address().port()
    );
    let folder = home.path().join("gateway");
    let mut gateway = Gateway::configure(&folder, &gateway::Wish::new(tables)).await?;
    gateway.enrol(&cloud.enrolment_code("A-BF").await?).await?;
    gateway.start().await?;
    until("the first values", Duration::from_secs(60), async || {
        ensure!(points(&cloud, "A-BF").await? > 0, "none yet");
        Ok(())
    })
    .await?;
    let grants: Value = serde_json::from_str(&gateway.command(&["grants", "--json"]).await?)?;
    let rows = grants["rows"].as_array().context("no rows")?;
    let granted: BTreeSet<&str> = rows
        .iter()
        .filter(|row| row["device"] == "D-BF-1")
        .filter_map(|row| row["metric"].as_str())
        .collect();
    ensure!(granted.contains("power") && !granted.contains("vibration"), "{granted:?}");

    let read: Value = serde_json::from_str(&gateway.command(&["read", "--json"]).await?)?;
    let values = read["values"].as_array().context("no values")?;
    let shown: BTreeSet<&str> = values.iter().filter_map(|value| value["metric"].as_str()).collect();
    assert_eq!(shown, granted, "the terminal shows what is granted and nothing else");
    let power = values.iter().find(|value| value["metric"] == "power").context("no power")?;
    ensure!(power["value"] == 123.4 && power["unit"] == "kW", "{power}");

    let log = home.path().join("tap.log");
    let config = folder.join("agent.toml").display().to_string();
    let tap = Machine::Here.agent(&log)?.args(["tap", "--json", "--config", &config]);
    let mut tap = tap.start()?;
    until("two values of the same metric", Duration::from_secs(30), async || {
        tap.check_running()?;
        let said = std::fs::read_to_string(&log)?;
        ensure!(said.matches("\"power\"").count() >= 2, "{said}");
        ensure!(!said.contains("vibration") && !said.contains("777"), "the tap shows what nobody granted");
        Ok(())
    })
    .await?;
    assert!(tap.stop(Duration::from_secs(10)).await?, "the tap did not end well when it was asked to");
    assert!(gateway.stop().await?, "the gateway did not end well when it was asked to");

    let before = points(&cloud, "A-BF").await?;
    let said = gateway.command(&["run", "--once"]).await?;
    ensure!(said.contains("values stored"), "{said}");
    ensure!(points(&cloud, "A-BF").await? > before, "a round was made and the cloud has nothing of it");
    assert!(cloud.stop().await?, "the cloud did not end well when it was asked to");
    Ok(())
}
