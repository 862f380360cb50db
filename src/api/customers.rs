//! Calls about customers and authors: what a CRM says of them, what there was with them, forgetting and export.
//!
//! Pure but for the asking: [`World`] is the host's in the Worker, and real storage in tests. A word for the shards is
//! told after the customers' object has it; a shard that fails makes the call fail, and the same call again is harmless.

use super::problem::Problem;
use super::request::{Fields, NAME_BYTES};
use super::response::Response;
use super::samples;
use super::series;
use super::token::is_name;
use crate::config::Config;
use crate::customers::book::{Drop, Forget, PutMany, Show, Unlink, WasTold, WhoseIs};
use crate::customers::question::Question as ToBook;
use crate::customers::sample::Draw;
use crate::customers::series::{Item, PutSeries};
use crate::customers::wire::{self, Customer, Errand, Gone, Kept, Outcome, Stage};
use crate::deeds::Deed;
use crate::directory::wire::Refused as DirectoryRefused;
use crate::inbox::arc::{Arc, arc, in_order, summary};
use crate::inbox::customer::{Identity, LearnCustomers, MOST_AUTHORS, TellKin, Told, tell_kin};
use crate::inbox::forget::{ForgetAuthors, Forgot, Unsaw};
use crate::inbox::forgotten;
use crate::inbox::past::{Past, ShowPast};
use crate::inbox::question::{By, Question};
use crate::inbox::shard::Shard;
use crate::inbox::theirs::{ExportAuthor, Exported};
use crate::inbox::wire::Refused;
use crate::platform::profile::Identity as Known;
use crate::post::{AuthorId, ID_BYTES, Platform};
use crate::signature::Key;
use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

/// The most lines of one call.
pub const MOST_LINES: usize = 10_000;

/// The largest body of such a call, in bytes: lines of 800 bytes on average.
pub const LINES_BYTES: usize = 8 << 20;

/// The largest body of a call that carries rows of an installation, in bytes: a thousand posts of 4 KiB.
const CARRIED_BYTES: usize = 4 << 20;

/// The largest body of a call that says figures, in bytes: 10,000 lines.
const SERIES_BYTES: usize = 2 << 20;

/// How many figures the object is told with one question.
const FIGURES: usize = 1_000;

/// How many customers the object is told with one question.
const TOGETHER: usize = 500;

/// The longest id of a customer, in bytes.
const CUSTOMER_BYTES: usize = 128;

/// The longest name, value band or link's name, the longest notes and link, in bytes.
const NOTES_BYTES: usize = 4_096;
const LINK_BYTES: usize = 2_048;

/// The most links.
const LINKS: usize = 20;

/// How far a CRM's clock may be ahead.
const AHEAD_MS: i64 = 86_400_000;

/// How often a shard is asked to forget on at most: 100 posts each time. What is left is its alarm's.
const ROUNDS: usize = 100;

/// For how long the caller waits for that, in milliseconds.
const FORGETS_MS: i64 = 5_000;

/// When to ask again then, in seconds.
const AGAIN_S: u32 = 5;

