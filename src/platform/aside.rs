//! From a public post to a private conversation: what each platform lets one do, as data with its source and date.
//!
//! Each platform's file has its [`Aside`]: the ways there are, the best first, or why there is none. A way is either a
//! call of the platform's own, made by the same `reply` as every other answer from a `reply_to` of its form, or a link
//! that a public reply carries. A person invites, never Heard by itself.

use super::eligibility::Within;
use crate::post::{Platform, Post};
use serde::{Deserialize, Serialize};

/// How an author is invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The platform's private reply to a public post.
    PrivateReply,
    /// A message to its author.
    Message,
    /// A public reply with a link, by which its author writes to us.
    Link,
}

impl How {
    /// All of them.
    pub const ALL: [How; 3] = [How::PrivateReply, How::Message, How::Link];

    /// Its name in storage and API.
    pub fn as_str(self) -> &'static str {
        match self {
            How::PrivateReply => "private_reply",
            How::Message => "message",
            How::Link => "link",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What a platform lets one do.
#[derive(Debug)]
pub struct Aside {
    /// The ways, the best first.
    pub ways: &'static [Way],
    /// What it does not let one do, or why there is no way.
    pub cannot: Sourced,
}

/// Why there is no way, or none for some posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// In a line.
    pub says: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// When that was read: year-month.
    pub date: &'static str,
}

/// A way.
#[derive(Debug)]
pub struct Way {
    /// How.
    pub how: How,
    /// The rule, in a line.
    pub says: &'static str,
    /// Where the platform says it.
    pub source: &'static str,
    /// When that was read: year-month.
    pub date: &'static str,
    /// How long after a post; `None` where the platform sets no time.
    pub within: Option<Within>,
    /// How a post's author is reached.
    pub reach: Reach,
}

/// How a post's author is reached.
#[derive(Clone, Copy, Debug)]
pub enum Reach {
    /// By a call: the `reply_to` of the private answer to a post; `None` where the way is not for such a post.
    Call(fn(&Post) -> Option<String>),
    /// By a link to a conversation with us; `None` where we lack what it is made of.
    Link(fn(&We<'_>) -> Option<String>),
}

/// Who we are on the platform.
#[derive(Clone, Copy, Debug)]
pub struct We<'a> {
    /// Our account.
    pub account: &'a str,
    /// Our handle, without `@`.
    pub handle: Option<&'a str>,
    /// The brand's own link to a private conversation, wherever that is.
    pub link: Option<&'a str>,
}

/// What is to be done to invite somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// How.
    pub how: How,
    /// Until when, where the platform says: epoch milliseconds.
    pub until_ms: Option<i64>,
    /// Where the private answer goes; `None` where a public reply carries the link.
    pub reply_to: Option<String>,
    /// The link, where that is how.
    pub link: Option<String>,
    /// The rule.
    pub rule: Sourced,
}

/// Why somebody cannot be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoWay {
    /// They wrote in private already: a reply reaches them there.
    AlreadyPrivate,
    /// They were invited already, by an answer to the same post.
    Once,
    /// The platform has a way, and its time is over.
    TooLate {
        /// The rule.
        says: String,
        /// Who says so.
        source: String,
    },
    /// The platform has no way, or none for such a post.
    None {
        /// What it does not let one do.
        says: String,
        /// Who says so.
        source: String,
    },
    /// The platform has a way, and not the one that was asked for.
    Other {
        /// Which it has.
        has: String,
    },
}

impl NoWay {
    /// A stable word for programs.
    pub fn as_str(&self) -> &'static str {
        match self {
            NoWay::AlreadyPrivate => "already_private",
            NoWay::Once => "once",
            NoWay::TooLate { .. } => "too_late",
            NoWay::None { .. } => "none",
            NoWay::Other { .. } => "other",
        }
    }

    /// What a caller is told, and what to do.
    pub fn says(&self) -> String {
        match self {
            NoWay::AlreadyPrivate => "they wrote in private already; reply there".into(),
            NoWay::Once => "they were invited already by an answer to this post".into(),
            NoWay::TooLate { says, source } => {
                format!("too late: {says} ({source}); reply where the post is")
            }
            NoWay::None { says, source } => format!(
                "{says} ({source}); with `private_link` at its source a public reply can carry a link of your own"
            ),
            NoWay::Other { has } => format!("not by that way; there is `{has}`"),
        }
    }
}

