//! Reading callers' bodies and queries: unknown fields are ignored, a bad one is named.

use super::Page;
use super::problem::Problem;
use crate::config::{MAX_LEASE_S, MAX_LEASE_WISH_S};
use crate::inbox::look::PAGE;
use crate::inbox::report;
use crate::inbox::shard::Shard;
use crate::inbox::wire::{AckAt, AcksAsked, Filter, State};
use crate::post::{Platform, Workgroup};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// How many entries a list in a request may have.
const LIST: usize = 64;

/// The fields of a JSON body.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body; an empty one has no fields.
    ///
    /// # Errors
    /// Where it is no JSON object.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(Problem::malformed_json("the body must be a JSON object")),
            Err(why) => Err(Problem::malformed_json(format!(
                "the body is no JSON: line {}, column {}",
                why.line(),
                why.column()
            ))),
        }
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        self.0.remove(field).filter(|value| !value.is_null())
    }

    /// A text that may be missing, of at most `max` bytes.
    ///
    /// # Errors
    /// Where it is no text, or too long.
    pub fn opt_text(&mut self, field: &str, max: usize) -> Result<Option<String>, Problem> {
        match self.take(field) {
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

    /// A whole number within `range`, or `default` where it is missing.
    ///
    /// # Errors
    /// Where it is no whole number of the range.
    pub fn number(
        &mut self,
        field: &str,
        range: RangeInclusive<u32>,
        default: u32,
    ) -> Result<u32, Problem> {
        let Some(value) = self.take(field) else {
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

    /// The cursor up to which a holder says to have seen the news, if they say so.
    ///
    /// # Errors
    /// Where it is not a whole number.
    pub fn seen(&mut self) -> Result<Option<i64>, Problem> {
        let Some(value) = self.take("seen") else {
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

    /// A list of texts; a missing one is empty.
    ///
    /// # Errors
    /// Where it is no list of texts, or too long.
    pub fn texts(&mut self, field: &str) -> Result<Vec<String>, Problem> {
        let bad = || Problem::field(field, format!("must be a list of at most {LIST} texts"));
        match self.take(field) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) if values.len() <= LIST => values
                .into_iter()
                .map(|value| match value {
                    Value::String(text) => Ok(text),
                    _ => Err(bad()),
                })
                .collect(),
            Some(_) => Err(bad()),
        }
    }

    /// The name of a platform, or none.
    ///
    /// # Errors
    /// Where no platform has that name.
    pub fn platform(&mut self, field: &str) -> Result<Option<Platform>, Problem> {
        self.opt_text(field, 64)?
            .map(|name| platform(field, &name))
            .transpose()
    }

    /// A list of platforms; a missing one is empty.
    ///
    /// # Errors
    /// Where one of them is none.
    pub fn platforms(&mut self, field: &str) -> Result<Vec<Platform>, Problem> {
        self.texts(field)?
            .iter()
            .map(|name| platform(field, name))
            .collect()
    }
}

fn platform(field: &str, name: &str) -> Result<Platform, Problem> {
    Platform::named(name).ok_or_else(|| {
        let known: Vec<_> = Platform::ALL.iter().map(|p| p.as_str()).collect();
        Problem::field(field, format!("no platform; one of {}", known.join(", ")))
    })
}

/// Which acknowledgments a report asks for: since when (epoch milliseconds; a day ago where it does not say), in
/// which state, and after which.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn acks(query: &[(String, String)], shards: u16, now_ms: i64) -> Result<AcksAsked, Problem> {
    let oldest_ms = now_ms - report::DAYS * 86_400_000;
    let mut asked = AcksAsked {
        since_ms: now_ms - 86_400_000,
        state: None,
        before: None,
        max: report::PAGE,
    };
    for (name, value) in query {
        match name.as_str() {
            "since" => {
                let since: i64 = value
                    .parse()
                    .map_err(|_| Problem::field("since", "must be epoch milliseconds"))?;
                asked.since_ms = since.max(oldest_ms);
            }
            "state" if ACK_STATES.contains(&value.as_str()) => asked.state = Some(value.clone()),
            "state" => {
                let known = format!("one of {}", ACK_STATES.join(", "));
                return Err(Problem::field("state", known));
            }
            "max" => asked.max = up_to("max", value, report::PAGE)?,
            "cursor" => {
                let at = AckAt::find(value, shards);
                let none = || Problem::field("cursor", "is none that this call gave");
                asked.before = Some(at.ok_or_else(none)?);
            }
            _ => {}
        }
    }
    Ok(asked)
}

/// What an acknowledgment may be.
pub const ACK_STATES: [&str; 7] = [
    "planned",
    "sending",
    "sent",
    "refused",
    "unknown",
    "withdrawn",
    "dry_run",
];

fn up_to(name: &str, value: &str, most: u32) -> Result<u32, Problem> {
    let number = value.parse().ok().filter(|n| (1..=most).contains(n));
    number.ok_or_else(|| Problem::field(name, format!("must be a whole number from 1 to {most}")))
}

/// The page that a list's query asks for.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn page(query: &[(String, String)], shards: u16) -> Result<Page, Problem> {
    let mut page = Page {
        filter: Filter {
            max: PAGE,
            ..Filter::default()
        },
        from: Shard::all(1).next().ok_or_else(Problem::storage)?,
    };
    for (name, value) in query {
        match name.as_str() {
            "state" => {
                let known: Vec<_> = State::ALL.iter().map(|s| s.as_str()).collect();
                page.filter.state = Some(State::named(value).ok_or_else(|| {
                    Problem::field("state", format!("one of {}", known.join(", ")))
                })?);
            }
            "workgroup" => page.filter.workgroup = Some(Workgroup::new(value.as_str())),
            "platform" => page.filter.platform = Some(platform("platform", value)?),
            "post" => page.filter.post = Some(value.clone()),
            "max" => {
                page.filter.max = up_to("max", value, PAGE)?;
            }
            "cursor" => {
                let (shard, seq) = Shard::find(value, shards)
                    .ok_or_else(|| Problem::field("cursor", "is none that a list gave"))?;
                page.from = shard;
                page.filter.before = Some(seq);
            }
            _ => {}
        }
    }
    Ok(page)
}
