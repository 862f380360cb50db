//! `heard secrets list | make | push`: what is to be kept secret, by name. No value is ever printed.

use super::check::Files;
use crate::config::demo::sandboxed;
use crate::config::secrets::{OPTIONAL, SecretUse, receiver_secret, secret_names_in};
use crate::config::{Config, Environment};
use crate::connect::known::Chosen;
use crate::connect::of_secret;
use crate::lab::{build, pinned, secrets};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

/// Where secrets are kept until they are pushed, unless another file is named. git ignores it.
pub const FILE: &str = "secrets.env";

/// The file of secrets: the one that is named, or the project's, wherever in it one stands.
pub fn at(root: &Path, file: &Path) -> PathBuf {
    match file == Path::new(FILE) {
        true => root.join(FILE),
        false => file.to_owned(),
    }
}

/// How many wrangler takes at once.
const AT_ONCE: usize = 100;

/// Lists the secrets that are needed, makes those that you choose yourself, and gives them to the deployed Worker.
#[derive(clap::Args, Debug)]
pub struct SecretsArgs {
    #[command(subcommand)]
    command: Command,
    /// The file with the secrets: NAME=value lines.
    #[arg(long, global = true, default_value = FILE)]
    file: PathBuf,
    /// Which of wrangler's environments they are of; the top of wrangler.toml without it.
    #[arg(long, global = true)]
    env: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand, Debug, Clone, Copy)]
enum Command {
    /// Names each, what it is for, where it is had, and whether the file has it.
    List,
    /// Writes into the file those that you choose yourself, by chance; what is there stays.
    Make,
    /// Gives them to the Worker, through wrangler. Another one deployed under the same name loses none.
    Push {
        /// Name what would be pushed, and push nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// A secret that a configuration asks for.
#[derive(Debug)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    what: SecretUse,
}

impl Wanted {
    /// For people: the name and where it is had.
    pub fn told(&self) -> String {
        format!("{}  {}", self.name, self.had())
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({"name": self.name, "from": self.had(), "chosen_by_you": self.is_ours()})
    }

    fn had(&self) -> &'static str {
        match self.what {
            _ if self.is_receiver() => {
                "you choose it: signs what the receiver is told (`heard secrets make`)"
            }
            SecretUse::TokenKey => "you choose it: signs agents' tokens (`heard secrets make`)",
            SecretUse::DetailsKey => "you choose it: seals the details page (`heard secrets make`)",
            SecretUse::VerifyToken => {
                "you choose it: what the platform's handshake brings (`heard secrets make`)"
            }
            what => of_secret(what).map_or("", |(_, says)| says),
        }
    }

    /// Standard Webhooks, as an app's may be; but here we send.
    fn is_receiver(&self) -> bool {
        self.name.starts_with(&receiver_secret(""))
    }

    fn is_ours(&self) -> bool {
        match self.what {
            _ if self.is_receiver() => true,
            SecretUse::TokenKey | SecretUse::DetailsKey | SecretUse::VerifyToken => true,
            what => of_secret(what).is_some_and(|(who, _)| who == Chosen::Us),
        }
    }
}

/// Every secret that a configuration (as JSON) asks for in an environment.
pub fn wanted(environment: &Environment, table: &str) -> Vec<Wanted> {
    let names = secret_names_in(environment, table).into_iter();
    names.map(|(name, what)| Wanted { name, what }).collect()
}