/// The objects, to be asked.
pub trait World {
    /// Asks a shard.
    fn ask<Q: Question>(
        &self,
        shard: Shard,
        by: Option<By>,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, Refused>>;

    /// Asks the customers' object.
    fn book<Q: ToBook>(
        &self,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, wire::Refused>>;

    /// Takes posts that are forgotten out of incidents; whether that was done.
    fn unsee(&self, _posts: Vec<String>) -> impl Future<Output = bool> {
        async { true }
    }

    /// Asks a platform's directory for all ids of these people, and to forget them if that is wanted.
    fn people(
        &self,
        platform: Platform,
        ids: Vec<AuthorId>,
        forget: bool,
    ) -> impl Future<Output = Result<Vec<AuthorId>, DirectoryRefused>>;

    /// A new key.
    fn key(&self) -> Option<String>;

    /// The time: epoch milliseconds.
    fn now_ms(&self) -> i64;
}

/// A world in which shards are told of each other's customers.
pub struct Telling<'a, W>(pub &'a W);

impl<W: World> TellKin for Telling<'_, W> {
    async fn ask<Q: Question>(&self, shard: Shard, question: Q) -> Result<Q::Answer, Refused> {
        self.0.ask(shard, None, question).await
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Say something of a customer.
    Put(Box<Customer>, String),
    /// Of many, in their order: where a line is bad, its problem.
    PutMany(Vec<(usize, Result<Customer, Box<Problem>>)>, String),
    /// Keep the brand's own figures.
    PutSeries(series::Lines),
    /// Draw some to be asked.
    Draw(Box<samples::Asked>),
    /// What is known of a customer.
    Show(String, By),
    /// The brand knows a customer no more.
    Drop(String),
    /// Forget.
    Forget(Whom, Box<Deed>),
    /// What there was with an author.
    Author(Identity, By),
    /// All that is kept of an author.
    Export(Identity, By),
}

/// Whom to forget.
#[derive(Clone, Debug, PartialEq)]
pub enum Whom {
    /// A customer, with all their authors.
    Customer(String),
    /// An author.
    Author(Identity),
}

/// How large a call's body may be.
pub fn body_bytes(method: &str, path: &str, usual: usize) -> usize {
    match (method, path) {
        ("POST", "/v1/customers") => LINES_BYTES,
        ("POST", "/v1/series") => SERIES_BYTES,
        ("POST", "/v1/carry") => CARRIED_BYTES,
        _ => usual,
    }
}

/// The customer that a path names.
pub(super) fn named(id: Option<&str>) -> Result<String, Problem> {
    id.and_then(super::floor::decoded)
        .filter(|id| is_name(id, CUSTOMER_BYTES))
        .ok_or_else(no_customer)
}

/// The author that a path names.
pub(super) fn author(path: &str) -> Result<Identity, Problem> {
    let mut parts = path.split('/').skip(3);
    let platform = parts.next().and_then(Platform::named);
    let author = parts.next().and_then(super::floor::decoded);
    let author = author.filter(|id| is_name(id, ID_BYTES));
    match (platform, author) {
        (Some(platform), Some(author)) => Ok(Identity {
            platform,
            author: AuthorId::new(author),
        }),
        _ => Err(no_author()),
    }
}

fn no_customer() -> Problem {
    Problem::not_found("no such customer")
}

fn no_author() -> Problem {
    Problem::not_found("nothing is kept of such an author")
}

/// Reads what a call says of a customer.
pub(super) fn read(
    config: &Config,
    id: String,
    fields: &mut Fields,
    now_ms: i64,
) -> Result<Customer, Problem> {
    let tier = fields.opt_name("tier", NAME_BYTES)?;
    if let Some(tier) = &tier
        && !config.tiers.iter().any(|one| one.name == *tier)
    {
        let known: Vec<&str> = config.tiers.iter().map(|one| one.name.as_str()).collect();
        return Err(Problem::field(
            "tier",
            match known.is_empty() {
                true => "no tiers are configured: write [[tiers]]".to_owned(),
                false => format!("is none of those configured: {}", known.join(", ")),
            },
        ));
    }
    let language = fields.opt_name("language", 8)?;
    if let Some(language) = &language
        && !(language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase()))
    {
        return Err(Problem::field(
            "language",
            "must be two letters (ISO 639-1)",
        ));
    }
    let mut identities: Vec<Identity> = Vec::new();
    for mut one in fields.objects("identities", MOST_AUTHORS)? {
        let missing = || Problem::field("identities", "each needs platform and author");
        let platform = one.platform("platform")?.ok_or_else(missing)?;
        let author = one.opt_name("author", ID_BYTES)?.ok_or_else(missing)?;
        one.end()?;
        let of = Identity {
            platform,
            author: AuthorId::new(author),
        };
        if !identities.contains(&of) {
            identities.push(of);
        }
    }
    identities.sort();
    let mut links = BTreeMap::new();
    if let Some(mut given) = fields.object("links")? {
        let names: Vec<String> = given.all().keys().cloned().collect();
        if names.len() > LINKS {
            return Err(Problem::field("links", format!("has more than {LINKS}")));
        }
        for name in names {
            let link = given.text(&name, LINK_BYTES).unwrap_or_default();
            if !is_name(&name, NAME_BYTES) || !is_link(&link) {
                return Err(Problem::field(
                    "links",
                    "each is a name and an address that begins with https://",
                ));
            }
            links.insert(name, link);
        }
    }
    let stages = stages(fields, now_ms)?;
    let occurred_ms = fields.opt_occurred("occurred_at")?.unwrap_or(now_ms);
    if occurred_ms > now_ms + AHEAD_MS {
        return Err(Problem::field(
            "occurred_at",
            "is more than a day ahead: every later word would be older",
        ));
    }
    Ok(Customer {
        id,
        name: fields.opt_name("name", CUSTOMER_BYTES)?,
        tier,
        value: fields.opt_name("value", NAME_BYTES)?,
        language,
        identities,
        links,
        notes: fields.opt_text("notes", NOTES_BYTES)?,
        contact_consent: fields.opt_flag("contact_consent")?,
        stages,
        occurred_ms,
    })
}

