//! A Modbus server by other people, so that the agent is not only tried against our own reading of the standard.

use anyhow::{Context as _, Result};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

/// A running pymodbus server; ends when it is dropped.
pub struct Pymodbus {
    address: SocketAddr,
    registers: ChildStdin,
    _child: Child,
}

impl Pymodbus {
    /// Starts one on a free port with 256 holding and 256 input registers, all 0.
    ///
    /// # Errors
    /// When the virtual environment that `tests/run` makes is not there.
    pub async fn start() -> Result<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = std::env::var_os("RIVERSYNC_TEST_PYTHON").map(PathBuf::from);
        let python = python.unwrap_or_else(|| here.join("../target/testbed-venv/bin/python"));
        let mut command = Command::new(&python);
        command.arg(here.join("harness/pymodbus_server.py")).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().with_context(|| {
            format!("{} did not start; tests/run installs pymodbus there", python.display())
        })?;
        let registers = child.stdin.take().context("no standard input")?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let port = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await??;
        let port: u16 = port.context("pymodbus ended before it listened")?.trim().parse()?;
        Ok(Self { address: ([127, 0, 0, 1], port).into(), registers, _child: child })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets registers of the table `holding` or `input`, from `start` on.
    ///
    /// # Errors
    /// When the server has ended.
    pub async fn set(&mut self, table: &str, start: u16, words: &[u16]) -> Result<()> {
        for (at, word) in (start..).zip(words) {
            self.registers.write_all(format!("{table} {at} {word}\n").as_bytes()).await?;
        }
        Ok(self.registers.flush().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::Pymodbus;
    use crate::wait::until;
    use anyhow::{Result, ensure};
    use std::time::Duration;
    use tokio_modbus::client::tcp;
    use tokio_modbus::prelude::Reader as _;

    #[tokio::test]
    async fn it_answers_what_it_was_told() -> Result<()> {
        let mut server = Pymodbus::start().await?;
        server.set("holding", 5, &[0x1234, 0xfffe]).await?;
        server.set("input", 0, &[7]).await?;
        let mut client = tcp::connect_slave(server.address(), tokio_modbus::Slave(1)).await?;
        until("the registers", Duration::from_secs(10), async || {
            let words = client.read_holding_registers(5, 2).await??;
            ensure!(words == [0x1234, 0xfffe], "{words:?}");
            let words = client.read_input_registers(0, 1).await??;
            ensure!(words == [7], "{words:?}");
            Ok(())
        })
        .await
    }
}
