//! Secrets that people and gateways were given in a journey, and the search for them in what the programs said: a link,
//! a session, a key or an enrolment code that stands in a log lets in whoever reads the log.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A shorter one is found in any long log by chance.
const SHORTEST: usize = 12;

static SECRETS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// From now on no program of ours may have said `secret` by the time it ends.
pub fn never_said(secret: &str) {
    if secret.len() >= SHORTEST {
        SECRETS.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
    }
}

/// The same of the last part of a link: its token.
pub fn never_said_link(link: &str) {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    never_said(path.rsplit('/').next().unwrap_or_default());
}

/// The lines of the log at `path` that hold a secret, each with the secret struck out. A log that is not there said
/// nothing.
///
/// # Errors
/// When it cannot be read.
pub fn said_in(path: &Path) -> io::Result<Vec<String>> {
    let log = match std::fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        log => log?,
    };
    let log = String::from_utf8_lossy(&log);
    let secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    let said = secrets.iter().filter(|secret| log.contains(secret.as_str()));
    let line = |secret: &String| {
        let line = log.lines().find(|line| line.contains(secret.as_str())).unwrap_or_default();
        line.replace(secret.as_str(), "[SECRET]")
    };
    Ok(said.map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::{never_said, never_said_link, said_in};

    #[test]
    fn a_secret_in_a_log_is_found_and_not_said_again() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        assert!(said_in(&log).unwrap().is_empty(), "no log, nothing said");
        never_said_link("http://127.0.0.1:1/sign-in/unsaid-token-of-a-link?next=/x");
        never_said("12345678");
        std::fs::write(&log, "GET /sign-in/{token} 200\ncode 12345678\n").unwrap();
        assert!(said_in(&log).unwrap().is_empty(), "a route is no secret, a short number is found anywhere");
        std::fs::write(&log, "one\nGET /sign-in/unsaid-token-of-a-link 200\n").unwrap();
        assert_eq!(said_in(&log).unwrap(), ["GET /sign-in/[SECRET] 200"]);
    }
}
