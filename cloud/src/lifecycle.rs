//! From start to stop. A stop has two stages: first nothing new is taken and open streams end, then whatever still
//! runs after the grace time is cut off. Both listeners and all background jobs hang on one tracker.

use crate::app::App;
use crate::domains::enrolment::listener::Door;
use crate::domains::webhooks::Sender;
use crate::platform::bounded::{Bounded, Patience};
use crate::platform::jobs::Lane;
use crate::platform::mail::Courier;
use crate::platform::serve::serve;
use crate::platform::tls::{Peer, TlsListener, follow};
use crate::platform::{events, jobs, live, metrics};
use crate::reactions::Reactions;
use crate::routes;
use crate::work::Jobs;
use anyhow::Context;
use axum::Router;
use axum::serve::Listener;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long answers in progress may take after the stop was asked for.
const GRACE: Duration = Duration::from_secs(4);

/// Open connections of people and programs: most of them are pages that wait for news.
const MOST_OPEN: usize = 20_000;
/// How long a connection may be without a word; open streams say every 15 seconds that they are there.
const IDLE: Duration = Duration::from_secs(75);

/// Runs the service until a signal stops it.
///
/// # Errors
/// When a listener does not open, or one of the parts fails.
pub async fn run(app: App) -> anyhow::Result<()> {
    let listen = app.config.portal_listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("the portal cannot listen on {listen}; is another program there?"))?;
    let tracker = TaskTracker::new();
    let stop = app.stop.clone();
    tracker.spawn(async move {
        asked_to_stop().await;
        stop.cancel();
    });
    let agents = crate::agent_api::open(app.clone()).await?;
    if let Some(listen) = app.config.metrics_listen {
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("metrics_listen {listen} is taken; is another program there?"))?;
        tracing::info!(figures = %listener.local_addr().unwrap_or(listen), "supervisors may read figures");
        tracker.spawn(portal(listener, metrics::router(&app), app.stop.clone()));
    }
    start(app, listener, agents, &tracker)?;
    tracker.close();
    // The parts end after the stop was asked for, so this waits as long as the service runs.
    tracker.wait().await;
    tracing::info!("stopped");
    Ok(())
}

/// Starts every part on `tracker`. Each ends when [`App::stop`] does.
fn start(app: App, listener: TcpListener, agents: Door, tracker: &TaskTracker) -> anyhow::Result<()> {
    let address = listener.local_addr().context("the portal's listener has no address")?;
    let courier = Courier::new(&app.config.mail, app.config.demo)?;
    if matches!(courier, Courier::Nobody) {
        tracing::warn!("no mail server is configured: people sign in by the command sign-in-link only");
    }
    tracing::info!(agents = %agents.address(), "the agents' door is open");
    let stop = app.stop.clone();
    tracker.spawn(async move {
        if let Err(error) = agents.serve(stop.clone()).await {
            tracing::error!(%error, "the agents' listener failed");
            stop.cancel();
        }
    });
    tracker.spawn(events::run(app.clone(), Reactions));
    let work = Jobs { courier, sender: Sender::new(&app.config.webhook_networks) };
    for lane in Lane::ALL {
        tracker.spawn(jobs::run(app.clone(), work.clone(), lane));
    }
    tracker.spawn(live::run(app.clone()));
    let router = routes::service(&app).0;
    // The answer itself has its own limit; this one is for requests that do not come to their end.
    let patience = Patience { idle: IDLE, asking: app.config.request_timeout + GRACE };
    match &app.config.tls {
        None => {
            let listener = Bounded::new(listener, MOST_OPEN, patience);
            tracker.spawn(portal(listener, router, app.stop.clone()));
        }
        Some(files) => {
            let listener =
                TlsListener::new(listener, follow(files.clone(), app.stop.clone())?, app.stop.clone())?;
            let listener = Bounded::new(listener, MOST_OPEN, patience);
            tracker.spawn(portal(listener, router, app.stop.clone()));
        }
    }
    tracing::info!(portal = %address, url = %app.config.public_url, "ready");
    Ok(())
}

/// A listener for people or supervisors.
async fn portal<L>(listener: L, router: Router, stop: CancellationToken)
where
    L: Listener,
    L::Addr: Into<Peer>,
{
    let cut_off = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = serve(listener, router, stop.clone()) => {}
        () = cut_off => tracing::warn!("some answers took too long and were cut off"),
    }
}

/// Ends when the process is told to stop: Ctrl-C, or what a supervisor sends.
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ends = match signal(SignalKind::terminate()) {
        Ok(ends) => ends,
        Err(error) => {
            tracing::error!(%error, "SIGTERM cannot be heard; only Ctrl-C stops the service");
            return interrupted().await;
        }
    };
    tokio::select! {
        _ = ends.recv() => tracing::info!("told to stop"),
        () = interrupted() => {}
    }
}

async fn interrupted() {
    match tokio::signal::ctrl_c().await {
        Ok(()) => tracing::info!("interrupted"),
        Err(error) => {
            tracing::error!(%error, "Ctrl-C cannot be heard");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{GRACE, portal};
    use axum::Router;
    use axum::body::{Body, Bytes};
    use axum::routing::get;
    use futures_util::stream::{self, Stream, StreamExt};
    use std::convert::Infallible;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio_util::sync::CancellationToken;

    fn endless() -> impl Stream<Item = Result<Bytes, Infallible>> {
        let ticks = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok(Bytes::from_static(b": tick\n\n")), ()))
        });
        stream::once(async { Ok(Bytes::from_static(b": open\n\n")) }).chain(ticks)
    }

    /// Opens `path` on a fresh listener, asks it to stop, and says how long that took.
    async fn stop_with_open(path: &str) -> Duration {
        let stop = CancellationToken::new();
        let ends = stop.clone();
        let router = Router::new()
            .route("/deaf", get(async || Body::from_stream(endless())))
            .route("/listens", get(async || Body::from_stream(endless().take_until(ends.cancelled_owned()))));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(portal(listener, router, stop.clone()));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        while !heard.windows(6).any(|six| six == b": open") {
            assert!(client.read_buf(&mut heard).await.unwrap() > 0, "the stream did not open");
        }
        let asked = tokio::time::Instant::now();
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(9), serving).await.expect("it never stopped").unwrap();
        asked.elapsed()
    }

    #[tokio::test]
    async fn an_open_stream_that_listens_ends_at_once_and_a_deaf_one_within_the_grace_time() {
        let listens = stop_with_open("/listens").await;
        assert!(listens < Duration::from_secs(2), "{listens:?}");
        let deaf = stop_with_open("/deaf").await;
        assert!(deaf >= GRACE && deaf < Duration::from_secs(5), "{deaf:?}");
    }
}
