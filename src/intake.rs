//! From a request on a webhook's route to updates for the queue: signature, platform, source, triage.
//!
//! Pure: the host reads the request and carries the result to the shards. Nothing in a body is
//! looked at before its signature holds.

pub mod dropped;
pub mod tally;

use crate::config::{App, Config, Source};
use crate::inbox::wire::Incoming;
use crate::judgement::Triage;
use crate::platform::{
    self, Delivered, Event, Ignored, Knock, Ours, OwnAnswer, Update, Us, Welcome, quote,
};
use crate::post::{AccountId, Platform, Post, PostKind, SourceId, TEXT_BYTES, cut_to};
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
    /// A GET that is not a handshake of the app: 400.
    NoHandshake,
    /// Verified, but it cannot be read: counted, then answered 200. A retry would bring the same body, and
    /// platforms disable a webhook that keeps refusing.
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
    /// What a delivery carries that cannot be read: nothing, and that is counted.
    pub fn unreadable(key: usize) -> Self {
        Self {
            key,
            ignored: BTreeMap::from([(Ignored::Unreadable, 1)]),
            ..Self::default()
        }
    }

    /// How many were ignored in all, by reason, and told with the delivery: not those that were dropped.
    pub fn all_ignored(&self) -> BTreeMap<Ignored, u32> {
        let mut all = self.ignored.clone();
        for carried in self.sources.values() {
            for (why, n) in &carried.ignored {
                *all.entry(*why).or_default() += n;
            }
        }
        all.remove(&Ignored::NotAboutUs);
        all
    }

    /// How many were dropped at the edge: counted in memory, and told some seconds later.
    pub fn dropped(&self) -> u32 {
        let of = |carried: &Carried| carried.ignored.get(&Ignored::NotAboutUs).copied();
        self.sources.values().filter_map(of).sum()
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
    let welcome = |knock: &Knock<'_>| (app.feed.handshake)(&app.keys, &app.verify_tokens, knock);
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
    let source = |platform, account: &str| {
        let source = config.source_of(&app.id, platform, Some(&AccountId::new(account)))?;
        Some(Us {
            handle: source.handle.as_deref(),
        })
    };
    let ours = Ours::asking(&source);
    let delivered = Delivered {
        headers: delivery.headers,
        body: delivery.body,
        now_ms,
        ours,
    };
    match app.feed.updates(&delivered) {
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
        event = at_the_edge(config, source, own(config, source, event));
        let carried = carries.sources.entry(source.id.clone()).or_default();
        if let Event::Ignored { why } = event {
            *carried.ignored.entry(why).or_default() += 1;
            continue;
        }
        carried.updates += 1;
        let judged = match &event {
            Event::Made { post } | Event::Edited { post } => Some(judged(source, post)),
            Event::Deleted { .. }
            | Event::Stop { .. }
            | Event::Start { .. }
            | Event::Answered { .. }
            | Event::Renamed { .. }
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

/// Drops a post that names nobody of whom we listen, where the configuration says so: before it is judged, and before
/// any object hears of it. An edit goes on: its post may be known.
fn at_the_edge(config: &Config, source: &Source, mut event: Event) -> Event {
    if let Event::Made { post } | Event::Edited { post } = &mut event {
        to_whom(source, post);
    }
    match event {
        Event::Made { post } if config.drops(source, &post) => Event::Ignored {
            why: Ignored::NotAboutUs,
        },
        event => event,
    }
}

/// Reads what a post says and to whom.
fn to_whom(source: &Source, post: &mut Post) {
    let platform = source.platform;
    part(post);
    post.automatic = post.automatic || is_automatic(platform, post);
    let called = std::mem::take(&mut post.calls);
    post.addressed |= called.iter().any(|name| source.is_called(name))
        || !platform.profile().marks_names && names(source, &post.text);
    // Where the platform itself says that it is to us, no name in it says otherwise.
    post.addressed &= matches!(post.kind, PostKind::Message | PostKind::Mention)
        || platform.profile().marks_names
        || !is_to_another(source, &post.text);
}

/// Judges a post.
fn judged(source: &Source, post: &Post) -> Triage {
    triage(&Subject {
        text: &post.text,
        platform: Some(source.platform),
        lang: post.lang.as_deref(),
    })
}

/// A post of which more was fetched, as one more copy of it; `None` where it turns out to be our own.
pub fn completed(config: &Config, source: &Source, mut post: Post) -> Option<Incoming> {
    if is_ours(config, source, &post) {
        return None;
    }
    to_whom(source, &mut post);
    let triage = judged(source, &post);
    Some(Incoming {
        source: source.id.clone(),
        platform: source.platform,
        event: Event::Made { post },
        triage: Some(triage),
    })
}

/// What a post of our own is: an answer if it answers somebody, and else nothing to read. An edit of
/// one says nothing new of the answer.
fn own(config: &Config, source: &Source, event: Event) -> Event {
    match event {
        Event::Made { post } if is_ours(config, source, &post) => match post.parent {
            Some(parent) => Event::Answered {
                answer: OwnAnswer {
                    id: post.id,
                    to: None,
                    parent: Some(parent),
                    text: post.text,
                    created_ms: post.created_ms,
                },
            },
            None => Event::Ignored { why: Ignored::Own },
        },
        Event::Edited { post } if is_ours(config, source, &post) => {
            Event::Ignored { why: Ignored::Own }
        }
        event => event,
    }
}

/// Whether a post is our own. Platforms that name the account of ours tell it in their own reading;
/// for the others it is told by the author's id or, where an account goes by a name, by handle. Posts of
/// our other accounts on that platform are our own too, whichever account they are addressed to.
fn is_ours(config: &Config, source: &Source, post: &Post) -> bool {
    post.author.as_ref().is_some_and(|author| {
        let handle = author.handle.as_deref();
        handle.is_some_and(|handle| source.is_called(handle))
            || config.sources.iter().any(|ours| {
                ours.platform == source.platform && author.id.as_str() == ours.account.as_str()
            })
    })
}

/// Takes what a post's text quotes out of it.
fn part(post: &mut Post) {
    if let Some((own, quoted)) = quote::split(&post.text) {
        post.text = own;
        let above = post.quoted.take().map(|above| format!("{above}\n"));
        let mut all = above.unwrap_or_default() + &quoted;
        cut_to(&mut all, TEXT_BYTES);
        post.quoted = Some(all);
    }
}

/// Whether a post says of itself that a program sent it: our own note or another brand's, coming back;
/// and where people write as in mails, a vacation mail and its like.
fn is_automatic(platform: Platform, post: &Post) -> bool {
    let mail_like = post.kind == PostKind::Message || platform.profile().like_mail;
    quote::is_note(&post.text) || (mail_like && quote::is_automatic(None, &post.text))
}

/// In how many places of a text our handle is looked at: each costs a look at the whole text.
const MAX_NAMED: usize = 32;

/// Whether a text says our handle to us: `@handle`, in any case. Not as a part of a longer name, a link
/// or a mail address; not `@handle@elsewhere`; not in code, between quotation marks, or behind `RT` or
/// `via`, where it is another's word.
fn names(source: &Source, text: &str) -> bool {
    let Some(handle) = source.handle.as_deref() else {
        return false;
    };
    let named = text.match_indices('@').filter_map(|(at, _)| {
        let (before, behind) = text.split_at_checked(at)?;
        let name = behind.get(1..=handle.len())?;
        let rest = behind.get(1 + handle.len()..)?;
        name.eq_ignore_ascii_case(handle).then_some((before, rest))
    });
    named.take(MAX_NAMED).any(|(before, rest)| {
        ends_name(rest, source.account.as_str()) && begins_name(before) && is_said(before, rest)
    })
}

/// Whether a text begins with somebody's name and names none of our accounts: then it is addressed to them.
/// Always false for a source without a `handle`, since its own name is not known.
fn is_to_another(source: &Source, text: &str) -> bool {
    let begins = text.trim_start().strip_prefix('@');
    let is_name = begins.is_some_and(|name| name.starts_with(char::is_alphanumeric));
    source.handle.is_some() && is_name && !names(source, text)
}

/// Whether a name ends before `rest`; `@server` may follow if the server is ours.
fn ends_name(rest: &str, account: &str) -> bool {
    let of_server = rest.strip_prefix('@').map(|server| {
        let ours = server.get(..account.len());
        ours.is_some_and(|ours| ours.eq_ignore_ascii_case(account))
            .then(|| server.get(account.len()..).unwrap_or_default())
    });
    let rest = match of_server {
        Some(None) => return false,
        Some(Some(rest)) => rest,
        None => rest,
    };
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('.' | '-'), Some(next)) => !next.is_alphanumeric(),
        (Some(c), _) => !c.is_alphanumeric() && c != '_' && c != '@',
        (None, _) => true,
    }
}

/// Whether a name can begin after `before`: not inside a mail address, a link or a path, and not where
/// another's words are passed on. X's `.@name` is a name.
fn begins_name(before: &str) -> bool {
    if before.ends_with(|c: char| c.is_ascii_alphanumeric() || "_/\\@=%+&".contains(c)) {
        return false;
    }
    let mut words = before.rsplit(char::is_whitespace);
    let here = words.next().unwrap_or_default();
    let last = words.find(|word| !word.is_empty()).unwrap_or_default();
    let passed_on = here.is_empty() && ["RT", "MT", "via"].contains(&last);
    !here.contains("://") && !passed_on
}

/// Whether what stands between `before` and `rest` is said by the author: not code, not a quotation.
fn is_said(before: &str, rest: &str) -> bool {
    let line_before = before.rsplit('\n').next().unwrap_or_default();
    let line_rest = rest.split('\n').next().unwrap_or_default();
    let fences = before.matches("```").count();
    let inside = |open: char, close: char| {
        let opened = line_before.rfind(open);
        let closed = line_before.rfind(close);
        opened.is_some() && (open == close || opened > closed) && line_rest.contains(close)
    };
    let odd = |mark: char| line_before.matches(mark).count() % 2 == 1 && inside(mark, mark);
    let quoted = [
        ('“', '”'),
        ('„', '“'),
        ('«', '»'),
        ('「', '」'),
        ('『', '』'),
    ]
    .iter()
    .any(|(open, close)| inside(*open, *close));
    fences.is_multiple_of(2) && !odd('`') && !odd('"') && !quoted
}
