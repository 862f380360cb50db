//! Trying a rule before it rules: what would have been said to whom, and not, by changed settings:
//! `POST /v1/preview/rules`. Nothing is sent, and nothing is stored.

use super::problem::Problem;
use super::request::Fields;
use super::response::Response;
use super::taught::fingerprint;
use crate::ack::replay::{Stored, Verdict, replay};
use crate::config::Config;
use crate::inbox::decisions::{Decisions, ShowDecisions};
use crate::inbox::shard::Shard;
use crate::inbox::taught::ShowLessons;
use crate::post::{AuthorId, InteractionId, Platform, PostId, SourceId};
use crate::triage::adapter::Adapter;
use crate::triage::{Subject, triage};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How far back it reaches, in milliseconds.
pub const REACH_MS: i64 = 7 * 86_400_000;

/// How many differences an answer tells.
pub const TOLD: usize = 200;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Try {
    /// The settings that are other than today's, as in `heard.toml`.
    pub settings: Map<String, Value>,
    /// Of which time.
    pub of: ShowDecisions,
    /// Whose adapter is tried beside them, as its lessons come to now.
    pub adapter: Option<ShowLessons>,
}

/// Reads the call.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn asked(
    fields: &mut Fields,
    adapter: Option<ShowLessons>,
    now_ms: i64,
) -> Result<Try, Problem> {
    let to_ms = fields.opt_time("to_ms")?.unwrap_or(now_ms).min(now_ms);
    let from_ms = fields.opt_time("from_ms")?.unwrap_or(now_ms - REACH_MS);
    if from_ms < now_ms - REACH_MS || from_ms >= to_ms {
        return Err(Problem::field(
            "from_ms",
            "must lie before `to_ms`, at most seven days ago",
        ));
    }
    let settings = fields.object("settings")?.map(|settings| settings.all());
    let settings = settings.filter(|settings| !settings.is_empty());
    if settings.is_none() && adapter.is_none() {
        return Err(Problem::field(
            "settings",
            "must name what is to be tried: {\"limits\": {\"cooldown_hours\": 1}}",
        ));
    }
    Ok(Try {
        settings: settings.unwrap_or_default(),
        of: ShowDecisions {
            from_ms,
            to_ms,
            calm: adapter.is_some(),
        },
        adapter,
    })
}

/// That a setting cannot be tried.
pub fn refused(key: &str, says: &str) -> Problem {
    Problem::field(&format!("settings.{key}"), says)
}

/// What the changed configuration has wrong that today's has not.
pub fn wrong(today: &Config, changed: &Config) -> Option<Problem> {
    let mut new = changed.problems.iter();
    let new = new.find(|one| !today.problems.contains(one))?;
    Some(refused(&new.key, &new.says))
}

/// A decision that the change changes.
#[derive(Serialize)]
struct Difference {
    at_ms: i64,
    interaction: InteractionId,
    source: SourceId,
    platform: Option<Platform>,
    post: PostId,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<AuthorId>,
    level: u8,
    text: String,
    today: Verdict,
    changed: Verdict,
}

/// How many decisions came to what.
#[derive(Default, Serialize)]
struct Count {
    sent: i64,
    by_why: BTreeMap<String, i64>,
}

impl Count {
    fn add(&mut self, verdict: &Verdict) {
        self.sent += i64::from(verdict.sent);
        *self.by_why.entry(verdict.why.clone()).or_default() += 1;
    }
}

/// What differs.
pub fn tried(
    today: &Config,
    changed: &Config,
    shards: u16,
    all: Vec<Decisions>,
    asked: &Try,
    adapter: Option<&Adapter>,
) -> Response {
    #[derive(Serialize)]
    struct Answer {
        from_ms: i64,
        to_ms: i64,
        next_ms: Option<i64>,
        replayed: i64,
        as_stored: i64,
        today: Count,
        changed: Count,
        differ: i64,
        more_sent: i64,
        fewer_sent: i64,
        other_words: i64,
        more_urgent: i64,
        less_urgent: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        fitted: Option<String>,
        differences: Vec<Difference>,
    }
    // Every shard is told up to where all were gone through.
    let next_ms = all.iter().filter_map(|one| one.reached_ms).min();
    let mut answer = Answer {
        from_ms: asked.of.from_ms,
        to_ms: next_ms.unwrap_or(asked.of.to_ms),
        next_ms,
        replayed: 0,
        as_stored: 0,
        today: Count::default(),
        changed: Count::default(),
        differ: 0,
        more_sent: 0,
        fewer_sent: 0,
        other_words: 0,
        more_urgent: 0,
        less_urgent: 0,
        fitted: adapter.map(fingerprint),
        differences: Vec::new(),
    };
    for one in all {
        let shard = Shard::at(one.shard);
        let mut stored = one.stored;
        stored.retain(|post| next_ms.is_none_or(|next_ms| post.at_ms < next_ms));
        let share = |whole| shard.share(whole, shards);
        let now = replay(today, &stored, share);
        let taught = match (adapter, &asked.adapter) {
            (Some(adapter), Some(of)) => taught(changed, &of.brand, adapter, &stored),
            _ => stored.clone(),
        };
        let then = replay(changed, &taught, share);
        for (post, taught) in stored.iter().zip(&taught) {
            answer.more_urgent += i64::from(taught.triage.level > post.triage.level);
            answer.less_urgent += i64::from(taught.triage.level < post.triage.level);
        }
        for ((post, now), then) in stored.into_iter().zip(now).zip(then) {
            answer.replayed += 1;
            answer.as_stored += i64::from(now.why == post.decided);
            answer.today.add(&now);
            answer.changed.add(&then);
            if now == then {
                continue;
            }
            answer.differ += 1;
            match (now.sent, then.sent) {
                (false, true) => answer.more_sent += 1,
                (true, false) => answer.fewer_sent += 1,
                _ if now.text != then.text => answer.other_words += 1,
                _ => {}
            }
            answer.differences.push(difference(today, post, now, then));
        }
    }
    answer
        .differences
        .sort_by(|a, b| (a.at_ms, &a.post).cmp(&(b.at_ms, &b.post)));
    answer.differences.truncate(TOLD);
    Response::of(&answer)
}

/// The same posts as a brand's desk would have them: judged anew by the model, and moved by its adapter.
fn taught(config: &Config, brand: &str, adapter: &Adapter, stored: &[Stored]) -> Vec<Stored> {
    let of_brand = |post: &Stored| {
        let source = config.source(&post.source);
        source.is_some_and(|source| source.brand.id == brand)
    };
    let one = |post: &Stored| {
        if !of_brand(post) {
            return post.clone();
        }
        let judged = triage(&Subject {
            text: &post.post.text,
            platform: None,
            lang: post.post.lang.as_deref(),
        });
        Stored {
            triage: adapter.applied(&post.post.text, judged),
            ..post.clone()
        }
    };
    stored.iter().map(one).collect()
}

fn difference(config: &Config, stored: Stored, today: Verdict, changed: Verdict) -> Difference {
    Difference {
        at_ms: stored.at_ms,
        interaction: stored.interaction,
        platform: config.source(&stored.source).map(|source| source.platform),
        source: stored.source,
        post: stored.post.id,
        author: stored.post.author.map(|author| author.id),
        level: u8::from(stored.triage.level),
        text: stored.post.text,
        today,
        changed,
    }
}
