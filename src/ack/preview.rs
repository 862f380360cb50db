//! What would be said to a text, without sending or storing anything: for the preview call and for
//! `heard ack`.

use super::decide;
use super::guard::{self, Answered, Case};
use super::scene::{Memory, Scene, Standing};
use super::wait::Untold;
use crate::clock::Calendar;
use crate::config::targets::Targets;
use crate::config::{Config, Mode, Source};
use crate::credential::Credential;
use crate::judgement::{Kind, Situation, Triage};
use crate::platform::eligibility::{Plan, Rule};
use crate::post::{
    AccountId, AppId, Author, Platform, Post, PostId, PostKind, SourceId, Workgroup,
};
use crate::triage::{Subject, explained};
use crate::voice::brand::Help;
use crate::voice::occasion::Part;
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
    /// What happened, where it is certain.
    pub situation: Option<Situation>,
    /// Where in the repertoire its line is from; nothing where nothing is said.
    pub section: Option<String>,
    /// What each guard answered, in their order.
    pub guards: Vec<Answered>,
    /// What the text is made of, in its order; nothing where nothing is said.
    pub parts: Vec<Part>,
    /// Who would sign it: whoever is on duty, or the brand's team.
    pub signed: Option<String>,
    /// When it would say that a person answers or is back: epoch milliseconds.
    pub told_ms: Option<i64>,
    /// Why it would say nothing of time.
    pub untold: Option<Untold>,
    /// The fingerprints of its sentences: what a source's memory keeps.
    #[serde(skip)]
    pub used: Vec<u64>,
}

/// Decides for a text as if a customer had just written it to us in public on `platform` (X where
/// none is named), for the first time, after what `memory` remembers, with the first source there live and able
/// to reply. It tells a wait only where `memory` knows a queue's pace. Whether it is `addressed` to us, by our name
/// or by its place ([`assumes`]), is the caller's word.
pub fn preview(
    config: &Config,
    text: &str,
    platform: Option<Platform>,
    lang: Option<&str>,
    addressed: bool,
    memory: &dyn Memory,
    now_ms: i64,
) -> Shown {
    let triage = explained(&Subject {
        text,
        platform: Some(platform.unwrap_or(Platform::X)),
        lang,
    });
    let asked = Asked {
        text,
        platform,
        lang,
        addressed,
    };
    preview_as(config, &asked, triage, memory, now_ms)
}

/// A text, as if a customer had just written it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where; X where none is named.
    pub platform: Option<Platform>,
    /// The language that the platform names.
    pub lang: Option<&'a str>,
    /// Whether it is addressed to us.
    pub addressed: bool,
}

/// The same with another judgement than Heard's own: the voice by itself.
pub fn preview_as(
    config: &Config,
    asked: &Asked<'_>,
    triage: Triage,
    memory: &dyn Memory,
    now_ms: i64,
) -> Shown {
    let Asked {
        text,
        lang,
        addressed,
        ..
    } = *asked;
    let platform = asked.platform.unwrap_or(Platform::X);
    let kind = match platform.profile().mostly {
        PostKind::Mention if !addressed => PostKind::Comment,
        kind => kind,
    };
    let post = Post {
        id: PostId::new(text),
        kind,
        author: Some(Author::of("preview")),
        text: text.to_string(),
        quoted: None,
        media: Vec::new(),
        automatic: false,
        calls: Vec::new(),
        cut: false,
        lang: lang.map(str::to_string),
        created_ms: now_ms,
        permalink: None,
        parent: None,
        reply_to: String::new(),
        barred: None,
        addressed,
        version: None,
        fetched: false,
    };
    let source = source(config, platform);
    let scene = Scene {
        config,
        source: &source,
        standing: Standing::default(),
        memory,
        now_ms,
    };
    let decision = decide(&post, &triage, &scene);
    let case = Case {
        post: &post,
        triage: &triage,
        scene: &scene,
    };
    let said = decision.as_ref().map(|_| ()).map_err(|why| *why);
    let guards = guard::answers(&case, said);
    let situation = triage.situation;
    let ack = match decision {
        Ok(said) => ShownAck {
            send: true,
            why: match triage.kind {
                Kind::Question => "urgent_question",
                _ => "urgent_complaint",
            },
            rule: None,
            text: Some(said.words.text),
            signed: Some(
                source
                    .brand
                    .signatory(Some(source.team(now_ms)), said.words.lang)
                    .to_owned(),
            ),
            lang: said.words.lang.to_string(),
            situation,
            section: Some(said.words.section.name()),
            guards,
            parts: said.words.parts,
            told_ms: said.by_ms.ok(),
            untold: said.by_ms.err(),
            used: said.words.used,
        },
        Err(why) => ShownAck {
            send: false,
            why: why.as_str(),
            rule: why.rule(),
            text: None,
            lang: triage.lang.clone(),
            situation,
            section: None,
            guards,
            parts: Vec::new(),
            signed: None,
            told_ms: None,
            untold: None,
            used: Vec::new(),
        },
    };
    Shown { triage, ack }
}

