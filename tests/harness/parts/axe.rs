//! axe-core, which finds what keeps people with an assistive technology out of a page.

use super::Browser;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};

const RUN: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
        (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id}: ${node.target.join(' ')}: ${node.any.concat(node.all, node.none).map((why) => why.message).join('; ') || rule.help}`))),
        (error) => done([`axe: ${error}`]));";

/// The script, as npm installed it.
pub struct Axe(String);

impl Axe {
    /// Reads it from the folder in which `tests/run` installs it.
    ///
    /// # Errors
    /// When it is not there: says how it gets there.
    pub fn installed() -> Result<Self> {
        let folder = std::env::var_os("RIVERSYNC_TEST_NPM").map(PathBuf::from);
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = folder.unwrap_or_else(|| here.join("../target/testbed-npm"));
        let file = folder.join("node_modules/axe-core/axe.min.js");
        let script = std::fs::read_to_string(&file);
        let script = script
            .with_context(|| format!("{} is not there; tests/run installs axe-core there", file.display()))?;
        Ok(Self(script))
    }

    /// What it finds wrong with the page as it is shown now: rule, element, reason.
    ///
    /// # Errors
    /// When the page does not run it.
    pub async fn finds(&self, browser: &Browser) -> Result<Vec<String>> {
        let client = browser.client();
        if client.execute("return typeof axe", Vec::new()).await? == "undefined" {
            let define = serde_json::json!({ "expression": self.0 });
            browser.devtools("Runtime.evaluate", define).await?;
        }
        let found = client.execute_async(RUN, Vec::new()).await?;
        let found = found.as_array().context("axe did not answer")?;
        Ok(found.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}
