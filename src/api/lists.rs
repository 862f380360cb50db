//! Lists in an order over all shards: what a call asks for, and how the shards' answers become one page.
//!
//! A place in an order over all shards is a key, then a shard, then a number ([`Mark`]): the cursor is the place of
//! the last that was told, so that it is good whatever comes, ends or changes meanwhile. A shard says up to where it
//! told everything; only what is before all those places is told, the rest is asked for again.

use super::fanout::World;
use super::problem::Problem;
use super::request::{NAME_BYTES, Query, named, no_cursor, platform};
use super::response::Response;
use crate::document::Document;
use crate::inbox::look::PAGE;
use crate::inbox::marks;
use crate::inbox::search::{self, SEARCH_BYTES};
use crate::inbox::shard::Shard;
use crate::inbox::state::State;
use crate::inbox::survey::{At, Order, Survey, Wanted};
use crate::inbox::wire::{self, Refused};
use crate::judgement::{Level, Situation};
use crate::post::{AuthorId, ID_BYTES, SourceId, Workgroup};
use futures_util::future::join_all;
use serde::Serialize;

/// How often the shards are asked for one page: where a filter leaves little of what they walk past, a page is
/// short sooner than late.
const ROUNDS: usize = 3;

/// The word for what waits or is leased.
pub const OPEN: &str = "open";

/// The parameters that an unordered list does not have.
pub const ADDED: [&str; 12] = [
    "order",
    "author",
    "holder",
    "level",
    "situation",
    "lang",
    "source",
    "overdue",
    "since",
    "until",
    "q",
    "tag",
];

/// A place in an order over all shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    key: i64,
    shard: Shard,
    seq: i64,
}

impl Mark {
    fn of(shard: Shard, at: At) -> Self {
        let At { key, seq } = at;
        Self { key, shard, seq }
    }

    /// As a caller sees it.
    fn cursor(self, order: Order) -> String {
        let Self { key, shard, seq } = self;
        format!("{}:{key}:{}:{seq}", order.as_str(), shard.number())
    }

    /// Where a cursor points.
    pub(super) fn find(cursor: &str, order: Order, shards: u16) -> Option<Self> {
        let rest = cursor.strip_prefix(order.as_str())?.strip_prefix(':')?;
        let (key, rest) = rest.split_once(':')?;
        let (shard, seq) = rest.split_once(':')?;
        let shard: u8 = shard.parse().ok()?;
        let within = |number: &str| number.parse().ok().filter(|n| (-MOST..=MOST).contains(n));
        let mark = Self {
            key: within(key)?,
            shard: Shard::at(shard),
            seq: within(seq)?,
        };
        (u16::from(shard) < shards).then_some(mark)
    }

    /// Where a shard goes on behind it.
    fn in_shard(self, shard: Shard) -> At {
        match shard.cmp(&self.shard) {
            std::cmp::Ordering::Less => At::behind(self.key),
            std::cmp::Ordering::Equal => At {
                key: self.key,
                seq: self.seq,
            },
            std::cmp::Ordering::Greater => At::before(self.key),
        }
    }
}

/// No key and no number is beyond this.
const MOST: i64 = 1 << 52;

/// A page of a list in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// In which order.
    pub order: Order,
    /// Which.
    pub wanted: Wanted,
    /// Behind which place; `None` for the first page.
    pub after: Option<Mark>,
    /// How many at most.
    pub max: u32,
}

