//! A receiver of webhooks that verifies with the reference library of Standard Webhooks, in another language.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const PATIENCE: Duration = Duration::from_secs(60);

/// A running receiver; ends when it is dropped.
pub struct WebhookReceiver {
    port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    stdin: ChildStdin,
    _child: Child,
}

/// A message that it heard.
#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    /// Where it was sent.
    pub path: String,
    /// Its headers, lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body, byte for byte.
    pub body: String,
    /// What the library says of it: `good`, or why not.
    pub verdict: String,
}

impl Message {
    /// Its body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

impl WebhookReceiver {
    /// Starts one on a free port of this machine.
    ///
    /// # Errors
    /// When the virtual environment that `tests/run` makes is not there.
    pub async fn start() -> Result<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = std::env::var_os("RIVERSYNC_TEST_PYTHON").map(PathBuf::from);
        let python = python.unwrap_or_else(|| here.join("../target/testbed-venv/bin/python"));
        let mut command = Command::new(&python);
        command.arg(here.join("harness/webhook_receiver.py")).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().with_context(|| {
            format!("{} did not start; tests/run installs standardwebhooks there", python.display())
        })?;
        let stdin = child.stdin.take().context("no standard input")?;
        let lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let mut receiver = Self { port: 0, lines, stdin, _child: child };
        let said = receiver.line().await?;
        receiver.port = said["port"].as_u64().and_then(|port| u16::try_from(port).ok()).context("no port")?;
        Ok(receiver)
    }

    /// The address of `path` there.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Messages are verified with this secret from now on.
    ///
    /// # Errors
    /// When it does not take it.
    pub async fn trust(&mut self, secret: &str) -> Result<()> {
        let said = self.ask(&json!({ "secret": secret })).await?;
        ensure!(said == "known", "the receiver said {said}");
        Ok(())
    }

    /// What the library says of the `nth` message when it comes once more: `same`, `altered`, `forged` or `later`.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn again(&mut self, nth: usize, how: &str) -> Result<String> {
        self.ask(&json!({ "again": nth, "how": how })).await
    }

    /// Waits for the next message.
    ///
    /// # Errors
    /// When none comes within a minute.
    pub async fn message(&mut self) -> Result<Message> {
        Ok(serde_json::from_value(self.line().await?)?)
    }

    async fn ask(&mut self, wish: &Value) -> Result<String> {
        self.stdin.write_all(format!("{wish}\n").as_bytes()).await?;
        let said = self.line().await?;
        ensure!(said.get("path").is_none(), "a message came in between: {said}");
        Ok(said["verdict"].as_str().context("no verdict")?.to_owned())
    }

    async fn line(&mut self) -> Result<Value> {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await.context("nothing came")??;
        Ok(serde_json::from_str(&line.context("the receiver ended")?)?)
    }
}
