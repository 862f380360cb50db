//! Intake: updates become posts of interactions, and the decision to acknowledge is made.

use super::again::again;
use super::cohort::ignore;
use super::consent::{started, stopped};
use super::context::Desk;
use super::copies::Copy;
use super::deletion::deleted;
use super::forget;
use super::forgotten::Since;
use super::known::{Known, known};
use super::layout;
use super::listen::{self, Becomes};
use super::made::made;
use super::plan::{Sends, hear_stop};
use super::question::Question;
use super::rows::ledger_id;
use super::wire::{Incoming, Job, Refused};
use super::{alarm, alias, customer, forgotten, outbox, own, person, taught};
use crate::config::Source;
use crate::judgement::Level;
use crate::platform::{Event, Ignored};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Take these updates in; count what was ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakeIn {
    /// The updates, in their order.
    pub events: Vec<Incoming>,
    /// How many updates were ignored, by reason.
    #[serde(default)]
    pub ignored: BTreeMap<Ignored, u32>,
    /// How many shards share the queue; 0 where the Worker does not say.
    #[serde(default)]
    pub shards: u16,
    /// Whether the Worker sends at once what it is handed with the answer: [`Taken::jobs`].
    #[serde(default)]
    pub sends: bool,
}

impl Question for TakeIn {
    const NAME: &'static str = "TakeIn";
    type Answer = Taken;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        layout::note(desk, self.shards)?;
        // Nothing of this delivery can come between the only post of it and its acknowledgment.
        let begins = self.sends && self.events.len() == 1;
        let mut taken = take_in(desk, self.events, &self.ignored, begins)?;
        if self.sends && taken.jobs.is_empty() {
            let later = taken.acks.split_off(taken.acks.len().min(outbox::AT_ONCE));
            let now = std::mem::replace(&mut taken.acks, later);
            taken.jobs = outbox::begin(desk, &now)?;
        }
        Ok(taken)
    }
}

/// What a shard took in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The numbers of the interactions whose acknowledgment the Worker shall begin and send now.
    pub acks: Vec<i64>,
    /// Acknowledgments that are begun, for the Worker to send now: no question more lies before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<Job>,
    /// The posts that lack something which the Worker shall ask for now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fetches: Vec<String>,
    /// What the Worker shall tell other shards of customers now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kin: Vec<customer::Kin>,
}

/// Takes a delivery's updates in. Gives the interactions whose acknowledgment is to be sent now; where it `begins`
/// them, that of a new post is begun with its row: one row less than planning it first.
pub(super) fn take_in<S: Sql>(
    desk: Desk<'_, S>,
    events: Vec<Incoming>,
    ignored: &BTreeMap<Ignored, u32>,
    begins: bool,
) -> Result<Taken, Refused> {
    let mut acks = Vec::new();
    let mut jobs = Vec::new();
    let mut fetches = Vec::new();
    for incoming in events {
        let Some(source) = desk.config.source(&incoming.source) else {
            // Worker and object may run two versions of the configuration during a deploy.
            ignore(desk, Ignored::NoSource, 1)?;
            continue;
        };
        let copy = |post, triage, is_edit| Copy {
            post,
            triage,
            is_edit,
        };
        match (incoming.event, incoming.triage) {
            (Event::Made { post }, Some(triage)) => {
                let level = triage.level;
                match told(
                    desk,
                    source,
                    copy(post, triage, false),
                    &mut fetches,
                    begins,
                )? {
                    Sends::Nothing => {}
                    Sends::Planned(seq) => acks.push((level, seq)),
                    Sends::Begun(job) => jobs.push(*job),
                }
            }
            (Event::Edited { post }, Some(triage)) => {
                let level = triage.level;
                let sends = told(desk, source, copy(post, triage, true), &mut fetches, false)?;
                if let Sends::Planned(seq) = sends {
                    acks.push((level, seq));
                }
            }
            (Event::Deleted { post, author }, _) => {
                deleted(desk, source, &post, author.as_ref())?;
            }
            (Event::Stop { author, at_ms }, _)
                if forgotten::is_author(
                    desk,
                    source.platform,
                    author.as_str(),
                    at_ms.unwrap_or(desk.now_ms),
                    true,
                )? =>
            {
                ignore(desk, Ignored::Forgotten, 1)?;
            }
            (Event::Stop { author, at_ms }, _) => {
                let author = person::resolve(desk, source.platform, author.as_str())?;
                if !stopped(desk, source.platform, &author, at_ms)? {
                    ignore(desk, Ignored::Outdated, 1)?;
                }
            }
            (Event::Start { author, at_ms }, _) => {
                if let Some(at_ms) = at_ms {
                    forgotten::started(desk, source.platform, author.as_str(), at_ms)?;
                }
                let author = person::resolve(desk, source.platform, author.as_str())?;
                if !started(desk, source.platform, &author, at_ms)? {
                    ignore(desk, Ignored::Outdated, 1)?;
                }
            }
            (Event::Answered { answer }, _) => own::answered(desk, source, &answer)?,
            // Nobody says when somebody was renamed.
            (Event::Renamed { author }, _)
                if forgotten::is_author(desk, source.platform, author.id.as_str(), 0, false)? =>
            {
                ignore(desk, Ignored::Forgotten, 1)?;
            }
            (Event::Renamed { author }, _) => {
                alias::learn(desk, source.platform, &author)?;
            }
            (Event::Ignored { why }, _) => ignore(desk, why, 1)?,
            (Event::Made { .. } | Event::Edited { .. }, None) => {
                ignore(desk, Ignored::Malformed, 1)?;
            }
        }
    }
    for (why, n) in ignored {
        ignore(desk, *why, *n)?;
    }
    // A Worker sends some and leaves the rest to the alarm: who is in danger is not among the rest.
    acks.sort_by_key(|(level, _)| Reverse(*level));
    let mut acks: Vec<i64> = acks.into_iter().map(|(_, seq)| seq).collect();
    // One that was planned and then replaced in one delivery is one send.
    let mut seen = std::collections::BTreeSet::new();
    acks.retain(|seq| seen.insert(*seq));
    // With one shard there is nobody to tell.
    let kin = match desk.shards {
        0 | 1 => Vec::new(),
        _ => customer::to_tell(desk)?,
    };
    Ok(Taken {
        acks,
        jobs,
        fetches,
        kin,
    })
}

