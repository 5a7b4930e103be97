//! The configuration as it may be shown: each setting that is known to be no secret, with its line. Comments, which may hold
//! what was once tried, and everything unknown stay behind.

use super::redact::MASK;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Settings whose values say how the agent is set up, and open nothing.
const SHOWN: [&str; 48] = [
    "state_dir",
    "profile_dirs",
    "listen",
    "max_size",
    "batch",
    "timeout",
    "backlog_points",
    "record_dir",
    "id",
    "host",
    "port",
    "ca_file",
    "cert_file",
    "key_file",
    "server_name",
    "password_file",
    "client_id",
    "keep_alive",
    "max_payload",
    "transport",
    "serial",
    "baud",
    "parity",
    "stop_bits",
    "profile",
    "bus",
    "unit",
    "late_replies",
    "broker",
    "topic",
    "group",
    "node",
    "device",
    "rebirth",
    "max_words",
    "max_bits",
    "pause_after_connect",
    "pause_between_requests",
    "close_after_poll",
    "one_request_per_metric",
    "coils_from_zero",
    "health",
    "buffer",
    "uplink",
    "modbus",
    "mqtt",
    "sparkplug",
    "tls",
];

/// The settings of the file at `path`, a line for each, and what must not be found in any other text.
pub(super) fn shown(path: &Path) -> (String, Vec<String>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return (format!("not here: {} cannot be read: {error}\n", path.display()), Vec::new()),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What the parser makes of a broken text may hold a secret under an innocent name.
        return ("not here: the file is not TOML, see faults.txt\n".to_owned(), Vec::new());
    }
    let mut settings = Settings {
        text,
        base: path.parent().unwrap_or(Path::new("")),
        found: Vec::new(),
        secrets: Vec::new(),
    };
    settings.table("", root.get_ref(), true);
    settings.found.sort_by_key(|(line, _)| *line);
    let lines = settings.found.into_iter().map(|(line, setting)| format!("{line}: {setting}\n"));
    (lines.collect(), settings.secrets)
}

struct Settings<'a> {
    text: &'a str,
    base: &'a Path,
    found: Vec<(usize, String)>,
    secrets: Vec<String>,
}

impl Settings<'_> {
    fn table(&mut self, path: &str, table: &DeTable<'_>, known: bool) {
        for (key, value) in table {
            let name = key.get_ref();
            let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
            match name.as_ref() {
                // Half of what opens the broker, and often a word that stands in every text.
                "username" => self.found(&path, value, MASK),
                name => {
                    if name == "password_file" {
                        self.remember_password(value);
                    }
                    self.value(&path, value, known && SHOWN.contains(&name));
                }
            }
        }
    }

    fn value(&mut self, path: &str, value: &Spanned<DeValue<'_>>, known: bool) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(path, table, known),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), item, known);
                }
            }
            DeValue::String(text) if known => {
                let text =
                    text.rsplit_once('@').map_or(text.to_string(), |(_, host)| format!("{MASK}@{host}"));
                self.found(path, value, &format!("\"{text}\""));
            }
            DeValue::String(text) => {
                self.secrets.push(text.to_string());
                self.found(path, value, MASK);
            }
            _ => {
                let written = self.text.get(value.span()).unwrap_or_default().to_owned();
                self.found(path, value, if known { &written } else { MASK });
            }
        }
    }

    fn found(&mut self, path: &str, value: &Spanned<DeValue<'_>>, shown: &str) {
        let before = self.text.get(..value.span().start).unwrap_or_default();
        self.found.push((before.matches('\n').count() + 1, format!("{path} = {shown}")));
    }

    fn remember_password(&mut self, value: &Spanned<DeValue<'_>>) {
        let DeValue::String(file) = value.get_ref() else { return };
        let text = std::fs::read_to_string(self.base.join(PathBuf::from(file.as_ref()))).unwrap_or_default();
        self.secrets.extend(text.lines().next().map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_is_known_is_shown_by_line_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("agent.toml");
        std::fs::write(dir.path().join("pw"), "file-pass\nmore\n").unwrap();
        let text = "state_dir = \"s\" # was: comment-pass\n[[broker]]\nid = \"b\"\nhost = \"bob:url-pass@h\"\n\
            username = \"bob-the-user\"\npassword = \"inline-pass\"\npassword_file = \"pw\"\npin = 12345\n\
            [hidden-name]\nport = 7\n";
        std::fs::write(&path, text).unwrap();
        let (lines, secrets) = shown(&path);
        assert_eq!(
            lines,
            "1: state_dir = \"s\"\n3: broker[0].id = \"b\"\n4: broker[0].host = \"[redacted]@h\"\n\
             5: broker[0].username = [redacted]\n6: broker[0].password = [redacted]\n\
             7: broker[0].password_file = \"pw\"\n8: broker[0].pin = [redacted]\n10: hidden-name.port = [redacted]\n"
        );
        for secret in ["file-pass", "inline-pass"] {
            assert!(secrets.iter().any(|known| known == secret), "{secret}: {secrets:?}");
        }
        std::fs::write(&path, "password = \"half-pass\nstate_dir = ").unwrap();
        let (lines, _) = shown(&path);
        assert!(lines.starts_with("not here") && !lines.contains("half-pass"), "{lines}");
    }
}
