//! Figures for supervisors, in the text form of Prometheus, on a listener of their own. A label is never a path, a name
//! or an id: routes are counted by their template.

use crate::app::App;
use crate::platform::db::DbError;
use crate::platform::{events, jobs};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the answer times, seconds.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

/// The figures of this process.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Mutex<Registry>>,
    answers: Family<Answered, Counter>,
    seconds: Histogram,
    live: Gauge,
    jobs_waiting: Gauge,
    jobs_dead: Gauge,
    events_waiting: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("riversync");
        let made = Self {
            registry: Arc::default(),
            answers: Family::default(),
            seconds: Histogram::new(SECONDS),
            live: Gauge::default(),
            jobs_waiting: Gauge::default(),
            jobs_dead: Gauge::default(),
            events_waiting: Gauge::default(),
        };
        registry.register("answers", "Answers to people and programs", made.answers.clone());
        let help = "Time until the first byte of an answer";
        registry.register_with_unit("answer", help, Unit::Seconds, made.seconds.clone());
        registry.register(
            "live_listeners",
            "Open pages and waiting gateways that are told of changes",
            made.live.clone(),
        );
        registry.register("jobs_waiting", "Jobs that are not done yet", made.jobs_waiting.clone());
        registry.register("jobs_dead", "Jobs that were given up", made.jobs_dead.clone());
        registry.register("events_waiting", "Events that were not handled yet", made.events_waiting.clone());
        *made.registry.lock().unwrap_or_else(PoisonError::into_inner) = registry;
        made
    }
}

impl Metrics {
    /// Counts an answer of the route with this template.
    pub fn answered(&self, route: &str, status: u16, took: Duration) {
        self.answers.get_or_create(&Answered { route: route.to_owned(), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Lets a room add figures of its own.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    async fn text(&self, app: &App) -> Result<String, DbError> {
        let mut tx = app.db.read().await?;
        let jobs = jobs::desk::counts(&mut tx).await?;
        self.jobs_waiting.set(jobs.waiting);
        self.jobs_dead.set(jobs.dead);
        self.events_waiting.set(events::waiting(&mut tx).await?);
        self.live.set(i64::try_from(app.hub.listeners()).unwrap_or(i64::MAX));
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        if prometheus_client::encoding::text::encode(&mut text, &registry).is_err() {
            tracing::error!("the figures do not encode");
        }
        Ok(text)
    }
}

/// What the listener for supervisors serves.
pub fn router(app: &App) -> Router {
    Router::new().route("/metrics", get(figures)).with_state(app.clone())
}

async fn figures(State(app): State<App>) -> Response {
    match app.metrics.text(&app).await {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "the figures could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
