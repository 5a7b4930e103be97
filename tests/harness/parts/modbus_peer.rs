//! Modbus servers by other people, so that the agent is not only tried against our own reading of the standard:
//! pymodbus and libmodbus, over each of the lines they speak.

use anyhow::{Context as _, Result, ensure};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

/// How long a server may take to listen.
const LISTENS_WITHIN: Duration = Duration::from_secs(30);

/// Over which line.
#[derive(Clone, Debug)]
pub enum Speaks {
    /// Modbus TCP.
    Tcp,
    /// Serial frames through TCP.
    RtuOverTcp,
    /// Modbus/TCP Security: its certificate, its key, the authority of the clients that it lets in.
    Tls(PathBuf, PathBuf, PathBuf),
    /// A serial port.
    Rtu(PathBuf),
}

/// A running server with 256 holding and 256 input registers; ends when it is dropped.
pub struct ModbusPeer {
    address: SocketAddr,
    registers: ChildStdin,
    _child: Child,
}

impl Speaks {
    fn arguments(&self) -> Vec<PathBuf> {
        match self {
            Self::Tcp => vec!["tcp".into()],
            Self::RtuOverTcp => vec!["rtu_over_tcp".into()],
            Self::Tls(certificate, key, authority) => {
                vec!["tls".into(), certificate.clone(), key.clone(), authority.clone()]
            }
            Self::Rtu(port) => vec!["rtu".into(), port.clone()],
        }
    }
}

impl ModbusPeer {
    /// pymodbus, as units 1 and 2. Its coils and discrete inputs 0 to 15 hold `1001_1101_0000_0001`, 0 first; it says
    /// of itself that it is `PM` of `pymodbus`.
    ///
    /// # Errors
    /// When the virtual environment that `tests/run` makes is not there.
    pub async fn pymodbus(speaks: &Speaks) -> Result<Self> {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let python = std::env::var_os("RIVERSYNC_TEST_PYTHON").map(PathBuf::from);
        let python = python.unwrap_or_else(|| here.join("../target/testbed-venv/bin/python"));
        let mut command = Command::new(&python);
        command.arg(here.join("harness/pymodbus_server.py")).args(speaks.arguments());
        Self::start(command)
            .await
            .with_context(|| format!("{} did not start; tests/run installs pymodbus there", python.display()))
    }

    /// libmodbus, as unit 1, compiled into `folder`. Its coils and discrete inputs are those of [`Self::pymodbus`].
    ///
    /// # Errors
    /// When there is no C compiler or no libmodbus; `tests/run` installs them.
    pub async fn libmodbus(folder: &Path, speaks: &Speaks) -> Result<Self> {
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("harness/libmodbus_server.c");
        let program = folder.join("libmodbus_server");
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-I/usr/include/modbus", "-o"]).arg(&program).arg(source).arg("-lmodbus");
        let done = compiler.status().await.context("there is no C compiler")?.success();
        ensure!(done, "the server did not compile; install libmodbus-dev");
        let mut command = Command::new(program);
        command.args(speaks.arguments());
        Self::start(command).await.context("libmodbus did not start")
    }

    async fn start(mut command: Command) -> Result<Self> {
        command.kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn()?;
        let registers = child.stdin.take().context("no standard input")?;
        let mut lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
        let port = tokio::time::timeout(LISTENS_WITHIN, lines.next_line()).await??;
        let port: u16 = port.context("it ended before it listened")?.trim().parse()?;
        Ok(Self { address: ([127, 0, 0, 1], port).into(), registers, _child: child })
    }

    /// Where it listens; port 0 on a serial line.
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
    use super::{ModbusPeer, Speaks};
    use crate::wait::until;
    use anyhow::{Result, ensure};
    use std::time::Duration;
    use tokio_modbus::client::tcp;
    use tokio_modbus::prelude::Reader as _;

    #[tokio::test]
    async fn it_answers_what_it_was_told() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for mut server in [
            ModbusPeer::pymodbus(&Speaks::Tcp).await?,
            ModbusPeer::libmodbus(folder.path(), &Speaks::Tcp).await?,
        ] {
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
            .await?;
        }
        Ok(())
    }
}
