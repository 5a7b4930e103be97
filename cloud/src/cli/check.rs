//! `check`: the settings, files included, without starting or asking anything.

use super::options::Common;
use super::{Failure, say};
use crate::platform::mail::Courier;
use std::fmt::Write as _;

/// Says what would be used.
pub(super) fn run(common: &Common) -> Result<(), Failure> {
    let config = common.config()?;
    Courier::new(&config.mail, config.demo)?;
    let mut text = String::from("the settings can be used\n");
    let proxies: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    let nowhere = || "nowhere".to_owned();
    let lines = [
        ("database", config.database_without_password()),
        ("state", config.state_dir.display().to_string()),
        ("people", format!("{} as {}", config.portal_listen, config.public_url)),
        (
            "TLS",
            config
                .tls
                .as_ref()
                .map_or_else(|| "by a proxy".to_owned(), |tls| tls.certificate.display().to_string()),
        ),
        ("proxies", if proxies.is_empty() { "none is trusted".to_owned() } else { proxies.join(", ") }),
        ("gateways", format!("{} as {}", config.agent_listen, config.agent_address)),
        ("figures", config.metrics_listen.map_or_else(nowhere, |listen| listen.to_string())),
        ("mail", config.mail.server.as_ref().map_or_else(nowhere, |(host, port)| format!("{host}:{port}"))),
    ];
    for (name, value) in lines {
        writeln!(text, "  {name:<9} {value}").map_err(|error| Failure::Broken(error.into()))?;
    }
    say(&text)
}
