//! Lists in an order: of a shard the next interactions after a place in it, which pass a filter.
//!
//! An order is a number for each interaction, lowest first, and where two have the same, their own numbers
//! ([`At`]). So a page goes on behind a place and not behind a count: what comes, ends or changes meanwhile moves
//! nothing else, and what does not change is on one page and on one only.
//!
//! Each order is walked along an index, none of which costs a row for a new post:
//!
//! - `rank` along `ready`, a workgroup at a time: what is open;
//! - `deadline` along `overdue`: what is open and owed an answer;
//! - `opened` along the numbers themselves. They grow with time, but for those that an older one joined, which
//!   are few and have an index of their own (`misplaced`);
//! - `updated` along `updated`, where only those are that something happened to since they were opened; the others
//!   along their numbers.
//!
//! A filter that few pass would make a walk long, so it ends after [`WINDOW`] interactions, and the answer says how
//! far it came ([`Surveyed::reached`]): all up to there are told. Where a filter leaves few by itself (an author, a
//! holder, rare words) these are looked up and put in order instead.

use super::context::Desk;
use super::question::{Concern, Question};
use super::rows::{self, Record, columns};
use super::state::{State, Stored};
use super::wire::Refused;
use super::{search, visible};
use crate::document::Document;
use crate::judgement::{Level, Situation};
use crate::post::{AuthorId, Platform, SourceId, Workgroup};
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, Value, params};
use serde::{Deserialize, Serialize};

/// How many interactions are walked past at most for a page: see `heard bench --only lists`.
const WINDOW: i64 = 2_000;

/// The same where each is looked for in the index of words.
const PROBED: i64 = 200;

/// Up to how many posts with these words are looked up and put in order.
const RARE: i64 = 2_000;

/// From how many on the list of them is not made any more: most of what is walked past has the words then.
const COMMON: i64 = 20_000;

/// Beyond every number and time.
const END: i64 = 1 << 52;

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The order of the queue: what is open, most urgent first.
    Rank,
    /// What is open and owed an answer, soonest deadline first.
    Deadline,
    /// Newest first.
    Opened,
    /// What something happened to last first.
    Updated,
}

impl Order {
    /// All of them.
    pub const ALL: [Order; 4] = [Order::Rank, Order::Deadline, Order::Opened, Order::Updated];

    /// The name used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Order::Rank => "rank",
            Order::Deadline => "deadline",
            Order::Opened => "opened",
            Order::Updated => "updated",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// Whether it is an order of what is open only.
    pub fn is_of_open(self) -> bool {
        matches!(self, Order::Rank | Order::Deadline)
    }

    fn number(self) -> i64 {
        match self {
            Order::Rank => 0,
            Order::Deadline => 1,
            Order::Opened => 2,
            Order::Updated => 3,
        }
    }
}

/// A place in an order, within a shard. Newest first is lowest first of what is turned about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// The rank, the deadline, or a time below zero.
    pub key: i64,
    /// The interaction's number, below zero where the newest comes first.
    pub seq: i64,
}

impl At {
    /// Before everything.
    pub const FIRST: At = At {
        key: -END,
        seq: -END,
    };

    /// Behind everything.
    const LAST: At = At { key: END, seq: END };

    /// Before all of that key.
    pub fn before(key: i64) -> Self {
        At { key, seq: -END }
    }

    /// Behind all of that key.
    pub fn behind(key: i64) -> Self {
        At { key, seq: END }
    }
}

