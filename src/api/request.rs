//! Reading callers' bodies and queries: whatever is not asked for is refused by its name. A field that
//! nobody reads is a field that somebody meant: `serve` for `serves` would do the opposite of what was wanted.

use super::problem::Problem;
use super::token::is_name;
use crate::config::{MAX_LEASE_S, MAX_LEASE_WISH_S};
use crate::deeds;
use crate::inbox::figures::ShowSla;
use crate::inbox::look::PAGE;
use crate::inbox::promise::{self, PromisesAsked};
use crate::inbox::report;
use crate::inbox::shard::Shard;
use crate::inbox::sla::{Key, SlaAsked};
use crate::inbox::state::{AckState, State};
use crate::inbox::wire::{AckAt, AcksAsked, Filter};
use crate::post::{Platform, Workgroup};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

/// How many entries a list in a request may have.
const LIST: usize = 64;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which interactions.
    pub filter: Filter,
    /// The shards that have more, and below which number each goes on; `None` for the first page.
    pub marks: Option<Vec<(Shard, i64)>>,
}

/// The longest name of a workgroup, a source or a language, in bytes.
pub const NAME_BYTES: usize = 64;

/// The fields of a JSON body.
pub struct Fields(Map<String, Value>);

/// A JSON object in which no name stands twice: of two values one would be taken and nobody could tell
/// which.
struct Unique(Result<Map<String, Value>, String>);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Unique;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Unique, A::Error> {
                let (mut fields, mut twice) = (Map::new(), None);
                while let Some((name, value)) = from.next_entry::<String, Value>()? {
                    if fields.contains_key(&name) {
                        twice.get_or_insert(name);
                    } else {
                        fields.insert(name, value);
                    }
                }
                Ok(Unique(twice.map_or(Ok(fields), Err)))
            }
        }

        from.deserialize_map(Reader)
    }
}

/// A name of the caller's own, as a problem repeats it: short, and printable.
fn shown(name: &str) -> String {
    let plain = name.chars().filter(|one| !one.is_control());
    plain.take(NAME_BYTES).collect()
}

