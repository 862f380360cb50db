//! The `heard` command: runs, tries, tests and measures the Worker, natively.

use clap::{Parser, Subcommand};
use std::process::ExitCode;

pub mod simulate;
pub mod verify;

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
    Verify(verify::VerifyArgs),
    Simulate(simulate::SimulateArgs),
}

/// Runs the command line; the process's exit code.
pub fn main() -> ExitCode {
    let ran = match Args::parse().command {
        None => Ok(ExitCode::SUCCESS),
        Some(Command::Verify(args)) => verify::run(args),
        Some(Command::Simulate(args)) => simulate::run(args),
    };
    ran.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
