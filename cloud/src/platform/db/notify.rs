//! Words between the processes that share one PostgreSQL (LISTEN and NOTIFY). An embedded database has one process.

use super::{Db, DbError};
use sqlx::postgres::PgListener;

/// Hears what other processes say, and what this one does.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Listener {
    /// The next word; `None` when the connection was lost meanwhile and words may have been missed.
    ///
    /// # Errors
    /// [`DbError`] when the server is away; asking again reconnects.
    pub async fn hear(&mut self) -> Result<Option<String>, DbError> {
        Ok(self.0.try_recv().await?.map(|word| word.payload().to_owned()))
    }
}

impl Db {
    /// Listens to `channel`; `None` on an embedded database.
    ///
    /// # Errors
    /// [`DbError`] when no connection is to be had.
    pub async fn listen(&self, channel: &str) -> Result<Option<Listener>, DbError> {
        let Self::Postgres(pool) = self else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(channel).await?;
        Ok(Some(Listener(listener)))
    }

    /// Says `words` on `channel`, each at most 8,000 bytes. Nothing on an embedded database.
    ///
    /// # Errors
    /// [`DbError`] from the engine; then nobody heard any of them.
    pub async fn say(&self, channel: &str, words: &[String]) -> Result<(), DbError> {
        let Self::Postgres(pool) = self else { return Ok(()) };
        let text = "SELECT pg_notify($1, word) FROM UNNEST($2) AS word";
        sqlx::query(text).bind(channel).bind(words).execute(pool).await?;
        Ok(())
    }
}
