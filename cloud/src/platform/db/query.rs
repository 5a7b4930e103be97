//! A statement with its values, run on either engine.

use super::{Begun, DbError, Tx};
use futures_util::TryStreamExt;
use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr, SqlStr};
use std::fmt::Write;
use std::future::ready;

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
                let $conn = tx.on.connection()?;
                let done = $run;
                tx.on.went_well();
                done
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
                let $conn = tx.on.connection()?;
                let done = $run;
                tx.on.went_well();
                done
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

    /// Runs it before the next statement of this transaction and before its commit, together with others that were left so:
    /// what it touches is not told, and it gives no rows. It may not read what another one that waits writes; those of one
    /// table keep their order.
    ///
    /// Most of a small statement's cost is the way to the engine and back: two switches between threads to SQLite's writer, a
    /// round trip to PostgreSQL while the transaction holds its locks.
    ///
    /// # Errors
    /// [`DbError`] from the engine, mostly only when the next statement runs; the transaction must then be dropped.
    pub async fn later(self, tx: &mut Tx) -> Result<(), DbError> {
        if let Tx::Postgres(begun) = tx
            && begun.later.iter().any(|other| other.writes() == self.writes())
        {
            flush(tx).await?;
        }
        match tx {
            Tx::Sqlite(begun) => begun.later.push(self),
            Tx::Postgres(begun) => begun.later.push(self),
        }
        Ok(())
    }

    /// The table that an `INSERT INTO`, `DELETE FROM` or `UPDATE` names.
    fn writes(&self) -> Option<&str> {
        let mut words = self.text.as_str().split_whitespace();
        let table = if words.next() == Some("UPDATE") { words.next() } else { words.nth(1) };
        debug_assert!(table.is_some(), "{} writes nothing", self.text.as_str());
        table
    }

    /// This statement behind those that were left for later.
    async fn behind(self, tx: &mut Tx) -> Result<Self, DbError> {
        match tx {
            Tx::Sqlite(begun) => Ok(joined(begun.left(self))),
            // Woven into this one they would not be seen by it.
            Tx::Postgres(_) => {
                flush(tx).await?;
                Ok(self)
            }
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn all<T: FromRow>(self, tx: &mut Tx) -> Result<Vec<T>, DbError> {
        let this = self.behind(tx).await?;
        Ok(on!(this, tx, |q, conn| q.fetch_all(conn).await?, query_as))
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn optional<T: FromRow>(self, tx: &mut Tx) -> Result<Option<T>, DbError> {
        let this = self.behind(tx).await?;
        Ok(on!(this, tx, |q, conn| q.fetch_optional(conn).await?, query_as))
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
        let this = self.behind(tx).await?;
        Ok(on!(this, tx, |q, conn| q.fetch_one(conn).await?, query_as))
    }

    /// Runs it; the number of rows it touched.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn execute(self, tx: &mut Tx) -> Result<u64, DbError> {
        self.behind(tx).await?.run(tx).await
    }

    /// Runs it as it is; the number of rows that the last of its statements touched.
    async fn run(self, tx: &mut Tx) -> Result<u64, DbError> {
        let last = |_, done: u64| ready(Ok(done));
        Ok(on!(
            self,
            tx,
            |q, conn| conn.execute_many(q).map_ok(|done| done.rows_affected()).try_fold(0, last).await?,
            query
        ))
    }
}

impl Begun<SqliteConnection> {
    /// What was left for later, and `last` behind it: about to be sent.
    fn left(&mut self, last: Query) -> Vec<Query> {
        self.on.begins();
        let mut all = std::mem::take(&mut self.later);
        all.push(last);
        all
    }
}

/// Runs what was left for later.
async fn flush(tx: &mut Tx) -> Result<(), DbError> {
    let Tx::Postgres(begun) = tx else { return Ok(()) };
    let all = woven(std::mem::take(&mut begun.later));
    if !all.text.as_str().is_empty() {
        all.run(tx).await?;
    }
    Ok(())
}

/// Ends the transaction well, after what was left for later.
pub(super) async fn finish(tx: &mut Tx) -> Result<(), DbError> {
    flush(tx).await?;
    let end = match tx {
        // Nothing but its beginning was left, and that was not sent.
        Tx::Sqlite(begun) if !begun.on.has_begun() && begun.later.len() == 1 => return Ok(()),
        Tx::Sqlite(begun) => joined(begun.left(query("COMMIT"))),
        // Outside of a transaction each statement is its own.
        Tx::Postgres(begun) if !begun.on.has_begun() => return Ok(()),
        // Whoever waits for the connection saves the round trip of its BEGIN.
        Tx::Postgres(begun) if begun.on.is_waited_for() => {
            query("COMMIT AND CHAIN").run(tx).await?;
            if let Tx::Postgres(begun) = tx {
                begun.on.ended_and_begun();
            }
            return Ok(());
        }
        Tx::Postgres(_) => query("COMMIT"),
    };
    end.run(tx).await?;
    match tx {
        Tx::Sqlite(begun) => begun.on.ended(),
        Tx::Postgres(begun) => begun.on.ended(),
    }
    Ok(())
}

/// Statements of PostgreSQL, each of another table, as one: the last with the others before it as its `WITH`. Their foreign
/// keys and triggers are looked after when all have run.
fn woven(mut all: Vec<Query>) -> Query {
    let Some(last) = all.pop() else { return query("") };
    let (mut text, mut binds) = (String::new(), Vec::new());
    for (nth, one) in all.into_iter().enumerate() {
        // Writing to a String does not fail.
        write!(text, "{} before_{nth} AS (", if nth > 0 { "," } else { "WITH" }).unwrap_or_default();
        renumbered(&mut text, one.text.as_str(), binds.len());
        text.push_str(") ");
        binds.extend(one.binds);
    }
    renumbered(&mut text, last.text.as_str(), binds.len());
    binds.extend(last.binds);
    Query { text: AssertSqlSafe(text).into_sql_str(), binds }
}

/// Statements of SQLite as one text, the numbers of each one's values moved behind those of the ones before it.
fn joined(all: Vec<Query>) -> Query {
    let (mut text, mut binds) = (String::new(), Vec::new());
    for one in all {
        renumbered(&mut text, one.text.as_str(), binds.len());
        text.push_str("\n;\n");
        binds.extend(one.binds);
    }
    Query { text: AssertSqlSafe(text).into_sql_str(), binds }
}

/// Puts `statement` behind `text`, `$1` as `$(1 + by)` and so on, outside of quoted words.
fn renumbered(text: &mut String, statement: &str, by: usize) {
    let (mut quoted, mut rest) = (false, statement.chars().peekable());
    while let Some(next) = rest.next() {
        text.push(next);
        quoted ^= next == '\'';
        if next != '$' || quoted {
            continue;
        }
        let mut number = 0_usize;
        while let Some(digit) = rest.peek().and_then(|digit| digit.to_digit(10)) {
            number = number * 10 + usize::try_from(digit).unwrap_or_default();
            rest.next();
        }
        // Writing to a String does not fail.
        write!(text, "{}", number + by).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::{joined, query, woven};

    #[test]
    fn values_keep_their_statement() {
        let first = query("INSERT INTO a VALUES ($1, $2, '$1 is not one', $1)").bind("x").bind(2_i64);
        let second = query("UPDATE b SET c = $2 WHERE d = $1").bind("y").bind("z");
        let both = joined(vec![first, second]);
        assert_eq!(
            both.text.as_str(),
            "INSERT INTO a VALUES ($1, $2, '$1 is not one', $1)\n;\nUPDATE b SET c = $4 WHERE d = $3\n;\n"
        );
        assert_eq!(both.binds.len(), 4);
    }

    #[test]
    fn of_several_statements_postgresql_gets_one() {
        let first = query("INSERT INTO a VALUES ($1, $2)").bind("x").bind(2_i64);
        let second = query("DELETE FROM b WHERE c = '$1'");
        let third = query("UPDATE d SET e = $1").bind("y");
        assert_eq!([first.writes(), second.writes(), third.writes()], [Some("a"), Some("b"), Some("d")]);
        let all = woven(vec![first, second, third]);
        assert_eq!(
            all.text.as_str(),
            "WITH before_0 AS (INSERT INTO a VALUES ($1, $2)) , before_1 AS (DELETE FROM b WHERE c = '$1') \
             UPDATE d SET e = $3"
        );
        assert_eq!(all.binds.len(), 3);
        assert_eq!(woven(Vec::new()).text.as_str(), "");
    }
}
