//! SQLite for simulations: a Durable Object's SQL in memory, and nothing imitated of what workerd does to values
//! but that numbers bind as REAL. The tests' own stand-in (`tests/it/sqlite.rs`) is the strict one.

use crate::sql::{Row, Sql, SqlError, Value};
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Batch, Connection, Statement, ToSql, params_from_iter};
use std::cell::Cell;

/// A database in memory.
pub struct Memory {
    connection: Connection,
    depth: Cell<u32>,
}

impl Memory {
    /// An empty one.
    ///
    /// # Errors
    /// Where SQLite cannot begin.
    pub fn new() -> Result<Self, SqlError> {
        Self::of(Connection::open_in_memory())
    }

    /// An empty one with a file of its own behind it, which goes with it: for times. In memory the first change of a row in a
    /// transaction took 44 ms beside thousands of posts, in a file 0.2 (2026-12-01).
    ///
    /// # Errors
    /// Where SQLite cannot begin.
    pub fn in_a_file() -> Result<Self, SqlError> {
        Self::of(Connection::open(""))
    }

    fn of(connection: rusqlite::Result<Connection>) -> Result<Self, SqlError> {
        let connection = connection.map_err(refused)?;
        connection.set_prepared_statement_cache_capacity(128);
        Ok(Self {
            connection,
            depth: Cell::new(0),
        })
    }
}

fn refused(why: rusqlite::Error) -> SqlError {
    SqlError::Refused(why.to_string())
}

struct Bound(Value);

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match &self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Real(*number as f64),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn rows(statement: &mut Statement<'_>, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
    let columns = statement.column_count();
    let mut found = statement
        .query(params_from_iter(params.into_iter().map(Bound)))
        .map_err(refused)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(refused)? {
        let cell = |at| match row.get_ref(at).map_err(refused)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(number) => Ok(Value::Integer(number)),
            ValueRef::Real(number) => Ok(Value::Integer(number as i64)),
            ValueRef::Text(text) => Ok(Value::Text(String::from_utf8_lossy(text).into_owned())),
            ValueRef::Blob(_) => Err(SqlError::Column {
                at,
                wanted: "number or text",
            }),
        };
        rows.push(Row((0..columns)
            .map(cell)
            .collect::<Result<_, SqlError>>()?));
    }
    Ok(rows)
}

impl Sql for Memory {
    fn run(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
        // As the object does: all statements of a script, and what the last one gives.
        if params.is_empty() && sql.contains(';') {
            let mut script = Batch::new(&self.connection, sql);
            let mut last = Vec::new();
            while let Some(mut statement) = script.next().map_err(refused)? {
                last = rows(&mut statement, Vec::new())?;
            }
            return Ok(last);
        }
        rows(
            &mut *self.connection.prepare_cached(sql).map_err(refused)?,
            params,
        )
    }

    fn bytes(&self) -> Result<i64, SqlError> {
        let sql = "SELECT p.page_count * s.page_size FROM pragma_page_count p, pragma_page_size s";
        self.connection
            .query_row(sql, [], |row| row.get(0))
            .map_err(refused)
    }

    fn transaction<T, E: From<SqlError>>(
        &self,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let depth = self.depth.get() + 1;
        let say = |what: &str| {
            self.connection
                .execute_batch(&format!("{what} nested_{depth}"))
                .map_err(refused)
        };
        say("SAVEPOINT")?;
        self.depth.set(depth);
        let done = body();
        self.depth.set(depth - 1);
        if done.is_err() {
            say("ROLLBACK TO")?;
        }
        say("RELEASE")?;
        done
    }
}
