//! `heard token mint | inspect | list | revoke`: agents' tokens.

use super::at::At;
use crate::accounts::wire::Listed;
use crate::api::route::Role;
use crate::api::token::{Bearer, NAME_BYTES, inspect, is_jti, is_name, mint, verify};
use crate::config::fit::token_key;
use crate::config::secrets::TOKEN_KEY;
use crate::lab::configuration::named;
use crate::lab::local::{Local, new_jti, now_ms};
use crate::lab::secrets;
use crate::post::Workgroup;
use crate::signature::Key;
use anyhow::{Context, Result, anyhow, bail};
use chrono::{DateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The secrets of `heard dev`.
const DEVELOPMENT: &str = "target/dev/secrets.env";

/// Mints and inspects agents' tokens; lists and revokes those that a Worker knows.
#[derive(clap::Args, Debug)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: Command,
    /// A file with the key; for a deployed Worker, the value given to `wrangler secret put TOKEN_KEY`.
    #[arg(long, global = true)]
    key_file: Option<PathBuf>,
    /// The secrets (NAME=value lines) whose TOKEN_KEY signs where no key is given; without it the development ones.
    #[arg(long, global = true, default_value = DEVELOPMENT)]
    secrets: PathBuf,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Prints a token.
    Mint {
        /// The agent's name, which claims, replies and histories carry.
        #[arg(long)]
        id: String,
        /// What the token may do.
        #[arg(long, value_parser = named(Role::ALL.map(Role::as_str), Role::named))]
        role: Role,
        /// A workgroup that it serves; may be given several times; all without it.
        #[arg(long)]
        workgroup: Vec<String>,
        /// How many hours it lives; 12 for people by default, as shifts end.
        #[arg(long, conflicts_with = "days", value_parser = clap::value_parser!(u16).range(1..=8_784))]
        hours: Option<u16>,
        /// How many days it lives; 30 for a CRM by default, 366 for a monitor.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: Option<u16>,
    },
    /// Prints whom a token names, until when it is good, and whether the key signed it.
    Inspect {
        /// The token.
        token: String,
    },
    /// Lists the tokens that were used with a Worker or revoked there.
    List {
        #[command(flatten)]
        at: At,
    },
    /// Revokes a token: within seconds it is good nowhere.
    Revoke {
        /// Its id, as `mint`, `inspect` and `list` print it.
        id: String,
        #[command(flatten)]
        at: At,
    },
}

/// Runs the command.
///
/// # Errors
/// When there is no key, or the token is none.
pub fn run(args: TokenArgs) -> Result<ExitCode> {
    match &args.command {
        Command::List { at } => return list(at, &args.secrets, args.json),
        Command::Revoke { id, at } => return revoke(at, &args.secrets, id, args.json),
        Command::Mint { .. } | Command::Inspect { .. } => {}
    }
    let keys = keys(&args)?;
    let now_s = now_ms()? / 1_000;
    match args.command {
        Command::Mint {
            id,
            role,
            workgroup,
            hours,
            days,
        } => {
            if !is_name(&id, NAME_BYTES) {
                bail!(
                    "--id: give the agent a name of at most {NAME_BYTES} bytes, all of them printable"
                );
            }
            if let Some(bad) = workgroup.iter().find(|name| !is_name(name, NAME_BYTES)) {
                bail!("--workgroup {bad:?} is not a valid name");
            }
            let hours = match (hours, days, role) {
                (Some(hours), _, _) => i64::from(hours),
                (None, Some(days), _) => i64::from(days) * 24,
                (None, None, Role::Agent | Role::Supervisor | Role::Operator) => 12,
                (None, None, Role::Crm) => 30 * 24,
                // Nobody is there to renew it.
                (None, None, Role::Monitor) => 366 * 24,
            };
            let bearer = Bearer {
                jti: new_jti()?,
                id,
                role,
                workgroups: workgroup.into_iter().map(Workgroup::new).collect(),
                expires_s: now_s + hours * 3_600,
            };
            let newest = keys.first().context("there is no key")?;
            let token = mint(newest, &bearer)?;
            if args.json {
                let mut said = told(&bearer);
                if let Some(said) = said.as_object_mut() {
                    said.insert("token".into(), token.into());
                }
                say!("{said}");
                return Ok(ExitCode::SUCCESS);
            }
            say!("{token}");
            if args.key_file.is_none() && args.secrets == Path::new(DEVELOPMENT) {
                note!(
                    "signed with the development key: a deployed Worker takes tokens of its own key alone (--secrets secrets.env)"
                );
            }
            // Beside the token, which a script takes from the standard output.
            note!(
                "token {} is good until {}; `heard token revoke {}` ends it",
                bearer.jti,
                time(bearer.expires_s * 1_000),
                bearer.jti
            );
            Ok(ExitCode::SUCCESS)
        }
        Command::Inspect { token } => {
            let Some(bearer) = inspect(&token) else {
                bail!("not a Heard token");
            };
            let good = verify(&keys, &token, now_s);
            let code = match good {
                Ok(_) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            };
            if args.json {
                let mut said = told(&bearer);
                if let Some(said) = said.as_object_mut() {
                    let why = good.as_ref().err().map(ToString::to_string);
                    said.insert("good".into(), good.is_ok().into());
                    said.insert("why".into(), why.into());
                }
                say!("{said}");
                return Ok(code);
            }
            let groups: Vec<&str> = bearer.workgroups.iter().map(Workgroup::as_str).collect();
            say!("token       {}", bearer.jti);
            say!("id          {}", bearer.id);
            say!("role        {}", bearer.role.as_str());
            say!(
                "workgroups  {}",
                if groups.is_empty() {
                    "all".to_string()
                } else {
                    groups.join(", ")
                }
            );
            say!("expires     {}", time(bearer.expires_s * 1_000));
            match good {
                Ok(_) => say!("good        yes"),
                Err(why) => say!("good        no: {why}"),
            }
            Ok(code)
        }
        Command::List { .. } | Command::Revoke { .. } => Ok(ExitCode::SUCCESS),
    }
}

