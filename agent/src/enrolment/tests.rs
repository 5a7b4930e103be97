use super::key;
use super::{Identity, IdentityError};
use crate::testing::{NOON_MS, agent};
use riversync_protocol::v1::Certificate;
use std::os::unix::fs::PermissionsExt;

const DAY_MS: i64 = 86_400_000;

fn certificate(spki_of: &rcgen::KeyPair) -> Certificate {
    let authority = rcgen::generate_simple_self_signed(vec!["ca".to_owned()]).unwrap();
    let leaf = rcgen::CertificateParams::default().self_signed(spki_of).unwrap();
    Certificate {
        agent: agent("gw-1"),
        chain_der: vec![leaf.der().to_vec(), authority.cert.der().to_vec()],
        policy_key: [1; 32],
        not_after_ms: NOON_MS + 3 * DAY_MS,
    }
}

fn identity() -> (Identity, String) {
    let fresh = key::fresh().unwrap();
    let pair = rcgen::KeyPair::from_pem(&fresh.key_pem).unwrap();
    let made = Identity::new(certificate(&pair), fresh.key_pem.clone(), &fresh.spki, "c:1".into(), NOON_MS);
    (made.unwrap(), fresh.key_pem)
}

#[test]
fn an_identity_survives_the_disk_and_renews_at_two_thirds() {
    let dir = tempfile::tempdir().unwrap();
    let (identity, _) = identity();
    identity.store(dir.path()).unwrap();
    assert_eq!(Identity::load(dir.path()).unwrap().unwrap(), identity);
    assert_eq!(identity.renew_ms(), NOON_MS + 2 * DAY_MS);
}

#[test]
fn a_certificate_for_another_key_is_refused() {
    let (fresh, other) = (key::fresh().unwrap(), rcgen::KeyPair::generate().unwrap());
    let made = Identity::new(certificate(&other), fresh.key_pem, &fresh.spki, "c:1".into(), NOON_MS);
    assert!(matches!(made, Err(IdentityError::Certificate(_))));
}

#[test]
fn a_key_that_others_may_read_is_refused_and_no_message_holds_it() {
    let dir = tempfile::tempdir().unwrap();
    let (identity, key_pem) = identity();
    identity.store(dir.path()).unwrap();
    let secret = key_pem.lines().nth(1).unwrap();
    assert!(!format!("{identity:?}").contains(secret));
    let path = dir.path().join("identity.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"version\": 1", "\"version\": \"x\"")).unwrap();
    let damaged = Identity::load(dir.path()).unwrap_err().to_string();
    assert!(damaged.contains("enrol again") && !damaged.contains(secret), "{damaged}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let loose = Identity::load(dir.path()).unwrap_err().to_string();
    assert!(loose.contains("chmod 600"), "{loose}");
}
