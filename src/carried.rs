//! How the rows of an object's tables are carried to another installation, and taken in there.
//!
//! Every room that has an object says which of its tables go and how: [`Table`]. A page of rows is read by the table's
//! key, so that a walk can be broken off and gone on with; rows travel as JSON with their columns' names. Taken in, a row
//! that is there already changes nothing: so whatever is carried can be carried again.

use crate::sql::{Sql, SqlError, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The form of the lines. Another one is refused.
pub const FORM: u32 = 1;

/// The most rows of a page.
pub const PAGE: u32 = 200;

/// About how many bytes a page has at most: a row more than that goes alone.
const PAGE_BYTES: usize = 512 * 1024;

/// Where the rows of a table go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// To the shard of the author that each row names.
    Author,
    /// To one shard for each that they come from: figures, which are added up over all of them.
    Home,
    /// To every shard.
    All,
    /// To the one object of this kind.
    One,
}

/// A table that is carried.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name, and what its rows are called among the lines.
    pub name: &'static str,
    /// Where its rows go.
    pub to: To,
    /// How many columns its key has.
    pub keys: usize,
    /// The columns that travel, in the order in which both pages select them.
    pub columns: &'static [&'static str],
    /// Selects a key, platform and author, and the columns of the first `?2` rows; `?3` is what interactions are called
    /// here.
    pub first: &'static str,
    /// ... of those behind the key `?1`, which is JSON.
    pub next: &'static str,
    /// Takes rows in: JSON objects, in one array.
    pub put: &'static str,
}

/// Makes a [`Table`]: plain columns travel as they are; of the others it is said how they are read (of `x`) and how they
/// are written (of `r.value`).
macro_rules! table {
    ($name:literal to $to:ident, key $n:tt $key:literal, from $from:literal, of $of:literal,
     [$one:literal $($plain:literal)*], made [$($made:literal: $out:literal => $into:literal,)*], then $then:literal) => {
        $crate::carried::Table {
            name: $name,
            to: $crate::carried::To::$to,
            keys: $n,
            columns: &[$one, $($plain,)* $($made,)*],
            first: concat!(
                "-- carry_", $name, "\nSELECT ", $key, ", ", $of, ", x.", $one, $(", x.", $plain,)* $(", ", $out,)*
                " FROM ", $from, " WHERE ?1 IS NULL AND ?3 <> '' ORDER BY ", $key, " LIMIT ?2 + 0"
            ),
            next: concat!(
                "-- carry_more_", $name, "\nSELECT ", $key, ", ", $of, ", x.", $one, $(", x.", $plain,)* $(", ", $out,)*
                " FROM ", $from, " WHERE (", $key, ") > (", $crate::carried::behind!($n), ") AND ?3 <> '' ORDER BY ", $key,
                " LIMIT ?2 + 0"
            ),
            put: concat!(
                "-- carried_", $name, "\nINSERT INTO ", $name, " (", $one, $(", ", $plain,)* $(", ", $made,)*
                ") SELECT r.value ->> '$.", $one, "'", $(", r.value ->> '$.", $plain, "'",)* $(", ", $into,)*
                " FROM json_each(?1) r WHERE true ON CONFLICT ", $then, " RETURNING 1"
            ),
        }
    };
}
pub(crate) use table;

/// A key as it is compared.
macro_rules! behind {
    (1) => {
        "?1 ->> 0"
    };
    (2) => {
        "?1 ->> 0, ?1 ->> 1"
    };
    (3) => {
        "?1 ->> 0, ?1 ->> 1, ?1 ->> 2"
    };
    (4) => {
        "?1 ->> 0, ?1 ->> 1, ?1 ->> 2, ?1 ->> 3"
    };
    (6) => {
        "?1 ->> 0, ?1 ->> 1, ?1 ->> 2, ?1 ->> 3, ?1 ->> 4, ?1 ->> 5"
    };
    (9) => {
        "?1 ->> 0, ?1 ->> 1, ?1 ->> 2, ?1 ->> 3, ?1 ->> 4, ?1 ->> 5, ?1 ->> 6, ?1 ->> 7, ?1 ->> 8"
    };
}
pub(crate) use behind;

