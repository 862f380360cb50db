//! `heard ack`: posts in; the acknowledgment that would be sent, or why none.

use super::local::now_ms;
use super::simulate;
use crate::ack::guard::Answered;
use crate::ack::preview::{Shown, ShownAck, preview};
use crate::ack::voice::Part;
use crate::config::Config;
use crate::post::Platform;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::io::{BufRead, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// The shipped configuration: the brand that speaks where no other is configured.
const SHIPPED: &str = include_str!("../../wrangler.toml");

/// Shows the acknowledgment that a post would get, or why none.
#[derive(clap::Args, Debug)]
pub struct AckArgs {
    /// Read JSON lines {"text", "platform"?, "lang"?} from standard input and write one JSON line each.
    #[arg(long, conflicts_with_all = ["text", "json"])]
    jsonl: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The platform the post is written on.
    #[arg(long, value_parser = simulate::platform)]
    platform: Option<Platform>,
    /// The language the platform names (BCP 47).
    #[arg(long)]
    lang: Option<String>,
    /// The configuration whose brand speaks.
    #[arg(long, default_value = "wrangler.toml")]
    config: PathBuf,
    /// The post; without it, all of standard input is one post.
    text: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    platform: Option<Platform>,
    #[serde(default)]
    lang: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// A line that is no such JSON, or broken standard streams.
pub fn run(args: AckArgs) -> Result<ExitCode> {
    let config = configured(&args.config)?;
    let now_ms = now_ms()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if args.jsonl {
        for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let line: Line = serde_json::from_str(&line).with_context(|| {
                format!("line {number} is no {{\"text\", \"platform\"?, \"lang\"?}}")
            })?;
            let shown = preview(
                &config,
                &line.text,
                line.platform,
                line.lang.as_deref(),
                now_ms,
            );
            writeln!(out, "{}", serde_json::to_string(&shown.ack)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = args.text.join(" ");
    if text.is_empty() {
        std::io::stdin().lock().read_to_string(&mut text)?;
    }
    let shown = preview(
        &config,
        text.trim(),
        args.platform,
        args.lang.as_deref(),
        now_ms,
    );
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&shown.ack)?)?;
    } else {
        show(&mut out, &shown)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The configuration in a file, without secrets; the shipped one where there is no such file.
///
/// # Errors
/// When it cannot be read.
pub fn configured(file: &std::path::Path) -> Result<Config> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => SHIPPED.to_string(),
        Err(why) => return Err(why).with_context(|| format!("cannot read {}", file.display())),
    };
    let table = super::check::heard_table(&text)?;
    Ok(Config::read(&table, &|_| None))
}

/// What is said of time.
fn time(ack: &ShownAck) -> String {
    let told = ack
        .told_ms
        .and_then(chrono::DateTime::from_timestamp_millis);
    match (told, ack.untold) {
        (Some(told), _) => format!("tells of {}", told.format("%a %Y-%m-%d %H:%M UTC")),
        (None, Some(why)) => format!("nothing of time: {why}"),
        (None, None) => "nothing of time".into(),
    }
}

fn show(out: &mut impl Write, shown: &Shown) -> Result<()> {
    let Shown { triage, ack } = shown;
    writeln!(
        out,
        "{}, level {}, urgency {}, {}; the matter: {}",
        triage.kind.as_str(),
        u8::from(triage.level),
        triage.urgency,
        triage.lang,
        ack.matter
    )?;
    for Answered {
        guard,
        asks,
        answer,
        why,
        rule,
        saw,
    } in &ack.guards
    {
        let detail = match (why, rule) {
            (Some(why), _) => format!("{why} {saw}"),
            _ => saw.clone(),
        };
        let line = format!("  {:<10}{guard:<16}{asks:<62}{detail}", answer.as_str());
        writeln!(out, "{}", line.trim_end())?;
        if let Some(rule) = rule {
            writeln!(
                out,
                "{:28}{} ({}, {})",
                "", rule.says, rule.source, rule.date
            )?;
        }
    }
    match &ack.text {
        Some(text) => {
            writeln!(out, "send ({}):\n\n  {text}\n", ack.why)?;
            let signed = ack.signed.as_deref().unwrap_or_default();
            writeln!(out, "  signed by {signed}; {}\n", time(ack))?;
        }
        None => writeln!(out, "nothing is sent: {}", ack.why)?,
    }
    for Part { name, text } in &ack.moves {
        writeln!(out, "  {name:<11}{text}")?;
    }
    Ok(())
}
