//! `heard voice`: what the brand would say, to be read before it goes live.

use super::ack::configured;
use crate::config::Config;
use crate::config::voice::faults;
use crate::judgement::{Fact, Lasting, Level, Situation, Unit};
use crate::lab::configuration::platform;
use crate::language::{LANGUAGES, base};
use crate::post::Platform;
use crate::voice::brand::{Brand, Help};
use crate::voice::check::plain_repertoire;
use crate::voice::compose;
use crate::voice::occasion::{Acknowledgment, Lately, Occasion, Wait};
use crate::voice::print::{KEPT, fingerprint};
use crate::voice::repertoire::{Line, Needs, Repertoire, Section};
use anyhow::{Context, Result, bail};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Posts of no trade, one for each situation: beside them samples are read.
const POSTS: [(Situation, &str); Situation::ALL.len()] = [
    (
        Situation::Stuck,
        "Two hours stuck and nobody tells us anything",
    ),
    (
        Situation::Delayed,
        "It's late again and the kids are done for",
    ),
    (Situation::Cancelled, "Cancelled, and nobody at the desk"),
    (Situation::Missed, "I'm about to miss it, minutes left"),
    (
        Situation::LeftBehind,
        "They left without us, my children are in tears",
    ),
    (
        Situation::NoAccess,
        "My wheelchair doesn't get through, I told you last time",
    ),
    (
        Situation::LostProperty,
        "My bag is gone and my tablets are in it",
    ),
    (
        Situation::Medicine,
        "Mum's tablets aren't here and she needs them tonight",
    ),
    (
        Situation::LockedAccount,
        "Locked out of my account, second time I ask",
    ),
    (
        Situation::LockedPlace,
        "Locked out and nobody answers the bell",
    ),
    (
        Situation::CardBlocked,
        "My card is blocked and the rent bounced",
    ),
    (
        Situation::ChargedWrongly,
        "Charged twice and now the rent bounced",
    ),
    (
        Situation::MoneyMissing,
        "The money still isn't there, three days",
    ),
    (Situation::Refund, "Two weeks and no refund, third email"),
    (Situation::Fraud, "Somebody is using my card right now"),
    (
        Situation::ParcelMissing,
        "Six days late, no parcel, no word",
    ),
    (
        Situation::ParcelWrong,
        "It came broken and it was for my father",
    ),
    (
        Situation::NoService,
        "No internet for six days and I work from home",
    ),
    (
        Situation::Device,
        "The app won't start and my shift begins in minutes",
    ),
    (
        Situation::BookingWrong,
        "You booked us on the wrong day, it's in minutes",
    ),
    (Situation::AskedInVain, "Four emails, no reply"),
    (Situation::Staff, "Your man shouted at my daughter"),
    (
        Situation::Discrimination,
        "We were turned away for how we look",
    ),
    (Situation::Unclean, "Found hair in the baby's food"),
    (
        Situation::HomeDamage,
        "Your people broke our wall, water for two days",
    ),
    (
        Situation::DataExposed,
        "I can see other people's bills in my account",
    ),
    (
        Situation::CannotCancel,
        "I've tried to cancel for two months",
    ),
    (
        Situation::EventAtRisk,
        "The wedding is tomorrow and the dress isn't here",
    ),
    (
        Situation::DeadlineQuestion,
        "Which gate is it? Ten minutes left",
    ),
];

/// Prints what the voice can say, by section, with the brand's own lines in it; and samples as they would be sent.
#[derive(clap::Args, Debug)]
pub struct VoiceArgs {
    /// Only this language, perhaps with a region: de, pt-PT; all without it.
    #[arg(long)]
    lang: Option<String>,
    /// Only this section of the repertoire: stuck, danger.fire, none, short, closing.open ...
    #[arg(long, value_parser = section)]
    section: Option<Section>,
    /// On this platform.
    #[arg(long, value_parser = platform(), default_value = "x")]
    platform: Platform,
    /// How many samples of each.
    #[arg(short, default_value_t = 2, value_parser = clap::value_parser!(u16).range(0..=200))]
    n: u16,
    /// Print a JSON line for each line and sample.
    #[arg(long)]
    json: bool,
    /// Write a page instead, to be read and marked in a browser.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,
    /// Which of several brands speaks; the first without it.
    #[arg(long)]
    brand: Option<String>,
    /// The configuration whose brand speaks.
    #[arg(long, default_value = crate::lab::configuration::FILE)]
    config: PathBuf,
}

