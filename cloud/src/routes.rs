//! Every room's routes, one line each, and what is put around them.

use crate::app::App;
use crate::dependants::Hanging;
use crate::domains::{
    channel, devices, enrolment, funnel, identity, insights, jobs, logs, notifications, program, renewals,
    saved_views, search, sharing, webhooks, workload,
};
use crate::live;
use crate::platform::web::{Method, Mounted, Ring, Routes, Saves, assets, dress, style};
use crate::readiness;
use axum::routing::get;
use axum::{Extension, Json, Router};
use std::sync::Arc;

/// All rooms.
fn rooms() -> Routes {
    // A room per line.
    [
        health(),
        assets::routes(),
        style::routes(),
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
        search::routes(),
        saved_views::routes(),
        notifications::routes(),
        logs::routes(),
        jobs::routes(),
        webhooks::routes(),
        live::routes(),
        crate::openapi::routes(),
    ]
    .into_iter()
    .fold(Routes::new(), Routes::merge)
}

/// The list of every room's routes.
pub fn mounted() -> Vec<Mounted> {
    rooms().into_parts().1
}

/// The whole service for people, and the list of its routes.
pub fn service(app: &App) -> (Router, Vec<Mounted>) {
    let routes = if app.config.demo { rooms().merge(identity::demo_routes()) } else { rooms() };
    let (router, mounted) = routes.into_parts();
    let hanging: Arc<dyn enrolment::Dependants> = Arc::new(Hanging);
    let bell: Arc<dyn Ring> = Arc::new(notifications::Bell);
    let saves: Arc<dyn Saves> = Arc::new(saved_views::Shelf);
    let router = router.layer(Extension(hanging)).layer(Extension(bell)).layer(Extension(saves));
    (dress(router, app, Arc::new(identity::Gate)), mounted)
}

fn health() -> Routes {
    let description = get(async || Json(crate::openapi::document()));
    Routes::new()
        .open(Method::Get, "/api/openapi.json", "what the API can do is no secret", description)
        .open(Method::Get, "/health", "a supervisor asks whether the process lives", get(async || "alive\n"))
        .open(Method::Get, "/ready", "a load balancer asks whether to send people here", readiness::handler())
}
