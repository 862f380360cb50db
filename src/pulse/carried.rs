//! Carrying what the pulse keeps to another installation: what is usual, and which incidents there were. Who was a member
//! of one is a keyed hash of the month, and stays.

use super::memory::Memory;
use super::question::{Desk, Question};
use super::wire::Refused;
use crate::carried::{self, Export, Import, Imported, Page, Table, table};
use crate::sql::Sql;

/// The tables that are carried.
pub const TABLES: &[Table] = &[
    table!("past" to One, key 1 "x.source", from "past x", of "NULL, NULL",
        ["source" "doc" "words"], made [], then "DO NOTHING"),
    table!("incident" to One, key 1 "x.id", from "incident x", of "NULL, NULL",
        ["id" "cell" "last_ms" "doc"], made [], then "DO NOTHING"),
    Table {
        put: "-- carried_number
UPDATE number SET n = (SELECT max(r.value ->> '$.n') FROM json_each(?1) r)
WHERE n < (SELECT max(r.value ->> '$.n') FROM json_each(?1) r) RETURNING 1",
        ..table!("number" to One, key 1 "x.n", from "number x", of "NULL, NULL",
        ["n"], made [], then "DO NOTHING")
    },
    table!("deed" to One, key 2 "x.at_ms, x.id", from "deed x", of "NULL, NULL",
        ["at_ms" "id" "agent" "workgroup" "deed"], made [], then "DO NOTHING"),
];

/// The tables that stay, and why.
pub const NOT: &[(&str, &str)] = &[
    ("gone", "of the last hours"),
    ("member", "hashes by a key that is destroyed with its month"),
    ("minute", "of the last hours"),
    ("month_key", "a secret, destroyed with its month"),
    ("schema_fill", "the tables' own"),
    ("schema_version", "the tables' own"),
];

impl Question for Export {
    const NAME: &'static str = "Export";
    type Answer = Page;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>, _: &mut Memory) -> Result<Self::Answer, Refused> {
        let table = carried::named(TABLES, &self.table)?;
        Ok(carried::page(desk.sql, table, &self, "-")?)
    }
}

impl Question for Import {
    const NAME: &'static str = "Import";
    type Answer = Imported;

    fn answer<S: Sql>(
        self,
        desk: &Desk<'_, S>,
        memory: &mut Memory,
    ) -> Result<Self::Answer, Refused> {
        let table = carried::named(TABLES, &self.table)?;
        let new = carried::put(desk.sql, table, &self.rows)?;
        // It is read anew.
        *memory = Memory::default();
        Ok(Imported {
            new,
            occupied: false,
        })
    }
}
