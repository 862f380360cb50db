//! `heard post`: one post, signed as its platform signs, sent to a running Worker; and what came of it.

use crate::ack::why;
use crate::config::Config;
use crate::judgement::Level;
use crate::lab::configuration::{configuration, platform, target};
use crate::lab::local::{Local, now_ms};
use crate::lab::simulate;
use crate::post::{Platform, PostId};
use anyhow::{Result, bail};
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
    #[arg(long, value_parser = platform())]
    platform: Platform,
    /// The configuration's source that it is for; the platform's first by default.
    #[arg(long)]
    source: Option<String>,
    /// The author: a name, or an id. The same author's posts join one interaction.
    #[arg(long, default_value = "Ada Example")]
    author: String,
    /// The Worker's port.
    #[arg(long, default_value_t = crate::lab::local::PORT)]
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
        say!("{seen}");
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
    let written = simulate::written(config, source, &args.author, &args.text, now_ms()?)?;
    let local = Local::new(args.port, config)?;
    let status = local
        .deliver(&written.app, &written.headers, written.body)
        .await?;
    if status != 200 {
        return Ok(json!({"status": status, "interaction": null, "triage": null, "ack": null}));
    }
    let (interaction, view) = outcome(&local, args.platform, &written.post).await?;
    Ok(json!({
        "status": status,
        "interaction": interaction.get("id"),
        "triage": view.get("triage"),
        "ack": said_to(&interaction, &view),
    }))
}

/// What became of this very post: an interaction's note may have been another post's.
fn said_to(interaction: &Value, view: &Value) -> Value {
    let decided = view.get("ack").and_then(Value::as_str).unwrap_or("unknown");
    let note = (decided == PLANNED)
        .then(|| note_of(interaction, view))
        .flatten();
    let Some(note) = note else {
        let rule = view.pointer("/rule/says").and_then(Value::as_str);
        let means = rule.or_else(|| why::says(decided));
        return json!({"state": "silent", "why": decided, "means": means, "text": null});
    };
    json!({
        "state": note.get("state"),
        "why": note.get("why"),
        "means": null,
        "text": note.get("text"),
    })
}

/// The decision that says a note was planned.
const PLANNED: &str = "planned";

/// The note that was planned for this post: of an interaction's two, one is an emergency's. Where a calmer one
/// gave its place up to it, that one is what became of both.
fn note_of<'a>(interaction: &'a Value, view: &Value) -> Option<&'a Value> {
    let level = view.pointer("/triage/level").and_then(Value::as_u64);
    let is_emergency = level == Some(u64::from(u8::from(Level::Emergency)));
    let all = interaction.get("acks").and_then(Value::as_array)?;
    let own = all.iter().find(|note| {
        note.get("emergency")
            .and_then(Value::as_bool)
            .unwrap_or(false)
            == is_emergency
    });
    own.or_else(|| all.last())
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
        let resting = |view: &Value| {
            let said = said_to(&interaction, view);
            let state = said.get("state").and_then(Value::as_str);
            !matches!(state, Some("planned" | "sending"))
        };
        match view {
            Some(view) if resting(&view) || tokio::time::Instant::now() >= give_up => {
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
    say!("delivered    {}", number("/status"));
    if seen.get("triage").is_none_or(Value::is_null) {
        say!("             refused: see target/dev/wrangler.log for the reason");
        return;
    }
    say!(
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
        say!("             {weight:+.1}  {what}");
    }
    say!("interaction  {}", text("/interaction"));
    let (state, why) = (text("/ack/state"), text("/ack/why"));
    match seen.pointer("/ack/text").and_then(Value::as_str) {
        Some(said) if why == "-" => say!("ack          {state}: {said}"),
        Some(said) => say!("ack          {state} ({why}): {said}"),
        None => say!("ack          {state} ({why}): {}", text("/ack/means")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(ack: &str, level: u8) -> Value {
        json!({"ack": ack, "triage": {"level": level}})
    }

    #[test]
    fn each_post_is_told_its_own_fate() {
        let calm = json!({"state": "sent", "text": "calm", "emergency": false});
        let grave = json!({"state": "sending", "text": "grave", "emergency": true});
        let one = json!({"acks": [calm]});
        let two = json!({"acks": [calm, grave]});
        assert_eq!(said_to(&one, &post("planned", 2))["text"], "calm");
        assert_eq!(said_to(&two, &post("planned", 2))["text"], "calm");
        assert_eq!(said_to(&two, &post("planned", 3))["state"], "sending");
        // The emergency took the place of the note that was planned for a calmer post.
        let replaced = json!({"acks": [grave]});
        assert_eq!(said_to(&replaced, &post("planned", 2))["text"], "grave");
        let second = said_to(&one, &post("acknowledged", 2));
        assert_eq!(
            (&second["state"], &second["why"], &second["text"]),
            (&json!("silent"), &json!("acknowledged"), &Value::Null)
        );
        assert!(second["means"].as_str().unwrap().contains("already"));
        let ruled = json!({"ack": "x.summoned", "rule": {"says": "only where named"}});
        assert_eq!(said_to(&one, &ruled)["means"], "only where named");
    }
}
