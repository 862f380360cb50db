//! Heard answers public complaints at the edge.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod ack;
pub mod api;
pub mod clock;
pub mod config;
pub mod inbox;
pub mod intake;
pub mod platform;
pub mod post;
pub mod signature;
pub mod triage;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(target_arch = "wasm32")]
mod host;