fn section(name: &str) -> Result<Section, String> {
    Section::named(name).ok_or_else(|| {
        let known: Vec<String> = Section::all().map(Section::name).collect();
        format!("no section \"{name}\"; one of {}", known.join(", "))
    })
}

/// A section of the repertoire, as it is shown.
#[derive(Debug, Serialize)]
struct Shown {
    lang: &'static str,
    section: String,
    /// What the lines of a danger follow, and who stands for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    guidance: Option<String>,
    lines: Vec<ShownLine>,
    samples: Vec<Sample>,
}

#[derive(Debug, Serialize)]
struct ShownLine {
    text: String,
    /// When it may be said.
    facts: Vec<&'static str>,
    /// Whether it is the brand's own.
    own: bool,
    /// Whether live mode says it.
    live: bool,
}

#[derive(Debug, Serialize)]
struct Sample {
    #[serde(skip_serializing_if = "str::is_empty")]
    post: &'static str,
    text: String,
}

/// Runs the command.
///
/// # Errors
/// A configuration that cannot be read, a language without a voice, or a broken standard output.
pub fn run(args: VoiceArgs) -> Result<ExitCode> {
    let config = configured(&args.config)?;
    let wanted =
        |brand: &&std::sync::Arc<Brand>| args.brand.as_ref().is_none_or(|id| *id == brand.id);
    let brand = config.brands.iter().find(wanted);
    let brand = brand.context("there is no such brand in the configuration")?;
    let all = shown(&config, brand, &args)?;
    let mut out = std::io::BufWriter::new(crate::out::stdout());
    if let Some(file) = &args.html {
        std::fs::write(file, page(&brand.name, &all))
            .with_context(|| format!("cannot write {}", file.display()))?;
        writeln!(out, "{} holds what {} can say.", file.display(), brand.name)?;
    } else if args.json {
        for one in &all {
            writeln!(out, "{}", serde_json::to_string(one)?)?;
        }
    } else {
        for one in &all {
            print(&mut out, one)?;
        }
    }
    // On the standard error, where the samples are for a program.
    let mut problems: Box<dyn Write> = match args.json {
        true => Box::new(std::io::stderr()),
        false => Box::new(&mut out),
    };
    let of_the_voice = |key: &str| {
        ["voice", "banned", "reviewed", "brand"]
            .iter()
            .any(|table| key.starts_with(table))
    };
    let mut found = faults(&config);
    found.extend(config.problems.iter().cloned());
    found.retain(|problem| of_the_voice(&problem.key));
    if !found.is_empty() {
        writeln!(problems, "`heard build` refuses:")?;
        for problem in found {
            writeln!(problems, "  {}: {}", problem.key, problem.says)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(config: &Config, brand: &Brand, args: &VoiceArgs) -> Result<Vec<Shown>> {
    let tags = LANGUAGES.iter().flat_map(|language| language.writings);
    let wanted = |tag: &str| {
        args.lang
            .as_deref()
            .is_none_or(|lang| lang.eq_ignore_ascii_case(tag))
    };
    let tags: Vec<&str> = tags
        .map(|writing| writing.tag)
        .filter(|tag| wanted(tag))
        .collect();
    if tags.is_empty() {
        let known = LANGUAGES.iter().flat_map(|language| language.writings);
        let known: Vec<_> = known.map(|writing| writing.tag).collect();
        bail!("there is no such voice; one of {}", known.join(", "));
    }
    let source = config
        .sources
        .iter()
        .find(|source| source.platform == args.platform && source.brand.id == brand.id);
    let none = Help::default();
    let help = source.map_or(&none, |source| &source.help);
    let mut all = Vec::new();
    for of in tags.into_iter().filter_map(plain_repertoire) {
        let mut lately = Lately::default();
        for section in Section::all() {
            if args.section.is_some_and(|only| only != section) {
                continue;
            }
            let lines = brand.own.section(of, section);
            let live = |line: &Line<'_>| match section {
                Section::Danger(danger) => brand.own.stands_for(of, danger, line),
                _ => true,
            };
            let is_own = |line: &Line<'_>| of.lines.iter().all(|heard| heard.print != line.print);
            let guidance = match section {
                Section::Danger(danger) => of.guidance(danger).map(|guidance| {
                    let by = guidance.reviewed_by.unwrap_or("nobody yet");
                    format!("follows {}; reviewed by {by}", guidance.follows)
                }),
                _ => None,
            };
            let mut samples = Vec::new();
            for nth in 0..args.n {
                let line = lines.get(usize::from(nth) % lines.len().max(1)).copied();
                let needs = line.map(|line| line.needs).unwrap_or_default();
                if let Some(said) = sample(
                    brand,
                    of,
                    help,
                    args.platform,
                    (section, needs, nth),
                    &lately,
                ) {
                    lately.source.extend(&said.used);
                    let old = lately.source.len().saturating_sub(200 * KEPT);
                    lately.source.drain(..old);
                    let post = match section {
                        Section::Situation(situation) => {
                            POSTS.iter().find(|(of, _)| *of == situation)
                        }
                        _ => None,
                    };
                    samples.push(Sample {
                        post: post.map_or("", |(_, post)| post),
                        text: said.text,
                    });
                }
            }
            all.push(Shown {
                lang: of.writing.tag,
                section: section.name(),
                guidance,
                lines: lines
                    .iter()
                    .map(|line| ShownLine {
                        text: line.text.to_owned(),
                        facts: line.needs.names(),
                        own: is_own(line),
                        live: live(line),
                    })
                    .collect(),
                samples,
            });
        }
    }
    Ok(all)
}

/// A text of a section, as it would be sent in public; of a danger also what nobody has signed for yet.
fn sample(
    brand: &Brand,
    of: &Repertoire,
    help: &Help,
    platform: Platform,
    (section, needs, nth): (Section, Needs, u16),
    lately: &Lately,
) -> Option<Acknowledgment> {
    let facts: Vec<Fact> = Fact::ALL
        .into_iter()
        .filter(|fact| Needs::of(&[*fact]).holds_in(needs))
        .collect();
    let (situation, danger) = match section {
        Section::Situation(situation) => (Some(situation), None),
        Section::Danger(danger) => (None, Some(danger)),
        Section::Short => (Some(Situation::Stuck), None),
        _ => (None, None),
    };
    let level = match section {
        Section::Danger(_) | Section::Emergency | Section::Raised => Level::Emergency,
        _ => Level::Urgent,
    };
    let within = match section {
        Section::Soon => Some(Wait::Minutes(20)),
        Section::Later => Some(Wait::BackAt {
            days: 1,
            weekday: chrono::Weekday::Mon,
            hh: 8,
            mm: 0,
            zone: "Europe/London",
        }),
        _ => None,
    };
    let tag = of.writing.tag;
    let regional = Brand {
        // So that the writing that was asked for is the one that speaks.
        language: if base(&brand.language) == base(tag) {
            tag.to_owned()
        } else {
            brand.language.clone()
        },
        ..brand.clone()
    };
    let occasion = Occasion {
        situation,
        facts: &facts,
        stated: Needs::DURATION.holds_in(needs).then_some(Lasting {
            n: 2 + u8::try_from(nth % 5).unwrap_or(0),
            of: Unit::Hours,
        }),
        danger,
        level,
        despair: false,
        lang: tag,
        help,
        platform,
        public: true,
        live: false,
        surge: section == Section::Short,
        answers: true,
        seed: fingerprint(&format!("{tag} {} {nth}", section.name())),
        lately,
        within,
        on_duty: None,
    };
    compose(&regional, &occasion)
}

/// How wide a sample is printed, in characters.
const WIDTH: usize = 96;

fn print(out: &mut impl Write, shown: &Shown) -> Result<()> {
    writeln!(out, "{}  {}", shown.lang, shown.section)?;
    if let Some(guidance) = &shown.guidance {
        writeln!(out, "    {guidance}")?;
    }
    for line in &shown.lines {
        let mark = match (line.own, line.live) {
            (true, true) => "own ",
            (true, false) => "own, not signed for ",
            (false, true) => "",
            (false, false) => "not signed for ",
        };
        let facts = line.facts.join(", ");
        let facts = if facts.is_empty() {
            facts
        } else {
            format!("({facts}) ")
        };
        for (at, part) in wrapped(&format!("{mark}{facts}{}", line.text), WIDTH)
            .iter()
            .enumerate()
        {
            writeln!(out, "  {} {part}", if at == 0 { "-" } else { " " })?;
        }
    }
    for sample in &shown.samples {
        if !sample.post.is_empty() {
            writeln!(out, "    > {}", sample.post)?;
        }
        for line in wrapped(&sample.text, WIDTH) {
            writeln!(out, "      {line}")?;
        }
    }
    writeln!(out)?;
    Ok(())
}

/// The page: every line with a box to tick and room for a word, and the samples beside.
fn page(brand: &str, all: &[Shown]) -> String {
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>What {0} can say</title><style>{STYLE}</style><h1>What {0} can say</h1>\
         <p>Tick what may go out, and write beside a line what is wrong with it: printed, the page keeps your marks. \
         In brackets stands when a line is said, and both forms of address. No living native has read these lines yet.</p>",
        escaped(brand)
    );
    for one in all {
        let _ = write!(
            page,
            "<section lang=\"{0}\"><h2>{0} · {1}</h2>",
            one.lang, one.section
        );
        if let Some(guidance) = &one.guidance {
            let _ = write!(page, "<p class=\"note\">{}</p>", escaped(guidance));
        }
        page.push_str("<ul>");
        for line in &one.lines {
            let facts = line.facts.join(", ");
            let marks = [(line.own, "own"), (!line.live, "not signed for")];
            let marks = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark);
            let marks: Vec<&str> = marks
                .chain((!facts.is_empty()).then_some(&*facts))
                .collect();
            let _ = write!(
                page,
                "<li><label><input type=\"checkbox\"> {} <small>{}</small></label><span contenteditable></span></li>",
                escaped(&line.text),
                escaped(&marks.join("; "))
            );
        }
        page.push_str("</ul>");
        for sample in &one.samples {
            if !sample.post.is_empty() {
                let _ = write!(
                    page,
                    "<blockquote lang=\"en\">{}</blockquote>",
                    escaped(sample.post)
                );
            }
            let _ = write!(page, "<p class=\"said\">{}</p>", escaped(&sample.text));
        }
        page.push_str("</section>");
    }
    page
}

/// How the page looks.
const STYLE: &str = "body{font:16px/1.5 system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}h2{margin-top:2.5rem;\
font-size:1rem}ul{list-style:none;padding:0}li{display:grid;grid-template-columns:3fr 1fr;gap:1rem;border-top:1px solid #ddd;\
padding:.3rem 0}small,.note{color:#666}[contenteditable]{border-bottom:1px dotted #999}.said{background:#f3f5f7;\
padding:.5rem .8rem;border-radius:.4rem}blockquote{color:#666;margin:.8rem 0 .2rem}";

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
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
    fn every_situation_has_its_post() {
        for (at, situation) in Situation::ALL.into_iter().enumerate() {
            assert_eq!(POSTS[at].0, situation);
        }
    }

    #[test]
    fn a_page_shows_nothing_as_markup() {
        let one = Shown {
            lang: "en",
            section: "stuck".into(),
            guidance: None,
            lines: Vec::new(),
            samples: vec![Sample {
                post: "",
                text: "<b>".into(),
            }],
        };
        assert!(page("A & \"B\"", &[one]).contains("&lt;b&gt;"));
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("お声が届きました", 8), ["お声が届", "きました"]);
        assert_eq!(wrapped("", 8), [""; 0]);
    }
}
