//! The acknowledgment: whether to send one, and what it says.
//!
//! [`decide`] is the whole decision, for the inbox, the preview and the command alike: its [`guard`]s, then
//! the [`voice`]. Every "no" has a reason with a stable name, and the reason is kept with the post.
//!
//! # Never twice, and an emergency always once
//!
//! At most one note is said for the same thing, at most two for one interaction, and the second is an
//! emergency's. "Never twice" keeps a robot from repeating itself to a person who waits; but somebody
//! who complained of a delay at noon and sits in smoke at one has not said the same thing twice, and the
//! note that was right for the delay lacks the line that sends them to safety. So an emergency
//! ([`Thing::Emergency`]) is said once for its interaction
//!
//! - where a calmer note waits for its place: it takes that note's place, and the other never leaves;
//! - after a calmer note that has left, is under way, or of which nobody knows whether it arrived;
//! - within the cooldown of an earlier interaction: the source's ceiling bounds what one author can
//!   make it say;
//! - while an agent holds the interaction and has not answered: a lease is not a reply.
//!
//! It is left to the person in one case: whoever has spoken within [`EXCHANGE_MS`](scene::EXCHANGE_MS) and has not let go is
//! reading now, and a robot that cuts in ("a person will answer") would be wrong about the person who
//! just did. A second emergency gets nothing, nor does anything calmer after it.

use crate::judgement::Triage;
use crate::post::Post;
use crate::voice;
use crate::voice::occasion::Occasion;
use guard::{Case, GUARDS};
use scene::{Said, Scene, Thing, WhyNot};
use wait::Untold;

pub mod guard;
pub mod preview;
pub mod scene;
pub mod stop;
pub mod wait;
pub mod why;

/// What may be said to this post, or why nothing may: what the first of the [`guard::GUARDS`] says that
/// stops.
///
/// A source in `dry_run` decides as a live one would. The queue's memory is asked last.
pub fn decide(post: &Post, triage: &Triage, scene: &Scene<'_>) -> Result<Said, WhyNot> {
    let case = Case {
        post,
        triage,
        scene,
    };
    GUARDS.iter().try_for_each(|guard| (guard.ask)(&case))?;
    let told = wait::told(
        scene.source.hours(),
        |since_ms| scene.memory.pace(triage.level, since_ms),
        scene.now_ms,
    );
    let openings = scene.memory.openings();
    let occasion = Occasion {
        within: told.ok().map(|told| told.wait),
        ..occasion(&case, &openings)
    };
    let words = voice::compose(&scene.source.brand, &occasion).ok_or(WhyNot::NoVoice)?;
    Ok(Said {
        thing: Thing::of(triage.level),
        by_ms: match words.told {
            Some(_) => told.map(|told| told.by_ms),
            None => Err(told.err().unwrap_or(Untold::NoRoom)),
        },
        words,
    })
}

/// What the voice is told of a post, but for the time.
fn occasion<'a>(case: &Case<'a>, recent: &'a [u64]) -> Occasion<'a> {
    let Case {
        post,
        triage,
        scene,
    } = *case;
    Occasion {
        text: &post.text,
        matter: crate::triage::matter::matter(&post.text, Some(&triage.lang), triage.level),
        level: triage.level,
        despair: triage.despair,
        lang: &triage.lang,
        help: &scene.source.help,
        platform: scene.source.platform,
        public: post.kind.is_public(),
        seed: seed(post.id.as_str()),
        recent_openings: recent,
        within: None,
        on_duty: Some(scene.source.team(scene.now_ms)),
    }
}

/// A number that is the same for the same post, so that the text is too (FNV-1a).
fn seed(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
