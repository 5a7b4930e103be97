//! An organisation moves to a database of the other engine, and the command is killed on the way: nothing of it is there,
//! it comes in when it is done again, and its people find their pages as they were. The same of the schema.

use crate::home::home;
use anyhow::{Context as _, Result, bail, ensure};
use riversync_testbed::cloud::{Cloud, DATABASE, Wish};
use riversync_testbed::parts::Postgres;
use riversync_testbed::person::Person;
use riversync_testbed::process::{Program, build_products, built};
use riversync_testbed::wait::until;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use std::path::Path;
use std::time::Duration;

/// So many deals that the import says several times how far it is.
const DEALS: u32 = 13_000;
const PATIENCE: Duration = Duration::from_secs(120);
const DAY: &str = "2026-07-15";
const PAGES: [&str; 3] = ["/partners/deals", "/api/v1/deals?limit=200", "/api/v1/deals/DL-1"];

/// A service in a folder of its own.
fn wish(database_url: Option<&str>) -> Wish {
    Wish { database_url: database_url.map(str::to_owned), clock: Some(DAY.to_owned()), ..Wish::default() }
}

fn command(folder: &Path, wish: &Wish, args: &[&str]) -> Result<Program> {
    let program = Program::new(built("riversync-cloud")?, folder.join("command.log"));
    Ok(program.args(args.iter().copied()).args(Cloud::settings(folder, wish)?))
}

/// What a member of Nera sees, without the instant at which it was seen and the keys of forms.
async fn seen(cloud: &Cloud) -> Result<Vec<String>> {
    let seller = Person::sign_in(&cloud.url(""), &cloud.sign_in_link("nera.sales1").await?).await?;
    let mut seen = Vec::new();
    for path in PAGES {
        let (status, page) = seller.page(path).await?;
        ensure!(status.is_success(), "{path} answers {status}");
        let stays = |line: &&str| !line.contains("data-now=") && !line.contains("name=\"form_key\"");
        seen.push(page.lines().filter(stays).collect::<Vec<_>>().join("\n"));
    }
    Ok(seen)
}

/// How many rows are Nera's, of the first tables of its file and of the last that was being written.
async fn rows_of_nera(folder: &Path, wish: &Wish) -> Result<i64> {
    const ROWS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM (
             SELECT tenant_id AS id FROM membership UNION ALL SELECT tenant_id FROM tenant_capability
             UNION ALL SELECT reseller_id FROM funnel_record UNION ALL SELECT reseller_id FROM funnel_sum
             UNION ALL SELECT tenant_id FROM audit_entry) AS mine WHERE id = 'nera'";
    Ok(match &wish.database_url {
        Some(url) => {
            let mut database = PgConnection::connect(url).await?;
            sqlx::query_scalar(ROWS).fetch_one(&mut database).await?
        }
        None => {
            let mut database = embedded(folder).await?;
            sqlx::query_scalar(ROWS).fetch_one(&mut database).await?
        }
    })
}

async fn embedded(folder: &Path) -> Result<SqliteConnection> {
    let file = folder.join("data").join(DATABASE);
    Ok(SqliteConnectOptions::new().filename(file).busy_timeout(Duration::ZERO).connect().await?)
}