impl Fields {
    /// Reads a body; an empty one has no fields.
    ///
    /// # Errors
    /// If the body is not a JSON object, or repeats a field.
    pub fn of(body: &[u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Unique(Ok(fields))) => Ok(Self(fields)),
            Ok(Unique(Err(twice))) => Err(Problem::field(&shown(&twice), "is given twice")),
            Err(why) if why.classify() == serde_json::error::Category::Data => {
                Err(Problem::malformed_json("the body must be a JSON object"))
            }
            Err(why) => Err(Problem::malformed_json(format!(
                "the body is no JSON: line {}, column {}",
                why.line(),
                why.column()
            ))),
        }
    }

    /// All of them, as they came.
    pub fn all(&self) -> Map<String, Value> {
        self.0.clone()
    }

    /// Nothing may be left that nobody asked for.
    ///
    /// # Errors
    /// The first that is left.
    pub fn end(self) -> Result<(), Problem> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(field) => Err(Problem::field(&shown(field), "is not a field of this call")),
        }
    }

    /// A null is refused: what a caller's program lost must not mean "all" or "the default".
    fn take(&mut self, field: &str) -> Result<Option<Value>, Problem> {
        match self.0.remove(field) {
            Some(Value::Null) => Err(Problem::field(
                field,
                "is null; leave it out where it has no value",
            )),
            value => Ok(value),
        }
    }

    /// A text that may be missing, of at most `max` bytes.
    ///
    /// # Errors
    /// Where it is no text, or too long.
    pub fn opt_text(&mut self, field: &str, max: usize) -> Result<Option<String>, Problem> {
        match self.take(field)? {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= max => Ok(Some(text)),
            Some(Value::String(_)) => Err(Problem::field(
                field,
                format!("must have at most {max} bytes"),
            )),
            Some(_) => Err(Problem::field(field, "must be text")),
        }
    }

    /// A text that must be there and say something.
    ///
    /// # Errors
    /// Where it is missing, blank, no text, or too long.
    pub fn text(&mut self, field: &str, max: usize) -> Result<String, Problem> {
        let text = self
            .opt_text(field, max)?
            .ok_or_else(|| Problem::field(field, "is missing"))?;
        if text.trim().is_empty() {
            return Err(Problem::field(field, "is blank"));
        }
        Ok(text)
    }

    /// What something or somebody is called, if it is said.
    ///
    /// # Errors
    /// If the name is blank, too long, or has characters that do not print.
    pub fn opt_name(&mut self, field: &str, max: usize) -> Result<Option<String>, Problem> {
        let name = self.opt_text(field, max)?;
        name.map(|name| named(field, name, max)).transpose()
    }

    /// What something is called.
    ///
    /// # Errors
    /// Where it is missing or no name.
    pub fn name(&mut self, field: &str, max: usize) -> Result<String, Problem> {
        self.opt_name(field, max)?
            .ok_or_else(|| Problem::field(field, "is missing"))
    }

    /// A whole number within `range`, or `default` where it is missing.
    ///
    /// # Errors
    /// Where it is not a whole number in the range.
    pub fn number(
        &mut self,
        field: &str,
        range: RangeInclusive<u32>,
        default: u32,
    ) -> Result<u32, Problem> {
        let Some(value) = self.take(field)? else {
            return Ok(default);
        };
        value
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| range.contains(n))
            .ok_or_else(|| {
                Problem::field(
                    field,
                    format!(
                        "must be a whole number from {} to {}",
                        range.start(),
                        range.end()
                    ),
                )
            })
    }

    /// A whole number within `range`, if it is said.
    ///
    /// # Errors
    /// Where it is not a whole number in the range.
    pub fn opt_number(
        &mut self,
        field: &str,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, Problem> {
        if !self.0.contains_key(field) {
            return Ok(None);
        }
        let default = *range.start();
        self.number(field, range, default).map(Some)
    }

    /// A moment; it must be said.
    ///
    /// # Errors
    /// Where it is missing, or not epoch milliseconds.
    pub fn moment(&mut self, field: &str) -> Result<i64, Problem> {
        let Some(value) = self.take(field)? else {
            return Err(Problem::field(field, "is missing"));
        };
        // Beyond this no time is stored.
        let moment = value.as_i64().filter(|at| (0..1 << 52).contains(at));
        moment.ok_or_else(|| Problem::field(field, "must be epoch milliseconds"))
    }

    /// Yes or no, if it is said.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn opt_flag(&mut self, field: &str) -> Result<Option<bool>, Problem> {
        match self.0.contains_key(field) {
            true => self.flag(field).map(Some),
            false => Ok(None),
        }
    }

    /// The cursor up to which a holder says to have seen the news, if they say so.
    ///
    /// # Errors
    /// Where it is not a whole number.
    pub fn seen(&mut self) -> Result<Option<i64>, Problem> {
        let Some(value) = self.take("seen")? else {
            return Ok(None);
        };
        let seen = value.as_i64().filter(|seen| *seen >= 0);
        seen.map(Some)
            .ok_or_else(|| Problem::field("seen", "must be a cursor that `extend` gave"))
    }

    /// How long a lease a caller wants, in seconds: at most [`MAX_LEASE_S`] of it are given.
    ///
    /// # Errors
    /// Where it is not a whole number of the range.
    pub fn lease_s(&mut self, default: u32) -> Result<u32, Problem> {
        let wished = self.number("lease_s", 1..=MAX_LEASE_WISH_S, default)?;
        Ok(wished.min(MAX_LEASE_S))
    }

    /// A number, if it is said.
    ///
    /// # Errors
    /// Where it is no number.
    pub fn opt_quantity(&mut self, field: &str) -> Result<Option<Number>, Problem> {
        match self.take(field)? {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(_) => Err(Problem::field(field, "must be a number")),
        }
    }

    /// Yes or no; it must be said.
    ///
    /// # Errors
    /// Where it is missing, or neither.
    pub fn flag(&mut self, field: &str) -> Result<bool, Problem> {
        match self.take(field)? {
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(Problem::field(field, "must be true or false")),
            None => Err(Problem::field(field, "is missing")),
        }
    }

    /// A list of names, if there is one.
    ///
    /// # Errors
    /// If it is not a list of names, or the list is too long.
    pub fn opt_names(&mut self, field: &str) -> Result<Option<Vec<String>>, Problem> {
        self.opt_list(field, LIST)
    }

    /// A list of at most so many names, if there is one.
    ///
    /// # Errors
    /// If it is not a list of names, or the list is too long.
    pub fn opt_list(&mut self, field: &str, most: usize) -> Result<Option<Vec<String>>, Problem> {
        let bad = || Problem::field(field, format!("must be a list of at most {most} texts"));
        match self.take(field)? {
            None => Ok(None),
            Some(Value::Array(values)) if values.len() <= most => values
                .into_iter()
                .map(|value| match value {
                    Value::String(text) => named(field, text, NAME_BYTES),
                    _ => Err(bad()),
                })
                .collect::<Result<_, _>>()
                .map(Some),
            Some(_) => Err(bad()),
        }
    }

    /// The fields of an object within the body, if there is one; they are named after it in problems.
    ///
    /// # Errors
    /// The field is not a JSON object.
    pub fn object(&mut self, field: &str) -> Result<Option<Fields>, Problem> {
        match self.take(field)? {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Fields(fields))),
            Some(_) => Err(Problem::field(field, "must be a JSON object")),
        }
    }

    /// Epoch milliseconds, if they are said.
    ///
    /// # Errors
    /// Where it is not a whole number of milliseconds since 1970.
    pub fn opt_time(&mut self, field: &str) -> Result<Option<i64>, Problem> {
        let Some(value) = self.take(field)? else {
            return Ok(None);
        };
        let at_ms = value.as_i64().filter(|at_ms| (0..1 << 52).contains(at_ms));
        at_ms
            .map(Some)
            .ok_or_else(|| Problem::field(field, "must be epoch milliseconds"))
    }

    /// A list of at most so many objects; a missing one is empty.
    ///
    /// # Errors
    /// If it is not a list of objects, or the list is too long.
    pub fn objects(&mut self, field: &str, most: usize) -> Result<Vec<Fields>, Problem> {
        let bad = || Problem::field(field, format!("must be a list of at most {most} objects"));
        match self.take(field)? {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) if values.len() <= most => values
                .into_iter()
                .map(|value| match value {
                    Value::Object(fields) => Ok(Fields(fields)),
                    _ => Err(bad()),
                })
                .collect(),
            Some(_) => Err(bad()),
        }
    }

    /// A moment as another system's clock says it, as text: RFC 3339, or epoch milliseconds.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn opt_occurred(&mut self, field: &str) -> Result<Option<i64>, Problem> {
        let text = self.opt_text(field, NAME_BYTES)?;
        text.map(|text| time(field, &text)).transpose()
    }

    /// A list of names; a missing one is empty.
    ///
    /// # Errors
    /// If it is not a list of names, or the list is too long.
    pub fn names(&mut self, field: &str) -> Result<Vec<String>, Problem> {
        Ok(self.opt_names(field)?.unwrap_or_default())
    }

    /// The name of a platform, or none.
    ///
    /// # Errors
    /// Where no platform has that name.
    pub fn platform(&mut self, field: &str) -> Result<Option<Platform>, Problem> {
        self.opt_text(field, NAME_BYTES)?
            .map(|name| platform(field, &name))
            .transpose()
    }

    /// A list of platforms; a missing one is empty.
    ///
    /// # Errors
    /// Where one of them is none.
    pub fn platforms(&mut self, field: &str) -> Result<Vec<Platform>, Problem> {
        self.names(field)?
            .iter()
            .map(|name| platform(field, name))
            .collect()
    }
}

