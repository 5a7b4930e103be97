//! The agent reads what others hold: pymodbus and libmodbus over every line, every type in every order.
//!
//! The table of values is written to the servers by an encoding of this file's own, so that a mistake that the agent
//! makes is not made twice.

use crate::home::home;
use anyhow::{Context as _, Result, ensure};
use riversync_agent::clock::SystemClock;
use riversync_agent::config::{Config, load};
use riversync_agent::grant::Granted;
use riversync_agent::reading::{Raw, Reading};
use riversync_agent::sources::{SourceStatus, run};
use riversync_protocol::ids::{AgentId, DeviceId, MetricName};
use riversync_protocol::v1::{Policy, PolicyRow, Quality, QualityReason};
use riversync_testbed::parts::{Authority, ModbusPeer, SerialPair, Speaks};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

const ORDERS_16: [&str; 2] = ["AB", "BA"];
const ORDERS_32: [&str; 4] = ["ABCD", "CDAB", "BADC", "DCBA"];
const ORDERS_48: [&str; 4] = ["ABCDEF", "EFCDAB", "BADCFE", "FEDCBA"];
const ORDERS_64: [&str; 6] = ["ABCDEFGH", "GHEFCDAB", "BADCFEHG", "HGFEDCBA", "CDABGHEF", "EFGHABCD"];
/// What the peers' coils and discrete inputs hold.
const BITS: [bool; 16] = [
    true, false, false, true, true, true, false, true, false, false, false, false, false, false, false, true,
];

/// A metric, what the server holds for it, and what the agent must read.
struct Case {
    body: String,
    words: Vec<u16>,
    wanted: Raw,
}

