//! Where a shard's time goes when a post comes in: each of its statements, natively, over SQLite in memory.
//!
//! On workerd a statement costs some crossings more, and a commit a disk: this tells which statements to look at.

use crate::cli::bench::setup::{ACCOUNT, TEXTS, setup, x_post_to};
use crate::config::Config;
use crate::inbox::context::Desk;
use crate::inbox::ready::Ready;
use crate::inbox::serve::serve;
use crate::inbox::shard::Shard;
use crate::inbox::take_in::TakeIn;
use crate::inbox::wire::Incoming;
use crate::inbox::{layout, schema};
use crate::intake::{Delivery, Intake, Updates, intake};
use crate::lab::local;
use crate::lab::sqlite::Memory;
use crate::signature::Headers;
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use crate::sql::{self, Row, Sql, SqlError, Value};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many posts of each kind.
const POSTS: usize = 1_000;

/// A database that looks at the clock.
struct Timed {
    memory: Memory,
    seen: RefCell<BTreeMap<&'static str, (u32, Duration)>>,
}

impl Sql for Timed {
    fn run(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
        let began = Instant::now();
        let rows = self.memory.run(sql, params);
        let name = sql.lines().next().unwrap_or(sql);
        let mut seen = self.seen.borrow_mut();
        let (calls, took) = seen.entry(name).or_default();
        *calls += 1;
        *took += began.elapsed();
        rows
    }

    fn bytes(&self) -> Result<i64, SqlError> {
        self.memory.bytes()
    }

    fn transaction<T, E: From<SqlError>>(
        &self,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.memory.transaction(body)
    }
}

pub(super) fn measure() -> Result<serde_json::Value> {
    let setup = setup("dry_run")?;
    let memory = Memory::new().ok().context("SQLite does not begin")?;
    let timed = Timed {
        memory,
        seen: RefCell::default(),
    };
    sql::open(&timed, schema::MIGRATIONS)
        .ok()
        .context("no tables")?;
    let mut figures = serde_json::Map::new();
    let urgent = TEXTS.len() - 1;
    let mut number = 0;
    for (name, is_urgent) in [("warm", true), ("routine", false), ("urgent", true)] {
        let mut events = Vec::new();
        for _ in 0..POSTS {
            number += 1;
            let text = if is_urgent { urgent } else { number % urgent };
            events.push(event(&setup.config, setup.key("x-main")?, number, text)?);
        }
        timed.seen.borrow_mut().clear();
        let began = Instant::now();
        for some in events {
            take_in(&timed, &setup.config, some)?;
        }
        let all = began.elapsed();
        let per = |took: Duration| took.as_secs_f64() * 1e6 / POSTS as f64;
        let mut rows: Vec<(&str, u32, Duration)> = timed
            .seen
            .borrow()
            .iter()
            .map(|(name, (calls, took))| (*name, *calls, *took))
            .collect();
        rows.sort_by_key(|(_, _, took)| std::cmp::Reverse(*took));
        if name == "warm" {
            continue;
        }
        let within: Duration = rows.iter().map(|(_, _, took)| *took).sum();
        figures.insert(
            format!("{name}: all"),
            json!({"calls_a_post": rows.iter().map(|(_, calls, _)| calls).sum::<u32>() as f64 / POSTS as f64, "us_a_post": per(all)}),
        );
        figures.insert(
            format!("{name}: not SQL"),
            json!({"calls_a_post": 0, "us_a_post": per(all.saturating_sub(within))}),
        );
        for (statement, calls, took) in rows {
            figures.insert(
                format!("{name}: {}", statement.trim_start_matches("-- ")),
                json!({"calls_a_post": f64::from(calls) / POSTS as f64, "us_a_post": per(took)}),
            );
        }
    }
    Ok(serde_json::Value::Object(figures))
}

fn event(
    config: &Config,
    key: &crate::signature::Key,
    number: usize,
    text: usize,
) -> Result<Vec<Incoming>> {
    let now_ms = local::now_ms()?;
    let body = x_post_to(ACCOUNT, number, text, now_ms)?;
    let headers = sign(Scheme::X, key, "msg_1", now_ms / 1_000, &body);
    let delivery = Delivery {
        get: false,
        query: &[],
        headers: Headers::new(&headers),
        body: &body,
    };
    match intake(config, "x-main", &delivery, now_ms) {
        Intake::Updates(Updates { events, .. }) => Ok(events),
        _ => bail!("the post was not taken"),
    }
}

fn take_in(sql: &Timed, config: &Config, events: Vec<Incoming>) -> Result<()> {
    let (alarm, ready) = (Cell::new(None), Ready::default());
    let desk = Desk {
        sql,
        config,
        shard: Shard::at(0),
        shards: layout::known(sql).ok().flatten().unwrap_or(1),
        now_ms: local::now_ms()?,
        alarm: &alarm,
        ready: &ready,
    };
    let ask = TakeIn {
        events,
        ignored: BTreeMap::new(),
        shards: 1,
        sends: false,
    };
    match serve(desk, None, ask) {
        Ok(_) => Ok(()),
        Err(why) => bail!("refused: {why:?}"),
    }
}
