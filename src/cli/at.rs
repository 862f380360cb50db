//! Which Worker a command asks, and as whom.

use crate::api::route::Role;
use crate::lab::configuration::{FILE, configuration};
use crate::lab::local::{Local, PORT};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The Worker that is asked.
#[derive(clap::Args, Debug)]
pub(super) struct At {
    /// The Worker's URL; by default the one that `heard dev` runs.
    #[arg(long)]
    url: Option<String>,
    /// A token of the role that the command needs (`heard token mint --role supervisor`, or `operator` for `export` and
    /// `import`); in HEARD_TOKEN it stays out of the process list.
    #[arg(long, env = "HEARD_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The port of `heard dev`.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// The configuration.
    #[arg(long, default_value = FILE)]
    config: PathBuf,
}

impl At {
    /// That Worker; the one of `heard dev` is asked in this role, with a token that these secrets sign.
    pub(super) fn worker(&self, role: Role, secrets: &Path) -> Result<Local> {
        Local::of(self.url.as_deref(), self.token.as_deref(), || {
            let config = configuration(&self.config, secrets)?;
            Local::of_role(self.port, &config, role)
        })
    }
}
