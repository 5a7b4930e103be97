//! What the agent pays per value: 10 devices of 100 registers at 1 Hz, read, filtered, stored durably and sent over
//! mutual TLS to a real cloud, beside a loop of libmodbus that reads the same devices at the same time into a file.

use anyhow::{Context as _, Result, ensure};
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Column, Group, Kind, Scale, Schema};
use riversync_testbed::cloud::{Cloud, Wish};
use riversync_testbed::gateway::{self, Gateway};
use riversync_testbed::site::{Encoding, Image, ModbusDevice, Point, Table, Wave, WordOrder};
use riversync_testbed::{plant, process, wait};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

const DEVICES: usize = 10;
const WORDS: u16 = 100;
const AGENT: &str = "A-BENCH";

/// Lets both read for `seconds` and prints what each paid.
pub async fn run(seconds: u32) -> Result<String> {
    process::build_products(false).await?;
    let folder = tempfile::tempdir()?;
    let bare = compile(folder.path()).await?;
    let mut devices = Vec::new();
    for _ in 0..DEVICES {
        let device = ModbusDevice::start(registers(), 0).await?;
        device.forget();
        devices.push(device);
    }
    let wish = Wish { log: Some("warn".to_owned()), ..Wish::default() };
    let cloud = Cloud::start(&folder.path().join("cloud"), &wish).await?;
    plant::gateway(&cloud, AGENT, &schema()?).await?;
    let mut gateway =
        Gateway::configure(&folder.path().join("gateway"), &wish_for(folder.path(), &devices)?).await?;
    gateway.enrol(&cloud.enrolment_code(AGENT).await?).await?;
    gateway.start().await?;
    wait::until("the agent to read every device", Duration::from_secs(60), async || {
        let asked = devices.iter().filter(|device| device.counts().1 >= 3).count();
        ensure!(asked == DEVICES, "{asked} of {DEVICES} devices were read");
        Ok(())
    })
    .await?;

    let before = gateway.process()?.cpu_seconds()?;
    let values_before: u64 = devices.iter().map(|device| device.counts().0).sum();
    let ports = devices.iter().map(|device| device.address().port().to_string());
    let output = Command::new(&bare)
        .args([seconds.to_string(), WORDS.to_string(), folder.path().join("raw").display().to_string()])
        .args(ports)
        .output()
        .await?;
    ensure!(output.status.success(), "the bare loop ended with {}", output.status);
    let said = String::from_utf8(output.stdout)?;
    let (bare_values, bare_cpu) = said.trim().split_once(' ').context("the bare loop said nothing")?;
    let (bare_values, bare_cpu): (u64, f64) = (bare_values.parse()?, bare_cpu.parse()?);
    let cpu = gateway.process()?.cpu_seconds()? - before;
    let pss = gateway.process()?.pss_bytes()?;
    let values = devices.iter().map(|device| device.counts().0).sum::<u64>() - values_before - bare_values;
    let per_million = |cpu: f64, values: u64| cpu / (values as f64 / 1e6);
    let (ours, theirs) = (per_million(cpu, values), per_million(bare_cpu, bare_values));
    let rate = values as f64 / f64::from(seconds);
    eprintln!("                        CPU s per million values");
    eprintln!("RiverSync agent         {ours:>10.3}   ({rate:.0} values a second, {pss} bytes PSS)");
    eprintln!("bare libmodbus loop     {theirs:>10.3}   ratio {:.2} (at most 8)", ours / theirs);
    gateway.stop().await?;
    cloud.stop().await?;
    let figures = serde_json::json!({
        "values": values,
        "agent_cpu_s_per_million": ours,
        "libmodbus_cpu_s_per_million": theirs,
        "ratio": ours / theirs,
        "agent_pss_bytes": pss,
        "values_per_second": rate,
    });
    Ok(figures.to_string())
}

async fn compile(folder: &Path) -> Result<PathBuf> {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("bench/libmodbus.c");
    let program = folder.join("libmodbus");
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-I/usr/include/modbus", "-o"]).arg(&program).arg(source).arg("-lmodbus");
    let status = compiler.status().await;
    let done = status.context("there is no C compiler")?.success();
    ensure!(done, "the peer did not compile; install libmodbus-dev");
    Ok(program)
}

fn registers() -> Image {
    let point = |address: u16| Point {
        metric: format!("w{address}"),
        table: Table::Holding,
        address,
        encoding: Encoding::Unsigned(1),
        order: WordOrder::Abcd,
        wave: Wave::Drift { mean: 2_000.0, swing: 300.0, period_s: 60.0 + f64::from(address) },
    };
    Image::new((0..WORDS).map(point).collect())
}

fn schema() -> Result<Schema> {
    let column = |address: u16| {
        Ok(Column {
            metric: MetricName::new(format!("w{address}"))?,
            unit: String::new(),
            kind: Kind::Int,
            scale: Scale::ONE,
            offset: 0.0,
        })
    };
    let group = |device: usize| {
        let columns = (0..WORDS).map(column).collect::<Result<_>>()?;
        Ok(Group { device: DeviceId::new(plant::device(device))?, interval_ms: 1_000, columns })
    };
    Ok(Schema { groups: (0..DEVICES).map(group).collect::<Result<_>>()? })
}

/// A gateway with a profile of a hundred words, batching as in the field.
fn wish_for(folder: &Path, devices: &[ModbusDevice]) -> Result<gateway::Wish> {
    let mut profile = "name = \"bench\"\nversion = 1\ninterval = \"1s\"\n".to_owned();
    for address in 0..WORDS {
        write!(
            profile,
            "[[metric]]\nname = \"w{address}\"\nregister = \"holding\"\naddress = {address}\ntype = \"uint16\"\n"
        )?;
    }
    std::fs::write(folder.join("bench.toml"), profile)?;
    let mut tables = String::new();
    for (number, device) in devices.iter().enumerate() {
        let (name, port) = (plant::device(number), device.address().port());
        write!(
            tables,
            "[[device]]\nid = \"{name}\"\nprofile = \"bench\"\n[device.modbus]\nhost = \"127.0.0.1\"\nport = {port}\n"
        )?;
    }
    Ok(gateway::Wish {
        batch: "10s",
        log: "warn",
        profiles: Some(folder.to_owned()),
        ..gateway::Wish::new(tables)
    })
}
