//! `heard export` and `heard import`: all that an installation holds, to a file and into another installation.

use super::at::At;
use crate::api::carry::{BEGINS, LINES, Line, PAGE};
use crate::api::route::Role;
use crate::carried::{Carried, FORM};
use crate::lab::local::{Local, new_jti, wait};
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The kind of the lines that say how far a file reaches, and of the last one.
const AT: &str = "at";
const END: &str = "end";

/// How many bytes of lines go with one call: half of what it takes.
const BYTES: usize = 2 << 20;

/// How often a call is made again, and how long after, at first.
const TRIES: u32 = 6;
const AGAIN: Duration = Duration::from_millis(500);

/// What both commands need.
#[derive(clap::Args, Debug)]
struct Both {
    #[command(flatten)]
    at: At,
    /// The development secrets, which sign a token for `heard dev`.
    #[arg(long, default_value = "target/dev/secrets.env")]
    secrets: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Both {
    fn worker(&self) -> Result<Local> {
        self.at.worker(Role::Operator, &self.secrets)
    }
}

/// Writes all that an installation holds to a file: JSON lines, that `heard import` takes in elsewhere.
#[derive(clap::Args, Debug)]
pub struct ExportArgs {
    /// The file. One that broke off is gone on with.
    file: PathBuf,
    #[command(flatten)]
    both: Both,
}

/// Takes in what `heard export` wrote, into an installation that holds nothing, and proves that all came over.
#[derive(clap::Args, Debug)]
pub struct ImportArgs {
    /// The file.
    file: PathBuf,
    /// Prove only: compare what lies there with the file.
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    both: Both,
}

/// What a file says of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Mark {
    form: u32,
    kind: String,
    /// Of the first line: the name of the export, and which Heard wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    export: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    version: String,
    /// Where to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// What the file holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sums: Option<BTreeMap<String, Sum>>,
}

/// What lies of one kind, whatever the shards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How many different rows; of figures, how many that are not nothing.
    pub rows: u64,
    /// Of them all together, in no order: the same rows give the same.
    pub sum: String,
}

/// Adds up what lies of each kind.
#[derive(Debug, Default)]
pub struct Proof {
    rows: BTreeMap<String, BTreeSet<u64>>,
    figures: BTreeMap<String, BTreeMap<String, Vec<i64>>>,
}

/// Kinds that grow or are made anew while nobody looks: as many as in the file must be there, and may differ. The log of
/// deeds and the tokens' list have the import itself; a promise may break in the meantime, and be written down.
const MOVING: &[&str] = &[
    "accounts.bearer",
    "accounts.deed",
    "inbox.deed",
    "inbox.history",
    // Each shard writes down which model it began with.
    "inbox.judge",
];

/// Columns that the clock changes.
const CLOCKS: &[&str] = &[
    "counted",
    "updated_ms",
    "promise_step",
    "promise_end",
    "promise_end_ms",
    "promise_word",
];

/// The columns that are added up, of kinds that are figures.
fn summed(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "inbox.counter" | "inbox.decision" | "inbox.ignored" | "inbox.fate"
        | "inbox.promise_void" => &["n"],
        "inbox.sla" => &["n", "missed", "total_ms", "promises", "broken"],
        _ => return None,
    })
}

impl Proof {
    /// Adds a line.
    pub fn add(&mut self, line: &Line) {
        let mut row = line.carried.row.clone();
        // What directories know depends on the number of shards.
        if line.carried.less || line.kind.starts_with("directory.") {
            return;
        }
        if let Some(summed) = summed(&line.kind) {
            // Which fate a post has, the clock changes; not in which hour it came.
            if line.kind == "inbox.fate" {
                row.retain(|name, _| ["hour", "n"].contains(&name.as_str()));
            }
            let n: Vec<i64> = summed
                .iter()
                .map(|name| row.remove(*name).and_then(|n| n.as_i64()).unwrap_or(0))
                .collect();
            let figures = self.figures.entry(line.kind.clone()).or_default();
            let key = Value::Object(row).to_string();
            let sum = figures.entry(key).or_insert_with(|| vec![0; n.len()]);
            for (sum, n) in sum.iter_mut().zip(n) {
                *sum += n;
            }
            return;
        }
        if !MOVING.contains(&line.kind.as_str()) {
            row.retain(|name, _| !CLOCKS.contains(&name.as_str()));
        }
        let text = Value::Object(row).to_string();
        self.rows
            .entry(line.kind.clone())
            .or_default()
            .insert(digest(&text));
    }

