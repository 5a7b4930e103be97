//! The log's story: rows chain, an edit, a reorder and a cut tail are found, writers at once do not fork the chain.

use super::testing::unlock;
use super::{By, Entry, Fact, Filter, Reason, Trusted, Verdict, log, record, verify, verify_all};
use crate::app::App;
use crate::platform::access::{Acting, Action, Actor, Item, Party, Role, Roles, Scope, Standing, Switches};
use crate::platform::base::Reader;
use crate::platform::db::{Tx, query};
use crate::world::testing::worlds;
use serde_json::json;

fn nok() -> By {
    By::member(("nera.coord", "Nok Charoen"), ("nera", "Nera"))
        .acting_as(Party::Reseller)
        .in_request("req_1", "127.0.0.1")
}

pub(super) async fn act(app: &App, fact: Fact, device: &str) {
    let mut tx = app.db.write().await.unwrap();
    let entry = Entry::new(nok(), fact, "device", device)
        .affecting("bkkfoods")
        .with(json!({ "before": null, "after": "seen" }))
        .because(Reason::typed("routine"));
    record(app, &mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
}

async fn verdict(app: &App) -> Verdict {
    let mut tx = app.db.read().await.unwrap();
    verify(&mut tx, "bkkfoods", &Trusted::default()).await.unwrap()
}

fn reader(tenant_id: &str) -> Scope {
    let actor = Actor {
        person_id: "bkk.admin".into(),
        person_name: String::new(),
        email: String::new(),
        reader: Reader::default(),
        tenant_id: tenant_id.into(),
        tenant_name: String::new(),
        roles: Roles::from_iter([Role::Administrator]),
        acting: vec![Acting {
            party: Party::Customer,
            partner_tier: None,
            vendor_id: None,
            standing: Standing::Active,
            switches: Switches::default(),
            brand: None,
        }],
        tenants: Vec::new(),
        viewing: None,
        proved_ms: None,
        key: None,
    };
    actor.may(Action::See(Item::UsageLog)).unwrap()
}

/// Does `sql` to the log behind its back.
pub(super) async fn tamper(app: &App, sql: &'static str) {
    let mut tx = app.db.write().await.unwrap();
    assert!(query(sql).execute(&mut tx).await.unwrap() > 0, "{sql}");
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_kind_of_tampering_is_found_and_named() {
    for world in worlds("audit_tamper").await {
        let app = &world.app;
        for device in ["D-BF-1", "D-BF-2", "D-BF-3", "D-BF-4", "D-BF-5"] {
            act(app, Fact::AlarmAcknowledged, device).await;
        }
        assert_eq!(verdict(app).await, Verdict::Whole { rows: 5 }, "{}", world.engine);
        unlock(app).await;
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
        let report = verify_all(app, None).await.unwrap();
        let nera = ("nera".to_owned(), Verdict::Whole { rows: 5 });
        assert_eq!(report.chains[1], nera, "{}: its own log is whole: {report:?}", world.engine);
        assert_eq!((report.chains.len(), report.findings()), (2, 1), "{report:?}");
    }
}

/// Case 142: the service itself can neither change nor remove a row, whatever it is made to say to its database.
#[tokio::test]
async fn case_142_a_row_is_written_once() {
    for world in worlds("audit_written_once").await {
        let app = &world.app;
        act(app, Fact::AlarmAcknowledged, "D-BF-1").await;
        for forbidden in [
            "UPDATE audit_entry SET reason = 'none'",
            "DELETE FROM audit_entry",
            "DELETE FROM audit_entry WHERE seq = 1",
            "INSERT INTO audit_checkpoint (number, at_ms, body, signature) VALUES (1, 1, '', '');
             UPDATE audit_checkpoint SET at_ms = 2",
        ] {
            for statement in forbidden.split(';') {
                let mut tx = app.db.write().await.unwrap();
                let done = query(statement.trim().to_owned().leak()).execute(&mut tx).await;
                match statement.trim().starts_with("INSERT") {
                    true => tx.commit().await.unwrap(),
                    false => {
                        let refused = done.expect_err(statement).to_string();
                        assert!(refused.contains("is never"), "{}: {refused}", world.engine);
                    }
                }
            }
        }
        if app.db.read().await.is_ok_and(|tx| matches!(tx, Tx::Postgres(_))) {
            let mut tx = app.db.write().await.unwrap();
            query("TRUNCATE audit_entry").execute(&mut tx).await.unwrap_err();
        }
        assert_eq!(verdict(app).await, Verdict::Whole { rows: 1 }, "{}", world.engine);
    }
}

#[tokio::test]
async fn an_action_whose_log_row_fails_does_not_happen() {
    for world in worlds("audit_aborts").await {
        let (nera, bkk) = (world.as_person("nera.coord").await, world.as_person("bkk.admin").await);
        let mut tx = world.app.db.write().await.unwrap();
        query("DROP TABLE access_refusal").execute(&mut tx).await.unwrap();
        query("ALTER TABLE audit_entry RENAME TO audit_entry_gone").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        for (browser, path) in
            [(&nera, "/partners/workload/A-BF-1/acknowledge"), (&bkk, "/portal/sharing/grant_bf_nera/revoke")]
        {
            let answer = browser.post(path, &[("reason", "")]).await;
            assert_eq!(answer.status, 500, "{}: {path}: {}", world.engine, answer.body);
        }
        let refused = nera.post("/partners/deals", &[]).await;
        assert_eq!(refused.status, 500, "{}: a denial that cannot be written is our fault", world.engine);
        #[derive(sqlx::FromRow)]
        struct Done {
            acknowledged: i64,
            revoked: i64,
            outbox: i64,
        }
        let mut tx = world.app.db.read().await.unwrap();
        let done: Done = query(
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM alarm WHERE acknowledged_ms IS NOT NULL) AS acknowledged,
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM grant_revision WHERE revoked_ms IS NOT NULL) AS revoked,
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM outbox WHERE kind LIKE 'alarm.%' OR kind LIKE 'grant.%')
                        AS outbox",
        )
        .one(&mut tx)
        .await
        .unwrap();
        assert_eq!((done.acknowledged, done.revoked, done.outbox), (0, 0, 0), "{}", world.engine);
    }
}

#[tokio::test]
async fn writers_at_once_make_one_chain() {
    for world in worlds("audit_race").await {
        let writers: Vec<_> = (0..24)
            .map(|n| {
                let app = world.app.clone();
                tokio::spawn(async move { act(&app, Fact::TicketAssigned, &format!("D-{n}")).await })
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
        act(&world.app, Fact::GrantMade, "g1").await;
        let mut tx = world.app.db.write().await.unwrap();
        let entry = Entry::new(nok(), Fact::GrantRevoked, "grant", "g1").affecting("bkkfoods");
        record(&world.app, &mut tx, entry).await.unwrap();
        drop(tx);
        act(&world.app, Fact::GrantNarrowed, "g1").await;
        assert_eq!(verdict(&world.app).await, Verdict::Whole { rows: 2 }, "{}", world.engine);
    }
}

#[tokio::test]
async fn an_owner_reads_its_own_log_narrowed_and_page_by_page() {
    for world in worlds("audit_read").await {
        for n in 1..=7 {
            act(&world.app, Fact::AlarmAcknowledged, &format!("D-BF-{n}")).await;
        }
        act(&world.app, Fact::GrantRevoked, "g1").await;
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
