//! What agents' replies are held to and helped by: `[replies]`, `outcomes` and `[[answers]]`.

use super::table::{Reader, Table};
use crate::judgement::Situation;
use crate::language::Texts;
use crate::voice::people::{Fault, Reaction, Reactions, SLOTS, sells};
use serde::{Deserialize, Serialize};

/// How work ends where nothing is configured: what a console may offer; any other word is taken too.
pub const OUTCOMES: [&str; 6] = [
    "solved",
    "answered",
    "passed_on",
    "no_reply_needed",
    "duplicate",
    "spam",
];

/// How many outcomes there may be: what fits a menu.
const MOST_OUTCOMES: usize = 50;

/// The longest outcome, in bytes: as long as a call may say.
const OUTCOME_BYTES: usize = 64;

/// Outcomes that are Heard's own.
const OURS: [&str; 3] = ["withdrawn", "joined", "claimed_too_often"];

/// How many canned answers there may be.
pub const MOST_ANSWERS: usize = 100;

/// The longest of them, in bytes: the longest of what people write in one message.
pub const ANSWER_BYTES: usize = 2_000;

/// The longest answer that is suggested, in bytes: one line.
pub const SUGGESTED_BYTES: usize = 400;

/// When an agent is offered an answer, to take or to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The author praises or thanks.
    Praise,
    /// They thank after the answer to their complaint.
    WonBack,
    /// They have praised on three days.
    Fan,
}

impl Occasion {
    /// Every one, the commonest first.
    pub const ALL: [Occasion; 3] = [Occasion::Praise, Occasion::WonBack, Occasion::Fan];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Occasion::Praise => "praise",
            Occasion::WonBack => "won_back",
            Occasion::Fan => "fan",
        }
    }
}

/// An answer that is written beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canned {
    /// Its id.
    pub id: String,
    /// What it is for, if it is for one thing.
    pub situation: Option<Situation>,
    /// When it is suggested, if it ever is.
    pub suggest: Option<Occasion>,
    /// What it says, by language.
    pub text: Texts,
}

/// What agents' replies are held to and helped by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replies {
    /// What is done about a reply that should not go.
    pub reactions: Reactions,
    /// How work may end; empty where nothing is configured, and then every word is good.
    pub outcomes: Vec<String>,
    /// Answers that are written beforehand.
    pub answers: Vec<Canned>,
}

impl Replies {
    /// Whether any answer is ever suggested.
    pub fn suggests(&self) -> bool {
        self.answers.iter().any(|one| one.suggest.is_some())
    }

    /// The answer that is suggested on an occasion, in a language: nothing stands in for one that is not there.
    pub fn suggested(&self, on: Occasion, lang: &str, home: &str) -> Option<(&Canned, &str)> {
        let of = self.answers.iter().filter(|one| one.suggest == Some(on));
        of.filter_map(|one| Some((one, one.text.told(lang, home)?)))
            .next()
    }
}

/// The slots that stand in a text, known or not.
pub fn slots_in(text: &str) -> Vec<&str> {
    let mut slots = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((slot, end)) = after.split_once('}') else {
            break;
        };
        slots.push(slot);
        rest = end;
    }
    slots
}

