//! What a platform must provide, and who provides it.
//!
//! One file per platform: its `PROFILE` says what is known of it, its `FEED` how its
//! events come. To add one: that file, and a line in the list of [`crate::post`].
//!
//! A platform answers five questions, all of them pure:
//!
//! 1. **handshake**: is this request the platform testing our address, and what is the answer?
//! 2. **parse**: which updates does this (already verified) body carry?
//! 3. **[`eligibility`]**: do its rules allow an automatic reply to this post?
//! 4. **reply**: which HTTP call answers this post?
//! 5. **outcome**: did that call arrive, for certain or perhaps?
//!
//! # Which wording is newer
//!
//! Deliveries are retried and replayed, so an edit may come after a newer one. Every platform that
//! tells of edits says in some way which is newer ([`Post::version`]): an edit's time (Telegram,
//! Mastodon, Slack, LINE, LinkedIn, Discourse, WhatsApp), its number (Messenger, Instagram's messages), the
//! newest of its ids (X), the repository's revision (Bluesky). Facebook says only when it sent the
//! update; a sender of our own JSON may leave it out, and then the last to come counts. Threads,
//! Viber, Zendesk and Instagram's comments tell of no edits.
//!
//! # Whose words, and to whom
//!
//! An acknowledgment goes to a person who, in their own words, now, speaks to us. Each platform's file
//! says how it is known who is spoken to, who is staff, what is quoted and what is automatic, and what
//! becomes of every kind of update; where it can't be known, nobody is answered automatically. What
//! texts alone tell, on whichever platform, is in [`quote`].
//!
//! # Which ids are unique where
//!
//! A post is one record by its id, so ids that count within something smaller than the platform are
//! kept with the name of it: a forum's and a server's posts (Discourse, Mastodon, Zendesk, our own
//! JSON) with that, Slack's with workspace and channel, Bluesky's with the repository. Where a
//! delivery does not name the account of ours within which its ids count, [`of_account`] adds it
//! once the source is known.

use crate::length::Limit;
use crate::post::{
    AccountId, Author, AuthorId, Media, MediaKind, NAME_BYTES, Platform, Post, PostId, PostKind,
    cut_to,
};
use crate::signature::scheme::Scheme;
use crate::signature::{Headers, Key, Refusal};
use serde::{Deserialize, Serialize};

pub mod aside;
pub mod bluesky;
pub mod discourse;
pub mod eligibility;
pub mod facebook;
pub mod fetch;
pub mod form;
pub mod graph;
pub mod instagram;
pub mod line;
pub mod linkedin;
pub mod list;
pub mod mastodon;
pub mod messenger;
pub mod meta;
pub mod profile;
pub mod quote;
pub(crate) mod read;
pub mod slack;
pub mod standard;
pub mod telegram;
pub mod threads;
pub mod tiktok;
pub mod viber;
pub mod whatsapp;
pub mod x;
pub mod zendesk;

use eligibility::{Allowance, Place, Within};
pub use eligibility::{Plan, Rule, forbidden};

/// One update of a delivery: what happened, on which of our accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The platform it happened on.
    pub platform: Platform,
    /// The account of ours that the platform names; `None` where it names none, and then the app's
    /// only source on that platform is meant.
    pub account: Option<AccountId>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A post was made.
    Made {
        /// The post.
        post: Post,
    },
    /// A post was edited; its id is the original's, the rest is the new version.
    Edited {
        /// The post as it reads now.
        post: Post,
    },
    /// A post was deleted, hidden by its author, or unsent.
    Deleted {
        /// Which.
        post: PostId,
        /// Whose, where the platform says.
        author: Option<AuthorId>,
    },
    /// The author told the platform that we shall not write to them (a block, an unsubscribe).
    /// A post that *says* stop is a [`Event::Made`]; its text tells.
    Stop {
        /// Who.
        author: AuthorId,
        /// When, by the platform's clock, where it says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_ms: Option<i64>,
    },
    /// The author told the platform that we may write to them again (an unblock, a restart). It lifts
    /// only a stop that is older, so that a delivery that comes again lifts nothing that was said since;
    /// one that doesn't say when it happened lifts nothing at all.
    Start {
        /// Who.
        author: AuthorId,
        /// When, by the platform's clock, where it says: nothing stands in for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_ms: Option<i64>,
    },
    /// One of us answered in the platform's own app. What our programs wrote (our own replies' echoes,
    /// automatic greetings), where the platform tells them apart, is [`Ignored::Own`] instead.
    Answered {
        /// The answer.
        answer: OwnAnswer,
    },
    /// One person goes by several ids (a changed number): what is known of any of them is known of
    /// all. The author's own id is the one that is current. Nothing was written.
    Renamed {
        /// Who, with every id that the platform names.
        author: Author,
    },
    /// Not ours to read: counted by its reason, nothing stored.
    Ignored {
        /// Why.
        why: Ignored,
    },
}

