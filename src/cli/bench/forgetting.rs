//! How long one step of forgetting a person holds a shard, natively, over SQLite in a file of its own: of one who wrote some
//! thousands of posts in one matter, and of one who had some thousands of matters.
//!
//! An object's clock stands while it works, so that a step cannot look how long it takes: it is bounded by rows, and
//! this tells how many rows are how long. On workerd a statement costs some crossings more.

use crate::cli::bench::setup::{ACCOUNT, Setup, TEXTS, percentile, setup, x_post_by};
use crate::inbox::context::Desk;
use crate::inbox::customer::Identity;
use crate::inbox::forget::{ForgetAuthors, PIECE, Unsaw};
use crate::inbox::question::Question;
use crate::inbox::ready::Ready;
use crate::inbox::schema;
use crate::inbox::serve::serve;
use crate::inbox::shard::Shard;
use crate::inbox::take_in::TakeIn;
use crate::inbox::wire::Pull;
use crate::inbox::work::{Claim, Resolve};
use crate::intake::{Delivery, Intake, Updates, intake};
use crate::lab::local;
use crate::lab::sqlite::Memory;
use crate::platform::Event;
use crate::post::{AuthorId, Platform};
use crate::signature::Headers;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use crate::sql;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Posts in the one matter of the first.
const POSTS: usize = 5_000;

/// Matters of the second, each of so many posts.
const MATTERS: usize = 1_500;
const EACH: usize = 3;

/// What lies beside them, of as many others.
const OTHERS: usize = 10_000;

/// How many updates a delivery has.
const TOGETHER: usize = 100;

pub(super) fn measure() -> Result<Value> {
    let mut shard = Loaded::begin()?;
    note!("  forgetting: {OTHERS} others, {POSTS} posts in one matter, {MATTERS} matters");
    shard.write(OTHERS, |number| format!("other {number}"))?;
    let one = shard.write(POSTS, |_| "one".into())?;
    shard.end_all()?;
    let mut many = None;
    for _ in 0..MATTERS {
        many = shard.write(EACH, |_| "many".into())?;
        shard.end_all()?;
        shard.now_ms += 60_000;
    }
    let mut figures = serde_json::Map::new();
    for (name, author) in [("one_matter", one), ("many_matters", many)] {
        let mut times = shard.forget(author.context("nobody wrote")?)?;
        let slowest = times.iter().copied().zip(1..).max().unwrap_or_default();
        let row = json!({
            "rows_a_step": PIECE,
            "steps": times.len(),
            "median_ms": percentile(&mut times, 0.5),
            "p99_ms": percentile(&mut times, 0.99),
            "slowest_ms": slowest.0.as_secs_f64() * 1e3,
            "slowest_step": slowest.1,
        });
        figures.insert(name.into(), row);
    }
    Ok(Value::Object(figures))
}

/// A shard that has something.
struct Loaded {
    setup: Setup,
    memory: Memory,
    now_ms: i64,
    /// How many posts it has.
    posts: usize,
}

impl Loaded {
    fn begin() -> Result<Self> {
        let memory = Memory::in_a_file().ok().context("SQLite does not begin")?;
        sql::open(&memory, schema::MIGRATIONS)
            .ok()
            .context("no tables")?;
        Ok(Self {
            setup: setup("dry_run")?,
            memory,
            now_ms: local::now_ms()?,
            posts: 0,
        })
    }

    fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer> {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let desk = Desk {
            sql: &self.memory,
            config: &self.setup.config,
            shard: Shard::at(0),
            shards: 1,
            now_ms: self.now_ms,
            alarm: &alarm,
            ready: &ready,
        };
        match serve(desk, None, question) {
            Ok(answer) => Ok(answer),
            Err(why) => bail!("{}: refused: {why:?}", Q::NAME),
        }
    }

    /// So many posts come in, each by the author that its number gives. Gives the last one's id.
    fn write(
        &mut self,
        posts: usize,
        author: impl Fn(usize) -> String,
    ) -> Result<Option<AuthorId>> {
        let key = self.setup.key("x-main")?;
        let mut events = Vec::new();
        let from = self.posts;
        self.posts += posts;
        for number in from..self.posts {
            let text = number % TEXTS.len();
            let body = x_post_by(&author(number), ACCOUNT, number, text, self.now_ms)?;
            let headers = sign(Scheme::X, key, "msg_1", self.now_ms / 1_000, &body);
            let delivery = Delivery {
                get: false,
                query: &[],
                headers: Headers::new(&headers),
                body: &body,
            };
            match intake(&self.setup.config, "x-main", &delivery, self.now_ms) {
                Intake::Updates(Updates { events: some, .. }) => events.extend(some),
                _ => bail!("the post was not taken"),
            }
        }
        let author = events.last().and_then(|last| match &last.event {
            Event::Made { post } => Some(post.author.as_ref()?.id.clone()),
            _ => None,
        });
        while !events.is_empty() {
            let rest = events.split_off(events.len().min(TOGETHER));
            self.ask(TakeIn {
                events: std::mem::replace(&mut events, rest),
                ignored: BTreeMap::new(),
                shards: 1,
                sends: false,
            })?;
        }
        Ok(author)
    }

    /// All that is open is claimed and resolved.
    fn end_all(&self) -> Result<()> {
        loop {
            let pull = Pull {
                agent: "ana".into(),
                workgroups: self.setup.config.workgroups(),
                platforms: Vec::new(),
                languages: Vec::new(),
                max: 20,
                lease_s: 60,
                key: None,
                held_elsewhere: 0,
                ticket: None,
                able: Default::default(),
            };
            let leased = self.ask(Claim { pull })?;
            if leased.interactions.is_empty() {
                return Ok(());
            }
            for claimed in leased.interactions {
                let (_, holding) = claimed.held.context("whose lease?")?;
                self.ask(Resolve {
                    holding,
                    outcome: "solved".into(),
                    note: None,
                })?;
            }
        }
    }

    /// Forgets an author. Gives how long each step took.
    fn forget(&self, author: AuthorId) -> Result<Vec<Duration>> {
        let ask = ForgetAuthors {
            authors: vec![Identity {
                platform: Platform::X,
                author,
            }],
            customer: None,
            key: "0123456789abcdef0123456789abcdef".into(),
            whom: String::new(),
            also: BTreeMap::new(),
        };
        let mut times = Vec::new();
        loop {
            let began = Instant::now();
            let forgot = self.ask(ask.clone())?;
            times.push(began.elapsed());
            if !forgot.posts.is_empty() {
                let began = Instant::now();
                self.ask(Unsaw {
                    posts: forgot.posts,
                })?;
                times.push(began.elapsed());
            }
            if !forgot.more {
                return match forgot.rows.get("post") {
                    Some(1..) => Ok(times),
                    _ => bail!("nothing was forgotten, so nothing was measured"),
                };
            }
        }
    }
}