/// Which interactions. What is not said is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// In this state.
    pub state: Option<State>,
    /// Open: waiting or leased.
    pub open: bool,
    /// Of this workgroup.
    pub workgroup: Option<Workgroup>,
    /// On this platform.
    pub platform: Option<Platform>,
    /// With this source.
    pub source: Option<SourceId>,
    /// The one that holds this post (`platform:id`).
    pub post: Option<String>,
    /// By this author, by whichever of their ids.
    pub author: Option<AuthorId>,
    /// Whom it is held by, or was ended by.
    pub holder: Option<String>,
    /// Of this level.
    pub level: Option<Level>,
    /// One of its posts tells of this.
    pub situation: Option<Situation>,
    /// In this language.
    pub lang: Option<String>,
    /// Owed an answer past its deadline.
    pub overdue: bool,
    /// Opened then or later; in the order `updated`, changed.
    pub since_ms: Option<i64>,
    /// Opened before; in the order `updated`, changed.
    pub until_ms: Option<i64>,
    /// With this tag: see [`super::marks::tidy`].
    pub tag: Option<String>,
    /// With these words in one of its posts: see [`search::expression`].
    pub words: Option<String>,
}

/// The next interactions after a place in an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// In which order.
    pub order: Order,
    /// Which.
    pub wanted: Wanted,
    /// After which place.
    pub after: At,
    /// How many at most.
    pub max: u32,
}

/// What a shard has after a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surveyed {
    /// In their order.
    pub found: Vec<Placed>,
    /// Up to where everything was told; nothing where that is to the end.
    pub reached: Option<At>,
    /// Whether posts are there that are not in the index of words yet.
    #[serde(default)]
    pub indexing: bool,
}

/// An interaction in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Its place.
    pub at: At,
    /// The interaction.
    pub interaction: Document,
}

impl Question for Survey {
    const NAME: &'static str = "Survey";
    type Answer = Surveyed;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let (walk, indexing) = self.walk(desk, scope)?;
        let seqs: Vec<i64> = walk.found.iter().map(|at| at.seq.abs()).collect();
        let rows = desk.sql.run(
            concat!(
                "-- surveyed\nSELECT ",
                columns!(),
                " FROM interaction WHERE seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))"
            ),
            params![rows::list(&seqs)],
        )?;
        let mut records = rows
            .iter()
            .map(Record::read)
            .collect::<Result<Vec<_>, _>>()?;
        records.sort_by_key(|record| seqs.iter().position(|seq| *seq == record.seq));
        let views = rows::views(desk, records, false)?;
        let found = walk.found.into_iter().zip(&views).map(|(at, view)| {
            let interaction = Document::of(view)?;
            Ok(Placed { at, interaction })
        });
        Ok(Surveyed {
            found: found.collect::<Result<_, Refused>>()?,
            reached: walk.reached,
            indexing,
        })
    }
}

/// The next places of some that passed, and up to where everything was looked at; nothing where that is to the
/// end.
#[derive(Debug)]
struct Walk {
    found: Vec<At>,
    reached: Option<At>,
}

impl Walk {
    /// Several of them as one of at most `max`.
    fn merged(walks: Vec<Walk>, max: usize) -> Self {
        let reached = walks.iter().filter_map(|walk| walk.reached).min();
        let mut found: Vec<At> = walks.into_iter().flat_map(|walk| walk.found).collect();
        found.retain(|at| reached.is_none_or(|reached| *at <= reached));
        found.sort_unstable();
        found.dedup();
        let more = found.len() > max;
        found.truncate(max);
        let last = found.last().copied();
        Walk {
            reached: if more { last } else { reached },
            found,
        }
    }
}

