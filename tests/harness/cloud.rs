//! A cloud of one's own: the real binary on embedded SQLite, in a directory of its own, behind a link that can fail.

use crate::link::Link;
use crate::process::{Process, Program, built};
use crate::proof::Recorded;
use crate::unsaid::{never_said, never_said_link};
use crate::wait::until;
use crate::wire::plain;
use anyhow::{Context as _, Result, ensure};
use riversync_protocol::v1::{PackedBatch, Schema};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;

/// The embedded database in the cloud's directory.
pub const DATABASE: &str = "cloud.db";
const READY_WITHIN: Duration = Duration::from_secs(60);

/// How a cloud is to be.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Port of the portal, 0 for any free one.
    pub portal_port: u16,
    /// The day the world is told on, such as `2026-07-15`; today without one.
    pub clock: Option<String>,
    /// What the cloud logs.
    pub log: Option<String>,
    /// `postgres://…` instead of the embedded database.
    pub database_url: Option<String>,
    /// A settings file.
    pub settings: Option<PathBuf>,
    /// People reach it as `localhost` instead of 127.0.0.1: browsers have passkeys for names only.
    pub by_name: bool,
}

/// A running cloud with the demo world in it.
pub struct Cloud {
    folder: PathBuf,
    wish: Wish,
    /// The settings that every process of the service has.
    shared: Vec<String>,
    portal: SocketAddr,
    by_name: bool,
    agents: SocketAddr,
    link: Link,
    settings: Vec<String>,
    process: Process,
    ledger: tokio::sync::Mutex<Ledger>,
}

/// What was read from the database so far.
#[derive(Default)]
struct Ledger {
    seen: HashSet<i64>,
    schemas: HashMap<Vec<u8>, Schema>,
    recorded: Recorded,
}

impl Cloud {
    /// Plants the demo world in `folder` and starts serving it.
    ///
    /// # Errors
    /// When a port is taken or the cloud does not come up; its last words are in the sentence.
    pub async fn start(folder: &Path, wish: &Wish) -> Result<Self> {
        let shared = Self::settings(folder, wish)?;
        let today = wish.clock.clone().unwrap_or_else(|| "now".to_owned());
        let program = program(folder, wish)?;
        program.args(["seed", "--today", &today]).args(shared.clone()).output().await?;
        Self::serve(folder, wish, shared).await
    }