/// A post is told of, by its making or an edit.
fn told<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    copy: Copy,
    fetches: &mut Vec<String>,
    begins: bool,
) -> Result<Sends, Refused> {
    let id = ledger_id(source.platform, &copy.post.id);
    let emergency = copy.triage.level == Level::Emergency;
    let is_old = |known: &Known| -> Result<Since, SqlError> {
        // What is in the ledger is theirs still only while they are being forgotten.
        let may_be = known.forgets && (!known.post || forget::is_under_way(desk)?);
        match may_be {
            true => forgotten::of_the_forgotten(desk, source.platform, &id, &copy.post, emergency),
            false => Ok(Since::Nothing),
        }
    };
    if let Some(author) = &copy.post.author {
        // Names of somebody who was forgotten are not learnt again by an old delivery.
        if !author.aliases.is_empty()
            && forgotten::of_the_forgotten(desk, source.platform, &id, &copy.post, emergency)?
                == Since::Before
        {
            ignore(desk, Ignored::Forgotten, 1)?;
            return Ok(Sends::Nothing);
        }
        alias::learn(desk, source.platform, author)?;
    }
    let author = copy.post.author.as_ref();
    let author = author.map(|author| author.id.as_str());
    let mut known = self::known(desk, source, &id, author)?;
    match is_old(&known)? {
        Since::Before => {
            ignore(desk, Ignored::Forgotten, 1)?;
            return Ok(Sends::Nothing);
        }
        // Their stop is known again.
        Since::Back => known = self::known(desk, source, &id, author)?,
        Since::Nothing => {}
    }
    let copy = taught::adapted(copy, known.adapter.as_deref());
    if known.post {
        return again(desk, source, &id, copy);
    }
    let author = known.author.as_deref();
    let said = (&copy.post, &copy.triage);
    match listen::hear(desk, source, &id, said, author, known.open.is_some())? {
        Becomes::Work => made(desk, source, &id, copy, &known, (fetches, begins)),
        Becomes::Nothing => {
            let at_ms = (!copy.is_edit).then_some(copy.post.created_ms);
            let platform = source.platform;
            hear_stop(desk, platform, author, &copy.post, at_ms, known.stopped)?;
            if known
                .alarm_ms
                .is_none_or(|at_ms| alarm::was_missed(desk, at_ms))
            {
                alarm::arm(desk)?;
            }
            Ok(Sends::Nothing)
        }
    }
}
