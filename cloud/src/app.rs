//! What every handler shares, built once.

use crate::config::Config;
use crate::platform::base::{Clock, IdSource, Random};
use crate::platform::db::Db;
use crate::platform::live::Hub;
use crate::platform::metrics::Metrics;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The running service. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for secrets.
    pub random: Arc<dyn Random>,
    /// Ids.
    pub ids: IdSource,
    /// Live notices.
    pub hub: Hub,
    /// Figures for supervisors.
    pub metrics: Metrics,
    /// Ends open streams so that a stop is graceful.
    pub stop: CancellationToken,
    /// Settings that handlers read.
    pub config: Arc<Config>,
}

impl App {
    /// A service over these parts.
    pub fn new(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>, config: Config) -> Self {
        let ids = IdSource::new(clock.clone(), random.clone());
        Self {
            db,
            hub: Hub::new(&ids.next("run")),
            metrics: Metrics::default(),
            ids,
            clock,
            random,
            stop: CancellationToken::new(),
            config: Arc::new(config),
        }
    }
}
