//! The `heard` command: runs, tries, tests and measures the Worker, natively.

pub mod eval;
pub mod labelled;
pub mod score;
pub mod train;

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
enum Command {}

/// Runs the command line; the process's exit code.
pub fn main() -> ExitCode {
    let _ = Args::parse();
    ExitCode::SUCCESS
}
