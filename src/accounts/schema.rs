//! The tables of [`super::OBJECT`].

use crate::sql::{self, Sql, SqlError};

/// Each migration in order.
const MIGRATIONS: &[&str] = &[];

/// Brings the tables up to date.
pub fn migrate<S: Sql>(sql: &S) -> Result<(), SqlError> {
    sql::migrate(sql, MIGRATIONS)
}
