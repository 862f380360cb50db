//! `heard simulate`: a realistic signed delivery of any event of any platform; printed, or sent to
//! a running Worker. `heard post` and the tests make theirs here too.

use crate::config::{Config, Source};
use crate::platform::{Ignored, scheme_of};
use crate::post::Platform;
use crate::signature::{Key, Scheme, escape_unicode, sign};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a simulated delivery says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Simulated {
    /// What a customer writes most on this platform: a comment, a mention, a message.
    Made,
    /// A post of its own: a visitor's post, a topic.
    Topic,
    /// A post that names us.
    Mention,
    /// A direct message.
    Message,
    /// The post that `made` made, edited.
    Edited,
    /// The post that `made` made, deleted.
    Deleted,
    /// A block or an unsubscribe.
    Stop,
    /// Our own words, coming back.
    Own,
    /// A reaction, a like, a read: no post.
    Signal,
    /// A kind that no version of Heard knows.
    Unknown,
}

impl Simulated {
    /// Every kind of event.
    pub const ALL: [Simulated; 10] = [
        Simulated::Made,
        Simulated::Topic,
        Simulated::Mention,
        Simulated::Message,
        Simulated::Edited,
        Simulated::Deleted,
        Simulated::Stop,
        Simulated::Own,
        Simulated::Signal,
        Simulated::Unknown,
    ];

    /// Why Heard ignores it, if it does.
    pub fn ignored(self) -> Option<Ignored> {
        match self {
            Simulated::Own => Some(Ignored::Own),
            Simulated::Signal => Some(Ignored::NotAPost),
            Simulated::Unknown => Some(Ignored::UnknownKind),
            _ => None,
        }
    }
}

/// What is delivered.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The platform that delivers.
    pub platform: Platform,
    /// Our account.
    pub account: &'a str,
    /// Our handle there, with or without `@`, where it has handles.
    pub handle: Option<&'a str>,
    /// The author: an id (digits), or a name from which one is made.
    pub author: &'a str,
    /// What the author says.
    pub text: &'a str,
    /// The post's id; digits, on every platform but [`Platform::Standard`].
    pub id: &'a str,
    /// When it was written: epoch milliseconds.
    pub created_ms: i64,
    /// What happened.
    pub event: Simulated,
}

/// The body of a delivery as the platform writes it; `None` where it has no such event.
pub fn body(delivery: &Delivery<'_>) -> Option<Vec<u8>> {
    let json = match delivery.platform {
        Platform::Facebook => facebook(delivery)?,
        Platform::Messenger => messenger(delivery)?,
        Platform::Instagram => instagram(delivery)?,
        Platform::X => x(delivery)?,
        Platform::Standard => standard(delivery)?,
    };
    let text = json.to_string();
    Some(match scheme_of(delivery.platform) {
        // As Meta writes JSON: ASCII alone, with slashes and a few others escaped. All of them
        // stand inside texts only, so replacing them in the whole document is right.
        Scheme::Meta => {
            let text = text
                .replace('/', "\\/")
                .replace('@', "\\u0040")
                .replace('<', "\\u003C");
            escape_unicode(text.as_bytes()).unwrap_or_else(|| text.into_bytes())
        }
        Scheme::X | Scheme::Standard => text.into_bytes(),
    })
}

/// The id of an author: what is given, if it is a number, else one made from the name, always the
/// same for the same name.
pub fn author_id(author: &str) -> String {
    if !author.is_empty() && author.len() <= 19 && author.bytes().all(|b| b.is_ascii_digit()) {
        return author.to_owned();
    }
    // FNV-1a, kept below X's 19 digits.
    let hash = author
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("7{:017}", hash % 100_000_000_000_000_000)
}

/// A name as a handle: what an author with that name would call himself.
fn as_handle(author: &str) -> String {
    let handle: String = author
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(15)
        .collect();
    if handle.is_empty() {
        "someone".to_owned()
    } else {
        handle
    }
}

fn page(account: &str, time: i64, key: &str, update: Value) -> Value {
    json!({ "object": "page", "entry": [{ "id": account, "time": time, key: [update] }] })
}