/// Tell a page of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Which table.
    pub table: String,
    /// The key after which the page begins, as JSON; without it, the first page.
    #[serde(default)]
    pub after: Option<String>,
    /// How many at most.
    pub max: u32,
}

/// A page of a table's rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Carried>,
    /// The key after which there may be more.
    #[serde(default)]
    pub next: Option<String>,
}

/// A row on its way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Carried {
    /// By what it is known when it comes again; a row of which the key is enough has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The platform and the author whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<(String, String)>,
    /// Whether it takes from a figure what other rows bring with them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub less: bool,
    /// Its columns.
    pub row: Map<String, Json>,
}

/// Take these rows in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// Of which export they are.
    pub export: String,
    /// Which table's they are.
    pub table: String,
    /// The rows.
    pub rows: Vec<Carried>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// How many rows were not here before.
    pub new: u32,
    /// Whether nothing was taken in, for what lies here is not of this export.
    #[serde(default)]
    pub occupied: bool,
}

/// The table of that name.
///
/// # Errors
/// If no table has that name.
pub fn named<'a>(tables: &'a [Table], name: &str) -> Result<&'a Table, SqlError> {
    let found = tables.iter().find(|table| table.name == name);
    found.ok_or(SqlError::Json("table's name"))
}

/// A page of a table, as its room calls interactions.
///
/// # Errors
/// Where the storage fails.
pub fn page<S: Sql>(
    sql: &S,
    table: &Table,
    ask: &Export,
    interactions: &str,
) -> Result<Page, SqlError> {
    let after = ask.after.as_deref();
    let most = ask.max.clamp(1, PAGE);
    let statement = match after {
        None => table.first,
        Some(_) => table.next,
    };
    let found = sql.run(
        statement,
        vec![after.into(), most.into(), interactions.into()],
    )?;
    let mut page = Page::default();
    let mut bytes = 0;
    let mut last = None;
    for row in &found {
        let mut values = row.0.iter().map(json);
        let key: Vec<Json> = values.by_ref().take(table.keys).collect();
        let (platform, author) = (values.next(), values.next());
        let of = match (platform, author) {
            (Some(Json::String(platform)), Some(Json::String(author))) => Some((platform, author)),
            _ => None,
        };
        let columns = table.columns.iter().map(|name| (*name).to_owned());
        let columns: Map<String, Json> = columns.zip(values).collect();
        bytes += columns.values().map(size).sum::<usize>();
        if bytes > PAGE_BYTES && last.is_some() {
            page.next = last;
            return Ok(page);
        }
        last = Some(Json::from(key).to_string());
        page.rows.push(Carried {
            of,
            row: columns,
            ..Carried::default()
        });
    }
    if found.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
        page.next = last;
    }
    Ok(page)
}

/// Takes rows in; how many were not here before.
///
/// # Errors
/// Where the storage fails, or a row is not one of this table.
pub fn put<S: Sql>(sql: &S, table: &Table, rows: &[Carried]) -> Result<u32, SqlError> {
    if rows.is_empty() {
        return Ok(0);
    }
    let new = sql.run(table.put, vec![together(rows).into()])?;
    Ok(u32::try_from(new.len()).unwrap_or(u32::MAX))
}

/// The rows as one array of JSON objects.
pub fn together(rows: &[Carried]) -> String {
    let rows = rows.iter().map(|one| Json::Object(one.row.clone()));
    Json::Array(rows.collect()).to_string()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(n) => (*n).into(),
        Value::Text(text) => text.as_str().into(),
    }
}

fn size(value: &Json) -> usize {
    value.as_str().map_or(8, str::len)
}
