//! What the agent pays per value: 10 devices of 100 registers at 1 Hz, read, filtered, stored durably and sent over
//! mutual TLS to a real cloud, beside a loop of libmodbus that reads the same devices at the same time into a file.

use anyhow::{Context as _, Result, ensure};
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Column, Group, Kind, Scale, Schema};
use riversync_testbed::cloud::{Cloud, Wish};
use riversync_testbed::gateway::{self, Gateway};
use riversync_testbed::site::{Encoding, Image, ModbusDevice, Point, Table, Wave, WordOrder};
use riversync_testbed::{plant, process, wait};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

const WORDS: u16 = 100;
const AGENT: &str = "A-BENCH";
/// How long an agent without devices is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(5);

/// What one run measured; the JSON object on standard output.
#[derive(Serialize)]
struct Figures {
    devices: usize,
    seconds: u32,
    values: u64,
    values_per_second: f64,
    agent_cpu_s_per_million: f64,
    agent_user_s_per_million: f64,
    agent_system_s_per_million: f64,
    libmodbus_cpu_s_per_million: f64,
    ratio: f64,
    agent_cores: f64,
    requests_per_device_and_second: f64,
    agent_pss_bytes: u64,
    agent_pss_idle_bytes: u64,
    agent_stripped_bytes: u64,
}

/// Lets both read `count` devices for `seconds` and prints what each paid.
pub async fn run(seconds: u32, count: usize) -> Result<String> {
    process::build_products(false).await?;
    let folder = tempfile::tempdir()?;
    let bare = compile(folder.path()).await?;
    let agent_stripped_bytes = stripped_bytes(folder.path()).await?;
    let mut devices = Vec::new();
    for _ in 0..count {
        let device = ModbusDevice::start(registers(), 0).await?;
        device.forget();
        devices.push(device);
    }
    let wish = Wish { log: Some("warn".to_owned()), ..Wish::default() };
    let cloud = Cloud::start(&folder.path().join("cloud"), &wish).await?;
    plant::gateway(&cloud, AGENT, &schema(count)?).await?;
    let agent_pss_idle_bytes = idle(folder.path(), &cloud).await?;
    let mut gateway =
        Gateway::configure(&folder.path().join("gateway"), &wish_for(folder.path(), &devices)?).await?;
    gateway.start().await?;
    wait::until("the agent to read every device", Duration::from_secs(60), async || {
        let asked = devices.iter().filter(|device| device.counts().1 >= 3).count();
        ensure!(asked == count, "{asked} of {count} devices were read");
        Ok(())
    })
    .await?;

    let (values_before, requests_before) = counts(&devices);
    let before = gateway.process()?.cpu_time()?;
    let theirs = read_bare(&bare, seconds, folder.path(), &devices).await?;
    let cpu = gateway.process()?.cpu_time()? - before;
    let (values_after, requests_after) = counts(&devices);
    let agent_pss_bytes = gateway.process()?.pss_bytes()?;
    ensure!(gateway.stop().await?, "the agent did not end by itself");
    cloud.stop().await?;

    let values = values_after - values_before - theirs.values;
    let requests = requests_after - requests_before - theirs.values / u64::from(WORDS);
    let per_million = |cpu: f64, values: u64| cpu / (values as f64 / 1e6);
    let (ours, peer) = (per_million(cpu.total(), values), per_million(theirs.cpu, theirs.values));
    let figures = Figures {
        devices: count,
        seconds,
        values,
        values_per_second: values as f64 / f64::from(seconds),
        agent_cpu_s_per_million: ours,
        agent_user_s_per_million: per_million(cpu.user, values),
        agent_system_s_per_million: per_million(cpu.system, values),
        libmodbus_cpu_s_per_million: peer,
        ratio: ours / peer,
        agent_cores: cpu.total() / f64::from(seconds),
        requests_per_device_and_second: requests as f64 / (count as f64 * f64::from(seconds)),
        agent_pss_bytes,
        agent_pss_idle_bytes,
        agent_stripped_bytes,
    };
    show(&figures);
    Ok(serde_json::to_string(&figures)?)
}