/// A post of our own that answers somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAnswer {
    /// The platform's id of it.
    pub id: PostId,
    /// Whom it answers, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AuthorId>,
    /// The post it answers, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PostId>,
    /// What it says, at most [`crate::post::TEXT_BYTES`].
    pub text: String,
    /// When it was written: epoch milliseconds.
    pub created_ms: i64,
}

/// Why an update is not ours to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ignored {
    /// We wrote it: an echo of our own reply or post.
    Own,
    /// A kind of update that carries no post: reactions, reads, follows, deliveries.
    NotAPost,
    /// A kind of update this version does not know.
    UnknownKind,
    /// The update lacks what makes it readable; its neighbours are unharmed.
    Malformed,
    /// The platform's own test or ping.
    Test,
    /// A verified delivery whose body is not valid JSON of its platform, or holds too many updates.
    Unreadable,
    /// What comes after the first [`MAX_UPDATES`] updates of a delivery, counted once.
    TooMany,
    /// It names an account that no source names.
    NoSource,
    /// An edit or a deletion, told to another account than the post was.
    NotItsSource,
    /// An edit or a deletion by another author than the post's.
    NotItsAuthor,
    /// A stop or its end that is older than the author's last word on it, or a stop's end of no known time.
    Outdated,
    /// A post of somebody who was forgotten, from before that.
    Forgotten,
    /// Said about us and not to us: it is counted, and shown to whoever listens.
    Listened,
    /// It names nobody of whom we listen, and went no further than the edge.
    NotAboutUs,
}

impl Ignored {
    /// The name used in counters and API.
    pub fn as_str(self) -> &'static str {
        match self {
            Ignored::Own => "own",
            Ignored::NotAPost => "not_a_post",
            Ignored::UnknownKind => "unknown_kind",
            Ignored::Malformed => "malformed",
            Ignored::Test => "test",
            Ignored::Unreadable => "unreadable",
            Ignored::TooMany => "too_many",
            Ignored::NoSource => "no_source",
            Ignored::NotItsSource => "not_its_source",
            Ignored::NotItsAuthor => "not_its_author",
            Ignored::Outdated => "outdated",
            Ignored::Forgotten => "forgotten",
            Ignored::Listened => "listened",
            Ignored::NotAboutUs => "not_about_us",
        }
    }
}

/// The most updates that one delivery may carry. Meta documents 1,000; four times that is a bound
/// on work and memory, not a check on Meta.
pub const MAX_UPDATES: usize = 4_000;

/// How many a platform's file reads at most: one past the bound is enough to see that there are more.
pub const TOO_MANY: usize = MAX_UPDATES + 1;

/// The body verified but is no document of this platform: nothing in it can be counted one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// A request as a handshake sees it.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// Whether the method is GET.
    pub get: bool,
    /// The query's pairs, URL-decoded, in order.
    pub query: &'a [(String, String)],
    /// The verified body of a POST; empty for GET.
    pub body: &'a [u8],
}

