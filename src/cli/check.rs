//! `heard check`: every mistake of a configuration by its key, before it is deployed.

use super::coverage::coverage;
use super::token;
use crate::accounts::wire::Listed;
use crate::cli::wrangler;
use crate::config::demo::demo;
use crate::config::demo::sandboxed;
use crate::config::problem::Problem;
use crate::config::secrets::{OPTIONAL, secret_names_in};
use crate::config::voice::faults;
use crate::config::{Config, Environment};
use crate::judgement::{Level, Situation};
use crate::lab::local;
use crate::lab::local::{Local, now_ms};
use crate::lab::secrets;
use crate::language::languages;
use crate::post::Workgroup;
use crate::voice::brand::{Brand, ONLY_BRAND};
use crate::voice::occasion::Occasion;
use crate::voice::{self, NOTHING_SAID, check};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Names every mistake in the configuration and in wrangler.toml by its key, and the secrets to set.
#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// The configuration.
    #[arg(long, default_value = crate::lab::configuration::FILE)]
    config: PathBuf,
    /// wrangler's file, with the environments.
    #[arg(long, default_value = wrangler::FILE)]
    wrangler: PathBuf,
    /// Which of wrangler's environments the secrets and the Worker are of; the top of the file without it.
    #[arg(long)]
    env: Option<String>,
    /// Check these secrets too (NAME=value lines); without it their names are listed.
    #[arg(long)]
    secrets: Option<PathBuf>,
    /// Ask the Worker deployed at this URL too: what it finds wrong, what can no longer be changed, and whom
    /// its tokens serve.
    #[arg(long)]
    url: Option<String>,
    /// A supervisor's token for it; in HEARD_TOKEN it stays out of the process list.
    #[arg(long, env = "HEARD_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read.
