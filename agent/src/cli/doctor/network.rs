//! The way to the cloud: its name, and one question over mutual TLS, which also tells the cloud's time.

use super::Finding;
use crate::cli::{Exit, grants};
use crate::config::Config;
use crate::enrolment::Identity;
use crate::uplink::http::{Cloud, HttpError};
use std::time::Duration;

/// Longest time for the name.
const NAME_WAIT: Duration = Duration::from_secs(5);
/// Longest time for the question.
const CLOUD_WAIT: Duration = Duration::from_secs(10);

/// Both checks, and the cloud's time if it told it, Unix milliseconds.
pub(super) async fn checks(config: &Config, identity: &Identity) -> (Vec<Finding>, Option<i64>) {
    let name = name(identity.address()).await;
    let (tls, server_ms) = tls(config, identity).await;
    (vec![name, tls], server_ms)
}

async fn name(address: &str) -> Finding {
    let fix = "check the gateway's name server (`resolvectl status`, /etc/resolv.conf) and its network";
    let fail = |why: String| Finding::fail("dns", Exit::Unavailable, why, fix);
    match tokio::time::timeout(NAME_WAIT, tokio::net::lookup_host(address)).await {
        Err(_) => fail(format!("{address} was not found within {} s", NAME_WAIT.as_secs())),
        Ok(Err(error)) => fail(format!("{address} is not found: {error}")),
        Ok(Ok(found)) => match found.map(|at| at.ip().to_string()).collect::<Vec<_>>() {
            none if none.is_empty() => fail(format!("{address} has no address")),
            found => Finding::ok("dns", format!("{address} is {}", found.join(", "))),
        },
    }
}

async fn tls(config: &Config, identity: &Identity) -> (Finding, Option<i64>) {
    let have = grants::authority(identity, &config.state_dir).map_or(0, |authority| authority.have_epoch());
    let asked = async { Cloud::new(identity, CLOUD_WAIT, None)?.policy_now(have).await };
    let answer = match tokio::time::timeout(CLOUD_WAIT, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(HttpError::Unreachable(format!("no answer within {} s", CLOUD_WAIT.as_secs()))),
    };
    match answer {
        Ok((_, server_ms)) => {
            let found = format!("{} answers over mutual TLS and knows this gateway", identity.address());
            (Finding::ok("tls", found), server_ms)
        }
        Err(error) => (Finding::fail("tls", Exit::Unavailable, error.to_string(), fix(&error)), None),
    }
}

fn fix(error: &HttpError) -> &'static str {
    match error {
        HttpError::Identity(_) => "get a new code from the portal and run `riversync-agent enrol --again`",
        HttpError::Unreachable(_) => {
            "let the gateway reach the cloud's address and port through the firewall, without a proxy that opens TLS; \
             when the sentence speaks of a certificate, look at the clock and the certificate first"
        }
        HttpError::Status { status: 401 | 403, .. } => {
            "the cloud does not take this certificate; get a new code from the portal and enrol again"
        }
        HttpError::Status { .. } => {
            "wait and try again; the agent does so by itself and loses nothing meanwhile"
        }
        HttpError::NotOurs(_) | HttpError::Codec(_) => {
            "something between the gateway and the cloud answers in its place, such as a guest network's page; \
             use another way out"
        }
    }
}