/// What an interaction `i` must be to be listed: parameters 1 to 22.
macro_rules! wanted {
    () => {
        "(?1 IS NULL OR i.state = ?1 || '')
  AND (?2 IS NULL OR (i.lease IS NOT NULL AND i.available_ms > ?3 + 0) = ?2 + 0)
  AND (?4 IS NULL OR i.workgroup = ?4 || '') AND (?5 IS NULL OR i.platform = ?5 || '')
  AND (?6 IS NULL OR i.source = ?6 || '')
  AND (?7 IS NULL OR i.author IN (SELECT value FROM json_each(?7)))
  AND (?8 IS NULL OR (i.holder = ?8 || ''
    AND (i.state = 'done' OR (i.lease IS NOT NULL AND i.available_ms > ?3 + 0))))
  AND (?9 IS NULL OR i.level = ?9 + 0) AND (?10 IS NULL OR i.lang = ?10 || '')
  AND (?11 IS NULL OR EXISTS (
    SELECT 1 FROM post_in p WHERE p.seq = i.seq AND p.triage ->> '$.situation' = ?11 || ''))
  AND (?12 = 0 OR (i.state = 'open' AND i.owed_ms IS NOT NULL AND i.deadline_ms < ?3 + 0))
  AND (?13 IS NULL OR iif(?21 = 3, coalesce(i.updated_ms, i.opened_ms), i.opened_ms) >= ?13 + 0)
  AND (?14 IS NULL OR iif(?21 = 3, coalesce(i.updated_ms, i.opened_ms), i.opened_ms) < ?14 + 0)
  AND (?15 = 1 OR i.workgroup IN (SELECT value FROM json_each(?16))
    OR (i.holder = ?17 || '' AND i.available_ms > ?18 + 0)
    OR EXISTS (SELECT 1 FROM history h WHERE h.interaction = i.seq AND h.who = ?17 || ''
      AND h.at_ms > ?18 + 0 AND h.did IN ('claimed', 'released', 'resolved')))
  AND (?19 IS NULL OR i.seq IN (SELECT rowid / 1048576 FROM search WHERE search MATCH ?19 || ''))
  AND (?20 IS NULL OR EXISTS (SELECT 1 FROM search WHERE search MATCH ?20 || ''
    AND rowid >= i.seq * 1048576 AND rowid < (i.seq + 1) * 1048576))
  AND (?22 IS NULL OR EXISTS (SELECT 1 FROM tag t WHERE t.interaction = i.seq AND t.tag = ?22 || ''))"
    };
}

/// The next of a few, in any order.
macro_rules! few {
    ($name:literal, $from:literal, $and:literal) => {
        concat!(
            $name,
            "\nSELECT k, s FROM (
SELECT CASE ?21 WHEN 0 THEN i.rank WHEN 1 THEN i.deadline_ms WHEN 2 THEN -i.opened_ms
  ELSE -coalesce(i.updated_ms, i.opened_ms) END AS k, iif(?21 < 2, i.seq, -i.seq) AS s FROM ",
            $from,
            "\nWHERE ",
            $and,
            " AND (?21 >= 2 OR i.state = 'open') AND (?21 <> 1 OR i.owed_ms IS NOT NULL) AND ",
            wanted!(),
            ")\nWHERE k >= ?23 + 0 AND (k > ?23 + 0 OR s > ?24 + 0) ORDER BY k, s LIMIT ?25 + 0"
        )
    };
}

/// An order's index, walked up or down: the place of the last of a window, and the places in it of what is
/// wanted. What a walk down is given and gives is turned about, so that it is lowest first.
macro_rules! walk {
    (up $far:literal $of_far:literal, $page:literal $of_page:literal, $from:literal, $key:literal) => {
        Index {
            far: concat!(
                $far,
                "\nSELECT ",
                $key,
                ", i.seq FROM interaction i ",
                $from,
                "\nWHERE ",
                $of_far,
                " AND ",
                $key,
                " >= ?1 + 0 AND (",
                $key,
                " > ?1 + 0 OR i.seq > ?2 + 0)\nORDER BY ",
                $key,
                ", i.seq LIMIT 1 OFFSET ?3 + 0"
            ),
            page: concat!(
                $page,
                "\nSELECT ",
                $key,
                ", i.seq FROM interaction i ",
                $from,
                "\nWHERE ",
                $of_page,
                " AND ",
                $key,
                " >= ?23 + 0 AND (",
                $key,
                " > ?23 + 0 OR i.seq > ?24 + 0) AND ",
                $key,
                " <= ?25 + 0 AND (",
                $key,
                " < ?25 + 0 OR i.seq <= ?26 + 0)\n  AND ",
                wanted!(),
                "\nORDER BY ",
                $key,
                ", i.seq LIMIT ?27 + 0"
            ),
        }
    };
    (down $far:literal $of_far:literal, $page:literal $of_page:literal, $from:literal, $key:literal, $order:literal) => {
        Index {
            far: concat!(
                $far,
                "\nSELECT -",
                $key,
                ", -i.seq FROM interaction i ",
                $from,
                "\nWHERE ",
                $of_far,
                " AND ",
                $key,
                " <= -?1 AND (",
                $key,
                " < -?1 OR i.seq < -?2)\nORDER BY ",
                $order,
                " LIMIT 1 OFFSET ?3 + 0"
            ),
            page: concat!(
                $page,
                "\nSELECT -",
                $key,
                ", -i.seq FROM interaction i ",
                $from,
                "\nWHERE ",
                $of_page,
                " AND ",
                $key,
                " <= -?23 AND (",
                $key,
                " < -?23 OR i.seq < -?24) AND ",
                $key,
                " >= -?25 AND (",
                $key,
                " > -?25 OR i.seq >= -?26)\n  AND ",
                wanted!(),
                "\nORDER BY ",
                $order,
                " LIMIT ?27 + 0"
            ),
        }
    };
}

