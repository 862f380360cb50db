//! From a request on a webhook's route to updates for the queue: signature, platform, source, triage.
//!
//! Pure: the host reads the request and carries the result to the shards. Nothing in a body is
//! looked at before its signature holds.

use crate::config::{App, Config, Source};
use crate::inbox::shard::Shard;
use crate::inbox::wire::{Ask, Incoming};
use crate::platform::{self, Event, Ignored, Knock, Update, Welcome};
use crate::post::{AuthorId, Platform, Post, PostId, SourceId};
use crate::signature::{self, Headers, Refusal};
use crate::triage::{Subject, triage};
use std::collections::BTreeMap;

/// A request on a webhook's route.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// Whether it is a GET: a handshake or nothing.
    pub get: bool,
    /// The query's pairs, URL-decoded, in order.
    pub query: &'a [(String, String)],
    /// The headers.
    pub headers: Headers<'a>,
    /// The raw body.
    pub body: &'a [u8],
}

/// What a request on a webhook's route comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Intake {
    /// No such app: 404.
    NoApp,
    /// The app's key is missing: 503, so that the platform tries again once it is set.
    NoKey,
    /// Not what the platform signed: 401, with an empty body. The reason is for the operator's log.
    Refused(Refusal),
    /// A GET that is none of the app's handshakes: 400.
    NoHandshake,
    /// Signed, and still no document of the platform: 400.
    Unreadable {
        /// Which of the app's keys signed it.
        key: usize,
    },
    /// A handshake, and its answer.
    Welcome {
        /// The answer.
        welcome: Welcome,
        /// Which of the app's keys signed it, where it was signed.
        key: Option<usize>,
    },
    /// Updates: 200 once every shard has said yes, else 503.
    Updates(Updates),
}

/// What a verified delivery carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Updates {
    /// The updates, by the shard that keeps them.
    pub asks: BTreeMap<Shard, Ask>,
    /// Which of the app's keys signed it.
    pub key: usize,
    /// What was for which source.
    pub sources: BTreeMap<SourceId, Carried>,
    /// How many were ignored that name no source of ours, by reason.
    pub ignored: BTreeMap<Ignored, u32>,
}

/// What a delivery carries for a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    /// Updates for the queue.
    pub updates: u32,
    /// How many were ignored, by reason.
    pub ignored: BTreeMap<Ignored, u32>,
}

/// Reads a request to the app of that id.
pub fn intake(config: &Config, app: &str, delivery: &Delivery<'_>, now_ms: i64) -> Intake {
    let Some(app) = config.app(app) else {
        return Intake::NoApp;
    };
    if app.keys.is_empty() {
        return Intake::NoKey;
    }
    let knock = |body| Knock {
        get: delivery.get,
        query: delivery.query,
        body,
    };
    let welcome =
        |knock: &Knock<'_>| platform::handshake(app.scheme, &app.keys, &app.verify_tokens, knock);
    if delivery.get {
        return welcome(&knock(&[])).map_or(Intake::NoHandshake, |welcome| Intake::Welcome {
            welcome,
            key: None,
        });
    }
    let verified = signature::verify(
        app.scheme,
        &app.keys,
        delivery.headers,
        delivery.body,
        now_ms.div_euclid(1_000),
    );
    let key = match verified {
        Err(why) => return Intake::Refused(why),
        Ok(key) => key,
    };
    if let Some(welcome) = welcome(&knock(delivery.body)) {
        return Intake::Welcome {
            welcome,
            key: Some(key),
        };
    }
    match platform::parse(app.scheme, delivery.headers, delivery.body, now_ms) {
        Err(platform::Unreadable) => Intake::Unreadable { key },
        Ok(updates) => Intake::Updates(Updates {
            key,
            ..sorted(config, app, updates)
        }),
    }
}

/// Where an update belongs.
enum Home {
    One(Shard),
    /// A deletion that does not say whose post it was.
    All,
}

