//! `heard verify`: does a captured delivery verify, and if not, why not? Offline, for operators.
//!
//! The answer is one line on standard output: `accepted`, or `refused: REASON`. What would help is
//! on standard error.

use super::simulate::named;
use crate::platform::{self, Knock};
use crate::signature::scheme::Scheme;
use crate::signature::{BadKey, Headers, Key, verify};
use anyhow::{Context, Result, bail};
use clap::Args;
use explain::Captured;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

mod explain;

/// Says whether a captured delivery verifies, and if not, why.
#[derive(Args)]
pub struct VerifyArgs {
    /// How the platform signs.
    #[arg(long, value_parser = named(Scheme::ALL.map(Scheme::as_str), Scheme::named))]
    scheme: Scheme,
    /// A key, as the platform shows it; may be given several times.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// A file with a key on each line; may be given several times.
    #[arg(long = "key-file", value_name = "FILE")]
    key_files: Vec<PathBuf>,
    /// A header of the delivery: `Name: value`; give each.
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// The file with the raw body, byte for byte; `-` is standard input.
    #[arg(long, value_name = "FILE", required_unless_present = "url")]
    body: Option<PathBuf>,
    /// The request's method; a GET is a handshake, whose answer is shown.
    #[arg(long, default_value = "POST")]
    method: String,
    /// The request's URL; a handshake's question is in its query.
    #[arg(long)]
    url: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// When it arrived: epoch seconds; now by default.
    #[arg(long, value_name = "EPOCH_S", allow_negative_numbers = true)]
    now: Option<i64>,
}

/// Reads `Name: value`. Only the space after the colon is left out: the rest may be the mistake.
fn header(line: &str) -> Result<(String, String), String> {
    let (name, value) = line
        .split_once(':')
        .ok_or("a header is written `Name: value`")?;
    let value = value.strip_prefix(' ').unwrap_or(value);
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// Runs `heard verify`.
pub fn run(args: VerifyArgs) -> Result<ExitCode> {
    let now_s = match args.now {
        Some(now_s) => now_s,
        None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?,
    };
    let mut secrets = args.keys;
    for file in &args.key_files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the key file {}", file.display()))?;
        let before = secrets.len();
        secrets.extend(text.split_whitespace().map(str::to_owned));
        if secrets.len() == before {
            return Ok(refused(args.json, &BadKey::Empty, &[]));
        }
    }
    let mut keys = Vec::new();
    for secret in &secrets {
        match Key::of(args.scheme, secret) {
            Ok(key) => keys.push(key),
            Err(why) => return Ok(refused(args.json, &why, &[])),
        }
    }
    if args.method.eq_ignore_ascii_case("GET") {
        return handshake(args.json, args.scheme, &keys, args.url.as_deref());
    }
    let body = match args.body {
        None => bail!("--body is missing: the file with the raw body"),
        Some(path) if path.as_os_str() == "-" => {
            let mut body = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut body)?;
            body
        }
        Some(path) => std::fs::read(&path)
            .with_context(|| format!("cannot read the body {}", path.display()))?,
    };
    let headers = Headers::new(&args.headers);
    Ok(match verify(args.scheme, &keys, headers, &body, now_s) {
        Ok(nth) => {
            if args.json {
                say!("{}", json!({ "accepted": true, "key": nth + 1 }));
                return Ok(ExitCode::SUCCESS);
            }
            say!("accepted");
            if keys.len() > 1 {
                note!("signed with key {} of {}", nth + 1, keys.len());
            }
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            let delivery = Captured {
                scheme: args.scheme,
                keys: &keys,
                secrets: &secrets,
                headers: &args.headers,
                body: &body,
                now_s,
            };
            refused(args.json, &refusal, &delivery.hints(refusal))
        }
    })
}

fn refused(as_json: bool, why: &impl std::fmt::Display, hints: &[String]) -> ExitCode {
    if as_json {
        let why = why.to_string();
        say!(
            "{}",
            json!({ "accepted": false, "why": why, "hints": hints })
        );
        return ExitCode::FAILURE;
    }
    say!("refused: {why}");
    for hint in hints {
        note!("hint: {hint}");
    }
    ExitCode::FAILURE
}

/// Answers a handshake as the Worker would.
fn handshake(as_json: bool, scheme: Scheme, keys: &[Key], url: Option<&str>) -> Result<ExitCode> {
    let url = url.context("--url is missing: a handshake's question is in its query")?;
    let url = reqwest::Url::parse(url).context("--url is no URL")?;
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let knock = Knock {
        get: true,
        query: &query,
        body: &[],
    };
    Ok(match platform::handshake(scheme, keys, keys, &knock) {
        Ok(Some(welcome)) if welcome.status == 200 => {
            if as_json {
                let (kind, body) = (welcome.content_type, welcome.body);
                let answer = json!({ "status": 200, "content_type": kind, "body": body });
                say!("{}", json!({ "accepted": true, "answer": answer }));
                return Ok(ExitCode::SUCCESS);
            }
            say!("accepted");
            note!(
                "the answer is 200, {}: {}",
                welcome.content_type,
                welcome.body
            );
            ExitCode::SUCCESS
        }
        Ok(Some(_)) => refused(
            as_json,
            &"the verify token is not among the given keys",
            &[],
        ),
        Ok(None) => refused(
            as_json,
            &format!("not a handshake of the scheme {scheme}"),
            &[],
        ),
        Err(why) => refused(as_json, &why, &[]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_keep_what_may_be_the_mistake() {
        assert_eq!(header("A: b ").unwrap(), ("A".into(), "b ".into()));
        assert_eq!(header("A:b:c").unwrap(), ("A".into(), "b:c".into()));
        assert!(header("nothing").is_err());
    }
}
