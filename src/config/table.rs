//! Reading one table of the configuration: each key at most once, each mistake under its key.

use super::problem::Problem;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Walks the table and notes every mistake under its key.
pub(super) struct Reader<'p> {
    pub(super) problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    /// Notes a mistake. Which line of this module noted it, the tests keep: each must be seen to.
    #[cfg_attr(test, track_caller)]
    pub(super) fn problem(&mut self, key: impl Into<String>, says: impl Into<String>) {
        #[cfg(test)]
        super::tests::noted(std::panic::Location::caller());
        let problem = Problem {
            key: key.into(),
            says: says.into(),
        };
        // What fifty sources inherit from one key is one mistake.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The values of a secret that are good; a missing secret and each bad value is a problem.
    pub(super) fn secret<T>(
        &mut self,
        name: &str,
        without: &str,
        secret: &dyn Fn(&str) -> Option<String>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let text = secret(name).unwrap_or_default();
        let mut good = Vec::new();
        for (place, value) in values(&text).enumerate() {
            match read(value) {
                Ok(value) => good.push(value),
                Err(why) => self.problem(name, format!("value {}: {why}", place + 1)),
            }
        }
        if values(&text).next().is_none() {
            self.problem(
                name,
                format!("is not set, so {without}; set it with `wrangler secret put {name}`"),
            );
        }
        good
    }

    pub(super) fn text(&mut self, table: &mut Table, key: &str) -> Option<String> {
        match table.rest.remove(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_string()),
            Value::String(_) => {
                self.problem(table.at(key), "is empty: fill it in, or take the line out");
                None
            }
            _ => {
                self.problem(table.at(key), "must be text in quotes");
                None
            }
        }
    }

    pub(super) fn required(&mut self, table: &mut Table, key: &str) -> Option<String> {
        if !table.rest.contains_key(key) {
            self.problem(table.at(key), format!("is missing: write {key} = \"...\""));
        }
        self.text(table, key)
    }

    /// An id of ours: it stands in URLs and in secrets' names.
    pub(super) fn id(&mut self, table: &mut Table, key: &str) -> Option<String> {
        let id = self.required(table, key)?;
        let fits = id.len() <= 64
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !fits {
            self.problem(
                table.at(key),
                format!("\"{id}\" must be at most 64 of a-z, 0-9 and -"),
            );
        }
        fits.then_some(id)
    }

    pub(super) fn texts(&mut self, table: &mut Table, key: &str) -> Vec<String> {
        let Some(value) = table.rest.remove(key) else {
            return Vec::new();
        };
        let texts: Option<Vec<String>> = value.as_array().and_then(|values| {
            values
                .iter()
                .map(|v| v.as_str().map(str::to_string))
                .collect()
        });
        texts.unwrap_or_else(|| {
            self.problem(table.at(key), "must be a list of texts");
            Vec::new()
        })
    }

    pub(super) fn flag(&mut self, table: &mut Table, key: &str, default: bool) -> bool {
        match table.rest.remove(key) {
            None => default,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.problem(table.at(key), "must be true or false");
                default
            }
        }
    }

    pub(super) fn number(
        &mut self,
        table: &mut Table,
        key: &str,
        range: std::ops::RangeInclusive<u32>,
        default: u32,
    ) -> u32 {
        let Some(value) = table.rest.remove(key) else {
            return default;
        };
        let number = value
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| range.contains(n));
        number.unwrap_or_else(|| {
            self.problem(
                table.at(key),
                format!(
                    "must be a whole number from {} to {}; {default} until then",
                    range.start(),
                    range.end()
                ),
            );
            default
        })
    }

    /// A number of that range, or 0.
    pub(super) fn number_or_zero(
        &mut self,
        table: &mut Table,
        key: &str,
        range: std::ops::RangeInclusive<u32>,
        default: u32,
    ) -> u32 {
        match table.rest.get(key).and_then(Value::as_u64) {
            Some(0) => {
                table.rest.remove(key);
                0
            }
            _ => self.number(table, key, range, default),
        }
    }

    pub(super) fn table(&mut self, table: &mut Table, key: &str) -> Table {
        let path = table.at(key);
        match table.rest.remove(key) {
            None => Table::new(path, Map::new()),
            Some(Value::Object(inner)) => Table::new(path, inner),
            Some(_) => {
                self.problem(path.clone(), format!("must be a table: [{path}]"));
                Table::new(path, Map::new())
            }
        }
    }

    pub(super) fn tables(&mut self, table: &mut Table, key: &str) -> Vec<Table> {
        if !table.rest.contains_key(key) {
            let path = table.at(key);
            self.problem(path.clone(), format!("is missing: write [[{path}]]"));
        }
        self.opt_tables(table, key)
    }

    /// As [`Reader::tables`], where there may be none.
    pub(super) fn opt_tables(&mut self, table: &mut Table, key: &str) -> Vec<Table> {
        let path = table.at(key);
        let values = match table.rest.remove(key) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values,
            Some(_) => {
                self.problem(
                    path.clone(),
                    format!("must be a list of tables: [[{path}]]"),
                );
                return Vec::new();
            }
        };
        let mut tables = Vec::new();
        for (place, value) in values.into_iter().enumerate() {
            let path = format!("{path}[{place}]");
            match value {
                Value::Object(inner) => tables.push(Table::new(path, inner)),
                _ => self.problem(path, "must be a table"),
            }
        }
        tables
    }

    /// Whatever is left in a table is a key that nothing reads: most often a slip of the pen.
    pub(super) fn finish(&mut self, table: Table) {
        for key in table.keys() {
            // What is inherited is read by other sources, if not by this one.
            if table.inherits(&key) {
                continue;
            }
            self.problem(table.at(&key), "is no key of this table; nothing reads it");
        }
    }
}

