//! One binary for every integration test.

mod fuzz;
mod payloads;
mod signatures;
