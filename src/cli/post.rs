//! `heard post`: one post, signed as its platform signs, sent to a running Worker; and what came of it.

use crate::config::{Config, Source};
use crate::lab::configuration::{self, configuration, target};
use crate::lab::local::{Local, now_ms};
use crate::lab::simulate;
use crate::lab::simulate::delivery::{Delivery, Simulated};
use crate::platform::{self, Event, scheme_of};
use crate::post::{Platform, PostId};
use crate::signature::Headers;
use crate::signature::sign::sign;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// How long the acknowledgment is waited for: the Worker's own limit for a reply call, and a little.
const PATIENCE: Duration = Duration::from_secs(12);

/// How often its state is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Sends one post to a running Worker and shows what came of it.
#[derive(clap::Args, Debug)]
pub struct PostArgs {
    /// What the customer writes.
    text: String,
    /// The platform, by its name in the configuration.
    #[arg(long, value_parser = configuration::platform)]
    platform: Platform,
    /// The configuration's source that it is for; the platform's first by default.
    #[arg(long)]
    source: Option<String>,
    /// The author: a name, or an id. The same author's posts join one interaction.
    #[arg(long, default_value = "Ada Example")]
    author: String,
    /// The Worker's port.
    #[arg(long, default_value_t = super::dev::PORT)]
    port: u16,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The configuration.
    #[arg(long, default_value = crate::lab::configuration::FILE)]
    config: PathBuf,
    /// The development secrets.
    #[arg(long, default_value = "target/dev/secrets.env")]
    secrets: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// When there is no Worker, no source, or no key.
pub fn run(args: PostArgs) -> Result<ExitCode> {
    let config = configuration(&args.config, &args.secrets)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let seen = runtime.block_on(posted(&args, &config))?;
    if args.json {
        println!("{seen}");
    } else {
        show(&seen);
    }
    let ok = seen.get("status").and_then(Value::as_u64) == Some(200);
    Ok(if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn posted(args: &PostArgs, config: &Config) -> Result<Value> {
    let source = target(config, args.platform, args.source.as_deref())?;
    let now_ms = now_ms()?;
    let id = format!("2{now_ms}");
    let delivery = Delivery {
        platform: args.platform,
        account: source.account.as_str(),
        handle: source.handle.as_deref(),
        author: &args.author,
        text: &args.text,
        id: &id,
        created_ms: now_ms,
        event: Simulated::Made,
    };
    let body = simulate::body(&delivery).context("this platform sends no posts")?;
    let scheme = scheme_of(args.platform);
    let key = config
        .app(source.app.as_str())
        .and_then(|app| app.keys.first())
        .with_context(|| {
            format!(
                "{} has no key of the app {}: start `cargo run` once",
                args.secrets.display(),
                source.app
            )
        })?;
    let mut headers = sign(scheme, key, &format!("msg_{id}"), now_ms / 1_000, &body);
    headers.extend(simulate::said_in_headers(&delivery));
    let post = post_id(source, &headers, &body, now_ms)?;
    let local = Local::new(args.port, config)?;
    let status = local.deliver(source.app.as_str(), &headers, body).await?;
    if status != 200 {
        return Ok(json!({"status": status, "interaction": null, "triage": null, "ack": null}));
    }
    let (interaction, view) = outcome(&local, args.platform, &post).await?;
    let ack = match interaction.get("ack") {
        Some(ack) => json!({
            "state": ack.get("state"),
            "why": ack.get("why"),
            "text": ack.get("text"),
        }),
        None => json!({"state": "none", "why": view.get("ack"), "text": null}),
    };
    Ok(json!({
        "status": status,
        "interaction": interaction.get("id"),
        "triage": view.get("triage"),
        "ack": ack,
    }))
}

/// The id that Heard gives the post: read from the body as Heard reads it.
fn post_id(
    source: &Source,
    headers: &[(String, String)],
    body: &[u8],
    now_ms: i64,
) -> Result<PostId> {
    let scheme = scheme_of(source.platform);
    let updates = platform::parse(scheme, Headers::new(headers), body, now_ms)
        .map_err(|_| anyhow::anyhow!("the simulated delivery can't be read"))?;
    updates
        .into_iter()
        .find_map(|mut update| {
            platform::of_account(source.platform, &source.account, &mut update.event);
            match update.event {
                Event::Made { post } => Some(post.id),
                _ => None,
            }
        })
        .context("the simulated delivery carries no post")
}

/// The interaction that holds the post, and the post in it, once its acknowledgment has come to rest.
async fn outcome(local: &Local, platform: Platform, post: &PostId) -> Result<(Value, Value)> {
    let wanted = format!("{platform}:{post}");
    let give_up = tokio::time::Instant::now() + PATIENCE;
    loop {
        let page = local.get("/v1/interactions", &[("post", &wanted)]).await?;
        let interaction = page.pointer("/interactions/0").cloned().unwrap_or_default();
        let view = interaction
            .get("posts")
            .and_then(Value::as_array)
            .and_then(|posts| {
                posts
                    .iter()
                    .find(|view| view.get("id").and_then(Value::as_str) == Some(post.as_str()))
            })
            .cloned();
        let state = interaction.pointer("/ack/state").and_then(Value::as_str);
        let resting = !matches!(state, Some("planned" | "sending"));
        match view {
            Some(view) if resting || tokio::time::Instant::now() >= give_up => {
                return Ok((interaction, view));
            }
            None if tokio::time::Instant::now() >= give_up => {
                bail!("the Worker said 200, but no interaction holds the post {wanted}");
            }
            _ => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

fn show(seen: &Value) {
    let text = |path: &str| seen.pointer(path).and_then(Value::as_str).unwrap_or("-");
    let number = |path: &str| seen.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    println!("delivered    {}", number("/status"));
    if seen.get("triage").is_none_or(Value::is_null) {
        println!("             refused: see target/dev/wrangler.log for the reason");
        return;
    }
    println!(
        "triage       {}, level {}, urgency {}, {}",
        text("/triage/kind"),
        number("/triage/level"),
        number("/triage/urgency"),
        text("/triage/lang"),
    );
    let reasons = seen.pointer("/triage/reasons").and_then(Value::as_array);
    for reason in reasons.into_iter().flatten() {
        let what = reason.get("what").and_then(Value::as_str).unwrap_or("-");
        let weight = reason.get("weight").and_then(Value::as_f64).unwrap_or(0.0);
        println!("             {weight:+.1}  {what}");
    }
    println!("interaction  {}", text("/interaction"));
    match seen.pointer("/ack/text").and_then(Value::as_str) {
        Some(said) => println!("ack          {}: {said}", text("/ack/state")),
        None => println!("ack          {}: {}", text("/ack/state"), text("/ack/why")),
    }
}