/// Gives each update its source, its judgement and its shard.
fn sorted(config: &Config, app: &App, updates: Vec<Update>) -> Updates {
    let mut events: BTreeMap<Shard, Vec<Incoming>> = BTreeMap::new();
    let mut carries = Updates::default();
    for Update {
        platform,
        account,
        mut event,
    } in updates
    {
        let source = config.source_of(&app.id, platform, account.as_ref());
        let Some(source) = source else {
            let why = match event {
                Event::Ignored { why } => why,
                _ => Ignored::NoSource,
            };
            *carries.ignored.entry(why).or_default() += 1;
            continue;
        };
        platform::of_account(platform, &source.account, &mut event);
        let carried = carries.sources.entry(source.id.clone()).or_default();
        let why = match &event {
            Event::Ignored { why } => Some(*why),
            Event::Made { post } | Event::Edited { post } if is_ours(source, post) => {
                Some(Ignored::Own)
            }
            _ => None,
        };
        if let Some(why) = why {
            *carried.ignored.entry(why).or_default() += 1;
            continue;
        }
        carried.updates += 1;
        if let Event::Made { post } | Event::Edited { post } = &mut event {
            post.addressed |= names(source, &post.text);
        }
        let home = home(platform, &event, config.shards);
        let judged = match &event {
            Event::Made { post } | Event::Edited { post } => Some(triage(&Subject {
                text: &post.text,
                platform: Some(platform),
                lang: post.lang.as_deref(),
            })),
            Event::Deleted { .. }
            | Event::Stop { .. }
            | Event::Start { .. }
            | Event::Answered { .. }
            | Event::Renamed { .. }
            | Event::Ignored { .. } => None,
        };
        let incoming = Incoming {
            source: source.id.clone(),
            platform,
            event,
            triage: judged,
        };
        match home {
            Home::One(shard) => events.entry(shard).or_default().push(incoming),
            Home::All => {
                for shard in Shard::all(config.shards) {
                    events.entry(shard).or_default().push(incoming.clone());
                }
            }
        }
    }
    let mut ignored = carries.ignored.clone();
    for carried in carries.sources.values() {
        for (why, n) in &carried.ignored {
            *ignored.entry(*why).or_default() += n;
        }
    }
    // What was ignored is counted by a shard that is asked anyway; only a delivery without anything
    // else costs a request of its own.
    let counting = events
        .keys()
        .next()
        .copied()
        .or_else(|| Shard::all(1).next());
    if let (Some(shard), false) = (counting, ignored.is_empty()) {
        events.entry(shard).or_default();
    }
    for (shard, events) in events {
        let ignored = if Some(shard) == counting {
            std::mem::take(&mut ignored)
        } else {
            BTreeMap::new()
        };
        carries.asks.insert(shard, Ask::TakeIn { events, ignored });
    }
    carries
}

/// Whether a post is our own. Platforms that name the account of ours tell it in their own reading;
/// for the others it is told by the author's id or, where an account goes by a name, by handle.
fn is_ours(source: &Source, post: &Post) -> bool {
    post.author.as_ref().is_some_and(|author| {
        let same_handle = match (&author.handle, &source.handle) {
            (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
            _ => false,
        };
        same_handle || author.id.as_str() == source.account.as_str()
    })
}

/// Whether a text names our handle: `@handle`, in any case, and not as part of a longer one.
fn names(source: &Source, text: &str) -> bool {
    let Some(handle) = source.handle.as_deref() else {
        return false;
    };
    text.split('@').skip(1).any(|rest| {
        rest.get(..handle.len())
            .is_some_and(|named| named.eq_ignore_ascii_case(handle))
            && !rest
                .get(handle.len()..)
                .unwrap_or_default()
                .starts_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}

fn home(platform: Platform, event: &Event, shards: u16) -> Home {
    let of_author = |author: &AuthorId| Home::One(Shard::of(platform, author.as_str(), shards));
    // Nobody's post: its own id stands in for the author.
    let of_post = |post: &PostId| Home::One(Shard::of(platform, post.as_str(), shards));
    match event {
        Event::Made { post } | Event::Edited { post } => match &post.author {
            Some(author) => of_author(&author.id),
            None => of_post(&post.id),
        },
        Event::Deleted { author, .. } => match author {
            Some(author) => of_author(author),
            None => Home::All,
        },
        Event::Stop { author } | Event::Start { author } => of_author(author),
        Event::Renamed { author } => of_author(&author.id),
        Event::Answered { answer } => answer.to.as_ref().map_or(Home::All, of_author),
        Event::Ignored { .. } => Home::All,
    }
}