pub fn run(args: CheckArgs) -> Result<ExitCode> {
    let files = Files::read(&args.config, &args.wrangler)?;
    let environment = files.environment(args.env.as_deref())?;
    let names: Vec<String> = secret_names_in(&environment, &files.table)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let known: Option<BTreeMap<String, String>> = match &args.secrets {
        None => None,
        Some(file) => Some(secrets::parse(
            &std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?,
        )),
    };
    let secret = |name: &str| known.as_ref()?.get(name).cloned();
    let config = Config::read_in(&environment, &files.table, &secret);
    let mut problems = files.problems();
    if let Some(known) = &known {
        let is_optional = |key: &str| OPTIONAL.iter().any(|(name, _)| *name == key);
        let of_secrets = config
            .problems
            .iter()
            .filter(|p| names.contains(&p.key) || is_optional(&p.key));
        problems.extend(of_secrets.cloned());
        problems.extend(known.contains_key("HEARD_SANDBOX").then(sandboxed));
    }
    let mut tokens = None;
    if let Some(url) = &args.url {
        let worker = Local::of(Some(url), args.token.as_deref(), || {
            bail!("there is a --url")
        })?;
        problems.extend(deployed(&worker, url, config.shards)?);
        tokens = Some(token::all(&worker)?);
    }
    let mut warnings = unserved(&config, tokens.as_deref(), now_ms()?);
    warnings.extend(unsigned(&config));
    if known.is_some() {
        warnings.extend(config.details.missing());
    }
    let coverage = coverage(&config, now_ms()?);
    if args.json {
        say!(
            "{}",
            json!({"problems": problems, "warnings": warnings, "secrets": names, "coverage": coverage})
        );
    } else {
        for problem in &problems {
            say!("{}", files.told(problem));
        }
        for warning in &warnings {
            say!("warning: {}", files.told(warning));
        }
        if problems.is_empty() {
            say!(
                "{} is right: {} sources, {} apps, mode {}, shards {}.",
                args.config.display(),
                config.sources.len(),
                config.apps.len(),
                config.mode.as_str(),
                config.shards
            );
        }
        for coverage in &coverage {
            say!("{}", coverage.describe().trim_end());
        }
        if known.is_none() {
            let env = args.env.map(|env| format!(" --env {env}"));
            say!(
                "Secrets to set with `npx wrangler secret put NAME{}`: {}",
                env.unwrap_or_default(),
                names.join(", ")
            );
            say!(
                "And, if you want a page on which customers leave details: {}",
                OPTIONAL.map(|(name, _)| name).join(", ")
            );
        }
    }
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The configuration of the project at `root` as JSON, if both it and wrangler.toml are valid.
///
/// # Errors
/// When there is: all of them, by line and key.
pub fn sound(root: &Path) -> Result<String> {
    let files = Files::of_project(root)?;
    let problems = files.problems();
    if problems.is_empty() {
        return Ok(files.table);
    }
    let mut all = String::from("the configuration has mistakes:");
    for problem in &problems {
        let _ = write!(all, "\n  {}", files.told(problem));
    }
    bail!(all)
}

/// Whether two files would be right where they are to lie.
///
/// # Errors
/// When they would not: every mistake, by line and key.
pub fn would_be_sound(heard_toml: &str, wrangler_toml: &str) -> Result<()> {
    let files = Files::of(
        (
            crate::lab::configuration::FILE.into(),
            heard_toml.to_owned(),
        ),
        (wrangler::FILE.into(), wrangler_toml.to_owned()),
    )?;
    let problems = files.problems();
    if problems.is_empty() {
        return Ok(());
    }
    let mut all = String::from("this would have mistakes:");
    for problem in &problems {
        let _ = write!(all, "\n  {}", files.told(problem));
    }
    bail!(all)
}

/// What is deployed: the configuration and wrangler.toml.
pub(super) struct Files {
    config: PathBuf,
    text: String,
    wrangler: PathBuf,
    wrangler_text: String,
    /// The configuration as JSON.
    pub(super) table: String,
    wrangler_table: toml::Table,
}

impl Files {
    /// The project's own.
    pub(super) fn of_project(root: &Path) -> Result<Self> {
        Self::read(
            &root.join(crate::lab::configuration::FILE),
            &root.join(wrangler::FILE),
        )
    }

    pub(super) fn read(config: &Path, wrangler: &Path) -> Result<Self> {
        let read = |file: &Path| {
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
        };
        Self::of(
            (shown(config), read(config)?),
            (shown(wrangler), read(wrangler)?),
        )
    }

    fn of(
        (config, text): (PathBuf, String),
        (wrangler, wrangler_text): (PathBuf, String),
    ) -> Result<Self> {
        Ok(Self {
            table: crate::lab::configuration::table(&text)
                .with_context(|| config.display().to_string())?,
            wrangler_table: toml::from_str(&wrangler_text)
                .with_context(|| format!("{} is not TOML", wrangler.display()))?,
            config,
            wrangler,
            text,
            wrangler_text,
        })
    }

    pub(super) fn environment(&self, name: Option<&str>) -> Result<Environment> {
        let places = wrangler::places(&self.wrangler_table);
        let place = places.iter().find(|place| place.name == name);
        place.map(wrangler::Place::environment).with_context(|| {
            format!(
                "{} has no [env.{}]",
                self.wrangler.display(),
                name.unwrap_or_default()
            )
        })
    }

    /// Every mistake, secrets aside: in all environments, and of those sources too that are in none.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut all = vec![Environment::default()];
        let places = wrangler::places(&self.wrangler_table);
        all.extend(places.iter().map(wrangler::Place::environment));
        for environment in &all {
            let config = Config::read_in(environment, &self.table, &|_| None);
            let names = secret_names_in(environment, &self.table);
            let is_secret = |problem: &Problem| names.iter().any(|(name, _)| *name == problem.key);
            let mut found = config.problems.clone();
            found.retain(|problem| !is_secret(problem));
            found.extend(demo(&self.table, config.mode));
            // What the voice has to say is the same in all of them.
            if *environment == Environment::default() {
                found.extend(faults(&config));
                found.extend(speechless(&config));
            }
            found.retain(|problem| !problems.contains(problem));
            problems.extend(found);
        }
        problems.extend(wrangler::problems(&self.wrangler_table, &self.table));
        problems
    }

    /// A mistake in a line, with its place where that can be found.
    fn told(&self, Problem { key, says }: &Problem) -> String {
        let files = [
            (&self.wrangler, &self.wrangler_text),
            (&self.config, &self.text),
        ];
        let mut lines = files
            .into_iter()
            .filter_map(|(file, text)| Some((file, line_of(text, key)?)));
        match lines.next() {
            Some((file, line)) => format!("{}:{line}: {key}: {says}", file.display()),
            None => format!("{key}: {says}"),
        }
    }
}

/// A path as it is told: from the working folder, where it is within.
fn shown(file: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(here).unwrap_or(file).to_owned()
}

