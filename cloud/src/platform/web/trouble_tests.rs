//! Stories of a service in trouble, and of a request that is followed to its end.

use crate::app::App;
use crate::config::Config;
use crate::platform::db::testing::pragma;
use crate::platform::db::{Db, query};
use crate::world::testing::{World, worlds};
use axum::body::Body;
use axum::http::{Method, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// The service of `world` with little patience.
fn hasty(world: &World) -> App {
    let config = Config { request_timeout: Duration::from_secs(1), ..(*world.app.config).clone() };
    App { config: Arc::new(config), ..world.app.clone() }
}

/// Asks for a link, which writes a job.
async fn ask(world: &World, app: &App) -> Response<Body> {
    let form = Body::from("email=nera.coord%40nera.example");
    let mut request = world.anonymous().request(Method::POST, "/partners/login", form);
    let kind = "application/x-www-form-urlencoded".parse().unwrap();
    request.headers_mut().insert("content-type", kind);
    request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
    crate::routes::service(app).0.oneshot(request).await.unwrap()
}

fn told_to_come_back(answer: &Response<Body>) -> bool {
    answer.status() == 503 && answer.headers().contains_key("retry-after")
}

#[tokio::test]
async fn a_slow_database_is_busy_and_then_well_again() {
    for world in worlds("web_slow").await {
        let app = hasty(&world);
        let mut held = world.app.db.write().await.unwrap();
        if world.engine == "PostgreSQL" {
            query("LOCK TABLE job IN ACCESS EXCLUSIVE MODE").execute(&mut held).await.unwrap();
        }
        let answer = ask(&world, &app).await;
        assert!(told_to_come_back(&answer), "{}: {}", world.engine, answer.status());
        held.rollback().await;
        assert_eq!(ask(&world, &app).await.status(), 200, "{}", world.engine);
    }
}

#[tokio::test]
async fn a_full_disk_is_busy_and_then_well_again() {
    for world in worlds("web_full").await {
        if !matches!(world.app.db, Db::Sqlite { .. }) {
            continue;
        }
        pragma(&world.app.db, "PRAGMA max_page_count = 1").await;
        let mut full = false;
        for _ in 0..2_000 {
            // Pages that are only partly filled take some more.
            let answer = ask(&world, &world.app).await;
            full = told_to_come_back(&answer);
            if full {
                break;
            }
            assert!([200, 429].contains(&answer.status().as_u16()), "{}", answer.status());
            world.clock.advance(crate::platform::base::DAY_MS);
        }
        assert!(full, "the disk never filled");
        pragma(&world.app.db, "PRAGMA max_page_count = 1000000").await;
        world.clock.advance(crate::platform::base::DAY_MS);
        assert_eq!(ask(&world, &world.app).await.status(), 200);
    }
}

#[tokio::test]
async fn a_slow_client_costs_one_answer_and_holds_up_nobody() {
    let world = worlds("web_client").await.into_iter().next().unwrap();
    let router = crate::routes::service(&hasty(&world)).0;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut slow = TcpStream::connect(address).await.unwrap();
    let begun = "POST /partners/login HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nSec-Fetch-Site: same-origin\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\nemail=";
    slow.write_all(begun.as_bytes()).await.unwrap();
    let mut quick = TcpStream::connect(address).await.unwrap();
    quick.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut heard = String::new();
    quick.read_to_string(&mut heard).await.unwrap();
    assert!(heard.starts_with("HTTP/1.1 200"), "{heard}");
    let mut heard = Vec::new();
    while !heard.windows(4).any(|four| four == b"\r\n\r\n") {
        assert!(slow.read_buf(&mut heard).await.unwrap() > 0, "it was not answered");
    }
    let heard = String::from_utf8_lossy(&heard);
    assert!(heard.starts_with("HTTP/1.1 503") && heard.contains("retry-after: "), "{heard}");
    serving.abort();
}

#[tokio::test]
async fn ready_says_no_when_the_disk_or_a_migration_is_missing() {
    for world in worlds("web_ready").await {
        let nobody = world.anonymous();
        assert_eq!(nobody.get("/ready").await.status, 200, "{}", world.engine);
        let nowhere = Config { state_dir: "/proc/nowhere".into(), ..(*world.app.config).clone() };
        let app = App { config: Arc::new(nowhere), ..world.app.clone() };
        let request = nobody.request(Method::GET, "/ready", Body::empty());
        let answer = crate::routes::service(&app).0.oneshot(request).await.unwrap();
        assert!(told_to_come_back(&answer), "{}: {}", world.engine, answer.status());
        world.run("DELETE FROM _sqlx_migrations WHERE version = 80").await;
        assert_eq!(nobody.get("/ready").await.status, 503, "{}", world.engine);
        assert_eq!(nobody.get("/health").await.status, 200, "{}", world.engine);
    }
}

#[derive(sqlx::FromRow)]
struct Behind {
    correlation_id: String,
}

#[tokio::test]
async fn the_click_is_known_to_the_mail_that_follows_from_it() {
    for world in worlds("web_correlation").await {
        let answer = ask(&world, &world.app).await;
        let request = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let of = async |text: &'static str| {
            let mut tx = world.app.db.read().await.unwrap();
            let found: Vec<Behind> = query(text).all(&mut tx).await.unwrap();
            found.into_iter().map(|found| found.correlation_id).collect::<Vec<_>>()
        };
        assert_eq!(
            of("SELECT correlation_id FROM job").await,
            std::slice::from_ref(&request),
            "{}",
            world.engine
        );
        // The job makes the link, its event, the mail, and the job that sends it.
        world.work().await;
        assert_eq!(
            of("SELECT correlation_id FROM mail_outbox").await,
            std::slice::from_ref(&request),
            "{}",
            world.engine
        );
        let logged = "SELECT request_id AS correlation_id FROM audit_entry WHERE action LIKE 'link.%'
             UNION ALL SELECT correlation_id FROM outbox WHERE kind LIKE 'link.%'";
        for behind in of(logged).await {
            assert_eq!(behind, request, "{}", world.engine);
        }
    }
}

#[tokio::test]
async fn the_figures_tell_what_waits() {
    for world in worlds("web_figures").await {
        ask(&world, &world.app).await;
        let request = world.anonymous().request(Method::GET, "/metrics", Body::empty());
        let answer = crate::platform::metrics::router(&world.app).oneshot(request).await.unwrap();
        let text = crate::world::testing::read(answer).await.body;
        let answered = r#"riversync_answers_total{route="/partners/login",status="200"} 1"#;
        for line in ["riversync_jobs_waiting 1", answered, "riversync_answer_seconds_count 1"] {
            assert!(text.contains(line), "{}: {line} is not in {text}", world.engine);
        }
        let open = world.anonymous().get("/metrics").await;
        assert_eq!(open.status, 404, "the figures are no page of the portal");
    }
}
