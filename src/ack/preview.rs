//! What would be said to a text, without sending or storing anything: for the preview call and for
//! `heard ack`.

use super::{Scene, Standing, WhyNot, decide};
use crate::clock::Calendar;
use crate::config::{Config, Mode, Source};
use crate::platform::{Plan, Rule};
use crate::post::{
    AccountId, AppId, Author, AuthorId, Platform, Post, PostId, PostKind, SourceId, Workgroup,
};
use crate::signature::Key;
use crate::triage::{Kind, Subject, Triage, triage};
use serde::Serialize;

/// A decision, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The judgement.
    pub triage: Triage,
    /// The acknowledgment.
    pub ack: ShownAck,
}

/// The acknowledgment that would be sent, or why none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownAck {
    /// Whether one would be sent.
    pub send: bool,
    /// Why, or why not: a stable name.
    pub why: &'static str,
    /// The platform's rule that forbids it, if that is why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static Rule>,
    /// What it would say.
    pub text: Option<String>,
    /// In which language; the post's where nothing is said.
    pub lang: String,
}

/// Decides for a text as if a customer had just written it to us in public on `platform` (X where
/// none is named), for the first time, with the source live and able to reply.
pub fn preview(
    config: &Config,
    text: &str,
    platform: Option<Platform>,
    lang: Option<&str>,
    now_ms: i64,
) -> Shown {
    let platform = platform.unwrap_or(Platform::X);
    let triage = triage(&Subject {
        text,
        platform: Some(platform),
        lang,
    });
    let kind = match platform {
        Platform::Messenger | Platform::Whatsapp | Platform::Line | Platform::Viber => {
            PostKind::Message
        }
        Platform::Telegram | Platform::Zendesk => PostKind::Message,
        Platform::Facebook | Platform::Instagram => PostKind::Comment,
        Platform::X | Platform::Threads | Platform::Mastodon | Platform::Bluesky => {
            PostKind::Mention
        }
        Platform::Linkedin | Platform::Tiktok => PostKind::Comment,
        Platform::Standard | Platform::Discourse | Platform::Slack => PostKind::Topic,
    };
    let post = Post {
        id: PostId::new(text),
        kind,
        author: Some(Author {
            id: AuthorId::new("preview"),
            name: None,
            handle: None,
            followers: None,
            bot: false,
        }),
        text: text.to_string(),
        cut: false,
        lang: lang.map(str::to_string),
        created_ms: now_ms,
        permalink: None,
        parent: None,
        reply_to: String::new(),
        barred: None,
        addressed: true,
        version: None,
    };
    let source = Source {
        id: SourceId::new("preview"),
        app: AppId::new("preview"),
        platform,
        account: AccountId::new("preview"),
        handle: None,
        workgroup: Workgroup::new("preview"),
        mode: Mode::Live,
        calendar: Calendar::always(),
        plan: config
            .sources
            .iter()
            .find(|source| source.platform == platform)
            .map_or_else(Plan::default, |source| source.plan),
        reply_url: None,
        help: Default::default(),
        credential: Key::new("preview"),
    };
    let scene = Scene {
        config,
        source: &source,
        standing: Standing::default(),
        memory: &(),
        now_ms,
    };
    let decision = decide(&post, &triage, &scene);
    let ack = match decision {
        Ok(said) => ShownAck {
            send: true,
            why: match triage.kind {
                Kind::Question => "urgent_question",
                _ => "urgent_complaint",
            },
            rule: None,
            text: Some(said.text),
            lang: said.lang.to_string(),
        },
        Err(why) => ShownAck {
            send: false,
            why: why.as_str(),
            rule: match why {
                WhyNot::Rule(rule) => Some(rule),
                _ => None,
            },
            text: None,
            lang: triage.lang.clone(),
        },
    };
    Shown { triage, ack }
}
