//! The `heard` command: runs, tries, tests and measures the Worker, natively.

pub mod build;
pub mod progress;
pub mod sandbox;
pub mod tools;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "heard",
    version,
    about = "Answers public complaints at the edge."
)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the Worker into build/ (wrangler.toml's [build] runs this).
    Build {
        /// Builds even when nothing changed.
        #[arg(long)]
        force: bool,
    },
}

/// Runs the command line; the process's exit code.
pub fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            // The chain of causes on one line, as `anyhow` writes it.
            eprintln!("heard: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Some(Command::Build { force }) => {
            let tools = tools::ensure()?;
            let built = build::build(&tools, &build::project_root()?, force)?;
            println!("{}", build::describe(&built));
        }
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}