/// Lays the bytes of a value, most significant first, out as `order` says.
fn wire(value: &[u8], order: &str) -> Vec<u16> {
    let bytes: Vec<u8> = order.bytes().map(|letter| value[usize::from(letter - b'A')]).collect();
    bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

fn in_orders(cases: &mut Vec<Case>, kind: &str, value: &[u8], orders: &[&str], wanted: &Raw) {
    for order in orders {
        let body = format!("type = \"{kind}\"\norder = \"{order}\"");
        cases.push(Case { body, words: wire(value, order), wanted: wanted.clone() });
    }
}

fn alone(cases: &mut Vec<Case>, body: &str, words: &[u16], wanted: Raw) {
    cases.push(Case { body: body.to_owned(), words: words.to_vec(), wanted });
}

/// All types and orders of Modbus registers.
fn table() -> Vec<Case> {
    let mut all = Vec::new();
    let cases = &mut all;
    in_orders(cases, "int16", &(-12_345_i16).to_be_bytes(), &ORDERS_16, &Raw::Int(-12_345));
    in_orders(cases, "uint16", &54_321_u16.to_be_bytes(), &ORDERS_16, &Raw::Int(54_321));
    in_orders(cases, "float16", &[0xc2, 0x48], &ORDERS_16, &Raw::Float32(-3.140_625));
    in_orders(cases, "int32", &(-123_456_789_i32).to_be_bytes(), &ORDERS_32, &Raw::Int(-123_456_789));
    in_orders(cases, "uint32", &4_123_456_789_u32.to_be_bytes(), &ORDERS_32, &Raw::Int(4_123_456_789));
    in_orders(
        cases,
        "float32",
        &(-1.234_567_9e-8_f32).to_be_bytes(),
        &ORDERS_32,
        &Raw::Float32(-1.234_567_9e-8),
    );
    in_orders(cases, "bcd32", &[0x12, 0x34, 0x56, 0x78], &ORDERS_32, &Raw::Int(12_345_678));
    let exact = (1_i64 << 53) + 1;
    in_orders(cases, "int64", &(-exact).to_be_bytes(), &ORDERS_64, &Raw::Int(-exact));
    in_orders(cases, "uint64", &(u64::MAX - 1).to_be_bytes(), &ORDERS_64, &Raw::UInt(u64::MAX - 1));
    in_orders(
        cases,
        "float64",
        &(-1.0e300_f64 / 3.0).to_be_bytes(),
        &ORDERS_64,
        &Raw::Float64(-1.0e300 / 3.0),
    );
    // 9999 is 0x270f, so twelve digits stand in three words.
    let digits = [0x04, 0xd2, 0x16, 0x2e, 0x23, 0x34];
    in_orders(cases, "mod10_48", &digits, &ORDERS_48, &Raw::Int(123_456_789_012));
    in_orders(cases, "epoch_s", &1_784_117_632_u32.to_be_bytes(), &ORDERS_32, &Raw::Int(1_784_117_632_000));
    alone(cases, "type = \"epoch_ms\"", &[0, 0x019f, 0x65bc, 0xe100], Raw::Int(1_784_118_305_024));
    alone(cases, "type = \"mod10_32\"", &[1_234, 5_678], Raw::Int(12_345_678));
    alone(cases, "type = \"mod10_64\"", &[1, 2, 3, 4], Raw::Int(1_000_200_030_004));
    alone(cases, "type = \"bcd16\"", &[0x0987], Raw::Int(987));
    alone(cases, "type = \"bool\"", &[0x0100], Raw::Bool(true));
    alone(cases, "type = \"bit(9)\"", &[0x0200], Raw::Bool(true));
    alone(cases, "type = \"bits(4..6)\"", &[0xff5f], Raw::Int(5));
    alone(cases, "type = \"int8\"", &[0x7f80], Raw::Int(-128));
    alone(cases, "type = \"uint8\"", &[0x7f80], Raw::Int(128));
    alone(cases, "type = \"int8h\"", &[0x80ff], Raw::Int(-128));
    alone(cases, "type = \"uint8h\"", &[0x80ff], Raw::Int(128));
    alone(cases, "type = \"float32\"", &[0x8000, 0], Raw::Float32(-0.0));
    alone(cases, "type = \"float32\"", &[0, 1], Raw::Float32(f32::from_bits(1)));
    let text = |text: &str| Raw::Text(text.to_owned());
    alone(cases, "type = \"string\"\nwords = 4", &[0x5249, 0x5645, 0x5200, 0x5858], text("RIVER"));
    let swapped = "type = \"string\"\nwords = 2\nendianness = \"little\"";
    alone(cases, swapped, &[0x4952, 0x4556], text("RIVE"));
    let upper = "type = \"string\"\nwords = 2\nstring_location = \"upper\"";
    alone(cases, upper, &[0x4f11, 0x6b22], text("Ok"));
    let lower = "type = \"string\"\nwords = 2\nstring_location = \"lower\"";
    alone(cases, lower, &[0x114f, 0x226b], text("Ok"));
    alone(cases, "type = \"bytes\"\nwords = 2", &[0x00ff, 0x1a2b], text("00ff1a2b"));
    alone(cases, "type = \"uint16\"\nvalues = { 0 = \"off\", 3 = \"on\" }", &[3], text("on"));
    let flags = "type = \"uint32\"\nword_order = \"little\"\nbyte_order = \"little\"";
    alone(cases, flags, &[0x0403, 0x0201], Raw::Int(0x0102_0304));
    all
}

/// Metrics with what they must read.
type Wanted = Vec<(String, Raw)>;

/// Lays the table out over both register tables of a server, and adds all bits; the profile and what must be read.
async fn lay_out(server: &mut ModbusPeer, identity: &str) -> Result<(String, Wanted)> {
    let mut profile = format!("name = \"all\"\nversion = 1\ninterval = \"100ms\"\n{identity}");
    let mut next = [("holding", 0_u16), ("input", 0)];
    let mut wanted = Vec::new();
    for (index, case) in table().into_iter().enumerate() {
        let (table, start) = &mut next[index % 2];
        let name = format!("m{index}");
        write!(
            profile,
            "[[metric]]\nname = \"{name}\"\nregister = \"{table}\"\naddress = {start}\n{}\n",
            case.body
        )?;
        server.set(table, *start, &case.words).await?;
        *start += u16::try_from(case.words.len())?;
        wanted.push((name, case.wanted));
    }
    ensure!(next.iter().all(|(_, end)| *end <= 256), "the table has outgrown the servers: {next:?}");
    for table in ["coil", "discrete_input"] {
        for (at, bit) in BITS.into_iter().enumerate() {
            let name = format!("{table}{at}");
            write!(
                profile,
                "[[metric]]\nname = \"{name}\"\nregister = \"{table}\"\naddress = {at}\ntype = \"bool\"\n"
            )?;
            wanted.push((name, Raw::Bool(bit)));
        }
    }
    Ok((profile, wanted))
}

/// A configuration with the device `d` on this line.
fn configure(folder: &Path, profile: &str, line: &str) -> Result<Arc<Config>> {
    std::fs::create_dir_all(folder.join("profiles"))?;
    std::fs::write(folder.join("profiles/all.toml"), profile)?;
    let path = folder.join("agent.toml");
    let text = format!(
        "state_dir = \"state\"\n[[device]]\nid = \"d\"\nprofile = \"all\"\n[device.modbus]\ntimeout = \"3s\"\n{line}\n"
    );
    std::fs::write(&path, text)?;
    Ok(load(&path)?.config)
}

/// Runs the agent's sources, with everything granted, until a reading satisfies `enough`.
async fn read_until(config: Arc<Config>, enough: impl Fn(&Reading) -> bool) -> Result<Reading> {
    let device = config.devices.first().context("no device")?;
    let row = |metric: &MetricName| PolicyRow {
        device: device.id.clone(),
        metric: metric.clone(),
        min_interval_ms: 0,
        from_ms: 0,
        until_ms: i64::MAX,
    };
    let rows = device.profile.metrics.iter().map(|metric| row(&metric.name)).collect();
    let policy = Policy { agent: AgentId::new("A-1")?, epoch: 1, issued_ms: 0, rows };
    let (_tell, granted) = watch::channel(Arc::new(Granted::new(&policy)));
    let (out, mut readings) = mpsc::channel(64);
    let (stop, status) = (CancellationToken::new(), Arc::new(SourceStatus::new(&config)));
    let running = tokio::spawn(run(
        watch::channel(config).1,
        granted,
        out,
        Arc::clone(&status),
        Arc::new(SystemClock::default()),
        stop.clone(),
    ));
    let found = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            let arrival = readings.recv().await.context("the sources ended")?;
            if let Some(reading) = arrival.readings.into_iter().find(&enough) {
                return Ok(reading);
            }
        }
    })
    .await
    .with_context(|| format!("no such reading came: {:?}", status.snapshot()))?;
    stop.cancel();
    running.await?;
    found
}