/// The two statements of a walk. Both may take more than they share.
struct Index {
    far: &'static str,
    page: &'static str,
}

/// What is open of a workgroup.
const READY: Index = walk!(up
    "-- survey_rank_far" "i.state = 'open' AND i.workgroup = ?4 || ''",
    "-- survey_rank" "i.state = 'open' AND i.workgroup = ?28 || ''",
    "INDEXED BY ready", "i.rank");

/// What is open and owed an answer.
const OVERDUE: Index = walk!(up
    "-- survey_deadline_far" "i.state = 'open' AND i.owed_ms IS NOT NULL",
    "-- survey_deadline" "i.state = 'open' AND i.owed_ms IS NOT NULL",
    "INDEXED BY overdue", "i.deadline_ms");

/// Those between two numbers that stand in their place.
const NUMBERED: Index = walk!(down
    "-- survey_opened_far" "i.misplaced IS NULL AND i.seq >= ?4 + 0 AND i.seq <= ?5 + 0",
    "-- survey_opened" "i.misplaced IS NULL AND i.seq >= ?28 + 0 AND i.seq <= ?29 + 0",
    "NOT INDEXED", "i.opened_ms", "i.seq DESC");

/// Those that do not.
const MISPLACED: Index = walk!(down
    "-- survey_misplaced_far" "i.misplaced IS NOT NULL",
    "-- survey_misplaced" "i.misplaced IS NOT NULL",
    "INDEXED BY misplaced", "i.opened_ms", "i.opened_ms DESC, i.seq DESC");

/// Those that something happened to.
const CHANGED: Index = walk!(down
    "-- survey_updated_far" "i.updated_ms IS NOT NULL",
    "-- survey_updated" "i.updated_ms IS NOT NULL",
    "INDEXED BY updated", "i.updated_ms", "i.updated_ms DESC, i.seq DESC");

/// Those between two numbers that nothing happened to.
const UNCHANGED: Index = walk!(down
    "-- survey_unchanged_far" "i.updated_ms IS NULL AND i.seq >= ?4 + 0 AND i.seq <= ?5 + 0",
    "-- survey_unchanged" "i.updated_ms IS NULL AND i.seq >= ?28 + 0 AND i.seq <= ?29 + 0",
    "NOT INDEXED", "i.opened_ms", "i.seq DESC");

/// Those of an author.
const OF_AUTHOR: &str = few!(
    "-- survey_author",
    "json_each(?7) a CROSS JOIN interaction i INDEXED BY of_author",
    "i.author = a.value || ''"
);

/// Those that somebody holds.
const HELD: &str = few!(
    "-- survey_held",
    "interaction i INDEXED BY held",
    "i.lease IS NOT NULL AND i.state = 'open' AND i.holder = ?26 || ''"
);

/// Those with a tag.
const TAGGED: &str = few!(
    "-- survey_tag",
    "tag t INDEXED BY tagged CROSS JOIN interaction i",
    "t.tag = ?26 || '' AND i.seq = t.interaction"
);

