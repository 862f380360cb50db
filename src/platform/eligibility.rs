//! When a platform lets a program reply: data with its source and date, and the one question asked of it.
//!
//! Each platform's file has two tables. `ALLOWED` says where an automatic reply may go, how many there
//! may be and until when; `RULES` names everything that forbids one. A decision names the rule that
//! spoke. Where nothing is said to be allowed, nothing is.
//!
//! Heard itself is stricter than any platform in two things: it acknowledges an interaction once at
//! most, whatever number a platform allows, and it never answers a post without an author.

use crate::post::{Platform, Post};
use serde::{Deserialize, Serialize};

/// A rule of a platform on automatic replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its stable name, as decisions record it: `x.summoned`.
    pub name: &'static str,
    /// What it says, in a line.
    pub says: &'static str,
    /// Where the platform says it.
    pub source: &'static str,
    /// When that was read: year-month.
    pub date: &'static str,
}

/// Where a reply can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// By bystanders, where the post stands.
    Public,
    /// By its author alone.
    Private,
}

impl Place {
    /// Where a reply to `post` is read: where the post is.
    pub fn of(post: &Post) -> Self {
        if post.kind.is_public() {
            Place::Public
        } else {
            Place::Private
        }
    }
}

/// How long after a post an automatic reply to it may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Within {
    /// Milliseconds from the post to the reply.
    pub ms: i64,
    /// The rule that speaks once they are over.
    pub rule: &'static Rule,
}

/// An automatic reply that a platform allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Allowance {
    /// Where the reply goes.
    pub place: Place,
    /// To what.
    pub to: &'static str,
    /// How many to one post; `None` where the platform sets no number.
    pub most: Option<u32>,
    /// How long after; `None` where the platform sets no time.
    pub within: Option<Within>,
    /// Where the platform says it.
    pub source: &'static str,
    /// When that was read: year-month.
    pub date: &'static str,
}

/// The contract under which an account of ours calls a platform's API, where rules depend on it. They do
/// on X alone: since 2026-02-23 its self-serve plans reply only where they were summoned, and Enterprise
/// (and apps it calls public utilities) are exempt (docs.x.com changelog, read 2026-08).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// What anybody can subscribe to. The default, because it forbids more.
    #[default]
    SelfServe,
    /// A contract of one's own.
    Enterprise,
}

impl Plan {
    /// Every plan.
    pub const ALL: [Plan; 2] = [Plan::SelfServe, Plan::Enterprise];

    /// The name used in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Plan::SelfServe => "self_serve",
            Plan::Enterprise => "enterprise",
        }
    }

    /// The plan of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == name)
    }
}

/// Nobody is answered who is not known.
pub static ABSENT_ACTOR: Rule = Rule {
    name: "heard.absent_actor",
    says: "a post without its author may be our own: nobody is answered until the author is known",
    source: "heard",
    date: "2026-11",
};

static BARRED: Rule = Rule {
    name: "heard.barred",
    says: "the post was stored as one that may not be answered, by a rule since renamed",
    source: "heard",
    date: "2026-11",
};

static NOT_ALLOWED: Rule = Rule {
    name: "heard.not_allowed",
    says: "the platform is not known to allow automatic replies in this place",
    source: "heard",
    date: "2026-11",
};

/// Heard's own rules, which speak where no platform's does.
pub static OWN: &[&Rule] = &[&ABSENT_ACTOR, &BARRED, &NOT_ALLOWED];

/// The rule that forbids an automatic reply to `post` at `now_ms`; `None` where all allow it.
pub fn forbidden(
    platform: Platform,
    plan: Plan,
    post: &Post,
    now_ms: i64,
) -> Option<&'static Rule> {
    let profile = platform.profile();
    let own = || (profile.forbidden)(post, plan);
    let absent = || post.author.is_none().then_some(&ABSENT_ACTOR);
    // The bar names what is wrong with this very post; the others speak of its kind.
    bar(post, profile.rules)
        .or_else(own)
        .or_else(absent)
        .or_else(|| too_late(profile.allowed, post, now_ms))
}