    /// Serves what is in the database already.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn over(folder: &Path, wish: &Wish) -> Result<Self> {
        Self::serve(folder, wish, Self::settings(folder, wish)?).await
    }

    /// What every process and command of a service in `folder` is told.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn settings(folder: &Path, wish: &Wish) -> Result<Vec<String>> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let database = format!("sqlite:{}", data.join(DATABASE).display());
        let mut shared = vec![
            format!("--database-url={}", wish.database_url.clone().unwrap_or(database)),
            format!("--state-dir={}", data.join("state").display()),
            "--insecure-cookies".to_owned(),
            "--demo".to_owned(),
        ];
        if let Some(file) = &wish.settings {
            shared.push(format!("--config={}", file.display()));
        }
        Ok(shared)
    }

    /// One more process of the same service, with its log in `folder`: the same database, which must be a shared one, and
    /// the same keys, but listeners of its own.
    ///
    /// # Errors
    /// When it does not come up; its last words are in the sentence.
    pub async fn beside(&self, folder: &Path) -> Result<Self> {
        ensure!(self.wish.database_url.is_some(), "an embedded database has one process");
        std::fs::create_dir_all(folder)?;
        let wish = Wish { portal_port: 0, ..self.wish.clone() };
        Self::serve(folder, &wish, self.shared.clone()).await
    }

    async fn serve(folder: &Path, wish: &Wish, shared: Vec<String>) -> Result<Self> {
        let portal = free(wish.portal_port).await?;
        let agents = free(0).await?;
        let link = Link::start(agents).await?;
        let own = [
            format!("--portal-listen={portal}"),
            format!("--public-url={}", address(portal, wish.by_name)),
            format!("--agent-listen={agents}"),
            format!("--agent-address={}", link.address()),
        ];
        let settings: Vec<String> = shared.iter().cloned().chain(own).collect();
        let mut serve = program(folder, wish)?.args(["serve"]).args(settings.clone());
        if let Some(clock) = &wish.clock {
            serve = serve.args(["--clock", clock]);
        }
        let process = serve.start()?;
        let mut cloud = Self {
            folder: folder.to_owned(),
            wish: wish.clone(),
            shared,
            portal,
            by_name: wish.by_name,
            agents,
            link,
            settings,
            process,
            ledger: tokio::sync::Mutex::default(),
        };
        cloud.ready().await?;
        Ok(cloud)
    }

    /// Waits until both listeners answer.
    ///
    /// # Errors
    /// When it ended, or does not come up in time.
    pub async fn ready(&mut self) -> Result<()> {
        let (url, agents) = (self.url("/health"), self.agents);
        let process = &mut self.process;
        until("the cloud to answer", READY_WITHIN, async || {
            process.check_running()?;
            let answer = plain()?.get(&url).send().await?;
            ensure!(answer.status().is_success(), "{url} answers {}", answer.status());
            Ok(tokio::net::TcpStream::connect(agents).await.map(drop)?)
        })
        .await
    }

    /// The address of a path of the portal.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", address(self.portal, self.by_name))
    }

    /// The wire to the gateways.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The running process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Where it keeps everything.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Runs another command of the cloud's binary with the same settings.
    ///
    /// # Errors
    /// When it ends with anything but 0.
    pub async fn command(&self, args: &[&str]) -> Result<String> {
        let program = Program::new(built("riversync-cloud")?, self.folder.join("commands.log"));
        program.args(args.iter().copied()).args(self.settings.clone()).output().await
    }

    /// A fresh one-time code for the gateway `agent`.
    ///
    /// # Errors
    /// When there is no such gateway.
    pub async fn enrolment_code(&self, agent: &str) -> Result<String> {
        let said = self.command(&["enrolment-code", "--agent", agent]).await?;
        let code = said.split_whitespace().find(|word| word.starts_with("RS1-"));
        let code = code.with_context(|| format!("no code in {said:?}"))?;
        never_said(code);
        Ok(code.to_owned())
    }

    /// The one number that `sql` asks the embedded database for.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn count(&self, sql: &'static str) -> Result<i64> {
        let options = SqliteConnectOptions::new().filename(self.data().join(DATABASE)).read_only(true);
        let mut database = options.connect().await?;
        let row = sqlx::query(sql).fetch_one(&mut database).await?;
        database.close().await?;
        Ok(row.try_get(0)?)
    }

    /// Changes the embedded database behind the service's back, as time or somebody outside would have.
    ///
    /// # Errors
    /// When nothing is changed by it.
    pub async fn change(&self, sql: &'static str) -> Result<()> {
        let options = SqliteConnectOptions::new().filename(self.data().join(DATABASE));
        let mut database = options.connect().await?;
        let changed = sqlx::query(sql).execute(&mut database).await?;
        database.close().await?;
        ensure!(changed.rows_affected() > 0, "nothing is changed by {sql}");
        Ok(())
    }

    /// A fresh sign-in link for the person `handle` of the demo world, such as `nera.coord`.
    ///
    /// # Errors
    /// When nobody is called so.
    pub async fn sign_in_link(&self, handle: &str) -> Result<String> {
        let person = riversync_cloud::world::people().iter().find(|person| person.handle == handle);
        let email = person.with_context(|| format!("nobody is called {handle}"))?.email();
        let link = self.command(&["sign-in-link", "--email", &email]).await?.trim().to_owned();
        never_said_link(&link);
        Ok(link)
    }

    /// SIGKILL and start again; returns when it answers.
    ///
    /// # Errors
    /// When it does not come up again.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.process.kill_and_restart().await?;
        self.ready().await
    }

    /// The same service, stopped and started again on another day of the story.
    ///
    /// # Errors
    /// When it does not end by itself, or does not come up again.
    pub async fn on_another_day(self, clock: &str) -> Result<Self> {
        let (folder, shared) = (self.folder.clone(), self.shared.clone());
        let wish = Wish { clock: Some(clock.to_owned()), ..self.wish.clone() };
        ensure!(self.stop().await?, "the cloud had to be killed");
        Self::serve(&folder, &wish, shared).await
    }

    /// The embedded database, opened to read only.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn database(&self) -> Result<SqliteConnection> {
        let file = self.data().join(DATABASE);
        Ok(SqliteConnectOptions::new().filename(file).read_only(true).connect().await?)
    }

    /// Lets the newest revision of `grant` end at `until_ms`, and tells the gateway `agent` as any change of a grant does.
    /// The portal only knows ends of days.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn end_grant(&self, grant: &str, agent: &str, until_ms: i64) -> Result<()> {
        let file = self.data().join(DATABASE);
        let mut database = SqliteConnectOptions::new().filename(file).connect().await?;
        let mut change = database.begin().await?;
        let ended = sqlx::query("UPDATE grant_revision SET until_ms = ? WHERE grant_id = ?")
            .bind(until_ms)
            .bind(grant)
            .execute(&mut *change)
            .await?;
        ensure!(ended.rows_affected() > 0, "there is no grant {grant}");
        sqlx::query("UPDATE agent SET policy_epoch = policy_epoch + 1 WHERE id = ?")
            .bind(agent)
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(database.close().await?)
    }

    /// Puts `count` deals of Nera's seller into the database, as if they had been registered.
    ///
    /// # Errors
    /// When the database does not take them.
    pub async fn fill_funnel(&self, count: u32) -> Result<()> {
        const FILL: &str = "INSERT INTO funnel_record (id, stage, status, reseller_id, owner_id, distributor_id,
                customer_name, title, amount_cents, currency, source, created_ms, updated_ms, vendor_id)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
             SELECT 'DL-F' || n.i, d.stage, d.status, d.reseller_id, d.owner_id, d.distributor_id, 'Customer ' || n.i, d.title,
                d.amount_cents, d.currency, d.source, d.created_ms, d.created_ms + n.i, d.vendor_id
             FROM n JOIN funnel_record d ON d.id = 'DL-1'";
        let put = match &self.wish.database_url {
            None => {
                let file = self.data().join(DATABASE);
                let mut database = SqliteConnectOptions::new().filename(file).connect().await?;
                let done = sqlx::query(FILL).bind(i64::from(count)).execute(&mut database).await?;
                database.close().await?;
                done.rows_affected()
            }
            Some(url) => {
                let mut database = sqlx::PgConnection::connect(url).await?;
                let done = sqlx::query(FILL).bind(i64::from(count)).execute(&mut database).await?;
                // As it does by itself within a minute after so much was put in.
                sqlx::query("ANALYZE funnel_record").execute(&mut database).await?;
                database.close().await?;
                done.rows_affected()
            }
        };
        ensure!(put == u64::from(count), "{put} of {count} records were put into the database");
        Ok(())
    }

    /// Everything it recorded so far, decoded without the cloud's own code.
    ///
    /// Batches are folded into frames when they are older than a minute, so the ledger keeps what it has read: ask at
    /// least that often. A batch that was folded unread shows as lost, never as fine.
    ///
    /// # Errors
    /// When a stored batch does not decode.
    pub async fn recorded(&self) -> Result<Recorded> {
        let mut ledger = self.ledger.lock().await;
        let mut database = self.database().await?;
        for row in sqlx::query("SELECT hash, body FROM wire_schema").fetch_all(&mut database).await? {
            let schema: Schema = postcard::from_bytes(row.get("body"))?;
            ledger.schemas.insert(row.get("hash"), schema);
        }
        for row in sqlx::query("SELECT id, schema_hash, body FROM batch").fetch_all(&mut database).await? {
            if !ledger.seen.insert(row.get("id")) {
                continue;
            }
            let body: Vec<u8> = row.get("body");
            let packed: PackedBatch = postcard::from_bytes(&body)?;
            let hash: Vec<u8> = row.get("schema_hash");
            let schema = ledger.schemas.get(&hash).context("a batch without schema")?.clone();
            ledger.recorded.add(&schema, &packed)?;
            ledger.recorded.stored_bytes += body.len() as u64;
        }
        database.close().await?;
        Ok(ledger.recorded.clone())
    }

    /// Ends it as an operator would; answers whether it ended by itself.
    ///
    /// # Errors
    /// When it cannot be signalled.
    pub async fn stop(mut self) -> Result<bool> {
        self.process.stop(Duration::from_secs(15)).await
    }
}

/// `port` of 127.0.0.1 if nobody has it; any free one for 0.
async fn free(port: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.with_context(|| {
        format!("port {port} of this machine is in use; name another with --port, or stop whoever has it")
    })?;
    Ok(listener.local_addr()?)
}

/// The cloud's program with its log in `folder`.
fn program(folder: &Path, wish: &Wish) -> Result<Program> {
    let program = Program::new(built("riversync-cloud")?, folder.join("cloud.log"));
    Ok(program.env("RUST_LOG", wish.log.clone().unwrap_or_else(|| "info".to_owned())))
}

/// How people reach the portal.
fn address(portal: SocketAddr, by_name: bool) -> String {
    if by_name { format!("http://localhost:{}", portal.port()) } else { format!("http://{portal}") }
}
