//! `heard voice`: what the brand would say, to be read before it goes live.

use super::ack::{Line, configured};
use crate::config::Config;
use crate::judgement::Level;
use crate::judgement::Matter;
use crate::lab::configuration::{named, platform};
use crate::language::languages;
use crate::post::Platform;
use crate::voice::brand::Brand;
use crate::voice::brand::Help;
use crate::voice::compose;
use crate::voice::occasion::{Acknowledgment, Occasion, fingerprint};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Posts of our own, for every language and matter: what is sampled answers one of them.
const POSTS: &str = include_str!("../../tests/acks/posts.jsonl");

/// How many of the last texts a sample must differ from, as a source's memory holds.
const REMEMBERED: usize = 600;

/// Prints what the voice says, by language, matter and platform, with the brand's own lines and words in it.
#[derive(clap::Args, Debug)]
pub struct VoiceArgs {
    /// Only this language (ISO 639-1); all eight without it.
    #[arg(long)]
    lang: Option<String>,
    /// Only this matter: delay, locked_out, money ...
    #[arg(long, value_parser = named(Matter::ALL.map(Matter::as_str), Matter::named))]
    matter: Option<Matter>,
    /// On this platform.
    #[arg(long, value_parser = platform(), default_value = "x")]
    platform: Platform,
    /// How urgent: 2, or 3 for an emergency.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    level: u8,
    /// As it speaks to somebody who hints at harming themselves.
    #[arg(long)]
    despair: bool,
    /// How many of each.
    #[arg(short, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=200))]
    n: u16,
    /// Print a JSON line for each sample.
    #[arg(long)]
    json: bool,
    /// Which of several brands speaks; the first without it.
    #[arg(long)]
    brand: Option<String>,
    /// The configuration whose brand speaks.
    #[arg(long, default_value = crate::lab::configuration::FILE)]
    config: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// A configuration that cannot be read, a language without a voice, or a broken standard output.
pub fn run(args: VoiceArgs) -> Result<ExitCode> {
    let config = configured(&args.config)?;
    let mut out = std::io::BufWriter::new(crate::out::stdout());
    let langs: Vec<&str> = languages()
        .filter(|code| args.lang.as_deref().is_none_or(|lang| lang == *code))
        .collect();
    if langs.is_empty() {
        let known: Vec<_> = languages().collect();
        bail!("there is no such voice; one of {}", known.join(", "));
    }
    let all = Line::all(POSTS)?;
    let mut recent: Vec<u64> = Vec::new();
    for lang in langs {
        for matter in Matter::ALL {
            if args.matter.is_some_and(|only| only != matter) {
                continue;
            }
            if !args.json {
                writeln!(out, "{lang}  {}  on {}", matter.as_str(), args.platform)?;
            }
            let posts = posts(&all, lang, matter);
            for sample in 0..usize::from(args.n) {
                let post = posts.get(sample % posts.len().max(1));
                let post = post.map_or("", String::as_str);
                let said = sample_of(&config, &args, (lang, matter, post, sample), &recent)?;
                if args.json {
                    let line = json!({
                        "lang": lang,
                        "matter": matter.as_str(),
                        "platform": args.platform,
                        "post": post,
                        "text": said.as_ref().map(|said| &said.text),
                    });
                    writeln!(out, "{line}")?;
                } else {
                    show(&mut out, post, said.as_ref())?;
                }
                recent.extend(said.into_iter().flat_map(|said| said.used));
                let old = recent.len().saturating_sub(REMEMBERED);
                recent.drain(..old);
            }
        }
    }
    // On the standard error, where the samples are for a program.
    let mut problems: Box<dyn Write> = match args.json {
        true => Box::new(std::io::stderr()),
        false => Box::new(&mut out),
    };
    let mut refused = config.problems.iter().filter(|problem| {
        ["voice", "words", "banned", "brand"]
            .iter()
            .any(|table| problem.key.starts_with(table))
    });
    if let Some(first) = refused.next() {
        writeln!(problems, "Left out, or not understood:")?;
        for problem in std::iter::once(first).chain(refused) {
            writeln!(problems, "  {}: {}", problem.key, problem.says)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The posts of a language that are about a matter.
fn posts(all: &[Line], lang: &str, matter: Matter) -> Vec<String> {
    let of = all.iter().filter(|line| {
        line.lang.as_deref() == Some(lang) && line.matter.as_deref() == Some(matter.as_str())
    });
    of.map(|line| line.text.clone()).collect()
}

fn sample_of(
    config: &Config,
    args: &VoiceArgs,
    (lang, matter, post, sample): (&str, Matter, &str, usize),
    recent: &[u64],
) -> Result<Option<Acknowledgment>> {
    let wanted = |brand: &Brand| args.brand.as_ref().is_none_or(|id| *id == brand.id);
    let brand = config.brands.iter().find(|brand| wanted(brand));
    let brand = brand.context("there is no such brand in the configuration")?;
    let source = config
        .sources
        .iter()
        .find(|source| source.platform == args.platform && source.brand.id == brand.id);
    let none = Help::default();
    let occasion = Occasion {
        text: post,
        matter,
        level: Level::try_from(args.level).map_err(anyhow::Error::msg)?,
        despair: args.despair,
        lang,
        help: source.map_or(&none, |source| &source.help),
        platform: args.platform,
        public: true,
        seed: fingerprint(&format!("{sample}{post}")),
        recent_openings: recent,
        within: None,
        on_duty: None,
    };
    Ok(compose(brand, &occasion))
}

/// How wide a sample is printed, in characters.
const WIDTH: usize = 96;

fn show(out: &mut impl Write, post: &str, said: Option<&Acknowledgment>) -> Result<()> {
    for line in wrapped(post, WIDTH) {
        writeln!(out, "    > {line}")?;
    }
    match said {
        None => writeln!(out, "      (nothing: no words fit and pass)\n")?,
        Some(said) => {
            for line in wrapped(&said.text, WIDTH) {
                writeln!(out, "      {line}")?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

/// Lines of at most `width` characters, broken between words; where words are not spaced, anywhere.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        if !line.is_empty() && line.chars().count() + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        // Letters that fill two columns: half as many to a line.
        let most = if word.iter().any(|c| *c >= '\u{3000}') {
            width / 2
        } else {
            width
        };
        while word.len() > most {
            lines.push(word.drain(..most).collect());
        }
        line.extend(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_and_matter_has_a_post_to_answer() {
        let all = Line::all(POSTS).unwrap();
        for lang in languages() {
            for matter in Matter::ALL {
                assert!(!posts(&all, lang, matter).is_empty(), "{lang} {matter:?}");
            }
        }
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("お声が届きました", 8), ["お声が届", "きました"]);
        assert_eq!(wrapped("", 8), [""; 0]);
    }
}
