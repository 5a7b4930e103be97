//! A Sparkplug edge node by other people (pysparkplug), so that the agent is not only tried against our own reading of the
//! specification.

use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A running edge node `node` of group `group` with device `dev`; ends, without a farewell, when it is dropped.
pub struct EdgeNode {
    orders: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    child: Child,
}

impl EdgeNode {
    /// Starts one that speaks to the broker on this port of localhost.
    ///
    /// # Errors
    /// When the virtual environment that `tests/run` makes is not there, or it does not connect.
    pub async fn start(port: u16) -> Result<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = std::env::var_os("RIVERSYNC_TEST_PYTHON").map(PathBuf::from);
        let python = python.unwrap_or_else(|| here.join("../target/testbed-venv/bin/python"));
        let mut command = Command::new(&python);
        command.arg(here.join("harness/sparkplug_node.py")).arg(port.to_string()).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().with_context(|| {
            format!("{} did not start; tests/run installs pysparkplug there", python.display())
        })?;
        let orders = child.stdin.take().context("no standard input")?;
        let said = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let mut node = Self { orders, said, child };
        node.expect("born").await?;
        Ok(node)
    }

    /// Tells it what to say (see `sparkplug_node.py`) and waits until it has handed it to its library.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn tell(&mut self, order: &str) -> Result<()> {
        self.orders.write_all(format!("{order}\n").as_bytes()).await?;
        self.orders.flush().await?;
        self.expect("said").await
    }

    /// Waits until it has said its births because it was asked to.
    ///
    /// # Errors
    /// When it does not.
    pub async fn reborn(&mut self) -> Result<()> {
        self.expect("born").await
    }

    /// SIGKILL: its broker tells its last will.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    async fn expect(&mut self, word: &str) -> Result<()> {
        loop {
            let line = tokio::time::timeout(Duration::from_secs(30), self.said.next_line()).await??;
            let line = line.context("the edge node ended")?;
            if line == word {
                return Ok(());
            }
            ensure!(line == "said" || line == "born", "the edge node said {line}");
        }
    }
}
