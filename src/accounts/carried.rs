//! Carrying what the accounts' object keeps to another installation: no secret, no access token.

use super::context::Desk;
use super::question::Question;
use super::wire::Refused;
use crate::carried::{self, Export, Import, Imported, Page, Table, table};
use crate::sql::Sql;

/// The tables that are carried.
pub const TABLES: &[Table] = &[
    // Also tokens that are revoked: with the same `TOKEN_KEY` there they stay so.
    table!("bearer" to One, key 1 "x.id", from "bearer x", of "NULL, NULL",
        ["id" "agent" "role" "workgroups" "expires_ms" "first_ms" "seen_ms" "revoked_ms" "revoked_by"], made [], then "DO NOTHING"),
    table!("habit" to One, key 2 "x.source, x.day", from "habit x", of "NULL, NULL",
        ["source" "day" "slots"], made [], then "DO NOTHING"),
    table!("deed" to One, key 2 "x.at_ms, x.id", from "deed x", of "NULL, NULL",
        ["at_ms" "id" "agent" "workgroup" "deed"], made [], then "DO NOTHING"),
];

/// The tables that stay, and why.
pub const NOT: &[(&str, &str)] = &[
    ("health", "what comes there is heard there"),
    (
        "token",
        "access tokens are secrets: each installation has its own",
    ),
    ("schema_fill", "the tables' own"),
    ("schema_version", "the tables' own"),
];

impl Question for Export {
    const NAME: &'static str = "Export";
    type Answer = Page;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let table = carried::named(TABLES, &self.table)?;
        Ok(carried::page(desk.sql, table, &self, "-")?)
    }
}

impl Question for Import {
    const NAME: &'static str = "Import";
    type Answer = Imported;

    fn answer<S: Sql>(self, desk: Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let table = carried::named(TABLES, &self.table)?;
        let new = carried::put(desk.sql, table, &self.rows)?;
        Ok(Imported {
            new,
            occupied: false,
        })
    }
}
