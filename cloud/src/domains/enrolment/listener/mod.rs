//! The agents' own door: mutual TLS over our own axum listener, beside the one for people.
//!
//! Bounds: handshakes at once, the time each may take, bodies, the time of a request. A gateway without a certificate
//! gets in as far as the enrolment path.

mod routes;
#[cfg(test)]
pub(crate) mod testing;

pub use crate::platform::tls::Peer;

use super::api::AgentApi;
use super::authority::Authority;
use crate::app::App;
use crate::platform::tls::TlsListener;
use axum::Router;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;

/// Longer than the longest wait for a policy.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);
/// How long a stop waits for requests in flight.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The agents' door, open but not yet served.
pub struct Door {
    listener: TlsListener,
    router: Router,
}

impl Door {
    /// Opens the door at the configured address, with the routes that `rooms` adds to ours.
    ///
    /// # Errors
    /// When the keys are not to be had or the address is taken.
    pub async fn open(app: App, rooms: Router<AgentApi>) -> anyhow::Result<Self> {
        let authority = Arc::new(Authority::open(&app.config.state_dir, app.random.as_ref())?);
        let tls = authority.server_config(&app.config.agent_address, app.random.as_ref())?;
        let tcp = TcpListener::bind(app.config.agent_listen).await.map_err(|error| {
            let at = app.config.agent_listen;
            anyhow::anyhow!("the agent listener cannot open {at}: {error}; is another service using it?")
        })?;
        let stop = app.stop.clone();
        let api = AgentApi::new(app, authority);
        let listener = TlsListener::new(tcp, watch::channel(Arc::new(tls)).1, stop)?;
        let router = routes::routes()
            .merge(rooms)
            .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
            .with_state(api);
        Ok(Self { listener, router })
    }

    /// Where it is; the port is the real one when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Serves until `stop`, then lets requests in flight finish, for a while.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, stop: CancellationToken) -> std::io::Result<()> {
        let drained = stop.clone();
        let service = self.router.into_make_service_with_connect_info::<Peer>();
        let serving =
            axum::serve(self.listener, service).with_graceful_shutdown(stop.cancelled_owned()).into_future();
        tokio::select! {
            ended = serving => ended,
            () = async {
                drained.cancelled().await;
                tokio::time::sleep(DRAIN_TIMEOUT).await;
            } => Ok(()),
        }
    }
}