/// The rule that forbids a reply in this place, or one so late.
fn too_late(allowed: &[Allowance], post: &Post, now_ms: i64) -> Option<&'static Rule> {
    let place = Place::of(post);
    let Some(allowance) = allowed.iter().find(|allowance| allowance.place == place) else {
        return Some(&NOT_ALLOWED);
    };
    let within = allowance.within?;
    let late = now_ms.saturating_sub(post.created_ms) > within.ms;
    late.then_some(within.rule)
}

/// The rule by which [`Post::barred`] says that this very post may not be answered automatically.
/// A name that is not known (it came from storage, and storage may be older than the code) forbids
/// all the same.
fn bar(post: &Post, rules: &[&'static Rule]) -> Option<&'static Rule> {
    let name = post.barred.as_deref()?;
    let known = rules.iter().find(|rule| rule.name == name);
    Some(known.copied().unwrap_or(&BARRED))
}

/// Every rule of a platform that [`forbidden`] may answer with, besides [`OWN`].
pub fn rules(platform: Platform) -> &'static [&'static Rule] {
    platform.profile().rules
}

/// The automatic replies that a platform allows, the one that Heard makes first.
pub fn allowed(platform: Platform) -> &'static [Allowance] {
    platform.profile().allowed
}

/// The rule of that name, which begins with its platform's.
pub fn rule_named(name: &str) -> Option<&'static Rule> {
    let (of, _) = name.split_once('.')?;
    let among = Platform::named(of).map_or(OWN, rules);
    among.iter().copied().find(|rule| rule.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{blank, person};
    use crate::post::PostKind;

    fn written(date: &str) -> bool {
        let (year, month) = date.split_once('-').unwrap();
        year.len() == 4 && (1..=12).contains(&month.parse::<u8>().unwrap())
    }

    #[test]
    fn every_rule_says_what_where_and_when() {
        let mut names = Vec::new();
        for rule in OWN {
            assert!(rule.name.starts_with("heard."));
            names.push(rule.name);
        }
        for platform in Platform::ALL {
            for rule in rules(platform) {
                let (of, name) = rule.name.split_once('.').unwrap();
                assert!(Platform::named(of).is_some(), "{}", rule.name);
                assert!(of == platform.as_str() || platform == Platform::Instagram);
                assert!(!name.is_empty() && rule.says.len() > 20 && rule.source.len() > 4);
                assert!(written(rule.date), "{}", rule.name);
                assert_eq!(rule_named(rule.name), Some(*rule));
                if of == platform.as_str() {
                    names.push(rule.name);
                }
            }
            for allowance in allowed(platform) {
                assert!(
                    allowance.to.len() > 10 && allowance.source.len() > 4,
                    "{platform}"
                );
                assert!(written(allowance.date), "{platform}");
                // Heard sends one, so one must be allowed.
                assert_ne!(allowance.most, Some(0), "{platform}");
                if let Some(within) = allowance.within {
                    assert!(within.ms > 0, "{platform}");
                    assert!(rules(platform).contains(&within.rule), "{platform}");
                }
            }
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a name twice");
        assert_eq!(rule_named("not_urgent"), None);
        assert_eq!(rule_named("x.renamed"), None);
    }

    /// A post that breaks nothing but what its kind breaks.
    fn post(kind: PostKind) -> Post {
        Post {
            author: Some(person("1".into())),
            addressed: true,
            ..blank("1".into(), kind, "1".into(), 0)
        }
    }

    const KINDS: [PostKind; 5] = [
        PostKind::Comment,
        PostKind::Mention,
        PostKind::Message,
        PostKind::Review,
        PostKind::Topic,
    ];

    /// Which rule answers for a fresh, addressed post of each of [`KINDS`], on every platform.
    #[test]
    fn each_platform_has_its_table() {
        const YES: &str = "";
        const NO: &str = "heard.not_allowed";
        const TIKTOK: &str = "tiktok.no_posts";
        const X: &str = "x.summoned";
        let expected = |platform| match platform {
            Platform::Facebook => [YES, YES, YES, YES, YES],
            Platform::Instagram | Platform::Telegram | Platform::Mastodon => [YES; 5],
            Platform::Slack | Platform::Line | Platform::Standard => [YES; 5],
            Platform::Messenger | Platform::Whatsapp | Platform::Viber | Platform::Zendesk => {
                [NO, NO, YES, NO, NO]
            }
            Platform::Threads | Platform::Discourse | Platform::Linkedin | Platform::Bluesky => {
                [YES, YES, NO, YES, YES]
            }
            Platform::X => [X, YES, YES, X, X],
            Platform::Tiktok => [TIKTOK; 5],
        };
        for platform in Platform::ALL {
            let found = KINDS.map(|kind| {
                let rule = forbidden(platform, Plan::SelfServe, &post(kind), 0);
                rule.map_or(YES, |rule| rule.name)
            });
            assert_eq!(found, expected(platform), "{platform}");
        }
    }

    /// What the plan changes: on X, and nowhere else.
    #[test]
    fn enterprise_is_exempt_from_being_summoned_and_not_from_being_engaged() {
        let name =
            |platform, plan, post: &Post| forbidden(platform, plan, post, 0).map(|rule| rule.name);
        let reply = post(PostKind::Comment);
        let found = Post {
            addressed: false,
            ..post(PostKind::Topic)
        };
        let x = |plan, post| name(Platform::X, plan, post);
        assert_eq!(x(Plan::SelfServe, &reply), Some("x.summoned"));
        assert_eq!(x(Plan::Enterprise, &reply), None);
        assert_eq!(x(Plan::SelfServe, &found), Some("x.summoned"));
        assert_eq!(x(Plan::Enterprise, &found), Some("x.engaged"));
        for platform in Platform::ALL {
            for kind in KINDS {
                let post = post(kind);
                if platform != Platform::X {
                    assert_eq!(
                        name(platform, Plan::SelfServe, &post),
                        name(platform, Plan::Enterprise, &post)
                    );
                }
            }
        }
    }

    #[test]
    fn an_absent_author_is_answered_nowhere() {
        for platform in Platform::ALL {
            for plan in Plan::ALL {
                for kind in KINDS {
                    let post = Post {
                        author: None,
                        ..post(kind)
                    };
                    assert!(
                        forbidden(platform, plan, &post, 0).is_some(),
                        "{platform} {kind:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn strangers_are_not_answered_where_people_talk_to_each_other() {
        for (platform, rule) in [
            (Platform::Slack, "slack.not_addressed"),
            (Platform::Line, "line.not_addressed"),
            (Platform::Mastodon, "mastodon.not_addressed"),
            (Platform::Bluesky, "bluesky.not_addressed"),
            (Platform::X, "x.summoned"),
        ] {
            let post = Post {
                addressed: false,
                ..post(PostKind::Topic)
            };
            let found = forbidden(platform, Plan::SelfServe, &post, 0).map(|rule| rule.name);
            assert_eq!(found, Some(rule), "{platform}");
        }
    }

    #[test]
    fn a_window_closes_at_its_last_millisecond() {
        for platform in Platform::ALL {
            for kind in KINDS {
                let post = post(kind);
                let place = Place::of(&post);
                let allowance = allowed(platform).iter().find(|a| a.place == place);
                let Some(within) = allowance.and_then(|allowance| allowance.within) else {
                    continue;
                };
                let at = |now_ms| {
                    forbidden(platform, Plan::SelfServe, &post, now_ms).map(|rule| rule.name)
                };
                assert_eq!(at(within.ms), None, "{platform}");
                assert_eq!(at(within.ms + 1), Some(within.rule.name), "{platform}");
                assert_eq!(at(i64::MAX), Some(within.rule.name), "{platform}");
                // A clock that is behind the platform's closes nothing.
                assert_eq!(at(i64::MIN), None, "{platform}");
            }
        }
    }

    #[test]
    fn a_bar_by_a_rule_since_renamed_still_forbids() {
        for platform in Platform::ALL {
            let post = Post {
                barred: Some("old.name".into()),
                ..post(PostKind::Mention)
            };
            let rule = forbidden(platform, Plan::Enterprise, &post, 0);
            assert_eq!(
                rule.map(|rule| rule.name),
                Some("heard.barred"),
                "{platform}"
            );
        }
    }
}
