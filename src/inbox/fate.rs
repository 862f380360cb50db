//! What became of a post, in one word: a pure function of what is known of it and of its interaction.
//!
//! A post has exactly one fate at a time. Where several words would fit, the first in the order of [`fate`] is
//! its own. A later event moves it, and never counts it twice: see [`super::cohort`].

use crate::judgement::{Kind, Level};
use serde::{Deserialize, Serialize};

/// The ends by which an agent says that a matter needed no answer. Any other end without a reply leaves its posts
/// unanswered.
pub const NEEDED_NONE: [&str; 4] = ["no_answer_needed", "no_reply_needed", "not_needed", "spam"];

macro_rules! fates {
    ($($(#[$says:meta])* $fate:ident = $word:literal,)+) => {
        /// What became of a post.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Fate {
            $($(#[$says])* #[serde(rename = $word)] $fate,)+
        }

        impl Fate {
            /// All of them.
            pub const ALL: [Fate; [$($word),+].len()] = [$(Fate::$fate),+];

            /// Its word, in storage and in the API.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Fate::$fate => $word,)+
                }
            }

            /// The one of that word.
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.as_str() == word)
            }
        }
    };
}

fates! {
    /// A person answered in time; no note went out for it.
    Answered = "answered",
    /// A person answered past the target; no note went out for it.
    AnsweredLate = "answered_late",
    /// A note went out for it, and a person answered in time.
    NotedAnswered = "noted_answered",
    /// A note went out for it, and a person answered past the target.
    NotedAnsweredLate = "noted_answered_late",
    /// Praise that a person answered.
    PraiseThanked = "praise_thanked",
    /// None of our agents answered; another customer did, and the matter ended or its author thanked.
    PeerHelped = "peer_helped",
    /// A note went out for it, and no person answered: its time is over, or its matter ended.
    Noted = "noted",
    /// Nobody answered: its time is over, or its matter ended.
    Unanswered = "unanswered",
    /// It needs none by rule, or an agent said so.
    NoAnswerNeeded = "no_answer_needed",
    /// Its author took it back, and the matter ended with it.
    Withdrawn = "withdrawn",
    /// Its author took it back, and the matter went on or had ended.
    Deleted = "deleted",
    /// Nobody has answered yet, and there is time.
    Open = "open",
}

impl Fate {
    /// Whether one of our agents answered.
    pub fn is_answered(self) -> bool {
        matches!(
            self,
            Self::Answered
                | Self::AnsweredLate
                | Self::NotedAnswered
                | Self::NotedAnsweredLate
                | Self::PraiseThanked
        )
    }

    /// Whether nobody answered though it needed one: an automatic note is no answer.
    pub fn is_missed(self) -> bool {
        matches!(self, Self::Noted | Self::Unanswered)
    }
}

/// How one of our agents answered a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether what was owed then was past its target.
    pub late: bool,
}

/// What is known of a post and its interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// What the post is.
    pub kind: Kind,
    /// How urgent it is.
    pub level: Level,
    /// Whether its author took it back.
    pub deleted: bool,
    /// The first reply that its words were there for.
    pub answer: Option<Answer>,
    /// Whether a note for it has arrived, for all that is known.
    pub noted: bool,
    /// Whether somebody who is not of us answered its author after it came.
    pub peer: bool,
    /// Whether its author thanked after that.
    pub thanked: bool,
    /// How its interaction ended; `None` while it is open.
    pub ended: Option<&'a str>,
    /// Whether the interaction is open and past the time by which an answer is owed.
    pub late: bool,
}

/// Whether a post of this kind and level needs an answer. Where somebody needs a person within minutes it does,
/// whatever the kind; so does every complaint and every question. What praises, advertises, abuses or tells news
/// does not, and of the rest what is not idle.
pub fn needs(kind: Kind, level: Level) -> bool {
    level >= Level::Urgent
        || match kind {
            Kind::Complaint | Kind::Question => true,
            Kind::Other => level >= Level::Routine,
            Kind::Praise | Kind::Spam | Kind::Attack | Kind::News => false,
        }
}

