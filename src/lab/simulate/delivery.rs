//! What is delivered: the same for every platform, before each writes it in its own way.

use crate::platform::Ignored;
use crate::post::Platform;
use clap::ValueEnum;

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
pub fn as_handle(author: &str) -> String {
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

/// A time as RFC 3339 writes it.
pub fn rfc3339(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