fn facebook(d: &Delivery<'_>) -> Option<Value> {
    let post_id = format!("{}_{}", d.account, 9_001);
    let comment_id = format!("9001_{}", d.id);
    let created_s = d.created_ms / 1_000;
    let comment = |from: &str, name: &str, verb: &str| {
        json!({
            "item": "comment", "verb": verb, "post_id": post_id, "comment_id": comment_id,
            "parent_id": post_id, "created_time": created_s, "message": d.text,
            "from": { "id": from, "name": name },
            "permalink_url": format!("https://www.facebook.com/{post_id}?comment_id={}", d.id),
        })
    };
    let author = author_id(d.author);
    let (field, value) = match d.event {
        Simulated::Made => ("feed", comment(&author, d.author, "add")),
        Simulated::Edited => ("feed", comment(&author, d.author, "edited")),
        Simulated::Own => ("feed", comment(d.account, "Us", "add")),
        Simulated::Deleted => {
            let mut value = comment(&author, d.author, "remove");
            if let Some(value) = value.as_object_mut() {
                value.remove("message");
            }
            ("feed", value)
        }
        Simulated::Topic => (
            "feed",
            json!({
                "item": "post", "verb": "add", "post_id": format!("{}_{}", d.account, d.id),
                "created_time": created_s, "is_hidden": false, "message": d.text,
                "from": { "id": author, "name": d.author },
            }),
        ),
        Simulated::Mention => (
            "mention",
            json!({
                "item": "comment", "verb": "add", "post_id": "771_772",
                "comment_id": format!("772_{}", d.id), "created_time": created_s,
                "message": d.text, "from": { "id": author, "name": d.author },
            }),
        ),
        Simulated::Signal => (
            "feed",
            json!({
                "item": "reaction", "verb": "add", "reaction_type": "angry", "post_id": post_id,
                "created_time": created_s, "from": { "id": author, "name": d.author },
            }),
        ),
        Simulated::Unknown => ("leadgen", json!({ "leadgen_id": d.id })),
        Simulated::Message | Simulated::Stop => return None,
    };
    let change = json!({ "field": field, "value": value });
    Some(page(d.account, created_s + 1, "changes", change))
}

/// An update of `messaging`, which Messenger and Instagram share.
fn messaging(d: &Delivery<'_>) -> Option<Value> {
    let author = author_id(d.author);
    let mid = format!("m_{}", d.id);
    let from = |from: &str, to: &str, key: &str, value: Value| {
        json!({
            "sender": { "id": from }, "recipient": { "id": to }, "timestamp": d.created_ms,
            key: value,
        })
    };
    let theirs = |key: &str, value: Value| from(&author, d.account, key, value);
    Some(match d.event {
        Simulated::Made | Simulated::Message => {
            theirs("message", json!({ "mid": mid, "text": d.text }))
        }
        Simulated::Edited => theirs(
            "message_edit",
            json!({ "mid": mid, "text": d.text, "num_edit": 1 }),
        ),
        Simulated::Deleted => theirs("message", json!({ "mid": mid, "is_deleted": true })),
        Simulated::Own => from(
            d.account,
            &author,
            "message",
            json!({ "mid": mid, "text": d.text, "is_echo": true, "app_id": 1_517_776_481_860_111_i64 }),
        ),
        Simulated::Signal => theirs("read", json!({ "watermark": d.created_ms })),
        Simulated::Unknown => theirs("hologram", json!({ "beam": 1 })),
        Simulated::Topic | Simulated::Mention | Simulated::Stop => return None,
    })
}

fn messenger(d: &Delivery<'_>) -> Option<Value> {
    Some(page(d.account, d.created_ms, "messaging", messaging(d)?))
}

fn instagram(d: &Delivery<'_>) -> Option<Value> {
    let created_s = d.created_ms / 1_000;
    let comment = |from: Value| {
        (
            "comments",
            json!({
                "id": d.id, "text": d.text, "from": from,
                "media": { "id": "17887498072083520", "media_product_type": "FEED" },
            }),
        )
    };
    let (field, value) = match d.event {
        Simulated::Message | Simulated::Edited | Simulated::Deleted => {
            let update = messaging(d)?;
            return Some(json!({
                "object": "instagram",
                "entry": [{ "id": d.account, "time": d.created_ms, "messaging": [update] }],
            }));
        }
        Simulated::Made => comment(json!({
            "id": author_id(d.author), "username": as_handle(d.author),
        })),
        Simulated::Own => comment(json!({
            "id": d.account, "username": "us", "self_ig_scoped_id": "17841400000000000",
        })),
        Simulated::Mention => (
            "mentions",
            json!({ "media_id": "17887498072083521", "comment_id": d.id }),
        ),
        Simulated::Signal => ("story_insights", json!({ "media_id": "1", "reach": 44 })),
        Simulated::Unknown => ("holograms", json!({ "id": d.id })),
        Simulated::Topic | Simulated::Stop => return None,
    };
    let change = json!({ "field": field, "value": value });
    Some(json!({
        "object": "instagram",
        "entry": [{ "id": d.account, "time": created_s, "changes": [change] }],
    }))
}

