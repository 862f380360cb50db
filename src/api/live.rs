//! `GET /v1/events`: what a held stream says, and where it stands in each shard.
//!
//! Pure: the host opens a socket to each shard, asks those that [`Follow::asks`] names, hands over what comes, and
//! writes what [`Follow::told`] gives. A socket may lose a message, repeat one or break; since every message says
//! behind which event it begins, a gap is noticed and asked for, and what was told is not told again.

use super::problem::Problem;
use crate::config::Config;
use crate::inbox::event::{Fed, Mark, kind};
use crate::inbox::shard::{EPOCH, Shard};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How often a stream says that it is there, in milliseconds: who has left is only noticed then, and so is a token
/// that was revoked.
pub const HEARTBEAT_MS: i64 = 15_000;

/// How long a stream lives, in milliseconds: whoever reads it comes again with its cursor. So no caller who left
/// unnoticed holds one for long.
pub const LIFE_MS: i64 = 15 * 60_000;

/// How soon a reader is to come again, in milliseconds.
const RETRY_MS: i64 = 1_000;

/// The longest cursor: 256 shards, each with two numbers.
const CURSOR_BYTES: usize = 16 * 1024;

/// Where a stream stands: a place in each shard that has one.
pub type Marks = BTreeMap<Shard, Mark>;

/// A cursor, as callers keep it.
pub fn written(marks: &Marks) -> String {
    let mut all = String::from(EPOCH);
    for (shard, mark) in marks {
        // Writing to a string cannot fail.
        let _ = write!(all, " {} {} {}", shard.number(), mark.period, mark.n);
    }
    URL_SAFE_NO_PAD.encode(all)
}

/// Reads a cursor. One of another layout names no place here: its reader begins anew, and is told so.
///
/// # Errors
/// This call did not give that cursor.
pub fn read(cursor: &str) -> Result<Marks, Problem> {
    let wrong = || {
        Problem::field(
            "cursor",
            "is not a cursor of this call: send the `id` of the last event that you have",
        )
    };
    if cursor.len() > CURSOR_BYTES {
        return Err(wrong());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    let mut words = text.split(' ');
    let epoch = words.next().unwrap_or_default();
    let mut marks = Marks::new();
    while let Some(shard) = words.next() {
        let shard: u8 = shard.parse().map_err(|_| wrong())?;
        let mut number = || {
            let number = words.next().and_then(|word| word.parse::<i64>().ok());
            // What comes back from storage is a double.
            number
                .filter(|n| (0..1 << 52).contains(n))
                .ok_or_else(wrong)
        };
        let mark = Mark {
            period: number()?,
            n: number()?,
        };
        marks.insert(Shard::at(shard), mark);
    }
    if !epoch.starts_with('v') || marks.is_empty() {
        return Err(wrong());
    }
    Ok(if epoch == EPOCH { marks } else { Marks::new() })
}

/// One stream.
#[derive(Debug)]
pub struct Follow {
    shards: u16,
    marks: Marks,
    /// Those to be asked, for what they say by themselves is not enough.
    asks: BTreeSet<Shard>,
    /// Those that told where they are, of a reader who did not say since when.
    said: String,
    is_ready: bool,
    is_reset: bool,
}

impl Follow {
    /// A reader who has had everything up to there; who begins now, where they name nothing.
    pub fn new(shards: u16, after: Option<Marks>) -> Self {
        let has_cursor = after.is_some();
        let marks = after.unwrap_or_default();
        let known: BTreeSet<Shard> = marks.keys().copied().collect();
        let all: BTreeSet<Shard> = Shard::all(shards).collect();
        let fits = known == all;
        Self {
            shards,
            marks: if fits { marks } else { Marks::new() },
            asks: all,
            said: format!("retry: {RETRY_MS}\n\n"),
            is_ready: false,
            // With another number of shards a place in them means nothing.
            is_reset: has_cursor && !fits,
        }
    }

    /// The next shard to be asked, and since when.
    pub fn asks(&self) -> Option<(Shard, Option<Mark>)> {
        let shard = *self.asks.first()?;
        Some((shard, self.marks.get(&shard).copied()))
    }

    /// All that are to be asked.
    pub fn all_asks(&self) -> Vec<(Shard, Option<Mark>)> {
        let asks = self.asks.iter();
        asks.map(|shard| (*shard, self.marks.get(shard).copied()))
            .collect()
    }

    /// What a shard answered.
    pub fn answered(&mut self, config: &Config, shard: Shard, fed: &Fed) {
        let begins = !self.marks.contains_key(&shard);
        if fed.reset || begins {
            self.is_reset |= fed.reset;
            let mark = Mark {
                period: fed.period,
                n: fed.to,
            };
            self.marks.insert(shard, mark);
            self.asks.remove(&shard);
        } else {
            self.take(config, shard, fed);
            if !fed.more {
                self.asks.remove(&shard);
            }
        }
        self.tell_where();
    }

    /// What a shard said by itself.
    pub fn heard(&mut self, config: &Config, shard: Shard, fed: &Fed) {
        let Some(mark) = self.marks.get(&shard) else {
            return;
        };
        if fed.period != mark.period || fed.from > mark.n || fed.more {
            self.asks.insert(shard);
        }
        if fed.period == mark.period && fed.from <= mark.n {
            self.take(config, shard, fed);
        }
    }

    /// A shard is not heard any more: what it has said meanwhile is asked for.
    pub fn lost(&mut self, shard: Shard) {
        self.asks.insert(shard);
    }

    fn take(&mut self, config: &Config, shard: Shard, fed: &Fed) {
        let Some(mut mark) = self.marks.get(&shard).copied() else {
            return;
        };
        for event in &fed.events {
            if event.n <= mark.n {
                continue;
            }
            mark.n = event.n;
            self.marks.insert(shard, mark);
            let document = event.document(config, shard);
            self.tell_where();
            self.say(&kind(&event.what), &document);
        }
        mark.n = mark.n.max(fed.to);
        self.marks.insert(shard, mark);
    }

    /// Once it is known where each shard is: that the stream goes on from there, or that it could not be resumed.
    fn tell_where(&mut self) {
        if self.marks.len() < usize::from(self.shards) {
            return;
        }
        if std::mem::take(&mut self.is_reset) {
            let why =
                "some events since that cursor are not kept any more: load again what you show";
            self.say("reset", &json!({"type": "reset", "why": why}));
            self.is_ready = true;
        }
        if !std::mem::replace(&mut self.is_ready, true) {
            self.say("ready", &json!({"type": "ready"}));
        }
    }

    fn say(&mut self, name: &str, document: &Value) {
        let id = written(&self.marks);
        // Writing to a string cannot fail. JSON has no line feed outside its texts, and escapes it within.
        let _ = write!(self.said, "id: {id}\nevent: {name}\ndata: {document}\n\n");
    }

    /// A comment that says nothing happened, and the cursor: what happened meanwhile may be for others.
    pub fn beat(&self) -> String {
        match self.is_ready {
            true => format!(": still here\nid: {}\n\n", written(&self.marks)),
            false => ": still here\n\n".to_owned(),
        }
    }

    /// What is to be written now.
    pub fn told(&mut self) -> String {
        std::mem::take(&mut self.said)
    }
}