/// A table being read: its key, and what nothing has read yet.
pub(super) struct Table {
    /// Empty for the whole file.
    pub(super) key: String,
    pub(super) rest: Map<String, Value>,
    /// The keys that stand elsewhere, with the place.
    inherited: BTreeMap<String, String>,
}

impl Table {
    pub(super) fn new(key: impl Into<String>, rest: Map<String, Value>) -> Self {
        Self {
            key: key.into(),
            rest,
            inherited: BTreeMap::new(),
        }
    }

    /// Where a key of it stands, from the top of the file.
    pub(super) fn at(&self, key: &str) -> String {
        match self.inherited.get(key) {
            Some(place) => place.clone(),
            None if self.key.is_empty() => key.to_owned(),
            None => format!("{}.{key}", self.key),
        }
    }

    /// A text that is still to be read.
    pub(super) fn peek(&self, key: &str) -> Option<&str> {
        self.rest.get(key)?.as_str()
    }

    /// Takes over what it does not say itself.
    pub(super) fn inherit(&mut self, from: &Table, keys: &[&str]) {
        for key in keys {
            if let Some(value) = from.rest.get(*key) {
                self.inherit_value(key, value.clone(), from.at(key));
            }
        }
    }

    /// Takes over one value, which stands at `place`, unless it has its own.
    pub(super) fn inherit_value(&mut self, key: &str, value: Value, place: String) {
        if !self.rest.contains_key(key) {
            self.rest.insert(key.to_owned(), value);
            self.inherited.insert(key.to_owned(), place);
        }
    }

    pub(super) fn inherits(&self, key: &str) -> bool {
        self.inherited.contains_key(key)
    }

    /// Leaves out what others inherit, and read.
    pub(super) fn leave(&mut self, keys: &[&str]) {
        self.rest.retain(|key, _| !keys.contains(&key.as_str()));
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.rest.keys().cloned().collect()
    }
}

/// The values in one secret: several, with white space between, newest first, for rotation.
pub(super) fn values(secret: &str) -> impl Iterator<Item = &str> {
    secret.split_whitespace()
}
