//! `check`: reads the configuration and its profiles offline and tells every fault, each with its place and a way out.

use crate::config::{Config, Connection, load};
use anyhow::Context as _;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Exit code for a configuration that must be corrected first (`EX_CONFIG` of sysexits).
pub const EXIT_CONFIG: u8 = 78;

/// Checks the configuration at `path`: what it says on `out`, every fault on `err`.
///
/// # Errors
/// When the outcome cannot be written.
pub fn run(path: &Path, out: &mut impl Write, err: &mut impl Write) -> anyhow::Result<ExitCode> {
    match load(path) {
        Ok(loaded) => {
            writeln!(out, "{}", summary(path, &loaded.config)).context("the outcome cannot be written")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(errors) => {
            writeln!(err, "{errors}").context("the faults cannot be written")?;
            let count = errors.0.len();
            let things = if count == 1 { "1 thing is".to_owned() } else { format!("{count} things are") };
            writeln!(err, "{things} wrong; the agent does not start with this configuration")
                .context("the faults cannot be written")?;
            Ok(ExitCode::from(EXIT_CONFIG))
        }
    }
}

fn summary(path: &Path, config: &Config) -> String {
    let is_modbus = |connection: &Connection| matches!(connection, Connection::Modbus(_));
    let modbus = config.devices.iter().filter(|device| is_modbus(&device.connection)).count();
    let metrics: usize = config.devices.iter().map(|device| device.profile.metrics.len()).sum();
    format!(
        "{}: in order. {} devices ({modbus} over Modbus, {} over MQTT) offer {metrics} metrics; what is read of them is what is granted.",
        path.display(),
        config.devices.len(),
        config.devices.len() - modbus,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &Path) -> (ExitCode, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(path, &mut out, &mut err).unwrap();
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn the_shipped_configuration_is_in_order() {
        let (code, out, err) = check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/agent.toml"));
        assert_eq!(code, ExitCode::SUCCESS);
        assert!(out.contains("2 devices (1 over Modbus, 1 over MQTT) offer 13 metrics"), "{out}");
        assert!(err.is_empty());
    }

    #[test]
    fn faults_go_to_the_error_stream_with_the_exit_code_of_a_configuration() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("agent.toml");
        std::fs::write(&path, "stat_dir = 1\n[buffer]\nmax_size = \"1\"\n").unwrap();
        let (code, out, err) = check(&path);
        assert_eq!(code, ExitCode::from(78));
        assert!(out.is_empty());
        assert_eq!(err.lines().count(), 3, "{err}");
        assert!(
            err.contains("agent.toml:1:1: stat_dir: is not a setting; did you mean \"state_dir\"?"),
            "{err}"
        );
        assert!(
            err.ends_with("2 things are wrong; the agent does not start with this configuration\n"),
            "{err}"
        );
    }
}
