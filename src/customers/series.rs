//! The brand's own figures by hour or day, as its systems say them: kept as they were said, for the report.
//!
//! What is older than the report reaches is dropped with the next that comes or is asked for.

use super::question::{Desk, Question};
use super::wire::Refused;
use crate::inbox::cohort::DAYS;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// The step of the migrations.
pub const TABLES: &str = "-- migration series
CREATE TABLE series (                 -- the brand's own figures
  hour INTEGER NOT NULL,              -- since 1970: the first that it is of
  hours INTEGER NOT NULL,             -- 1, or 24 for a day (UTC)
  name TEXT NOT NULL,
  value INTEGER NOT NULL,             -- in thousandths
  PRIMARY KEY (hour, hours, name)
) STRICT, WITHOUT ROWID;";

/// A figure of an hour or a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Of which series.
    pub series: String,
    /// The first hour, since 1970.
    pub hour: i64,
    /// How many: 1 or 24.
    pub hours: i64,
    /// In thousandths; `None` takes back what was said.
    pub value: Option<i64>,
}

/// The first hour of which something is kept.
pub fn reach(now_ms: i64) -> i64 {
    (now_ms.div_euclid(86_400_000) - DAYS) * 24
}

fn expire<S: Sql>(desk: &Desk<'_, S>) -> Result<(), SqlError> {
    desk.sql.run(
        "-- forget_series
DELETE FROM series WHERE hour < ?1 + 0",
        params![reach(desk.now_ms)],
    )?;
    Ok(())
}

/// Keep these. What is said again replaces what was said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutSeries {
    /// What is said.
    pub items: Vec<Item>,
}

impl Question for PutSeries {
    const NAME: &'static str = "PutSeries";
    type Answer = ();

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        expire(desk)?;
        desk.sql.run(
            "-- take_back_series
DELETE FROM series WHERE (hour, hours, name) IN
  (SELECT i.value ->> '$.hour', i.value ->> '$.hours', i.value ->> '$.series' FROM json_each(?1) i)",
            params![serde_json::to_string(&self.items)?],
        )?;
        desk.sql.run(
            "-- put_series
INSERT OR REPLACE INTO series (hour, hours, name, value)
SELECT i.value ->> '$.hour', i.value ->> '$.hours', i.value ->> '$.series', i.value ->> '$.value'
FROM json_each(?1) i WHERE i.value ->> '$.value' IS NOT NULL ORDER BY i.key",
            params![serde_json::to_string(&last(self.items))?],
        )?;
        Ok(())
    }
}

/// Of each place the last that was said.
fn last(items: Vec<Item>) -> Vec<Item> {
    let mut seen = std::collections::BTreeSet::new();
    let mut last: Vec<Item> = items
        .into_iter()
        .rev()
        .filter(|one| seen.insert((one.hour, one.hours, one.series.clone())))
        .collect();
    last.reverse();
    last
}

/// What was said of these hours?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowSeries {
    /// The first, since 1970.
    pub from_hour: i64,
    /// The one after the last.
    pub to_hour: i64,
}

impl Question for ShowSeries {
    const NAME: &'static str = "ShowSeries";
    type Answer = Vec<Item>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        expire(desk)?;
        let rows = desk.sql.run(
            "-- series
SELECT name, hour, hours, value FROM series WHERE hour >= ?1 + 0 AND hour + hours <= ?2 + 0 AND hour < ?2 + 0
ORDER BY hour, hours, name",
            params![self.from_hour, self.to_hour],
        )?;
        let item = |row: &crate::sql::Row| {
            Ok(Item {
                series: row.text(0)?.to_owned(),
                hour: row.int(1)?,
                hours: row.int(2)?,
                value: Some(row.int(3)?),
            })
        };
        let items: Result<_, SqlError> = rows.iter().map(item).collect();
        Ok(items?)
    }
}
