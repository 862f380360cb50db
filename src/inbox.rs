//! The queue: what one Durable Object keeps, and everything that can be asked of it.
//!
//! [`serve`] answers one [`Ask`] in one transaction: an error undoes all of it. It is synchronous
//! and knows no clock, so that the same code runs in the object, in native tests and under the
//! model test.
//!
//! Invariants, kept here and nowhere else:
//!
//! - a post's id is in `post` once, for as long as retention keeps it: the ledger;
//! - an author has at most one open interaction with a source, unless a supervisor redrove another;
//! - `ack` has at most one row for an interaction's emergency and one for anything calmer before it
//!   ([`crate::ack`] says why), and a row leaves `planned` only through [`outbox::begin`], which
//!   compares and swaps;
//! - whoever has several ids on a platform is kept under one ([`alias`]);
//! - a lease holds while `lease` is set and `available_ms` lies ahead; every mutation by a holder
//!   demands the token. One that ran out is its holder's still, until another takes the interaction;
//! - `owed_ms` is set while a post that nobody has answered stands: deadline and rank are those of
//!   what is owed;
//! - `tally` and `counter` are kept by triggers (see [`schema`]).

mod alarm;
pub mod alarms;
mod alias;
pub mod ceiling;
mod consent;
pub mod context;
mod copies;
pub mod courier;
pub mod credential;
mod erase;
mod hand_over;
mod join;
pub mod layout;
pub mod look;
mod memory;
pub mod outbox;
mod own;
mod pause;
pub mod rank;
pub mod reply;
pub mod report;
pub mod retask;
pub mod retention;
pub mod rows;
pub mod schema;
pub mod shard;
pub mod take_in;
mod visible;
pub mod wire;
mod withdraw;
pub mod work;

use crate::deeds::{self, Deed};
use crate::post::Workgroup;
use crate::scope::Scope;
use crate::sql::Sql;
use context::Desk;
use wire::{Answer, Ask, Claimed, Concern, Document, Interaction, Listed, Refused};

/// Answers one question that came over the wire. What callers ask for must say who asks
/// ([`Ask::By`]): a Worker that does not say it is told nothing.
pub fn receive<S: Sql>(desk: Desk<'_, S>, ask: Ask) -> Result<Answer, Refused> {
    match ask.concern() {
        Concern::Own => serve(desk, ask),
        Concern::One(_) | Concern::Callers => Err(Refused::Storage(
            "the question does not say who asks".into(),
        )),
    }
}

/// Answers one question, in one transaction; one that does not say who asks sees everything.
pub fn serve<S: Sql>(desk: Desk<'_, S>, ask: Ask) -> Result<Answer, Refused> {
    desk.sql.transaction(|| match ask {
        Ask::By { scope, deed, ask } => by(desk, &scope, deed, *ask),
        ask => answer(desk, &Scope::whole(), ask),
    })
}

/// Answers somebody: what they may not see is not there, and a deed of theirs is written down.
fn by<S: Sql>(
    desk: Desk<'_, S>,
    scope: &Scope,
    deed: Option<Deed>,
    ask: Ask,
) -> Result<Answer, Refused> {
    let mut whose = None;
    if let Concern::One(seq) = ask.concern() {
        whose = Some(visible::workgroup(desk, scope, seq)?);
    }
    if let Some(deed) = deed {
        let workgroup = deed.workgroup.clone().or(whose);
        deeds::keep(desk.sql, &Deed { workgroup, ..deed })?;
    }
    answer(desk, scope, ask)
}

