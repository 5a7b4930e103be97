//! What a gateway runs on: this machine, or an ARM board whose processor is played by qemu-user.

use crate::parts::installed;
use crate::process::{Program, built};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// A kind of machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Machine {
    /// This one.
    #[default]
    Here,
    /// 64-bit ARM: Raspberry Pi 3 and newer, most industrial boards.
    Arm64,
    /// 32-bit ARM with hardware floating point.
    Armhf,
}

impl Machine {
    /// Builds the agent for it, as [`crate::process::build_products`] does for this machine.
    ///
    /// # Errors
    /// When it does not build; the script's own words stand above.
    pub async fn build_agent(self) -> Result<()> {
        let Some(board) = self.board() else { return Ok(()) };
        if std::env::var_os("RIVERSYNC_BUILT").is_some() {
            return Ok(()); // tests/run built everything once for all tests
        }
        let mut build = Command::new(repository().join("agent/packaging/build"));
        build.args(["--profile", "dev", board.debian]).stdin(Stdio::null()).stdout(Stdio::null());
        if !build.status().await.context("agent/packaging/build did not start")?.success() {
            bail!("the agent did not build for {}; tests/run installs what that needs", board.debian);
        }
        Ok(())
    }

    /// The agent, started the way this machine starts it.
    ///
    /// # Errors
    /// When it was not built for it, or qemu-user is not installed.
    pub fn agent(self, log: &Path) -> Result<Program> {
        let Some(board) = self.board() else {
            return Ok(Program::new(built("riversync-agent")?, log.to_owned()));
        };
        let binary =
            repository().join("target/arm/build").join(board.target).join("debug").join("riversync-agent");
        if !binary.is_file() {
            bail!("{} is not there; build it with agent/packaging/build --profile dev", binary.display());
        }
        let program = Program::new(installed(board.emulator)?, log.to_owned());
        Ok(program.args(["-L".to_owned(), board.libraries.to_owned(), binary.display().to_string()]))
    }

    fn board(self) -> Option<Board> {
        match self {
            Self::Here => None,
            Self::Arm64 => Some(Board {
                debian: "arm64",
                target: "aarch64-unknown-linux-gnu",
                emulator: "qemu-aarch64",
                libraries: "/usr/aarch64-linux-gnu",
            }),
            Self::Armhf => Some(Board {
                debian: "armhf",
                target: "armv7-unknown-linux-gnueabihf",
                emulator: "qemu-arm",
                libraries: "/usr/arm-linux-gnueabihf",
            }),
        }
    }
}

/// How a board is built for and played.
struct Board {
    debian: &'static str,
    target: &'static str,
    emulator: &'static str,
    /// Where Debian's cross packages keep its C library.
    libraries: &'static str,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
