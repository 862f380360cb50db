//! Carrying all that an installation holds to another: `GET` and `POST /v1/carry`.
//!
//! Out, lines come page by page: each call asks a few objects for a few hundred rows, and a cursor says where to go on. In,
//! each line goes to the object that has it there: an author's to the shard that the number of shards there gives them,
//! whatever it was here. What comes again changes nothing, so a call that broke off is made again.
//!
//! Pure but for the asking. No secret is in a line: no credential, token or lease. What customers left on the details page
//! goes sealed, as it lies; the key of tombstones goes, for without it nobody who was forgotten would be known there.

use super::customers::{self, Telling};
use super::problem::Problem;
use super::response::Response;
use crate::carried::{Carried, Export, FORM, Import, Imported, Page, To};
use crate::customers::carried as book;
use crate::customers::wire::Customer;
use crate::deeds::Deed;
use crate::directory::carried as directory;
use crate::inbox::carried as inbox;
use crate::inbox::customer::{LearnCustomers, tell_kin};
use crate::inbox::question::By;
use crate::inbox::shard::Shard;
use crate::platform::profile::Identity;
use crate::post::Platform;
use crate::scope::Scope;
use crate::{accounts, carried, floor, pulse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::future::Future;

/// The most lines of a call.
pub const LINES: usize = 1_000;

/// How many lines a call gives at most, unless the last page asked for has more.
pub const PAGE: u32 = 500;

/// The kind of the line with which an export begins.
pub const BEGINS: &str = "heard";

/// How many pages one call asks for at most: below what a Worker may ask, and a second's work.
const ASKS: u32 = 20;

/// The longest name of an export, in bytes.
const NAME_BYTES: usize = 64;

/// An object whose tables are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A shard.
    Shard(Shard),
    /// A platform's directory.
    Directory(Platform),
    /// The customers'.
    Customers,
    /// The floor.
    Floor,
    /// The pulse.
    Pulse,
    /// The accounts'.
    Accounts,
}

impl Place {
    /// The kind of object, with which the names of its lines begin.
    fn room(self) -> &'static str {
        match self {
            Place::Shard(_) => "inbox",
            Place::Directory(_) => "directory",
            Place::Customers => "customers",
            Place::Floor => "floor",
            Place::Pulse => "pulse",
            Place::Accounts => "accounts",
        }
    }

    /// Which of its kind.
    fn which(self) -> String {
        match self {
            Place::Shard(shard) => format!("{:02x}", shard.number()),
            Place::Directory(platform) => platform.as_str().to_owned(),
            _ => String::new(),
        }
    }

    fn tables(self) -> &'static [carried::Table] {
        match self {
            Place::Shard(_) => inbox::TABLES,
            Place::Directory(_) => directory::TABLES,
            Place::Customers => book::TABLES,
            Place::Floor => floor::carried::TABLES,
            Place::Pulse => pulse::carried::TABLES,
            Place::Accounts => accounts::carried::TABLES,
        }
    }

    /// All of an installation, in the order in which they go.
    fn all(shards: u16) -> Vec<Self> {
        let mut all: Vec<Self> = Shard::all(shards).map(Place::Shard).collect();
        if shards > 1 {
            all.extend(asked().map(Place::Directory));
        }
        all.extend([
            Place::Customers,
            Place::Floor,
            Place::Pulse,
            Place::Accounts,
        ]);
        all
    }
}

/// The platforms that have a directory.
fn asked() -> impl Iterator<Item = Platform> {
    let all = Platform::ALL.iter().copied();
    all.filter(|platform| platform.profile().identity != Identity::Certain)
}

/// The objects, to be asked.
pub trait World: customers::World {
    /// Asks one of the other objects for a page of rows; `None` if that failed.
    fn export(&self, place: Place, ask: Export) -> impl Future<Output = Option<Page>>;

    /// Brings it rows.
    fn import(&self, place: Place, ask: Import) -> impl Future<Output = Option<Imported>>;
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Tell a page, from there on.
    Out {
        /// Where.
        at: At,
        /// How many lines.
        max: u32,
        /// In whose name, the first time.
        deed: Option<Box<Deed>>,
    },
    /// Take these lines in.
    In {
        /// Of which export.
        export: String,
        /// The lines.
        lines: Vec<Line>,
        /// In whose name, the first time.
        deed: Option<Box<Deed>>,
    },
}

