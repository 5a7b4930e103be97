//! Words between the processes that share one PostgreSQL (LISTEN and NOTIFY). An embedded database has one process.
//!
//! Channels belong to a whole database of PostgreSQL, the tables of a service to a schema in it: the name of a channel
//! ends with a digest of the schema's name, so that two services in one database do not hear each other.

use super::{Db, DbError};
use sqlx::postgres::{PgListener, PgPoolOptions};

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
    /// Listens to `channel` of this schema; `None` on an embedded database.
    ///
    /// # Errors
    /// [`DbError`] when no connection is to be had.
    pub async fn listen(&self, channel: &str) -> Result<Option<Listener>, DbError> {
        let Self::Postgres { readers, .. } = self else { return Ok(None) };
        // A connection of its own, which is never given back.
        let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(readers.options().clone());
        let mut listener = PgListener::connect_with(&own).await?;
        let text = "SELECT $1 || '_' || md5(current_schema())";
        let name: String = sqlx::query_scalar(text).bind(channel).fetch_one(&mut listener).await?;
        listener.listen(&name).await?;
        Ok(Some(Listener(listener)))
    }

    /// Says `words` on `channel` of this schema, each at most 8,000 bytes. Nothing on an embedded database.
    ///
    /// # Errors
    /// [`DbError`] from the engine; then nobody heard any of them.
    pub async fn say(&self, channel: &str, words: &[String]) -> Result<(), DbError> {
        let Self::Postgres { readers, .. } = self else { return Ok(()) };
        let text = "SELECT pg_notify($1 || '_' || md5(current_schema()), word) FROM UNNEST($2) AS word";
        let mut on = readers.lease().await?;
        sqlx::query(text).bind(channel).bind(words).execute(on.connection()?).await?;
        on.went_well();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Db, testing::each_engine};

    #[tokio::test]
    async fn two_services_in_one_database_do_not_hear_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let mut of_postgres: Vec<Db> = Vec::new();
        for story in ["floor_notify_here", "floor_notify_there"] {
            for (engine, db) in each_engine(dir.path(), story).await.unwrap() {
                if engine == "PostgreSQL" {
                    of_postgres.push(db);
                } else {
                    assert!(
                        db.listen("word").await.unwrap().is_none(),
                        "an embedded database has one process"
                    );
                }
            }
        }
        let [here, there] = of_postgres.as_slice() else { return };
        let mut ear = here.listen("word").await.unwrap().unwrap();
        there.say("word", &["of the other service".to_owned()]).await.unwrap();
        here.say("another", &["of another channel".to_owned()]).await.unwrap();
        here.say("word", &["our own".to_owned()]).await.unwrap();
        assert_eq!(ear.hear().await.unwrap().as_deref(), Some("our own"));
    }
}