impl Knock<'_> {
    /// The value of a query parameter, if it is there exactly once.
    pub fn param(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// The answer to a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// HTTP status.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body.
    pub body: String,
}

/// Answers a platform's handshake: `None` where the request is none.
///
/// `keys` are the app's signing keys, `verify_tokens` its [`crate::config`]ured handshake tokens.
///
/// An answer that is signed is signed with the key that deliveries are signed with, for whoever asks. So
/// no text is signed that this scheme's deliveries could be, with what the scheme puts before them or
/// without: whoever could ask for that would forge deliveries without a secret.
///
/// # Errors
/// [`Refusal::Challenge`] where a question asks for that.
pub fn handshake(
    scheme: Scheme,
    keys: &[Key],
    verify_tokens: &[Key],
    knock: &Knock<'_>,
) -> Result<Option<Welcome>, Refusal> {
    (scheme.feed().handshake)(keys, verify_tokens, knock)
}

/// The scheme whose deliveries carry a platform's events.
pub fn scheme_of(platform: Platform) -> Scheme {
    platform.feed().scheme
}

/// What the configuration knows of an account of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Us<'a> {
    /// Our handle there, without `@`.
    pub handle: Option<&'a str>,
}

/// Asks the configuration which accounts are ours.
#[derive(Clone, Copy)]
pub struct Ours<'a>(Option<&'a Knows<'a>>);

/// What the configuration says of an account on a platform: `None` where it is none of ours.
type Knows<'a> = dyn Fn(Platform, &str) -> Option<Us<'a>> + 'a;

impl<'a> Ours<'a> {
    /// Nobody knows who we are.
    pub const UNKNOWN: Self = Self(None);

    /// Asks `config`, which says `None` of an account that is none of ours.
    pub fn asking(config: &'a Knows<'a>) -> Self {
        Self(Some(config))
    }

    /// What is known of an account.
    fn us(self, platform: Platform, account: &str) -> Us<'a> {
        let known = self.0.and_then(|config| config(platform, account));
        known.unwrap_or_default()
    }

    /// Whether an account is ours; `None` where nobody knows.
    fn has(self, platform: Platform, account: &str) -> Option<bool> {
        self.0.map(|config| config(platform, account).is_some())
    }
}

/// A verified delivery.
#[derive(Clone, Copy)]
pub struct Delivered<'a> {
    /// The headers that the feed names; nothing signs them, so they say no more than of which kind the
    /// signed body is.
    pub headers: Headers<'a>,
    /// The body.
    pub body: &'a [u8],
    /// The time, which stands in where the platform gives none: epoch milliseconds.
    pub now_ms: i64,
    /// Who we are, for the platforms whose deliveries tell who is spoken to by name alone.
    pub ours: Ours<'a>,
}

/// Reads a verified body into updates, as [`parse_as`] does, of whomever they are.
///
/// # Errors
/// Where it is no document of the platform.
pub fn parse(
    scheme: Scheme,
    headers: Headers<'_>,
    body: &[u8],
    now_ms: i64,
) -> Result<Vec<Update>, Unreadable> {
    parse_as(scheme, headers, body, now_ms, Ours::UNKNOWN)
}

/// Reads a verified body into updates, in their order, as an app of that scheme does while no source of
/// it says more. One bad update becomes [`Ignored::Malformed`] and does not lose the others.
///
/// # Errors
/// Where it is no document of the platform.
pub fn parse_as<'a>(
    scheme: Scheme,
    headers: Headers<'a>,
    body: &'a [u8],
    now_ms: i64,
    ours: Ours<'a>,
) -> Result<Vec<Update>, Unreadable> {
    let delivered = Delivered {
        headers,
        body,
        now_ms,
        ours,
    };
    scheme.feed().updates(&delivered)
}

