//! The laboratory: what tests and commands need to build and run Heard, and to imitate the world around it.

pub mod behaviour;
pub mod binary;
pub mod build;
pub mod configuration;
pub mod day;
pub mod ending;
pub mod eval;
pub mod labelled;
pub mod load;
pub mod local;
pub mod measure;
pub mod named;
pub mod pinned;
pub mod progress;
pub mod pulse;
pub mod random;
pub mod runtime;
pub mod sandbox;
pub mod scale;
pub mod secrets;
pub mod simulate;
pub mod sqlite;
pub mod tools;
pub mod train;
