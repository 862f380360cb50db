//! Carrying what is known of customers to another installation.

use super::question::{Desk, Question};
use super::wire::Refused;
use crate::carried::{self, Export, Import, Imported, Page, Table, table};
use crate::sql::Sql;

/// The tables that are carried.
pub const TABLES: &[Table] = &[
    table!("customer_record" to One, key 1 "x.id", from "customer_record x", of "NULL, NULL",
        ["id" "customer" "occurred_ms" "version" "at_ms" "by"], made [], then "DO NOTHING"),
    table!("customer_identity" to One, key 2 "x.platform, x.author", from "customer_identity x", of "NULL, NULL",
        ["platform" "author" "customer"], made [], then "DO NOTHING"),
    table!("customer_gone" to One, key 1 "x.hash", from "customer_gone x", of "NULL, NULL",
        ["hash" "occurred_ms" "version"], made [], then "DO NOTHING"),
    table!("sample" to One, key 1 "x.id", from "sample x", of "NULL, NULL",
        ["id" "at_ms" "until_ms" "brand" "by" "eligible" "listed" "no_consent" "resting"], made [], then "DO NOTHING"),
    table!("invitation" to One, key 2 "x.sample, x.n", from "invitation x", of "NULL, NULL",
        ["sample" "n" "customer" "tier" "lang" "at_ms" "score" "answered_ms" "text"], made [], then "DO NOTHING"),
    table!("series" to One, key 3 "x.hour, x.hours, x.name", from "series x", of "NULL, NULL",
        ["hour" "hours" "name" "value"], made [], then "DO NOTHING"),
    // The key of tombstones opens nothing: without it nobody who was forgotten would be known there.
    Table {
        put: "-- carried_customer_mark
UPDATE customer_mark SET key = coalesce(key, (SELECT max(r.value ->> '$.key') FROM json_each(?1) r)),
  version = max(version, (SELECT max(r.value ->> '$.version') FROM json_each(?1) r))
WHERE version < (SELECT max(r.value ->> '$.version') FROM json_each(?1) r) OR key IS NULL RETURNING 1",
        ..table!("customer_mark" to One, key 1 "x.version", from "customer_mark x", of "NULL, NULL",
        ["version" "key"], made [], then "DO NOTHING")
    },
];

/// The tables that stay, and why.
pub const NOT: &[(&str, &str)] = &[
    ("home", "a directory's"),
    ("joined", "a directory's"),
    ("person", "a directory's"),
    ("post", "a directory's"),
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