/// The parameters of a query.
pub struct Query<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Query<'a> {
    /// Reads a query's pairs.
    ///
    /// # Errors
    /// If a parameter is repeated.
    pub fn of(pairs: &'a [(String, String)]) -> Result<Self, Problem> {
        let mut query = BTreeMap::new();
        for (name, value) in pairs {
            if query.insert(name.as_str(), value.as_str()).is_some() {
                return Err(Problem::field(&shown(name), "is given twice"));
            }
        }
        Ok(Self(query))
    }

    /// Nothing may be left that nobody asked for.
    ///
    /// # Errors
    /// The first that is left.
    pub fn end(self) -> Result<(), Problem> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(Problem::field(
                &shown(name),
                "is not a query parameter of this call",
            )),
        }
    }

    /// A parameter, which stays to be taken.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied()
    }

    pub(super) fn take(&mut self, name: &str) -> Option<&'a str> {
        self.0.remove(name)
    }

    /// A time, if one is said.
    pub(super) fn time(&mut self, name: &str) -> Result<Option<i64>, Problem> {
        self.take(name).map(|text| time(name, text)).transpose()
    }

    /// How many to give at most.
    pub(super) fn max(&mut self, most: u32) -> Result<u32, Problem> {
        let Some(value) = self.take("max") else {
            return Ok(most);
        };
        let number = value.parse().ok().filter(|n| (1..=most).contains(n));
        number.ok_or_else(|| {
            Problem::field("max", format!("must be a whole number from 1 to {most}"))
        })
    }
}

