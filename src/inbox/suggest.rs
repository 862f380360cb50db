//! The answer that is offered to whoever serves somebody who is glad: written beforehand, to take or to leave.
//!
//! Nothing is ever sent by it. It is offered where the newest post that stands is praise, and nothing urgent: a
//! complaint after the thanks, and nothing is. Who said stop, or does not consent to being contacted, is thanked and
//! not invited.

use super::arc::{Arc, Moment};
use super::state::PostState;
use super::wire::{Interaction, Suggested};
use crate::config::Config;
use crate::config::replies::Occasion;
use crate::judgement::{Kind, Level};

/// What is offered for an interaction: `arc` is what there was with its author, as far as it is seen; `uninvited`
/// whether they want no invitation.
pub fn suggested(
    config: &Config,
    interaction: &Interaction,
    arc: &Arc,
    uninvited: bool,
) -> Option<Suggested> {
    let stands = |post: &&super::wire::PostView| post.state != PostState::Deleted;
    let newest = interaction.posts.iter().rfind(stands)?;
    let glad = newest.triage.kind == Kind::Praise && newest.triage.sentiment > 0.0;
    let owed = interaction.level >= Level::Urgent && interaction.answered_ms.is_none();
    if !glad || owed || newest.triage.level >= Level::Urgent {
        return None;
    }
    let source = config.source(&interaction.source)?;
    let home = source.brand.language.as_str();
    let here = |moment: Moment| {
        let matter = Some(&interaction.id);
        let mut all = arc.moments.iter();
        all.any(|one| one.moment == moment && one.matter.as_ref() == matter)
    };
    Occasion::ALL
        .into_iter()
        .rev()
        .filter(|occasion| match occasion {
            Occasion::Fan => !uninvited && here(Moment::Fan),
            Occasion::WonBack => !uninvited && here(Moment::WonBack),
            Occasion::Praise => true,
        })
        .find_map(|on| {
            let (canned, text) = config.replies.suggested(on, &newest.triage.lang, home)?;
            Some(Suggested {
                on,
                answer: canned.id.clone(),
                text: text.replace("{reference}", interaction.id.as_str()),
            })
        })
}