/// Those with words.
const WITH_WORDS: &str = few!(
    "-- survey_words",
    "(SELECT DISTINCT rowid / 1048576 AS seq FROM search WHERE search MATCH ?26 || '') m
  CROSS JOIN interaction i",
    "i.seq = m.seq"
);

/// One.
const ONE: &str = few!("-- survey_one", "interaction i", "i.seq = ?26 + 0");

impl Survey {
    /// The next places, and whether posts are there that are not in the index of words yet.
    fn walk<S: Sql>(&self, desk: Desk<'_, S>, scope: &Scope) -> Result<(Walk, bool), Refused> {
        let seen = visible::workgroups(desk, scope)?;
        let (mut wanted, mut probed) = (self.wanted.clone(), false);
        let mut indexing = false;
        let mut rare = None;
        if let Some(words) = &wanted.words {
            indexing = search::catch_up(desk)?;
            let n = search::count(desk, words, COMMON)?;
            if n <= RARE {
                rare = wanted.words.take();
            }
            probed = n >= COMMON;
        }
        let authors = match &wanted.author {
            None => None,
            Some(author) => Some(known_as(desk, author)?),
        };
        let own = |extra: Vec<Value>| Asked {
            survey: self,
            wanted: &wanted,
            probed,
            authors: authors.as_deref(),
            extra,
        };
        let in_few = |sql: &'static str, extra: Vec<Value>| -> Result<Walk, Refused> {
            let mut params = own(vec![]).params(desk, scope, &seen);
            params.extend(params![self.after.key, self.after.seq, self.max + 1]);
            params.extend(extra);
            let mut found = places(&desk.sql.run(sql, params)?)?;
            let more = found.len() > self.most();
            found.truncate(self.most());
            let reached = found.last().copied().filter(|_| more);
            Ok(Walk { found, reached })
        };
        let is_open = self.order.is_of_open()
            || wanted.open
            || matches!(wanted.state, Some(State::Leased | State::Waiting));
        let walk = if let Some(post) = &wanted.post {
            match holds(desk, post)? {
                Some(seq) => in_few(ONE, params![seq])?,
                None => Walk {
                    found: Vec::new(),
                    reached: None,
                },
            }
        } else if let Some(words) = rare {
            in_few(WITH_WORDS, params![words])?
        } else if let Some(tag) = rare_tag(desk, wanted.tag.as_deref())? {
            in_few(TAGGED, params![tag])?
        } else if authors.is_some() {
            in_few(OF_AUTHOR, vec![])?
        } else if let (Some(holder), true) = (&wanted.holder, is_open) {
            in_few(HELD, params![holder.as_str()])?
        } else {
            let asked = own(vec![]);
            match self.order {
                Order::Rank => {
                    let mut walks = Vec::new();
                    for group in groups(desk, scope, &seen, wanted.workgroup.as_ref())? {
                        let extra = params![group.as_str()];
                        walks.push(asked.along(desk, scope, &seen, &READY, extra)?);
                    }
                    // What the caller holds of a workgroup that they do not serve any more.
                    if !scope.all {
                        walks.push(in_few(HELD, params![scope.agent.as_str()])?);
                    }
                    Walk::merged(walks, self.most())
                }
                Order::Deadline => asked.along(desk, scope, &seen, &OVERDUE, vec![])?,
                Order::Opened => {
                    let (first, last) = self.numbers(desk, None)?;
                    let extra = params![first, last];
                    let walks = vec![
                        asked.along(desk, scope, &seen, &NUMBERED, extra)?,
                        asked.along(desk, scope, &seen, &MISPLACED, vec![])?,
                    ];
                    Walk::merged(walks, self.most())
                }
                Order::Updated => {
                    let changed = asked.along(desk, scope, &seen, &CHANGED, vec![])?;
                    // Behind what is told of these nothing else is told.
                    let (first, last) = self.numbers(desk, changed.reached)?;
                    let extra = params![first, last];
                    let other = asked.along(desk, scope, &seen, &UNCHANGED, extra)?;
                    Walk::merged(vec![changed, other], self.most())
                }
            }
        };
        Ok((walk, indexing))
    }

    fn most(&self) -> usize {
        usize::try_from(self.max).unwrap_or(usize::MAX)
    }

    /// Between which numbers those are that were opened before the place that the walk begins at, since what is
    /// asked for, and no later than a place where it ends anyway.
    fn numbers<S: Sql>(&self, desk: Desk<'_, S>, ends: Option<At>) -> Result<(i64, i64), SqlError> {
        let until_ms = self.wanted.until_ms.map_or(END, |until_ms| until_ms - 1);
        let last = numbered(desk, until_ms.min(-self.after.key))?;
        let since_ms = self.wanted.since_ms.unwrap_or(-END);
        let since_ms = ends.map_or(since_ms, |at| since_ms.max(-at.key));
        let first = match since_ms {
            ..=0 => 0,
            since_ms => numbered(desk, since_ms - 1)? + 1,
        };
        Ok((first, last))
    }
}