/// Workgroups whose posts wait for nobody, as far as is known: no roster names them, and no good token that was
/// used serves them.
fn unserved(config: &Config, tokens: Option<&[Listed]>, now_ms: i64) -> Vec<Problem> {
    let rostered = |workgroup: &Workgroup| {
        let mut sources = config.sources.iter();
        sources.any(|source| source.workgroup == *workgroup && source.roster.is_some())
    };
    let serves = |token: &Listed, workgroup: &Workgroup| {
        token.revoked_ms.is_none()
            && token.expires_ms > now_ms
            && (token.workgroups.is_empty() || token.workgroups.contains(workgroup))
    };
    let workgroups = config.workgroups().into_iter();
    workgroups
        .filter(|workgroup| {
            let mut tokens = tokens.into_iter().flatten();
            !rostered(workgroup) && !tokens.any(|token| serves(token, workgroup))
        })
        .map(|workgroup| Problem {
            key: format!("rosters.{workgroup}"),
            says: match tokens {
                Some(_) => {
                    "is missing, and no token that was used here serves this workgroup: nobody \
                            answers its posts"
                        .to_owned()
                }
                None => {
                    "is missing: its posts wait for nobody in particular, unless a token serves \
                         them (--url asks the deployed Worker)"
                        .to_owned()
                }
            },
        })
        .collect()
}

/// What a deployed Worker says is wrong, and whether it would ignore this configuration's number of shards.
fn deployed(worker: &Local, url: &str, shards: u16) -> Result<Vec<Problem>> {
    let said = local::wait(worker.get("/readyz", &[]))?;
    let ready: Ready = serde_json::from_value(said).context("not an answer of /readyz")?;
    let mut problems = ready.problems;
    problems.extend((ready.shards != shards).then(|| Problem {
        key: "shards".into(),
        says: format!(
            "is {shards} here, but the queue at {url} has {}: posts lie there, and another number is ignored",
            ready.shards
        ),
    }));
    Ok(problems)
}

/// What is read of `/readyz`.
#[derive(serde::Deserialize)]
struct Ready {
    problems: Vec<Problem>,
    shards: u16,
}

/// What the brands' own words leave nothing to say for.
fn speechless(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    for brand in &config.brands {
        let mut sources: Vec<_> = config.sources.iter().collect();
        sources.retain(|source| source.brand == *brand);
        // Fifty Pages of one brand say the same.
        sources.dedup_by_key(|source| (source.platform, source.help.clone()));
        for lang in languages() {
            let has_words = |level, situation| {
                sources.iter().all(|source| {
                    let occasion = Occasion {
                        situation,
                        facts: &[],
                        stated: None,
                        danger: None,
                        level,
                        despair: false,
                        lang,
                        help: &source.help,
                        platform: source.platform,
                        public: true,
                        live: true,
                        surge: false,
                        answers: true,
                        seed: 0,
                        lately: &NOTHING_SAID,
                        within: None,
                        on_duty: None,
                    };
                    voice::compose(brand, &occasion).is_some()
                })
            };
            let situations = Situation::ALL.into_iter();
            let mut mute: Vec<&str> = situations
                .filter(|situation| !has_words(Level::Urgent, Some(*situation)))
                .map(Situation::as_str)
                .collect();
            mute.extend((!has_words(Level::Emergency, None)).then_some("emergencies"));
            if !mute.is_empty() {
                problems.push(Problem {
                    key: banned(brand, lang),
                    says: format!("leaves the voice nothing to say about {}", mute.join(", ")),
                });
            }
        }
    }
    problems
}

/// The dangers whose lines nobody has signed for: what live mode does not say, in the languages that its brand answers in.
fn unsigned(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    for brand in &config.brands {
        let key = match brand.id.as_str() {
            ONLY_BRAND => "reviewed".to_owned(),
            id => format!("brands.{id}.reviewed"),
        };
        let mut by: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
        for (tag, dangers) in check::unsigned(brand) {
            by.entry(dangers).or_default().push(tag);
        }
        problems.extend(by.into_iter().map(|(dangers, tags)| Problem {
            key: key.clone(),
            says: format!(
                "nobody has signed for what to do in {} ({}), so live mode says a neutral line: `heard voice --section danger.fire` \
                 shows one's lines",
                dangers.join(", "),
                tags.join(", ")
            ),
        }));
    }
    problems
}

/// The key of what a brand never says.
fn banned(brand: &Brand, lang: &str) -> String {
    match brand.id.as_str() {
        ONLY_BRAND => format!("banned.{lang}"),
        id => format!("brands.{id}.banned.{lang}"),
    }
}

