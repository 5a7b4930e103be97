//! From start to stop. A stop has two stages: first nothing new is taken and open streams end, then whatever still
//! runs after the grace time is cut off. Both listeners and all background jobs hang on one tracker.

use crate::app::App;
use crate::domains::enrolment::listener::Door;
use crate::routes;
use anyhow::Context;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

/// How long answers in progress may take after the stop was asked for.
const GRACE: Duration = Duration::from_secs(4);

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
    tracing::info!(agents = %agents.address(), "the agents' door is open");
    let stop = app.stop.clone();
    tracker.spawn(async move {
        if let Err(error) = agents.serve(stop.clone()).await {
            tracing::error!(%error, "the agents' listener failed");
            stop.cancel();
        }
    });
    tracker.spawn(portal(app.clone(), listener));
    tracing::info!(portal = %address, url = %app.config.public_url, "ready");
    Ok(())
}

/// People's listener.
async fn portal(app: App, listener: TcpListener) {
    let (router, _) = routes::service(&app);
    let stop = app.stop.clone();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(app.stop.clone().cancelled_owned());
    let cut_off = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = serving => if let Err(error) = ended {
            tracing::error!(%error, "the portal's listener failed");
            stop.cancel();
        },
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
