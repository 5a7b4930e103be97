use crate::clock::Clock;
use crate::grant::trust::Doubt;
use crate::grant::{AcceptError, Accepted, Authority, Pins, Refused, Withheld};
use crate::testing::{HOUR_MS, HandClock, NOON_MS, agent, device, metric, policy, row, signer};
use riversync_protocol::sign::{Signed, sign_policy};
use std::path::Path;
use std::sync::Arc;

fn signed(epoch: u64) -> Signed {
    sign_policy(&policy(epoch, vec![row("power", 0)]), &signer()).unwrap()
}

fn open(dir: &Path, clock: &Arc<HandClock>) -> Authority {
    let pins = Pins { agent: agent("gw-1"), policy_key: signer().verifying_key().to_bytes() };
    Authority::open(dir, pins, Arc::clone(clock) as Arc<dyn Clock>).unwrap()
}

fn flows(authority: &Authority, clock: &HandClock) -> bool {
    let granted = authority.granted().borrow().clone();
    granted.allows(&device("pump"), &metric("power"), NOON_MS, clock.now_ms()).is_some()
}

#[test]
fn a_policy_survives_a_restart_and_an_older_one_never_comes_back() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
    let authority = open(dir.path(), &clock);
    assert_eq!(authority.withheld(), Some(Withheld::NoPolicy));
    assert_eq!(authority.accept(&signed(5)).unwrap(), Accepted::New);
    assert_eq!(authority.accept(&signed(5)).unwrap(), Accepted::Same);
    assert!(flows(&authority, &clock));

    let restarted = open(dir.path(), &clock);
    assert!(flows(&restarted, &clock));
    assert!(matches!(restarted.accept(&signed(4)), Err(AcceptError::Refused(Refused::Older { .. }))));
    assert!(flows(&restarted, &clock), "a refused document changes nothing");
}

#[test]
fn a_policy_put_back_on_disk_is_refused() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
    let authority = open(dir.path(), &clock);
    authority.accept(&signed(5)).unwrap();
    let old = std::fs::read(dir.path().join("grant/policy")).unwrap();
    authority.accept(&signed(6)).unwrap();
    std::fs::write(dir.path().join("grant/policy"), old).unwrap();

    let restarted = open(dir.path(), &clock);
    assert!(matches!(restarted.withheld(), Some(Withheld::Cached(Refused::Older { .. }))));
    assert!(!flows(&restarted, &clock));
    assert_eq!(restarted.have_epoch(), 0, "asks for the whole policy again");
    assert_eq!(restarted.accept(&signed(6)).unwrap(), Accepted::New);
    assert!(flows(&restarted, &clock));
}

/// The cloud signs anew each time it is asked, so what it sends again is another document of the same epoch.
#[test]
fn a_lost_policy_is_taken_from_the_cloud_again_though_it_was_signed_anew() {
    let later = || {
        let mut again = policy(6, vec![row("power", 0)]);
        again.issued_ms += 1;
        sign_policy(&again, &signer()).unwrap()
    };
    let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
    let authority = open(dir.path(), &clock);
    authority.accept(&signed(5)).unwrap();
    let old = std::fs::read(dir.path().join("grant/policy")).unwrap();
    authority.accept(&signed(6)).unwrap();
    assert!(matches!(authority.accept(&later()), Err(AcceptError::Refused(Refused::Conflict { epoch: 6 }))));
    for lost in [None, Some(old), Some(b"nonsense".to_vec())] {
        let file = dir.path().join("grant/policy");
        match lost {
            None => std::fs::remove_file(&file).unwrap(),
            Some(bytes) => std::fs::write(&file, bytes).unwrap(),
        }
        let restarted = open(dir.path(), &clock);
        assert!(!flows(&restarted, &clock));
        assert!(matches!(restarted.accept(&signed(5)), Err(AcceptError::Refused(Refused::Older { .. }))));
        assert_eq!(restarted.accept(&later()).unwrap(), Accepted::New);
        assert!(flows(&restarted, &clock));
        assert!(flows(&open(dir.path(), &clock), &clock), "what was taken again survives a restart");
    }
}

#[test]
fn missing_or_damaged_marks_close_the_gate() {
    for damage in [None, Some(b"nonsense".as_slice())] {
        let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
        open(dir.path(), &clock).accept(&signed(5)).unwrap();
        let marks = dir.path().join("grant/marks");
        match damage {
            None => std::fs::remove_file(marks).unwrap(),
            Some(bytes) => std::fs::write(marks, bytes).unwrap(),
        }
        let restarted = open(dir.path(), &clock);
        assert_eq!(restarted.withheld(), Some(Withheld::Marks));
        assert!(!flows(&restarted, &clock));
    }
}

#[test]
fn a_clock_set_back_closes_at_the_next_look_and_after_a_restart() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
    let authority = open(dir.path(), &clock);
    authority.accept(&signed(5)).unwrap();
    clock.pass(2 * HOUR_MS);
    authority.review().unwrap();
    clock.set_wall(NOON_MS);
    authority.review().unwrap();
    assert!(matches!(authority.withheld(), Some(Withheld::Clock(Doubt::WentBack { .. }))));
    assert!(!flows(&authority, &clock), "the grant ended an hour ago, whatever the clock says");
    assert!(!flows(&open(dir.path(), &clock), &clock));
    assert_eq!(authority.purge_due(), None, "a doubt purges nothing");

    authority.heard(NOON_MS + 2 * HOUR_MS);
    assert!(matches!(authority.withheld(), Some(Withheld::Clock(Doubt::FarFromCloud { .. }))));
    clock.set_wall(NOON_MS + 2 * HOUR_MS);
    authority.review().unwrap();
    assert_eq!(authority.withheld(), None);
}

#[test]
fn a_purge_is_due_for_a_new_epoch_and_for_a_grant_that_ran_out_also_while_off() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
    let authority = open(dir.path(), &clock);
    assert_eq!(authority.purge_due(), None);
    authority.accept(&signed(5)).unwrap();
    assert_eq!(authority.purge_due().unwrap().epoch(), 5);
    authority.purged(5, clock.now_ms()).unwrap();
    assert_eq!(authority.purge_due(), None);
    clock.pass(HOUR_MS);
    assert!(authority.purge_due().is_some());
    let restarted = open(dir.path(), &clock);
    assert!(restarted.purge_due().is_some(), "it ran out while the agent was off");
    restarted.purged(5, clock.now_ms()).unwrap();
    assert_eq!(open(dir.path(), &clock).purge_due(), None);
}

#[test]
fn everybody_is_told_at_once() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
    let authority = open(dir.path(), &clock);
    let mut granted = authority.granted();
    granted.mark_unchanged();
    authority.accept(&signed(5)).unwrap();
    assert!(granted.has_changed().unwrap());
    assert_eq!(granted.borrow_and_update().epoch(), 5);
    authority.review().unwrap();
    assert!(!granted.has_changed().unwrap());
}

#[test]
fn a_revocation_that_cannot_be_written_down_holds_and_the_wider_policy_does_not_come_back() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), HandClock::at(NOON_MS));
    let authority = open(dir.path(), &clock);
    authority.accept(&signed(5)).unwrap();
    // Stands in the way of the new marks, as a full disk would.
    std::fs::create_dir(dir.path().join("grant/marks.new")).unwrap();
    let revoked = sign_policy(&policy(6, Vec::new()), &signer()).unwrap();
    assert!(matches!(authority.accept(&revoked), Err(AcceptError::Io(_))));
    assert!(!flows(&authority, &clock));
    assert!(!flows(&open(dir.path(), &clock), &clock));
}