fn rfc3339(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

fn x(d: &Delivery<'_>) -> Option<Value> {
    let author = author_id(d.author);
    let us = d.handle.unwrap_or("us").trim_start_matches('@');
    // X's offsets count characters.
    let at = format!("@{us}").to_lowercase();
    let start = d
        .text
        .to_lowercase()
        .split_once(&at)
        .map(|(before, _)| before.chars().count());
    let mention = start.map(|start| {
        json!({ "start": start, "end": start + at.chars().count(), "username": us, "id": d.account })
    });
    let user = |id: &str, name: &str, handle: &str, followers: u32| {
        json!({
            "id": id, "name": name, "username": handle, "protected": false,
            "public_metrics": { "followers_count": followers, "following_count": 80, "tweet_count": 310 },
            "verified_type": "none",
        })
    };
    let users = json!([
        user(&author, d.author, &as_handle(d.author), 97),
        user(d.account, us, us, 5_502),
    ]);
    let newest = match d.event {
        Simulated::Edited => (d.id.parse::<u64>().ok()? + 1).to_string(),
        _ => d.id.to_owned(),
    };
    let history = match d.event {
        Simulated::Edited => json!([d.id, newest]),
        _ => json!([d.id]),
    };
    let post = |author: &str| {
        json!({
            "id": newest, "text": d.text, "author_id": author, "created_at": rfc3339(d.created_ms),
            "lang": "und", "conversation_id": d.id, "edit_history_tweet_ids": history,
            "display_text_range": [0, d.text.chars().count()], "reply_settings": "everyone",
            "possibly_sensitive": false, "public_metrics": { "reply_count": 0, "like_count": 0 },
        })
    };
    let event = |kind: &str, payload: Value, includes: Value| {
        json!({
            "data": {
                "event_uuid": format!("-{}", d.id), "filter": { "user_id": d.account },
                "event_type": kind, "tag": "heard", "payload": payload, "includes": includes,
            }
        })
    };
    let with = |mut value: Value, key: &str, part: Value| {
        if let Some(object) = value.as_object_mut() {
            object.insert(key.into(), part);
        }
        value
    };
    Some(match d.event {
        Simulated::Made | Simulated::Mention | Simulated::Edited => match mention {
            Some(mention) => {
                let entities = json!({ "mentions": [mention] });
                let payload = with(post(&author), "entities", entities);
                event(
                    "post.mention.create",
                    payload,
                    json!({ "users": users, "tweets": [] }),
                )
            }
            None if d.event == Simulated::Mention => event(
                "post.mention.create",
                post(&author),
                json!({ "users": users, "tweets": [] }),
            ),
            // Without our name in it, it reaches us as a reply under a post of ours.
            None => {
                let payload = with(post(&author), "in_reply_to_user_id", json!(d.account));
                let ours = json!([{ "type": "replied_to", "id": "2080760000000000000" }]);
                let payload = with(payload, "referenced_tweets", ours);
                event("post.reply.create", payload, json!({}))
            }
        },
        Simulated::Own => event("post.create", post(d.account), json!({ "users": users })),
        Simulated::Message => event(
            "dm.received",
            json!({
                "direct_message_events": [{
                    "type": "message_create", "id": d.id,
                    "created_timestamp": d.created_ms.to_string(),
                    "message_create": {
                        "target": { "recipient_id": d.account }, "sender_id": author,
                        "message_data": { "text": d.text, "entities": {} },
                    },
                }],
                "users": {
                    author.as_str(): { "data": user(&author, d.author, &as_handle(d.author), 97) },
                },
            }),
            json!({}),
        ),
        Simulated::Deleted => json!({
            "for_user_id": d.account,
            "tweet_delete_events": [{
                "status": { "id": d.id, "user_id": author },
                "timestamp_ms": d.created_ms.to_string(),
            }],
        }),
        Simulated::Stop => event(
            "block.block",
            json!({
                "source": { "data": user(d.account, us, us, 5_502) },
                "target": { "data": user(&author, d.author, &as_handle(d.author), 97) },
            }),
            json!({}),
        ),
        Simulated::Signal => event(
            "like.create",
            json!({ "id": "87719f50ee17bdfa", "liked_tweet_id": d.id, "liked_tweet_author_id": d.account }),
            json!({ "users": users }),
        ),
        Simulated::Unknown => event("hologram.beamed", json!({ "id": d.id }), json!({})),
        Simulated::Topic => return None,
    })
}

fn standard(d: &Delivery<'_>) -> Option<Value> {
    let author = json!({ "id": author_id(d.author), "name": d.author });
    let post = |kind: &str, own: bool| {
        json!({
            "account": d.account, "id": d.id, "kind": kind, "author": author, "text": d.text,
            "created_at": rfc3339(d.created_ms), "own": own,
        })
    };
    let (kind, data) = match d.event {
        Simulated::Made => ("post.created", post("comment", false)),
        Simulated::Topic => ("post.created", post("topic", false)),
        Simulated::Mention => ("post.created", post("mention", false)),
        Simulated::Message => ("post.created", post("message", false)),
        Simulated::Edited => ("post.edited", post("comment", false)),
        Simulated::Own => ("post.created", post("comment", true)),
        Simulated::Deleted => (
            "post.deleted",
            json!({ "account": d.account, "id": d.id, "author": author }),
        ),
        Simulated::Stop => (
            "author.stop",
            json!({ "account": d.account, "author": author }),
        ),
        Simulated::Unknown => ("hologram.beamed", json!({ "account": d.account })),
        Simulated::Signal => return None,
    };
    Some(json!({ "type": kind, "data": data }))
}

/// Make a signed delivery as a platform would send it; print it, or send it to a running worker.
#[derive(Args)]
pub struct SimulateArgs {
    /// The platform.
    #[arg(long, value_parser = platform)]
    platform: Platform,
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
    #[arg(long, default_value = "wrangler.toml")]
    config: PathBuf,
    /// When it is signed and written: epoch seconds; now by default.
    #[arg(long)]
    now: Option<i64>,
    /// Send it to the worker on this port of 127.0.0.1 instead of printing it.
    #[arg(long, value_name = "PORT")]
    send: Option<u16>,
}

/// Reads a platform's name.
pub(super) fn platform(name: &str) -> Result<Platform, String> {
    Platform::named(name).ok_or_else(|| {
        let names = Platform::ALL.map(Platform::as_str).join(", ");
        format!("no platform of that name: one of {names}")
    })
}

/// The source of that name, or the platform's first.
pub(super) fn target<'c>(
    config: &'c Config,
    platform: Platform,
    source: Option<&str>,
) -> Result<&'c Source> {
    let wanted = config.sources.iter().find(|candidate| match source {
        Some(id) => candidate.id.as_str() == id,
        None => candidate.platform == platform,
    });
    let wanted = wanted.with_context(|| match source {
        Some(id) => format!("the configuration has no source {id}"),
        None => format!("the configuration has no source on {platform}"),
    })?;
    if wanted.platform != platform {
        bail!(
            "source {} is on {}, not on {platform}",
            wanted.id,
            wanted.platform
        );
    }
    Ok(wanted)
}

