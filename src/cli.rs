//! The `heard` command: runs, tries, tests and measures the Worker, natively.

pub mod ack;
mod at;
pub mod bench;
pub mod carry;
pub mod check;
pub mod completions;
pub mod config;
pub mod connect;
mod coverage;
pub mod deploy;
pub mod dev;
pub mod doctor;
pub mod eval;
pub mod init;
pub mod platforms;
pub mod post;
pub mod replay;
pub mod report;
pub mod rules;
pub mod score;
pub mod secrets;
pub mod simulate;
pub mod token;
pub mod train;
pub mod verify;
pub mod voice;
pub mod wrangler;

use crate::lab::{build, pinned, tools};
use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "heard",
    version,
    about = "Answers public complaints at the edge.",
    after_help = "Without a command it is `heard dev`.",
    args_conflicts_with_subcommands = true
)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    dev: Dev,
}

#[derive(clap::Args)]
struct Dev {
    /// The Worker's port; the sandbox platform takes the next one.
    #[arg(long, default_value_t = crate::lab::local::PORT, value_parser = clap::value_parser!(u16).range(1..=65534))]
    port: u16,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the Worker locally, with a sandbox platform that shows what it would have published.
    Dev(Dev),
    /// Checks the configuration and builds the Worker into build/ (wrangler.toml's [build] runs this).
    Build {
        /// Build even when nothing changed.
        #[arg(long)]
        force: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Runs the pinned wrangler, on a Node.js new enough for it: `heard wrangler deploy --dry-run`.
    Wrangler {
        /// Its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<std::ffi::OsString>,
    },
    /// Prints the HTTP contract as an OpenAPI document.
    Openapi,
    Platforms(platforms::PlatformsArgs),
    Post(post::PostArgs),
    Replay(replay::ReplayArgs),
    Rules(rules::RulesArgs),
    Score(score::ScoreArgs),
    Train(train::TrainArgs),
    Eval(eval::EvalArgs),
    Ack(ack::AckArgs),
    Voice(voice::VoiceArgs),
    Report(report::ReportArgs),
    Token(token::TokenArgs),
    Check(check::CheckArgs),
    Config(config::ConfigArgs),
    Bench(bench::BenchArgs),
    Export(carry::ExportArgs),
    Import(carry::ImportArgs),
    Verify(verify::VerifyArgs),
    Simulate(simulate::SimulateArgs),
    Init(init::InitArgs),
    Secrets(secrets::SecretsArgs),
    Connect(connect::ConnectArgs),
    Deploy(deploy::DeployArgs),
    Doctor(doctor::DoctorArgs),
    Completions(completions::CompletionsArgs),
}

/// The names of all commands.
pub fn commands() -> Vec<String> {
    let args = Args::command();
    let commands = args.get_subcommands();
    commands.map(|it| it.get_name().to_owned()).collect()
}

/// Runs the command line; the process's exit code.
pub fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        // `heard rules | head`: what nobody reads needs no writing.
        Err(_) if crate::out::reader_has_gone() => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes on one line, as `anyhow` writes it.
            note!("heard: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Some(Command::Build { force, json }) => {
            let root = build::project_root()?;
            // First: a broken configuration is told at once, and never deployed.
            let table = check::sound(&root)?;
            let built = build::build(&tools::ensure()?, &root, force)?;
            build::configure(&built.folder, &table)?;
            if json {
                say!(
                    "{}",
                    serde_json::json!({
                        "folder": built.folder,
                        "wasm_bytes": built.wasm_bytes,
                        "gzip_bytes": built.gzip_bytes,
                        "fresh": built.fresh,
                    })
                );
            } else {
                say!("{}", build::describe(&built));
            }
        }
        Some(Command::Wrangler { args }) => {
            let status = pinned::wrangler()?.args(args).status()?;
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            return Ok(ExitCode::from(code.unwrap_or(1)));
        }
        Some(Command::Dev(Dev { port })) => dev::run(port)?,
        Some(Command::Openapi) => {
            say!("{}", crate::api::openapi::document());
        }
        Some(Command::Platforms(args)) => platforms::run(&args)?,
        Some(Command::Post(args)) => return post::run(args),
        Some(Command::Replay(args)) => return replay::run(args),
        Some(Command::Rules(args)) => rules::run(&args),
        Some(Command::Ack(args)) => return ack::run(args),
        Some(Command::Voice(args)) => return voice::run(args),
        Some(Command::Report(args)) => return report::run(args),
        Some(Command::Token(args)) => return token::run(args),
        Some(Command::Check(args)) => return check::run(args),
        Some(Command::Config(args)) => return config::run(args),
        Some(Command::Bench(args)) => return bench::run(args),
        Some(Command::Export(args)) => return carry::export(&args),
        Some(Command::Import(args)) => return carry::import(&args),
        Some(Command::Score(args)) => return score::run(args),
        Some(Command::Train(args)) => return train::run(args),
        Some(Command::Eval(args)) => return eval::run(args),
        Some(Command::Verify(args)) => return verify::run(args),
        Some(Command::Simulate(args)) => return simulate::run(args),
        Some(Command::Init(args)) => return init::run(args),
        Some(Command::Secrets(args)) => return secrets::run(args),
        Some(Command::Connect(args)) => return connect::run(args),
        Some(Command::Deploy(args)) => return deploy::run(args),
        Some(Command::Doctor(args)) => return doctor::run(args),
        Some(Command::Completions(args)) => completions::run(&args, Args::command())?,
        None => dev::run(args.dev.port)?,
    }
    Ok(ExitCode::SUCCESS)
}