/// The brand's own link: allowed wherever a reply is.
const OWN: Sourced = Sourced {
    says: "a public reply may carry a link of the brand's own",
    source: "heard",
    date: "2026-11",
};

/// How the author of a post can be invited, at `now_ms`.
///
/// # Errors
/// Why they cannot be.
pub fn invitation(
    platform: Platform,
    post: &Post,
    we: &We<'_>,
    now_ms: i64,
    asked: Option<How>,
) -> Result<Invitation, NoWay> {
    if !post.kind.is_public() {
        return Err(NoWay::AlreadyPrivate);
    }
    let aside = platform.profile().aside;
    let (mut late, mut has) = (None, None);
    for way in aside.ways {
        let (reply_to, link) = match way.reach {
            Reach::Call(to) if post.author.is_some() => (to(post), None),
            Reach::Call(_) => (None, None),
            Reach::Link(link) => (None, link(we)),
        };
        if reply_to.is_none() && link.is_none() {
            continue;
        }
        let until_ms = way
            .within
            .map(|within| post.created_ms.saturating_add(within.ms));
        if until_ms.is_some_and(|until_ms| until_ms < now_ms) {
            late = Some(way);
            continue;
        }
        if asked.is_some_and(|asked| asked != way.how) {
            has = has.or(Some(way.how));
            continue;
        }
        let rule = Sourced {
            says: way.says,
            source: way.source,
            date: way.date,
        };
        return Ok(Invitation {
            how: way.how,
            until_ms,
            reply_to,
            link,
            rule,
        });
    }
    if let (Some(link), true) = (we.link, asked.is_none_or(|asked| asked == How::Link)) {
        return Ok(Invitation {
            how: How::Link,
            until_ms: None,
            reply_to: None,
            link: Some(link.to_owned()),
            rule: OWN,
        });
    }
    Err(match (has, late) {
        (Some(has), _) => NoWay::Other {
            has: has.as_str().to_owned(),
        },
        (None, Some(way)) => NoWay::TooLate {
            says: way.says.to_owned(),
            source: way.source.to_owned(),
        },
        (None, None) => NoWay::None {
            says: aside.cannot.says.to_owned(),
            source: aside.cannot.source.to_owned(),
        },
    })
}

