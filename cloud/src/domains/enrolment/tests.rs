//! The room's story over real TLS: coming in once, being known, being thrown out, and whatever else knocks.

use super::listener::testing::{Gateway, OpenDoor, invite, open};
use super::revoke_agent;
use crate::domains::audit::By;
use crate::domains::coverage::testing::allowed;
use crate::domains::coverage::{narrow, revoke};
use crate::platform::access::{Action, Item};
use crate::platform::base::DAY_MS;
use crate::platform::db::query;
use crate::world::testing::{World, worlds};
use riversync_protocol::codec::MAX_BODY_BYTES;
use riversync_protocol::paths;
use riversync_protocol::v1::{Message, Outcome, Refusal, RenewRequest};
use std::time::{Duration, Instant};

async fn knock(world: &World) -> (OpenDoor, Gateway) {
    let door = open(&world.app).await;
    let gateway = Gateway::enrolled(&world.app, &door, "A-BF").await;
    (door, gateway)
}

fn sentence(reply: super::listener::testing::Reply) -> (u16, String) {
    let status = reply.status;
    match reply.ack().outcome {
        Outcome::Refused(Refusal::Malformed(why)) => (status, why),
        other => panic!("{status}: {other:?}"),
    }
}

#[tokio::test]
async fn a_code_opens_once_and_a_lost_answer_may_be_repeated() {
    for world in worlds("enrol_once").await {
        let door = open(&world.app).await;
        let code = invite(&world.app, "A-BF").await;
        let gateway = Gateway::new(&door, &code);
        let first = gateway.enrol(&code).await;
        assert!(matches!(first.message, Some(Message::Certificate(_))), "{}: {first:?}", world.engine);
        let repeated = gateway.enrol(&code).await;
        assert!(matches!(repeated.message, Some(Message::Certificate(_))), "the same key: {repeated:?}");
        let thief = Gateway::new(&door, &code);
        let (status, why) = sentence(thief.enrol(&code).await);
        assert_eq!((status, why.contains("used already")), (410, true), "{why}");
        let mut guess = code.clone();
        guess.secret = [7; 16];
        assert_eq!(sentence(thief.enrol(&guess).await).0, 401);
        let replaced = invite(&world.app, "A-SR").await;
        let newest = invite(&world.app, "A-SR").await;
        assert!(sentence(thief.enrol(&replaced).await).1.contains("newer code"));
        world.clock.advance(3 * DAY_MS);
        assert!(sentence(thief.enrol(&newest).await).1.contains("expired"));
    }
}

#[tokio::test]
async fn a_certificate_carries_nothing_but_the_agents_name_and_thirty_days() {
    for world in worlds("enrol_certificate").await {
        let (_door, gateway) = knock(&world).await;
        let leaf = &gateway.certificate.as_ref().unwrap().chain_der[0];
        let (_, leaf) = x509_parser::parse_x509_certificate(leaf).unwrap();
        assert_eq!(leaf.subject().to_string(), "CN=A-BF");
        assert!(leaf.subject_alternative_name().unwrap().is_none(), "the requested name got in");
        assert!(!leaf.is_ca());
        let validity = leaf.validity();
        let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400;
        assert_eq!(days, 31, "a day back for slow clocks and thirty ahead: {validity:?}");
        let usage = leaf.extended_key_usage().unwrap().unwrap().value;
        assert!(usage.client_auth && !usage.server_auth);
    }
}

