//! A former release with a whole world in it: everything that it had written is there after this one has migrated it, and
//! this one goes on from there.
//!
//! The file beside the golden ones is written once per release that somebody runs, before the first migration that comes
//! after it, and never changed afterwards:
//! `cargo nextest run --workspace --locked --run-ignored only -E 'test(guards::former)'`. Its name then goes into
//! [`RELEASES`].

mod fixture;

use crate::domains::audit::{Trusted, Verdict, verify};
use crate::domains::search;
use crate::guards::dump::lines;
use crate::guards::story::play;
use crate::platform::base::{MINUTE_MS, OsRandom};
use crate::platform::db::testing::{each_address, open_at};
use crate::platform::db::{Db, Tx, newest_migration, query};
use crate::world::testing::{World, worlds};
use fixture::{Fixture, Row, rows_of, written};
use std::path::PathBuf;
use std::sync::Arc;

/// The newest migration of each release whose world is kept.
const RELEASES: [i64; 1] = [191];

/// What a later migration changes on purpose: its number, the table, the column (`*`: all of its rows), and why.
const CHANGED: &[(i64, &str, &str, &str)] =
    &[(201, "notification_times", "zone", "a person has one zone, that of pages and mails")];

/// Who opens what afterwards: each party, pages and lists.
const OPENED: [(&str, &[&str]); 5] = [
    ("bkk.admin", &["/portal", "/account", "/api/v1/portal/devices", "/api/v1/portal/sharing"]),
    ("nera.sales1", &["/partners/overview", "/api/v1/deals", "/api/v1/deals/DL-1", "/api/v1/search?q=DL-1"]),
    ("nera.coord", &["/partners/workload", "/api/v1/workload", "/api/v1/renewals"]),
    ("mw.manager", &["/partners/overview", "/api/v1/overview"]),
    ("rs.admin", &["/admin/partners", "/account"]),
];

fn file(release: i64) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/former_{release:04}.jsonl"))
}

#[tokio::test]
#[ignore = "writes the world of this release, once"]
async fn the_world_of_this_release_is_kept() {
    let world = worlds("former_written").await.remove(0);
    play(&world).await;
    let release = newest_migration();
    let mut tx = world.app.db.read().await.unwrap();
    let text = written(&mut tx, release, world.app.clock.now_ms()).await;
    assert!(text.len() < 1_500_000, "{} bytes are too many to be read", text.len());
    assert!(!file(release).exists(), "{} is there, and is not written again", file(release).display());
    std::fs::write(file(release), text).unwrap();
}

/// Whether that column of that table is what `release` had written.
fn stays(release: i64, table: &str, column: &str) -> bool {
    !CHANGED.iter().any(|(migration, of, name, _)| {
        *migration > release && *of == table && (*name == column.trim_end_matches(":hex") || *name == "*")
    })
}

/// Holds every row of the file against the database; what stands in either and not in the other.
async fn differences(tx: &mut Tx, fixture: &Fixture) -> Vec<String> {
    let mut found = Vec::new();
    for (table, rows) in &fixture.tables {
        let kept: Vec<&str> = rows[0]
            .keys()
            .map(String::as_str)
            .filter(|column| stays(fixture.migration, table, column))
            .collect();
        if kept.is_empty() {
            continue;
        }
        let line = |row: &Row| {
            let part = |column: &&str| format!("{column}={}", row[*column]);
            kept.iter().map(part).collect::<Vec<_>>().join(" ")
        };
        let mut had: Vec<String> = rows.iter().map(line).collect();
        let mut has: Vec<String> = rows_of(tx, table, kept.iter().copied()).await.iter().map(line).collect();
        had.sort();
        has.sort();
        if had.len() != has.len() {
            found.push(format!("{table} had {} rows and has {}", had.len(), has.len()));
        }
        found.extend(had.iter().filter(|row| !has.contains(row)).map(|row| format!("- {table}: {row}")));
        found.extend(has.iter().filter(|row| !had.contains(row)).map(|row| format!("+ {table}: {row}")));
    }
    found
}

#[tokio::test]
async fn every_row_of_a_former_release_is_there_and_the_service_goes_on() {
    for release in RELEASES {
        let fixture = Fixture::read(&std::fs::read_to_string(file(release)).unwrap());
        assert_eq!(fixture.migration, release);
        let dir = Arc::new(tempfile::tempdir().unwrap());
        for (engine, url) in each_address(dir.path(), &format!("former_{release}")).await.unwrap() {
            let what = format!("{engine}, migration {release}");
            let db = open_at(&url, release, &[]).await.unwrap();
            let mut tx = db.write().await.unwrap();
            fixture.put(&mut tx).await;
            tx.commit().await.unwrap();
            let mut tx = db.read().await.unwrap();
            assert_eq!(differences(&mut tx, &fixture).await, [""; 0], "{what}: it was not put in whole");
            drop(tx);
            db.close().await;
            let db = Db::open(&url).await.unwrap();
            db.ready().await.unwrap();
            let mut tx = db.write().await.unwrap();
            assert_eq!(differences(&mut tx, &fixture).await, [""; 0], "{what}");
            // What a migration could do to them is found out.
            for (harm, says) in [
                ("DELETE FROM telemetry_gap", "telemetry_gap had"),
                ("UPDATE device SET site = upper(site)", "- device: "),
                ("UPDATE stored_file SET content = sha256", "- stored_file: "),
            ] {
                assert!(query(harm).execute(&mut tx).await.unwrap() > 0, "{what}: {harm}");
                let found = differences(&mut tx, &fixture).await;
                assert!(found.iter().any(|one| one.starts_with(says)), "{what}: {harm}: {found:?}");
            }
            tx.rollback().await;
            let world = World::over(engine, db, dir.clone(), fixture.now_ms + MINUTE_MS, Arc::new(OsRandom));
            search::rebuild(&world.app, None).await.unwrap();
            goes_on(&world, &what).await;
        }
    }
}

async fn goes_on(world: &World, what: &str) {
    for (handle, paths) in OPENED {
        let browser = world.as_person(handle).await.unscanned();
        for path in paths {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 200, "{what}: {path} of {handle}: {}", answer.body);
        }
    }
    // Checkpoints are held against the key in the state directory, which no database has.
    let mut tx = world.app.db.read().await.unwrap();
    let logs = lines(&mut tx, "SELECT tenant_id AS line FROM audit_head".to_owned()).await;
    assert!(logs.len() > 5, "{what}: {logs:?}");
    for log in logs {
        let verdict = verify(&mut tx, &log, &Trusted::default()).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole { .. }), "{what}: the log of {log}: {verdict}");
    }
}
