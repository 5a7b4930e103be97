//! Settings of the service: defaults, then `cloud.toml`, then the environment (`RIVERSYNC_PORTAL_LISTEN` and so on), then
//! flags. Unknown keys are refused with the nearest known one, so that a typing error never means silence; everything
//! that is wrong is said at once.

mod file;
mod mail;
#[cfg(test)]
mod tests;

use file::parse;
use ipnet::IpNet;
use mail::MailSettings;
pub use mail::{MailConfig, MailSecurity, PASSWORD_VARIABLE, Password};
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    /// Where supervisors read figures; none: nowhere. On this machine only.
    pub metrics_listen: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The portal's own certificate chain and key in PEM form; none: plain http, behind a proxy that ends TLS.
    pub tls: Option<TlsFiles>,
    /// How long an answer may take until its first byte.
    pub request_timeout: Duration,
    /// How often one person, or one key, may ask the API within a minute; an organisation five times as often.
    pub requests_per_minute: u32,
    /// Private networks that webhooks may reach nevertheless, and over plain http.
    pub webhook_networks: Vec<IpNet>,
    /// How mails leave.
    pub mail: MailConfig,
}

/// The portal's own certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, leaf first, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub Vec<ConfigError>);

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
    /// The certificate cannot be used.
    #[error("{0}")]
    Tls(String),
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
    #[arg(long, value_name = "URL", env = "RIVERSYNC_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where people come in (default 127.0.0.1:8080)
    #[arg(long, value_name = "ADDRESS", env = "RIVERSYNC_PORTAL_LISTEN", hide_env_values = true)]
    pub portal_listen: Option<SocketAddr>,
    /// Where agents come in, over mutual TLS (default 127.0.0.1:8443)
    #[arg(long, value_name = "ADDRESS", env = "RIVERSYNC_AGENT_LISTEN", hide_env_values = true)]
    pub agent_listen: Option<SocketAddr>,
    /// What agents dial, host:port; goes into enrolment codes and the listener's certificate
    #[arg(long, value_name = "HOST:PORT", env = "RIVERSYNC_AGENT_ADDRESS", hide_env_values = true)]
    pub agent_address: Option<String>,
    /// How people reach the portal, for links in mails
    #[arg(long, value_name = "URL", env = "RIVERSYNC_PUBLIC_URL", hide_env_values = true)]
    pub public_url: Option<String>,
    /// Where keys and the certificate authority live
    #[arg(long, value_name = "DIR", env = "RIVERSYNC_STATE_DIR", hide_env_values = true)]
    pub state_dir: Option<PathBuf>,
    /// Cookies without Secure, for plain http on one machine; never in production
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL", env = "RIVERSYNC_INSECURE_COOKIES")]
    pub insecure_cookies: Option<bool>,
    /// The demo: a mailbox page instead of mails, a clock that may be moved; never in production
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL", env = "RIVERSYNC_DEMO")]
    pub demo: Option<bool>,
    /// A file that holds the database's URL, so that its password stands in no list of processes
    #[arg(long, value_name = "FILE", env = "RIVERSYNC_DATABASE_URL_FILE")]
    pub database_url_file: Option<PathBuf>,
    /// Where supervisors read figures, on this machine only; nowhere when empty
    #[arg(long, value_name = "ADDRESS", env = "RIVERSYNC_METRICS_LISTEN")]
    pub metrics_listen: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, with commas between them
    #[arg(long, value_name = "ADDRESSES", value_delimiter = ',', env = "RIVERSYNC_TRUSTED_PROXIES")]
    pub trusted_proxies: Option<Vec<IpAddr>>,
    /// The portal's own certificate chain, PEM; read again when it is renewed
    #[arg(long, value_name = "FILE", env = "RIVERSYNC_TLS_CERTIFICATE_FILE")]
    pub tls_certificate_file: Option<PathBuf>,
    /// The key of that certificate, PEM
    #[arg(long, value_name = "FILE", env = "RIVERSYNC_TLS_KEY_FILE")]
    pub tls_key_file: Option<PathBuf>,
    /// How long an answer may take until its first byte, seconds
    #[arg(long, value_name = "SECONDS", env = "RIVERSYNC_REQUEST_TIMEOUT_S")]
    pub request_timeout_s: Option<u64>,
    /// How often one person, or one key, may ask the API within a minute
    #[arg(long, value_name = "NUMBER", env = "RIVERSYNC_REQUESTS_PER_MINUTE")]
    pub requests_per_minute: Option<u32>,
    /// Private networks that webhooks may reach, with commas between them
    #[arg(long, value_name = "NETWORKS", value_delimiter = ',', env = "RIVERSYNC_WEBHOOK_NETWORKS")]
    pub webhook_networks: Option<Vec<IpNet>>,
    /// How mails leave; only in the file
    #[arg(skip)]
    mail: Option<MailSettings>,
}

