//! `heard check`: every mistake of a configuration by its key, before it is deployed.

use super::secrets;
use crate::ack::lint;
use crate::config::{Brand, Config, Problem, secret_names};
use crate::post::Platform;
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
    problems.extend(deploy_problems(&text)?);
    problems.extend(brand_problems(&config.brand));
    if args.json {
        println!("{}", json!({"problems": problems, "secrets": names}));
    } else {
        for Problem { key, says } in &problems {
            println!("{key}: {says}");
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

/// `[vars.HEARD]` of a wrangler.toml, as JSON.
///
/// # Errors
/// When the text is no TOML.
pub fn heard_table(wrangler_toml: &str) -> Result<String> {
    let config: toml::Table = toml::from_str(wrangler_toml).context("wrangler.toml is no TOML")?;
    let heard = config.get("vars").and_then(|vars| vars.get("HEARD"));
    Ok(serde_json::to_string(&heard)?)
}

/// What must not reach a deployment.
fn deploy_problems(wrangler_toml: &str) -> Result<Vec<Problem>> {
    let config: toml::Table = toml::from_str(wrangler_toml).context("wrangler.toml is no TOML")?;
    let sandbox = config
        .get("vars")
        .and_then(|vars| vars.get("HEARD_SANDBOX"));
    Ok(sandbox
        .map(|_| Problem {
            key: "vars.HEARD_SANDBOX".into(),
            says: "sends every reply to a sandbox instead of the platform; it is for `heard dev` alone"
                .into(),
        })
        .into_iter()
        .collect())
}

/// What a brand adds to the acknowledgment must pass the same rules as every other word of it.
fn brand_problems(brand: &Brand) -> Vec<Problem> {
    let texts = [
        ("team", Some(brand.team.as_str())),
        ("care_text", brand.care_text.as_deref()),
    ];
    let mut problems = Vec::new();
    for (key, text) in texts {
        let Some(text) = text else { continue };
        for finding in lint::lint(text, &brand.language, Platform::X, true) {
            problems.push(Problem {
                key: format!("HEARD.brand.{key}"),
                says: format!("breaks the voice's rule \"{}\"", finding.rule.as_str()),
            });
        }
    }
    problems
}