    /// What was added.
    pub fn sums(&self) -> BTreeMap<String, Sum> {
        let mut sums = BTreeMap::new();
        let mut tell = |kind: &str, rows: &mut dyn Iterator<Item = u64>| {
            let mut sum = Sum::default();
            let mut all = 0_u64;
            for row in rows {
                sum.rows += 1;
                all = all.wrapping_add(row);
            }
            sum.sum = format!("{all:016x}");
            sums.insert(kind.to_owned(), sum);
        };
        for (kind, rows) in &self.rows {
            tell(kind, &mut rows.iter().copied());
        }
        for (kind, figures) in &self.figures {
            let left = figures.iter().filter(|(_, n)| n.iter().any(|n| *n != 0));
            tell(
                kind,
                &mut left.map(|(key, n)| digest(&format!("{key} {n:?}"))),
            );
        }
        sums
    }
}

fn digest(text: &str) -> u64 {
    let digest = Sha256::digest(text);
    let first = digest.iter().take(8);
    first.fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// What of a file is not there: a line for each kind that differs.
pub fn missing(file: &BTreeMap<String, Sum>, there: &BTreeMap<String, Sum>) -> Vec<String> {
    let mut missing = Vec::new();
    let nothing = Sum::default();
    for (kind, sum) in file {
        let other = there.get(kind).unwrap_or(&nothing);
        let differs = match MOVING.contains(&kind.as_str()) {
            true => other.rows < sum.rows,
            false => sum.rows != other.rows || sum.rows > 0 && sum.sum != other.sum,
        };
        if differs {
            missing.push(format!(
                "{kind}: {} rows ({}) in the file, {} ({}) there",
                sum.rows, sum.sum, other.rows, other.sum
            ));
        }
    }
    missing
}

/// Runs `heard export`.
///
/// # Errors
/// When the Worker does not answer, or the file cannot be written.
pub fn export(args: &ExportArgs) -> Result<ExitCode> {
    let worker = args.both.worker()?;
    let (mut file, mut proof, began) = open(&args.file)?;
    let Some(mut cursor) = began else {
        tell(&args.both, &args.file, &proof.sums())?;
        return Ok(ExitCode::SUCCESS);
    };
    loop {
        let (lines, next) = page(&worker, cursor.as_deref())?;
        for line in &lines {
            proof.add(line);
            writeln!(file, "{}", serde_json::to_string(line)?)?;
        }
        let mark = match &next {
            Some(_) => Mark {
                form: FORM,
                kind: AT.into(),
                cursor: next.clone(),
                ..Mark::default()
            },
            None => Mark {
                form: FORM,
                kind: END.into(),
                sums: Some(proof.sums()),
                ..Mark::default()
            },
        };
        writeln!(file, "{}", serde_json::to_string(&mark)?)?;
        file.flush()?;
        if next.is_none() {
            break;
        }
        cursor = next;
    }
    tell(&args.both, &args.file, &proof.sums())?;
    Ok(ExitCode::SUCCESS)
}

/// Tells what a file holds.
fn tell(both: &Both, file: &Path, sums: &BTreeMap<String, Sum>) -> Result<()> {
    if both.json {
        say!(
            "{}",
            serde_json::to_string(&json!({"file": file, "sums": sums}))?
        );
        return Ok(());
    }
    for (kind, sum) in sums {
        say!("{:>9}  {kind}", sum.rows);
    }
    say!("all of it is in {}", file.display());
    Ok(())
}

/// A file to go on with: what it holds until its last mark, and where to go on; `None` where it is whole.
#[allow(clippy::type_complexity)]
fn open(path: &Path) -> Result<(BufWriter<File>, Proof, Option<Option<String>>)> {
    let mut proof = Proof::default();
    let mut cursor = None;
    let mut reached = 0;
    if let Ok(file) = File::open(path) {
        let mut at = 0;
        let mut pending: Vec<Line> = Vec::new();
        let mut reader = BufReader::new(file);
        let mut text = String::new();
        while reader.read_line(&mut text)? > 0 {
            at += u64::try_from(text.len())?;
            if !text.ends_with('\n') {
                break;
            }
            let mark: Mark = serde_json::from_str(&text)
                .with_context(|| format!("{} is not an export", path.display()))?;
            match mark.kind.as_str() {
                END => {
                    pending.iter().for_each(|line| proof.add(line));
                    let file = OpenOptions::new().append(true).open(path)?;
                    return Ok((BufWriter::new(file), proof, None));
                }
                AT | BEGINS => {
                    pending.iter().for_each(|line| proof.add(line));
                    pending.clear();
                    cursor = mark.cursor;
                    reached = at;
                }
                _ => pending.push(serde_json::from_str(&text)?),
            }
            text.clear();
        }
    }
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .with_context(|| path.display().to_string())?;
    // What came behind the last mark comes again.
    file.set_len(reached)?;
    let mut file = BufWriter::new(file);
    file.seek(SeekFrom::Start(reached))?;
    if reached == 0 {
        let mark = Mark {
            form: FORM,
            kind: BEGINS.into(),
            export: new_jti()?,
            version: env!("CARGO_PKG_VERSION").into(),
            ..Mark::default()
        };
        writeln!(file, "{}", serde_json::to_string(&mark)?)?;
    }
    Ok((file, proof, Some(cursor)))
}

/// A page of what a Worker holds.
fn page(worker: &Local, cursor: Option<&str>) -> Result<(Vec<Line>, Option<String>)> {
    #[derive(Deserialize)]
    struct Page {
        lines: Vec<Line>,
        cursor: Option<String>,
    }
    let max = PAGE.to_string();
    let mut query = vec![("max", max.as_str())];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let said = again(|| wait(worker.get("/v1/carry", &query)))?;
    let page: Page = serde_json::from_value(said)?;
    Ok((page.lines, page.cursor))
}

/// Does it again where the Worker could not.
fn again(mut call: impl FnMut() -> Result<Value>) -> Result<Value> {
    let mut after = AGAIN;
    for _ in 1..TRIES {
        match call() {
            Err(why) if format!("{why:#}").contains("503") => {
                std::thread::sleep(after);
                after *= 2;
            }
            said => return said,
        }
    }
    call()
}

/// Runs `heard import`.
///
/// # Errors
/// When the file is not whole, the Worker does not answer, or holds something else.
pub fn import(args: &ImportArgs) -> Result<ExitCode> {
    let worker = args.both.worker()?;
    let (began, sums) = whole(&args.file)?;
    let mut new = 0;
    if !args.prove {
        let mut file = BufReader::new(File::open(&args.file)?);
        let mut heap = vec![serde_json::to_string(&Line {
            form: FORM,
            kind: BEGINS.into(),
            carried: Carried {
                row: Map::new(),
                ..Carried::default()
            },
            ..Line::default()
        })?];
        let mut bytes = 0;
        let mut text = String::new();
        loop {
            text.clear();
            let read = file.read_line(&mut text)?;
            let is_full = heap.len() >= LINES - 1 || bytes + text.len() > BYTES;
            if (read == 0 || is_full) && !heap.is_empty() {
                let body = heap.join("\n");
                let query = [("export", began.export.as_str())];
                let said = again(|| wait(worker.post_lines("/v1/carry", &query, body.clone())))?;
                new += said.get("new").and_then(Value::as_u64).unwrap_or(0);
                heap.clear();
                bytes = 0;
            }
            if read == 0 {
                break;
            }
            let mark: Mark = serde_json::from_str(&text)?;
            if ![BEGINS, AT, END].contains(&mark.kind.as_str()) {
                bytes += text.len();
                heap.push(text.trim_end().to_owned());
            }
        }
    }
    let mut there = Proof::default();
    let mut cursor = None;
    loop {
        let (lines, next) = page(&worker, cursor.as_deref())?;
        lines.iter().for_each(|line| there.add(line));
        if next.is_none() {
            break;
        }
        cursor = next;
    }
    let missing = missing(&sums, &there.sums());
    if args.both.json {
        say!("{}", json!({"new": new, "missing": missing}));
    } else {
        say!("{new} rows were new");
        for one in &missing {
            say!("{one}");
        }
        if missing.is_empty() {
            let rows: u64 = sums.values().map(|sum| sum.rows).sum();
            say!("all {rows} rows of {} kinds are there", sums.len());
        }
    }
    Ok(match missing.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// A file's first line, and what its last says that it holds; what it does hold is added up anew.
fn whole(path: &Path) -> Result<(Mark, BTreeMap<String, Sum>)> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let mut began = None;
    let mut proof = Proof::default();
    for text in BufReader::new(file).lines() {
        let text = text?;
        let mark: Mark = serde_json::from_str(&text)
            .with_context(|| format!("{} is not an export", path.display()))?;
        ensure!(
            mark.form == FORM,
            "the file has form {}; this Heard reads {FORM}",
            mark.form
        );
        match mark.kind.as_str() {
            BEGINS => began = Some(mark),
            AT => {}
            END => {
                let sums = mark.sums.unwrap_or_default();
                ensure!(
                    sums == proof.sums(),
                    "the file is not what was written: its last line says otherwise than its rows"
                );
                let began = began.context("the file has no first line")?;
                return Ok((began, sums));
            }
            _ => proof.add(&serde_json::from_str(&text)?),
        }
    }
    bail!("the file broke off: run `heard export` on it again")
}
