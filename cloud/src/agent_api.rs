//! The agents' door with every room behind it: one line per room.

use crate::app::App;
use crate::domains::enrolment::listener::Door;
use crate::domains::{coverage, telemetry};
use tokio_util::sync::CancellationToken;

/// Opens the door without serving yet, so that its address is known.
///
/// # Errors
/// When the keys are not to be had or the address is taken.
pub async fn open(app: App) -> anyhow::Result<Door> {
    let rooms = coverage::agent_routes().merge(telemetry::agent_routes(&app));
    Door::open(app, rooms).await
}

/// Opens and serves it until `stop`.
///
/// # Errors
/// When it does not open or the listener fails.
pub async fn serve(app: App, stop: CancellationToken) -> anyhow::Result<()> {
    Ok(open(app).await?.serve(stop).await?)
}