/// The line of a file, counted from 1, that a key stands on: `voice[2].text` is the `text = ` of the third
/// `[[voice]]`. Where the key itself is not written, the line of the table that lacks it.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let (path, last) = key.rsplit_once('.').unwrap_or(("", key));
    let found = |header: &str, nth: usize| {
        let is = |line: &str| line.split('#').next().unwrap_or_default().trim() == header;
        let mut at = lines.iter().enumerate().filter(|(_, line)| is(line));
        at.nth(nth).map(|(at, _)| at)
    };
    // A whole table: its own header.
    let own = || found(&format!("[{key}]"), 0).or_else(|| found(&format!("[[{key}]]"), 0));
    let table = match path
        .strip_suffix(']')
        .and_then(|path| path.rsplit_once('['))
    {
        Some((list, nth)) => found(&format!("[[{list}]]"), nth.parse().ok()?),
        None => found(&format!("[{path}]"), 0),
    };
    if table.is_none() && !path.is_empty() {
        return own().map(|at| at + 1);
    }
    let within = lines.iter().enumerate().skip(table.map_or(0, |at| at + 1));
    let mut within = within.take_while(|(_, line)| !line.starts_with('['));
    let written = within.find(|(_, line)| {
        let name = line.split('=').next().unwrap_or_default().trim();
        name.trim_matches('"') == last && line.contains('=')
    });
    let written = written.map(|(at, _)| at);
    written.or_else(own).or(table).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "mode = \"live\"

[brand]
name = \"Northline\"
[[sources]]
id = \"a\"
[[sources]] # the second
id = \"b\"
platform = \"y\"
[brand.care_text]
\"de\" = \"Rat\"
";

    #[test]
    fn finds_the_line_of_a_key() {
        for (key, line) in [
            ("mode", Some(1)),
            ("shards", None),
            ("brand", Some(3)),
            ("brand.name", Some(4)),
            ("brand.team", Some(3)),
            ("sources[1].platform", Some(9)),
            ("sources[0].platform", Some(5)),
            ("brand.care_text.de", Some(11)),
            ("sources[2].id", None),
            ("TOKEN_KEY", None),
        ] {
            assert_eq!(line_of(FILE, key), line, "{key}");
        }
    }

    #[test]
    fn the_shipped_files_have_no_mistake() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(sound(root).is_ok_and(|table| table.starts_with('{')));
    }

    /// A build stops at each mistake, and names its line.
    #[test]
    fn a_broken_configuration_is_not_built() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        for (file, change, with, told) in [
            (
                crate::lab::configuration::FILE,
                "shards = 1 ",
                "shards = 65",
                "heard.toml:4: shards: ",
            ),
            (
                crate::lab::configuration::FILE,
                "mode = \"dry_run\"",
                "mode = \"live\"",
                "brand.name: is the demo's",
            ),
            (
                crate::lab::configuration::FILE,
                "[brand]",
                "[brand",
                "heard.toml",
            ),
            (
                wrangler::FILE,
                "HEARD_MODE = \"dry_run\"",
                "HEARD_MODE = \"loud\"",
                "HEARD_MODE: ",
            ),
            (
                wrangler::FILE,
                "HEARD_MODE = \"dry_run\"",
                "HEARD_MODE = \"live\"",
                "is the demo's",
            ),
            (
                wrangler::FILE,
                "HEARD_ENV = \"staging\"",
                "",
                "env.staging.vars: ",
            ),
        ] {
            for kept in [crate::lab::configuration::FILE, wrangler::FILE] {
                let text = std::fs::read_to_string(root.join(kept)).unwrap();
                assert!(kept != file || text.contains(change), "{change}");
                let text = if kept == file {
                    text.replace(change, with)
                } else {
                    text
                };
                std::fs::write(folder.path().join(kept), text).unwrap();
            }
            let refused = format!("{:#}", sound(folder.path()).unwrap_err());
            assert!(refused.contains(told), "{refused}");
        }
    }

    #[test]
    fn a_workgroup_that_nobody_serves_is_a_warning() {
        let table = json!({
            "brand": {"name": "B"},
            "apps": [{"id": "x", "scheme": "x", "workgroup": "care"}],
            "sources": [{"id": "x", "app": "x", "account": "1"}],
        });
        let config = Config::read(&table.to_string(), &|_| None);
        let token = |workgroups: &[&str], expires_ms| -> Listed {
            serde_json::from_value(
                json!({"id": "t", "workgroups": workgroups, "expires_ms": expires_ms,
                "first_ms": 0, "seen_ms": 0}),
            )
            .unwrap()
        };
        let warned = |tokens: Option<&[Listed]>| unserved(&config, tokens, 10).len();
        assert_eq!(warned(None), 1);
        assert_eq!(warned(Some(&[])), 1);
        assert_eq!(warned(Some(&[token(&["other"], 20), token(&[], 9)])), 1);
        assert_eq!(warned(Some(&[token(&["care"], 20)])), 0);
        assert_eq!(warned(Some(&[token(&[], 20)])), 0);
    }
}
