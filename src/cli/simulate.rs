//! `heard simulate`: a realistic signed delivery of any event of any platform; printed, or sent to
//! a running Worker. `heard post` and the tests make theirs here too.

use crate::config::{Config, Source};
use crate::platform::{Event, Ignored, of_account, parse, scheme_of};
use crate::post::{Platform, PostId};
use crate::signature::sign::sign;
use crate::signature::{Headers, Key, escape_unicode};
use anyhow::{Context, Result, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

mod bluesky;
mod discourse;
mod line;
mod linkedin;
mod mastodon;
mod meta;
mod slack;
mod standard;
mod telegram;
mod threads;
mod tiktok;
mod viber;
mod whatsapp;
mod x;
mod zendesk;

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
    /// The platform's own test or ping.
    Test,
    /// A kind that no version of Heard knows.
    Unknown,
}

impl Simulated {
    /// Every kind of event.
    pub const ALL: [Simulated; 11] = [
        Simulated::Made,
        Simulated::Topic,
        Simulated::Mention,
        Simulated::Message,
        Simulated::Edited,
        Simulated::Deleted,
        Simulated::Stop,
        Simulated::Own,
        Simulated::Signal,
        Simulated::Test,
        Simulated::Unknown,
    ];

    /// Why Heard ignores it, if it does.
    pub fn ignored(self) -> Option<Ignored> {
        match self {
            Simulated::Own => Some(Ignored::Own),
            Simulated::Signal => Some(Ignored::NotAPost),
            Simulated::Test => Some(Ignored::Test),
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
    let simulator = simulator(delivery.platform)?;
    let json = (simulator.body)(delivery)?;
    Some((simulator.write)(json.to_string()))
}

/// What the platform says of a delivery in headers besides the signature.
pub fn said_in_headers(delivery: &Delivery<'_>) -> Vec<(String, String)> {
    simulator(delivery.platform).map_or_else(Vec::new, |simulator| (simulator.headers)(delivery))
}

/// How a platform's deliveries are imitated. Written apart from the platform's own file.
struct Simulator {
    platform: Platform,
    /// The document; `None` where there is no such event.
    body: fn(&Delivery<'_>) -> Option<Value>,
    /// What is said in headers.
    headers: fn(&Delivery<'_>) -> Vec<(String, String)>,
    /// How the document is written.
    write: fn(String) -> Vec<u8>,
}

const fn plain(platform: Platform, body: fn(&Delivery<'_>) -> Option<Value>) -> Simulator {
    Simulator {
        platform,
        body,
        headers: |_| Vec::new(),
        write: String::into_bytes,
    }
}

const fn of_meta(platform: Platform, body: fn(&Delivery<'_>) -> Option<Value>) -> Simulator {
    Simulator {
        write: as_meta,
        ..plain(platform, body)
    }
}

static SIMULATORS: &[Simulator] = &[
    of_meta(Platform::Facebook, meta::facebook),
    of_meta(Platform::Messenger, meta::messenger),
    of_meta(Platform::Instagram, meta::instagram),
    of_meta(Platform::Whatsapp, whatsapp::body),
    of_meta(Platform::Threads, threads::body),
    plain(Platform::X, x::body),
    plain(Platform::Standard, standard::body),
    Simulator {
        headers: discourse::headers,
        ..plain(Platform::Discourse, discourse::body)
    },
    plain(Platform::Telegram, telegram::body),
    plain(Platform::Mastodon, mastodon::body),
    plain(Platform::Slack, slack::body),
    plain(Platform::Line, line::body),
    plain(Platform::Linkedin, linkedin::body),
    plain(Platform::Viber, viber::body),
    plain(Platform::Tiktok, tiktok::body),
    plain(Platform::Bluesky, bluesky::body),
    plain(Platform::Zendesk, zendesk::body),
];

fn simulator(platform: Platform) -> Option<&'static Simulator> {
    SIMULATORS.iter().find(|one| one.platform == platform)
}

/// As Meta writes JSON: ASCII alone, with slashes and a few others escaped. All of them stand inside
/// texts only, so replacing them in the whole document is right.
fn as_meta(text: String) -> Vec<u8> {
    let text = text
        .replace('/', "\\/")
        .replace('@', "\\u0040")
        .replace('<', "\\u003C");
    escape_unicode(text.as_bytes()).unwrap_or_else(|| text.into_bytes())
}

/// Whether a customer can write to us there, so that [`written`] has something to sign.
pub fn can_post(platform: Platform) -> bool {
    let post = Delivery {
        platform,
        account: "1",
        handle: None,
        author: "1",
        text: "",
        id: "1",
        created_ms: 0,
        event: Simulated::Made,
    };
    body(&post).is_some()
}

/// What a customer wrote, signed and ready to be delivered.
pub struct Written {
    /// The app whose webhook takes it.
    pub app: String,
    /// The signature, and what else the platform says in headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The id that Heard gives the post: read from the body as Heard reads it.
    pub post: PostId,
}

/// Has `author` write `text` to a source, and signs it with the newest key of the source's app.
///
/// # Errors
/// Where the platform sends no posts, or the app has no key.
pub fn written(
    config: &Config,
    source: &Source,
    author: &str,
    text: &str,
    now_ms: i64,
) -> Result<Written> {
    let id = format!("2{now_ms}");
    let delivery = Delivery {
        platform: source.platform,
        account: source.account.as_str(),
        handle: source.handle.as_deref(),
        author,
        text,
        id: &id,
        created_ms: now_ms,
        event: Simulated::Made,
    };
    let body = body(&delivery).with_context(|| format!("{} sends no posts", delivery.platform))?;
    let scheme = scheme_of(source.platform);
    let app = config.app(source.app.as_str());
    let key = app.and_then(|app| app.keys.first()).with_context(|| {
        format!(
            "the app {} has no key among the development secrets: start `heard dev` once",
            source.app
        )
    })?;
    let mut headers = sign(scheme, key, &format!("msg_{id}"), now_ms / 1_000, &body);
    headers.extend(said_in_headers(&delivery));
    let updates = parse(scheme, Headers::new(&headers), &body, now_ms)
        .map_err(|_| anyhow::anyhow!("the simulated delivery can't be read"))?;
    let post = updates.into_iter().find_map(|mut update| {
        of_account(source.platform, &source.account, &mut update.event);
        match update.event {
            Event::Made { post } => Some(post.id),
            _ => None,
        }
    });
    Ok(Written {
        app: source.app.to_string(),
        headers,
        body,
        post: post.context("the simulated delivery carries no post")?,
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

fn rfc3339(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Prints a signed delivery of any event as the platform would send it, or sends it to a running Worker.
#[derive(Args)]
pub struct SimulateArgs {
    /// The platform.
    #[arg(long, value_parser = platform())]
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
    #[arg(long, default_value = super::config::FILE)]
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

/// Reads a platform's name; `--help` lists them all.
pub(super) fn platform() -> impl TypedValueParser<Value = Platform> {
    named(Platform::ALL.map(Platform::as_str), Platform::named)
}

/// Reads one of some names; `--help` lists them.
pub(super) fn named<T: Clone + Send + Sync + 'static>(
    names: impl IntoIterator<Item = &'static str>,
    read: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    // The parser before it lets no other name through.
    PossibleValuesParser::new(names)
        .try_map(move |name| read(&name).ok_or("not one of these names"))
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
    let heard = super::config::table(&text)?;
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
