//! SQLite's one writer: a connection that its transactions hand to each other, in the order in which they asked.
//!
//! It is no pool of one, because a pool asks each connection that comes back whether it still lives: two switches between
//! threads, for which the next transaction waits, and an embedded connection does not go away by itself.

use super::{DbError, PATIENCE};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

/// The writer of one database.
#[derive(Clone, Debug)]
pub struct Writer {
    options: Arc<SqliteConnectOptions>,
    seat: Arc<Mutex<Seat>>,
}

#[derive(Debug)]
enum Seat {
    Open(SqliteConnection),
    /// What its last transaction left could not be undone: the next one opens another.
    Lost,
    Closed,
}

/// The writer while it is one transaction's.
#[derive(Debug)]
pub struct Turn {
    seat: Option<OwnedMutexGuard<Seat>>,
    /// Whether a transaction may stand open on the connection.
    begun: bool,
}

impl Writer {
    /// Opens it.
    ///
    /// # Errors
    /// When SQLite cannot.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let connection = options.connect().await?;
        Ok(Self { options: Arc::new(options), seat: Arc::new(Mutex::new(Seat::Open(connection))) })
    }

    /// Waits for one's turn.
    ///
    /// # Errors
    /// [`DbError`] when others have it for too long, when it was closed, and when it cannot be opened again.
    pub(super) async fn turn(&self) -> Result<Turn, DbError> {
        let seat = timeout(PATIENCE, self.seat.clone().lock_owned()).await;
        let mut seat = seat.map_err(|_| sqlx::Error::PoolTimedOut)?;
        if matches!(*seat, Seat::Lost) {
            *seat = Seat::Open(self.options.connect().await?);
        }
        if matches!(*seat, Seat::Closed) {
            return Err(sqlx::Error::PoolClosed.into());
        }
        Ok(Turn { seat: Some(seat), begun: false })
    }

    /// Waits until it is free, and closes it.
    pub(super) async fn close(&self) {
        let seat = std::mem::replace(&mut *self.seat.lock().await, Seat::Closed);
        if let Seat::Open(connection) = seat
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database did not close well; the next start brings it in order");
        }
    }
}

impl Turn {
    /// The connection.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        match self.seat.as_deref_mut() {
            Some(Seat::Open(connection)) => Ok(connection),
            _ => Err(sqlx::Error::PoolClosed),
        }
    }

    /// Whether a transaction may stand open.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// From now on a transaction may stand open, until [`Self::committed`] or [`Self::undo`].
    pub(super) fn begins(&mut self) {
        self.begun = true;
    }

    /// It does not any more.
    pub(super) fn committed(&mut self) {
        self.begun = false;
    }

    /// Undoes what was begun.
    pub(super) async fn undo(mut self) {
        if self.begun
            && let Some(seat) = self.seat.take()
        {
            undo(seat).await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut seat) = self.seat.take() else { return };
        if !self.begun {
            return;
        }
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo(seat))),
            // Closing it undoes it too.
            Err(_) => *seat = Seat::Lost,
        }
    }
}

/// The next one has its turn when this is done. When the disk is full SQLite undid the transaction by itself
/// (sqlite.org/lang_transaction.html, section 3.1) and finds nothing to undo; which of the two it was is not told, so a
/// new connection it is.
async fn undo(mut seat: OwnedMutexGuard<Seat>) {
    let Seat::Open(connection) = &mut *seat else { return };
    if connection.execute("ROLLBACK").await.is_ok() {
        return;
    }
    if let Seat::Open(connection) = std::mem::replace(&mut *seat, Seat::Lost)
        && let Err(error) = connection.close().await
    {
        tracing::debug!(%error, "a connection whose transaction was undone did not close well");
    }
}
