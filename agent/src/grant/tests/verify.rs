use crate::grant::verify::{Pins, Refused, Seen, verify};
use crate::testing::{agent, policy, row, signer};
use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use riversync_protocol::sign::{Signed, sign_policy};

fn pins() -> Pins {
    Pins { agent: agent("gw-1"), policy_key: signer().verifying_key().to_bytes() }
}

fn signed(epoch: u64) -> Signed {
    sign_policy(&policy(epoch, vec![row("power", 0)]), &signer()).unwrap()
}

#[test]
fn the_pinned_signer_is_believed() {
    assert_eq!(verify(&signed(3), &pins(), &Seen::default()).unwrap().epoch, 3);
    let seen = Seen::of(3, &signed(3));
    assert_eq!(verify(&signed(3), &pins(), &seen).unwrap().epoch, 3, "a repetition is fine");
}

#[test]
fn another_signer_is_not() {
    let forged = sign_policy(&policy(3, vec![row("power", 0)]), &SigningKey::from_bytes(&[8; 32])).unwrap();
    assert!(matches!(verify(&forged, &pins(), &Seen::default()), Err(Refused::Signature(_))));
}

#[test]
fn another_agents_policy_is_not() {
    let mut other = policy(3, vec![row("power", 0)]);
    other.agent = agent("gw-2");
    let other = sign_policy(&other, &signer()).unwrap();
    assert!(matches!(verify(&other, &pins(), &Seen::default()), Err(Refused::OtherAgent { .. })));
}

#[test]
fn an_older_epoch_and_a_second_document_of_one_epoch_are_not() {
    let seen = Seen::of(3, &signed(3));
    assert!(matches!(verify(&signed(2), &pins(), &seen), Err(Refused::Older { epoch: 2, seen: 3 })));
    let twin = sign_policy(&policy(3, vec![row("flow", 0)]), &signer()).unwrap();
    assert!(matches!(verify(&twin, &pins(), &seen), Err(Refused::Conflict { epoch: 3 })));
    assert!(matches!(verify(&signed(0), &pins(), &Seen::default()), Err(Refused::Older { .. })));
}

proptest! {
    #[test]
    fn a_document_with_one_changed_bit_is_never_believed(at in 0usize..200, bit in 0u8..8) {
        let mut forged = signed(3);
        let body = forged.body.len();
        let byte = match forged.body.get_mut(at) {
            Some(byte) => byte,
            None => { let n = forged.signature.len(); &mut forged.signature[(at - body) % n] }
        };
        *byte ^= 1 << bit;
        prop_assert!(verify(&forged, &pins(), &Seen::default()).is_err());
    }
}
