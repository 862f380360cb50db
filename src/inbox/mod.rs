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
//! - `ack` has at most one row for an interaction, and a row leaves `planned` only through
//!   [`outbox::begin`], which compares and swaps;
//! - a lease holds while `lease` is set and `available_ms` lies ahead; every mutation by a holder
//!   demands the token;
//! - `tally` and `counter` are kept by triggers (see [`schema`]).

pub mod ceiling;
pub mod courier;
pub mod credential;
pub mod look;
mod memory;
pub mod outbox;
mod pause;
pub mod reply;
pub mod report;
pub mod retask;
pub mod retention;
mod rows;
pub mod schema;
pub mod shard;
pub mod take_in;
pub mod wire;
pub mod work;

use crate::config::Config;
use crate::sql::Sql;
use shard::Shard;
use std::cell::Cell;
use wire::{Answer, Ask, Claimed, Document, Interaction, Listed, Refused};

/// How many of an interaction's posts are shown: the newest. An author who writes more has said it
/// by then; the rest stay stored.
pub const POSTS_SHOWN: u32 = 50;

/// Where and when something is asked: what every operation needs besides its own arguments.
pub struct Desk<'a, S> {
    /// The storage.
    pub sql: &'a S,
    /// The configuration.
    pub config: &'a Config,
    /// Which shard this is.
    pub shard: Shard,
    /// The time: epoch milliseconds.
    pub now_ms: i64,
    /// Where an operation leaves word that the object's alarm must ring at another time; the host
    /// sets it once the transaction is through.
    pub alarm: &'a Cell<Option<i64>>,
}

// By hand, because a derive would ask `S` to be `Copy` too.
impl<S> Clone for Desk<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Desk<'_, S> {}

/// Answers one question, in one transaction.
pub fn serve<S: Sql>(desk: Desk<'_, S>, ask: Ask) -> Result<Answer, Refused> {
    desk.sql.transaction(|| match ask {
        Ask::TakeIn { events, ignored } => take_in::take_in(desk, events, &ignored),
        Ask::BeginAcks { seqs } => outbox::begin(desk, &seqs).map(Answer::Jobs),
        Ask::FinishAck {
            seq,
            attempt,
            outcome,
        } => outbox::finish(desk, seq, attempt, &outcome).map(|()| Answer::Done),
        // The host waits; one look is all there is to do here.
        Ask::Wait { .. } => Ok(Answer::Done),
        Ask::Heads { pull } => Ok(Answer::Heads {
            ranks: work::heads(desk, &pull)?
                .into_iter()
                .map(|head| head.rank)
                .collect(),
            open: look::open(desk)?,
        }),
        Ask::Claim { pull } => Ok(Answer::Claimed {
            interactions: work::claim(desk, &pull)?
                .iter()
                .map(|interaction| {
                    Ok(Claimed {
                        rank: interaction.rank,
                        held: work::holding(desk, interaction),
                        interaction: Document::of(interaction)?,
                    })
                })
                .collect::<Result<_, Refused>>()?,
            open: look::open(desk)?,
        }),
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
        } => work::assign(desk, seq, agent.as_deref(), workgroup.as_ref(), &by).and_then(one),
        Ask::Redrive { seq, by } => work::redrive(desk, seq, &by).and_then(one),
        Ask::Retask { errand } => {
            retask::retask(desk, &errand)?;
            Ok(Answer::Done)
        }
        Ask::Pause { paused } => {
            pause::pause(desk, &paused)?;
            Ok(Answer::Paused(pause::all(desk)?))
        }
        Ask::Resume { source } => {
            pause::resume(desk, source.as_ref())?;
            Ok(Answer::Paused(pause::all(desk)?))
        }
        Ask::Paused => Ok(Answer::Paused(pause::all(desk)?)),
        Ask::Show { seq } => look::show(desk, seq).and_then(one),
        Ask::List { filter } => look::list(desk, &filter)?
            .iter()
            .map(|interaction| {
                Ok(Listed {
                    id: interaction.id.clone(),
                    interaction: Document::of(interaction)?,
                })
            })
            .collect::<Result<_, _>>()
            .map(Answer::Interactions),
        Ask::Backlog => look::backlog(desk).map(Answer::Backlog),
        Ask::Acks { asked } => report::acks(desk, &asked).map(Answer::Acks),
        Ask::Alarms => Ok(Answer::Alarms(credential::alarms(desk)?)),
    })
}

fn one(interaction: Interaction) -> Result<Answer, Refused> {
    Document::of(&interaction).map(Answer::Interaction)
}