/// The page that a query asks for, if it asks for an order or for a filter that came with them.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn ordered(query: &mut Query<'_>, shards: u16) -> Result<Option<Ordered>, Problem> {
    let is_open = query.get("state") == Some(OPEN);
    let cursor = query.get("cursor").unwrap_or_default();
    let is_ours = Order::ALL.iter().any(|order| {
        cursor
            .strip_prefix(order.as_str())
            .is_some_and(|rest| rest.starts_with(':'))
    });
    if !is_open && !is_ours && ADDED.iter().all(|name| query.get(name).is_none()) {
        return Ok(None);
    }
    let order = match query.take("order") {
        None => Order::Opened,
        Some(word) => Order::named(word).ok_or_else(|| {
            let known = Order::ALL.map(Order::as_str).join(", ");
            Problem::field("order", format!("one of {known}"))
        })?,
    };
    let mut wanted = Wanted {
        open: is_open,
        ..Wanted::default()
    };
    if let Some(word) = query.take("state").filter(|word| *word != OPEN) {
        wanted.state = Some(State::named(word).ok_or_else(|| {
            let known = State::ALL.map(State::as_str).join(", ");
            Problem::field("state", format!("one of {OPEN}, {known}"))
        })?);
    }
    if order.is_of_open() && matches!(wanted.state, Some(State::Done | State::Dead)) {
        return Err(Problem::field(
            "order",
            "only what is open has a rank and a deadline; list what has ended by opened or updated",
        ));
    }
    let name = |query: &mut Query<'_>, field: &str, max: usize| {
        let name = query.take(field);
        name.map(|name| named(field, name.to_owned(), max))
            .transpose()
    };
    wanted.workgroup = name(query, "workgroup", NAME_BYTES)?.map(Workgroup::new);
    wanted.source = name(query, "source", NAME_BYTES)?.map(SourceId::new);
    wanted.author = name(query, "author", ID_BYTES)?.map(AuthorId::new);
    wanted.holder = name(query, "holder", super::token::NAME_BYTES)?;
    wanted.tag = match query.take("tag") {
        None => None,
        Some(tag) => Some(marks::tidy(tag).ok_or_else(|| {
            Problem::field("tag", format!("must have 1 to {} bytes", marks::TAG_BYTES))
        })?),
    };
    wanted.lang = name(query, "lang", NAME_BYTES)?;
    wanted.post = query.take("post").map(str::to_string);
    if let Some(value) = query.take("platform") {
        wanted.platform = Some(platform("platform", value)?);
    }
    if let Some(value) = query.take("level") {
        let level = value
            .parse::<u8>()
            .ok()
            .and_then(|n| Level::try_from(n).ok());
        wanted.level = Some(level.ok_or_else(|| Problem::field("level", "a number from 0 to 3"))?);
    }
    if let Some(value) = query.take("situation") {
        wanted.situation = Some(Situation::named(value).ok_or_else(|| {
            let known = Situation::ALL.map(Situation::as_str).join(", ");
            Problem::field("situation", format!("one of {known}"))
        })?);
    }
    wanted.overdue = match query.take("overdue") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::field("overdue", "true or false")),
    };
    wanted.since_ms = query.time("since")?;
    wanted.until_ms = query.time("until")?;
    if let Some(asked) = query.take("q") {
        if asked.len() > SEARCH_BYTES {
            return Err(Problem::field(
                "q",
                format!("must have at most {SEARCH_BYTES} bytes"),
            ));
        }
        wanted.words =
            Some(search::expression(asked).ok_or_else(|| {
                Problem::field("q", "must have 1 to 16 words: letters or digits")
            })?);
    }
    let after = query.take("cursor");
    Ok(Some(Ordered {
        order,
        wanted,
        after: after
            .map(|cursor| Mark::find(cursor, order, shards).ok_or_else(no_cursor))
            .transpose()?,
        max: query.max(PAGE)?,
    }))
}

/// A page of a list in an order.
#[derive(Debug)]
pub struct Listed {
    /// The interactions.
    pub found: Vec<Document>,
    /// The cursor of the next page, if there may be one.
    pub next: Option<String>,
    /// Whether a shard has posts that are not in its index of words yet.
    pub indexing: bool,
}

/// A page of what all shards have, in order.
///
/// # Errors
/// Where a shard fails: a page with holes would look like a whole one.
pub async fn list<W: World>(world: &W, shards: u16, asked: &Ordered) -> Result<Listed, Refused> {
    let mut listed = Listed {
        found: Vec::new(),
        next: None,
        indexing: false,
    };
    let mut after = asked.after;
    for _ in 0..ROUNDS {
        let got = u32::try_from(listed.found.len()).unwrap_or(u32::MAX);
        let max = asked.max.saturating_sub(got);
        let each = Shard::all(shards).map(|shard| {
            let survey = Survey {
                order: asked.order,
                wanted: asked.wanted.clone(),
                after: after.map_or(At::FIRST, |mark| mark.in_shard(shard)),
                max,
            };
            async move { (shard, world.ask(shard, survey).await) }
        });
        let mut found = Vec::new();
        let mut reached: Option<Mark> = None;
        for (shard, said) in join_all(each).await {
            let said = said?;
            listed.indexing |= said.indexing;
            let here = said.reached.map(|at| Mark::of(shard, at));
            reached = reached.into_iter().chain(here).min();
            let placed = said.found.into_iter();
            found.extend(placed.map(|one| (Mark::of(shard, one.at), one.interaction)));
        }
        found.retain(|(mark, _)| reached.is_none_or(|reached| *mark <= reached));
        found.sort_by_key(|(mark, _)| *mark);
        let most = usize::try_from(max).unwrap_or(usize::MAX);
        if found.len() > most {
            found.truncate(most);
            reached = found.last().map(|(mark, _)| *mark);
        }
        listed.found.extend(found.into_iter().map(|(_, one)| one));
        listed.next = reached.map(|mark| mark.cursor(asked.order));
        let is_full = listed.found.len() >= usize::try_from(asked.max).unwrap_or(usize::MAX);
        if reached.is_none() || is_full {
            break;
        }
        after = reached;
    }
    Ok(listed)
}

