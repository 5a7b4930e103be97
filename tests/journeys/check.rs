//! The demo's own check, as anybody runs it: the canary journey with trace logs, an outage, kills and a revocation.

use anyhow::{Context as _, Result};
use riversync_testbed::process::{build_products, built};
use tokio::process::Command;

#[tokio::test]
async fn the_demo_checks_itself_and_prints_its_figures() -> Result<()> {
    build_products(true).await?;
    let output = Command::new(built("demo")?).args(["--check", "--outage-s", "10"]).output().await?;
    let (out, err) =
        (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success(), "{}: {out}{err}", output.status);
    let figures: serde_json::Value = serde_json::from_str(&out).with_context(|| out.clone())?;
    let keys: Vec<&str> = figures.as_object().context("no object")?.keys().map(String::as_str).collect();
    let mut expected = [
        "points_read",
        "points_granted",
        "points_recorded",
        "points_lost",
        "points_duplicated",
        "ungranted_values_found",
        "revocation_to_silence_ms",
        "backlog_drained",
        "wire_bytes_per_point",
        "stored_bytes_per_point",
        "agent_rss_bytes",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    let figure = |name: &str| {
        let value = figures.get(name).and_then(serde_json::Value::as_u64);
        value.with_context(|| format!("{name} is no whole number: {out}"))
    };
    for (name, least) in [("points_granted", 100), ("points_recorded", 100), ("backlog_drained", 20)] {
        let value = figure(name)?;
        assert!(value >= least, "{name} is {value}: the check proved nothing");
    }
    let (read, granted, recorded) =
        (figure("points_read")?, figure("points_granted")?, figure("points_recorded")?);
    assert!(recorded <= granted, "{recorded} recorded of {granted} that were granted");
    assert!(granted < read, "{granted} granted of {read}: the gate had nothing to hold back");
    assert!(figure("revocation_to_silence_ms")? > 0, "the gateway obeyed before it was asked");
    println!("{out}");
    Ok(())
}