/// What became of it: the first of these that holds.
pub fn fate(facts: &Facts<'_>) -> Fate {
    if facts.deleted {
        return match facts.ended {
            Some("withdrawn") => Fate::Withdrawn,
            _ => Fate::Deleted,
        };
    }
    if let Some(answer) = facts.answer {
        return match (facts.kind, facts.noted, answer.late) {
            (Kind::Praise, _, _) if !needs(facts.kind, facts.level) => Fate::PraiseThanked,
            (_, false, false) => Fate::Answered,
            (_, false, true) => Fate::AnsweredLate,
            (_, true, false) => Fate::NotedAnswered,
            (_, true, true) => Fate::NotedAnsweredLate,
        };
    }
    let needs = needs(facts.kind, facts.level);
    if needs && facts.peer && (facts.thanked || facts.ended.is_some()) {
        return Fate::PeerHelped;
    }
    if facts.ended.is_none() && !facts.late {
        return Fate::Open;
    }
    if !needs || facts.ended.is_some_and(|end| NEEDED_NONE.contains(&end)) {
        return Fate::NoAnswerNeeded;
    }
    match facts.noted {
        true => Fate::Noted,
        false => Fate::Unanswered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Facts<'static> = Facts {
        kind: Kind::Complaint,
        level: Level::Routine,
        deleted: false,
        answer: None,
        noted: false,
        peer: false,
        thanked: false,
        ended: None,
        late: false,
    };

    #[test]
    fn one_word_by_precedence() {
        let answered = Facts {
            answer: Some(Answer { late: false }),
            ..PLAIN
        };
        let praise = Facts {
            kind: Kind::Praise,
            level: Level::Idle,
            ..PLAIN
        };
        let done = Some("solved");
        for (facts, expected) in [
            (PLAIN, Fate::Open),
            (
                Facts {
                    late: true,
                    ..PLAIN
                },
                Fate::Unanswered,
            ),
            (
                Facts {
                    ended: done,
                    ..PLAIN
                },
                Fate::Unanswered,
            ),
            (
                Facts {
                    ended: done,
                    noted: true,
                    ..PLAIN
                },
                Fate::Noted,
            ),
            // A note is no answer, and while there is time nothing is missed.
            (
                Facts {
                    noted: true,
                    ..PLAIN
                },
                Fate::Open,
            ),
            (
                Facts {
                    ended: Some("spam"),
                    noted: true,
                    ..PLAIN
                },
                Fate::NoAnswerNeeded,
            ),
            (answered, Fate::Answered),
            (
                Facts {
                    noted: true,
                    ..answered
                },
                Fate::NotedAnswered,
            ),
            (
                Facts {
                    answer: Some(Answer { late: true }),
                    ..PLAIN
                },
                Fate::AnsweredLate,
            ),
            (
                Facts {
                    answer: Some(Answer { late: true }),
                    noted: true,
                    ..PLAIN
                },
                Fate::NotedAnsweredLate,
            ),
            // Our answer goes before a peer's, and a deletion before both.
            (
                Facts {
                    peer: true,
                    thanked: true,
                    ..answered
                },
                Fate::Answered,
            ),
            (
                Facts {
                    deleted: true,
                    ..answered
                },
                Fate::Deleted,
            ),
            (
                Facts {
                    deleted: true,
                    ended: Some("withdrawn"),
                    ..PLAIN
                },
                Fate::Withdrawn,
            ),
            (
                Facts {
                    peer: true,
                    ..PLAIN
                },
                Fate::Open,
            ),
            (
                Facts {
                    peer: true,
                    late: true,
                    ..PLAIN
                },
                Fate::Unanswered,
            ),
            (
                Facts {
                    peer: true,
                    thanked: true,
                    ..PLAIN
                },
                Fate::PeerHelped,
            ),
            (
                Facts {
                    peer: true,
                    ended: done,
                    noted: true,
                    ..PLAIN
                },
                Fate::PeerHelped,
            ),
            (praise, Fate::Open),
            (
                Facts {
                    ended: done,
                    ..praise
                },
                Fate::NoAnswerNeeded,
            ),
            (
                Facts {
                    answer: answered.answer,
                    noted: true,
                    ..praise
                },
                Fate::PraiseThanked,
            ),
            // Praise that somebody hurries with is no praise alone.
            (
                Facts {
                    level: Level::Emergency,
                    ended: done,
                    ..praise
                },
                Fate::Unanswered,
            ),
        ] {
            assert_eq!(fate(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn words_are_one_table() {
        for fate in Fate::ALL {
            assert_eq!(Fate::named(fate.as_str()), Some(fate));
            assert_eq!(serde_json::to_value(fate).unwrap(), fate.as_str());
        }
    }
}
