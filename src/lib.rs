//! Heard answers public complaints at the edge: the path of one post.
//!
//! A platform calls `POST /webhooks/{app}`. The host reads the raw body, up to a cap, takes the time
//! once, and hands both to [`intake::intake`].
//!
//! There [`signature::verify`] checks the bytes against every key of the app; only then
//! [`platform::parse`] reads them into updates: a post made, edited or deleted, a stop request, or
//! something that is not ours to read, for a counted reason. The account that an update names finds
//! its source in [`config`]; [`triage::triage`] judges the post, and says why; the author's hash
//! finds the [`inbox::shard::Shard`] that keeps it.
//!
//! Each shard is a Durable Object. Its [`inbox::serve`] takes the updates in, in one synchronous
//! transaction: the ledger (a post is known once), the author's open interaction, kept counters, the
//! decision to acknowledge ([`ack::decide`], with [`voice`] for the words), and the outbox row
//! that records it before anybody sends it. When every shard has said yes, the platform gets its 200.
//!
//! After that answer the Worker sends what was decided: it begins each acknowledgment (only one can),
//! calls the platform ([`platform::reply`]), reads what became of it ([`platform::outcome`]) and
//! reports back. The object's alarm ([`inbox::retention::ring`]) covers a Worker that died in between.
//!
//! What came to each webhook, verified or not, is counted in the isolate's memory
//! ([`intake::tally`]) and told now and then to the one object that knows our apps' and sources'
//! health ([`accounts`]).
//!
//! Agents pull: [`api::plan`] turns a call into a question for a shard, [`inbox::work`] leases the
//! lowest rank with a fencing token, and every later call of the holder must bring it.
//!
//! Nothing outside `host/` names the `worker` crate, asks the time or makes randomness, and nothing in
//! `host/` decides: so the whole of this runs natively, in tests and in the `heard` command ([`cli`]).

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

pub mod accounts;
pub mod ack;
pub mod api;
pub mod carried;
pub mod cell;
pub mod clock;
pub mod config;
pub mod console;
pub mod credential;
pub mod customers;
pub mod deeds;
pub mod details;
pub mod directory;
pub mod document;
pub mod floor;
pub mod inbox;
pub mod intake;
pub mod judgement;
pub mod language;
pub mod length;
pub mod platform;
pub mod post;
pub mod pulse;
pub mod scope;
pub mod signature;
pub mod sql;
pub mod triage;
pub mod voice;

#[cfg(not(target_arch = "wasm32"))]
#[macro_use]
pub mod out;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(not(target_arch = "wasm32"))]
pub mod connect;
#[cfg(target_arch = "wasm32")]
mod host;
#[cfg(not(target_arch = "wasm32"))]
pub mod lab;