/// What a decision on a text alone takes for granted: how the post would be addressed to us.
pub fn assumes(platform: Option<Platform>) -> &'static str {
    match platform.unwrap_or(Platform::X).profile().mostly {
        PostKind::Mention => "it names you",
        PostKind::Message => "it is sent to you",
        PostKind::Comment | PostKind::Review | PostKind::Topic => "it is written to you",
    }
}

/// The first source on that platform, or one that might be, live and able to reply.
fn source(config: &Config, platform: Platform) -> Source {
    let ours = config
        .sources
        .iter()
        .find(|source| source.platform == platform);
    let source = ours.cloned().unwrap_or_else(|| Source {
        id: SourceId::new("preview"),
        app: AppId::new("preview"),
        brand: config.brands.first().cloned().unwrap_or_default(),
        platform,
        account: AccountId::new("preview"),
        handle: None,
        workgroup: Workgroup::new("preview"),
        mode: Mode::Live,
        calendar: Calendar::always(),
        roster: None,
        plan: Plan::default(),
        reply_url: None,
        help: Help::default(),
        credential: None,
        ceiling: config.limits.ceiling,
        targets: Targets::default(),
        private_link: None,
        enrich: false,
        listen: false,
    });
    Source {
        mode: Mode::Live,
        credential: Credential::read(platform, "preview").ok(),
        ..source
    }
}

#[cfg(test)]
mod tests {
    use super::super::guard::{Answer, GUARDS};
    use super::*;

    fn shown(text: &str) -> ShownAck {
        let config = Config::read(r#"{"brand": {"name": "Northline"}}"#, &|_| None);
        preview(&config, text, None, None, true, &(), 0).ack
    }

    /// The guard that stops, those before it and those after.
    #[test]
    fn a_post_that_is_not_addressed_to_us_is_let_be() {
        let text = "stuck outside Woking for 4 hours, nobody tells us anything";
        let config = Config::read(r#"{"brand": {"name": "Northline"}}"#, &|_| None);
        for platform in Platform::ALL {
            let why = |addressed| {
                let shown = preview(&config, text, Some(platform), None, addressed, &(), 0);
                (shown.ack.send, shown.ack.why)
            };
            assert!(!why(false).0, "{platform}: {:?}", why(false));
        }
        let on_x = preview(&config, text, Some(Platform::X), None, false, &(), 0);
        assert_eq!(on_x.ack.why, "x.summoned");
    }

    #[test]
    fn shows_what_each_guard_answers() {
        let ack = shown("stuck outside Woking for 4 hours, nobody tells us anything");
        assert!(ack.send);
        assert_eq!(ack.guards.len(), GUARDS.len() + 1);
        assert!(ack.guards.iter().all(|g| g.answer == Answer::Passed));
        let names: Vec<&str> = ack.parts.iter().map(|part| part.part).collect();
        assert_eq!(names, ["line", "closing", "signature"]);
        let text = ack.text.unwrap();
        assert!(ack.parts.iter().all(|part| text.contains(&part.text)));

        let ack = shown("where do I find the timetable?");
        assert!(!ack.send);
        let stopped = ack
            .guards
            .iter()
            .position(|g| g.answer == Answer::Stopped)
            .unwrap();
        assert_eq!(ack.guards[stopped].guard, "urgent");
        assert_eq!(ack.guards[stopped].why, Some(ack.why));
        assert!(
            ack.guards[stopped].saw.starts_with("level "),
            "{:?}",
            ack.guards[stopped]
        );
        assert!(
            ack.guards[..stopped]
                .iter()
                .all(|g| g.answer == Answer::Passed)
        );
        assert!(
            ack.guards[stopped + 1..]
                .iter()
                .all(|g| g.answer == Answer::NotAsked)
        );
        assert!(ack.parts.is_empty());
    }
}
