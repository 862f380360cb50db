//! Simulated months, to hold the detection of crowds on ([`crate::pulse::detect`]).
//!
//! A source lives for five weeks and is then measured for thirty days. What the object has in its memory is taken in,
//! settled and looked at each minute, by the code that the object runs ([`crate::pulse::memory::Source`]): only the
//! tables are left out. Crowds and brigades are laid over copies of the source, while its ordinary life goes on, so that
//! the month itself stays free of them: whatever alarms in it is false.

pub mod chance;
pub mod crowd;
pub mod life;
pub mod month;
pub mod world;
