//! The pulse: what is common to many posts. One Durable Object for the whole brand, beside the queue.
//!
//! Each isolate folds what it judged into minute summaries ([`fold`]) and tells this object every few seconds at
//! most: how many different people wrote, of what, and which words stand out. People are keyed hashes ([`who`]); of
//! a post there are its id, up to [`terms::MOST`] words that are nobody's name, and fingerprints by which look-alikes
//! are found ([`alike`]). Losing a summary loses a little of a count and never a post.
//!
//! [`detect`] tells a crowd from an ordinary hour, by people and not by posts; [`terms`] what distinguishes it;
//! [`brigade`] whether it looks arranged; [`crowd`] says in a sentence whether the loud are few or many.

pub mod alike;
pub mod brigade;
pub mod crowd;
pub mod detect;
pub mod distinct;
pub mod terms;
pub mod who;