/// Makes the ids of posts that are unique only within one account of ours unique on the platform:
/// what was `ID` is `ACCOUNT/ID` then.
pub fn of_account(platform: Platform, account: &AccountId, event: &mut Event) {
    let Some(counts_within_account) = platform.profile().ids_within_account else {
        return;
    };
    let name = |id: &mut PostId| {
        if counts_within_account(id.as_str()) {
            *id = PostId::new(format!("{account}/{id}"));
        }
    };
    match event {
        Event::Made { post } | Event::Edited { post } => {
            name(&mut post.id);
            if let Some(parent) = &mut post.parent {
                name(parent);
            }
        }
        Event::Deleted { post, .. } => name(post),
        Event::Answered { answer } => {
            name(&mut answer.id);
            if let Some(parent) = &mut answer.parent {
                name(parent);
            }
        }
        Event::Stop { .. }
        | Event::Start { .. }
        | Event::Renamed { .. }
        | Event::Ignored { .. } => {}
    }
}

/// The longest text that a reply may have: `public` is a comment or post, otherwise a direct message.
pub fn limit(platform: Platform, public: bool) -> Limit {
    let profile = platform.profile();
    if public {
        profile.public
    } else {
        profile.private
    }
}

/// The method of a reply call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET: what a delivery left out is asked for.
    Get,
    /// POST: every platform but Zendesk.
    Post,
    /// PUT: Zendesk changes a ticket.
    Put,
}

/// An HTTP call to a platform: one that answers a post, or that asks for an access token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyCall {
    /// The method.
    pub method: Method,
    /// Absolute `https` URL.
    pub url: String,
    /// Headers; `Authorization` among them. `Content-Type` is `application/json` where none of them
    /// says otherwise.
    pub headers: Vec<(String, String)>,
    /// The body: JSON where the headers say nothing else.
    pub body: String,
}

/// What a reply call needs to know besides the text.
#[derive(Clone, Copy, Debug)]
pub struct ReplyTo<'a> {
    /// Our account that answers.
    pub account: &'a AccountId,
    /// The post's `reply_to`, as its platform's `parse` wrote it.
    pub reply_to: &'a str,
    /// Where the source's configuration sends replies, for [`Platform::Standard`]; the server, for
    /// [`Platform::Zendesk`] and [`Platform::Bluesky`].
    pub reply_url: Option<&'a str>,
    /// The source's reply credential.
    pub credential: &'a Key,
    /// When the call is made: epoch milliseconds.
    pub now_ms: i64,
}

/// Builds the call that answers a post; `None` where `reply_to` is not of this platform's form
/// (it came from storage, and storage may be older than the code).
pub fn reply(platform: Platform, to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    (platform.profile().reply)(to, text)
}

/// What a platform answered to a reply call.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, as it came.
    pub retry_after: Option<&'a str>,
    /// `x-rate-limit-reset` (epoch seconds), as it came.
    pub rate_limit_reset: Option<&'a str>,
    /// The body, at most 64 KiB of it.
    pub body: &'a [u8],
}

/// What became of a reply call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It arrived: the platform says so.
    Sent {
        /// The platform's id of our reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// It did not arrive and never will: the platform refused it for good.
    Refused {
        /// Why: a stable word (`not_allowed`, `gone`, `duplicate`, `bad_request` ...)
        /// and, after a colon, the platform's code.
        why: String,
    },
    /// It did not arrive, and nothing that this credential authorises will: it has expired, was revoked,
    /// or the account itself may not speak. Until a person mends it, the source is mute.
    Unauthorized {
        /// `credential` and, after a colon, the platform's code; or why no token could be got:
        /// `refused:` or `lost:` and the platform's word.
        why: String,
    },
    /// It did not arrive; the platform asks to try later.
    Later {
        /// In how many seconds, where the platform says.
        #[serde(default)]
        after_s: Option<u32>,
    },
    /// It may have arrived. Never tried again: twice is worse than not at all.
    Unknown {
        /// Why we can't know: `status:500`, `unreadable`, `timeout`, `cut`.
        why: String,
    },
}

/// Reads what became of a reply call from status and body. `now_ms` turns an absolute time in
/// `rate_limit_reset` into seconds.
pub fn outcome(platform: Platform, answer: &Answer<'_>, now_ms: i64) -> Outcome {
    (platform.profile().outcome)(answer, now_ms)
}

