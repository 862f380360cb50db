//! Carrying what a directory keeps to another installation.

use super::question::{Desk, Question};
use super::wire::Refused;
use crate::carried::{self, Export, Import, Imported, Page, Table, table};
use crate::sql::Sql;

/// The tables that are carried.
pub const TABLES: &[Table] = &[
    table!("person" to One, key 1 "x.id", from "person x", of "NULL, NULL",
        ["id" "author" "since_ms"], made [], then "DO NOTHING"),
    table!("joined" to One, key 1 "x.other", from "joined x", of "NULL, NULL",
        ["other" "author"], made [], then "DO NOTHING"),
    // Where a post lies follows from the number of shards: so no export has these rows, the import makes them.
    table!("post" to One, key 1 "x.id", from "post x", of "NULL, NULL",
        ["id" "home" "at_ms"], made [], then "DO NOTHING"),
];

/// The tables that stay, and why.
pub const NOT: &[(&str, &str)] = &[
    ("invitation", "the customers' object's"),
    ("series", "the customers' object's"),
    ("sample", "the customers' object's"),
    ("customer_gone", "the customers' object's"),
    ("customer_identity", "the customers' object's"),
    ("customer_mark", "the customers' object's"),
    ("customer_record", "the customers' object's"),
    (
        "home",
        "where the objects of the other installation are, its configuration says",
    ),
    ("schema_fill", "the tables' own"),
    ("schema_version", "the tables' own"),
];

impl Question for Export {
    const NAME: &'static str = "Export";
    type Answer = Page;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let table = carried::named(TABLES, &self.table)?;
        Ok(carried::page(desk.sql, table, &self, "-")?)
    }
}

impl Question for Import {
    const NAME: &'static str = "Import";
    type Answer = Imported;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let table = carried::named(TABLES, &self.table)?;
        let new = carried::put(desk.sql, table, &self.rows)?;
        Ok(Imported {
            new,
            occupied: false,
        })
    }
}
