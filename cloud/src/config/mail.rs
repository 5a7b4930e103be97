//! The section `[mail]`: how mails leave.

use super::ConfigError;
use serde::Deserialize;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

/// The environment variable that may hold the password of the mail server instead of a file.
pub const PASSWORD_VARIABLE: &str = "RIVERSYNC_MAIL_PASSWORD";

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// Plain first, then TLS before anything is said (RFC 3207); refused when the server does not offer it.
    #[default]
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None, for a server on this machine only.
    None,
}

impl MailSecurity {
    fn default_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// A password that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The password itself, for whoever must present it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How mails leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailConfig {
    /// Host and port of the server; none: nothing is sent.
    pub server: Option<(String, u16)>,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Who we are to the server.
    pub user: Option<String>,
    /// The password of `user`.
    pub password: Option<Password>,
    /// The sender, such as `RiverSync <no-reply@riversync.example>`.
    pub from: String,
    /// A certificate authority to trust instead of the system's, in PEM form.
    pub ca_file: Option<PathBuf>,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            server: None,
            security: MailSecurity::default(),
            user: None,
            password: None,
            from: "RiverSync <no-reply@localhost>".to_owned(),
            ca_file: None,
        }
    }
}

/// The keys of `[mail]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    server: Option<String>,
    security: Option<MailSecurity>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    from: Option<String>,
    ca_file: Option<PathBuf>,
}

pub(super) const KEYS: [&str; 6] = ["server", "security", "user", "password_file", "from", "ca_file"];

impl MailSettings {
    /// The settings checked as a whole. `password` is what the environment holds.
    pub(super) fn check(&self, password: Option<String>) -> Result<MailConfig, ConfigError> {
        fn some<T: Clone + PartialEq>(value: Option<&T>, empty: &T) -> Option<T> {
            value.filter(|value| *value != empty).cloned()
        }
        let security = self.security.unwrap_or_default();
        let (nothing, nowhere) = (String::new(), PathBuf::new());
        let server =
            some(self.server.as_ref(), &nothing).map(|server| address(&server, security)).transpose()?;
        let password = match some(self.password_file.as_ref(), &nowhere) {
            Some(path) => {
                let shown = path.display().to_string();
                let text = std::fs::read_to_string(&path);
                let text = text.map_err(|cause| ConfigError::Read { path: shown, cause })?;
                Some(Password(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
            None => password.map(Password),
        };
        let config = MailConfig {
            user: some(self.user.as_ref(), &nothing),
            from: self.from.clone().unwrap_or(MailConfig::default().from),
            ca_file: some(self.ca_file.as_ref(), &nowhere),
            server,
            security,
            password,
        };
        config.make_sense()
    }
}

impl MailConfig {
    fn make_sense(self) -> Result<Self, ConfigError> {
        let wrong = |key, value: &str, text| Err(ConfigError::Value { key, value: value.to_owned(), text });
        if self.user.is_some() && self.password.is_none() {
            let user = self.user.unwrap_or_default();
            let text = "a user needs a password: name a password_file, or set RIVERSYNC_MAIL_PASSWORD";
            return wrong("mail.user", &user, text);
        }
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            return wrong(
                "mail.from",
                &self.from,
                "write an address, such as RiverSync <no-reply@company.example>",
            );
        }
        if let Some((host, _)) = self.server.as_ref().filter(|_| self.security == MailSecurity::None) {
            let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
            if !local {
                let text =
                    "mails hold sign-in links, so they leave this machine over TLS only: use starttls or tls";
                return wrong("mail.security", "none", text);
            }
        }
        Ok(self)
    }
}

fn address(server: &str, security: MailSecurity) -> Result<(String, u16), ConfigError> {
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (server, Some(security.default_port())),
    };
    match port {
        Some(port) if !host.is_empty() && !host.contains(['/', ' ', '@']) => Ok((host.to_owned(), port)),
        _ => Err(ConfigError::Value {
            key: "mail.server",
            value: server.to_owned(),
            text: "write host or host:port, such as smtp.company.example:587",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{MailConfig, MailSecurity, MailSettings};

    fn read(text: &str) -> Result<MailConfig, String> {
        let settings: MailSettings = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        settings.check(Some("secret".to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_said_means_nothing_sent() {
        let config = read("").unwrap();
        assert_eq!(config.server, None);
        assert_eq!(config.security, MailSecurity::StartTls);
    }

    #[test]
    fn the_port_follows_from_the_protection() {
        for (security, port) in [("starttls", 587), ("tls", 465)] {
            let config = read(&format!("server = \"mail.example\"\nsecurity = \"{security}\"")).unwrap();
            assert_eq!(config.server, Some(("mail.example".to_owned(), port)));
        }
        assert_eq!(read("server = \"mail.example:2525\"").unwrap().server.unwrap().1, 2525);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_what_would_be_right() {
        for (text, said) in [
            ("server = \"smtp://x\"", "write host or host:port"),
            ("server = \"x:y\"", "write host or host:port"),
            ("server = \"mail.example\"\nsecurity = \"none\"", "over TLS only"),
            ("security = \"ssl\"", "unknown variant"),
            ("from = \"nobody\"", "write an address"),
            ("password_file = \"/nowhere/at/all\"", "cannot be read"),
            ("servr = \"x\"", "unknown field"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(said), "{text}: {refused}");
        }
        let settings: MailSettings = toml::from_str("user = \"me\"").unwrap();
        assert!(settings.check(None).unwrap_err().to_string().contains("a user needs a password"));
        for loopback in ["127.0.0.1:25", "localhost"] {
            read(&format!("server = \"{loopback}\"\nsecurity = \"none\"")).unwrap();
        }
    }

    #[test]
    fn a_password_is_read_from_a_file_or_the_environment_and_shown_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("password");
        std::fs::write(&file, "from the file\n").unwrap();
        let config = read(&format!("user = \"me\"\npassword_file = \"{}\"", file.display())).unwrap();
        assert_eq!(config.password.as_ref().unwrap().reveal(), "from the file");
        assert!(!format!("{config:?}").contains("from the file"));
        assert_eq!(read("user = \"me\"").unwrap().password.unwrap().reveal(), "secret");
    }
}