/// A survey that is being answered.
struct Asked<'a> {
    survey: &'a Survey,
    wanted: &'a Wanted,
    /// Whether the words are so common that each interaction is looked for.
    probed: bool,
    /// The author's ids, as JSON.
    authors: Option<&'a str>,
    extra: Vec<Value>,
}

impl Asked<'_> {
    /// The parameters of [`wanted!`].
    fn params<S>(&self, desk: Desk<'_, S>, scope: &Scope, seen: &[Workgroup]) -> Vec<Value> {
        let wanted = self.wanted;
        let (stored, held) = match wanted.state {
            None => (wanted.open.then_some(Stored::Open), None),
            Some(State::Waiting) => (Some(Stored::Open), Some(0)),
            Some(State::Leased) => (Some(Stored::Open), Some(1)),
            Some(State::Done) => (Some(Stored::Done), None),
            Some(State::Dead) => (Some(Stored::Dead), None),
        };
        let words = wanted.words.as_deref();
        let mut params = params![
            stored,
            held.map(i64::from),
            desk.now_ms,
            wanted.workgroup.as_ref().map(Workgroup::as_str),
            wanted.platform.map(Platform::as_str),
            wanted.source.as_ref().map(SourceId::as_str),
            self.authors,
            wanted.holder.as_deref(),
            wanted.level.map(u8::from),
            wanted.lang.as_deref(),
            wanted.situation.map(Situation::as_str),
            i64::from(wanted.overdue),
            wanted.since_ms,
            wanted.until_ms,
            i64::from(scope.all),
            names(seen),
            scope.agent.as_str(),
            desk.now_ms - visible::HELD_MS,
            words.filter(|_| !self.probed),
            words.filter(|_| self.probed),
            self.survey.order.number(),
            wanted.tag.as_deref(),
        ];
        params.extend(self.extra.clone());
        params
    }

    /// The next along an index.
    fn along<S: Sql>(
        &self,
        desk: Desk<'_, S>,
        scope: &Scope,
        seen: &[Workgroup],
        index: &Index,
        extra: Vec<Value>,
    ) -> Result<Walk, Refused> {
        let after = self.survey.after;
        let window = if self.probed { PROBED } else { WINDOW };
        let mut far = params![after.key, after.seq, window - 1];
        far.extend(extra.clone());
        let far = places(&desk.sql.run(index.far, far)?)?.first().copied();
        let to = far.unwrap_or(At::LAST);
        let mut page = self.params(desk, scope, seen);
        page.extend(params![
            after.key,
            after.seq,
            to.key,
            to.seq,
            self.survey.max
        ]);
        page.extend(extra);
        let found = places(&desk.sql.run(index.page, page)?)?;
        let is_full = found.len() >= self.survey.most();
        let last = found.last().copied();
        Ok(Walk {
            reached: if is_full { last } else { far },
            found,
        })
    }
}

fn places(rows: &[Row]) -> Result<Vec<At>, SqlError> {
    let place = |row: &Row| {
        let (key, seq) = (row.int(0)?, row.int(1)?);
        Ok(At { key, seq })
    };
    rows.iter().map(place).collect()
}

