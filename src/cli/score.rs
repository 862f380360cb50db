//! `heard score`: posts in, triage out.

use crate::judgement::{Actual, Level, Triage, Who};
use crate::lab::configuration::platform;
use crate::post::Platform;
use crate::triage::{Subject, explained};
use anyhow::Context;
use serde::Deserialize;
use std::fmt::Write as _;
use std::io::{BufRead, Read, Write};
use std::process::ExitCode;

/// Judges posts: what they are, how urgent, and why.
#[derive(clap::Args, Debug)]
pub struct ScoreArgs {
    /// Read JSON lines {"text", "platform"?, "lang"?} from standard input and write one JSON line each.
    #[arg(long, conflicts_with_all = ["text", "json"])]
    jsonl: bool,
    /// Print JSON instead of the view for people.
    #[arg(long)]
    json: bool,
    /// The platform the post came from.
    #[arg(long, value_parser = platform())]
    platform: Option<Platform>,
    /// The language the platform names (BCP 47).
    #[arg(long)]
    lang: Option<String>,
    /// The post; without it, all of standard input is one post.
    text: Vec<String>,
}

/// A line of `--jsonl`'s input.
#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    platform: Option<String>,
    #[serde(default)]
    lang: Option<String>,
}

/// Runs the command.
///
/// # Errors
///
/// A line that is not JSON or has no `text`, or broken standard streams.
pub fn run(args: ScoreArgs) -> anyhow::Result<ExitCode> {
    let stdout = crate::out::stdout();
    if args.jsonl {
        return lines(std::io::stdin().lock(), stdout);
    }
    let mut text = args.text.join(" ");
    if args.text.is_empty() {
        std::io::stdin()
            .read_to_string(&mut text)
            .context("reading the post from standard input")?;
    }
    let found = explained(&Subject {
        text: &text,
        platform: args.platform,
        lang: args.lang.as_deref(),
    });
    let mut out = stdout;
    if args.json {
        serde_json::to_writer(&mut out, &found)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", view(&found))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Scores JSON lines in order. An unknown platform is no error here: recorded streams carry names that
/// this build may not know, and triage does without.
fn lines(input: impl BufRead, output: impl Write) -> anyhow::Result<ExitCode> {
    let mut out = std::io::BufWriter::new(output);
    for (number, line) in input.lines().enumerate() {
        let line = line.context("reading standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&line)
            .with_context(|| format!("line {}: expected {{\"text\": \"...\"}}", number + 1))?;
        let found = explained(&Subject {
            text: &line.text,
            platform: line.platform.as_deref().and_then(Platform::named),
            lang: line.lang.as_deref(),
        });
        serde_json::to_writer(&mut out, &found)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The judgement as a person likes to read it.
pub fn view(found: &Triage) -> String {
    let kind = found.kind.as_str();
    let soon = match found.level {
        Level::Idle => "nobody needed soon",
        Level::Routine => "routine, hours are fine",
        Level::Urgent => "urgent, a person within minutes",
        Level::Emergency => "emergency",
    };
    let mut view = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(view, "{kind}, level {}: {soon}", u8::from(found.level));
    let _ = writeln!(
        view,
        "  urgency    {:3}  {}",
        found.urgency,
        bar(f32::from(found.urgency) / 100.0)
    );
    let _ = writeln!(
        view,
        "  sentiment {:+.1}  language {}",
        found.sentiment, found.lang
    );
    if let Some(situation) = found.situation {
        let (name, sure) = (situation.as_str(), found.situation_chance * 100.0);
        let _ = writeln!(view, "  situation  {name} ({sure:.0}% sure)");
    }
    if let Some(danger) = found.danger {
        let _ = writeln!(view, "  danger     {}", danger.as_str());
    }
    if found.actual != Actual::Now {
        let _ = writeln!(view, "  actual     {}", found.actual.as_str());
    }
    if !found.to_us {
        let _ = writeln!(view, "  not to us");
    }
    if found.who != Who::Author {
        let _ = writeln!(view, "  concerns   {}", found.who.as_str());
    }
    if !found.facts.is_empty() {
        let names: Vec<&str> = found.facts.iter().map(|fact| fact.as_str()).collect();
        let _ = writeln!(view, "  facts      {}", names.join(", "));
    }
    for (name, chance) in [
        ("complaint", found.complaint),
        ("help", found.help),
        ("praise", found.praise),
        ("abuse", found.abuse),
        ("spam", found.spam),
    ] {
        let _ = writeln!(view, "  {name:<10} {:3.0}% {}", chance * 100.0, bar(chance));
    }
    if !found.reasons.is_empty() {
        let _ = writeln!(view, "  because");
        for reason in &found.reasons {
            let what: String = reason.what.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(view, "    {:+5.1}  {what}", reason.weight);
        }
    }
    view
}

/// A bar of twenty cells.
fn bar(share: f32) -> String {
    let full = (share.clamp(0.0, 1.0) * 20.0).round() as usize;
    "█".repeat(full) + &"·".repeat(20 - full)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(input: &str) -> anyhow::Result<Vec<serde_json::Value>> {
        let mut out = Vec::new();
        lines(input.as_bytes(), &mut out)?;
        Ok(String::from_utf8(out)?
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect())
    }

    #[test]
    fn scores_lines_in_order_with_every_field() {
        let found = score(
            "{\"text\": \"stuck for 4 hours, no water, help\", \"platform\": \"x\"}\n\n{\"text\": \"Danke, super!\", \"lang\": \"de\", \"platform\": \"mars\"}\n",
        )
        .unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0]["kind"], "complaint");
        assert_eq!(found[1]["kind"], "praise");
        for line in &found {
            for field in [
                "kind",
                "urgency",
                "level",
                "sentiment",
                "complaint",
                "help",
                "praise",
                "abuse",
                "spam",
                "lang",
                "reasons",
            ] {
                assert!(!line[field].is_null(), "{field}: {line}");
            }
        }
        assert!(found[0]["reasons"][0]["what"].is_string());
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = score("{\"text\": \"a\"}\n{\"txt\": 1}\n").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn the_view_shows_reasons() {
        let found = explained(&Subject {
            text: "locked out of my account since tuesday and payroll runs in 20 minutes, please help",
            ..Subject::default()
        });
        let view = view(&found);
        assert!(view.contains("because"), "{view}");
        assert!(view.contains("locked out"), "{view}");
    }
}
