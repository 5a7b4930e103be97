//! The demo world of PORTAL section 0: one story, told on 15 July 2026, used by demo, tests and screenshots alike.
//!
//! Invariants: deterministic (the same day in, the same rows out); planted into an empty database only, in one
//! transaction (the search index after it); telemetry is never planted, it comes from the simulated site through a real agent. Dates are written
//! as the story tells them and shifted as a whole, so that the day the demo starts can be that day.

#[cfg(test)]
pub(crate) mod canary;
mod people;
mod sales;
#[cfg(test)]
pub(crate) mod scan;
#[cfg(test)]
mod scan_tests;
mod service;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod work;

use crate::app::App;
use crate::domains::search;
use crate::platform::base::{BANGKOK, HOUR_MS, MINUTE_MS, civil_date, start_of_day_ms};
use crate::platform::db::{DbError, query};
use crate::platform::jobs::Failed;
use jiff::civil::{Date, date};
pub use people::{Member, Organisation, people};

/// The day on which the story is told.
pub const STORY_DAY: Date = date(2026, 7, 15);

/// Why the world was not planted.
#[derive(Debug, thiserror::Error)]
pub enum PlantError {
    /// Somebody lives there already.
    #[error(
        "this database already holds {organisations} organisations; the demo world is only planted into an empty \
         one. Name another database, or remove this one"
    )]
    Inhabited {
        /// How many were found.
        organisations: i64,
    },
    /// The database would not.
    #[error(transparent)]
    Db(#[from] DbError),
    /// One of the rooms would not.
    #[error(transparent)]
    Room(#[from] crate::platform::error::Error),
    /// It stands, and cannot be searched.
    #[error("the world was planted, but its search index was not made ({0}); run `riversync-cloud reindex`")]
    Index(#[from] Failed),
}

/// The story with its dates moved.
pub struct Story<'a> {
    /// The service it is planted into.
    pub app: &'a App,
    shift: jiff::Span,
}

impl<'a> Story<'a> {
    fn new(app: &'a App, today: Date) -> Self {
        let shift = STORY_DAY.until(today).unwrap_or_default();
        Self { app, shift }
    }

    /// `day` of the story, as a date of this planting.
    pub fn day(&self, day: Date) -> Date {
        day.checked_add(self.shift).unwrap_or(day)
    }

    /// The first instant of `day` of the story in Bangkok, Unix milliseconds.
    pub fn start_of_day_ms(&self, day: Date) -> i64 {
        start_of_day_ms(self.day(day), BANGKOK)
    }

    /// `hour:minute` in Bangkok on `day` of the story, Unix milliseconds. Bangkok knows no summer time.
    pub fn at_ms(&self, day: Date, hour: i64, minute: i64) -> i64 {
        self.start_of_day_ms(day) + hour * HOUR_MS + minute * MINUTE_MS
    }
}

#[derive(sqlx::FromRow)]
struct Count {
    organisations: i64,
}

/// Plants the world so that `today` is the day on which the story is told.
///
/// # Errors
/// [`PlantError`]; then nothing was planted, but where it says so.
pub async fn plant(app: &App, today: Date) -> Result<(), PlantError> {
    let story = Story::new(app, today);
    let mut tx = app.db.write().await?;
    let found: Count =
        query("SELECT CAST(COUNT(*) AS BIGINT) AS organisations FROM tenant").one(&mut tx).await?;
    if found.organisations > 0 {
        return Err(PlantError::Inhabited { organisations: found.organisations });
    }
    people::plant(&story, &mut tx).await?;
    service::plant(&story, &mut tx).await?;
    sales::plant(&story, &mut tx).await?;
    work::plant(&story, &mut tx).await?;
    work::plant_notifications(&story, &mut tx).await?;
    tx.commit().await?;
    search::rebuild(app, None).await?;
    Ok(())
}

/// The calendar day in Bangkok by the service's clock.
pub fn today(app: &App) -> Date {
    civil_date(app.clock.now_ms(), BANGKOK)
}
