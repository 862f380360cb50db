//! `heard simulate`: a realistic signed delivery of any event of any platform; printed, or sent to
//! a running Worker.

mod day;
mod pulse;
mod scale;

use crate::lab::configuration::{configuration, platform, target};
use crate::lab::simulate::delivery::{Delivery, Simulated};
use crate::lab::simulate::{body, said_in_headers};
use crate::platform::scheme_of;
use crate::post::Platform;
use crate::signature::Key;
use crate::signature::sign::sign;
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is simulated, where it is not a delivery.
#[derive(Subcommand)]
enum What {
    /// A day of agents and posts, natively: what ranks, skills, relaxation and affinity each give.
    Day(day::DayArgs),
    /// Months of posts, natively: false alarms, and how soon a crowd is found.
    Pulse(pulse::PulseArgs),
    /// Shards by measured service times, natively: where one ends, how many are needed, what they cost.
    Scale(scale::ScaleArgs),
}

/// Make a signed delivery as a platform would send it; print it, or send it to a running worker.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct SimulateArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// The platform.
    #[arg(long, value_parser = platform(), required = true)]
    platform: Option<Platform>,
    /// What it says happened.
    #[arg(long, value_enum, default_value = "made")]
    event: Simulated,
    /// What the author says.
    #[arg(
        long,
        default_value = "Two hours late again and nobody tells us anything 😡"
    )]
    text: String,
    /// The author: a name, or an id.
    #[arg(long, default_value = "Ada Example")]
    author: String,
    /// The post's id; made from the time by default.
    #[arg(long)]
    id: Option<String>,
    /// The configuration's source that it is for; the platform's first by default.
    #[arg(long)]
    source: Option<String>,
    /// The key to sign with, as the platform shows it; by default the app's in `--secrets`.
    #[arg(long)]
    key: Option<String>,
    /// The development secrets.
    #[arg(long, default_value = "target/dev/secrets.env")]
    secrets: PathBuf,
    /// The configuration.
    #[arg(long, default_value = crate::lab::configuration::FILE)]
    config: PathBuf,
    /// When it is signed and written: epoch seconds; now by default.
    #[arg(long)]
    now: Option<i64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Send it to the Worker on this port of 127.0.0.1 instead of printing it.
    #[arg(long, value_name = "PORT")]
    send: Option<u16>,
}

/// Runs `heard simulate`.
pub fn run(args: SimulateArgs) -> Result<ExitCode> {
    match args.what {
        Some(What::Day(args)) => return day::run(&args),
        Some(What::Pulse(args)) => return pulse::run(&args),
        Some(What::Scale(args)) => return scale::run(&args),
        None => {}
    }
    let platform = args.platform.context("name a --platform")?;
    let config = configuration(&args.config, &args.secrets)?;
    let source = target(&config, platform, args.source.as_deref())?;
    let clock = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let clock_ms = i64::try_from(clock.as_millis())?;
    let now_ms = match args.now {
        Some(now_s) => now_s.checked_mul(1_000).context("--now is no time")?,
        None => clock_ms,
    };
    let id = args.id.unwrap_or_else(|| format!("2{clock_ms}"));
    let delivery = Delivery {
        platform,
        account: source.account.as_str(),
        handle: source.handle.as_deref(),
        author: &args.author,
        text: &args.text,
        id: &id,
        created_ms: now_ms,
        event: args.event,
    };
    let Some(body) = body(&delivery) else {
        bail!("{platform} sends no such event");
    };
    let scheme = scheme_of(platform);
    let key = match args.key {
        Some(text) => Key::of(scheme, &text)?,
        None => {
            let app = config.app(source.app.as_str());
            let newest = app.and_then(|app| app.keys.first());
            newest.cloned().with_context(|| {
                format!(
                    "{} has no key of the app {}: start `cargo run` once, or give --key",
                    args.secrets.display(),
                    source.app
                )
            })?
        }
    };
    let mut headers = sign(scheme, &key, &format!("msg_{id}"), now_ms / 1_000, &body);
    headers.extend(said_in_headers(&delivery));
    let path = format!("/webhooks/{}", source.app);
    match args.send {
        None if args.json => {
            let headers: serde_json::Map<String, serde_json::Value> = headers
                .into_iter()
                .map(|(name, value)| (name, value.into()))
                .collect();
            let body = String::from_utf8_lossy(&body);
            // As a line of what `heard replay` plays.
            say!(
                "{}",
                serde_json::json!({ "app": source.app, "path": path, "headers": headers, "body": body })
            );
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let mut out = crate::out::stdout();
            writeln!(out, "POST {path}")?;
            writeln!(out, "Content-Type: application/json")?;
            for (name, value) in &headers {
                writeln!(out, "{name}: {value}")?;
            }
            writeln!(out)?;
            out.write_all(&body)?;
            writeln!(out)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(port) => send(port, &path, headers, body, args.json),
    }
}

/// Sends a delivery to a worker on this machine; fails where it is not accepted.
fn send(
    port: u16,
    path: &str,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    as_json: bool,
) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let status = runtime.block_on(async {
        let mut request = reqwest::Client::new()
            .post(format!("http://127.0.0.1:{port}{path}"))
            .header("Content-Type", "application/json")
            .body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request
            .send()
            .await
            .with_context(|| format!("no worker on port {port}: start `cargo run` first"))?;
        anyhow::Ok(answer.status())
    })?;
    if as_json {
        say!("{}", serde_json::json!({ "status": status.as_u16() }));
    } else {
        say!("{status}");
    }
    Ok(if status.is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