/// Moves the owner of the program and Nera from a service of `from` to one of `to`.
async fn moves(name: &str, from: &Wish, to: &Wish) -> Result<()> {
    build_products(true).await?;
    let home = home(name)?;
    let (old, new) = (home.path().join("old"), home.path().join("new"));
    let cloud = Cloud::start(&old, from).await?;
    cloud.fill_funnel(DEALS).await?;
    let before = seen(&cloud).await?;
    let mut files = Vec::new();
    for organisation in ["riversync", "nera"] {
        let file = home.path().join(organisation).display().to_string();
        cloud.command(&["export", "--organisation", organisation, "--to", &file]).await?;
        files.push(file);
    }
    ensure!(cloud.stop().await?, "the old service had to be killed");
    std::fs::create_dir_all(&new)?;
    command(&new, to, &["import", "--from", &files[0]])?.output().await?;
    let stands = rows_of_nera(&new, to).await?;
    ensure!(stands == 0, "{stands} rows of Nera came with another organisation");

    let import = command(&new, to, &["import", "--from", &files[1]])?;
    let mut importing = import.start()?;
    until("the import to be in the middle of the deals", PATIENCE, async || {
        let said = std::fs::read_to_string(import.log())?;
        ensure!(said.contains("10000 rows read, of funnel_record now"), "{said}");
        Ok(())
    })
    .await?;
    importing.check_running()?;
    importing.kill().await?;
    let said = std::fs::read_to_string(import.log())?;
    ensure!(!said.contains(" is here: "), "it was through before it was killed: {said}");
    until("nothing of Nera to be there", PATIENCE, async || {
        let stands = rows_of_nera(&new, to).await?;
        ensure!(stands == 0, "{stands} rows of Nera are there");
        Ok(())
    })
    .await?;
    let again = import.output().await?;
    ensure!(again.contains("Nera (nera) is here: "), "{again}");

    let cloud = Cloud::over(&new, to).await?;
    let after = seen(&cloud).await?;
    for ((path, one), other) in PAGES.iter().zip(&before).zip(&after) {
        let differ = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        ensure!(one == other, "{path} is not what it was: {differ:?}");
    }
    ensure!(cloud.stop().await?, "the new service had to be killed");
    Ok(())
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_nothing_and_is_done_again_on_postgresql() -> Result<()> {
    let postgres = Postgres::start().await?;
    moves("moved-to-postgresql", &wish(None), &wish(Some(postgres.url()))).await
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_nothing_and_is_done_again_on_sqlite() -> Result<()> {
    let postgres = Postgres::start().await?;
    moves("moved-to-sqlite", &wish(Some(postgres.url())), &wish(None)).await
}

/// Holds the next start against a schema that was left half way.
async fn goes_on(folder: &Path, wish: &Wish) -> Result<()> {
    let cloud = Cloud::start(folder, wish).await?;
    let checked = cloud.command(&["migrate", "--check"]).await?;
    ensure!(checked.contains("migrations applied"), "{checked}");
    seen(&cloud).await?;
    ensure!(cloud.stop().await?, "the service had to be killed");
    Ok(())
}

/// Whether migrations are missing.
async fn is_behind(folder: &Path, wish: &Wish) -> Result<bool> {
    match command(folder, wish, &["migrate", "--check"])?.output().await {
        Ok(_) => Ok(false),
        Err(said) if said.to_string().contains("migrations are missing") => Ok(true),
        Err(said) => Err(said),
    }
}

#[tokio::test]
async fn a_killed_migration_is_gone_on_with_by_the_next_start_on_postgresql() -> Result<()> {
    build_products(true).await?;
    let home = home("migrate-killed-postgresql")?;
    let postgres = Postgres::start().await?;
    let (folder, wish) = (home.path(), wish(Some(postgres.url())));
    std::fs::create_dir_all(folder)?;
    let migrate = command(folder, &wish, &["migrate"])?;
    let mut migrating = migrate.start()?;
    let mut database = PgConnection::connect(postgres.url()).await?;
    let mut reader = None;
    until("a migration to wait for who reads the funnel", PATIENCE, async || {
        if reader.is_none() {
            let mut begun = PgConnection::connect(postgres.url()).await?;
            sqlx::query("BEGIN").execute(&mut begun).await?;
            sqlx::query("SELECT 1 FROM funnel_record LIMIT 1").execute(&mut begun).await?;
            reader = Some(begun);
        }
        let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&mut database).await?;
        ensure!(waiting == 1, "{waiting} are waiting");
        Ok(())
    })
    .await?;
    migrating.check_running()?;
    migrating.kill().await?;
    drop(reader);
    ensure!(is_behind(folder, &wish).await?, "all migrations were applied before it was killed");
    goes_on(folder, &wish).await
}

/// Nothing can be held in its way there, so it is killed a little later each time until that is in the middle.
#[tokio::test]
async fn a_killed_migration_is_gone_on_with_by_the_next_start_on_sqlite() -> Result<()> {
    build_products(true).await?;
    let home = home("migrate-killed-sqlite")?;
    let wish = wish(None);
    for after_ms in (2..2_000).step_by(4) {
        let folder = home.path().join(after_ms.to_string());
        std::fs::create_dir_all(&folder)?;
        let mut migrating = command(&folder, &wish, &["migrate"])?.start()?;
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        migrating.kill().await?;
        if applied(&folder).await.unwrap_or_default() > 0 && is_behind(&folder, &wish).await? {
            return goes_on(&folder, &wish).await;
        }
    }
    bail!("it was never killed in the middle")
}

/// Migrations that a file has.
async fn applied(folder: &Path) -> Result<i64> {
    let mut database = embedded(folder).await?;
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(&mut database).await?)
}

#[tokio::test]
async fn a_copy_of_a_shared_database_is_made_by_its_own_tools() -> Result<()> {
    build_products(true).await?;
    let home = home("copy-postgresql")?;
    let wished = wish(Some("postgres://riversync:hush@127.0.0.1:1/riversync"));
    let there = home.path().join("copy").display().to_string();
    for (args, tool) in [
        (
            ["backup", "--to", &there],
            "`pg_dump --format=custom --file=FILE URL` copies it while the service goes on",
        ),
        (
            ["restore", "--from", &there],
            "`pg_restore --dbname=URL FILE` fills an empty one from what pg_dump made",
        ),
    ] {
        let said =
            command(home.path(), &wished, &args)?.output().await.err().context("it was done")?.to_string();
        ensure!(said.contains("is PostgreSQL, which has its own tool: ") && said.contains(tool), "{said}");
        let told = said.rsplit_once("ended with").map_or("", |(_, told)| told);
        ensure!(!told.contains("hush"), "the password is said: {said}");
    }
    ensure!(!home.path().join("copy").exists(), "a file was made");
    Ok(())
}
