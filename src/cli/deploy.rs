//! `heard deploy`: check, build, dry run, deploy, doctor; it stops at the first that fails.

use super::check;
use super::doctor::{self, DoctorArgs};
use crate::lab::{build, pinned, tools};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

/// Checks, builds, tries the upload, deploys, and then examines what is deployed. Stops where one of them fails.
#[derive(clap::Args, Debug)]
pub struct DeployArgs {
    /// Which of wrangler's environments; the top of wrangler.toml without it.
    #[arg(long)]
    env: Option<String>,
    /// Where the Worker answers, if not where wrangler says.
    #[arg(long)]
    url: Option<String>,
    /// The secrets, for what the doctor asks of the deployed Worker.
    #[arg(long, default_value = super::secrets::FILE)]
    secrets: PathBuf,
    /// Stop before the upload.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command, in the project's folder.
///
/// # Errors
/// When a step fails.
pub fn run(args: DeployArgs) -> Result<ExitCode> {
    let root = build::project_root()?;
    note!("1. check");
    let table = check::sound(&root)?;
    note!("2. build");
    let built = build::build(&tools::ensure()?, &root, false)?;
    build::configure(&built.folder, &table)?;
    note!("   {}", build::describe(&built));
    note!("3. dry run");
    let out = root.join("target/deploy");
    let out = out.to_string_lossy();
    wrangler(
        &root,
        &["deploy", "--dry-run", "--outdir", &out],
        args.env.as_deref(),
    )?;
    if args.dry_run {
        if args.json {
            say!(
                "{}",
                json!({"deployed": false, "url": null, "doctor": null})
            );
        }
        return Ok(ExitCode::SUCCESS);
    }
    note!("4. deploy");
    let said = wrangler(&root, &["deploy"], args.env.as_deref())?;
    let url = args.url.or_else(|| address(&said));
    let Some(url) = url else {
        note!(
            "5. doctor: left out, because wrangler names no address: `heard doctor https://YOUR-WORKER`"
        );
        if args.json {
            say!("{}", json!({"deployed": true, "url": null, "doctor": null}));
        }
        return Ok(ExitCode::SUCCESS);
    };
    note!("5. doctor {url}");
    let examined = doctor::examine(&DoctorArgs::of(url.clone(), args.env, args.secrets))?;
    if args.json {
        say!(
            "{}",
            json!({"deployed": true, "url": url, "doctor": examined.json()})
        );
    } else {
        examined.show();
    }
    Ok(examined.code())
}

/// Runs wrangler and gives what it said, which people read meanwhile.
fn wrangler(root: &Path, args: &[&str], env: Option<&str>) -> Result<String> {
    let mut command = pinned::wrangler()?;
    command.current_dir(root).args(args);
    if let Some(env) = env {
        command.args(["--env", env]);
    }
    let mut child = command
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start wrangler")?;
    let output = child.stdout.take().context("wrangler says nothing")?;
    let mut said = String::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("wrangler's output is not text")?;
        note!("   {line}");
        said.push_str(&line);
        said.push('\n');
    }
    let status = child.wait()?;
    if !status.success() {
        bail!(
            "wrangler {} failed ({status}); what it said is above",
            args.join(" ")
        );
    }
    Ok(said)
}

/// The address that wrangler names after a deploy.
fn address(said: &str) -> Option<String> {
    let words = said.split_whitespace();
    let mut addresses = words.filter(|word| word.starts_with("https://"));
    addresses
        .find(|word| word.trim_end_matches('/').ends_with(".workers.dev"))
        .map(|word| word.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_where_wrangler_names_it() {
        let said = "Uploaded heard (3.1 sec)\nDeployed heard triggers (0.4 sec)\n  https://heard.acme.workers.dev\nCurrent Version ID: 1\n";
        assert_eq!(
            address(said).as_deref(),
            Some("https://heard.acme.workers.dev")
        );
        assert_eq!(address("see https://developers.cloudflare.com/"), None);
    }
}
