//! `heard token mint | inspect`: agents' tokens.

use super::local::now_ms;
use super::secrets;
use crate::api::route::Role;
use crate::api::token::{Bearer, inspect, mint, verify};
use crate::config::{TOKEN_KEY, token_key};
use crate::post::Workgroup;
use crate::signature::Key;
use anyhow::{Context, Result, anyhow, bail};
use chrono::DateTime;
use std::path::PathBuf;
use std::process::ExitCode;

/// Makes and reads agents' tokens.
#[derive(clap::Args, Debug)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: Command,
    /// The key's file; for a deployed Worker, the text you gave to `wrangler secret put TOKEN_KEY`.
    #[arg(long, global = true)]
    key_file: Option<PathBuf>,
    /// The development secrets, whose TOKEN_KEY signs where no key is given.
    #[arg(long, global = true, default_value = "target/dev/secrets.env")]
    secrets: PathBuf,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Prints a token.
    Mint {
        /// Who: the name that claims, replies and histories will carry.
        #[arg(long)]
        id: String,
        /// As what: agent, supervisor or crm.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Which workgroup it serves; may be given several times; none means all.
        #[arg(long)]
        workgroup: Vec<String>,
        /// For how many days.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
    /// Tells whom a token names, until when, and whether the key signed it.
    Inspect {
        /// The token.
        token: String,
    },
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| "one of agent, supervisor, crm".to_string())
}

/// Runs the command.
///
/// # Errors
/// When there is no key, or the token is none.
pub fn run(args: TokenArgs) -> Result<ExitCode> {
    let keys = keys(&args)?;
    let now_s = now_ms()? / 1_000;
    match args.command {
        Command::Mint {
            id,
            role,
            workgroup,
            days,
        } => {
            if id.trim().is_empty() {
                bail!("--id is blank: give the agent a name");
            }
            let bearer = Bearer {
                id,
                role,
                workgroups: workgroup.into_iter().map(Workgroup::new).collect(),
                expires_s: now_s + i64::from(days) * 86_400,
            };
            let newest = keys.first().context("there is no key")?;
            println!("{}", mint(newest, &bearer)?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Inspect { token } => {
            let Some(bearer) = inspect(&token) else {
                bail!("this is no token of Heard");
            };
            let groups: Vec<&str> = bearer.workgroups.iter().map(Workgroup::as_str).collect();
            let until = DateTime::from_timestamp(bearer.expires_s, 0).unwrap_or_default();
            println!("id          {}", bearer.id);
            println!("role        {}", bearer.role.as_str());
            println!(
                "workgroups  {}",
                if groups.is_empty() {
                    "all".to_string()
                } else {
                    groups.join(", ")
                }
            );
            println!("expires     {}", until.to_rfc3339());
            match verify(&keys, &token, now_s) {
                Ok(_) => {
                    println!("good        yes");
                    Ok(ExitCode::SUCCESS)
                }
                Err(why) => {
                    println!("good        no: {why}");
                    Ok(ExitCode::FAILURE)
                }
            }
        }
    }
}

/// The keys, newest first: several may stand in one secret.
fn keys(args: &TokenArgs) -> Result<Vec<Key>> {
    let text = match &args.key_file {
        Some(file) => std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?,
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
