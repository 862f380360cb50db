//! From public to private: invitations, links to the details page, and what was left there.

use super::problem::Problem;
use super::request::Fields;
use super::response::Response;
use crate::config::Config;
use crate::details::form::Wish;
use crate::details::kind::Kind;
use crate::details::link;
use crate::details::seal::{Unopened, open};
use crate::inbox::details::{Kept, MakeLink};
use crate::inbox::invite::BeginInvite;
use crate::inbox::wire::{Holding, Refused};
use crate::platform::aside::How;
use crate::post::{ID_BYTES, InteractionId, PostId};
use serde::Serialize;

/// The longest text of an invitation, in bytes; the platform's limit is checked by the shard.
const TEXT_BYTES: usize = 64 * 1024;

/// The link to the page of an interaction, good from now on for as long as configured; `None` if the page is off
/// (no key). `origin` is where the caller reached the Worker.
pub(super) fn page_link(
    config: &Config,
    origin: &str,
    id: &InteractionId,
    now_ms: i64,
) -> Option<String> {
    linked(config, origin, id, now_ms, config.details.good_s).ok()
}

/// The link to the survey of an interaction, good for as long as one may be; `None` if the pages are off (no key).
pub(super) fn survey_link(
    config: &Config,
    origin: &str,
    id: &InteractionId,
    now_ms: i64,
) -> Option<String> {
    let base = config.details.url.as_deref().unwrap_or(origin);
    let until_s = now_ms.div_euclid(1_000) + i64::from(link::LONGEST_S);
    link::link(Kind::Survey, &config.details.keys, base, id, until_s).ok()
}

fn linked(
    config: &Config,
    origin: &str,
    id: &InteractionId,
    now_ms: i64,
    for_s: u32,
) -> Result<String, Problem> {
    let base = config.details.url.as_deref().unwrap_or(origin);
    let until_s = now_ms.div_euclid(1_000) + i64::from(for_s);
    link::link(Kind::Details, &config.details.keys, base, id, until_s)
        .map_err(|_| Problem::from(Refused::DetailsOff))
}

/// A link that a holder asks for.
pub(super) fn make_link(
    config: &Config,
    fields: &mut Fields,
    origin: &str,
    (id, holding): (&InteractionId, Holding),
    now_ms: i64,
) -> Result<MakeLink, Problem> {
    let for_s = fields.number("for_s", 60..=link::LONGEST_S, config.details.good_s)?;
    let link = linked(config, origin, id, now_ms, for_s)?;
    Ok(MakeLink {
        holding,
        link,
        until_ms: (now_ms.div_euclid(1_000) + i64::from(for_s)) * 1_000,
    })
}

/// An invitation that a holder makes.
pub(super) fn invite(
    fields: &mut Fields,
    key: &str,
    holding: Holding,
    link: Option<String>,
) -> Result<BeginInvite, Problem> {
    let how = fields.opt_name("how", 32)?;
    let how = how.map(|name| {
        let known = How::ALL.map(How::as_str).join(", ");
        How::named(&name).ok_or_else(|| Problem::field("how", format!("one of {known}")))
    });
    Ok(BeginInvite {
        holding,
        key: key.to_owned(),
        text: fields.text("text", TEXT_BYTES)?,
        post: fields.opt_name("post", ID_BYTES)?.map(PostId::new),
        how: how.transpose()?,
        public_name: None,
        link,
    })
}

/// What was left, as its holder reads it.
#[derive(Serialize)]
struct LeftView {
    at_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wish: Option<Wish>,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<&'static str>,
}

/// What was left, opened.
pub fn left(config: &Config, said: Result<Vec<Kept>, Refused>) -> Response {
    #[derive(Serialize)]
    struct Answer {
        details: Vec<LeftView>,
    }
    let kept = match said {
        Ok(kept) => kept,
        Err(refused) => return Problem::from(refused).into(),
    };
    let view = |one: &Kept| match open(&config.details.keys, &one.sealed) {
        Ok(left) => LeftView {
            at_ms: one.at_ms,
            reference: left.reference,
            photo: left.photo,
            phone: left.phone,
            wish: left.wish,
            unread: None,
        },
        Err(why) => LeftView {
            at_ms: one.at_ms,
            reference: None,
            photo: None,
            phone: None,
            wish: None,
            unread: Some(match why {
                Unopened::KeyGone => "key_gone",
                Unopened::Broken => "broken",
            }),
        },
    };
    Response::of(&Answer {
        details: kept.iter().map(view).collect(),
    })
}