/// The workgroups that have open interactions, or may have; of those that are seen.
fn groups<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    seen: &[Workgroup],
    only: Option<&Workgroup>,
) -> Result<Vec<Workgroup>, SqlError> {
    let mut groups = if scope.all {
        let rows = desk.sql.run(
            "-- open_groups
SELECT workgroup FROM tally WHERE state = 'open' GROUP BY workgroup HAVING sum(interactions) > 0",
            params![],
        )?;
        let group = |row: &Row| Ok(Workgroup::new(row.text(0)?));
        rows.iter()
            .map(group)
            .collect::<Result<Vec<_>, SqlError>>()?
    } else {
        seen.to_vec()
    };
    groups.sort_unstable();
    groups.dedup();
    groups.retain(|group| only.is_none_or(|only| group == only));
    Ok(groups)
}

/// The tag, if so few have it that they are looked up and put in order.
fn rare_tag<S: Sql>(desk: Desk<'_, S>, tag: Option<&str>) -> Result<Option<String>, SqlError> {
    let Some(tag) = tag else {
        return Ok(None);
    };
    let rows = desk.sql.run(
        "-- tag_count
SELECT count(*) FROM (SELECT 1 FROM tag INDEXED BY tagged WHERE tag = ?1 || '' LIMIT ?2 + 0)",
        params![tag, RARE + 1],
    )?;
    let n = rows.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    Ok((n <= RARE).then(|| tag.to_owned()))
}

/// The interaction that holds a post.
fn holds<S: Sql>(desk: Desk<'_, S>, post: &str) -> Result<Option<i64>, SqlError> {
    let rows = desk.sql.run(
        "-- interaction_with
SELECT interaction FROM post WHERE id = ?1 AND interaction IS NOT NULL",
        params![post],
    )?;
    rows.first().map(|row| row.int(0)).transpose()
}

/// Every id by which an author may be kept, as JSON. What ended before two ids were known to be one person's is
/// kept by the one it came with.
fn known_as<S: Sql>(desk: Desk<'_, S>, author: &AuthorId) -> Result<String, SqlError> {
    let platforms: Vec<&str> = Platform::ALL.iter().map(|one| one.as_str()).collect();
    let rows = desk.sql.run(
        "-- known_as
WITH kept AS (
  SELECT p.value AS platform, coalesce((SELECT author FROM alias
    WHERE platform = p.value AND alias = ?1 || ''), ?1 || '') AS author FROM json_each(?2) p)
SELECT author FROM kept
UNION SELECT a.alias FROM kept k CROSS JOIN alias a ON a.platform = k.platform AND a.author = k.author
UNION SELECT ?1 || ''",
        params![author.as_str(), serde_json::Value::from(platforms).to_string()],
    )?;
    let ids = rows.iter().map(|row| row.text(0));
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    Ok(serde_json::Value::from(ids).to_string())
}

/// The highest number of those that were opened at `at_ms` or before. They grow together, but for those that are
/// marked.
pub(super) fn numbered<S: Sql>(desk: Desk<'_, S>, at_ms: i64) -> Result<i64, SqlError> {
    if at_ms >= END {
        return Ok(END);
    }
    let rows = desk.sql.run(
        "-- numbers
SELECT coalesce((SELECT min(seq) FROM interaction), 1), coalesce((SELECT max(seq) FROM interaction), 0)",
        params![],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    // All below `low` were opened by then, none from `high` on.
    let (mut low, mut high) = (row.int(0)?, row.int(1)? + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let next = desk.sql.run(
            "-- numbered
SELECT seq, opened_ms <= ?2 + 0 FROM interaction WHERE seq >= ?1 + 0 AND misplaced IS NULL ORDER BY seq LIMIT 1",
            params![middle, at_ms],
        )?;
        match next.first() {
            Some(row) if row.int(1)? != 0 => low = row.int(0)? + 1,
            _ => high = middle,
        }
    }
    Ok(low - 1)
}