pub(super) fn named(field: &str, name: String, max: usize) -> Result<String, Problem> {
    if name.trim().is_empty() {
        return Err(Problem::field(field, "is blank"));
    }
    match is_name(&name, max) {
        true => Ok(name),
        false => Err(Problem::field(
            field,
            format!("must have at most {max} bytes, all of them printable"),
        )),
    }
}

pub(super) fn platform(field: &str, name: &str) -> Result<Platform, Problem> {
    Platform::named(name).ok_or_else(|| {
        let known: Vec<_> = Platform::ALL.iter().map(|p| p.as_str()).collect();
        Problem::field(field, format!("no platform; one of {}", known.join(", ")))
    })
}

pub(super) fn no_cursor() -> Problem {
    Problem::field("cursor", "not a cursor returned by this call")
}

/// Which acknowledgments a report asks for: since when (epoch milliseconds; a day ago where it does not say), in
/// which state, and after which.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn acks(query: &mut Query<'_>, shards: u16, now_ms: i64) -> Result<AcksAsked, Problem> {
    let oldest_ms = now_ms - report::DAYS * 86_400_000;
    let since_ms = match query.take("since") {
        None => now_ms - 86_400_000,
        Some(value) => value
            .parse::<i64>()
            .map_err(|_| Problem::field("since", "must be epoch milliseconds"))?,
    };
    let state = match query.take("state") {
        None => None,
        Some(word) => Some(AckState::named(word).ok_or_else(|| {
            let known = AckState::ALL.map(AckState::as_str).join(", ");
            Problem::field("state", format!("one of {known}"))
        })?),
    };
    let before = query.take("cursor");
    Ok(AcksAsked {
        since_ms: since_ms.max(oldest_ms),
        state,
        before: before
            .map(|at| AckAt::find(at, shards).ok_or_else(no_cursor))
            .transpose()?,
        max: query.max(report::PAGE)?,
    })
}

/// The page that a list's query asks for.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn page(query: &mut Query<'_>, shards: u16) -> Result<Page, Problem> {
    let mut page = Page {
        filter: Filter::default(),
        marks: None,
    };
    if let Some(value) = query.take("state") {
        let known: Vec<_> = State::ALL.iter().map(|s| s.as_str()).collect();
        let state = State::named(value)
            .ok_or_else(|| Problem::field("state", format!("one of {}", known.join(", "))))?;
        page.filter.state = Some(state);
    }
    if let Some(value) = query.take("workgroup") {
        let name = named("workgroup", value.to_string(), NAME_BYTES)?;
        page.filter.workgroup = Some(Workgroup::new(name));
    }
    if let Some(value) = query.take("platform") {
        page.filter.platform = Some(platform("platform", value)?);
    }
    page.filter.post = query.take("post").map(str::to_string);
    page.filter.max = query.max(PAGE)?;
    if let Some(value) = query.take("cursor") {
        let marks = value.split('.').map(|mark| Shard::find(mark, shards));
        page.marks = Some(marks.collect::<Option<_>>().ok_or_else(no_cursor)?);
    }
    Ok(page)
}

