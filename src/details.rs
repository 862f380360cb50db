//! The page on which a customer leaves details for the person who looks after their case: a reference, a link to a
//! photo, a phone number, the wish to be called or written to.
//!
//! Its link is signed and expires ([`link`]), what is left there is read strictly ([`form`]) and sealed before it is
//! stored ([`seal`]), with keys made from one secret ([`keys`]). The page itself is [`page`].
//! The page on which they say how it went is [`survey`]: its link is made and read alike.

pub mod form;
pub mod keys;
pub mod kind;
pub mod link;
pub mod page;
pub mod seal;
pub mod survey;
