//! The queue: what one Durable Object keeps, and everything that can be asked of it.
//!
//! Each question ([`question::Question`]) is answered in one transaction ([`serve`]): an error undoes all
//! of it. Answering is synchronous and knows no clock, so that the same code runs in the object, in
//! native tests and under the model test.
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

mod again;
mod alarm;
pub mod alarms;
mod alias;
pub mod arc;
mod aside;
pub mod books;
pub mod bulk;
pub mod carried;
pub mod ceiling;
mod clear;
pub mod cohort;
pub mod consent;
pub mod context;
mod copies;
pub mod correct;
pub mod corrected;
pub mod courier;
pub mod credential;
pub mod customer;
pub mod decisions;
mod deletion;
pub mod details;
mod earlier;
mod erase;
pub mod errand;
pub mod event;
mod expiry;
pub mod fate;
pub mod fetch;
pub mod figures;
pub mod filling;
mod folding;
pub mod forget;
pub mod forgotten;
pub mod hand_over;
pub mod hands;
pub mod holders;
pub mod hurdle;
pub mod invite;
mod join;
pub mod kept;
mod known;
pub mod known_as;
mod lacking;
mod late;
pub mod layout;
mod left;
pub mod let_go;
pub mod line;
pub mod listen;
pub mod look;
mod made;
pub mod marks;
mod matter;
mod memory;
pub mod nameless;
pub mod naming;
pub mod needs;
pub mod outbox;
pub mod overview;
mod own;
pub mod past;
mod past_due;
pub mod pause;
pub mod peer;
mod person;
pub mod pick;
mod plan;
pub mod projection;
pub mod promise;
pub mod promised;
pub mod promote;
pub mod question;
pub mod rank;
pub mod ready;
pub mod receivers;
pub mod reply;
pub mod report;
pub mod retask;
pub mod retention;
pub mod rows;
mod said;
pub mod satisfaction;
pub mod schema;
pub mod search;
pub mod serve;
pub mod shard;
pub mod similar;
pub mod sla;
pub mod standing;
pub mod state;
mod stops;
pub mod suggest;
pub mod surge;
pub mod survey;
pub mod take_in;
pub mod taught;
pub mod theirs;
pub mod turn;
mod visible;
mod void;
pub mod waiting;
pub mod whose;
pub mod wire;
mod withdraw;
pub mod word;
pub mod work;
