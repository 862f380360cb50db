//! The longest that one delivery can hold a shard: each kind of update, five hundred at once, by an author
//! who wrote twenty thousand posts before.
//!
//! The clock runs from the request to its answer, on an idle workerd: reading and judging are in it, so
//! that the object itself is held for less. Beside it stands the processor's time, which is the same on a
//! machine that does something else too.

use super::running::{Running, start_heard};
use crate::cli::bench::setup::{Setup, TEXTS, setup};
use crate::lab::{build, local, tools};
use crate::signature::scheme::Scheme;
use crate::signature::sign::sign;
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::ops::Range;
use std::time::Instant;

/// What the author wrote before.
const BEFORE: u64 = 20_000;

/// Updates a delivery, and deliveries of each kind.
const UPDATES: u64 = 500;
const DELIVERIES: u64 = 3;

/// The shipped configuration's source of Heard's own format.
const ACCOUNT: &str = "forum.northline.example";

/// A kind of update: its name, its event, the number of its first post, and who writes each.
type Kind = (&'static str, &'static str, u64, fn(u64) -> u64);

pub(super) async fn measure() -> Result<Value> {
    let tools = tools::ensure()?;
    let built = build::ensure_built()?;
    let setup = setup("dry_run")?;
    let heard = start_heard(&tools.workerd(), &built.folder, &setup, "shard")?;
    let sender = Sender {
        client: reqwest::Client::new(),
        url: format!("http://127.0.0.1:{}/webhooks/forum", heard.runtime.port),
        heard,
        setup,
    };
    note!("  shard: {BEFORE} posts of one author");
    for from in (0..BEFORE).step_by(1_000) {
        sender.send("post.created", from..from + 1_000, one).await?;
    }
    let mut figures = serde_json::Map::new();
    let new = BEFORE;
    let mut worst = Held::default();
    // In this order: what is deleted must be there, and who said stop says no more.
    let kinds: [Kind; 6] = [
        ("new_posts_of_one_author", "post.created", new, one),
        ("the_same_again", "post.created", new, one),
        (
            "new_posts_of_as_many_authors",
            "post.created",
            2 * new,
            another,
        ),
        ("edits", "post.edited", 0, one),
        ("deletions", "post.deleted", 0, one),
        ("stops", "author.stop", 0, one),
    ];
    for (name, kind, first, author) in kinds {
        let mut slowest = Held::default();
        for turn in 0..DELIVERIES {
            let from = first + turn * UPDATES;
            slowest = slowest.or_more(sender.send(kind, from..from + UPDATES, author).await?);
        }
        note!(
            "  shard: {name}: {:.1} ms a hundred, {:.1} of the processor",
            slowest.ms_a_hundred,
            slowest.cpu_ms_a_hundred
        );
        worst = worst.or_more(slowest);
        figures.insert(name.into(), slowest.row());
    }
    figures.insert("worst".into(), worst.row());
    Ok(Value::Object(figures))
}

/// How long a delivery held the shard, for each hundred of its updates.
#[derive(Clone, Copy, Default)]
struct Held {
    ms_a_hundred: f64,
    cpu_ms_a_hundred: f64,
}

impl Held {
    fn or_more(self, other: Self) -> Self {
        Self {
            ms_a_hundred: self.ms_a_hundred.max(other.ms_a_hundred),
            cpu_ms_a_hundred: self.cpu_ms_a_hundred.max(other.cpu_ms_a_hundred),
        }
    }

    fn row(self) -> Value {
        json!({"ms_a_hundred": self.ms_a_hundred, "cpu_ms_a_hundred": self.cpu_ms_a_hundred})
    }
}

/// The author of everything.
fn one(_: u64) -> u64 {
    1
}

/// An author for each post.
fn another(number: u64) -> u64 {
    number
}

struct Sender {
    client: reqwest::Client,
    url: String,
    heard: Running,
    setup: Setup,
}

impl Sender {
    /// Sends updates of these posts in one delivery, and waits for its answer.
    async fn send(&self, kind: &str, posts: Range<u64>, author: fn(u64) -> u64) -> Result<Held> {
        let now_ms = local::now_ms()?;
        let first = posts.start;
        let data: Vec<Value> = posts
            .map(|number| {
                let turn = usize::try_from(number).unwrap_or(0) % TEXTS.len();
                let text = TEXTS.get(turn).copied().unwrap_or_default();
                let mut data = json!({
                    "account": ACCOUNT,
                    "id": number.to_string(),
                    "author": {"id": author(number).to_string()},
                    "text": text,
                    "created_at": now_ms,
                });
                if let (Some(data), "post.edited") = (data.as_object_mut(), kind) {
                    data.insert("text".into(), format!("{text} (edited)").into());
                    data.insert("edited_at".into(), (now_ms + 1).into());
                }
                data
            })
            .collect();
        let body = serde_json::to_vec(&json!({"type": kind, "data": data}))?;
        let key = self.setup.key("forum")?;
        let id = format!("msg_{first}_{now_ms}");
        let mut request = self.client.post(&self.url);
        for (name, value) in sign(Scheme::Standard, key, &id, now_ms / 1_000, &body) {
            request = request.header(name, value);
        }
        let request = request.body(body);
        let hundreds = UPDATES as f64 / 100.0;
        let cpu = || self.heard.runtime.cpu().unwrap_or_default();
        let (began, before) = (Instant::now(), cpu());
        let status = request.send().await?.status();
        if !status.is_success() {
            bail!("{kind}: {status}");
        }
        Ok(Held {
            ms_a_hundred: began.elapsed().as_secs_f64() * 1e3 / hundreds,
            cpu_ms_a_hundred: (cpu() - before).as_secs_f64() * 1e3 / hundreds,
        })
    }
}
