//! `heard report`: what was said lately, or would have been, and why nothing was; or what a period looks like from
//! above.

mod page;

use super::at::At;
use super::voice::wrapped;
use crate::api::route::Role;
use crate::inbox::wire::{AckRow, Acks, PLANNED};
use crate::judgement::Situation;
use crate::lab::local::{Local, now_ms};
use crate::length;
use crate::platform;
use anyhow::{Context, Result};
use chrono::DateTime;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints what was said in the last day or, in dry_run, would have been, and why nothing was.
#[derive(clap::Args, Debug)]
pub struct ReportArgs {
    /// How many hours back.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=744))]
    hours: u16,
    /// Only acknowledgments in this state: dry_run, sent, refused ...
    #[arg(long)]
    state: Option<String>,
    /// How many acknowledgments to print in full, the newest.
    #[arg(short, default_value_t = 10)]
    n: usize,
    #[command(flatten)]
    at: At,
    /// The development secrets, which sign a token for `heard dev`.
    #[arg(long, default_value = "target/dev/secrets.env")]
    secrets: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Report on the last seven days instead: what came, what became of it, and what changed.
    #[arg(long)]
    weekly: bool,
    /// Report on the period since then: RFC 3339, or epoch milliseconds.
    #[arg(long)]
    from: Option<String>,
    /// ... until then.
    #[arg(long)]
    to: Option<String>,
    /// Write that report as a page that can be printed; of the last --hours where no period is named.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print that report as rows for a spreadsheet.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

impl ReportArgs {
    /// Whether it is about a period, not about what was said.
    fn is_of_a_period(&self) -> bool {
        self.weekly || self.csv || self.html.is_some() || self.from.is_some() || self.to.is_some()
    }
}

/// A page of the call.
#[derive(Deserialize)]
struct Page {
    acks: Vec<AckRow>,
    #[serde(default)]
    decisions: BTreeMap<String, i64>,
    cursor: Option<String>,
}

/// The most acknowledgments that are read: a report is for reading, not for export.
const MOST: usize = 5_000;

/// Runs the command.
///
/// # Errors
/// When the Worker does not answer, or not with a report.
pub fn run(args: ReportArgs) -> Result<ExitCode> {
    let worker = args.at.worker(Role::Supervisor, &args.secrets)?;
    if args.is_of_a_period() {
        return period(&worker, &args);
    }
    let since_ms = now_ms()? - i64::from(args.hours) * 3_600_000;
    let acks = crate::lab::local::wait(all(&worker, since_ms, args.state.as_deref()))?;
    let mut out = std::io::BufWriter::new(crate::out::stdout());
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&acks)?)?;
    } else {
        show(&mut out, &acks, &args)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports on a period.
fn period(worker: &Local, args: &ReportArgs) -> Result<ExitCode> {
    let to = match &args.to {
        Some(to) => to.clone(),
        None => now_ms()?.to_string(),
    };
    let hours = if args.weekly { 168 } else { args.hours };
    let from = match (
        &args.from,
        to.parse::<i64>(),
        DateTime::parse_from_rfc3339(&to),
    ) {
        (Some(from), ..) => from.clone(),
        (None, Ok(to_ms), _) => (to_ms - i64::from(hours) * 3_600_000).to_string(),
        (None, _, Ok(to)) => (to.timestamp_millis() - i64::from(hours) * 3_600_000).to_string(),
        _ => anyhow::bail!("--to {to}: RFC 3339 (2026-11-22T12:00:00Z) or epoch milliseconds"),
    };
    let query = [("from", from.as_str()), ("to", to.as_str())];
    let report = crate::lab::local::wait(worker.get("/v1/report", &query))?;
    if let Some(file) = &args.html {
        std::fs::write(file, page::html(&report))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut out = std::io::BufWriter::new(crate::out::stdout());
    if args.csv {
        write!(out, "{}", page::csv(&report))?;
    } else if args.json || args.html.is_none() {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn all(worker: &Local, since_ms: i64, state: Option<&str>) -> Result<Acks> {
    let since = since_ms.to_string();
    let mut acks = Acks::default();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("since", since.as_str())];
        query.extend(state.map(|state| ("state", state)));
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = worker.get("/v1/acks", &query).await?;
        let page: Page = serde_json::from_value(page).context("the answer is not a report")?;
        acks.add(Acks {
            acks: page.acks,
            decisions: page.decisions,
        });
        cursor = page.cursor;
        if cursor.is_none() || acks.acks.len() >= MOST {
            return Ok(acks);
        }
    }
}

/// Between two short notes of one surge no more time than this passes.
const APART_MS: i64 = 10 * 60_000;

/// When which source answered which situation in a line each: from its first to its last short note.
fn surges(rows: &[AckRow]) -> Vec<String> {
    let mut short: Vec<&AckRow> = rows.iter().filter(|row| row.short).collect();
    short.sort_by_key(|row| (row.source.as_str(), row.situation, row.planned_ms));
    let one = |a: &&AckRow, b: &&AckRow| {
        (a.source == b.source && a.situation == b.situation)
            && b.planned_ms - a.planned_ms <= APART_MS
    };
    let spans = short.chunk_by(one).filter_map(|notes| {
        let (first, last) = (notes.first()?, notes.last()?);
        let time = |ms| {
            let at = DateTime::from_timestamp_millis(ms).unwrap_or_default();
            at.format("%Y-%m-%d %H:%M").to_string()
        };
        let (from, to) = (time(first.planned_ms), time(last.planned_ms));
        let what = first.situation.map_or("none", Situation::as_str);
        let (source, n) = (first.source.as_str(), notes.len());
        Some(format!("{source}, {what}: {from} to {to} UTC, {n} notes"))
    });
    spans.collect()
}

fn show(out: &mut impl Write, acks: &Acks, args: &ReportArgs) -> Result<()> {
    let posts: i64 = acks.decisions.values().sum();
    let planned = acks.decisions.get("planned").copied().unwrap_or(0);
    writeln!(
        out,
        "The last {} hours: {posts} posts, of which {planned} were to be acknowledged.\n",
        args.hours
    )?;
    let mut whys: Vec<(&String, &i64)> = acks
        .decisions
        .iter()
        .filter(|(why, _)| *why != PLANNED)
        .collect();
    whys.sort_by_key(|(why, n)| (std::cmp::Reverse(**n), (*why).clone()));
    if !whys.is_empty() {
        writeln!(out, "Why nothing was said to the others:")?;
    }
    for (why, n) in whys {
        let rule = platform::eligibility::rule_named(why);
        writeln!(
            out,
            "  {n:>7}  {why:<24}{}",
            rule.map_or("", |rule| rule.says)
        )?;
    }
    let states = tally(acks.acks.iter().map(|row| row.state.to_string()));
    let platforms = tally(acks.acks.iter().map(|row| row.platform.to_string()));
    let langs = tally(acks.acks.iter().map(|row| row.lang.clone()));
    let named = acks.acks.iter().map(|row| row.situation);
    let situations = tally(named.map(|one| one.map_or("none", Situation::as_str).to_owned()));
    writeln!(out, "\nThe acknowledgments:")?;
    for (name, tally) in [
        ("state", states),
        ("platform", platforms),
        ("language", langs),
        ("situation", situations),
    ] {
        let tally: Vec<String> = tally.iter().map(|(of, n)| format!("{of} {n}")).collect();
        writeln!(out, "  {name:<10}{}", tally.join(", "))?;
    }
    for surge in surges(&acks.acks) {
        writeln!(out, "  in a line each: {surge}")?;
    }
    for row in acks.acks.iter().take(args.n) {
        let at = DateTime::from_timestamp_millis(row.planned_ms).unwrap_or_default();
        let limit = platform::limit(row.platform, true);
        writeln!(
            out,
            "\n{}  {}  level {}  {}{}  {}/{}",
            at.format("%Y-%m-%d %H:%M:%S"),
            row.source,
            u8::from(row.level),
            row.state,
            row.why
                .as_deref()
                .map(|why| format!(" ({why})"))
                .unwrap_or_default(),
            length::measure(&row.text, limit.unit),
            limit.max,
        )?;
        for line in wrapped(&row.post, 96) {
            writeln!(out, "  > {line}")?;
        }
        for line in wrapped(&row.text, 96) {
            writeln!(out, "    {line}")?;
        }
    }
    let left = acks.acks.len().saturating_sub(args.n);
    if left > 0 {
        writeln!(out, "\n{left} more; -n prints them.")?;
    }
    Ok(())
}

fn tally(of: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in of {
        *counts.entry(one).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts
}
