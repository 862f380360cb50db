//! `heard eval`: how good triage is on labelled posts.

use crate::lab::behaviour;
use crate::lab::eval::{Report, pairs};
use crate::lab::labelled::{Labelled, read_all};
use crate::triage::model::Model;
use crate::triage::{Subject, answers_by, triage_by};
use anyhow::{Context, bail};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Measures triage on labelled posts.
#[derive(clap::Args, Debug)]
pub struct EvalArgs {
    /// JSON-lines files, or folders of them.
    #[arg(
        default_value = "tests/corpus/train",
        default_value_ifs([
            ("pairs", clap::builder::ArgPredicate::IsPresent, None),
            ("behaviour", clap::builder::ArgPredicate::IsPresent, None),
        ])
    )]
    files: Vec<PathBuf>,
    /// Pairs of posts of which one is more urgent, as JSON lines {"a", "b", "more_urgent": "a" or "b"}: how many are put
    /// in order. Given alone, nothing else is measured.
    #[arg(long)]
    pairs: Option<PathBuf>,
    /// The behavioural suite, a file for each language: pairs a word apart, and changes that must change nothing.
    #[arg(long)]
    behaviour: Option<PathBuf>,
    /// Use every post, also those of the corpus that training has seen.
    #[arg(long)]
    all: bool,
    /// Only rows that people annotated, where a set says so.
    #[arg(long)]
    annotated: bool,
    /// Judge by another file of `heard train`'s than the one built in.
    #[arg(long)]
    weights: Option<PathBuf>,
    /// How many of the worst mistakes to show.
    #[arg(long, default_value_t = 0)]
    worst: usize,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// A set cannot be read, or nothing is left to measure.
pub fn run(args: EvalArgs) -> anyhow::Result<ExitCode> {
    let other = args.weights.as_deref().map(weights).transpose()?;
    let model = other.as_ref().unwrap_or(Model::carried());
    let judge = |text: &str| triage_by(model, &subject(text));
    if let Some(path) = &args.pairs {
        pairs(path, args.json, judge)?;
    }
    if let Some(folder) = &args.behaviour {
        behaviour::print(&behaviour::try_all(folder, judge)?);
    }
    for path in &args.files {
        let mut posts = read_all(path)?;
        // Only the corpus has trades; only the corpus was trained on.
        posts.retain(|post| args.all || post.trade.is_none() || post.held_out());
        posts.retain(|post| !args.annotated || post.annotated != Some(false));
        if posts.is_empty() {
            bail!("{}: no posts to measure", path.display());
        }
        let answers = |post: &Labelled| answers_by(model, &subject(&post.text));
        let report = Report::of(&posts, |post| judge(&post.text), answers);
        if args.json {
            say!("{}", report.json(&path.display().to_string()));
        } else {
            say!("{}: {} posts", path.display(), posts.len());
            report.print(&posts, args.worst);
            say!();
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn subject(text: &str) -> Subject<'_> {
    Subject {
        text,
        ..Subject::default()
    }
}

/// The model in a file that `heard train` wrote.
fn weights(path: &Path) -> anyhow::Result<Model> {
    let file = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Model::read(Cow::Owned(file)).with_context(|| {
        format!(
            "{}: not what this build's `heard train` writes",
            path.display()
        )
    })
}