/// When which step from customer to advocate was taken, as people say.
fn stages(fields: &mut Fields, now_ms: i64) -> Result<BTreeMap<Stage, i64>, Problem> {
    let mut stages = BTreeMap::new();
    let Some(mut given) = fields.object("stages")? else {
        return Ok(stages);
    };
    let inside = |why: Problem| {
        let says = format!("each is a step and when it was taken: {}", why.detail);
        Problem::field("stages", says)
    };
    for stage in Stage::ALL {
        if let Some(at_ms) = given.opt_occurred(stage.as_str()).map_err(inside)? {
            if at_ms > now_ms + AHEAD_MS {
                return Err(Problem::field("stages", "is more than a day ahead"));
            }
            stages.insert(stage, at_ms);
        }
    }
    given.end().map_err(inside)?;
    Ok(stages)
}

fn is_link(text: &str) -> bool {
    text.strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// Reads lines, each a customer with its `id`.
pub(super) fn lines(config: &Config, body: &[u8], by: &str, now_ms: i64) -> Result<Asked, Problem> {
    let mut read_lines = Vec::new();
    for (line, text) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if read_lines.len() >= MOST_LINES {
            return Err(Problem::malformed_json(format!(
                "more than {MOST_LINES} lines; send the rest with another call"
            )));
        }
        let one = Fields::of(text).and_then(|mut fields| {
            let id = fields.name("id", CUSTOMER_BYTES)?;
            let customer = read(config, id, &mut fields, now_ms)?;
            fields.end()?;
            Ok(customer)
        });
        read_lines.push((line, one.map_err(Box::new)));
    }
    match read_lines.is_empty() {
        true => Err(Problem::malformed_json("the body has no lines")),
        false => Ok(Asked::PutMany(read_lines, by.to_owned())),
    }
}

/// Does what is asked.
pub async fn answer<W: World>(world: &W, config: &Config, shards: u16, asked: Asked) -> Response {
    let said = match asked {
        Asked::Put(customer, by) => put(world, shards, *customer, by).await,
        Asked::PutMany(lines, by) => put_many(world, shards, lines, by).await,
        Asked::PutSeries(lines) => put_series(world, lines).await,
        Asked::Draw(asked) => draw(world, config, *asked).await,
        Asked::Show(id, by) => show(world, shards, &id, by).await,
        Asked::Drop(id) => drop_one(world, shards, id).await,
        Asked::Forget(whom, deed) => forget(world, shards, whom, *deed).await,
        Asked::Author(of, by) => show_author(world, shards, of, by).await,
        Asked::Export(of, by) => export(world, config, shards, of, by).await,
    };
    said.unwrap_or_else(Into::into)
}

impl From<wire::Refused> for Problem {
    fn from(refused: wire::Refused) -> Self {
        match refused {
            wire::Refused::NotFound => no_customer(),
            wire::Refused::Storage(_) => Problem::storage(),
        }
    }
}

/// Draws a sample, and gives each their link.
async fn draw<W: World>(
    world: &W,
    config: &Config,
    asked: samples::Asked,
) -> Result<Response, Problem> {
    let draw = Draw {
        seed: key(world)?,
        ..asked.draw.clone()
    };
    let drawn = world.book(draw).await?;
    let told = samples::drawn(config, &asked, drawn, world.now_ms());
    Ok(Response::json(200, &told))
}

fn key<W: World>(world: &W) -> Result<String, Problem> {
    world.key().ok_or_else(Problem::storage)
}

