//! schemathesis, which reads the description of an API and holds its answers against it.

use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// What every answer is held against.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,negative_data_rejection,\
                      unsupported_method,ignored_auth";

/// What a run found.
#[derive(Debug)]
pub struct Found {
    /// Whether every answer was as described.
    pub passed: bool,
    /// Its report, for people.
    pub said: String,
}

/// Tries every operation of the description at `url` whose path fits the regular expression `paths`, with a bounded number
/// of examples, through the API key `secret`. Its files land in `folder`.
///
/// # Errors
/// When it is not installed.
pub async fn schemathesis(url: &str, paths: &str, secret: &str, folder: &Path) -> Result<Found> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("RIVERSYNC_TEST_PYTHON").map(PathBuf::from);
    let python = python.unwrap_or_else(|| here.join("../target/testbed-venv/bin/python"));
    let done = Command::new(&python)
        .args(["-c", "from schemathesis.cli import schemathesis; schemathesis()", "run", url])
        .args(["--include-path-regex", paths])
        .args([
            "--seed",
            "1",
            "--max-examples",
            "12",
            "--phases",
            "examples,coverage,fuzzing",
            "--checks",
            CHECKS,
        ])
        // An operation without parameters has little to generate, which is no fault of it.
        .args(["--suppress-health-check", "filter_too_much"])
        .args(["--generation-database", "none", "--continue-on-failure", "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {secret}")])
        .current_dir(folder)
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| {
            format!("{} did not start; tests/run installs schemathesis there", python.display())
        })?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    Ok(Found { passed: done.status.success(), said })
}