/// What a token says, for programs.
fn told(bearer: &Bearer) -> Value {
    json!({
        "jti": bearer.jti,
        "id": bearer.id,
        "role": bearer.role,
        "workgroups": bearer.workgroups,
        "expires_ms": bearer.expires_s * 1_000,
    })
}

fn time(at_ms: i64) -> String {
    let at = DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A page of the call.
#[derive(Deserialize)]
struct Page {
    tokens: Vec<Listed>,
    cursor: Option<String>,
}

/// Every token that a Worker knows.
///
/// # Errors
/// When it does not say.
pub(super) fn all(worker: &Local) -> Result<Vec<Listed>> {
    let mut tokens: Vec<Listed> = Vec::new();
    let mut cursor: Option<String> = None;
    crate::lab::local::wait(async {
        loop {
            let query: Vec<_> = cursor.iter().map(|at| ("cursor", at.as_str())).collect();
            let page = worker.get("/v1/tokens", &query).await?;
            let page: Page = serde_json::from_value(page).context("the answer is not a list")?;
            tokens.extend(page.tokens);
            cursor = page.cursor;
            if cursor.is_none() {
                return anyhow::Ok(());
            }
        }
    })?;
    Ok(tokens)
}

fn list(at: &At, secrets: &Path, json: bool) -> Result<ExitCode> {
    let mut tokens = all(&at.worker(Role::Supervisor, secrets)?)?;
    if json {
        say!("{}", serde_json::to_string(&tokens)?);
        return Ok(ExitCode::SUCCESS);
    }
    tokens.sort_by_key(|token| std::cmp::Reverse(token.seen_ms));
    for token in &tokens {
        let groups: Vec<&str> = token.workgroups.iter().map(Workgroup::as_str).collect();
        let seen = token
            .seen_ms
            .map_or("never used".into(), |at| format!("seen {}", time(at)));
        let revoked = token.revoked_ms.map(|at| {
            let by = token.revoked_by.as_deref().unwrap_or("somebody");
            format!("; revoked by {by} {}", time(at))
        });
        say!(
            "{}  {} ({}; {})  {seen}; good until {}{}",
            token.id,
            token.agent.as_deref().unwrap_or("?"),
            token.role.as_deref().unwrap_or("?"),
            if groups.is_empty() {
                "all".into()
            } else {
                groups.join(", ")
            },
            time(token.expires_ms),
            revoked.unwrap_or_default(),
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn revoke(at: &At, secrets: &Path, id: &str, as_json: bool) -> Result<ExitCode> {
    if !is_jti(id) {
        bail!("{id:?} is not a token's id; `heard token inspect TOKEN` prints it");
    }
    let worker = at.worker(Role::Supervisor, secrets)?;
    let said = crate::lab::local::wait(worker.post(&format!("/v1/tokens/{id}/revoke")))?;
    if as_json {
        say!("{said}");
        return Ok(ExitCode::SUCCESS);
    }
    say!("{id} is revoked: within seconds it is good nowhere");
    Ok(ExitCode::SUCCESS)
}

/// The keys, newest first: several may stand in one secret.
fn keys(args: &TokenArgs) -> Result<Vec<Key>> {
    let text = match &args.key_file {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            if secrets::parse(&text).contains_key(TOKEN_KEY) {
                bail!(
                    "{} has NAME=value lines: give it with --secrets, and a file with the key alone with --key-file",
                    file.display()
                );
            }
            text
        }
        None => {
            let file = &args.secrets;
            let secrets = std::fs::read_to_string(file).with_context(|| {
                format!(
                    "cannot read {}: start `cargo run` once, or give --key-file",
                    file.display()
                )
            })?;
            secrets::parse(&secrets)
                .remove(TOKEN_KEY)
                .with_context(|| format!("{} has no {TOKEN_KEY}", file.display()))?
        }
    };
    let read = |text| token_key(text).map_err(|why| anyhow!("{TOKEN_KEY} {why}"));
    let keys: Vec<Key> = text.split_whitespace().map(read).collect::<Result<_>>()?;
    if keys.is_empty() {
        bail!("the key is empty");
    }
    Ok(keys)
}