/// Every value of the table, bit by bit.
async fn reads_all(folder: &Path, mut server: ModbusPeer, line: &str, identity: &str) -> Result<()> {
    let (profile, wanted) = lay_out(&mut server, identity).await?;
    let config = configure(folder, &profile, line)?;
    // The last value that was written is there, so all are.
    let last = wanted.iter().position(|(_, raw)| *raw == Raw::Int(0x0102_0304)).context("no last value")?;
    let written = |reading: &Reading| {
        let mut cells = reading.group.columns.iter().zip(&reading.cells);
        cells.any(|(column, cell)| column.metric.as_str() == wanted[last].0 && cell.raw == wanted[last].1)
    };
    let reading = read_until(config, written).await?;
    ensure!(reading.cells.len() == wanted.len(), "{} of {} values", reading.cells.len(), wanted.len());
    let mut wrong = String::new();
    for ((name, raw), (column, cell)) in wanted.iter().zip(reading.group.columns.iter().zip(&reading.cells)) {
        ensure!(*name == column.metric.as_str(), "{name} is {}", column.metric);
        if cell.quality != Quality::GOOD || bits(&cell.raw) != bits(raw) {
            writeln!(wrong, "{name}: held {raw:?}, read {cell:?}")?;
        }
    }
    ensure!(wrong.is_empty(), "{wrong}");
    Ok(())
}

/// A value by its bits: −0 is not 0.
fn bits(raw: &Raw) -> String {
    match raw {
        Raw::Float32(value) => format!("f32 {:08x}", value.to_bits()),
        Raw::Float64(value) => format!("f64 {:016x}", value.to_bits()),
        other => format!("{other:?}"),
    }
}

const WHO: &str = "[identity]\nvendor = \"pymodbus\"\nproduct = \"PM\"\nrevision = \"3.*\"\n";

#[tokio::test]
async fn every_type_and_order_is_read_from_pymodbus_over_tcp() -> Result<()> {
    let home = home("modbus-tcp")?;
    let server = ModbusPeer::pymodbus(&Speaks::Tcp).await?;
    let line = format!("host = \"127.0.0.1\"\nport = {}\nunit = 2", server.address().port());
    reads_all(home.path(), server, &line, WHO).await
}

