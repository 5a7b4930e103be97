//! Enrol to chart: a fresh gateway comes in with a code, reads a mosquitto and a Modbus server that are not ours, and
//! the value that a person sees in a browser is the value that the device holds, then the next one, without reloading.
//! The same with the agent on ARM boards, and with the cloud on PostgreSQL, killed in between.

use crate::home::home;
use anyhow::Result;
use riversync_testbed::cloud::{self, Cloud};
use riversync_testbed::gateway::{self, Gateway};
use riversync_testbed::machine::Machine;
use riversync_testbed::parts::{Browser, ModbusPeer, Mosquitto, PASSWORD, Postgres, Speaks, USER};
use riversync_testbed::process::build_products;
use riversync_testbed::site::layout::make_private;
use riversync_testbed::wait::now_ms;
use std::path::Path;

fn tables(home: &Path, pump: &ModbusPeer, broker: &Mosquitto) -> Result<String> {
    let passwords = home.join("broker-password");
    std::fs::write(&passwords, PASSWORD)?;
    make_private(&passwords)?;
    Ok(format!(
        "[[broker]]\nid = \"site\"\nhost = \"localhost\"\nport = {}\nusername = \"{USER}\"\n\
         password_file = \"{}\"\n[broker.tls]\nca_file = \"{}\"\n\n\
         [[device]]\nid = \"D-BF-1\"\nprofile = \"rs-pump\"\n[device.modbus]\nhost = \"127.0.0.1\"\nport = {}\n\n\
         [[device]]\nid = \"D-BF-3\"\nprofile = \"rs-coldroom\"\n[device.mqtt]\nbroker = \"site\"\n\
         topic = \"site/D-BF-3\"\n",
        broker.port(),
        passwords.display(),
        broker.ca_file().display(),
        pump.address().port()
    ))
}

fn coldroom(temp: f64) -> Vec<u8> {
    serde_json::json!({ "ts": now_ms(), "temp": temp, "power": 1.25, "humidity": 55.0 })
        .to_string()
        .into_bytes()
}

#[tokio::test]
async fn a_person_sees_what_the_devices_hold() -> Result<()> {
    enrol_to_chart("enrol", Machine::Here, None).await
}

#[tokio::test]
async fn a_person_sees_it_with_postgresql_too_and_after_the_cloud_was_killed() -> Result<()> {
    let postgres = Postgres::start().await?;
    enrol_to_chart("enrol-postgres", Machine::Here, Some(postgres.url())).await
}

#[tokio::test]
async fn on_a_board_arm64() -> Result<()> {
    enrol_to_chart("arm64", Machine::Arm64, None).await
}

#[tokio::test]
async fn on_a_board_armhf() -> Result<()> {
    enrol_to_chart("armhf", Machine::Armhf, None).await
}

/// The journey; with a database of its own the cloud is killed half-way.
async fn enrol_to_chart(name: &str, machine: Machine, database_url: Option<&str>) -> Result<()> {
    build_products(true).await?;
    machine.build_agent().await?;
    let home = home(name)?;
    let mut pump = ModbusPeer::pymodbus(&Speaks::Tcp).await?;
    // Power in tenths of a kilowatt, bearing temperature in tenths of a degree.
    pump.set("holding", 0, &[1234, 523]).await?;
    let broker = Mosquitto::start(&home.path().join("mosquitto")).await?;
    let wish = cloud::Wish { database_url: database_url.map(str::to_owned), ..cloud::Wish::default() };
    let mut cloud = Cloud::start(&home.path().join("cloud"), &wish).await?;
    let wish = gateway::Wish { machine, ..gateway::Wish::new(tables(home.path(), &pump, &broker)?) };
    let mut gateway = Gateway::configure(&home.path().join("gateway"), &wish).await?;
    gateway.enrol(&cloud.enrolment_code("A-BF").await?).await?;
    gateway.start().await?;

    let browser = Browser::open(home.path()).await?;
    browser.sign_in(&cloud.sign_in_link("nera.coord").await?).await?;
    browser.goto(&cloud.url("/partners/devices/D-BF-1")).await?;
    browser.text_that("main", |text| text.contains("123.4") && text.contains("52.3")).await?;
    let shown = browser.text("main").await?;
    assert!(shown.contains("Not granted by BKKFoods"), "what is not granted is not said: {shown}");
    browser.screenshot(&home.path().join("device.png")).await?;
    if database_url.is_some() {
        cloud.kill_and_restart().await?;
    }
    pump.set("holding", 0, &[1307, 541]).await?;
    browser.text_that("main", |text| text.contains("130.7") && text.contains("54.1")).await?;

    broker.publish("site/D-BF-3", coldroom(-17.25)).await?;
    browser.goto(&cloud.url("/partners/devices/D-BF-3")).await?;
    browser.text_that("main", |text| text.contains("17.2") || text.contains("17.3")).await?;
    broker.publish("site/D-BF-3", coldroom(-13.5)).await?;
    browser.text_that("main", |text| text.contains("13.5")).await?;
    browser.screenshot(&home.path().join("coldroom.png")).await?;
    browser.close().await?;
    assert!(gateway.stop().await?, "the gateway did not end well when it was asked to");
    assert!(cloud.stop().await?, "the cloud did not end well when it was asked to");
    Ok(())
}
