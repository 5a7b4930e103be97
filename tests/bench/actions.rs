//! Actions a second: the record, its event, the rows of the logs and the outbox, in a transaction that is on the disk when
//! the action ends. In this process, without HTTP, so that the figure is that of the floor under the rooms; the portal's
//! bench has the one with requests. On both databases, which share the machine's processors with it.
//!
//! The action is the registration of a deal in a tier without a limit: it writes to the logs of two organisations and moves
//! the funnel's sums. The reactions are let run afterwards and counted apart.

use anyhow::{Context as _, Result, ensure};
use futures_util::future::join_all;
use riversync_cloud::app::App;
use riversync_cloud::config::Config;
use riversync_cloud::domains::audit::By;
use riversync_cloud::domains::funnel::{Registration, register_deal};
use riversync_cloud::domains::identity;
use riversync_cloud::platform::access::{Action, Actor, Item};
use riversync_cloud::platform::base::{OsRandom, SystemClock};
use riversync_cloud::platform::db::Db;
use riversync_cloud::platform::events::dispatch_due;
use riversync_cloud::reactions::Reactions;
use riversync_cloud::world;
use riversync_testbed::parts::Postgres;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who acts at once.
const AT_ONCE: usize = 32;

/// The figures of one engine.
#[derive(Debug, Serialize)]
struct Figures {
    engine: &'static str,
    /// Asked: 2,000 on PostgreSQL, 1,500 on SQLite.
    actions_a_second: f64,
    /// Events whose reactions ran, a second.
    reactions_a_second: f64,
}

/// Measures both engines, one after the other.
pub async fn run(seconds: u64) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let postgres = Postgres::start().await?;
    let sqlite = format!("sqlite:{}", folder.path().join("cloud.db").display());
    let mut all = Vec::new();
    for (engine, url) in [("SQLite", sqlite.as_str()), ("PostgreSQL", postgres.url())] {
        let figures = one(folder.path(), engine, url, seconds).await?;
        eprintln!(
            "{engine}: {:.0} actions a second, {:.0} events a second worked off",
            figures.actions_a_second, figures.reactions_a_second
        );
        all.push(figures);
    }
    Ok(serde_json::to_string(&all)?)
}

async fn one(folder: &Path, engine: &'static str, url: &str, seconds: u64) -> Result<Figures> {
    let db = Db::open(url).await?;
    let app = App::new(db, Arc::new(SystemClock), Arc::new(OsRandom), Config::for_one_machine(folder));
    world::plant(&app, world::today(&app)).await?;
    while dispatch_due(&app, &Reactions).await > 0 {}
    let actor = Arc::new(seller(&app).await?);
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    // Each in a task of its own, as requests are.
    let acting = (0..AT_ONCE).map(|client| {
        let (app, actor) = (app.clone(), actor.clone());
        tokio::spawn(async move {
            let mut done = 0_u32;
            while Instant::now() < end {
                act(&app, &actor, format!("Bench {client} {done}")).await?;
                done += 1;
            }
            anyhow::Ok(done)
        })
    });
    let mut done = 0_u32;
    for client in join_all(acting).await {
        done += client??;
    }
    let actions_a_second = f64::from(done) / begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let mut handled = 0_u32;
    loop {
        match dispatch_due(&app, &Reactions).await {
            0 => break,
            some => handled += u32::try_from(some)?,
        }
    }
    ensure!(handled >= done, "only {handled} of {done} events were there");
    let reactions_a_second = f64::from(handled) / begun.elapsed().as_secs_f64();
    app.db.close().await;
    Ok(Figures { engine, actions_a_second, reactions_a_second })
}

/// An administrator of a reseller whose tier has no limit of open deals.
async fn seller(app: &App) -> Result<Actor> {
    let mut tx = app.db.read().await?;
    let member = world::people().iter().find(|person| person.handle == "andaman.admin");
    let member = member.context("the demo world has nobody to sell")?;
    Ok(identity::actor_of(&mut tx, member.handle, member.tenant_id).await?)
}

async fn act(app: &App, actor: &Actor, customer: String) -> Result<()> {
    let scope = actor.may(Action::Change(Item::Deals)).ok().context("nobody may sell")?;
    let form = Registration {
        customer,
        title: "Two pumps".to_owned(),
        amount: "10".to_owned(),
        currency: "THB".to_owned(),
        direct: true,
        ..Registration::default()
    };
    register_deal(app, &scope, By::actor(actor, Item::Deals.app()), &form).await?;
    Ok(())
}
