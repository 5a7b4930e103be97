//! Decisions about links, sessions and where a person lands. Pure.

use super::model::{Link, Membership, Person, Purpose, Session};
use crate::domains::audit::Why;
use crate::platform::access::{Action, Actor, App, Item, Party};
use crate::platform::base::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::platform::words::{Sentence, said};

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
/// The same for one organisation, invitations included.
pub(super) const PER_TENANT: (i64, i64) = (60, HOUR_MS);
/// How often a code may be typed, and an address confirmed.
pub(super) const MOST_TRIES: i64 = 5;
/// Links are kept this long after their end, so that who finds an old one reads why it does not work.
pub(super) const KEEP_LINKS_MS: i64 = 30 * DAY_MS;

/// What is entered instead of an address is told.
pub fn no_email() -> Sentence {
    said! {
        en: "This is not an e-mail address. It needs a name, an @ and a domain, such as name@company.example.",
        th: "นี่ไม่ใช่อีเมล ต้องมีชื่อ เครื่องหมาย @ และโดเมน เช่น name@company.example",
    }
}

/// What is typed instead of the code of a mail is told.
pub(super) fn not_the_code() -> Sentence {
    said! {
        en: "This is not the code. Look at the newest mail; only its code works.",
        th: "รหัสไม่ถูกต้อง ดูอีเมลฉบับล่าสุด ใช้ได้เฉพาะรหัสในฉบับนั้น",
    }
}

/// How long a link of this purpose lives (PORTAL 6.1, C16).
pub(super) fn link_life_ms(purpose: Purpose) -> i64 {
    match purpose {
        Purpose::Invite => 7 * DAY_MS,
        Purpose::SignIn => 30 * MINUTE_MS,
        Purpose::StepUp => 10 * MINUTE_MS,
    }
}

/// What a link is good for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkState {
    Good,
    Used,
    Replaced,
    Expired,
    /// The person's address or roles are not what they were when it was made, or the person is gone.
    Changed,
    /// Too many wrong confirmations.
    Locked,
}

impl LinkState {
    /// What the person is told, and what the log keeps.
    pub(super) fn why(self, purpose: Purpose) -> Why {
        match self {
            Self::Good => Why::LinkWorks,
            Self::Used => Why::LinkUsed,
            Self::Replaced => Why::LinkReplaced,
            Self::Expired if purpose == Purpose::Invite => Why::InvitationExpired,
            Self::Expired => Why::LinkExpired,
            Self::Changed => Why::LinkChanged,
            Self::Locked => Why::LinkLocked,
        }
    }
}

/// What `link` is good for at `now_ms`, when its person and membership are these now.
pub(super) fn link_state(link: &Link, person: &Person, home: Option<&Membership>, now_ms: i64) -> LinkState {
    let same = person.disabled_ms.is_none()
        && person.email == link.email
        && home.is_some_and(|home| home.roles == link.roles);
    match link {
        Link { used_ms: Some(_), .. } => LinkState::Used,
        Link { replaced_ms: Some(_), .. } => LinkState::Replaced,
        Link { expires_ms, .. } if now_ms >= *expires_ms => LinkState::Expired,
        Link { tries, .. } if *tries >= MOST_TRIES => LinkState::Locked,
        _ if !same => LinkState::Changed,
        _ => LinkState::Good,
    }
}

/// Whether whoever holds the link in this browser must say whose it is. A mail scanner that opens links and presses
/// buttons cannot (PORTAL 6.1); the browser that asked has shown it already. An invitation was asked for by nobody.
pub(super) fn must_confirm(link: &Link, browser_sha256: Option<&[u8]>) -> bool {
    let asked_here = browser_sha256.is_some() && link.browser_sha256.as_deref() == browser_sha256;
    link.purpose == Purpose::Invite.key() || !asked_here
}

/// Whether `session` still stands at `now_ms`.
pub(super) fn is_alive(session: &Session, now_ms: i64) -> bool {
    session.ended_ms.is_none()
        && now_ms - session.seen_ms < IDLE_LIFE_MS
        && now_ms - session.created_ms < ABSOLUTE_LIFE_MS
}

