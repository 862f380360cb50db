//! What a platform tells us: posts, their authors, and the names they go by.
//!
//! Every id is text, always: X's and Viber's ids exceed 2^53, X's event ids may be negative, and a
//! Durable Object's SQLite reads numbers back as doubles.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest post text kept, in bytes. Discourse allows 32,000 characters, everything else far
/// less; text past this is cut at a character border and the post is marked [`Post::cut`].
pub const TEXT_BYTES: usize = 64 * 1024;

/// The longest id kept, in bytes. The longest documented one, a WhatsApp `wamid`, is below 100; a
/// longer one is refused as a malformed update rather than cut, because a cut id is another id.
pub const ID_BYTES: usize = 512;

/// The longest author name kept, in bytes.
pub const NAME_BYTES: usize = 256;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the id as the text it arrived as.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.0)
            }
        }
    };
}

id!(
    /// An app: our registration with a platform, and the last part of its webhook's path.
    AppId
);
id!(
    /// A source: one account of ours, as the configuration names it.
    SourceId
);
id!(
    /// The platform's own id of an account of ours: a Page id, a user id, a forum's address.
    AccountId
);
id!(
    /// The platform's id of a post. The same post keeps it through edits.
    PostId
);
id!(
    /// The platform's id of an author.
    AuthorId
);
id!(
    /// An interaction, as the agents' API names it: `v1-SHARD-NUMBER`.
    InteractionId
);
id!(
    /// The fencing token of a claim: proof that an interaction is its holder's.
    Lease
);
id!(
    /// A workgroup: the people who serve a kind of work.
    Workgroup
);

/// The list of platforms: a name, which is also its file's in `src/platform/`, and the file whose feed
/// carries its events. To add one: its file, and its line here.
///
/// Lists show them in this order.
macro_rules! platforms {
    ($write:ident) => {
        $write! {
            Facebook = facebook, by meta;
            Messenger = messenger, by meta;
            Instagram = instagram, by meta;
            Whatsapp = whatsapp, by meta;
            Threads = threads, by meta;
            X = x, by x;
            Discourse = discourse, by discourse;
            Telegram = telegram, by telegram;
            Mastodon = mastodon, by mastodon;
            Slack = slack, by slack;
            Line = line, by line;
            Linkedin = linkedin, by linkedin;
            Viber = viber, by viber;
            Bluesky = bluesky, by bluesky;
            Zendesk = zendesk, by zendesk;
            Tiktok = tiktok, by tiktok;
            Standard = standard, by standard;
        }
    };
}
pub(crate) use platforms;

macro_rules! names {
    ($($platform:ident = $name:ident, by $feed:ident;)*) => {
        /// A platform: a wire format, a reply API and its rules. What is known of each is its profile, in
        /// its own file.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "lowercase")]
        pub enum Platform {
            $(
                #[doc = concat!("See `platform::", stringify!($name), "`.")]
                $platform,
            )*
        }

        impl Platform {
            /// Every platform, in the order that lists show them.
            pub const ALL: [Platform; [$(Platform::$platform),*].len()] = [$(Platform::$platform),*];

            /// The name used in configuration, API and storage.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Platform::$platform => stringify!($name),)*
                }
            }
        }
    };
}

platforms!(names);

impl Platform {
    /// The platform of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == name)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What sort of thing an author wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// A comment under something.
    Comment,
    /// A post that names us.
    Mention,
    /// A direct message: private.
    Message,
    /// A review with or without stars.
    Review,
    /// A post or thread of its own: a visitor's post, a forum topic.
    Topic,
}

impl PostKind {
    /// The name used in API and storage.
    pub fn as_str(self) -> &'static str {
        match self {
            PostKind::Comment => "comment",
            PostKind::Mention => "mention",
            PostKind::Message => "message",
            PostKind::Review => "review",
            PostKind::Topic => "topic",
        }
    }

    /// Whether bystanders can read it (and a reply to it).
    pub fn is_public(self) -> bool {
        self != PostKind::Message
    }
}