/// Of platforms on which everybody writes in private.
pub(super) static PRIVATE_ALREADY: Aside = Aside {
    ways: &[],
    cannot: Sourced {
        says: "all that is written there is private already",
        source: "heard",
        date: "2026-11",
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{blank, person};
    use crate::post::PostKind;

    const DAY_MS: i64 = 86_400_000;

    fn post(kind: PostKind) -> Post {
        let mut author = person("T1/U7".into());
        author.handle = Some("mara".into());
        Post {
            author: Some(author),
            addressed: true,
            ..blank("17".into(), kind, "17:public:mara".into(), 0)
        }
    }

    const WE: We<'_> = We {
        account: "4200000001",
        handle: Some("northline"),
        link: None,
    };

    fn found(platform: Platform, kind: PostKind, we: &We<'_>) -> String {
        match invitation(platform, &post(kind), we, DAY_MS, None) {
            Ok(one) => format!(
                "{} {}",
                one.how.as_str(),
                one.reply_to.or(one.link).unwrap_or_default()
            ),
            Err(why) => why.as_str().to_owned(),
        }
    }

    /// What each platform lets one do about a comment, a mention, a message, a review and a topic.
    #[test]
    fn each_platform_has_its_ways() {
        const NONE: [&str; 5] = ["none", "none", "already_private", "none", "none"];
        let expected = |platform| -> [&str; 5] {
            match platform {
                Platform::Facebook => [
                    "private_reply private:comment:17",
                    "link https://m.me/4200000001",
                    "already_private",
                    "link https://m.me/4200000001",
                    "private_reply private:post:17",
                ],
                Platform::Instagram => [
                    "private_reply private:17",
                    "link https://ig.me/m/northline",
                    "already_private",
                    "link https://ig.me/m/northline",
                    "link https://ig.me/m/northline",
                ],
                Platform::X => {
                    let link = "link https://x.com/messages/compose?recipient_id=4200000001";
                    [link, link, "already_private", link, link]
                }
                Platform::Telegram => {
                    let link = "link https://t.me/northline";
                    [link, link, "already_private", link, link]
                }
                Platform::Discourse => {
                    let to = "message private:mara";
                    [to, to, "already_private", to, to]
                }
                Platform::Mastodon => {
                    let to = "message 17:direct:mara";
                    [to, to, "already_private", to, to]
                }
                Platform::Slack => {
                    let to = "message U7:";
                    [to, to, "already_private", to, to]
                }
                _ => NONE,
            }
        };
        for platform in Platform::ALL {
            let kinds = [
                PostKind::Comment,
                PostKind::Mention,
                PostKind::Message,
                PostKind::Review,
                PostKind::Topic,
            ];
            assert_eq!(
                kinds.map(|kind| found(platform, kind, &WE)),
                expected(platform),
                "{platform}"
            );
            let own = We {
                link: Some("https://wa.me/442079460000"),
                ..WE
            };
            assert_ne!(
                found(platform, PostKind::Review, &own),
                "none",
                "{platform}"
            );
        }
    }

    #[test]
    fn every_way_says_what_where_and_when() {
        for platform in Platform::ALL {
            let aside = platform.profile().aside;
            let said = aside
                .ways
                .iter()
                .map(|way| (way.says, way.source, way.date));
            let cannot = (aside.cannot.says, aside.cannot.source, aside.cannot.date);
            for (says, source, date) in said.chain([cannot]) {
                assert!(says.len() > 20 && source.len() > 4, "{platform}: {says}");
                assert!(
                    date.len() == 7 && date.starts_with("202"),
                    "{platform}: {date}"
                );
            }
        }
    }

    /// Meta's seven days end at their last millisecond; then its link is what is left, or the brand's own.
    #[test]
    fn a_private_reply_has_its_time() {
        let at = |now_ms, asked| {
            let found = invitation(
                Platform::Facebook,
                &post(PostKind::Comment),
                &WE,
                now_ms,
                asked,
            );
            found.map(|one| (one.how, one.until_ms))
        };
        let end = 7 * DAY_MS;
        assert_eq!(at(end, None), Ok((How::PrivateReply, Some(end))));
        assert_eq!(at(end + 1, None), Ok((How::Link, None)));
        assert!(matches!(
            at(end + 1, Some(How::PrivateReply)),
            Err(NoWay::Other { .. })
        ));
        assert_eq!(at(0, Some(How::Link)), Ok((How::Link, None)));
        let message = at(0, Some(How::Message));
        assert_eq!(
            message,
            Err(NoWay::Other {
                has: "private_reply".into()
            })
        );
        let instagram = invitation(
            Platform::Instagram,
            &post(PostKind::Comment),
            &We { handle: None, ..WE },
            end + 1,
            None,
        );
        assert!(matches!(instagram, Err(NoWay::TooLate { .. })));
    }

    /// Nobody knows whom a call would reach.
    #[test]
    fn without_an_author_only_a_link_is_left() {
        let of_nobody = Post {
            author: None,
            ..post(PostKind::Comment)
        };
        let found = |platform| invitation(platform, &of_nobody, &WE, 0, None).map(|one| one.how);
        assert_eq!(found(Platform::Facebook), Ok(How::Link));
        assert!(matches!(
            found(Platform::Discourse),
            Err(NoWay::None { .. })
        ));
    }
}
