//! A statement with its values, run on either engine.

use super::{DbError, Tx};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::fmt::Write;

/// A row type that both engines can fill: derive `sqlx::FromRow` on a struct of `String`, `i64`, `f64`,
/// `Vec<u8>` and `Option` of these.
pub trait FromRow:
    for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> FromRow for T where
    T: for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow> + Send + Unpin
{
}

/// One value of a statement. `NULL` keeps its type, which PostgreSQL asks for.
#[derive(Clone, Debug)]
pub enum Bind {
    /// TEXT.
    Text(Option<String>),
    /// BIGINT.
    Int(Option<i64>),
    /// DOUBLE PRECISION.
    Real(Option<f64>),
    /// BLOB.
    Blob(Option<Vec<u8>>),
}

macro_rules! bind_from {
    ($($from:ty => |$value:ident| $to:expr;)*) => {
        $(impl From<$from> for Bind {
            fn from($value: $from) -> Self {
                $to
            }
        })*
    };
}

bind_from! {
    &str => |v| Self::Text(Some(v.to_owned()));
    String => |v| Self::Text(Some(v));
    &String => |v| Self::Text(Some(v.clone()));
    Option<String> => |v| Self::Text(v);
    Option<&str> => |v| Self::Text(v.map(str::to_owned));
    i64 => |v| Self::Int(Some(v));
    Option<i64> => |v| Self::Int(v);
    bool => |v| Self::Int(Some(i64::from(v)));
    f64 => |v| Self::Real(Some(v));
    Option<f64> => |v| Self::Real(v);
    Vec<u8> => |v| Self::Blob(Some(v));
    &[u8] => |v| Self::Blob(Some(v.to_vec()));
    Option<Vec<u8>> => |v| Self::Blob(v);
}

/// A statement being filled.
#[derive(Clone, Debug)]
pub struct Query {
    text: SqlStr,
    binds: Vec<Bind>,
}

/// Starts a statement. Its text is valid on both engines.
pub fn query(text: &'static str) -> Query {
    Query { text: text.into_sql_str(), binds: Vec::new() }
}

/// A statement put together of pieces, for what is asked in many ways (a list with its filters and orders). A piece is a
/// text of this program and a value is bound, so nothing from outside gets into the text.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    text: String,
    binds: Vec<Bind>,
}

impl Pieces {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next piece of the text.
    pub fn say(&mut self, piece: &'static str) -> &mut Self {
        self.text.push_str(piece);
        self
    }

    /// A value, where the text is now.
    pub fn value(&mut self, value: impl Into<Bind>) -> &mut Self {
        self.binds.push(value.into());
        // Writing to a String does not fail.
        write!(self.text, "${}", self.binds.len()).unwrap_or_default();
        self
    }

    /// The statement.
    pub fn query(self) -> Query {
        Query { text: AssertSqlSafe(self.text).into_sql_str(), binds: self.binds }
    }
}

/// Builds the native query, binds in order and ends with `$run`.
macro_rules! on {
    ($self:expr, $tx:expr, |$query:ident, $conn:ident| $run:expr, $make:ident) => {
        match $tx {
            Tx::Sqlite(tx) => {
                let mut $query = sqlx::$make($self.text);
                for bind in $self.binds {
                    $query = match bind {
                        Bind::Text(v) => $query.bind(v),
                        Bind::Int(v) => $query.bind(v),
                        Bind::Real(v) => $query.bind(v),
                        Bind::Blob(v) => $query.bind(v),
                    };
                }
                let $conn = &mut *tx.on;
                $run
            }
            Tx::Postgres(tx) => {
                let mut $query = sqlx::$make($self.text);
                for bind in $self.binds {
                    $query = match bind {
                        Bind::Text(v) => $query.bind(v),
                        Bind::Int(v) => $query.bind(v),
                        Bind::Real(v) => $query.bind(v),
                        Bind::Blob(v) => $query.bind(v),
                    };
                }
                let $conn = &mut *tx.on;
                $run
            }
        }
    };
}

impl Query {
    /// The next value, `$1` first.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Bind>) -> Self {
        self.binds.push(value.into());
        self
    }

    /// All rows.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn all<T: FromRow>(self, tx: &mut Tx) -> Result<Vec<T>, DbError> {
        Ok(on!(self, tx, |q, conn| q.fetch_all(conn).await?, query_as))
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn optional<T: FromRow>(self, tx: &mut Tx) -> Result<Option<T>, DbError> {
        Ok(on!(self, tx, |q, conn| q.fetch_optional(conn).await?, query_as))
    }

    /// All rows of several statements of SQLite, run one after the other without coming back in between.
    pub(super) async fn script<T: FromRow>(
        self,
        connection: &mut sqlx::SqliteConnection,
    ) -> Result<Vec<T>, sqlx::Error> {
        let mut query = sqlx::query_as(self.text);
        for bind in self.binds {
            query = match bind {
                Bind::Text(v) => query.bind(v),
                Bind::Int(v) => query.bind(v),
                Bind::Real(v) => query.bind(v),
                Bind::Blob(v) => query.bind(v),
            };
        }
        query.fetch_all(connection).await
    }

    /// Exactly one row.
    ///
    /// # Errors
    /// [`DbError`] from the engine, also when there is none.
    pub async fn one<T: FromRow>(self, tx: &mut Tx) -> Result<T, DbError> {
        Ok(on!(self, tx, |q, conn| q.fetch_one(conn).await?, query_as))
    }

    /// Runs it; the number of rows it touched.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn execute(self, tx: &mut Tx) -> Result<u64, DbError> {
        Ok(on!(self, tx, |q, conn| q.execute(conn).await?.rows_affected(), query))
    }
}
