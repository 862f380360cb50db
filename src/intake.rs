//! From a request on a webhook's route to updates for the queue: signature, platform, source, triage.
//!
//! Pure: the host reads the request and carries the result to the shards. Nothing in a body is
//! looked at before its signature holds.

use crate::config::{App, Config, Source};
use crate::inbox::wire::Incoming;
use crate::platform::{self, Event, Ignored, Knock, Update, Welcome};
use crate::post::{AccountId, Platform, Post, SourceId};
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
    /// Updates: 200 once all of them are durable, else 503.
    Updates(Updates),
}

/// What a verified delivery carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Updates {
    /// The updates for the queue, in their order.
    pub events: Vec<Incoming>,
    /// Which of the app's keys signed it.
    pub key: usize,
    /// What was for which source.
    pub sources: BTreeMap<SourceId, Carried>,
    /// How many were ignored that name no source of ours, by reason.
    pub ignored: BTreeMap<Ignored, u32>,
    /// How many of those would have been posts, deletions and so on, by the account that they name: whoever
    /// mistyped an account loses all of them.
    pub strays: BTreeMap<Stray, u32>,
}

impl Updates {
    /// How many were ignored in all, by reason.
    pub fn all_ignored(&self) -> BTreeMap<Ignored, u32> {
        let mut all = self.ignored.clone();
        for carried in self.sources.values() {
            for (why, n) in &carried.ignored {
                *all.entry(*why).or_default() += n;
            }
        }
        all
    }
}

/// An account that no source of the app names; `None` where the delivery names none, and the app has no
/// source on that platform, or several.
pub type Stray = (Platform, Option<AccountId>);

/// How many accounts of one delivery are told apart: a delivery of Meta's may be of every Page that its
/// app is installed on.
const STRAYS: usize = 32;

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
        return match welcome(&knock(&[])) {
            Ok(Some(welcome)) => Intake::Welcome { welcome, key: None },
            Ok(None) => Intake::NoHandshake,
            Err(why) => Intake::Refused(why),
        };
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
    if let Ok(Some(welcome)) = welcome(&knock(delivery.body)) {
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

/// Gives each update its source and its judgement.
fn sorted(config: &Config, app: &App, updates: Vec<Update>) -> Updates {
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
            let stray = (platform, account);
            let known = carries.strays.contains_key(&stray) || carries.strays.len() < STRAYS;
            if why == Ignored::NoSource && known {
                *carries.strays.entry(stray).or_default() += 1;
            }
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
            let called = std::mem::take(&mut post.calls);
            post.addressed |= called.iter().any(|name| source.is_called(name))
                || !platform::marks_names(platform) && names(source, &post.text);
        }
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
            | Event::Ignored { .. } => None,
        };
        carries.events.push(Incoming {
            source: source.id.clone(),
            platform,
            event,
            triage: judged,
        });
    }
    carries
}

/// Whether a post is our own. Platforms that name the account of ours tell it in their own reading;
/// for the others it is told by the author's id or, where an account goes by a name, by handle.
fn is_ours(source: &Source, post: &Post) -> bool {
    post.author.as_ref().is_some_and(|author| {
        let handle = author.handle.as_deref();
        handle.is_some_and(|handle| source.is_called(handle))
            || author.id.as_str() == source.account.as_str()
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