const KEYS: [&str; 16] = [
    "database_url",
    "portal_listen",
    "agent_listen",
    "agent_address",
    "public_url",
    "state_dir",
    "insecure_cookies",
    "demo",
    "database_url_file",
    "metrics_listen",
    "trusted_proxies",
    "tls_certificate_file",
    "tls_key_file",
    "request_timeout_s",
    "requests_per_minute",
    "webhook_networks",
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
            metrics_listen: None,
            trusted_proxies: Vec::new(),
            tls: None,
            request_timeout: Duration::from_secs(20),
            requests_per_minute: 600,
            webhook_networks: Vec::new(),
            mail: MailConfig::default(),
        }
    }

    /// Defaults under `./riversync-cloud`, then the file, then the flags and the environment.
    ///
    /// # Errors
    /// Everything that is wrong, each with the place and what would be right.
    pub fn load(file: Option<&Path>, flags: &Overrides) -> Result<Self, ConfigErrors> {
        let mut config = Self::for_one_machine("riversync-cloud");
        let mut errors = Vec::new();
        if let Some(path) = file {
            let shown = path.display().to_string();
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    let (settings, wrong) = parse(&shown, &text);
                    errors.extend(wrong);
                    config.set(&settings, &mut errors);
                    config.set_mail(&settings, &mut errors);
                }
                Err(cause) => errors.push(ConfigError::Read { path: shown, cause }),
            }
        }
        config.set(flags, &mut errors);
        config.check(&mut errors);
        if errors.is_empty() { Ok(config) } else { Err(ConfigErrors(errors)) }
    }

    fn set_mail(&mut self, settings: &Overrides, errors: &mut Vec<ConfigError>) {
        let Some(mail) = &settings.mail else { return };
        #[expect(clippy::disallowed_methods, reason = "this is the room through which settings come")]
        let password = std::env::var(PASSWORD_VARIABLE).ok();
        match mail.check(password) {
            Ok(mail) => self.mail = mail,
            Err(error) => errors.push(error),
        }
    }

    fn set(&mut self, over: &Overrides, errors: &mut Vec<ConfigError>) {
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
        put(&mut self.trusted_proxies, over.trusted_proxies.as_ref());
        put(&mut self.requests_per_minute, over.requests_per_minute.as_ref());
        put(&mut self.webhook_networks, over.webhook_networks.as_ref());
        put(&mut self.request_timeout, over.request_timeout_s.map(Duration::from_secs).as_ref());
        if let Some(path) = over.database_url_file.as_ref().filter(|path| !path.as_os_str().is_empty()) {
            match std::fs::read_to_string(path) {
                Ok(url) => url.trim().clone_into(&mut self.database_url),
                Err(cause) => {
                    errors.push(ConfigError::Read { path: path.display().to_string(), cause });
                }
            }
        }
        if let Some(text) = &over.metrics_listen {
            match (text.is_empty(), text.parse()) {
                (true, _) => self.metrics_listen = None,
                (false, Ok(address)) => self.metrics_listen = Some(address),
                (false, Err(_)) => errors.push(ConfigError::Value {
                    key: "metrics_listen",
                    value: text.clone(),
                    text: "write an address and a port, such as 127.0.0.1:9464",
                }),
            }
        }
        self.set_tls(over, errors);
        self.public_url.truncate(self.public_url.trim_end_matches('/').len());
    }

    fn set_tls(&mut self, over: &Overrides, errors: &mut Vec<ConfigError>) {
        let named = |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
        match (named(&over.tls_certificate_file), named(&over.tls_key_file)) {
            (Some(certificate), Some(key)) => self.tls = Some(TlsFiles { certificate, key }),
            (None, None) => {}
            (Some(path), None) | (None, Some(path)) => errors.push(ConfigError::Value {
                key: "tls_certificate_file",
                value: path.display().to_string(),
                text: "a certificate needs its key and a key its certificate: name tls_certificate_file and tls_key_file",
            }),
        }
    }

    fn check(&self, errors: &mut Vec<ConfigError>) {
        let mut wrong =
            |key, value: &str, text| errors.push(ConfigError::Value { key, value: value.to_owned(), text });
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| self.database_url.starts_with(scheme)) {
            let shown = self.database_without_password();
            wrong("database_url", &shown, "write sqlite:PATH or postgres://user@host/name");
        }
        let url = &self.public_url;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', ' '])) {
            wrong("public_url", url, "write https://host or http://host:port, without a path");
        }
        let address = &self.agent_address;
        let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port);
        if port.is_none_or(|port| port.parse::<u16>().is_err()) {
            wrong("agent_address", address, "write host:port, such as agents.example.com:8443");
        }
        if self.insecure_cookies && !self.portal_listen.ip().is_loopback() {
            let listen = self.portal_listen.to_string();
            let text =
                "with insecure_cookies the portal only listens on this machine, such as 127.0.0.1:8080";
            wrong("portal_listen", &listen, text);
        }
        if let Some(listen) = self.metrics_listen.filter(|listen| !listen.ip().is_loopback()) {
            let text = "figures are for this machine only and nobody signs in there: listen on 127.0.0.1";
            wrong("metrics_listen", &listen.to_string(), text);
        }
        if !(1..=300).contains(&self.request_timeout.as_secs()) {
            let value = self.request_timeout.as_secs().to_string();
            wrong("request_timeout_s", &value, "write whole seconds from 1 to 300");
        }
        if !(60..=1_000_000).contains(&self.requests_per_minute) {
            let value = self.requests_per_minute.to_string();
            wrong("requests_per_minute", &value, "write a whole number from 60 to 1000000");
        }
        if let Some(tls) = &self.tls
            && let Err(error) = crate::platform::tls::server_config(tls)
        {
            errors.push(ConfigError::Tls(error.to_string()));
        }
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
