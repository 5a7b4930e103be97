//! Settings of the service: defaults, then `cloud.toml`, then flags. Unknown keys are refused with the nearest known
//! one, so that a typing error never means silence.

mod mail;

use mail::MailSettings;
pub use mail::{MailConfig, MailSecurity, PASSWORD_VARIABLE, Password};
use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Where people come in.
    pub portal_listen: SocketAddr,
    /// Where agents come in, over mutual TLS.
    pub agent_listen: SocketAddr,
    /// What agents dial: `host:port` in enrolment codes and the name in the listener's certificate.
    pub agent_address: String,
    /// How people reach the portal, for links in mails: no trailing slash.
    pub public_url: String,
    /// Where keys and the CA live; 0700.
    pub state_dir: PathBuf,
    /// Cookies without `Secure`, for plain http on one machine. Never in production.
    pub insecure_cookies: bool,
    /// The demo: the mailbox page is there and the clock may be moved. Never in production.
    pub demo: bool,
    /// How mails leave.
    pub mail: MailConfig,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the settings file {path} cannot be read: {cause}")]
    Read {
        /// Which file.
        path: String,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}:{line}: {text}")]
    File {
        /// Which file.
        path: String,
        /// Where in it, from 1.
        line: usize,
        /// What is wrong and what would be right.
        text: String,
    },
    /// A value cannot be meant.
    #[error("{key} cannot be \"{value}\": {text}")]
    Value {
        /// Which setting.
        key: &'static str,
        /// What was given.
        value: String,
        /// What would be right.
        text: &'static str,
    },
}

/// The keys of `cloud.toml`; the same names with dashes are flags, which win.
#[derive(Clone, Debug, Default, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Overrides {
    /// `sqlite:PATH` or postgres://…
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where people come in (default 127.0.0.1:8080)
    #[arg(long, value_name = "ADDRESS")]
    pub portal_listen: Option<SocketAddr>,
    /// Where agents come in, over mutual TLS (default 127.0.0.1:8443)
    #[arg(long, value_name = "ADDRESS")]
    pub agent_listen: Option<SocketAddr>,
    /// What agents dial, host:port; goes into enrolment codes and the listener's certificate
    #[arg(long, value_name = "HOST:PORT")]
    pub agent_address: Option<String>,
    /// How people reach the portal, for links in mails
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Where keys and the certificate authority live
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// Cookies without Secure, for plain http on one machine; never in production
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub insecure_cookies: Option<bool>,
    /// The demo: a mailbox page instead of mails, a clock that may be moved; never in production
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub demo: Option<bool>,
    /// How mails leave; only in the file
    #[arg(skip)]
    mail: Option<MailSettings>,
}

const KEYS: [&str; 8] = [
    "database_url",
    "portal_listen",
    "agent_listen",
    "agent_address",
    "public_url",
    "state_dir",
    "insecure_cookies",
    "demo",
];

impl Config {
    /// Everything on one machine, kept in `dir`: the defaults of the command line, and of stories.
    pub fn for_one_machine(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        Self {
            database_url: format!("sqlite:{}", dir.join("cloud.db").display()),
            portal_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            agent_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8443)),
            agent_address: "localhost:8443".to_owned(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            state_dir: dir.join("state"),
            insecure_cookies: false,
            demo: false,
            mail: MailConfig::default(),
        }
    }

    /// Defaults under `./riversync-cloud`, then the file, then the flags.
    ///
    /// # Errors
    /// [`ConfigError`] with the place and what would be right.
    pub fn load(file: Option<&Path>, flags: &Overrides) -> Result<Self, ConfigError> {
        let mut config = Self::for_one_machine("riversync-cloud");
        if let Some(path) = file {
            let shown = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|cause| ConfigError::Read { path: shown.clone(), cause })?;
            let settings = parse(&shown, &text)?;
            config.set(&settings);
            if let Some(mail) = &settings.mail {
                #[expect(clippy::disallowed_methods, reason = "this is the room through which settings come")]
                let password = std::env::var(PASSWORD_VARIABLE).ok();
                config.mail = mail.check(password)?;
            }
        }
        config.set(flags);
        config.check()?;
        Ok(config)
    }

    fn set(&mut self, over: &Overrides) {
        fn put<T: Clone>(into: &mut T, from: Option<&T>) {
            if let Some(from) = from {
                *into = from.clone();
            }
        }
        put(&mut self.database_url, over.database_url.as_ref());
        put(&mut self.portal_listen, over.portal_listen.as_ref());
        put(&mut self.agent_listen, over.agent_listen.as_ref());
        put(&mut self.agent_address, over.agent_address.as_ref());
        put(&mut self.public_url, over.public_url.as_ref());
        put(&mut self.state_dir, over.state_dir.as_ref());
        put(&mut self.insecure_cookies, over.insecure_cookies.as_ref());
        put(&mut self.demo, over.demo.as_ref());
        self.public_url.truncate(self.public_url.trim_end_matches('/').len());
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, value: &str, text| Err(ConfigError::Value { key, value: value.to_owned(), text });
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| self.database_url.starts_with(scheme)) {
            let shown = self.database_without_password();
            return wrong("database_url", &shown, "write sqlite:PATH or postgres://user@host/name");
        }
        let url = &self.public_url;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', ' '])) {
            return wrong("public_url", url, "write https://host or http://host:port, without a path");
        }
        let address = &self.agent_address;
        let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port);
        if port.is_none_or(|port| port.parse::<u16>().is_err()) {
            return wrong("agent_address", address, "write host:port, such as agents.example.com:8443");
        }
        let local = self.portal_listen.ip().is_loopback();
        if self.insecure_cookies && !local {
            let listen = self.portal_listen.to_string();
            return wrong(
                "portal_listen",
                &listen,
                "with insecure_cookies the portal only listens on this machine, such as 127.0.0.1:8080",
            );
        }
        Ok(())
    }

    /// The file of an embedded database.
    pub fn sqlite_path(&self) -> Option<&Path> {
        self.database_url.strip_prefix("sqlite:").map(Path::new)
    }

    /// The database for logs and messages.
    pub fn database_without_password(&self) -> String {
        let url = &self.database_url;
        match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?))) {
            Some((scheme, (user, place))) => {
                let user = user.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}@{place}")
            }
            None => url.clone(),
        }
    }
}