fn show(figures: &Figures) {
    let (ours, peer) = (figures.agent_cpu_s_per_million, figures.libmodbus_cpu_s_per_million);
    let (user, system) = (figures.agent_user_s_per_million, figures.agent_system_s_per_million);
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    eprintln!("{} devices of {WORDS} registers, CPU s per million values", figures.devices);
    eprintln!("RiverSync agent         {ours:>10.3}   ({user:.3} user, {system:.3} system)");
    eprintln!("bare libmodbus loop     {peer:>10.3}   ratio {:.2} (at most 5 of 10 devices)", figures.ratio);
    eprintln!(
        "{:.0} values a second on {:.4} of a core (at most 0.5 of 100 devices); {:.3} requests per device and second \
         (fewest legal: 1)",
        figures.values_per_second, figures.agent_cores, figures.requests_per_device_and_second
    );
    eprintln!(
        "memory (PSS) {:.1} MiB at work (at most 16 of 10 devices), {:.1} MiB idle (at most 12); the stripped program \
         {:.1} MiB (at most 6)",
        mib(figures.agent_pss_bytes),
        mib(figures.agent_pss_idle_bytes),
        mib(figures.agent_stripped_bytes)
    );
}

/// Enrols the gateway, and measures what an agent takes that is connected to its cloud and has no device.
async fn idle(folder: &Path, cloud: &Cloud) -> Result<u64> {
    let wish = gateway::Wish { batch: "10s", log: "warn", ..gateway::Wish::new(String::new()) };
    let mut gateway = Gateway::configure(&folder.join("gateway"), &wish).await?;
    gateway.enrol(&cloud.enrolment_code(AGENT).await?).await?;
    gateway.start().await?;
    wait::until("the agent to have its policy", Duration::from_secs(30), async || {
        ensure!(gateway.metric("agent_grant_epoch").await? > 0.0, "it has none yet");
        Ok(())
    })
    .await?;
    tokio::time::sleep(IDLE).await;
    let bytes = gateway.process()?.pss_bytes()?;
    ensure!(gateway.stop().await?, "the idle agent did not end by itself");
    Ok(bytes)
}

fn counts(devices: &[ModbusDevice]) -> (u64, u64) {
    devices.iter().map(ModbusDevice::counts).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// What the bare loop read and paid.
struct Bare {
    values: u64,
    cpu: f64,
}

async fn read_bare(program: &Path, seconds: u32, folder: &Path, devices: &[ModbusDevice]) -> Result<Bare> {
    let ports = devices.iter().map(|device| device.address().port().to_string());
    let output = Command::new(program)
        .args([seconds.to_string(), WORDS.to_string(), folder.join("raw").display().to_string()])
        .args(ports)
        .output()
        .await?;
    ensure!(output.status.success(), "the bare loop ended with {}", output.status);
    let said = String::from_utf8(output.stdout)?;
    let (values, cpu) = said.trim().split_once(' ').context("the bare loop said nothing")?;
    Ok(Bare { values: values.parse()?, cpu: cpu.parse()? })
}

/// Size of the agent's program without symbols, whatever the profile kept.
async fn stripped_bytes(folder: &Path) -> Result<u64> {
    let stripped = folder.join("riversync-agent");
    let program = process::built("riversync-agent")?;
    let status = Command::new("strip").arg("-o").arg(&stripped).arg(program).status().await;
    ensure!(status.context("there is no strip; install binutils")?.success(), "the agent was not stripped");
    Ok(std::fs::metadata(stripped)?.len())
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

fn schema(devices: usize) -> Result<Schema> {
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
    Ok(Schema { groups: (0..devices).map(group).collect::<Result<_>>()? })
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
