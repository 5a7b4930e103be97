//! The stories of signing in, and what must not work (PORTAL 7.2; a test that is one of its cases carries its number).

mod codes;
mod invite;
mod languages;
mod links;
mod sessions;
mod step_up;

use crate::platform::db::query;
use crate::world::testing::{Answer, Browser, World};

#[derive(sqlx::FromRow)]
struct Body {
    body: String,
}

/// The newest mail to `email`.
async fn mail(world: &World, email: &str) -> String {
    let mut tx = world.app.db.read().await.unwrap();
    let text = "SELECT body FROM mail_outbox WHERE to_email = $1 ORDER BY id DESC LIMIT 1";
    let mail: Body = query(text).bind(email).one(&mut tx).await.unwrap();
    mail.body
}

/// The path of the newest link that was mailed to `email`.
async fn mailed(world: &World, email: &str) -> String {
    let url = world.app.config.public_url.as_str();
    let mail = mail(world, email).await;
    mail.split_whitespace().find_map(|word| word.strip_prefix(url)).unwrap().to_owned()
}

/// The code of the newest mail to `email`, as it is written there.
async fn mailed_code(world: &World, email: &str) -> String {
    let mail = mail(world, email).await;
    mail.lines().find_map(|line| line.strip_prefix("    ")).unwrap().to_owned()
}

async fn run(world: &World, sql: &'static str) {
    let mut tx = world.app.db.write().await.unwrap();
    assert!(query(sql).execute(&mut tx).await.unwrap() > 0, "{sql}");
    tx.commit().await.unwrap();
}

#[derive(sqlx::FromRow)]
struct Rows {
    counted: i64,
}

async fn count(world: &World, sql: &'static str) -> i64 {
    let mut tx = world.app.db.read().await.unwrap();
    let counted: Rows = query(sql).one(&mut tx).await.unwrap();
    counted.counted
}

async fn logged(world: &World, action: &str) -> i64 {
    let mut tx = world.app.db.read().await.unwrap();
    let text = "SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM audit_entry WHERE tenant_id = 'nera' AND action = $1";
    let counted: Rows = query(text).bind(action).one(&mut tx).await.unwrap();
    counted.counted
}

/// A fresh browser asks for a link; it then carries its mark.
async fn ask(world: &World, email: &str) -> Browser {
    // Mails stand in the order of their ids, which follow the clock.
    world.clock.advance(1);
    let browser = world.anonymous();
    let answer = browser.post("/partners/login", &[("email", email)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    world.work().await;
    browser.after(&answer)
}

fn cookie(answer: &Answer) -> String {
    answer.headers[axum::http::header::SET_COOKIE].to_str().unwrap().to_owned()
}
