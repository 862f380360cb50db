//! `heard completions`: what a shell completes.

use clap_complete::{Shell, generate};
use std::io::{self, Write as _};

/// Prints what a shell completes: `heard completions bash > ~/.local/share/bash-completion/completions/heard`.
#[derive(clap::Args, Debug)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_parser = clap::builder::EnumValueParser::<Shell>::new())]
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
/// Where standard output fails.
pub fn run(args: &CompletionsArgs, mut command: clap::Command) -> io::Result<()> {
    // Into memory first: the library panics where its writer fails.
    let mut script = Vec::new();
    generate(args.shell, &mut command, "heard", &mut script);
    crate::out::stdout().write_all(&script)
}
