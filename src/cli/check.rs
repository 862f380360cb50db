//! `heard check`: every mistake of a configuration by its key, before it is deployed.

use super::coverage::coverage;
use crate::config::Config;
use crate::config::demo::{demo, sandboxed};
use crate::config::problem::Problem;
use crate::config::secrets::secret_names;
use crate::judgement::Level;
use crate::judgement::Matter;
use crate::lab::configuration::heard_table;
use crate::lab::local::{Local, now_ms};
use crate::lab::secrets;
use crate::language::languages;
use crate::voice;
use crate::voice::occasion::Occasion;
use anyhow::{Context, Result};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// Names every mistake in the configuration by its key, and the secrets to set.
#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// The configuration.
    #[arg(long, default_value = "wrangler.toml")]
    config: PathBuf,
    /// Check these secrets too (NAME=value lines); without it their names are listed.
    #[arg(long)]
    secrets: Option<PathBuf>,
    /// Ask the Worker that is deployed there too: what it finds wrong, and what can no longer be changed.
    #[arg(long)]
    url: Option<String>,
    /// A supervisor's token for it; HEARD_TOKEN says it out of the process list.
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
    let text = std::fs::read_to_string(&args.config)
        .with_context(|| format!("cannot read {}", args.config.display()))?;
    let table = heard_table(&text)?;
    let names: Vec<String> = secret_names(&table)
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
    let config = Config::read(&table, &|name| known.as_ref()?.get(name).cloned());
    let mut problems = config.problems.clone();
    if known.is_none() {
        problems.retain(|problem| !names.contains(&problem.key));
    }
    problems.extend(deploy_problems(&text, known.as_ref())?);
    problems.extend(demo(&table));
    problems.extend(speechless(&config));
    if let Some(url) = &args.url {
        problems.extend(deployed(url, args.token.as_deref(), config.shards)?);
    }
    let coverage = coverage(&config, now_ms()?);
    if args.json {
        println!(
            "{}",
            json!({"problems": problems, "secrets": names, "coverage": coverage})
        );
    } else {
        for Problem { key, says } in &problems {
            match line_of(&text, key) {
                Some(line) => println!("{}:{line}: {key}: {says}", args.config.display()),
                None => println!("{key}: {says}"),
            }
        }
        if problems.is_empty() {
            println!(
                "{} is right: {} sources, {} apps, mode {}, shards {}.",
                args.config.display(),
                config.sources.len(),
                config.apps.len(),
                config.mode.as_str(),
                config.shards
            );
        }
        for coverage in &coverage {
            print!("{}", coverage.describe());
        }
        if known.is_none() {
            println!(
                "Secrets to set with `npx wrangler secret put NAME`: {}",
                names.join(", ")
            );
        }
    }
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What the Worker at `url` says is wrong, and whether it would ignore this configuration's number of shards.
fn deployed(url: &str, token: Option<&str>, shards: u16) -> Result<Vec<Problem>> {
    let worker = Local::of(Some(url), token, || anyhow::bail!("there is a --url"))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let said = runtime.block_on(worker.get("/readyz", &[]))?;
    let ready: Ready = serde_json::from_value(said).context("not an answer of /readyz")?;
    let mut problems = ready.problems;
    problems.extend((ready.shards != shards).then(|| Problem {
        key: "HEARD.shards".into(),
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

/// What must not reach a deployment: a sandbox, among the variables of the whole or of one of wrangler's
/// environments, or among the secrets.
fn deploy_problems(
    wrangler_toml: &str,
    secrets: Option<&BTreeMap<String, String>>,
) -> Result<Vec<Problem>> {
    let config: toml::Table = toml::from_str(wrangler_toml).context("wrangler.toml is no TOML")?;
    let environments = config.get("env").and_then(|env| env.as_table());
    let vars = environments
        .into_iter()
        .flat_map(|env| env.values())
        .chain([&toml::Value::Table(config.clone())])
        .filter_map(|environment| environment.get("vars")?.get("HEARD_SANDBOX"))
        .count();
    let secret = secrets.is_some_and(|secrets| secrets.contains_key("HEARD_SANDBOX"));
    Ok((vars > 0 || secret).then(sandboxed).into_iter().collect())
}

/// What the brand's own words leave nothing to say for.
fn speechless(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    for lang in languages() {
        let matters: Vec<&str> = Matter::ALL
            .into_iter()
            .filter(|matter| {
                config.sources.iter().any(|source| {
                    let occasion = Occasion {
                        text: "",
                        matter: *matter,
                        level: Level::Urgent,
                        self_harm: false,
                        lang,
                        help: &source.help,
                        platform: source.platform,
                        public: true,
                        seed: 0,
                        recent_openings: &[],
                        within: None,
                        on_duty: None,
                    };
                    voice::compose(&config.brand, &occasion).is_none()
                })
            })
            .map(Matter::as_str)
            .collect();
        if !matters.is_empty() {
            problems.push(Problem {
                key: format!("HEARD.banned.{lang}"),
                says: format!(
                    "leaves the voice nothing to say about {}",
                    matters.join(", ")
                ),
            });
        }
    }
    problems
}

/// The line of a file, counted from 1, that a key stands on: `HEARD.voice[2].text` is the `text = ` of the third
/// `[[vars.HEARD.voice]]`. Where the key itself is not written, the line of the table that lacks it.
fn line_of(wrangler_toml: &str, key: &str) -> Option<usize> {
    let lines: Vec<&str> = wrangler_toml.lines().map(str::trim).collect();
    let (path, last) = key.rsplit_once('.')?;
    let found = |header: &str, nth: usize| {
        let mut at = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| **line == header);
        at.nth(nth).map(|(at, _)| at)
    };
    let table = match path
        .strip_suffix(']')
        .and_then(|path| path.rsplit_once('['))
    {
        Some((list, nth)) => found(&format!("[[vars.{list}]]"), nth.parse().ok()?),
        None => found(&format!("[vars.{path}]"), 0),
    }?;
    let within = lines.iter().enumerate().skip(table + 1);
    let mut within = within.take_while(|(_, line)| !line.starts_with('['));
    let written = within.find(|(_, line)| {
        let name = line.split('=').next().unwrap_or_default().trim();
        name.trim_matches('"') == last && line.contains('=')
    });
    Some(written.map_or(table, |(at, _)| at) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[vars.HEARD]
mode = \"live\"

[vars.HEARD.brand]
name = \"Northline\"
[[vars.HEARD.sources]]
id = \"a\"
[[vars.HEARD.sources]]
id = \"b\"
platform = \"y\"
[vars.HEARD.brand.care_text]
\"de\" = \"Rat\"
";

    #[test]
    fn a_sandbox_must_not_be_deployed() {
        let keys = |toml: &str| -> Vec<String> {
            let problems = deploy_problems(toml, None).unwrap();
            problems.into_iter().map(|problem| problem.key).collect()
        };
        assert_eq!(keys(FILE), [] as [&str; 0]);
        let sandboxed = "[vars]\nHEARD_SANDBOX = \"http://127.0.0.1:8788\"\n";
        assert_eq!(keys(sandboxed), ["vars.HEARD_SANDBOX"]);
        let elsewhere = "[env.staging.vars]\nHEARD_SANDBOX = \"http://127.0.0.1:8788\"\n";
        assert_eq!(keys(elsewhere), ["vars.HEARD_SANDBOX"]);
        let secrets = secrets::parse("HEARD_SANDBOX=http://127.0.0.1:8788");
        assert_eq!(deploy_problems(FILE, Some(&secrets)).unwrap().len(), 1);
        assert!(deploy_problems("no TOML", None).is_err());
    }

    #[test]
    fn finds_the_line_of_a_key() {
        for (key, line) in [
            ("HEARD.mode", Some(2)),
            ("HEARD.brand.name", Some(5)),
            ("HEARD.sources[1].platform", Some(10)),
            ("HEARD.sources[0].platform", Some(6)),
            ("HEARD.brand.care_text.de", Some(12)),
            ("HEARD.sources[2].id", None),
            ("TOKEN_KEY", None),
        ] {
            assert_eq!(line_of(FILE, key), line, "{key}");
        }
    }
}