async fn put<W: World>(
    world: &W,
    shards: u16,
    customer: Customer,
    by: String,
) -> Result<Response, Problem> {
    let id = customer.id.clone();
    let ask = PutMany {
        customers: vec![customer],
        by,
        key: key(world)?,
    };
    let put = world.book(ask).await?;
    let missed = tell(world, shards, &put.errands).await;
    if missed.contains(&id) {
        return Err(Problem::storage());
    }
    let outcome = put.outcomes.first().copied().unwrap_or(Outcome::Unchanged);
    let taken_from = put.taken_from.first().cloned().unwrap_or_default();
    Ok(Response::json(
        200,
        &json!({
            "id": id,
            "outcome": outcome.as_str(),
            "taken_from": taken_from,
            "left_out": put.left_out.first().cloned().unwrap_or_default(),
        }),
    ))
}

async fn put_many<W: World>(
    world: &W,
    shards: u16,
    lines: Vec<(usize, Result<Customer, Box<Problem>>)>,
    by: String,
) -> Result<Response, Problem> {
    let n = lines.len();
    let mut problems: BTreeMap<usize, Value> = BTreeMap::new();
    let mut good: Vec<(usize, Customer)> = Vec::new();
    for (line, one) in lines {
        match one {
            Ok(customer) => good.push((line, customer)),
            Err(problem) => {
                problems.insert(line, told_of(line, &problem));
            }
        }
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for some in good.chunks(TOGETHER) {
        let ask = PutMany {
            customers: some.iter().map(|(_, one)| one.clone()).collect(),
            by: by.clone(),
            key: key(world)?,
        };
        let put = match world.book(ask).await {
            Ok(put) => put,
            Err(why) => {
                let problem = Problem::from(why);
                problems.extend(
                    some.iter()
                        .map(|(line, _)| (*line, told_of(*line, &problem))),
                );
                continue;
            }
        };
        let missed = tell(world, shards, &put.errands).await;
        for ((line, customer), outcome) in some.iter().zip(&put.outcomes) {
            match missed.contains(&customer.id) {
                true => {
                    problems.insert(*line, told_of(*line, &Problem::storage()));
                }
                false => *counts.entry(outcome.as_str()).or_default() += 1,
            }
        }
    }
    let count = |outcome: Outcome| counts.get(outcome.as_str()).copied().unwrap_or(0);
    Ok(Response::json(
        200,
        &json!({
            "lines": n,
            "created": count(Outcome::Created),
            "updated": count(Outcome::Updated),
            "unchanged": count(Outcome::Unchanged),
            "older": count(Outcome::Older),
            "failed": problems.len(),
            "problems": problems.into_values().collect::<Vec<_>>(),
        }),
    ))
}

/// Keeps figures, some at a time.
async fn put_series<W: World>(world: &W, lines: series::Lines) -> Result<Response, Problem> {
    let n = lines.len();
    let mut problems: BTreeMap<usize, Value> = BTreeMap::new();
    let mut good: Vec<(usize, Item)> = Vec::new();
    for (line, one) in lines {
        match one {
            Ok(item) => good.push((line, item)),
            Err(problem) => {
                problems.insert(line, told_of(line, &problem));
            }
        }
    }
    for some in good.chunks(FIGURES) {
        let items = some.iter().map(|(_, item)| item.clone()).collect();
        if let Err(why) = world.book(PutSeries { items }).await {
            let problem = Problem::from(why);
            let lines = some.iter().map(|(line, _)| *line);
            problems.extend(lines.map(|line| (line, told_of(line, &problem))));
        }
    }
    Ok(Response::json(
        200,
        &json!({
            "lines": n,
            "kept": n - problems.len(),
            "failed": problems.len(),
            "problems": problems.into_values().collect::<Vec<_>>(),
        }),
    ))
}

/// What is wrong with a line.
fn told_of(line: usize, problem: &Problem) -> Value {
    let mut told = json!({"line": line, "code": problem.code, "detail": problem.detail});
    if let (Some(told), Some(field)) = (told.as_object_mut(), problem.more.get("field")) {
        told.insert("field".into(), field.clone());
    }
    told
}

/// Tells the shards, and the object which of them heard; the customers of whom one did not.
async fn tell<W: World>(world: &W, shards: u16, errands: &[Errand]) -> BTreeSet<String> {
    let mut by_shard: BTreeMap<Shard, BTreeMap<String, Told>> = BTreeMap::new();
    for errand in errands {
        let of = errand.told.authors.iter().chain(&errand.also);
        // One who is gone may be known where they were long ago.
        let places: BTreeSet<Shard> = match errand.told.gone {
            true => Shard::all(shards).collect(),
            false => of.flat_map(|of| of.shards(shards)).collect(),
        };
        {
            for shard in places {
                let told = by_shard.entry(shard).or_default();
                let known = told.get(&errand.told.customer);
                if known.is_none_or(|known| known.version < errand.told.version) {
                    told.insert(errand.told.customer.clone(), errand.told.clone());
                }
            }
        }
    }
    let asked = by_shard.into_iter().map(|(shard, told)| async move {
        let ids: Vec<String> = told.keys().cloned().collect();
        let told = told.into_values().collect();
        (
            shard,
            ids,
            world.ask(shard, None, LearnCustomers { told }).await,
        )
    });
    let mut missed = BTreeSet::new();
    for (shard, ids, said) in join_all(asked).await {
        match said {
            Ok(kin) => tell_kin(&Telling(world), shards, shard, kin).await,
            Err(_) => missed.extend(ids),
        }
    }
    let told: Vec<(String, i64)> = errands
        .iter()
        .filter(|one| !one.told.gone && !missed.contains(&one.told.customer))
        .map(|one| (one.told.customer.clone(), one.told.version))
        .collect();
    if !told.is_empty() {
        // What fails is told again with what the CRM says next.
        let _ = world.book(WasTold { told }).await;
    }
    missed
}

/// What there was with these authors, in all shards.
async fn past<W: World>(world: &W, shards: u16, of: &[Identity], by: &By) -> Result<Past, Problem> {
    let mut by_shard: BTreeMap<Shard, Vec<Identity>> = BTreeMap::new();
    for one in of {
        for shard in one.shards(shards) {
            by_shard.entry(shard).or_default().push(one.clone());
        }
    }
    let asked = by_shard
        .into_iter()
        .map(|(shard, of)| world.ask(shard, Some(by.clone()), ShowPast { of }));
    let mut all = Past::default();
    for said in join_all(asked).await {
        let some = said?;
        all.happened.extend(some.happened);
        all.customer = all.customer.or(some.customer);
        if all.authors.is_empty() {
            all.authors = some.authors;
        }
    }
    in_order(&mut all.happened);
    all.happened.dedup();
    Ok(all)
}

/// A customer as they are kept, as an answer.
fn record(kept: &Kept) -> Map<String, Value> {
    let mut record = match serde_json::to_value(&kept.customer) {
        Ok(Value::Object(record)) => record,
        _ => Map::new(),
    };
    record.insert("put_ms".into(), kept.at_ms.into());
    record.insert("put_by".into(), kept.by.as_str().into());
    record
}

/// An arc, as an answer.
fn arc_of(arc: &Arc) -> Value {
    serde_json::to_value(arc).unwrap_or(Value::Null)
}

async fn show<W: World>(world: &W, shards: u16, id: &str, by: By) -> Result<Response, Problem> {
    let kept = world.book(Show { id: id.to_owned() }).await?;
    let past = past(world, shards, &kept.customer.identities, &by).await?;
    let arc = arc(&past.happened);
    let mut said = record(&kept);
    if let Some(line) = summary(&arc, None, world.now_ms()) {
        said.insert("summary".into(), line.into());
    }
    said.insert("arc".into(), arc_of(&arc));
    Ok(Response::json(200, &Value::Object(said)))
}

async fn show_author<W: World>(
    world: &W,
    shards: u16,
    of: Identity,
    by: By,
) -> Result<Response, Problem> {
    let own = past(world, shards, std::slice::from_ref(&of), &by).await?;
    let others: Vec<Identity> = own
        .authors
        .iter()
        .filter(|one| **one != of)
        .cloned()
        .collect();
    let more = past(world, shards, &others, &by).await?;
    if own.happened.is_empty() && own.customer.is_none() {
        return Err(no_author());
    }
    let mut happened = own.happened;
    happened.extend(more.happened);
    let arc = arc(&happened);
    let mut said = json!({
        "platform": of.platform,
        "author": of.author,
        "arc": arc_of(&arc),
    });
    if let Some(said) = said.as_object_mut() {
        if let Some(customer) = &own.customer {
            said.insert(
                "customer".into(),
                serde_json::to_value(customer).unwrap_or(Value::Null),
            );
        }
        if let Some(line) = summary(&arc, None, world.now_ms()) {
            said.insert("summary".into(), line.into());
        }
    }
    Ok(Response::json(200, &said))
}

async fn drop_one<W: World>(world: &W, shards: u16, id: String) -> Result<Response, Problem> {
    let ask = Drop {
        id: id.clone(),
        key: key(world)?,
    };
    let gone = world.book(ask).await?;
    // A shard that misses it keeps a tier and no more than that; the next word of the CRM's about these authors
    // overwrites it. So it is told that it failed.
    let missed = tell(world, shards, &gone.errands).await;
    match missed.is_empty() {
        true => Ok(Response::json(200, &json!({"id": id, "deleted": true}))),
        false => Err(Problem::storage()),
    }
}

/// All ids of these authors, as far as directories know.
async fn all_ids<W: World>(
    world: &W,
    of: &[Identity],
    forget: bool,
) -> Result<Vec<Identity>, Problem> {
    let mut all: BTreeSet<Identity> = of.iter().cloned().collect();
    let two_ids: BTreeSet<Platform> = of
        .iter()
        .map(|one| one.platform)
        .filter(|platform| platform.profile().identity == Known::TwoIds)
        .collect();
    for platform in two_ids {
        let ids = of.iter().filter(|one| one.platform == platform);
        let ids: Vec<AuthorId> = ids.map(|one| one.author.clone()).collect();
        let found = world
            .people(platform, ids, forget)
            .await
            .map_err(|_| Problem::storage())?;
        all.extend(
            found
                .into_iter()
                .map(|author| Identity { platform, author }),
        );
    }
    Ok(all.into_iter().collect())
}

/// Forgets a person everywhere. Every step can be repeated, and what a call that broke off did not do the same call
/// does again: the customers' object and the directory forget last, since by them the rest is found.
async fn forget<W: World>(
    world: &W,
    shards: u16,
    whom: Whom,
    mut deed: Deed,
) -> Result<Response, Problem> {
    let (id, named) = match &whom {
        Whom::Customer(id) => (Some(id.clone()), Vec::new()),
        Whom::Author(of) => (None, vec![of.clone()]),
    };
    let look = Forget {
        id: id.clone(),
        key: key(world)?,
        look: true,
    };
    let found: Gone = world.book(look).await?;
    let tombstones = Key::new(found.key.as_bytes()).ok_or_else(Problem::storage)?;
    let of = all_ids(world, &[named, found.identities.clone()].concat(), false).await?;
    let proof = match &whom {
        Whom::Customer(_) => found.hash.clone(),
        Whom::Author(of) => forgotten::of_author(&tombstones, of.platform, of.author.as_str()),
    };
    deed.to.clone_from(&proof);
    let by = By {
        scope: crate::scope::Scope::whole(),
        deed: Some(deed),
    };
    // The version of their end is the next one: what is told of them later comes later.
    let customer = id.clone().map(|id| (id, found.version + 1));
    let begun_ms = world.now_ms();
    let ask = ForgetAuthors {
        authors: of.clone(),
        customer,
        key: found.key.clone(),
        whom: proof.clone(),
        also: BTreeMap::new(),
    };
    // First every shard has its tombstones: what is told of them from here on finds those.
    let begins = Shard::all(shards).map(|shard| forget_on(world, shard, by.clone(), &ask));
    for said in join_all(begins).await {
        said?;
    }
    let mut also = Forgot::default();
    let ids = all_ids(world, &of, true).await?;
    also.count(
        "person",
        i64::try_from(ids.len().saturating_sub(of.len())).unwrap_or(0),
    );
    match id {
        Some(id) => {
            let ask = Forget {
                id: Some(id),
                key: found.key.clone(),
                look: false,
            };
            if world.book(ask).await?.known {
                also.count("customer_record", 1);
            }
        }
        None => {
            let errands = world
                .book(Unlink {
                    of: of.clone(),
                    key: found.key.clone(),
                })
                .await?;
            also.count(
                "customer_identity",
                i64::try_from(errands.len()).unwrap_or(0),
            );
            tell(world, shards, &errands).await;
        }
    }
    // The first shard keeps what went elsewhere: whoever asks again is told all of it.
    let seeing = By::seeing(by.scope.clone());
    let all = Shard::all(shards).map(|shard| {
        let also = match shard.number() {
            0 => also.rows.clone(),
            _ => BTreeMap::new(),
        };
        let ask = ForgetAuthors {
            also,
            ..ask.clone()
        };
        forget_in(world, shard, seeing.clone(), ask, begun_ms + FORGETS_MS)
    });
    let mut forgot = Forgot::default();
    for said in join_all(all).await {
        forgot.add(&said?);
    }
    let authors: Vec<Value> = of
        .iter()
        .map(|one| {
            json!({
                "platform": one.platform,
                "proof": forgotten::of_author(&tombstones, one.platform, one.author.as_str()),
            })
        })
        .collect();
    let told = json!({
        "proof": proof,
        "authors": authors,
        "rows": forgot.rows,
        "at_ms": world.now_ms(),
        "done": !forgot.more,
    });
    if !forgot.more {
        return Ok(Response::json(200, &told));
    }
    let mut response = Response::json(202, &told);
    response.headers.push(("retry-after", AGAIN_S.to_string()));
    Ok(response)
}

/// One step of a shard, and incidents hear of the posts that it took.
async fn forget_on<W: World>(
    world: &W,
    shard: Shard,
    by: By,
    ask: &ForgetAuthors,
) -> Result<Forgot, Problem> {
    let seeing = By::seeing(by.scope.clone());
    let mut some = world.ask(shard, Some(by), ask.clone()).await?;
    let posts = std::mem::take(&mut some.posts);
    if posts.is_empty() {
        return Ok(some);
    }
    if !world.unsee(posts.clone()).await {
        return Err(Problem::storage());
    }
    world.ask(shard, Some(seeing), Unsaw { posts }).await?;
    Ok(some)
}

/// All that a shard can do in time.
async fn forget_in<W: World>(
    world: &W,
    shard: Shard,
    by: By,
    mut ask: ForgetAuthors,
    until_ms: i64,
) -> Result<Forgot, Problem> {
    let mut some = forget_on(world, shard, by.clone(), &ask).await?;
    ask.also.clear();
    for _ in 0..ROUNDS {
        if !some.more || world.now_ms() >= until_ms {
            break;
        }
        some = forget_on(world, shard, by.clone(), &ask).await?;
    }
    Ok(some)
}

async fn export<W: World>(
    world: &W,
    config: &Config,
    shards: u16,
    of: Identity,
    by: By,
) -> Result<Response, Problem> {
    let ids = all_ids(world, std::slice::from_ref(&of), false).await?;
    let mut interactions = Vec::new();
    let mut said = Exported::default();
    // What lies in another shard than its author's, of a time before they were known, is found by asking all.
    for shard in Shard::all(shards) {
        for of in &ids {
            let mut after = 0;
            loop {
                let ask = ExportAuthor {
                    of: of.clone(),
                    after,
                };
                let some = world.ask(shard, Some(by.clone()), ask).await?;
                interactions.extend(some.interactions);
                said.ids.extend(some.ids);
                said.stops.extend(some.stops);
                for deed in some.deeds {
                    if !said.deeds.contains(&deed) {
                        said.deeds.push(deed);
                    }
                }
                match some.next {
                    Some(next) => after = next,
                    None => break,
                }
            }
        }
    }
    said.ids.sort();
    said.ids.dedup();
    let mut seen = BTreeSet::new();
    interactions.retain(|one| seen.insert(one.id.clone()));
    said.stops.dedup();
    let kept = world.book(WhoseIs { of: ids.clone() }).await?;
    if interactions.is_empty() && said.stops.is_empty() && said.deeds.is_empty() && kept.is_none() {
        return Err(no_author());
    }
    Ok(Response::json(
        200,
        &json!({
            "platform": of.platform,
            "author": of.author,
            "ids": said.ids,
            "brand": config.brands.first().map(|brand| brand.name.as_str()),
            "interactions": interactions,
            "stops": said.stops,
            "deeds": said.deeds,
            "customer": kept.as_ref().map(record),
            "as_of_ms": world.now_ms(),
        }),
    ))
}