/// Who wrote a post, on its platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The platform's id of the author.
    pub id: AuthorId,
    /// The name to show an agent, where the platform gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The handle without `@`, where the platform has handles and gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// How many follow the author, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followers: Option<u64>,
    /// Whether the platform says that a program writes for this author.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    /// Whether the platform says that this author is one of us: a moderator, an administrator, an agent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub staff: bool,
    /// What else the platform calls the same person: a phone number beside a business-scoped id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<AuthorId>,
}

impl Author {
    /// An author of whom nothing but the id is known.
    pub fn of(id: impl Into<String>) -> Self {
        Self {
            id: AuthorId::new(id),
            name: None,
            handle: None,
            followers: None,
            bot: false,
            staff: false,
            aliases: Vec::new(),
        }
    }
}

/// What sort of thing a post carries besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recorded voice message.
    Voice,
    /// Any other sound.
    Audio,
    /// A file.
    File,
    /// A sticker.
    Sticker,
    /// A place on the map.
    Location,
    /// Somebody's contact details.
    Contact,
    /// An order or a product.
    Order,
    /// A link with a preview, a shared post, a story.
    Link,
    /// What this version has no word for.
    Other,
}

/// Something that a post carries besides its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// What sort of thing it is.
    pub kind: MediaKind,
    /// What is written under it, or what it says in a few words (a place's name, an order's items);
    /// at most [`NAME_BYTES`] where it is not the post's own text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Where to look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The platform's id of it, where it gives no link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Something an author wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The platform's id of the post: what makes two deliveries the same post.
    pub id: PostId,
    /// What sort of post it is.
    pub kind: PostKind,
    /// Who wrote it; Meta leaves the actor out where the app may not see it, and a post without one
    /// is queued and never answered automatically.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// What it says, at most [`TEXT_BYTES`]; empty where the platform sends ids only.
    pub text: String,
    /// Words in it that are not its author's own, now: quoted, forwarded. Shown to agents, never judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<String>,
    /// What it carries besides its text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// Whether it says of itself that a program sent it: a vacation mail, an automatic answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// Whether `text` was cut at [`TEXT_BYTES`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// The language the platform names (BCP 47), if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// When the platform says it was written: epoch milliseconds.
    pub created_ms: i64,
    /// Where an agent can look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// The post this one answers, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PostId>,
    /// What the platform's reply call must name: see each platform's module for what it holds.
    pub reply_to: String,
    /// A rule of the platform that forbids an automatic reply to this very post, by its stable name
    /// (`reply_restricted`, `standby`, ...); see [`crate::platform::eligibility`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barred: Option<String>,
    /// Whether the author addressed us in it: named our handle, wrote under our post or to us.
    #[serde(default)]
    pub addressed: bool,
    /// Whom its author speaks to in it, by id or handle, where a delivery does not name our account and
    /// the configuration alone knows whether that is us. Read by [`crate::intake`], not kept.
    #[serde(skip)]
    pub calls: Vec<String>,
    /// How new this wording is, where the platform says: an edit's time, number or id, as a number
    /// that grows from edit to edit of one post and means nothing beside another post's. An edit
    /// older than the one that is kept came late, or again, and does not take its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Whether some of it was fetched from the platform because the delivery left it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fetched: bool,
}

/// Cuts `text` to at most `max` bytes at a character border; tells whether it cut.
pub fn cut_to(text: &mut String, max: usize) -> bool {
    if text.len() <= max {
        return false;
    }
    let mut end = max;
    while end > 0 && !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_a_character_border() {
        let mut text = "aä😀".to_string();
        assert!(!cut_to(&mut text, 7));
        assert!(cut_to(&mut text, 6));
        assert_eq!(text, "aä");
        assert!(cut_to(&mut text, 2));
        assert_eq!(text, "a");
    }

    #[test]
    fn platform_names_round_trip() {
        for platform in Platform::ALL {
            assert_eq!(Platform::named(platform.as_str()), Some(platform));
            assert_eq!(
                serde_json::to_value(platform).unwrap(),
                serde_json::json!(platform.as_str())
            );
        }
    }
}
