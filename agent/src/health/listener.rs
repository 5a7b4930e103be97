//! `/health`, `/ready` and `/metrics` for this machine only: a few lines of HTTP/1.1, bounded in every direction.

use super::metrics;
use super::status::{Status, Watcher};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Callers served at once; others wait.
const MAX_CALLERS: usize = 8;
/// Largest request head.
const MAX_HEAD_BYTES: usize = 4_096;
/// Longest time a caller may take.
const CALLER_TIMEOUT: Duration = Duration::from_secs(5);
const TEXT: &str = "text/plain; charset=utf-8";

/// Serves until `stop`.
pub async fn serve(listener: TcpListener, watcher: Arc<Watcher>, stop: CancellationToken) {
    let callers = Arc::new(Semaphore::new(MAX_CALLERS));
    loop {
        let Ok(permit) = Arc::clone(&callers).acquire_owned().await else { return };
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let watcher = Arc::clone(&watcher);
                tokio::spawn(async move {
                    // A caller that breaks off is its own concern.
                    drop(tokio::time::timeout(CALLER_TIMEOUT, answer(stream, &watcher)).await);
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the health listener cannot accept");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn answer(mut stream: TcpStream, watcher: &Watcher) -> std::io::Result<()> {
    let mut head = Vec::with_capacity(512);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() >= MAX_HEAD_BYTES {
            return Ok(());
        }
        let mut part = [0; 512];
        let count = stream.read(&mut part).await?;
        let Some(read) = part.get(..count).filter(|read| !read.is_empty()) else { return Ok(()) };
        head.extend_from_slice(read);
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let (status, kind, body) = route(&String::from_utf8_lossy(line), watcher);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

fn route(line: &str, watcher: &Watcher) -> (&'static str, &'static str, String) {
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method != "GET" {
        return ("405 Method Not Allowed", TEXT, "only GET is answered here\n".into());
    }
    match path {
        "/health" => alive(&watcher.status().stuck),
        "/ready" => ready(&watcher.status()),
        "/metrics" => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ("200 OK", kind, metrics::text(&watcher.status()))
        }
        _ => ("404 Not Found", TEXT, "try /health, /ready or /metrics\n".into()),
    }
}

/// Alive: every part makes progress.
fn alive(stuck: &[String]) -> (&'static str, &'static str, String) {
    match stuck {
        [] => ("200 OK", TEXT, "alive\n".into()),
        parts => ("503 Service Unavailable", TEXT, format!("no progress: {}\n", parts.join(", "))),
    }
}

/// Ready: a policy is in force and the store takes records. An offline cloud is what the store is for.
fn ready(status: &Status) -> (&'static str, &'static str, String) {
    let why = match (&status.grant.withheld, status.buffer.disk_full) {
        (Some(why), _) => why.as_str(),
        (None, true) => "the disk is full",
        (None, false) => return ("200 OK", TEXT, "ready\n".into()),
    };
    ("503 Service Unavailable", TEXT, format!("not ready: {why}\n"))
}
