//! The log's story: rows chain, an edit, a reorder and a cut tail are found, writers at once do not fork the chain.

use super::{By, Entry, Filter, Verdict, log, record, tenants_with_a_log, verify};
use crate::app::App;
use crate::platform::access::{Acting, Action, Actor, Item, Party, Role, Roles, Scope};
use crate::platform::db::query;
use crate::world::testing::worlds;
use serde_json::json;

fn nok() -> By {
    By {
        kind: "person",
        id: "nera.coord".into(),
        name: "Nok Charoen".into(),
        tenant_id: "nera".into(),
        tenant_name: "Nera".into(),
        capability: "reseller",
        request_id: "req_1".into(),
    }
}

async fn act(app: &App, action: &'static str, device: &str) {
    let mut tx = app.db.write().await.unwrap();
    let entry = Entry::new(nok(), action, "device", device)
        .affecting("bkkfoods")
        .with(json!({ "before": null, "after": "seen" }))
        .because("routine");
    record(app, &mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
}

async fn verdict(app: &App) -> Verdict {
    let mut tx = app.db.read().await.unwrap();
    verify(&mut tx, "bkkfoods").await.unwrap()
}

fn reader(tenant_id: &str) -> Scope {
    let actor = Actor {
        person_id: "bkk.admin".into(),
        person_name: String::new(),
        email: String::new(),
        tenant_id: tenant_id.into(),
        tenant_name: String::new(),
        roles: Roles::from_iter([Role::Administrator]),
        acting: vec![Acting { party: Party::Customer, partner_tier: None }],
        tenants: Vec::new(),
    };
    actor.may(Action::See(Item::UsageLog)).unwrap()
}

/// Does `sql` to the log behind its back.
async fn tamper(app: &App, sql: &'static str) {
    let mut tx = app.db.write().await.unwrap();
    assert!(query(sql).execute(&mut tx).await.unwrap() > 0, "{sql}");
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_kind_of_tampering_is_found_and_named() {
    for world in worlds("audit_tamper").await {
        let app = &world.app;
        for device in ["D-BF-1", "D-BF-2", "D-BF-3", "D-BF-4", "D-BF-5"] {
            act(app, "alarm.acknowledged", device).await;
        }
        assert_eq!(verdict(app).await, Verdict::Whole { rows: 5 }, "{}", world.engine);
        let edits: [(&'static str, &'static str, Verdict); 4] = [
            (
                "UPDATE audit_entry SET reason = 'none' WHERE tenant_id = 'bkkfoods' AND seq = 3",
                "UPDATE audit_entry SET reason = 'routine' WHERE tenant_id = 'bkkfoods' AND seq = 3",
                Verdict::Broken { seq: 3 },
            ),
            (
                "UPDATE audit_entry SET seq = 9 WHERE tenant_id = 'bkkfoods' AND seq = 2",
                "UPDATE audit_entry SET seq = 2 WHERE tenant_id = 'bkkfoods' AND seq = 9",
                Verdict::Missing { seq: 2 },
            ),
            (
                "UPDATE audit_entry SET object_id = 'D-BF-4', request_id = '' WHERE tenant_id = 'bkkfoods' AND seq = 5",
                "UPDATE audit_entry SET object_id = 'D-BF-5', request_id = 'req_1' WHERE tenant_id = 'bkkfoods' AND seq = 5",
                Verdict::Broken { seq: 5 },
            ),
            (
                "DELETE FROM audit_entry WHERE tenant_id = 'bkkfoods' AND seq > 3",
                "",
                Verdict::Cut { after_seq: 3, head_seq: 5 },
            ),
        ];
        for (edit, undo, expected) in edits {
            tamper(app, edit).await;
            assert_eq!(verdict(app).await, expected, "{}: {edit}", world.engine);
            if !undo.is_empty() {
                tamper(app, undo).await;
                assert_eq!(verdict(app).await, Verdict::Whole { rows: 5 }, "{}: {undo}", world.engine);
            }
        }
        let mut tx = app.db.read().await.unwrap();
        assert_eq!(tenants_with_a_log(&mut tx).await.unwrap(), ["bkkfoods", "nera"]);
        assert_eq!(
            verify(&mut tx, "nera").await.unwrap(),
            Verdict::Whole { rows: 5 },
            "its own log is whole"
        );
    }
}

#[tokio::test]
async fn writers_at_once_make_one_chain() {
    for world in worlds("audit_race").await {
        let writers: Vec<_> = (0..24)
            .map(|n| {
                let app = world.app.clone();
                tokio::spawn(async move { act(&app, "ticket.opened", &format!("D-{n}")).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(verdict(&world.app).await, Verdict::Whole { rows: 24 }, "{}", world.engine);
    }
}

#[tokio::test]
async fn an_action_that_is_given_up_leaves_no_row_and_no_gap() {
    for world in worlds("audit_rollback").await {
        act(&world.app, "grant.given", "g1").await;
        let mut tx = world.app.db.write().await.unwrap();
        let entry = Entry::new(nok(), "grant.revoked", "grant", "g1").affecting("bkkfoods");
        record(&world.app, &mut tx, entry).await.unwrap();
        drop(tx);
        act(&world.app, "grant.narrowed", "g1").await;
        assert_eq!(verdict(&world.app).await, Verdict::Whole { rows: 2 }, "{}", world.engine);
    }
}

#[tokio::test]
async fn an_owner_reads_its_own_log_narrowed_and_page_by_page() {
    for world in worlds("audit_read").await {
        for n in 1..=7 {
            act(&world.app, "alarm.acknowledged", &format!("D-BF-{n}")).await;
        }
        act(&world.app, "grant.revoked", "g1").await;
        let mut tx = world.app.db.read().await.unwrap();
        let scope = reader("bkkfoods");
        let filter = Filter { limit: 3, ..Filter::default() };
        let first = log(&mut tx, &scope, &filter).await.unwrap();
        assert_eq!(first.iter().map(|row| row.seq).collect::<Vec<_>>(), [8, 7, 6], "{}", world.engine);
        let filter = Filter { before_seq: Some(6), ..filter };
        let next = log(&mut tx, &scope, &filter).await.unwrap();
        assert_eq!(next.iter().map(|row| row.seq).collect::<Vec<_>>(), [5, 4, 3]);
        let narrowed = [
            (Filter { action: Some("grant.".into()), ..Filter::default() }, 1),
            (Filter { action: Some("alarm.acknowledged".into()), ..Filter::default() }, 7),
            (Filter { action: Some("%".into()), ..Filter::default() }, 0),
            (Filter { acting_tenant_id: Some("nera".into()), ..Filter::default() }, 8),
            (Filter { acting_tenant_id: Some("siam".into()), ..Filter::default() }, 0),
            (Filter { actor_id: Some("nera.coord".into()), ..Filter::default() }, 8),
            (
                Filter {
                    object_kind: Some("device".into()),
                    object_id: Some("D-BF-2".into()),
                    ..Filter::default()
                },
                1,
            ),
        ];
        for (filter, expected) in narrowed {
            let rows = log(&mut tx, &scope, &filter).await.unwrap();
            assert_eq!(rows.len(), expected, "{}: {filter:?}", world.engine);
        }
        let elsewhere = log(&mut tx, &reader("lonely"), &Filter::default()).await.unwrap();
        assert!(elsewhere.is_empty(), "{}: another's log was read", world.engine);
    }
}