fn parse(path: &str, text: &str) -> Result<Overrides, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let mut said = error.message().to_owned();
        if let Some(unknown) = said.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next())
            && let Some(nearest) = nearest(unknown)
        {
            said = format!("there is no setting \"{unknown}\"; did you mean \"{nearest}\"?");
        }
        ConfigError::File { path: path.to_owned(), line, text: said }
    })
}

fn nearest(unknown: &str) -> Option<&'static str> {
    let near = KEYS.into_iter().chain(mail::KEYS).min_by_key(|key| distance(unknown, key))?;
    (distance(unknown, near) <= near.len() / 2).then_some(near)
}

/// How many letters must change (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let value = (diagonal + usize::from(x != y)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = value;
            left = value;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError, Overrides, parse};

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_nearest_one() {
        let error = parse("cloud.toml", "# comment\ndatabase_ulr = \"sqlite:x\"\n").unwrap_err();
        let said = error.to_string();
        assert_eq!(
            said,
            "cloud.toml:2: there is no setting \"database_ulr\"; did you mean \"database_url\"?"
        );
    }

    #[test]
    fn the_file_that_people_copy_names_every_key_with_its_default() {
        let example = include_str!("../../../config/cloud.toml");
        parse("cloud.toml", example).unwrap();
        let uncommented: Vec<&str> =
            example.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| is_key(line)).collect();
        let keys: Vec<&str> =
            uncommented.iter().filter_map(|line| line.split_once(" = ").map(|at| at.0)).collect();
        let mut expected: Vec<&str> = super::KEYS.into_iter().chain(super::mail::KEYS).collect();
        let mut shown = keys.clone();
        expected.sort_unstable();
        shown.sort_unstable();
        assert_eq!(shown, expected);
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cloud.toml");
        std::fs::write(&file, uncommented.join("\n")).unwrap();
        let (written, default) = (
            Config::load(Some(&file), &Overrides::default()).unwrap(),
            Config::load(None, &Overrides::default()).unwrap(),
        );
        assert_eq!(format!("{written:?}"), format!("{default:?}"), "an example differs from the default");
    }

    fn is_key(line: &str) -> bool {
        line == "[mail]"
            || super::KEYS
                .into_iter()
                .chain(super::mail::KEYS)
                .any(|key| line.starts_with(&format!("{key} = ")))
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cloud.toml");
        std::fs::write(&file, "public_url = \"https://a.example/\"\nagent_address = \"a.example:1\"\n")
            .unwrap();
        let flags = Overrides { agent_address: Some("b.example:2".into()), ..Overrides::default() };
        let config = Config::load(Some(&file), &flags).unwrap();
        assert_eq!(config.public_url, "https://a.example");
        assert_eq!(config.agent_address, "b.example:2");
        assert_eq!(config.portal_listen.port(), 8080);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for flags in [
            Overrides { database_url: Some("oracle:x".into()), ..Overrides::default() },
            Overrides { public_url: Some("portal.example".into()), ..Overrides::default() },
            Overrides { public_url: Some("https://a.example/x".into()), ..Overrides::default() },
            Overrides { agent_address: Some("a.example".into()), ..Overrides::default() },
            Overrides {
                insecure_cookies: Some(true),
                portal_listen: Some("0.0.0.0:80".parse().unwrap()),
                ..Overrides::default()
            },
        ] {
            assert!(matches!(Config::load(None, &flags), Err(ConfigError::Value { .. })), "{flags:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let mut config = Config::for_one_machine("x");
        config.database_url = "postgres://me:secret@db/rs".into();
        assert_eq!(config.database_without_password(), "postgres://me@db/rs");
    }
}