/// Where a walk stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    place: usize,
    table: usize,
    after: Option<String>,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The form of lines.
    pub form: u32,
    /// The object's kind and the table; `heard` for the line that begins.
    pub kind: String,
    /// Which object it comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The row.
    #[serde(flatten)]
    pub carried: Carried,
}

/// Reads where to go on.
pub(super) fn at(cursor: Option<&str>) -> Result<At, Problem> {
    let Some(cursor) = cursor else {
        return Ok(At::default());
    };
    let read = URL_SAFE_NO_PAD.decode(cursor).ok();
    let read = read.and_then(|text| serde_json::from_slice(&text).ok());
    read.ok_or_else(super::request::no_cursor)
}

/// Reads the lines of a body.
pub(super) fn lines(body: &[u8]) -> Result<Vec<Line>, Problem> {
    let mut read = Vec::new();
    for (n, text) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if read.len() >= LINES {
            return Err(Problem::malformed_json(format!(
                "more than {LINES} lines; send the rest with another call"
            )));
        }
        let line: Line = serde_json::from_slice(text)
            .map_err(|_| Problem::malformed_json(format!("line {n} is not one of an export")))?;
        if line.form != FORM {
            return Err(Problem::malformed_json(format!(
                "line {n} has form {}; this version of Heard reads {FORM}",
                line.form
            )));
        }
        read.push(line);
    }
    Ok(read)
}

/// Reads the name of an export.
pub(super) fn export(name: Option<&str>) -> Result<String, Problem> {
    name.filter(|name| super::token::is_name(name, NAME_BYTES))
        .map(str::to_owned)
        .ok_or_else(|| Problem::field("export", "say which export this is: its first line does"))
}

/// Does what is asked.
pub async fn answer<W: World>(world: &W, shards: u16, asked: Asked) -> Response {
    let said = match asked {
        Asked::Out { at, max, deed } => out(world, shards, at, max, deed).await,
        Asked::In {
            export,
            lines,
            deed,
        } => take(world, shards, &export, lines, deed).await,
    };
    said.unwrap_or_else(Into::into)
}

async fn page<W: World>(
    world: &W,
    place: Place,
    ask: Export,
    deed: Option<Box<Deed>>,
) -> Result<Page, Problem> {
    match place {
        Place::Shard(shard) => {
            let by = By {
                scope: Scope::whole(),
                deed: deed.map(|deed| *deed),
            };
            Ok(world.ask(shard, Some(by), ask).await?)
        }
        _ => world.export(place, ask).await.ok_or_else(Problem::storage),
    }
}

async fn out<W: World>(
    world: &W,
    shards: u16,
    mut at: At,
    max: u32,
    mut deed: Option<Box<Deed>>,
) -> Result<Response, Problem> {
    let places = Place::all(shards);
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..ASKS {
        let Some(place) = places.get(at.place).copied() else {
            break;
        };
        let table = place.tables().get(at.table);
        // Where a post lies is made anew, there.
        let table = table.filter(|table| (place.room(), table.name) != ("directory", "post"));
        let Some(table) = table else {
            at = At {
                place: at.place + 1,
                ..At::default()
            };
            continue;
        };
        let ask = Export {
            table: table.name.to_owned(),
            after: at.after.take(),
            max: max.min(carried::PAGE),
        };
        let page = page(world, place, ask, deed.take()).await?;
        lines.extend(page.rows.into_iter().map(|mut carried| {
            let name = match carried.row.remove("figure") {
                Some(Value::String(figure)) => figure,
                _ => table.name.to_owned(),
            };
            Line {
                form: FORM,
                kind: format!("{}.{name}", place.room()),
                from: place.which(),
                carried,
            }
        }));
        match page.next {
            Some(next) => at.after = Some(next),
            None => at.table += 1,
        }
        if lines.len() >= usize::try_from(max).unwrap_or(usize::MAX) {
            break;
        }
    }
    let more = at.place < places.len();
    let cursor = more.then(|| URL_SAFE_NO_PAD.encode(serde_json::to_vec(&at).unwrap_or_default()));
    Ok(Response::json(
        200,
        &json!({"lines": lines, "cursor": cursor}),
    ))
}

