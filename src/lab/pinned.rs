//! wrangler, as all our commands start it: the pinned one, or the one that `HEARD_WRANGLER` names.

use super::tools;
use anyhow::Result;
use std::process::Command;

/// The variable that names another program to run in wrangler's place, for a wrangler of one's own and for tests.
pub const OTHER: &str = "HEARD_WRANGLER";

/// A command for wrangler, without arguments.
///
/// # Errors
/// When the pinned one cannot be installed.
pub fn wrangler() -> Result<Command> {
    match std::env::var_os(OTHER) {
        Some(other) if !other.is_empty() => Ok(Command::new(other)),
        _ => Ok(tools::ensure()?.wrangler_command()),
    }
}
