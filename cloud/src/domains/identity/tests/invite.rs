//! Invitations.

use super::{ask, logged, mail, mailed, run};
use crate::domains::audit::By;
use crate::domains::identity;
use crate::platform::base::DAY_MS;
use crate::platform::error::Error;
use crate::world::testing::{World, worlds};
use axum::http::header;

const NEW: &str = "new@nera.example";

async fn newcomer(world: &World) {
    run(world, "INSERT INTO person (id, email, name, disabled_ms, created_ms) VALUES ('nera.new', 'new@nera.example', 'Nida New', NULL, 1)").await;
    run(world, "INSERT INTO membership (person_id, tenant_id, roles, since_ms) VALUES ('nera.new', 'nera', 'viewer', 1)").await;
}

fn niran() -> By {
    By::member(("nera.admin", "Niran Arun"), ("nera", "Nera"))
}

async fn invite(world: &World) -> Result<String, Error> {
    world.clock.advance(1);
    let mut tx = world.app.db.write().await.unwrap();
    identity::invite(&world.app, &mut tx, &niran(), "nera.new", "nera").await?;
    tx.commit().await.unwrap();
    Ok(mailed(world, NEW).await)
}

#[tokio::test]
async fn an_invitation_is_accepted_by_who_got_it_with_a_button_and_the_address() {
    for world in worlds("identity_invite").await {
        newcomer(&world).await;
        let path = invite(&world).await.unwrap();
        assert!(path.starts_with("/invitation/"), "{path}");
        let said = mail(&world, NEW).await;
        assert!(said.contains("Niran Arun invites you to work with Nera"), "{said}");
        // Also in a browser that has asked for a link of its own.
        let browser = ask(&world, NEW).await;
        let page = browser.get(&path).await;
        assert!(
            page.body.contains("Join Nera") && page.body.contains("Your e-mail address"),
            "{}",
            page.body
        );
        assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(browser.post(&path, &[]).await.status, 422);
        let accepted = browser.post(&path, &[("email", NEW)]).await;
        assert_eq!((accepted.status, accepted.location()), (303, "/partners/overview"), "{}", accepted.body);
        assert_eq!(browser.after(&accepted).get("/partners/overview").await.status, 200, "{}", world.engine);
        assert_eq!(browser.post(&path, &[("email", NEW)]).await.status, 410);
        assert_eq!(logged(&world, "invitation.sent").await, 1);
        assert_eq!(logged(&world, "invitation.accepted").await, 1);
        let mut tx = world.app.db.read().await.unwrap();
        let known = identity::invitations(&mut tx, "nera").await.unwrap();
        assert!(known.len() == 1 && known[0].accepted_ms.is_some(), "{known:?}");
    }
}

#[tokio::test]
async fn case_10_and_14_an_invitation_lives_7_days_and_dies_with_a_newer_one() {
    for world in worlds("identity_invite_life").await {
        newcomer(&world).await;
        let old = invite(&world).await.unwrap();
        let newer = invite(&world).await.unwrap();
        assert_eq!(world.anonymous().post(&old, &[("email", NEW)]).await.status, 410);
        world.clock.advance(7 * DAY_MS - 1);
        assert_eq!(world.anonymous().get(&newer).await.status, 200, "its last instant");
        world.clock.advance(1_001);
        let expired = world.anonymous().post(&newer, &[("email", NEW)]).await;
        assert_eq!(expired.status, 410);
        assert!(expired.body.contains("ask whoever invited you"), "{}", expired.body);
    }
}

#[tokio::test]
async fn case_15_a_link_of_one_purpose_is_none_of_another() {
    for world in worlds("identity_purpose").await {
        newcomer(&world).await;
        let invitation = invite(&world).await.unwrap();
        let browser = ask(&world, NEW).await;
        let sign_in = mailed(&world, NEW).await;
        for (from, to, path) in
            [("/invitation/", "/sign-in/", &invitation), ("/sign-in/", "/invitation/", &sign_in)]
        {
            let swapped = path.replace(from, to);
            assert_eq!(browser.get(&swapped).await.status, 410, "{swapped}");
            assert_eq!(browser.post(&swapped, &[("email", NEW)]).await.status, 410, "{swapped}");
        }
        assert_eq!(browser.post(&invitation, &[("email", NEW)]).await.status, 303, "{}", world.engine);
        assert_eq!(
            browser.post(&sign_in, &[]).await.status,
            303,
            "{}: the purposes do not replace each other",
            world.engine
        );
    }
}

#[tokio::test]
async fn case_26_an_invitation_dies_when_the_roles_change() {
    for world in worlds("identity_invite_roles").await {
        newcomer(&world).await;
        let path = invite(&world).await.unwrap();
        run(&world, "UPDATE membership SET roles = 'sales' WHERE person_id = 'nera.new'").await;
        assert_eq!(world.anonymous().post(&path, &[("email", NEW)]).await.status, 410, "{}", world.engine);
        let again = invite(&world).await.unwrap();
        run(&world, "UPDATE person SET disabled_ms = 1 WHERE id = 'nera.new'").await;
        assert_eq!(world.anonymous().post(&again, &[("email", NEW)]).await.status, 410, "{}", world.engine);
        let refused = invite(&world).await.unwrap_err();
        assert!(refused.to_string().contains("Enable the person first"), "{refused}");
    }
}

#[tokio::test]
async fn case_33_nobody_accepts_an_invitation_in_somebody_elses_session() {
    for world in worlds("identity_invite_other").await {
        newcomer(&world).await;
        let path = invite(&world).await.unwrap();
        let other = world.as_person("siam.admin").await;
        for answer in [other.get(&path).await, other.post(&path, &[("email", NEW)]).await] {
            assert_eq!(answer.status, 409, "{}", answer.body);
            assert!(answer.body.contains("siam.admin@siam.example") && !answer.body.contains(NEW));
            assert!(answer.body.contains("Sign out and go on"), "{}", answer.body);
        }
        assert!(other.get("/account").await.body.contains("Siriporn"), "the session was taken over");
        let out = other.post("/sign-out", &[("next", &path)]).await;
        assert_eq!(out.location(), path);
        let browser = other.after(&out);
        assert_eq!(
            browser.post(&path, &[("email", NEW)]).await.status,
            303,
            "{}: the invitation was lost",
            world.engine
        );
    }
}

#[tokio::test]
async fn sixty_invitations_an_hour_are_enough_for_an_organisation() {
    for world in worlds("identity_invite_limit").await {
        newcomer(&world).await;
        for _ in 0..60 {
            invite(&world).await.unwrap();
        }
        assert!(
            matches!(invite(&world).await, Err(Error::TooMany { retry_after_s: 3600 })),
            "{}",
            world.engine
        );
        // Whoever asks for a link meanwhile is answered as ever, and gets none: case 23.
        ask(&world, "nera.coord@nera.example").await;
        let mut tx = world.app.db.read().await.unwrap();
        let text = "SELECT body FROM mail_outbox WHERE to_email = 'nera.coord@nera.example'";
        let none: Option<super::Body> = crate::platform::db::query(text).optional(&mut tx).await.unwrap();
        assert!(none.is_none(), "{}", world.engine);
        drop(tx);
        assert_eq!(logged(&world, "sign_in_link.withheld").await, 1);
        world.clock.advance(crate::platform::base::HOUR_MS);
        invite(&world).await.unwrap();
    }
}