/// The longest that a platform can make us wait, in seconds: a day. Whoever asks for more gets the
/// next try after a day, by when the acknowledgment is stale and is not sent at all.
const LATEST_S: i64 = 24 * 60 * 60;

/// "Try later", with the wait that the answer asks for.
fn later(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    Outcome::Later {
        after_s: wait_s(answer, now_ms),
    }
}

/// The wait that an answer asks for: `Retry-After` in seconds or as a date, else `x-rate-limit-reset`.
pub(crate) fn wait_s(answer: &Answer<'_>, now_ms: i64) -> Option<u32> {
    let until = |at_ms: i64| at_ms.saturating_sub(now_ms).saturating_add(999) / 1_000;
    let asked = answer.retry_after.map(str::trim).and_then(|text| {
        text.parse::<i64>().ok().or_else(|| {
            let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
            Some(until(date.timestamp_millis()))
        })
    });
    let reset = || {
        let reset_s: i64 = answer.rate_limit_reset?.trim().parse().ok()?;
        Some(until(reset_s.saturating_mul(1_000)))
    };
    asked
        .or_else(reset)
        .and_then(|s| u32::try_from(s.clamp(1, LATEST_S)).ok())
}

/// A post of which nothing more is known; the rest is filled in by struct update.
fn blank(id: String, kind: PostKind, reply_to: String, created_ms: i64) -> Post {
    Post {
        id: PostId::new(id),
        kind,
        author: None,
        text: String::new(),
        quoted: None,
        media: Vec::new(),
        automatic: false,
        cut: false,
        lang: None,
        created_ms,
        permalink: None,
        parent: None,
        reply_to,
        barred: None,
        addressed: false,
        calls: Vec::new(),
        version: None,
        fetched: false,
    }
}

/// An author of whom nothing but the id is known.
fn person(id: String) -> Author {
    Author::of(id)
}

/// Something that a post carries; what is written beside it is cut at [`NAME_BYTES`].
fn media(kind: MediaKind, caption: Option<&str>, url: Option<String>, id: Option<String>) -> Media {
    let caption = caption.map(|caption| {
        let mut caption = caption.trim().to_owned();
        cut_to(&mut caption, NAME_BYTES);
        caption
    });
    Media {
        kind,
        caption: caption.filter(|caption| !caption.is_empty()),
        url,
        id,
    }
}

/// A refusal: a stable word, and the platform's code. The word `credential` says that nothing else
/// would have been taken either.
fn refused(word: &str, code: impl std::fmt::Display) -> Outcome {
    let why = format!("{word}:{code}");
    match word {
        "credential" => Outcome::Unauthorized { why },
        _ => Outcome::Refused { why },
    }
}

/// The outcome that a status alone tells, for APIs that say no more.
fn outcome_of_status(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    let status = answer.status;
    let refused = |word: &str| refused(word, status);
    match status {
        401 => refused("credential"),
        402 | 403 => refused("not_allowed"),
        404 | 410 => refused("gone"),
        409 => refused("duplicate"),
        413 => refused("too_long"),
        429 => later(answer, now_ms),
        408 => Outcome::Unknown {
            why: "status:408".into(),
        },
        400..=499 => refused("bad_request"),
        _ => Outcome::Unknown {
            why: format!("status:{status}"),
        },
    }
}

/// A name for a call that is the same whenever the call is: for APIs that take a key by which they
/// tell a repetition. 32 hex digits.
fn call_key(to: &ReplyTo<'_>, text: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for part in [to.account.as_str(), to.reply_to, text] {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// The `Authorization` header for a bearer token; `None` where the token can't stand in a header.
fn bearer(credential: &Key) -> Option<(String, String)> {
    let token = std::str::from_utf8(credential.expose()).ok()?;
    let plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| ("Authorization".to_owned(), format!("Bearer {token}")))
}
