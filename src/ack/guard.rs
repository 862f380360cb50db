//! The guards: one question each, that must be answered well before anything is said.
//!
//! [`GUARDS`] is the only list of them. [`decide`](super::decide) goes through it until one stops, and the
//! preview shows what each of them answered. Judgement comes first, then the person, then the rules: so the
//! reason kept is the one that a reader would give.

use super::scene::{Exchange, Scene, Thing, WhyNot, is_fresh};
use super::stop;
use crate::config::Mode;
use crate::judgement::{Danger, Kind, Level, Triage};
use crate::platform::eligibility::{self, Rule, forbidden};
use crate::post::Post;
use serde::Serialize;

/// What a decision is about.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The post.
    pub post: &'a Post,
    /// Its judgement.
    pub triage: &'a Triage,
    /// Where and when.
    pub scene: &'a Scene<'a>,
}

/// A question that must be answered well.
pub struct Guard {
    /// Its stable name.
    pub name: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// Passes or stops a post.
    pub ask: fn(&Case<'_>) -> Result<(), WhyNot>,
    /// What it looked at, for people.
    pub saw: fn(&Case<'_>) -> String,
}

/// Every guard but the last, which is the voice itself: it has words for this post, or none.
pub const GUARDS: [Guard; 18] = [
    Guard {
        name: "mode",
        asks: "is the source on?",
        ask: |case| stop_if(case.scene.source.mode == Mode::Off, WhyNot::Off),
        saw: |case| case.scene.source.mode.as_str().into(),
    },
    Guard {
        name: "stop_message",
        asks: "is it something else than \"stop\"?",
        ask: |case| stop_if(stop::says_stop(&case.post.text), WhyNot::SaysStop),
        saw: |_| String::new(),
    },
    Guard {
        name: "kind",
        asks: "is it a complaint or a plea, and no attack or spam?",
        ask: |case| match case.triage.kind {
            Kind::Attack => Err(WhyNot::Attack),
            Kind::Spam => Err(WhyNot::Spam),
            Kind::Praise | Kind::News | Kind::Other => Err(WhyNot::NotAPlea),
            Kind::Complaint | Kind::Question => Ok(()),
        },
        saw: |case| case.triage.kind.as_str().into(),
    },
    Guard {
        name: "urgent",
        asks: "is a person needed within minutes?",
        ask: |case| stop_if(case.triage.level < Level::Urgent, WhyNot::NotUrgent),
        saw: |case| {
            let Triage { level, urgency, .. } = case.triage;
            format!("level {}, urgency {urgency}", u8::from(*level))
        },
    },
    Guard {
        name: "despair",
        asks: "does its author not hint at harming themselves, or does nobody else read along?",
        ask: |case| {
            let public = case.post.kind.is_public();
            let feared = case.triage.despair || case.triage.danger == Some(Danger::Despair);
            stop_if(feared && public, WhyNot::Despair)
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "to_us",
        asks: "do its words speak to us?",
        ask: |case| stop_if(!case.triage.to_us, WhyNot::NotToUs),
        saw: |_| String::new(),
    },
    Guard {
        name: "author",
        asks: "is it known who wrote it?",
        ask: |case| {
            let absent = || WhyNot::Rule(&eligibility::ABSENT_ACTOR);
            match case.post.author {
                Some(_) => Ok(()),
                None => Err(case.forbidden().map_or_else(absent, WhyNot::Rule)),
            }
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "person",
        asks: "is its author a person, and none of us?",
        ask: |case| {
            let author = case.post.author.as_ref();
            stop_if(author.is_some_and(|author| author.bot), WhyNot::Bot)?;
            stop_if(case.post.automatic, WhyNot::Automatic)?;
            stop_if(author.is_some_and(|author| author.staff), WhyNot::Staff)
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "addressed",
        asks: "does it address us?",
        ask: |case| match case.post.addressed {
            true => Ok(()),
            false => Err(case.forbidden().map_or(WhyNot::NotAddressed, WhyNot::Rule)),
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "opted_in",
        asks: "has the author not said stop before?",
        ask: |case| stop_if(case.scene.standing.stopped, WhyNot::Stopped),
        saw: |_| String::new(),
    },
    Guard {
        name: "once",
        asks: "is it the interaction's first acknowledgment, or its first for an emergency?",
        ask: |case| {
            let told = case.scene.standing.acknowledged;
            let again = told.is_some_and(|told| told >= Thing::of(case.triage.level));
            stop_if(again, WhyNot::Acknowledged)
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "no_exchange",
        asks: "is no agent in conversation with the author, in an emergency at this moment?",
        ask: |case| {
            let person = match (case.scene.standing.exchange, Thing::of(case.triage.level)) {
                (Exchange::None, _) | (Exchange::Begun, Thing::Emergency) => false,
                (Exchange::Begun, Thing::Plea) | (Exchange::Live, _) => true,
            };
            stop_if(person, WhyNot::InExchange)
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "cooldown",
        asks: "is the author's last acknowledgment long enough ago, or is it an emergency?",
        ask: |case| {
            if Thing::of(case.triage.level) == Thing::Emergency {
                return Ok(());
            }
            let hours = i64::from(case.scene.config.limits.cooldown_hours);
            let last = case.scene.standing.last_ms;
            let is_over = |last| case.scene.now_ms.saturating_sub(last) >= hours * 3_600_000;
            stop_if(!last.is_none_or(is_over), WhyNot::Cooldown)
        },
        saw: |case| format!("{} hours", case.scene.config.limits.cooldown_hours),
    },
    Guard {
        name: "fresh",
        asks: "is it fresh?",
        ask: |case| {
            let fresh = is_fresh(case.post, &case.scene.config.limits, case.scene.now_ms);
            stop_if(!fresh, WhyNot::Stale)
        },
        saw: |case| format!("{} minutes", case.scene.config.limits.fresh_minutes),
    },
    Guard {
        name: "platform_rules",
        asks: "do the platform's rules allow an automatic reply here?",
        ask: |case| {
            case.forbidden()
                .map_or(Ok(()), |rule| Err(WhyNot::Rule(rule)))
        },
        saw: |case| {
            let rules = eligibility::rules(case.scene.source.platform);
            let names: Vec<&str> = rules.iter().map(|rule| rule.name).collect();
            names.join(", ")
        },
    },
    Guard {
        name: "credential",
        asks: "has the source a reply credential, and does the platform take it?",
        ask: |case| {
            stop_if(case.scene.source.credential.is_none(), WhyNot::NoCredential)?;
            stop_if(case.scene.standing.credential_dead, WhyNot::CredentialDead)
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "not_paused",
        asks: "has no supervisor silenced the source?",
        ask: |case| {
            let Scene {
                standing, memory, ..
            } = *case.scene;
            stop_if(!standing.placed && memory.is_paused(), WhyNot::Paused)
        },
        saw: |_| String::new(),
    },
    Guard {
        name: "ceiling",
        asks: "has the source room for one more?",
        ask: |case| {
            let Scene {
                standing, memory, ..
            } = *case.scene;
            let full = !standing.placed && memory.is_full(case.triage.level);
            stop_if(full, WhyNot::Ceiling)
        },
        saw: |case| {
            let ceiling = case.scene.source.ceiling;
            format!(
                "{} a minute, {} an hour",
                ceiling.per_minute, ceiling.per_hour
            )
        },
    },
];

fn stop_if(stops: bool, why: WhyNot) -> Result<(), WhyNot> {
    if stops { Err(why) } else { Ok(()) }
}

impl Case<'_> {
    /// The platform's rule that forbids a reply. Where a platform has a rule on what another guard asks, it is
    /// the rule that speaks.
    fn forbidden(&self) -> Option<&'static Rule> {
        let Scene { source, now_ms, .. } = *self.scene;
        forbidden(source.platform, source.plan, self.post, now_ms)
    }
}

/// What a guard answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// The guard's name.
    pub guard: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// Its answer.
    pub answer: Answer,
    /// Why it stopped: a stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// The platform's rule that spoke, with its source and date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static Rule>,
    /// What it looked at.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub saw: String,
}

/// A guard's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nothing against it.
    Passed,
    /// Nothing is said.
    Stopped,
    /// An earlier one stopped.
    NotAsked,
}

impl Answer {
    /// The name used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Answer::Passed => "passed",
            Answer::Stopped => "stopped",
            Answer::NotAsked => "not_asked",
        }
    }
}

/// What each guard answers, in their order; `voice` is what the voice said if it was asked.
pub fn answers(case: &Case<'_>, voice: Result<(), WhyNot>) -> Vec<Answered> {
    let mut stopped = false;
    let mut answered =
        |guard, asks, result: &dyn Fn() -> Result<(), WhyNot>, saw: &dyn Fn() -> String| {
            let not_asked = Answered {
                guard,
                asks,
                answer: Answer::NotAsked,
                why: None,
                rule: None,
                saw: String::new(),
            };
            if stopped {
                return not_asked;
            }
            let result = result();
            stopped = result.is_err();
            let why = result.err();
            Answered {
                answer: if stopped {
                    Answer::Stopped
                } else {
                    Answer::Passed
                },
                why: why.map(WhyNot::as_str),
                rule: why.and_then(WhyNot::rule),
                saw: saw(),
                ..not_asked
            }
        };
    let mut all: Vec<Answered> = GUARDS
        .iter()
        .map(|guard| {
            answered(guard.name, guard.asks, &|| (guard.ask)(case), &|| {
                (guard.saw)(case)
            })
        })
        .collect();
    all.push(answered(
        "voice",
        "has the voice words for it?",
        &|| voice,
        &|| case.triage.lang.clone(),
    ));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{Subject, triage};

    /// "You won" looks like an attack, "I end it" like talk: neither silences it.
    #[test]
    fn no_judgement_silences_despair() {
        let posts = include_str!("../triage/despair_posts.txt").lines();
        for line in posts.filter(|line| line.get(3..4) == Some("+")) {
            let judged = triage(&Subject {
                text: &line[5..],
                ..Subject::default()
            });
            assert!(judged.despair, "{line}");
            assert_eq!(judged.level, Level::Emergency, "{line}");
            let is_plea = matches!(judged.kind, Kind::Complaint | Kind::Question);
            assert!(is_plea, "{line}: {:?}", judged.kind);
            assert!(!stop::says_stop(&line[5..]), "{line}");
        }
    }
}