/// Runs the command, in the project's folder.
///
/// # Errors
/// When a file cannot be read, or wrangler fails.
pub fn run(args: SecretsArgs) -> Result<ExitCode> {
    let root = build::project_root()?;
    let files = Files::of_project(&root)?;
    let environment = files.environment(args.env.as_deref())?;
    let wanted = wanted(&environment, &files.table);
    let file = at(&root, &args.file);
    match args.command {
        Command::List => {
            let known = known(&file).unwrap_or_default();
            let has = |one: &Wanted| known.get(&one.name).is_some_and(|value| !value.is_empty());
            if args.json {
                let all = wanted.iter().map(|one| {
                    let mut told = one.json();
                    if let Some(told) = told.as_object_mut() {
                        told.insert("is_there".into(), has(one).into());
                    }
                    told
                });
                say!("{}", Value::from_iter(all));
            } else {
                for one in &wanted {
                    say!(
                        "{} {}",
                        if has(one) { "have   " } else { "missing" },
                        one.told()
                    );
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Make => {
            let before = known(&file).unwrap_or_default();
            let ours: Vec<_> = wanted.iter().filter(|one| one.is_ours()).collect();
            let made: Vec<(String, SecretUse)> = ours
                .iter()
                .map(|one| (one.name.clone(), one.what))
                .collect();
            secrets::ensure(&file, &made)?;
            let new: Vec<&str> = ours
                .iter()
                .map(|one| one.name.as_str())
                .filter(|name| before.get(*name).is_none_or(String::is_empty))
                .collect();
            let left: Vec<&Wanted> = wanted
                .iter()
                .filter(|one| !one.is_ours() && before.get(&one.name).is_none_or(String::is_empty))
                .collect();
            if args.json {
                let left: Vec<_> = left.iter().map(|one| one.json()).collect();
                say!("{}", json!({"file": file, "made": new, "left": left}));
                return Ok(ExitCode::SUCCESS);
            }
            say!("{}: made {}.", file.display(), or_none(&new));
            for one in left {
                say!("still to put in: {}", one.told());
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Push { dry_run } => {
            let known = known(&file)?;
            let push = Push::of(&environment, &files.table, &known)?;
            if !dry_run {
                push.push(&root, args.env.as_deref())?;
            }
            let names: Vec<&str> = push.values.keys().map(String::as_str).collect();
            if args.json {
                say!(
                    "{}",
                    json!({"pushed": !dry_run, "names": names, "left_out": push.left_out})
                );
                return Ok(ExitCode::SUCCESS);
            }
            let would = if dry_run { "would push" } else { "pushed" };
            say!("{would} {}: {}", names.len(), or_none(&names));
            if !push.left_out.is_empty() {
                say!("not for the Worker, left out: {}", push.left_out.join(", "));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn or_none(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names => names.join(", "),
    }
}

/// What a file of secrets holds.
///
/// # Errors
/// When it cannot be read.
pub fn known(file: &Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(file).with_context(|| {
        format!(
            "cannot read {}: `heard secrets make` begins one",
            file.display()
        )
    })?;
    Ok(secrets::parse(&text))
}

/// What is pushed.
struct Push {
    values: BTreeMap<String, String>,
    left_out: Vec<String>,
}

impl Push {
    /// What the Worker asks for.
    ///
    /// # Errors
    /// Where one is missing or unfit: a Worker with half of its secrets answers 503 to platforms.
    fn of(
        environment: &Environment,
        table: &str,
        known: &BTreeMap<String, String>,
    ) -> Result<Self> {
        if known.contains_key("HEARD_SANDBOX") {
            let told = sandboxed();
            bail!("{} {}", told.key, told.says);
        }
        let wanted = wanted(environment, table);
        let mut names: Vec<&str> = wanted.iter().map(|one| one.name.as_str()).collect();
        names.extend(OPTIONAL.iter().map(|(name, _)| *name));
        let filled = |name: &str| known.get(name).is_some_and(|value| !value.is_empty());
        let missing: Vec<String> = wanted
            .iter()
            .filter(|one| !filled(&one.name))
            .map(Wanted::told)
            .collect();
        if !missing.is_empty() {
            bail!(
                "nothing is pushed; these are missing:\n  {}",
                missing.join("\n  ")
            );
        }
        let config = Config::read_in(environment, table, &|name| known.get(name).cloned());
        let unfit: Vec<String> = config
            .problems
            .iter()
            .filter(|problem| names.contains(&problem.key.as_str()) && filled(&problem.key))
            .map(|problem| format!("{} {}", problem.key, problem.says))
            .collect();
        if !unfit.is_empty() {
            bail!(
                "nothing is pushed; these are not usable:\n  {}",
                unfit.join("\n  ")
            );
        }
        let (values, left): (BTreeMap<_, _>, BTreeMap<_, _>) = known
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.clone(), value.clone()))
            .partition(|(name, _)| names.contains(&name.as_str()));
        Ok(Self {
            values,
            left_out: left.into_keys().collect(),
        })
    }

    /// Through wrangler's standard input: in no file and in no process list.
    fn push(&self, root: &Path, env: Option<&str>) -> Result<()> {
        let all: Vec<_> = self.values.iter().collect();
        for some in all.chunks(AT_ONCE) {
            let values: Map<String, Value> = some
                .iter()
                .map(|(name, value)| ((*name).clone(), (*value).clone().into()))
                .collect();
            let mut wrangler = pinned::wrangler()?;
            wrangler.current_dir(root).args(["secret", "bulk"]);
            if let Some(env) = env {
                wrangler.args(["--env", env]);
            }
            let mut child = wrangler
                .stdin(Stdio::piped())
                // What it says goes where ours goes for people, and never into our JSON.
                .stdout(std::io::stderr())
                .spawn()
                .context("cannot start wrangler")?;
            let mut input = child.stdin.take().context("wrangler takes no input")?;
            // One that fails may not read to the end: what it says then tells more.
            let given = input.write_all(Value::Object(values).to_string().as_bytes());
            drop(input);
            let status = child.wait()?;
            if !status.success() {
                bail!("wrangler secret bulk failed ({status}); what it said is above");
            }
            given.context("wrangler did not read the secrets")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"{"brand": {"name": "B"}, "apps": [{"id": "t", "scheme": "telegram"}],
        "sources": [{"id": "t", "app": "t", "platform": "telegram", "account": "BBot", "workgroup": "w"}]}"#;

    fn file(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(pair).collect()
    }

    const GOOD: [(&str, &str); 4] = [
        ("TOKEN_KEY", "0123456789abcdef0123456789abcdef"),
        ("TELEGRAM_SECRET_TOKEN", "0123456789abcdef0123456789abcdef"),
        ("REPLY_TOKEN__T", "4200000001:abcdefghijklmnopqrstuvwxyz"),
        ("META_APP_ID", "12"),
    ];

    #[test]
    fn what_the_worker_asks_for_is_pushed_and_nothing_besides() {
        let push = Push::of(&Environment::default(), TABLE, &file(&GOOD)).unwrap();
        let names: Vec<_> = push.values.keys().collect();
        assert_eq!(
            names,
            ["REPLY_TOKEN__T", "TELEGRAM_SECRET_TOKEN", "TOKEN_KEY"]
        );
        assert_eq!(push.left_out, ["META_APP_ID"]);
    }

    #[test]
    fn half_of_the_secrets_are_not_pushed() {
        let refused = |known: BTreeMap<String, String>| {
            let refused = Push::of(&Environment::default(), TABLE, &known);
            format!("{:#}", refused.err().unwrap())
        };
        let mut known = file(&GOOD);
        known.insert("TELEGRAM_SECRET_TOKEN".into(), String::new());
        assert!(refused(known).contains("TELEGRAM_SECRET_TOKEN  you choose it"));
        let mut known = file(&GOOD);
        known.insert("REPLY_TOKEN__T".into(), "nonsense".into());
        let said = refused(known);
        assert!(
            said.contains("REPLY_TOKEN__T") && !said.contains("nonsense"),
            "{said}"
        );
        let mut known = file(&GOOD);
        known.insert("HEARD_SANDBOX".into(), "http://127.0.0.1".into());
        assert!(refused(known).contains("HEARD_SANDBOX"));
    }
}
