//! The two commands of the README, as it writes them. `cargo demo` is resolved by cargo and its program is run; only the
//! build is left out, because cargo would build most of the workspace a second time, without the features of tests.

use anyhow::{Context as _, Result, ensure};
use riversync_testbed::process::{build_products, built};
use std::path::PathBuf;
use std::process::Output;
use tokio::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

async fn said(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Result<(Output, String)> {
    // Whoever runs the tests may have asked for colours; what is read here are words.
    let output = Command::new(program)
        .args(args)
        .current_dir(root())
        .env("CARGO_TERM_COLOR", "never")
        .output()
        .await?;
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Ok((output, text))
}

/// What cargo makes of `cargo NAME`.
async fn alias(name: &str) -> Result<Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let (_, list) = said(cargo, &["--list"]).await?;
    let line = list.lines().find_map(|line| line.trim().strip_prefix(name)?.trim().strip_prefix("alias:"));
    let line = line.with_context(|| format!("cargo knows no alias {name}: {list}"))?;
    Ok(line.split_whitespace().map(str::to_owned).collect())
}

#[tokio::test]
async fn cargo_demo_takes_what_the_readme_gives_it() -> Result<()> {
    build_products(true).await?;
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let alias = alias("demo").await?;
    assert_eq!(alias.first().map(String::as_str), Some("run"), "{alias:?}");
    // With a `--` of its own, the one that people write would reach the program as a word.
    assert!(!alias.iter().any(|word| word == "--"), "{alias:?}");
    let after = |flag: &str| alias.iter().skip_while(|word| *word != flag).nth(1).map(String::as_str);
    assert_eq!(after("--package"), Some(env!("CARGO_PKG_NAME")), "{alias:?}");
    let program = built(after("--bin").context("no program")?)?;

    let (output, help) = said(&program, &["--help"]).await?;
    ensure!(output.status.success(), "{help}");
    for part in ["Usage: cargo demo --", "points_granted", "revocation_to_silence_ms"] {
        assert!(help.contains(part), "no {part} in: {help}");
    }
    for command in ["$ cargo demo ", "`cargo demo -- --check`", "`cargo demo -- --help`"] {
        assert!(readme.contains(command), "the README does not say {command}");
    }
    // Every flag that a page of the repository writes behind `cargo demo --` is one.
    for page in ["README.md", "tests/README.md"] {
        let page = std::fs::read_to_string(root().join(page))?;
        for written in page.split("cargo demo -- ").skip(1) {
            let flag: String = written.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            assert!(help.contains(&flag), "{flag} is written and not known: {help}");
        }
    }
    let (output, text) = said(&program, &["--", "--check"]).await?;
    assert!(!output.status.success(), "a doubled -- went unnoticed: {text}");
    let (output, text) = said(&program, &["--check", "--clock", "2026-07-15"]).await?;
    assert!(!output.status.success() && text.contains("cannot be used with"), "{text}");
    Ok(())
}

#[tokio::test]
async fn tests_run_says_what_it_takes_and_takes_nothing_else() -> Result<()> {
    let script = root().join("tests/run");
    let (output, help) = said(&script, &["--help"]).await?;
    ensure!(output.status.success(), "{help}");
    for part in ["usage: tests/run", "--no-install", "--kills N", "filter"] {
        assert!(help.contains(part), "no {part} in: {help}");
    }
    for wrong in [&["--bogus"][..], &["--kills"], &["--kills", "many"], &["--kills=0"], &["--kills", "-5"]] {
        let (output, text) = said(&script, wrong).await?;
        assert_eq!(output.status.code(), Some(64), "{wrong:?}: {text}");
        assert!(text.contains("see tests/run --help"), "{wrong:?}: {text}");
    }
    Ok(())
}