fn answer<S: Sql>(desk: Desk<'_, S>, scope: &Scope, ask: Ask) -> Result<Answer, Refused> {
    match ask {
        Ask::By { .. } => Err(Refused::Storage("a question within a question".into())),
        Ask::TakeIn {
            events,
            ignored,
            shards,
        } => {
            layout::note(desk, shards)?;
            take_in::take_in(desk, events, &ignored)
        }
        Ask::Layout { shards, record } => {
            layout::recorded(desk, shards, record).map(Answer::Layout)
        }
        Ask::HandOver { platform, post } => {
            hand_over::hand_over(desk, platform, &post).map(Answer::HandedOver)
        }
        Ask::GiveUp { platform, post } => {
            hand_over::give_up(desk, platform, &post).map(|()| Answer::Done)
        }
        Ask::HasStopped { platform, author } => Ok(Answer::HasStopped(hand_over::has_stopped(
            desk, platform, &author,
        )?)),
        Ask::BeginAcks { seqs } => outbox::begin(desk, &seqs).map(Answer::Jobs),
        Ask::FinishAck {
            seq,
            emergency,
            attempt,
            outcome,
        } => outbox::finish(desk, seq, emergency, attempt, &outcome).map(|()| Answer::Done),
        // The host waits; one look is all there is to do here.
        Ask::Wait { .. } => Ok(Answer::Done),
        Ask::Heads { pull } => Ok(Answer::Heads {
            ranks: work::heads(desk, &pull, pull.max.clamp(1, work::MAX_CLAIM), false)?
                .iter()
                .map(work::Head::offer)
                .collect(),
            open: look::open(desk, &pull.workgroups)?,
            held: work::holds(desk, &pull.agent)?,
        }),
        Ask::Claim { pull } => {
            let (interactions, limited) = work::claim(desk, &pull)?;
            claimed(desk, &interactions, &pull.workgroups, limited)
        }
        Ask::Held {
            agent,
            key,
            workgroups,
        } => {
            let held = work::held_by(desk, &agent, key.as_deref())?;
            claimed(desk, &held, &workgroups, false)
        }
        Ask::Retake {
            seq,
            agent,
            lease_s,
        } => work::retake(desk, seq, &agent, lease_s).and_then(one),
        Ask::GiveBack { holdings } => work::give_back(desk, &holdings).map(|()| Answer::Done),
        Ask::Extend { holding, lease_s } => Ok(Answer::Extended(Document::of(&work::extend(
            desk, &holding, lease_s,
        )?)?)),
        Ask::BeginReply {
            holding,
            key,
            text,
            post,
        } => reply::begin(desk, &holding, &key, &text, post.as_ref()).map(Answer::Reply),
        Ask::FinishReply { seq, key, outcome } => reply::finish(desk, seq, &key, &outcome),
        Ask::Resolve {
            holding,
            outcome,
            note,
        } => work::resolve(desk, &holding, &outcome, note.as_deref()).and_then(one),
        Ask::Release {
            holding,
            delay_s,
            reason,
        } => work::release(desk, &holding, delay_s, &reason).and_then(one),
        Ask::Assign {
            seq,
            agent,
            workgroup,
            by,
            serves,
        } => {
            let agent = agent.as_deref().map(|agent| (agent, serves.as_slice()));
            work::assign(desk, seq, agent, workgroup.as_ref(), &by).and_then(one)
        }
        Ask::Redrive { seq, by } => work::redrive(desk, seq, &by).and_then(one),
        Ask::RecordStop { record } => {
            consent::record(desk, &record)?;
            Ok(Answer::Done)
        }
        Ask::Retask { errand } => {
            retask::retask(desk, &errand)?;
            Ok(Answer::Done)
        }
        Ask::Pause { paused } => {
            pause::pause(desk, &paused)?;
            Ok(Answer::Paused(pause::seen(desk, scope)?))
        }
        Ask::Resume { source } => {
            pause::resume(desk, source.as_ref())?;
            Ok(Answer::Paused(pause::seen(desk, scope)?))
        }
        Ask::Paused => Ok(Answer::Paused(pause::all(desk)?)),
        Ask::Show { seq } => look::show(desk, seq).and_then(one),
        Ask::List { filter } => look::list(desk, scope, &filter)?
            .iter()
            .map(|interaction| {
                Ok(Listed {
                    id: interaction.id.clone(),
                    opened_ms: interaction.opened_ms,
                    interaction: Document::of(interaction)?,
                })
            })
            .collect::<Result<_, Refused>>()
            .map(Answer::Interactions),
        Ask::Backlog => look::backlog(desk, scope).map(Answer::Backlog),
        Ask::Acks { asked } => report::acks(desk, scope, &asked).map(Answer::Acks),
        Ask::Alarms => Ok(Answer::Alarms(alarms::all(desk, &Scope::whole())?)),
        Ask::Deeds { asked } => Ok(Answer::Deeds(deeds::page(desk.sql, scope, &asked)?)),
    }
}

fn claimed<S: Sql>(
    desk: Desk<'_, S>,
    interactions: &[Interaction],
    workgroups: &[Workgroup],
    limited: bool,
) -> Result<Answer, Refused> {
    let claimed = |interaction: &Interaction| {
        Ok(Claimed {
            rank: interaction.rank,
            held: work::holding(desk, interaction),
            interaction: Document::of(interaction)?,
        })
    };
    Ok(Answer::Claimed {
        interactions: interactions
            .iter()
            .map(claimed)
            .collect::<Result<_, Refused>>()?,
        open: look::open(desk, workgroups)?,
        limited,
    })
}

fn one(interaction: Interaction) -> Result<Answer, Refused> {
    Ok(Answer::Interaction(Document::of(&interaction)?))
}