/// Which deeds are asked for.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn deeds(query: &mut Query<'_>) -> Result<deeds::Asked, Problem> {
    Ok(deeds::Asked {
        before: query
            .take("cursor")
            .map(|at| deeds::At::find(at).ok_or_else(no_cursor))
            .transpose()?,
        max: query.max(deeds::PAGE)?,
    })
}

/// After which token a list goes on, and how many it shows.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn tokens(query: &mut Query<'_>) -> Result<(String, u32), Problem> {
    let after = query.take("cursor").unwrap_or_default();
    if !after.is_empty() && !super::token::is_jti(after) {
        return Err(no_cursor());
    }
    Ok((
        after.to_string(),
        query.max(crate::accounts::bearers::PAGE)?,
    ))
}

/// A time: RFC 3339, or epoch milliseconds. A `+` in a query is a blank to those who did not escape it.
pub(super) fn time(name: &str, text: &str) -> Result<i64, Problem> {
    let read = text.parse::<i64>().ok().or_else(|| {
        let time = chrono::DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok()?;
        Some(time.timestamp_millis())
    });
    // Within the years that a time may name, so that nothing overflows.
    read.filter(|at_ms| (0..1 << 52).contains(at_ms))
        .ok_or_else(|| {
            Problem::field(
                name,
                "must be a time: RFC 3339 (2026-11-22T12:00:00Z) or epoch milliseconds",
            )
        })
}

/// Which hours are asked for, from `from` to `to`, and by what; whole hours, at most 31 days of them. The last
/// `days` where nothing is said.
///
/// # Errors
/// Where a parameter is bad; it is named.
fn hours(query: &mut Query<'_>, now_ms: i64, days: i64) -> Result<SlaAsked, Problem> {
    let to_ms = query.time("to")?.unwrap_or(now_ms);
    let from_ms = query.time("from")?;
    let from_ms = from_ms.unwrap_or(to_ms - days * 86_400_000);
    let by = match query.take("by") {
        None => Key::Workgroup,
        Some(name) => Key::named(name).ok_or_else(|| {
            let known = Key::ALL.map(Key::as_str).join(", ");
            Problem::field("by", format!("one of {known}"))
        })?,
    };
    let (from_hour, to_hour) = (
        from_ms.div_euclid(report::HOUR_MS),
        (to_ms + report::HOUR_MS - 1).div_euclid(report::HOUR_MS),
    );
    if from_hour >= to_hour || to_hour - from_hour > report::DAYS * 24 + 1 {
        return Err(Problem::field(
            "from",
            format!("must lie before `to`, at most {} days", report::DAYS),
        ));
    }
    Ok(SlaAsked {
        from_hour,
        to_hour,
        by,
    })
}

/// The workgroup that is asked for, if one is.
fn workgroup(query: &mut Query<'_>) -> Result<Option<Workgroup>, Problem> {
    let name = query.take("workgroup");
    name.map(|name| named("workgroup", name.into(), NAME_BYTES).map(Workgroup::new))
        .transpose()
}

/// Which figures are asked for: of the last day where nothing is said.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn sla(query: &mut Query<'_>, now_ms: i64) -> Result<ShowSla, Problem> {
    Ok(ShowSla {
        asked: hours(query, now_ms, 1)?,
        workgroup: workgroup(query)?,
    })
}

/// Which promises are asked for.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn promises(query: &mut Query<'_>, now_ms: i64) -> Result<PromisesAsked, Problem> {
    let workgroup = workgroup(query)?;
    let urgent = match query.take("state") {
        None | Some("open") => false,
        Some("at_risk") => true,
        Some(_) => return Err(Problem::field("state", "one of open, at_risk")),
    };
    Ok(PromisesAsked {
        workgroup,
        urgent,
        max: query.max(promise::PAGE)?,
        kept: hours(query, now_ms, 7)?,
    })
}
