//! `heard train`: labelled posts in, `src/triage/weights.bin` out.

use crate::lab::train::{DRAFTS, Plan, train};
use anyhow::Context;
use std::path::PathBuf;
use std::process::ExitCode;

/// Trains the triage model.
#[derive(clap::Args, Debug)]
pub struct TrainArgs {
    /// The corpus: folders of JSON-lines files.
    #[arg(long, default_value = "tests/corpus/train")]
    corpus: Vec<PathBuf>,
    /// The public sets whose licences let weights trained on them be shipped; without it, the corpus alone.
    #[arg(long)]
    data: Option<PathBuf>,
    /// A larger model's sense of texts, as `tests/corpus/teacher/teacher.py` writes it; without it, labels alone.
    #[arg(long)]
    teacher: Option<PathBuf>,
    /// Where the weights go.
    #[arg(long, default_value = "src/triage/weights.bin")]
    out: PathBuf,
    /// Passes over the data.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: u32,
    /// Decides every chance: the order of the posts, what is left out, in which dress they are seen.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many threads compute; the weights are the same for any number.
    #[arg(long, default_value_t = threads())]
    threads: usize,
    /// How many drafts are trained, each without a fifth, to calibrate.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=DRAFTS.len() as i64))]
    drafts: u8,
    /// The date that the file states: given, not asked from the clock, so that the bytes stay the same.
    #[arg(long, default_value = "undated")]
    date: String,
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs the command.
///
/// # Errors
///
/// A set cannot be read, the corpus is empty, or the weights cannot be written.
pub fn run(args: TrainArgs) -> anyhow::Result<ExitCode> {
    let trained = train(&Plan {
        corpus: args.corpus,
        data: args.data,
        teacher: args.teacher,
        epochs: args.epochs,
        seed: args.seed,
        threads: args.threads,
        drafts: usize::from(args.drafts),
        date: args.date,
    })?;
    let file = trained.model.write();
    std::fs::write(&args.out, &file).with_context(|| format!("writing {}", args.out.display()))?;
    say!("what the drafts make of the posts that they have not seen");
    trained.report.print(&trained.posts, 0);
    say!("{}: {} bytes", args.out.display(), file.len());
    Ok(ExitCode::SUCCESS)
}
