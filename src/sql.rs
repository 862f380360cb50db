//! The little of SQLite that Heard's objects need, as a trait: a Durable Object's SQL in the Worker,
//! rusqlite in native tests.
//!
//! What workerd does to values is part of the contract, so that tests can imitate it: integers bind
//! as REAL, so every integer column is INTEGER in a STRICT table (it converts them back without
//! loss); integers read back as doubles, so none may pass 2^53; booleans bind as TEXT, so there are
//! none; a statement's text is the cache key, so it is always `'static`.
//!
//! SQLite plans a statement anew for each value of a variable that it looks at while planning, and it
//! looks at a bare one in most conditions and limits (since 3.47). In the statements of every delivery
//! and every claim variables stand inside an expression (`?1 || ''`, `?2 + 0`), which it does not look
//! into: planning is half of such a statement's cost, and a test holds them to it.

use serde::Serialize;
use std::fmt;

/// A value bound to or read from a statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// NULL.
    Null,
    /// An integer within ±2^53: times in milliseconds, counts, flags as 0 and 1.
    Integer(i64),
    /// Text.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Integer(value.into())
    }
}

impl From<u8> for Value {
    fn from(value: u8) -> Self {
        Value::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_string())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// Why a statement failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqlError {
    /// SQLite said no; its text, which names tables and columns but no values.
    Refused(String),
    /// A column is not of the type the reader expects.
    Column {
        /// Which, counted from 0.
        at: usize,
        /// What was expected.
        wanted: &'static str,
    },
    /// Stored JSON is not what this version writes.
    Json(&'static str),
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "SQLite refused: {why}"),
            Self::Column { at, wanted } => write!(f, "column {at} is no {wanted}"),
            Self::Json(what) => write!(f, "stored {what} can't be read"),
        }
    }
}

/// A row read back.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// The integer in column `at`.
    pub fn int(&self, at: usize) -> Result<i64, SqlError> {
        match self.0.get(at) {
            Some(Value::Integer(value)) => Ok(*value),
            _ => Err(SqlError::Column {
                at,
                wanted: "integer",
            }),
        }
    }

    /// The integer in column `at`, or `None` for NULL.
    pub fn opt_int(&self, at: usize) -> Result<Option<i64>, SqlError> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            _ => self.int(at).map(Some),
        }
    }

    /// The text in column `at`.
    pub fn text(&self, at: usize) -> Result<&str, SqlError> {
        match self.0.get(at) {
            Some(Value::Text(value)) => Ok(value),
            _ => Err(SqlError::Column { at, wanted: "text" }),
        }
    }

    /// The text in column `at`, or `None` for NULL.
    pub fn opt_text(&self, at: usize) -> Result<Option<&str>, SqlError> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            _ => self.text(at).map(Some),
        }
    }
}

/// Something that runs SQL.
pub trait Sql {
    /// Runs one statement (several, if they take no parameters) and gives the rows of the last.
    fn run(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, SqlError>;

    /// How large the database is, in bytes.
    fn bytes(&self) -> Result<i64, SqlError>;

    /// Runs `body` in a transaction: an `Err` undoes everything that it wrote.
    fn transaction<T, E: From<SqlError>>(
        &self,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E>;
}

/// Parameters of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Value::from($value)),*] };
}
pub(crate) use params;

/// Brings an object's tables up to date by its migrations, in order; cheap when they are. An applied
/// migration is never edited: a change is a new one at the end.
pub fn migrate<S: Sql>(sql: &S, migrations: &[&'static str]) -> Result<(), SqlError> {
    sql.run(
        "-- schema_version_table
CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT",
        params![],
    )?;
    let applied = sql
        .run(
            "-- schema_version
SELECT count(*) FROM schema_version",
            params![],
        )?
        .first()
        .map_or(Ok(0), |row| row.int(0))?;
    let applied = usize::try_from(applied).unwrap_or(usize::MAX);
    for (number, migration) in (1i64..).zip(migrations).skip(applied) {
        sql.transaction(|| {
            sql.run(migration, params![])?;
            sql.run(
                "-- schema_version_step
INSERT INTO schema_version VALUES (?1)",
                params![number],
            )
        })?;
    }
    Ok(())
}