/// The answer to an unordered list. `next` is the cursor of the next page, if there is one.
pub fn unordered(listed: &[wire::Listed], next: Option<&str>) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        interactions: Vec<&'a Document>,
        cursor: Option<&'a str>,
    }
    Response::of(&Answer {
        interactions: listed.iter().map(|one| &one.interaction).collect(),
        cursor: next,
    })
}

/// The answer to a list in an order.
pub fn told(listed: &Listed) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        interactions: &'a [Document],
        cursor: Option<&'a str>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        indexing: bool,
    }
    Response::of(&Answer {
        interactions: &listed.found,
        cursor: listed.next.as_deref(),
        indexing: listed.indexing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Option<Ordered>, String> {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        let mut query = Query::of(&pairs).unwrap();
        let asked = ordered(&mut query, 4).map_err(|problem| problem.detail)?;
        if asked.is_some() {
            query.end().map_err(|problem| problem.detail)?;
        }
        Ok(asked)
    }

    #[test]
    fn a_list_of_old_is_none_of_these() {
        assert_eq!(asked(&[]), Ok(None));
        assert_eq!(
            asked(&[("state", "waiting"), ("cursor", "v2-00-7")]),
            Ok(None)
        );
        let open = asked(&[("state", "open"), ("max", "3")]).unwrap().unwrap();
        assert!(open.wanted.open && open.order == Order::Opened && open.max == 3);
    }

    #[test]
    fn times_are_milliseconds_or_rfc_3339() {
        let since = |value| asked(&[("since", value)]).map(|asked| asked.unwrap().wanted.since_ms);
        assert_eq!(since("1795348800000"), Ok(Some(1_795_348_800_000)));
        assert_eq!(since("2026-11-22T12:00:00Z"), Ok(Some(1_795_348_800_000)));
        assert_eq!(
            since("2026-11-22T13:00:00.000+01:00"),
            Ok(Some(1_795_348_800_000))
        );
        assert_eq!(
            since("2026-11-22T13:00:00 01:00"),
            Ok(Some(1_795_348_800_000))
        );
        for bad in ["", "yesterday", "-1", "2026-11-22", "1e3"] {
            assert!(since(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_listed_is_refused_by_name() {
        for (name, value) in [
            ("order", "newest"),
            ("level", "4"),
            ("situation", "sad"),
            ("overdue", "yes"),
            ("q", "?!"),
            ("platform", "fax"),
            ("state", "gone"),
            ("author", ""),
        ] {
            let pairs: &[(&str, &str)] = match name {
                "order" => &[(name, value)],
                _ => &[("order", "rank"), (name, value)],
            };
            assert!(asked(pairs).is_err(), "{name}");
        }
        assert!(asked(&[("order", "rank"), ("state", "done")]).is_err());
        assert!(asked(&[("order", "rank"), ("colour", "red")]).is_err());
        assert!(asked(&[("order", "rank"), ("cursor", "opened:1:0:1")]).is_err());
        assert!(asked(&[("order", "rank"), ("cursor", "rank:1:4:1")]).is_err());
    }

    #[test]
    fn cursors_round_trip() {
        let mark = Mark {
            key: -5,
            shard: Shard::at(3),
            seq: -77,
        };
        for order in Order::ALL {
            assert_eq!(Mark::find(&mark.cursor(order), order, 4), Some(mark));
            assert_eq!(Mark::find(&mark.cursor(order), order, 3), None);
        }
        assert_eq!(mark.in_shard(Shard::at(3)), At { key: -5, seq: -77 });
        assert!(mark.in_shard(Shard::at(2)) > mark.in_shard(Shard::at(3)));
        assert!(mark.in_shard(Shard::at(4)) < mark.in_shard(Shard::at(3)));
    }
}
