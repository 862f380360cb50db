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

/// A step from one version of an object's tables to the next. What was deployed is never edited: a change is a new
/// step at the end, and every version of the code must do with tables in which steps of [`Migration::Fill`] are
/// not done yet, and with those that a later version has changed.
#[derive(Clone, Copy, Debug)]
pub enum Migration {
    /// Adds tables or columns, or an index on what is empty. Done before the first question is answered: so nothing
    /// that reads or writes the rows of a table that grows.
    Add(&'static str),
    /// Changes the rows of a table in slices of at most [`SLICE`], in the order of a key.
    Fill {
        /// Selects the last key of the next `?2` rows after key `?1` (NULL: from the beginning); NULL when no rows
        /// are left.
        last: &'static str,
        /// Changes the rows after key `?1` up to and including key `?2`.
        fill: &'static str,
    },
}

/// How many rows a slice changes at most, so that no delivery is held up for more than 50 ms: the longest of 100
/// slices of a thousand took 96 ms in an unoptimised build on a busy machine.
pub const SLICE: u32 = 250;

/// Opens an object's tables: adds what this version has more than the one that had them last. Returns whether rows
/// are left to [`fill`]. Cheap where nothing is new; asked at an object's first question, for a constructor must
/// not wait.
///
/// # Errors
/// Where the storage fails.
pub fn open<S: Sql>(sql: &S, migrations: &[Migration]) -> Result<bool, SqlError> {
    sql.run(
        "-- schema_tables
CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS schema_fill (version INTEGER PRIMARY KEY, last ANY) STRICT;",
        params![],
    )?;
    let mut is_left = false;
    for (number, migration) in missing(sql, migrations)? {
        match migration {
            Migration::Add(statement) => sql.transaction(|| {
                sql.run(statement, params![])?;
                done(sql, number)
            })?,
            Migration::Fill { .. } => is_left = true,
        }
    }
    Ok(is_left)
}

/// Changes the next slice of rows that [`open`] left; whether there is more.
///
/// # Errors
/// Where the storage fails: then the slice is as it was.
pub fn fill<S: Sql>(sql: &S, migrations: &[Migration]) -> Result<bool, SqlError> {
    let mut left = missing(sql, migrations)?.into_iter();
    let Some((number, Migration::Fill { last, fill })) = left.next() else {
        return Ok(false);
    };
    sql.transaction(|| {
        let before = sql.run(
            "-- schema_filled
SELECT last FROM schema_fill WHERE version = ?1",
            params![number],
        )?;
        let before = before.into_iter().flat_map(|row| row.0).next();
        let before = before.unwrap_or(Value::Null);
        let key = sql.run(last, vec![before.clone(), SLICE.into()])?;
        let key = key.into_iter().flat_map(|row| row.0).next();
        match key {
            None | Some(Value::Null) => {
                done(sql, number)?;
                Ok(left.next().is_some())
            }
            Some(key) => {
                sql.run(fill, vec![before, key.clone()])?;
                sql.run(
                    "-- schema_fill
INSERT INTO schema_fill VALUES (?1, ?2) ON CONFLICT DO UPDATE SET last = excluded.last",
                    vec![number.into(), key],
                )?;
                Ok(true)
            }
        }
    })
}

/// The steps that are not done, by number.
fn missing<S: Sql>(sql: &S, migrations: &[Migration]) -> Result<Vec<(i64, Migration)>, SqlError> {
    let rows = sql.run(
        "-- schema_version
SELECT version FROM schema_version",
        params![],
    )?;
    let done = rows.iter().map(|row| row.int(0));
    let done = done.collect::<Result<Vec<_>, _>>()?;
    let all = (1..).zip(migrations.iter().copied());
    Ok(all.filter(|(number, _)| !done.contains(number)).collect())
}

fn done<S: Sql>(sql: &S, number: i64) -> Result<(), SqlError> {
    sql.run(
        "-- schema_done
INSERT INTO schema_version VALUES (?1)",
        params![number],
    )?;
    Ok(())
}
