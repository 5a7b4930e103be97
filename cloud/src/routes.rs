//! Every room's routes, one line each, and what is put around them.

use crate::app::App;
use crate::dependants::Hanging;
use crate::domains::{
    channel, devices, enrolment, funnel, identity, insights, logs, program, renewals, sharing, workload,
};
use crate::live;
use crate::platform::error::Error;
use crate::platform::web::{Method, Mounted, Routes, assets, dress};
use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Json, Router};
use std::sync::Arc;

/// All rooms.
fn rooms() -> Routes {
    // A room per line.
    [
        health(),
        assets::routes(),
        identity::routes(),
        enrolment::routes(),
        funnel::routes(),
        sharing::routes(),
        workload::routes(),
        devices::routes(),
        renewals::routes(),
        channel::routes(),
        program::routes(),
        insights::routes(),
        logs::routes(),
        live::routes(),
        crate::openapi::routes(),
    ]
    .into_iter()
    .fold(Routes::new(), Routes::merge)
}

/// The whole service for people, and the list of its routes.
pub fn service(app: &App) -> (Router, Vec<Mounted>) {
    let routes = if app.config.demo { rooms().merge(identity::demo_routes()) } else { rooms() };
    let (router, mounted) = routes.into_parts();
    let hanging: Arc<dyn enrolment::Dependants> = Arc::new(Hanging);
    (dress(router.layer(Extension(hanging)), app, Arc::new(identity::Gate)), mounted)
}

fn health() -> Routes {
    let description = get(async || Json(crate::openapi::document()));
    Routes::new()
        .open(Method::Get, "/api/openapi.json", "what the API can do is no secret", description)
        .open(Method::Get, "/health", "a supervisor asks whether the process lives", get(async || "alive\n"))
        .open(Method::Get, "/ready", "a load balancer asks whether to send people here", get(ready))
}

/// Ready while the database answers and is migrated, the disk takes what is written, and no stop was asked for.
async fn ready(State(app): State<App>) -> Result<&'static str, Error> {
    if app.stop.is_cancelled() {
        return Err(Error::Busy);
    }
    if let Err(error) = app.db.ready().await {
        tracing::warn!(%error, "not ready: the database is not fit");
        return Err(Error::Busy);
    }
    let probe = app.config.state_dir.join(format!("probe-{}", std::process::id()));
    let written = async {
        tokio::fs::create_dir_all(&app.config.state_dir).await?;
        tokio::fs::write(&probe, [0; PROBE_BYTES]).await
    };
    let written = written.await;
    let removed = tokio::fs::remove_file(&probe).await;
    if let Err(error) = written.and(removed) {
        tracing::warn!(%error, "not ready: the disk of the state directory does not take what is written");
        return Err(Error::Busy);
    }
    Ok("ready\n")
}

/// Enough that a full disk is noticed.
const PROBE_BYTES: usize = 64 * 1024;
