//! `heard connect`: registers a source's webhook with its platform and checks it, or says how it is done by hand.

use super::check::Files;
use super::secrets::{at, known};
use crate::config::Config;
use crate::connect::api::{Api, address};
use crate::connect::known::{Ask, Chosen};
use crate::connect::of;
use crate::connect::report::Report;
use crate::lab::build;
use crate::lab::local::now_ms;
use crate::post::Platform;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// Registers a source's webhook with its platform and checks it; where the platform has no API for it, says how.
#[derive(clap::Args, Debug)]
pub struct ConnectArgs {
    /// The source, by its id in the configuration; every source without it.
    source: Option<String>,
    /// The deployed Worker's address.
    #[arg(long, env = "HEARD_URL", required_unless_present = "list")]
    url: Option<String>,
    /// The secrets (NAME=value lines), and what registering needs beside them.
    #[arg(long, default_value = super::secrets::FILE)]
    secrets: PathBuf,
    /// Which of wrangler's environments; the top of wrangler.toml without it.
    #[arg(long)]
    env: Option<String>,
    /// Change nothing: say how it stands.
    #[arg(long)]
    check: bool,
    /// Take over what a platform has registered for another address.
    #[arg(long, conflicts_with = "check")]
    replace: bool,
    /// Say of every platform where the account's id and the secrets are found, and which events to subscribe.
    #[arg(long)]
    list: bool,
    /// Call this address in place of the platforms, as `{api}/{host}/{path}`: for tests against a sandbox.
    #[arg(long, env = "HEARD_API", hide = true)]
    api: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command, in the project's folder.
///
/// # Errors
/// When a file cannot be read, or the source is not configured.
pub fn run(args: ConnectArgs) -> Result<ExitCode> {
    if args.list {
        list(args.json);
        return Ok(ExitCode::SUCCESS);
    }
    let url = args.url.as_deref().context("--url is missing")?;
    let url = address(url)?;
    let root = build::project_root()?;
    let files = Files::of_project(&root)?;
    let environment = files.environment(args.env.as_deref())?;
    // Steps can be read before there are secrets.
    let values = known(&at(&root, &args.secrets)).unwrap_or_default();
    let config = Config::read_in(&environment, &files.table, &|name| {
        values.get(name).cloned()
    });
    let mut sources: Vec<_> = config.sources.iter().collect();
    if let Some(id) = &args.source {
        sources.retain(|source| source.id.as_str() == id);
        if sources.is_empty() {
            let all: Vec<&str> = config.sources.iter().map(|it| it.id.as_str()).collect();
            bail!("there is no source {id:?}; one of {}", all.join(", "));
        }
    }
    let api = Api::new(args.api.as_deref())?;
    let mut told = Vec::new();
    let mut fails = false;
    for source in sources {
        let app = config
            .app(source.app.as_str())
            .with_context(|| format!("source {} has no app", source.id))?;
        let connect = of(source.platform);
        let ask = Ask {
            source,
            app,
            url: format!("{url}/webhooks/{}", app.id),
            values: &values,
            change: !args.check,
            replace: args.replace,
            now_ms: now_ms()?,
        };
        let mut report = Report::hiding(&values);
        if let Some(does) = connect.api {
            // What it found is in the report.
            let _ = does(&api, &ask, &mut report);
        }
        fails |= report.is_wrong();
        let steps = ask.filled(connect.steps);
        let manifest = connect.manifest.map(|make| make(&ask));
        if args.json {
            told.push(json!({
                "source": source.id, "platform": source.platform, "url": ask.url, "lines": report.lines, "steps": steps,
                "events": connect.events, "manifest": manifest,
            }));
            continue;
        }
        say!("{} ({}): {}", source.id, source.platform, ask.url);
        report.show();
        if connect.api.is_none() || connect.manifest.is_some() {
            say!("by hand, as {} has no call for it:", source.platform);
            say!("  events     {}", connect.events.join(", "));
            say!("  account    {}", connect.account);
            say!("  {}  {}", app.secret, connect.secret.1);
        } else if !steps.is_empty() {
            say!("and by hand:");
        }
        for (n, step) in steps.iter().enumerate() {
            say!("  {}. {step}", n + 1);
        }
        if let Some(manifest) = &manifest {
            say!("{}", serde_json::to_string_pretty(manifest)?);
        }
        say!("");
    }
    if args.json {
        say!("{}", Value::from(told));
    }
    Ok(if fails {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What is known of every platform.
fn list(as_json: bool) {
    let mut all = Vec::new();
    for platform in Platform::ALL {
        let connect = of(platform);
        let (who, secret) = connect.secret;
        if as_json {
            let needs: Vec<_> = connect
                .needs
                .iter()
                .map(|need| json!({"name": need.name, "says": need.says}))
                .collect();
            all.push(json!({
                "platform": platform, "account": connect.account, "secret": secret, "secret_chosen_by_you": who == Chosen::Us,
                "token": connect.token, "events": connect.events, "needs": needs, "registers": connect.manifest.is_none() && registers(platform),
                "source": connect.source,
            }));
            continue;
        }
        say!("{platform}");
        say!("  account  {}", connect.account);
        say!("  secret   {secret}");
        say!("  token    {}", connect.token);
        say!("  events   {}", connect.events.join(", "));
        for need in connect.needs {
            say!("  needs    {}: {}", need.name, need.says);
        }
        say!("  source   {}", connect.source);
    }
    if as_json {
        say!("{}", Value::from(all));
    }
}

/// Whether `heard connect` registers there by itself: where no step by hand leads to the address.
fn registers(platform: Platform) -> bool {
    let connect = of(platform);
    connect.api.is_some() && !connect.steps.iter().any(|step| step.contains("{url}"))
}
