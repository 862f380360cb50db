//! What was said about us and not to us, as an answer: `GET /v1/listening`.

use super::coverage;
use super::problem::Problem;
use super::request::{Query, named};
use super::response::Response;
use crate::cell;
use crate::config::Config;
use crate::inbox::listen::{DAY_MS, Heard, ShowListening, Shown, Sum, TOLD};
use crate::inbox::report::HOUR_MS;
use crate::inbox::shard::Shard;
use crate::post::{Author, InteractionId, Platform, SourceId};
use serde::Serialize;
use std::collections::BTreeMap;

/// The longest name of a source or of what happened.
const NAME_BYTES: usize = 64;

/// Of when it is asked for: whole days (UTC), the last seven where nothing is said.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn asked(query: &mut Query<'_>, now_ms: i64) -> Result<ShowListening, Problem> {
    let (from, to) = coverage::period(query, now_ms)?;
    let name = |query: &mut Query<'_>, field: &str| {
        let text = query.take(field).map(str::to_owned);
        text.map(|text| named(field, text, NAME_BYTES)).transpose()
    };
    let what = query.take("what");
    if let Some(what) = what
        && !cell::is_what(what)
    {
        return Err(Problem::field(
            "what",
            "must be a situation, `danger:` and a danger, or `other`",
        ));
    }
    Ok(ShowListening {
        from_day: (from * HOUR_MS).div_euclid(DAY_MS),
        to_day: (to * HOUR_MS - 1).div_euclid(DAY_MS),
        source: name(query, "source")?.map(SourceId::new),
        what: what.map(str::to_owned),
    })
}

#[derive(Serialize)]
struct Answer {
    from_ms: i64,
    to_ms: i64,
    posts: i64,
    sources: Vec<OfSource>,
    examples: Vec<Example>,
}

/// What a source brought.
#[derive(Serialize)]
struct OfSource {
    source: SourceId,
    platform: Platform,
    #[serde(flatten)]
    all: Sum,
    ours: Sum,
    queued: i64,
    deleted: i64,
    situations: Vec<OfWhat>,
    voice: Vec<Voice>,
    days: Vec<Day>,
}

#[derive(Serialize)]
struct OfWhat {
    what: String,
    #[serde(flatten)]
    sum: Sum,
}

/// How often somebody is named.
#[derive(Serialize)]
struct Voice {
    name: String,
    ours: bool,
    #[serde(flatten)]
    sum: Sum,
    share: Option<f64>,
    share_of_people: Option<f64>,
}

#[derive(Serialize)]
struct Day {
    from_ms: i64,
    #[serde(flatten)]
    sum: Sum,
}

/// A post to look at.
#[derive(Serialize)]
struct Example {
    id: InteractionId,
    source: SourceId,
    platform: Platform,
    what: String,
    level: u8,
    lang: String,
    text: String,
    at_ms: i64,
    created_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Author>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permalink: Option<String>,
    names: Vec<String>,
}

/// The answer: all shards together. One author's posts lie in one shard, so that people are added up, too.
pub fn listening(config: &Config, all: Vec<Heard>, asked: &ShowListening) -> Response {
    let mut cells: BTreeMap<SourceId, BTreeMap<String, Sum>> = BTreeMap::new();
    let mut days: BTreeMap<SourceId, BTreeMap<i64, Sum>> = BTreeMap::new();
    let mut shown: Vec<(Shard, Shown)> = Vec::new();
    let into = |to: &mut Sum, sum: Sum| {
        to.posts += sum.posts;
        to.people += sum.people;
    };
    for (shard, heard) in (0..).zip(all) {
        for (source, cell, sum) in heard.cells {
            into(
                cells.entry(source).or_default().entry(cell).or_default(),
                sum,
            );
        }
        for (source, day, sum) in heard.days {
            into(days.entry(source).or_default().entry(day).or_default(), sum);
        }
        shown.extend(heard.shown.into_iter().map(|one| (Shard::at(shard), one)));
    }
    shown.sort_by_key(|(shard, one)| (std::cmp::Reverse(one.at_ms), *shard, one.n));
    shown.truncate(usize::try_from(TOLD).unwrap_or(usize::MAX));
    let listens = config.sources.iter();
    let sources: Vec<OfSource> = listens
        .filter_map(|source| {
            let cells = cells.remove(&source.id)?;
            let days = days.remove(&source.id).unwrap_or_default();
            let brand = source.brand.name.as_str();
            Some(of_source(&source.id, source.platform, brand, &cells, days))
        })
        .collect();
    Response::of(&Answer {
        from_ms: asked.from_day * DAY_MS,
        to_ms: (asked.to_day + 1) * DAY_MS,
        posts: sources.iter().map(|source| source.all.posts).sum(),
        sources,
        examples: shown
            .into_iter()
            .filter_map(|(shard, one)| example(config, shard, one))
            .collect(),
    })
}

fn of_source(
    source: &SourceId,
    platform: Platform,
    brand: &str,
    cells: &BTreeMap<String, Sum>,
    days: BTreeMap<i64, Sum>,
) -> OfSource {
    let of = |cell: &str| cells.get(cell).copied().unwrap_or_default();
    let mut situations: Vec<OfWhat> = cells
        .iter()
        .filter_map(|(cell, sum)| {
            let what = cell.strip_prefix("what ")?.to_owned();
            Some(OfWhat { what, sum: *sum })
        })
        .collect();
    situations.sort_by_key(|one| (-one.sum.posts, one.what.clone()));
    let mut voice = vec![Voice {
        name: brand.to_owned(),
        ours: true,
        sum: of("name"),
        share: None,
        share_of_people: None,
    }];
    voice.extend(cells.iter().filter_map(|(cell, sum)| {
        Some(Voice {
            name: cell.strip_prefix("name ")?.to_owned(),
            ours: false,
            sum: *sum,
            share: None,
            share_of_people: None,
        })
    }));
    let posts: i64 = voice.iter().map(|one| one.sum.posts).sum();
    let people: i64 = voice.iter().map(|one| one.sum.people).sum();
    for one in &mut voice {
        one.share = share(one.sum.posts, posts);
        one.share_of_people = share(one.sum.people, people);
    }
    OfSource {
        source: source.clone(),
        platform,
        all: of(""),
        ours: of("ours"),
        queued: of("queued").posts,
        deleted: of("deleted").posts,
        situations,
        voice,
        days: days
            .into_iter()
            .map(|(day, sum)| Day {
                from_ms: day * DAY_MS,
                sum,
            })
            .collect(),
    }
}

/// A share of what was named in all; none of nothing. Counts of posts are far below 2^53.
#[allow(clippy::cast_precision_loss)]
fn share(n: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| n as f64 / of as f64)
}

fn example(config: &Config, shard: Shard, one: Shown) -> Option<Example> {
    let source = config.source(&one.source)?;
    let (post, triage) = (one.kept.post, one.kept.triage);
    Some(Example {
        id: shard.interaction(one.n),
        platform: source.platform,
        source: one.source,
        what: one.what,
        level: u8::from(triage.level),
        lang: triage.lang,
        text: post.text,
        at_ms: one.at_ms,
        created_ms: post.created_ms,
        author: post.author,
        permalink: post.permalink,
        names: one.kept.others,
    })
}