impl Reader<'_> {
    pub(super) fn replies(&mut self, table: &mut Table) -> Replies {
        Replies {
            reactions: self.reactions(table),
            outcomes: self.outcomes(table),
            answers: self.answers(table),
        }
    }

    fn reactions(&mut self, table: &mut Table) -> Reactions {
        let mut t = self.table(table, "replies");
        let mut reactions = Reactions::default();
        for fault in Fault::ALL {
            let Some(name) = self.text(&mut t, fault.as_str()) else {
                continue;
            };
            let known = Reaction::ALL.map(Reaction::as_str).join(", ");
            match Reaction::ALL.into_iter().find(|one| one.as_str() == name) {
                Some(reaction) => reactions.set(fault, reaction),
                None => self.problem(
                    t.at(fault.as_str()),
                    format!("\"{name}\" is none of {known}"),
                ),
            }
        }
        self.finish(t);
        reactions
    }

    fn outcomes(&mut self, table: &mut Table) -> Vec<String> {
        let mut outcomes = self.texts(table, "outcomes");
        let is_bad = |one: &String| {
            let fits = !one.trim().is_empty() && one.len() <= OUTCOME_BYTES;
            !fits || one.chars().any(char::is_control) || OURS.contains(&one.as_str())
        };
        if let Some(bad) = outcomes.iter().find(|one| is_bad(one)) {
            self.problem(
                "outcomes",
                format!(
                    "\"{bad}\" is no outcome: at most {OUTCOME_BYTES} bytes, and none of Heard's own ({})",
                    OURS.join(", ")
                ),
            );
        }
        outcomes.retain(|one| !is_bad(one));
        if outcomes.len() > MOST_OUTCOMES {
            self.problem(
                "outcomes",
                format!("has more than {MOST_OUTCOMES}; the rest is not read"),
            );
            outcomes.truncate(MOST_OUTCOMES);
        }
        outcomes
    }

    fn answers(&mut self, table: &mut Table) -> Vec<Canned> {
        let mut entries = self.opt_tables(table, "answers");
        if entries.len() > MOST_ANSWERS {
            self.problem(
                "answers",
                format!("has more than {MOST_ANSWERS}; the rest is not read"),
            );
            entries.truncate(MOST_ANSWERS);
        }
        let mut answers: Vec<Canned> = Vec::new();
        for mut t in entries {
            let read = self.answer(&mut t);
            let is_known = |id: &str| answers.iter().any(|one| one.id == id);
            match read {
                Some(canned) if is_known(&canned.id) => {
                    self.problem(t.at("id"), format!("\"{}\" is taken already", canned.id));
                }
                Some(canned) => answers.push(canned),
                None => {}
            }
            self.finish(t);
        }
        answers
    }

    fn answer(&mut self, t: &mut Table) -> Option<Canned> {
        let id = self.id(t, "id");
        let situation = self.text(t, "situation").and_then(|name| {
            let found = Situation::named(&name);
            if found.is_none() {
                let known = Situation::ALL.map(Situation::as_str).join(", ");
                self.problem(
                    t.at("situation"),
                    format!("\"{name}\" is no situation; one of {known}"),
                );
            }
            found
        });
        let suggest = self.text(t, "suggest").and_then(|name| {
            let found = Occasion::ALL.into_iter().find(|one| one.as_str() == name);
            if found.is_none() {
                let known = Occasion::ALL.map(Occasion::as_str).join(", ");
                self.problem(t.at("suggest"), format!("\"{name}\" is none of {known}"));
            }
            found
        });
        let mut text = self.by_language(t, "text");
        let at = t.at("text");
        text.0.retain(|(lang, text)| {
            let sells = suggest.and_then(|_| sells(text, lang));
            let unknown = slots_in(text)
                .into_iter()
                .find(|slot| !SLOTS.contains(slot));
            let says = match unknown {
                Some(slot) => format!("has {{{slot}}}; only {{{}}} are filled", SLOTS.join("}, {")),
                None if text.len() > ANSWER_BYTES => {
                    format!("is longer than {ANSWER_BYTES} bytes")
                }
                None if suggest.is_some() && text.len() > SUGGESTED_BYTES => {
                    format!("is suggested, and so at most {SUGGESTED_BYTES} bytes")
                }
                None if suggest.is_some() && text.contains('\n') => {
                    "is suggested, and so one line".to_owned()
                }
                None => match sells {
                    Some(at) => {
                        format!("is suggested to people who are glad, and sells (\"{at}\")")
                    }
                    None => return true,
                },
            };
            self.problem(at.clone(), says);
            false
        });
        if text.0.is_empty() {
            self.problem(at, "says nothing: write text = { en = \"...\" }");
            return None;
        }
        Some(Canned {
            id: id?,
            situation,
            suggest,
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use serde_json::{Value, json};

    fn read(table: Value) -> (Replies, Vec<String>) {
        let config = Config::read(&table.to_string(), &|_| None);
        let keys = ["replies", "outcomes", "answers"];
        let problems = config.problems.iter();
        let problems = problems.filter(|one| keys.iter().any(|key| one.key.starts_with(key)));
        let told = problems.map(|one| format!("{}: {}", one.key, one.says));
        (config.replies, told.collect())
    }

    #[test]
    fn what_is_configured_is_read() {
        let (replies, problems) = read(json!({
            "replies": {"private_data": "hold", "selling": "off"},
            "outcomes": ["solved", "gone elsewhere"],
            "answers": [{"id": "bag", "situation": "lost_property", "suggest": "praise",
                "text": {"en": "Your bag is with us, {reference}. – {name}", "de": "Ihre Tasche ist da."}}],
        }));
        assert_eq!(problems, [""; 0]);
        assert_eq!(replies.reactions.of(Fault::PrivateData), Reaction::Hold);
        assert_eq!(replies.reactions.of(Fault::Selling), Reaction::Off);
        assert_eq!(replies.reactions.of(Fault::Arguing), Reaction::Warn);
        assert_eq!(replies.outcomes, ["solved", "gone elsewhere"]);
        assert_eq!(
            replies.answers[0].text.told("de-AT", "en"),
            Some("Ihre Tasche ist da.")
        );
        assert_eq!(replies.answers[0].situation, Some(Situation::LostProperty));
        let (on, text) = (Occasion::Praise, "Ihre Tasche ist da.");
        let told = |on, lang| replies.suggested(on, lang, "en").map(|(_, text)| text);
        assert_eq!(told(on, "de"), Some(text));
        assert_eq!((told(on, "fr"), told(Occasion::Fan, "de")), (None, None));
    }

    #[test]
    fn each_mistake_is_named_and_takes_nothing_else_along() {
        let many: Vec<Value> = (0..=MOST_ANSWERS)
            .map(|n| json!({"id": format!("a{n}"), "text": "x"}))
            .collect();
        let outcomes: Vec<String> = (0..=MOST_OUTCOMES).map(|n| format!("o{n}")).collect();
        for (table, told) in [
            (
                json!({"replies": {"selling": "loud"}}),
                "replies.selling: \"loud\" is none of off",
            ),
            (
                json!({"replies": {"sellin": "warn"}}),
                "replies.sellin: is no key",
            ),
            (
                json!({"outcomes": ["joined"]}),
                "outcomes: \"joined\" is no outcome",
            ),
            (json!({"outcomes": outcomes}), "outcomes: has more than 50"),
            (json!({"answers": many}), "answers: has more than 100"),
            (
                json!({"answers": [{"id": "a", "text": "x"}, {"id": "a", "text": "y"}]}),
                "answers[1].id: \"a\" is taken already",
            ),
            (
                json!({"answers": [{"id": "a", "situation": "rain", "text": "x"}]}),
                "answers[0].situation: \"rain\" is no situation",
            ),
            (
                json!({"answers": [{"id": "a", "text": "You wrote {post}"}]}),
                "answers[0].text: has {post}; only {name}, {reference}, {details}, {survey} are filled",
            ),
            (
                json!({"answers": [{"id": "a", "text": "x".repeat(ANSWER_BYTES + 1)}]}),
                "answers[0].text: is longer than 2000",
            ),
            (
                json!({"answers": [{"id": "a", "suggest": "rain", "text": "x"}]}),
                "answers[0].suggest: \"rain\" is none of praise, won_back, fan",
            ),
            (
                json!({"answers": [{"id": "a", "suggest": "fan", "text": "Thank you.\nAgain."}]}),
                "answers[0].text: is suggested, and so one line",
            ),
            (
                json!({"answers": [{"id": "a", "suggest": "fan", "text": "x".repeat(SUGGESTED_BYTES + 1)}]}),
                "answers[0].text: is suggested, and so at most 400 bytes",
            ),
            (
                json!({"answers": [{"id": "a", "suggest": "fan", "text": "Thank you! Get 20% off your next trip."}]}),
                "answers[0].text: is suggested to people who are glad, and sells",
            ),
            (
                json!({"answers": [{"id": "a"}]}),
                "answers[0].text: says nothing",
            ),
        ] {
            let (_, problems) = read(table);
            let found = problems.iter().any(|one| one.starts_with(told));
            assert!(found, "{told}: {problems:?}");
        }
    }
}