/// Rows on their way to one object.
type Heaps = BTreeMap<Place, Vec<Carried>>;

fn bad(line: &Line) -> Problem {
    Problem::malformed_json(format!(
        "a line of kind \"{}\" is not one that this version of Heard knows",
        line.kind
    ))
}

async fn take<W: World>(
    world: &W,
    shards: u16,
    export: &str,
    lines: Vec<Line>,
    deed: Option<Box<Deed>>,
) -> Result<Response, Problem> {
    let n = lines.len();
    let mut new = 0;
    if lines.iter().any(|line| line.kind == BEGINS) {
        // Every shard is asked before the first row goes anywhere.
        let mut deed = deed;
        for shard in Shard::all(shards) {
            let by = By {
                scope: Scope::whole(),
                deed: deed.take().map(|deed| *deed),
            };
            bring_to(
                world,
                Place::Shard(shard),
                export,
                "pause",
                Vec::new(),
                Some(by),
            )
            .await?;
        }
    }
    let mut lines = lines
        .into_iter()
        .filter(|line| line.kind != BEGINS)
        .peekable();
    while let Some(first) = lines.next() {
        // Lines of one kind go together, and kinds in their order: an interaction before what is its own.
        let kind = first.kind.clone();
        let mut some = vec![first];
        while let Some(line) = lines.next_if(|line| line.kind == kind) {
            some.push(line);
        }
        new += bring(world, shards, export, &kind, some).await?;
    }
    Ok(Response::json(200, &json!({"lines": n, "new": new})))
}

/// Brings lines of one kind where they go; how many were not there before.
async fn bring<W: World>(
    world: &W,
    shards: u16,
    export: &str,
    kind: &str,
    some: Vec<Line>,
) -> Result<u32, Problem> {
    let mut heaps = Heaps::new();
    let (room, table) = kind.split_once('.').unwrap_or((kind, ""));
    let told: Vec<Map<String, Value>> = match kind {
        "customers.customer_record" => some.iter().map(|line| line.carried.row.clone()).collect(),
        _ => Vec::new(),
    };
    let mut directories = Heaps::new();
    for line in some {
        if room == "inbox" && shards > 1 {
            for (platform, row) in made(table, &line, shards) {
                directories
                    .entry(Place::Directory(platform))
                    .or_default()
                    .push(row);
            }
        }
        for place in places(room, table, &line, shards)? {
            heaps.entry(place).or_default().push(line.carried.clone());
        }
    }
    let mut new = 0;
    let asked = heaps.into_iter().map(|(place, rows)| {
        let by = By::seeing(Scope::whole());
        bring_to(world, place, export, table, rows, Some(by))
    });
    for said in join_all(asked).await {
        new += said?;
    }
    let made = match table {
        "alias" => "person",
        _ => "post",
    };
    let asked = directories
        .into_iter()
        .map(|(place, rows)| bring_to(world, place, export, made, rows, None));
    for said in join_all(asked).await {
        said?;
    }
    tell(world, shards, &told).await?;
    Ok(new)
}

