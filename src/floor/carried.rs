//! Carrying what the floor keeps of agents to another installation.

use super::question::{Desk, Question};
use super::wire::Refused;
use crate::carried::{self, Export, Import, Imported, Page, Table, table};
use crate::sql::Sql;

/// The tables that are carried.
pub const TABLES: &[Table] = &[
    table!("agent" to One, key 1 "x.id", from "agent x", of "NULL, NULL",
        ["id" "settings" "by" "at_ms"], made [], then "DO NOTHING"),
    table!("deed" to One, key 2 "x.at_ms, x.id", from "deed x", of "NULL, NULL",
        ["at_ms" "id" "agent" "workgroup" "deed"], made [], then "DO NOTHING"),
];

/// The tables that stay, and why.
pub const NOT: &[(&str, &str)] = &[
    ("stated", "who is there says so there"),
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
    const WRITES: bool = true;
    type Answer = Imported;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let table = carried::named(TABLES, &self.table)?;
        let new = carried::put(desk.sql, table, &self.rows)?;
        // What is in memory is read anew.
        desk.with(|memory| memory.began_ms = None);
        Ok(Imported {
            new,
            occupied: false,
        })
    }
}