/// An address as it is kept: trimmed and folded. `None` when it cannot be one.
pub fn fold_email(entered: &str) -> Option<String> {
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
        (_, _, Some(_)) if actor.can(Action::See(Item::Pipeline)) => "/pipeline",
        (_, _, Some(_)) if actor.can(Action::See(Item::Modules)) => "/admin/modules",
        (_, Some(_), _) => "/portal",
        _ => "/account",
    }
}

#[cfg(test)]
mod tests {
    use super::{
        LinkState, MOST_TRIES, fold_email, is_alive, link_life_ms, link_state, must_confirm, safe_next,
    };
    use crate::domains::identity::model::{Link, Membership, Person, Purpose, Session};
    use crate::platform::base::{DAY_MS, MINUTE_MS};

    fn link(purpose: Purpose) -> Link {
        Link {
            id: "l".into(),
            purpose: purpose.key().into(),
            person_id: "p".into(),
            tenant_id: "t".into(),
            email: "p@t.example".into(),
            roles: "sales".into(),
            browser_sha256: Some(vec![1]),
            code_sha256: None,
            tries: 0,
            issued_ms: 0,
            expires_ms: link_life_ms(purpose),
            used_ms: None,
            replaced_ms: None,
        }
    }

    fn person() -> Person {
        Person {
            id: "p".into(),
            email: "p@t.example".into(),
            name: "P".into(),
            language: "en".into(),
            zone: "Asia/Bangkok".into(),
            era: "gregory".into(),
            disabled_ms: None,
            verified_ms: None,
        }
    }

    fn home(roles: &str) -> Membership {
        Membership { tenant_id: "t".into(), tenant_name: "T".into(), roles: roles.into() }
    }

    #[test]
    fn a_link_is_good_until_its_last_instant_once_and_only_the_newest() {
        for (purpose, life_ms) in [
            (Purpose::Invite, 7 * DAY_MS),
            (Purpose::SignIn, 30 * MINUTE_MS),
            (Purpose::StepUp, 10 * MINUTE_MS),
        ] {
            let state = |link: &Link, now_ms| link_state(link, &person(), Some(&home("sales")), now_ms);
            assert_eq!(state(&link(purpose), life_ms - 1), LinkState::Good);
            assert_eq!(state(&link(purpose), life_ms), LinkState::Expired);
            assert_eq!(state(&Link { used_ms: Some(1), ..link(purpose) }, 2), LinkState::Used);
            assert_eq!(state(&Link { replaced_ms: Some(1), ..link(purpose) }, 2), LinkState::Replaced);
            assert_eq!(state(&Link { tries: MOST_TRIES, ..link(purpose) }, 2), LinkState::Locked);
        }
    }

    #[test]
    fn a_link_dies_with_what_it_was_made_for() {
        let state =
            |person: &Person, home: Option<&Membership>| link_state(&link(Purpose::SignIn), person, home, 1);
        assert_eq!(state(&person(), Some(&home("sales"))), LinkState::Good);
        assert_eq!(state(&person(), Some(&home("sales,finance"))), LinkState::Changed);
        assert_eq!(state(&person(), None), LinkState::Changed);
        let moved = Person { email: "q@t.example".into(), ..person() };
        assert_eq!(state(&moved, Some(&home("sales"))), LinkState::Changed);
        let disabled = Person { disabled_ms: Some(0), ..person() };
        assert_eq!(state(&disabled, Some(&home("sales"))), LinkState::Changed);
    }

    #[test]
    fn only_the_browser_that_asked_need_not_say_whose_link_it_is() {
        assert!(!must_confirm(&link(Purpose::SignIn), Some(&[1])));
        assert!(must_confirm(&link(Purpose::SignIn), Some(&[2])));
        assert!(must_confirm(&link(Purpose::SignIn), None));
        assert!(must_confirm(&link(Purpose::Invite), Some(&[1])));
        let operators = Link { browser_sha256: None, ..link(Purpose::SignIn) };
        assert!(must_confirm(&operators, None));
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
            proved_ms: None,
            proved_by: None,
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
