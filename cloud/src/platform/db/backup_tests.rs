//! The story of a copy: whole while others write, the same in every row when it is put back, and never over anything.

use super::{BackupError, Db, back_up, query, restore};
use crate::guards::dump::{difference, dump, dump_of};
use crate::guards::story::play;
use crate::world::testing::{World, worlds};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::path::{Path, PathBuf};

/// What is empty at the end of the story: the schedule does not run in it, nobody has a passkey, asks for a link by mail or
/// sets the service up, and nothing was imported.
const EMPTY: [&str; 8] = [
    "funnel_reminder",
    "grant_reminder",
    "job_run",
    "passkey",
    "passkey_ceremony",
    "setup_link",
    "sign_in_request",
    "transfer_stub",
];

#[derive(sqlx::FromRow)]
struct Counted {
    firsts: i64,
    seconds: i64,
}

/// The story's world on SQLite, and the file of its database.
async fn embedded(story: &str) -> (World, PathBuf) {
    let world = worlds(story).await.into_iter().next().unwrap();
    let Db::Sqlite { readers, .. } = &world.app.db else { panic!("the first engine is not SQLite") };
    let file = readers.options().get_filename().to_owned();
    (world, file)
}

async fn opened(path: &Path) -> Db {
    Db::open(&format!("sqlite:{}", path.display())).await.unwrap()
}

#[tokio::test]
async fn what_is_put_back_has_every_row() {
    let (world, file) = embedded("floor_backup").await;
    play(&world).await;
    let dir = tempfile::tempdir().unwrap();
    let (copy, back) = (dir.path().join("copy.db"), dir.path().join("back.db"));
    let before = dump(&world).await;
    let empty: Vec<&str> =
        before.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table.as_str()).collect();
    assert_eq!(empty, EMPTY, "nothing is compared of a table without rows: let the story fill it");
    let bytes = back_up(&file, &copy).await.unwrap();
    assert_eq!(bytes, std::fs::metadata(&copy).unwrap().len());
    restore(&copy, &back).await.unwrap();
    let db = opened(&back).await;
    let after = dump_of(&db).await;
    db.close().await;
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert_eq!(difference(&before, &after), [""; 0]);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&back).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "others may read it");
    for there in [&copy, &back] {
        assert!(matches!(back_up(&file, there).await, Err(BackupError::There(_))));
        assert!(matches!(restore(&copy, there).await, Err(BackupError::There(_))));
    }
    let names =
        std::fs::read_dir(dir.path()).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.contains("draft")).count(), 0, "a draft was left behind");
}

#[tokio::test]
async fn a_copy_is_of_one_moment_while_others_write() {
    let (world, file) = embedded("floor_backup_live").await;
    let dir = tempfile::tempdir().unwrap();
    let write = async |n: i64| {
        let mut tx = world.app.db.write().await.unwrap();
        for (id, name) in [(format!("f{n}"), "first"), (format!("s{n}"), "second")] {
            let insert = query("INSERT INTO tenant (id, name, created_ms) VALUES ($1, $2, 0)");
            insert.bind(id).bind(name).execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    };
    let mut begun = 0;
    for round in 0..3 {
        let copy = dir.path().join(format!("{round}.db"));
        // The one of the round before may have been committed, too.
        begun += 1;
        write(begun).await;
        let mut copying = std::pin::pin!(back_up(&file, &copy));
        loop {
            // One that is dropped in the middle may have been committed.
            begun += 1;
            tokio::select! {
                copied = &mut copying => {
                    copied.unwrap();
                    break;
                }
                () = write(begun) => {}
            }
        }
        let db = opened(&copy).await;
        let text = "SELECT CAST(COUNT(CASE name WHEN 'first' THEN 1 END) AS BIGINT) AS firsts,
                           CAST(COUNT(CASE name WHEN 'second' THEN 1 END) AS BIGINT) AS seconds FROM tenant";
        let counted: Counted = query(text).one(&mut db.read().await.unwrap()).await.unwrap();
        assert_eq!(counted.firsts, counted.seconds, "half of a transaction is in the copy");
        assert!((round + 1..=begun).contains(&counted.firsts), "{round} {} {begun}", counted.firsts);
        db.close().await;
    }
}

#[tokio::test]
async fn what_is_damaged_foreign_or_newer_is_refused_and_leaves_nothing() {
    let (_world, file) = embedded("floor_backup_refused").await;
    let dir = tempfile::tempdir().unwrap();
    let name = |name: &str| dir.path().join(name);
    let (good, back) = (name("good.db"), name("back.db"));
    back_up(&file, &good).await.unwrap();
    let mut bytes = std::fs::read(&good).unwrap();
    let half = bytes.len() / 2;
    std::fs::write(name("cut.db"), &bytes[..half]).unwrap();
    for byte in &mut bytes[half..half + 40_000] {
        *byte ^= 0x5a;
    }
    std::fs::write(name("damaged.db"), &bytes).unwrap();
    std::fs::write(name("text.db"), "not a database at all").unwrap();
    for damaged in ["cut.db", "damaged.db", "text.db"] {
        let refused = restore(&name(damaged), &back).await.unwrap_err();
        assert!(matches!(refused, BackupError::Damaged(..)), "{damaged}: {refused}");
    }
    changed(&name("foreign.db"), "CREATE TABLE other (id INTEGER)").await;
    let refused = restore(&name("foreign.db"), &back).await.unwrap_err();
    assert!(matches!(refused, BackupError::Foreign(_)), "{refused}");
    std::fs::copy(&good, name("newer.db")).unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'of tomorrow', TRUE, x'00', 0)";
    changed(&name("newer.db"), newer).await;
    let refused = restore(&name("newer.db"), &back).await.unwrap_err();
    assert!(refused.to_string().contains("newer riversync-cloud (migrations [9999]"), "{refused}");
    let refused = restore(&name("nowhere.db"), &back).await.unwrap_err();
    assert!(matches!(refused, BackupError::NotThere(_)), "{refused}");
    std::fs::write(name("back.db-wal"), "of the database that was here").unwrap();
    assert!(matches!(restore(&good, &back).await, Err(BackupError::There(_))));
    assert!(!back.exists(), "a refused copy was put in place");
}

async fn changed(path: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query(sql).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
}
