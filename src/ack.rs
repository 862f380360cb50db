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

use crate::config::Mode;
use crate::judgement::{Level, Triage};
use crate::language::base;
use crate::post::Post;
use crate::voice;
use crate::voice::occasion::{Lately, Occasion, Wait};
use crate::voice::print::fingerprint;
use guard::{Case, GUARDS};
use scene::{Said, Scene, Thing, WhyNot};
use wait::Untold;

pub mod ceiling;
pub mod guard;
pub mod preview;
pub mod replay;
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
    let kept = scene.memory.kept(triage.level).unwrap_or_default();
    let told = told.and_then(|told| match told.wait {
        Wait::Minutes(_) if !kept.carries_a_time() => Err(Untold::NotKept),
        Wait::Minutes(_) | Wait::BackAt { .. } => Ok(told),
    });
    // Somebody in danger is told what was always told: less would help nobody.
    let answers = kept.carries_an_answer() || triage.level == Level::Emergency;
    let author = post.author.as_ref().map(|author| &author.id);
    let lately = Lately {
        thread: post
            .parent
            .as_ref()
            .map_or(0, |parent| fingerprint(parent.as_str())),
        ..scene.memory.lately(author)
    };
    let occasion = Occasion {
        within: told.ok().map(|told| told.wait),
        surge: is_loud(&case),
        answers,
        ..occasion(&case, &lately)
    };
    let words = voice::compose(&scene.source.brand, &occasion);
    let words = words.ok_or(match triage.despair {
        // Nobody has written words of care in its language.
        true => WhyNot::Despair,
        false => WhyNot::NoVoice,
    })?;
    Ok(Said {
        thing: Thing::of(triage.level),
        by_ms: match words.told {
            Some(_) => told.map(|told| told.by_ms),
            None => Err(told.err().unwrap_or(Untold::NoRoom)),
        },
        answers: words.answers,
        line: None,
        words,
    })
}

/// What the voice is told of a post, but for the time.
fn occasion<'a>(case: &Case<'a>, lately: &'a Lately) -> Occasion<'a> {
    let Case {
        post,
        triage,
        scene,
    } = *case;
    Occasion {
        situation: triage.situation,
        facts: &triage.facts,
        stated: triage.stated,
        danger: triage.danger,
        level: triage.level,
        despair: triage.despair,
        lang: written(post, triage),
        help: &scene.source.help,
        platform: scene.source.platform,
        public: post.kind.is_public(),
        live: scene.source.mode == Mode::Live,
        surge: false,
        answers: true,
        seed: fingerprint(post.id.as_str()),
        lately,
        within: None,
        on_duty: Some(scene.source.team(scene.now_ms)),
    }
}

/// The language of a post: with the region that its platform names, for Portugal is not written to as Brazil is.
fn written<'a>(post: &'a Post, triage: &'a Triage) -> &'a str {
    let tag = post.lang.as_deref();
    tag.filter(|tag| base(tag).eq_ignore_ascii_case(&triage.lang))
        .unwrap_or(&triage.lang)
}

/// Whether the place of a post hears so many of its situation that each is answered in a line. Never in private, never in an
/// emergency: there nobody reads another's note.
fn is_loud(case: &Case<'_>) -> bool {
    let Case {
        post,
        triage,
        scene,
    } = *case;
    let may = post.kind.is_public() && triage.level < Level::Emergency;
    let situation = triage.situation.filter(|_| may);
    situation.is_some_and(|situation| scene.memory.is_surging(situation))
}

#[cfg(test)]
mod tests;