/// Where a line goes.
fn places(room: &str, table: &str, line: &Line, shards: u16) -> Result<Vec<Place>, Problem> {
    let known = |place: Place| place.tables().iter().find(|one| one.name == table);
    Ok(match room {
        "inbox" => {
            let Some(first) = Shard::all(1).next() else {
                return Ok(Vec::new());
            };
            let to = known(Place::Shard(first)).ok_or_else(|| bad(line))?.to;
            match (to, &line.carried.of) {
                (To::All, _) => Shard::all(shards).map(Place::Shard).collect(),
                (To::Author, Some((platform, author))) => {
                    let platform = Platform::named(platform).ok_or_else(|| bad(line))?;
                    vec![Place::Shard(Shard::of(platform, author, shards))]
                }
                (To::Author, None) => return Err(bad(line)),
                (To::Home | To::One, _) => {
                    let from = u8::from_str_radix(&line.from, 16).map_err(|_| bad(line))?;
                    let to = u16::from(from).checked_rem(shards).unwrap_or(0);
                    let to = u8::try_from(to).unwrap_or(0);
                    vec![Place::Shard(Shard::at(to))]
                }
            }
        }
        "directory" => {
            let platform = Platform::named(&line.from).ok_or_else(|| bad(line))?;
            known(Place::Directory(platform)).ok_or_else(|| bad(line))?;
            match shards > 1 {
                true => vec![Place::Directory(platform)],
                // One shard asks no directory: it knows people's other ids itself.
                false => Vec::new(),
            }
        }
        _ => {
            let all = [
                Place::Customers,
                Place::Floor,
                Place::Pulse,
                Place::Accounts,
            ];
            let place = all.into_iter().find(|place| place.room() == room);
            let place = place.ok_or_else(|| bad(line))?;
            known(place).ok_or_else(|| bad(line))?;
            vec![place]
        }
    })
}

/// What directories know, where there are several shards, of what a shard knows by itself where there is one.
fn made(table: &str, line: &Line, shards: u16) -> Vec<(Platform, Carried)> {
    let row = &line.carried.row;
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let carried = |row: Value| Carried {
        row: match row {
            Value::Object(row) => row,
            _ => Map::new(),
        },
        ..Carried::default()
    };
    let Some((platform, author)) = &line.carried.of else {
        return Vec::new();
    };
    let Some(platform) = Platform::named(platform) else {
        return Vec::new();
    };
    match (table, platform.profile().identity) {
        ("alias", Identity::TwoIds) => vec![
            (
                platform,
                carried(json!({"id": text("author"), "author": text("author"), "since_ms": 0})),
            ),
            (
                platform,
                carried(json!({"id": text("alias"), "author": text("author"), "since_ms": 1})),
            ),
        ],
        ("post", Identity::AuthorMayLack) => {
            let id = text("id");
            let id = id.split_once(':').map_or(id, |(_, id)| id);
            let home = Shard::of(platform, author, shards).number();
            let at_ms = row.get("received_ms").cloned().unwrap_or(0.into());
            vec![(
                platform,
                carried(json!({"id": id, "home": home, "at_ms": at_ms})),
            )]
        }
        _ => Vec::new(),
    }
}

async fn bring_to<W: World>(
    world: &W,
    place: Place,
    export: &str,
    table: &str,
    rows: Vec<Carried>,
    by: Option<By>,
) -> Result<u32, Problem> {
    let ask = Import {
        export: export.to_owned(),
        table: table.to_owned(),
        rows,
    };
    let said = match place {
        Place::Shard(shard) => world.ask(shard, by, ask).await?,
        _ => world
            .import(place, ask)
            .await
            .ok_or_else(Problem::storage)?,
    };
    match said.occupied {
        false => Ok(said.new),
        true => Err(Problem::occupied()),
    }
}

/// Tells the shards of customers: each knows those of whom it has an author.
async fn tell<W: World>(
    world: &W,
    shards: u16,
    records: &[Map<String, Value>],
) -> Result<(), Problem> {
    let mut by_shard: BTreeMap<Shard, LearnCustomers> = BTreeMap::new();
    for row in records {
        let customer = row.get("customer").and_then(Value::as_str);
        let customer: Customer = customer
            .and_then(|text| serde_json::from_str(text).ok())
            .ok_or_else(|| Problem::malformed_json("a customer's record cannot be read"))?;
        let version = row.get("version").and_then(Value::as_i64).unwrap_or(0);
        let told = customer.told(version);
        let mut places: Vec<Shard> = told
            .authors
            .iter()
            .flat_map(|of| of.shards(shards))
            .collect();
        places.sort();
        places.dedup();
        for shard in places {
            let ask = by_shard
                .entry(shard)
                .or_insert_with(|| LearnCustomers { told: Vec::new() });
            ask.told.push(told.clone());
        }
    }
    for (shard, ask) in by_shard {
        let kin = world.ask(shard, None, ask).await?;
        tell_kin(&Telling(world), shards, shard, kin).await;
    }
    Ok(())
}
