//! The backlog of all shards, as an answer.

use super::response::Response;
use crate::inbox::promised::Open;
use crate::inbox::state::Stored;
use crate::inbox::wire::{Alarm, Backlog, Paused, Retasked, Surge};
use serde::Serialize;
use std::collections::BTreeMap;

/// The backlog as an answer: what is open first, then what became of everything. What is counted for the
/// whole brand is told to those who see `all` of it.
pub fn backlog(backlog: &Backlog, all: bool, now_ms: i64) -> Response {
    let mut answer = BacklogAnswer {
        as_of_ms: now_ms,
        leased: backlog.leased,
        overdue: backlog.overdue,
        oldest_ms: backlog.oldest_ms,
        retasked: &backlog.retasked,
        paused: &backlog.paused,
        alarms: &backlog.alarms,
        surges: &backlog.surges,
        promises: backlog.promises,
        ..BacklogAnswer::default()
    };
    for tally in &backlog.tallies {
        match tally.state {
            Stored::Open => {
                let n = tally.interactions;
                answer.open += n;
                answer.posts.open += tally.posts;
                *answer
                    .by_platform
                    .entry(tally.platform.as_str())
                    .or_default() += n;
                *answer
                    .by_workgroup
                    .entry(tally.workgroup.as_str())
                    .or_default() += n;
                *answer.by_level.entry(u8::from(tally.level)).or_default() += n;
            }
            Stored::Done => {
                answer.done += tally.interactions;
                answer.posts.done += tally.posts;
            }
            Stored::Dead => {
                answer.dead += tally.interactions;
                answer.posts.dead += tally.posts;
            }
        }
    }
    answer.waiting = answer.open - answer.leased;
    if all {
        let n = |name: &str| Some(backlog.counters.get(name).copied().unwrap_or(0));
        let acks = backlog.acks.iter().filter(|(_, n)| **n != 0);
        answer.acks = Some(acks.map(|(state, n)| (state.as_str(), *n)).collect());
        let ignored = backlog.counters.iter();
        answer.ignored = Some(
            ignored
                .filter_map(|(name, n)| Some((name.strip_prefix("ignored.")?, *n)))
                .collect(),
        );
        answer.posts.received = n("posts");
        answer.posts.retired = n("retired");
        answer.duplicates = n("duplicates");
        answer.edits = n("edits");
        answer.deletions = n("deletions");
        answer.stops = n("stops");
    }
    Response::of(&answer)
}

#[derive(Default, Serialize)]
struct BacklogAnswer<'a> {
    as_of_ms: i64,
    open: i64,
    waiting: i64,
    leased: i64,
    overdue: i64,
    oldest_ms: Option<i64>,
    by_level: BTreeMap<u8, i64>,
    by_platform: BTreeMap<&'a str, i64>,
    by_workgroup: BTreeMap<&'a str, i64>,
    done: i64,
    dead: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    acks: Option<BTreeMap<&'a str, i64>>,
    posts: PostsAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicates: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edits: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletions: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stops: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<BTreeMap<&'a str, i64>>,
    retasked: &'a [Retasked],
    paused: &'a [Paused],
    alarms: &'a [Alarm],
    surges: &'a [Surge],
    promises: Open,
}

/// What became of every post received: the others sum to the first.
#[derive(Default, Serialize)]
struct PostsAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<i64>,
    open: i64,
    done: i64,
    dead: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<i64>,
}
