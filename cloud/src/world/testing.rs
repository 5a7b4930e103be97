//! The world for stories: the whole service on a fresh database, its clock standing at 10:00 on the story's day, and
//! a browser that calls the router without a socket. Every story runs on each engine at hand.
//!
//! ```text
//! for world in worlds("my_story").await {
//!     let nera = world.as_person("nera.coord").await;
//!     let page = nera.get("/partners/overview").await;
//!     assert_eq!(page.status, 200, "{}: {}", world.engine, page.body);
//! }
//! ```
//!
//! Every answer is held against what its reader may not see, and every log line against everything that must not be in
//! one: see [`super::scan`].

use super::scan::{self, Reader};
use super::{STORY_DAY, people, plant};
use crate::app::App;
use crate::config::Config;
use crate::domains::identity;
use crate::domains::webhooks::Sender;
use crate::platform::base::{BANGKOK, HOUR_MS, MovableClock, OsRandom, Random, start_of_day_ms};
use crate::platform::db::testing::each_engine;
use crate::platform::db::{Db, query};
use crate::platform::jobs::work_due;
use crate::platform::mail::Courier;
use crate::platform::web::Mounted;
use crate::work::Jobs;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, header};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

/// A running service with the world in it.
pub(crate) struct World {
    /// Which database engine it runs on.
    pub(crate) engine: &'static str,
    /// The service.
    pub(crate) app: App,
    /// Its clock, to be moved.
    pub(crate) clock: Arc<MovableClock>,
    /// Every route.
    pub(crate) mounted: Vec<Mounted>,
    router: Router,
    _dir: Arc<tempfile::TempDir>,
}

/// The network of this machine in which a story's receivers of webhooks listen.
pub(crate) const RECEIVERS: &str = "127.0.9.0/24";

/// Randomness that is the same in every run: two worlds that are asked the same make the same ids and tokens.
#[derive(Debug, Default)]
struct Repeating(AtomicU64);

impl Random for Repeating {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            piece.copy_from_slice(&Sha256::digest(count.to_le_bytes())[..piece.len()]);
        }
    }
}

/// One world per engine at hand. `story` names its PostgreSQL schema: `a-z_` only, unique.
pub(crate) async fn worlds(story: &str) -> Vec<World> {
    planted(empty_worlds(story).await).await
}

/// Worlds that are the same to the last byte, whenever they are asked the same.
pub(crate) async fn repeating_worlds(story: &str) -> Vec<World> {
    planted(worlds_of(story, || Arc::<Repeating>::default()).await).await
}

async fn planted(worlds: Vec<World>) -> Vec<World> {
    for world in &worlds {
        plant(&world.app, STORY_DAY).await.unwrap();
    }
    worlds
}

/// The same before anybody is there.
pub(crate) async fn empty_worlds(story: &str) -> Vec<World> {
    worlds_of(story, || Arc::new(OsRandom)).await
}

async fn worlds_of(story: &str, random: impl Fn() -> Arc<dyn Random>) -> Vec<World> {
    scan::watch_logs();
    let dir = Arc::new(tempfile::tempdir().unwrap());
    let mut worlds = Vec::new();
    for (engine, db) in each_engine(dir.path(), story).await.unwrap() {
        let now_ms = start_of_day_ms(STORY_DAY, BANGKOK) + 10 * HOUR_MS;
        worlds.push(World::over(engine, db, dir.clone(), now_ms, random()));
    }
    worlds
}

impl World {
    /// The service over a database that is there already, at `now_ms`.
    pub(crate) fn over(
        engine: &'static str,
        db: Db,
        dir: Arc<tempfile::TempDir>,
        now_ms: i64,
        random: Arc<dyn Random>,
    ) -> Self {
        let clock = Arc::new(MovableClock::fixed_at(now_ms));
        let mut config = Config::for_one_machine(dir.path().join(engine));
        // Guards ask thousands of times a minute.
        config.requests_per_minute = 1_000_000;
        // Where stories let a receiver listen; the rest of this machine is as private as anywhere.
        config.webhook_networks.push(RECEIVERS.parse().unwrap());
        let app = App::new(db, clock.clone(), random, config);
        let (router, mounted) = crate::routes::service(&app);
        Self { engine, app, clock, mounted, router, _dir: dir }
    }

    /// Performs what waits: links are made, mails go out, into the outbox that keeps them.
    pub(crate) async fn work(&self) {
        work_due(
            &self.app,
            &Jobs { courier: Courier::Keep, sender: Sender::new(&self.app.config.webhook_networks) },
        )
        .await;
    }

    /// The same world, in which the API may be asked less often.
    pub(crate) fn asked_at_most(&mut self, requests_per_minute: u32) {
        let config = Config { requests_per_minute, ..(*self.app.config).clone() };
        self.app = App { config: Arc::new(config), ..self.app.clone() };
        self.router = crate::routes::service(&self.app).0;
    }

    /// A browser in which nobody is signed in.
    pub(crate) fn anonymous(&self) -> Browser {
        Browser { router: self.router.clone(), cookie: None, reader: Reader::Nobody }
    }