#[tokio::test]
async fn every_type_and_order_is_read_from_pymodbus_over_a_serial_line() -> Result<()> {
    let home = home("modbus-rtu")?;
    let pair = SerialPair::join(home.path()).await?;
    let server = ModbusPeer::pymodbus(&Speaks::Rtu(pair.theirs.clone())).await?;
    let line = format!("serial = \"{}\"\nbaud = 115200\nparity = \"none\"\nunit = 2", pair.ours.display());
    reads_all(home.path(), server, &line, WHO).await
}

#[tokio::test]
async fn every_type_and_order_is_read_from_pymodbus_with_serial_frames_over_tcp() -> Result<()> {
    let home = home("modbus-rtu-over-tcp")?;
    let server = ModbusPeer::pymodbus(&Speaks::RtuOverTcp).await?;
    let port = server.address().port();
    let line = format!("transport = \"rtu_over_tcp\"\nhost = \"127.0.0.1\"\nport = {port}");
    reads_all(home.path(), server, &line, WHO).await
}

#[tokio::test]
async fn every_type_and_order_is_read_from_pymodbus_over_tls_and_strangers_are_not() -> Result<()> {
    let home = home("modbus-tls")?;
    let (ours, other) =
        (Authority::new(&home.path().join("ca"))?, Authority::new(&home.path().join("other"))?);
    let (certificate, key) = ours.sign("server", &["meter-7", "127.0.0.1"])?;
    let server = ModbusPeer::pymodbus(&Speaks::Tls(certificate, key, ours.file())).await?;
    let port = server.address().port();
    let (certificate, key) = ours.sign("gateway", &["gateway"])?;
    let line = |ca: &Path, name: &str| {
        format!(
            "host = \"127.0.0.1\"\nport = {port}\nserver_name = \"{name}\"\n[device.modbus.tls]\nca_file = \"{}\"\n\
             cert_file = \"{}\"\nkey_file = \"{}\"",
            ca.display(),
            certificate.display(),
            key.display()
        )
    };
    let down = |reading: &Reading| {
        reading.cells.iter().all(|cell| cell.quality == Quality::bad(QualityReason::LinkDown))
    };
    let one = "name = \"all\"\nversion = 1\n[[metric]]\nname = \"m\"\nref = \"40001\"\ntype = \"uint16\"\n";
    for (ca, name) in [(other.file(), "meter-7"), (ours.file(), "meter-8")] {
        let config = configure(&home.path().join("stranger"), one, &line(&ca, name))?;
        read_until(config, down).await.context("a server that is not ours was believed")?;
    }
    reads_all(home.path(), server, &line(&ours.file(), "meter-7"), WHO).await
}

#[tokio::test]
async fn every_type_and_order_is_read_from_libmodbus_over_tcp() -> Result<()> {
    let home = home("libmodbus-tcp")?;
    let server = ModbusPeer::libmodbus(home.path(), &Speaks::Tcp).await?;
    let line = format!("host = \"127.0.0.1\"\nport = {}", server.address().port());
    reads_all(home.path(), server, &line, "").await
}

#[tokio::test]
async fn every_type_and_order_is_read_from_libmodbus_over_a_serial_line() -> Result<()> {
    let home = home("libmodbus-rtu")?;
    let pair = SerialPair::join(home.path()).await?;
    let server = ModbusPeer::libmodbus(home.path(), &Speaks::Rtu(pair.theirs.clone())).await?;
    let line = format!("serial = \"{}\"\nbaud = 115200\nparity = \"none\"", pair.ours.display());
    reads_all(home.path(), server, &line, "").await
}

#[tokio::test]
async fn a_device_of_another_maker_is_refused() -> Result<()> {
    let home = home("modbus-exchanged")?;
    let mut server = ModbusPeer::pymodbus(&Speaks::Tcp).await?;
    let who = WHO.replace("\"PM\"", "\"XM\"");
    let (profile, _) = lay_out(&mut server, &who).await?;
    let line = format!("host = \"127.0.0.1\"\nport = {}", server.address().port());
    let config = configure(home.path(), &profile, &line)?;
    let exchanged = |reading: &Reading| {
        reading.cells.iter().all(|cell| cell.quality == Quality::bad(QualityReason::IdentityMismatch))
    };
    let reading = read_until(config, exchanged).await?;
    ensure!(reading.group.device == DeviceId::new("d")?, "another device");
    Ok(())
}
