//! A connection while it is somebody's.

use super::connections::{Connections, Transacts};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

/// A connection while it is somebody's; it goes back when this is dropped.
#[derive(Debug)]
pub struct Lease<C: Transacts> {
    of: Connections<C>,
    connection: Option<C>,
    turn: Option<OwnedSemaphorePermit>,
    stands: Stands,
}

/// What may stand open on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Nothing.
    Nothing,
    /// A statement outside of a transaction, of which it is not known how it ended.
    Statement,
    /// A transaction.
    Transaction,
    /// A transaction in which nothing was done yet, begun for whoever comes next.
    Beginning,
}

impl<C: Transacts> Lease<C> {
    /// `connection` of `of`, on which `stands`.
    pub(super) fn new(of: Connections<C>, connection: C, stands: Stands, turn: OwnedSemaphorePermit) -> Self {
        Self { of, connection: Some(connection), turn: Some(turn), stands }
    }

    /// The connection, for a statement. After one outside of a transaction that went well, call [`Self::went_well`].
    ///
    /// # Errors
    /// Only when it was given back.
    pub(super) fn connection(&mut self) -> Result<&mut C, sqlx::Error> {
        if self.stands == Stands::Nothing {
            self.stands = Stands::Statement;
        }
        self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// The statement ended as it should.
    pub(super) fn went_well(&mut self) {
        if self.stands == Stands::Statement {
            self.stands = Stands::Nothing;
        }
    }

    /// Whether a transaction may stand open.
    pub(super) fn has_begun(&self) -> bool {
        self.stands == Stands::Transaction
    }

    /// From now on a transaction may stand open, until [`Self::ended`] or [`Self::undo`].
    pub(super) fn begins(&mut self) {
        self.stands = Stands::Transaction;
    }

    /// It does not any more.
    pub(super) fn ended(&mut self) {
        self.stands = Stands::Nothing;
    }

    /// It ended, and the next one's is begun.
    pub(super) fn ended_and_begun(&mut self) {
        self.stands = Stands::Beginning;
    }

    /// Whether somebody waits for a connection of these.
    pub(super) fn is_waited_for(&self) -> bool {
        self.of.are_waited_for()
    }

    /// Begins now, unless whoever had it before has done so. A server that was started again does not know the
    /// connections of before: then on a new one.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub(super) async fn begin(&mut self) -> Result<(), sqlx::Error> {
        if self.stands == Stands::Beginning {
            self.begins();
            return Ok(());
        }
        self.begins();
        let Err(error) = self.connection()?.run("BEGIN").await else { return Ok(()) };
        tracing::debug!(%error, "a connection to the database was lost while nobody used it");
        self.connection = None;
        self.connection = Some(self.of.connect().await?);
        self.connection()?.run("BEGIN").await
    }

    /// Undoes what was begun.
    pub(super) async fn undo(mut self) {
        if let Some(connection) = self.connection.take() {
            undo(&self.of, connection, self.stands).await;
        }
    }
}

impl<C: Transacts> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if matches!(self.stands, Stands::Nothing | Stands::Beginning) {
            return self.of.put_back(connection, self.stands);
        }
        // Without a runtime it is closed here, which undoes it too.
        let Ok(runtime) = Handle::try_current() else { return };
        let (of, stands, turn) = (self.of.clone(), self.stands, self.turn.take());
        runtime.spawn(async move {
            undo(&of, connection, stands).await;
            drop(turn);
        });
    }
}

/// Undoes what stands on `connection` and puts it back. When the disk is full SQLite undid it by itself
/// (sqlite.org/lang_transaction.html, section 3.1) and says that there is nothing to undo; of a lost connection nothing is
/// left either. Which of these it was is not told, so the next one gets a new connection.
async fn undo<C: Transacts>(of: &Connections<C>, mut connection: C, stands: Stands) {
    let done = match stands {
        Stands::Nothing | Stands::Beginning => return of.put_back(connection, stands),
        Stands::Statement => connection.run("SELECT 1").await,
        Stands::Transaction => connection.run("ROLLBACK").await,
    };
    match done {
        Ok(()) => of.put_back(connection, Stands::Nothing),
        Err(error) => {
            tracing::debug!(%error, "a connection whose transaction ended by itself is closed");
            if let Err(error) = connection.close_hard().await {
                tracing::debug!(%error, "and did not close well");
            }
        }
    }
}