/// The configuration with its secrets; without a file of secrets, without.
pub(super) fn configuration(config: &Path, secrets: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(config)
        .with_context(|| format!("cannot read {}: run it where it is", config.display()))?;
    let heard = super::check::heard_table(&text)?;
    let values = match std::fs::read_to_string(secrets) {
        Ok(text) => super::secrets::parse(&text),
        Err(_) => Default::default(),
    };
    Ok(Config::read(&heard, &|name| values.get(name).cloned()))
}

/// Runs `heard simulate`.
pub fn run(args: SimulateArgs) -> Result<ExitCode> {
    let config = configuration(&args.config, &args.secrets)?;
    let source = target(&config, args.platform, args.source.as_deref())?;
    let clock = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let clock_ms = i64::try_from(clock.as_millis())?;
    let now_ms = match args.now {
        Some(now_s) => now_s.checked_mul(1_000).context("--now is no time")?,
        None => clock_ms,
    };
    let id = args.id.unwrap_or_else(|| format!("2{clock_ms}"));
    let delivery = Delivery {
        platform: args.platform,
        account: source.account.as_str(),
        handle: source.handle.as_deref(),
        author: &args.author,
        text: &args.text,
        id: &id,
        created_ms: now_ms,
        event: args.event,
    };
    let Some(body) = body(&delivery) else {
        bail!("{} sends no such event", args.platform);
    };
    let scheme = scheme_of(args.platform);
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
    let headers = sign(scheme, &key, &format!("msg_{id}"), now_ms / 1_000, &body);
    let path = format!("/webhooks/{}", source.app);
    match args.send {
        None => {
            let mut out = std::io::stdout().lock();
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
        Some(port) => send(port, &path, headers, body),
    }
}

/// Sends a delivery to a worker on this machine; fails where it is not accepted.
fn send(port: u16, path: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> Result<ExitCode> {
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
    println!("{status}");
    Ok(if status.is_success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