    /// A browser in which `handle` has just signed in, through a real link.
    pub(crate) async fn as_person(&self, handle: &str) -> Browser {
        let member = people().iter().find(|member| member.handle == handle);
        let member = member.unwrap_or_else(|| panic!("{handle} does not live in this world"));
        let link = identity::sign_in_link(&self.app, &member.email(), "a story").await.unwrap();
        let path = link.strip_prefix(self.app.config.public_url.as_str()).unwrap();
        let answer = self.anonymous().post(path, &[("email", &member.email())]).await;
        assert_eq!(answer.status, 303, "{handle} could not sign in: {}", answer.body);
        let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        scan::never_log(path.rsplit('/').next().unwrap_or_default());
        let reader = Reader::Person(handle.to_owned());
        Browser { router: self.router.clone(), cookie: Some(cookie), reader }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(scan::logged(), [""; 0], "{}: the log holds what it must not", self.engine);
        }
    }
}

#[derive(sqlx::FromRow)]
struct Counted {
    counted: i64,
}

impl World {
    /// Changes what no page changes; it must touch something.
    pub(crate) async fn run(&self, sql: &'static str) {
        let mut tx = self.app.db.write().await.unwrap();
        assert!(query(sql).execute(&mut tx).await.unwrap() > 0, "{sql}");
        tx.commit().await.unwrap();
    }

    /// How many rows: `sql` is what stands after `SELECT COUNT(*)`, with `$1` for `value`.
    pub(crate) async fn count(&self, from: &str, value: &str) -> i64 {
        let sql: &'static str =
            Box::leak(format!("SELECT CAST(COUNT(*) AS BIGINT) AS counted {from}").into_boxed_str());
        let mut tx = self.app.db.read().await.unwrap();
        let counted: Counted = query(sql).bind(value).one(&mut tx).await.unwrap();
        counted.counted
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its HTTP status.
    pub(crate) status: u16,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body as text.
    pub(crate) body: String,
}

impl Answer {
    /// Where a redirect leads, empty when it is none.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|at| at.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e} in: {}", self.body))
    }
}

/// A browser without a socket: it keeps its session and follows nothing by itself.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    /// The session as a `name=value` pair.
    pub(crate) cookie: Option<String>,
    /// Who reads.
    reader: Reader,
}

impl Browser {
    /// The same browser, carrying this cookie (`name=value`, or a whole `Set-Cookie` line): whose that is, the story knows.
    pub(crate) fn with_cookie(&self, cookie: &str) -> Self {
        let pair = cookie.split(';').next().unwrap_or_default();
        Self { router: self.router.clone(), cookie: Some(pair.to_owned()), reader: Reader::Unscanned }
    }

    /// The same browser after `answer`: it carries the cookies that were set, and no more those that were cleared.
    pub(crate) fn after(&self, answer: &Answer) -> Self {
        let mut pairs: Vec<String> =
            self.cookie.iter().flat_map(|line| line.split("; ").map(str::to_owned)).collect();
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let pair = set.split(';').next().unwrap_or_default();
            let name = pair.split('=').next().unwrap_or_default();
            pairs.retain(|kept| kept.split('=').next() != Some(name));
            if !set.contains("Max-Age=0") {
                pairs.push(pair.to_owned());
            }
        }
        let cookie = (!pairs.is_empty()).then(|| pairs.join("; "));
        // A new session may be of anybody, or look on for somebody.
        let began = answer.headers.contains_key(header::SET_COOKIE);
        let reader = if began { Reader::Unscanned } else { self.reader.clone() };
        Self { router: self.router.clone(), cookie, reader }
    }

    /// The same browser for a story that gives its person rights that the world does not: its answers are not held
    /// against the world's secrets.
    pub(crate) fn unscanned(&self) -> Self {
        Self { reader: Reader::Unscanned, ..self.clone() }
    }

    /// The same browser while its person looks on as `handle`: it may show what that person may see, and no more.
    pub(crate) fn looking_on_as(&self, handle: &str) -> Self {
        Self { reader: Reader::Person(handle.to_owned()), ..self.clone() }
    }

    /// Opens a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.raw(self.request(Method::GET, path, Body::empty())).await).await
    }

    /// Sends a form from a page of our own origin.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>();
        let mut request = self.request(Method::POST, path, Body::from(body.join("&")));
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        read(self.raw(request).await).await
    }

    /// Sends JSON, as a program would.
    pub(crate) async fn post_json(&self, path: &str, json: &str) -> Answer {
        let mut request = self.request(Method::POST, path, Body::from(json.to_owned()));
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        headers.insert(header::ACCEPT, "application/json".parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        read(self.raw(request).await).await
    }

    /// Asks for data instead of a page.
    pub(crate) async fn get_json(&self, path: &str) -> Answer {
        let mut request = self.request(Method::GET, path, Body::empty());
        request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        read(self.raw(request).await).await
    }

    /// Sends a form with documents: field, file name, content.
    pub(crate) async fn upload(
        &self,
        path: &str,
        form: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in form {
            let head =
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, file, content) in files {
            let head = format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        let mut request = self.request(Method::POST, path, Body::from(body));
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=edge".parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        read(self.raw(request).await).await
    }

    /// A request of this browser, to be changed before it is sent with [`Self::raw`].
    pub(crate) fn request(&self, method: Method, path: &str, body: Body) -> Request<Body> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let request = match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        request.body(body).unwrap()
    }

    /// Sends `request`; the body is not read, so that a stream can be.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Response<Body> {
        let what = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await.unwrap();
        scan::never_log_cookies(response.headers());
        scan::watched(&self.reader, what, response)
    }
}

/// Reads an answer to its end.
pub(crate) async fn read(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 16 << 20).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    scan::never_log_keys(&body);
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
