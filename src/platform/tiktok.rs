//! TikTok: the developer webhooks, whose signature is verified and whose events are counted.
//!
//! None of the documented events is a post: they tell of uploads, exports and withdrawn access. The
//! API for Business sends comments, but to partners alone and in a shape that is not published; when
//! a delivery of it can be seen, it is read here. Until then nobody speaks to us here, nobody is staff,
//! nothing is quoted, and nobody gets a note.
//!
//! | event | |
//! |---|---|
//! | `authorization.removed` | ignored: somebody took access back; no words |
//! | `video.upload.failed`, `video.publish.completed` | ignored: our own uploads |
//! | `portability.download.ready` | ignored: an export; no words |
//! | anything else, comments of the API for Business included | ignored as unknown: its shape is not published |

use super::Allowance;
use super::aside::{Aside, Sourced};
use super::form::Form;
use super::outcome_of_status;
use super::profile::{Feed, Handle, Identity, Profile, Told, no_handshake, utf16};
use super::read::{self, text};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Unreadable, Update};
use crate::platform::eligibility::Rule;
use crate::post::{Platform, Post, PostKind};
use crate::signature::scheme::Scheme;

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: None,
    ids_within_account: None,
    identity: Identity::Certain,
    // Said of the API for Business; no reply call of it is documented to us.
    public: utf16(150),
    private: utf16(150),
    mostly: PostKind::Comment,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: false,
    credential: Form::TOKEN,
    marks_names: false,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |post, _| forbidden(post),
    reply,
    outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "signed events; none of TikTok's documented developer events is a post",
        verified: "",
        answered: "none",
        cannot: "comments come only by the API for Business, to partners, in a shape that is not published",
    },
};

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[],
    cannot: Sourced {
        says: "TikTok lets no message go to whom did not write in private",
        source: "business-api.tiktok.com",
        date: "2026-08",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Tiktok,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms),
};

static NO_POSTS: Rule = Rule {
    name: "tiktok.no_posts",
    says: "no post of TikTok's arrives here, so none is answered",
    source: "developers.tiktok.com/doc/webhooks-events",
    date: "2026-06",
};

/// Reads a delivery.
pub fn parse(body: &[u8], _now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["event"]).ok_or(Unreadable)?;
    let why = match kind {
        "authorization.removed"
        | "video.upload.failed"
        | "video.publish.completed"
        | "portability.download.ready" => Ignored::NotAPost,
        _ => Ignored::UnknownKind,
    };
    Ok(vec![Update {
        platform: Platform::Tiktok,
        account: None,
        event: Event::Ignored { why },
    }])
}

/// Where an automatic reply may go: nowhere.
pub static ALLOWED: &[Allowance] = &[];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&NO_POSTS];

/// The rule that forbids an automatic reply.
pub fn forbidden(_post: &Post) -> Option<&'static Rule> {
    Some(&NO_POSTS)
}

/// None: there is nothing to answer.
pub fn reply(_to: &ReplyTo<'_>, _text: &str) -> Option<ReplyCall> {
    None
}

/// Reads the status of an answer.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    outcome_of_status(answer, now_ms)
}
