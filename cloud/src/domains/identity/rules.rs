//! Decisions about links, sessions and where a person lands. Pure.

use super::model::{Link, Session};
use crate::platform::access::{Actor, App, Party};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};

/// A sign-in link lives this long (PORTAL 6.1, C16).
pub(super) const LINK_LIFE_MS: i64 = 30 * MINUTE_MS;
/// A session that nobody used this long is over.
pub(super) const IDLE_LIFE_MS: i64 = 30 * DAY_MS;
/// A session is over after this long, used or not.
pub(super) const ABSOLUTE_LIFE_MS: i64 = 90 * DAY_MS;
/// Use is written down at most this often, so that reading pages does not write.
pub(super) const SEEN_STEP_MS: i64 = HOUR_MS;

/// The limits on asking for links: how many, within how long.
pub(super) const PER_ADDRESS: [(i64, i64); 2] = [(5, 10 * MINUTE_MS), (20, DAY_MS)];
/// The same for one network address.
pub(super) const PER_IP: (i64, i64) = (20, HOUR_MS);

/// What a link is good for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkState {
    Good,
    Used,
    Replaced,
    Expired,
}

impl LinkState {
    /// What the person reads.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Good => "This link works.",
            Self::Used => "Link already used. Each link signs you in once; request a new one.",
            Self::Replaced => {
                "A newer link was sent after this one, and only the newest works. Look for it or request another."
            }
            Self::Expired => "This link has expired. Links work for 30 minutes; request a new one.",
        }
    }
}

/// What `link` is good for at `now_ms`.
pub(super) fn link_state(link: &Link, now_ms: i64) -> LinkState {
    match link {
        Link { used_ms: Some(_), .. } => LinkState::Used,
        Link { replaced_ms: Some(_), .. } => LinkState::Replaced,
        Link { expires_ms, .. } if now_ms >= *expires_ms => LinkState::Expired,
        _ => LinkState::Good,
    }
}

/// Whether `session` still stands at `now_ms`.
pub(super) fn is_alive(session: &Session, now_ms: i64) -> bool {
    session.ended_ms.is_none()
        && now_ms - session.seen_ms < IDLE_LIFE_MS
        && now_ms - session.created_ms < ABSOLUTE_LIFE_MS
}

/// An address as it is kept: trimmed and folded. `None` when it cannot be one.
pub(super) fn fold_email(entered: &str) -> Option<String> {
    let email = entered.trim().to_lowercase();
    let (local, host) = email.split_once('@')?;
    let sound = !local.is_empty() && !host.is_empty() && !host.contains('@') && email.len() <= 254;
    let printable = email.chars().all(|c| !c.is_control() && !c.is_whitespace());
    (sound && printable).then_some(email)
}

/// `next` if it leads to a page of ours: a path that no browser reads as another site (PORTAL 7.2, 24).
pub(super) fn safe_next(next: &str) -> Option<&str> {
    let path = next.starts_with('/') && !next.starts_with("//");
    let plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (path && plain && next.len() <= 512).then_some(next)
}

/// Where `actor` starts.
pub fn landing(actor: &Actor) -> &'static str {
    let party = |app| actor.acting_in(app).map(|acting| acting.party);
    match (party(App::Partners), party(App::Portal), party(App::Vendor)) {
        (Some(Party::Reseller | Party::Distributor), _, _) => "/partners/overview",
        (_, _, Some(_)) => "/pipeline",
        (_, Some(_), _) => "/portal",
        _ => "/account",
    }
}

#[cfg(test)]
mod tests {
    use super::{LINK_LIFE_MS, LinkState, fold_email, is_alive, link_state, safe_next};
    use crate::domains::identity::model::{Link, Session};
    use crate::platform::base::DAY_MS;

    #[test]
    fn a_link_is_good_until_its_last_instant_once_and_only_the_newest() {
        let link = Link {
            person_id: "p".into(),
            purpose: "sign_in".into(),
            expires_ms: LINK_LIFE_MS,
            used_ms: None,
            replaced_ms: None,
        };
        assert_eq!(link_state(&link, LINK_LIFE_MS - 1), LinkState::Good);
        assert_eq!(link_state(&link, LINK_LIFE_MS), LinkState::Expired);
        assert_eq!(link_state(&Link { used_ms: Some(1), ..link.clone() }, 2), LinkState::Used);
        assert_eq!(link_state(&Link { replaced_ms: Some(1), ..link }, 2), LinkState::Replaced);
    }

    #[test]
    fn a_session_ends_when_unused_for_30_days_and_in_any_case_after_90() {
        let session = |created: i64, seen: i64| Session {
            token_sha256: vec![],
            person_id: "p".into(),
            tenant_id: "t".into(),
            created_ms: created * DAY_MS,
            seen_ms: seen * DAY_MS,
            ended_ms: None,
            user_agent: String::new(),
        };
        assert!(is_alive(&session(0, 0), 30 * DAY_MS - 1));
        assert!(!is_alive(&session(0, 0), 30 * DAY_MS));
        assert!(is_alive(&session(0, 80), 90 * DAY_MS - 1));
        assert!(!is_alive(&session(0, 89), 90 * DAY_MS));
        assert!(!is_alive(&Session { ended_ms: Some(1), ..session(0, 0) }, 2));
    }

    #[test]
    fn next_never_leaves_this_site() {
        for good in ["/portal", "/partners/covered?device=D-BF-1&x=%2F", "/"] {
            assert_eq!(safe_next(good), Some(good));
        }
        for bad in [
            "",
            "portal",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/ä",
        ] {
            assert_eq!(safe_next(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_are_folded_and_nonsense_is_refused() {
        assert_eq!(fold_email("  Nera.Coord@Nera.Example "), Some("nera.coord@nera.example".to_owned()));
        for bad in ["", "nera", "@x", "x@", "a@b@c", "a b@c", "a\n@c"] {
            assert_eq!(fold_email(bad), None, "{bad}");
        }
    }
}