#[tokio::test]
async fn who_is_not_known_or_was_thrown_out_gets_no_further() {
    for world in worlds("enrol_out").await {
        let (door, mut gateway) = knock(&world).await;
        let stranger = Gateway {
            certificate: None,
            key: rcgen::KeyPair::generate().unwrap(),
            ..Gateway::new(&door, &invite(&world.app, "A-SR").await)
        };
        assert_eq!(sentence(stranger.send("GET", paths::POLICY, &[]).await.unwrap()).0, 401);
        // A certificate of another CA does not even finish the handshake.
        let forger = rcgen::KeyPair::generate().unwrap();
        let forged = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&forger).unwrap();
        let mut certificate = gateway.certificate.clone().unwrap();
        certificate.chain_der = vec![forged.der().to_vec()];
        let wrong = Gateway {
            key: forger,
            certificate: Some(certificate),
            ..Gateway::new(&door, &invite(&world.app, "A-SR").await)
        };
        assert!(wrong.send("GET", paths::POLICY, &[]).await.is_err(), "another CA came in");
        // A renewed certificate works, and so does the old one until its end.
        let request = RenewRequest { csr_der: gateway.csr_der() };
        let reply = gateway.post(paths::RENEW, Message::RenewRequest(request)).await;
        let Some(Message::Certificate(fresh)) = reply.message else { panic!("{reply:?}") };
        assert!(gateway.policy(0, 0).await.is_some());
        gateway.certificate = Some(fresh);
        assert!(gateway.policy(0, 0).await.is_some());
        let mut tx = world.app.db.write().await.unwrap();
        revoke_agent(&world.app, &mut tx, By::system("a story"), "A-BF", "stolen").await.unwrap();
        tx.commit().await.unwrap();
        let (status, why) = sentence(gateway.send("GET", paths::POLICY, &[]).await.unwrap());
        assert_eq!((status, why.contains("revoked")), (403, true), "{}: {why}", world.engine);
    }
}

#[tokio::test]
async fn hostile_bodies_get_a_sentence() {
    for world in worlds("enrol_hostile").await {
        let (_door, gateway) = knock(&world).await;
        for path in [paths::ENROL, paths::RENEW, paths::SCHEMAS, paths::BATCHES] {
            assert_eq!(sentence(gateway.send("POST", path, &[0xff; 40]).await.unwrap()).0, 400, "{path}");
            assert_eq!(sentence(gateway.send("POST", path, &[]).await.unwrap()).0, 400, "{path}");
            let certificate = Message::Certificate(gateway.certificate.clone().unwrap());
            assert_eq!(sentence(gateway.post(path, certificate).await).0, 422, "{path}");
        }
        let large = vec![0; MAX_BODY_BYTES + 1];
        assert_eq!(sentence(gateway.send("POST", paths::BATCHES, &large).await.unwrap()).0, 413);
        assert_eq!(sentence(gateway.send("GET", "/agent/v1/secrets", &[]).await.unwrap()).0, 404);
        assert_eq!(sentence(gateway.send("GET", "/agent/v1/policy?have=minus", &[]).await.unwrap()).0, 400);
        let request = RenewRequest { csr_der: vec![0x30, 0x82] };
        assert_eq!(sentence(gateway.post(paths::RENEW, Message::RenewRequest(request)).await).0, 422);
    }
}

#[tokio::test]
async fn a_change_wakes_who_waits_for_a_policy() {
    for world in worlds("enrol_policy").await {
        let (_door, gateway) = knock(&world).await;
        let policy = gateway.policy(0, 0).await.unwrap();
        assert_eq!((policy.agent.as_str(), policy.rows.len()), ("A-BF", 6), "{}", world.engine);
        assert_eq!(gateway.policy(policy.epoch, 50).await, None, "nothing changed");
        let customer = allowed(&world, "bkk.admin", Action::Change(Item::Sharing)).await;
        let app = world.app.clone();
        let change = async {
            // The wait has begun once the listener of the waiting request is counted.
            let deadline = Instant::now() + Duration::from_secs(5);
            while app.hub.listeners() == 0 && Instant::now() < deadline {
                tokio::task::yield_now().await;
            }
            let left = vec![("D-BF-1".to_owned(), "temp".to_owned())];
            narrow(&app, &customer, "grant_bf_nera", left, None).await.unwrap();
            Instant::now()
        };
        let wait = async {
            let newer = gateway.policy(policy.epoch, 20_000).await.unwrap();
            (newer, Instant::now())
        };
        let (changed, (newer, heard)) = tokio::join!(change, wait);
        assert_eq!((newer.epoch, newer.rows.len()), (policy.epoch + 1, 1));
        let took = heard.saturating_duration_since(changed);
        assert!(took < Duration::from_millis(500), "{}: it took {took:?} to wake", world.engine);
        revoke(&app, &customer, "grant_bf_nera", "").await.unwrap();
        let last = gateway.policy(newer.epoch, 0).await.unwrap();
        assert!(last.rows.is_empty());
        // A change that this process did not hear of is found as well.
        let mut tx = app.db.write().await.unwrap();
        query("UPDATE agent SET policy_epoch = policy_epoch + 1 WHERE id = $1")
            .bind("A-BF")
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(gateway.policy(last.epoch, 10_000).await.unwrap().epoch, last.epoch + 1);
    }
}
