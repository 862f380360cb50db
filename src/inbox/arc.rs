//! The emotional arc: what a customer felt, what was said to them and how fast, and how each matter ended.
//!
//! A pure function of what happened ([`arc`]). Its line is a running median of three judgements, broken where nothing
//! was said for 30 days. Its moments come from what happened, never from the line, so an edit, a deletion or a merge of
//! customers makes them anew:
//!
//! - `complained`: the first complaint of a matter;
//! - `heard`: the first note of a matter that arrived;
//! - `answered`: a person's first reply in a matter that arrived;
//! - `resolved`: a person ended the matter;
//! - `won_back`: thanks within seven days after a person's answer to the last complaint; not after the note alone,
//!   not "thanks in advance", once for each complaint;
//! - `lost`: a stop; or anger within seven days after a person's answer. Later thanks revoke it;
//! - `fan`: praise on three days within 90 days; then the counting begins anew.
//!
//! What a post is, the triage says, and so what it misses (irony above all) is missed here too.

use crate::judgement::Kind;
use crate::post::{InteractionId, Platform};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const DAY_MS: i64 = 86_400_000;

/// Within which thanks and anger are about an answer.
pub const ANSWER_MS: i64 = 7 * DAY_MS;

/// After how long without a word the line breaks.
pub const BREAK_MS: i64 = 30 * DAY_MS;

/// Within which days of praise make a fan, and how many.
pub const FAN_MS: i64 = 90 * DAY_MS;
/// See [`FAN_MS`].
pub const FAN_DAYS: usize = 3;

/// From which sentiment down a complaint is anger.
pub const ANGER: f32 = -0.5;

/// Within which complaints are counted in the summary.
const LATELY_MS: i64 = 14 * DAY_MS;

/// A post, a note, a reply, an end or a stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// They wrote.
    Post {
        /// What it is.
        kind: Kind,
        /// How it feels, from -1 to 1.
        sentiment: f32,
        /// How urgent: 0 to 3.
        level: u8,
        /// Whether it thanks for what is still to come.
        in_advance: bool,
    },
    /// The automatic note arrived.
    Note,
    /// A person's reply arrived.
    Reply {
        /// Whose.
        agent: String,
    },
    /// A person ended the matter.
    Ended {
        /// How.
        outcome: String,
        /// Who.
        agent: Option<String>,
    },
    /// They said stop.
    Stop,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// When: epoch milliseconds.
    pub at_ms: i64,
    /// In which matter; nothing for a stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<InteractionId>,
    /// Where.
    pub platform: Platform,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// A moment's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The first complaint of a matter.
    Complained,
    /// The note arrived.
    Heard,
    /// A person answered.
    Answered,
    /// A person ended it.
    Resolved,
    /// Thanks after the answer to a complaint.
    WonBack,
    /// A stop, or anger after the answer.
    Lost,
    /// Praise on three days.
    Fan,
}

impl Moment {
    /// All of them.
    pub const ALL: [Moment; 7] = [
        Moment::Complained,
        Moment::Heard,
        Moment::Answered,
        Moment::Resolved,
        Moment::WonBack,
        Moment::Lost,
        Moment::Fan,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Moment::Complained => "complained",
            Moment::Heard => "heard",
            Moment::Answered => "answered",
            Moment::Resolved => "resolved",
            Moment::WonBack => "won_back",
            Moment::Lost => "lost",
            Moment::Fan => "fan",
        }
    }
}

/// A moment that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Which.
    pub moment: Moment,
    /// When.
    pub at_ms: i64,
    /// In which matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<InteractionId>,
    /// Who of us, where somebody did it or had answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// How long they had waited for it, in seconds: for a note and an answer, since the matter's first post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_s: Option<i64>,
    /// Whether later thanks revoked it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
}

/// A point of the curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// When.
    pub at_ms: i64,
    /// Where.
    pub platform: Platform,
    /// The matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<InteractionId>,
    /// What the post is.
    pub kind: Kind,
    /// How urgent it is: 0 to 3.
    pub level: u8,
    /// How it feels, from -1 to 1.
    pub sentiment: f32,
    /// The running median of three.
    pub line: f32,
    /// Whether the line begins anew here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub begins: bool,
}

/// An arc.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Arc {
    /// The curve, oldest first.
    pub points: Vec<Point>,
    /// The moments, oldest first.
    pub moments: Vec<Found>,
}

/// Puts what happened in order: what we said of one moment comes after what they said.
pub fn in_order(all: &mut [Happened]) {
    all.sort_by(|a, b| {
        let place = |one: &Happened| match one.what {
            What::Post { .. } => 0,
            What::Note => 1,
            What::Reply { .. } => 2,
            What::Ended { .. } => 3,
            What::Stop => 4,
        };
        (a.at_ms, place(a), &a.matter).cmp(&(b.at_ms, place(b), &b.matter))
    });
}

/// The arc of what happened, in whatever order it comes.
pub fn arc(all: &[Happened]) -> Arc {
    let mut all = all.to_vec();
    in_order(&mut all);
    Arc {
        points: points(&all),
        moments: moments(&all),
    }
}

fn points(all: &[Happened]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for one in all {
        let What::Post {
            kind,
            sentiment,
            level,
            ..
        } = one.what
        else {
            continue;
        };
        let begins = points
            .last()
            .is_none_or(|last| one.at_ms - last.at_ms > BREAK_MS);
        points.push(Point {
            at_ms: one.at_ms,
            platform: one.platform,
            matter: one.matter.clone(),
            kind,
            level,
            sentiment,
            line: sentiment,
            begins,
        });
    }
    let lines: Vec<f32> = (0..points.len()).map(|at| line(&points, at)).collect();
    for (point, line) in points.iter_mut().zip(lines) {
        point.line = line;
    }
    points
}

/// The median of a point and its neighbours on the same side of a break; of two, their mean.
fn line(points: &[Point], at: usize) -> f32 {
    let Some(this) = points.get(at) else {
        return 0.0;
    };
    let before = at.checked_sub(1).and_then(|at| points.get(at));
    let before = before.filter(|_| !this.begins);
    let after = points.get(at + 1).filter(|after| !after.begins);
    let mut three: Vec<f32> = before
        .into_iter()
        .chain([this])
        .chain(after)
        .map(|point| point.sentiment)
        .collect();
    three.sort_by(f32::total_cmp);
    match three.as_slice() {
        [one] => *one,
        [low, high] => f32::midpoint(*low, *high),
        [_, middle, _] => *middle,
        _ => 0.0,
    }
}

/// A person's answer, and whether it answers a complaint that nobody has thanked for.
struct Answer {
    at_ms: i64,
    agent: String,
    to_complaint: bool,
}

fn moments(all: &[Happened]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut seen: BTreeSet<(Moment, InteractionId)> = BTreeSet::new();
    let mut begun: Vec<(InteractionId, i64)> = Vec::new();
    let mut complained_ms: Option<i64> = None;
    let mut answer: Option<Answer> = None;
    let mut praised: Vec<i64> = Vec::new();
    for one in all {
        let since_ms = |begun: &[(InteractionId, i64)]| {
            let matter = one.matter.as_ref()?;
            let first = begun.iter().find(|(id, _)| id == matter)?;
            Some((one.at_ms - first.1) / 1_000)
        };
        let moment = |moment, agent: Option<&str>, after_s| Found {
            moment,
            at_ms: one.at_ms,
            matter: one.matter.clone(),
            agent: agent.map(str::to_owned),
            after_s,
            revoked: false,
        };
        let mut first = |which: Moment| match &one.matter {
            Some(matter) => seen.insert((which, matter.clone())),
            None => true,
        };
        match &one.what {
            What::Post {
                kind,
                sentiment,
                in_advance,
                ..
            } => {
                if let Some(matter) = &one.matter
                    && !begun.iter().any(|(id, _)| id == matter)
                {
                    begun.push((matter.clone(), one.at_ms));
                }
                let since = answer
                    .as_ref()
                    .filter(|answer| one.at_ms - answer.at_ms <= ANSWER_MS);
                let is_complaint = *kind == Kind::Complaint;
                let is_angry = *kind == Kind::Attack || (is_complaint && *sentiment <= ANGER);
                let is_thanks = *kind == Kind::Praise && *sentiment > 0.0 && !in_advance;
                if is_thanks {
                    for lost in found.iter_mut().filter(|one| one.moment == Moment::Lost) {
                        lost.revoked = true;
                    }
                    if let Some(answer) = since.filter(|answer| answer.to_complaint) {
                        found.push(moment(Moment::WonBack, Some(&answer.agent), None));
                        complained_ms = None;
                    }
                    praised.retain(|at_ms| one.at_ms - at_ms <= FAN_MS);
                    let day = one.at_ms.div_euclid(DAY_MS);
                    if !praised.iter().any(|at_ms| at_ms.div_euclid(DAY_MS) == day) {
                        praised.push(one.at_ms);
                    }
                    if praised.len() >= FAN_DAYS {
                        found.push(moment(Moment::Fan, None, None));
                        praised.clear();
                    }
                }
                if is_complaint {
                    complained_ms = Some(one.at_ms);
                    if first(Moment::Complained) {
                        found.push(moment(Moment::Complained, None, None));
                    }
                }
                if is_angry && let Some(answer) = since {
                    found.push(moment(Moment::Lost, Some(&answer.agent), None));
                }
                // Whatever they say is the word after the answer: only one is judged by it.
                if is_thanks || is_angry || is_complaint {
                    answer = None;
                }
            }
            What::Note => {
                if first(Moment::Heard) {
                    found.push(moment(Moment::Heard, None, since_ms(&begun)));
                }
            }
            What::Reply { agent } => {
                if first(Moment::Answered) {
                    found.push(moment(Moment::Answered, Some(agent), since_ms(&begun)));
                }
                answer = Some(Answer {
                    at_ms: one.at_ms,
                    agent: agent.clone(),
                    to_complaint: complained_ms.is_some(),
                });
            }
            What::Ended { agent, .. } => {
                found.push(moment(Moment::Resolved, agent.as_deref(), None));
            }
            What::Stop => found.push(moment(Moment::Lost, None, None)),
        }
    }
    found
}

/// What a person reads in two seconds before they answer `matter`: which complaint this is, how long they waited last
/// time, whom they thanked, whether they were lost. `None` where there was nothing before.
pub fn summary(arc: &Arc, matter: Option<&InteractionId>, now_ms: i64) -> Option<String> {
    let mut says: Vec<String> = Vec::new();
    let of = |moment: Moment| arc.moments.iter().filter(move |one| one.moment == moment);
    let is_other = |one: &&Found| matter.is_none_or(|matter| one.matter.as_ref() != Some(matter));
    let lately = of(Moment::Complained)
        .filter(|one| now_ms - one.at_ms <= LATELY_MS)
        .count();
    let complains = of(Moment::Complained).any(|one| one.matter.as_ref() == matter);
    match (lately, complains) {
        (2.., true) => says.push(format!("{} complaint in two weeks", nth(lately))),
        (1.., false) => says.push(match lately {
            1 => "one complaint in the last two weeks".to_owned(),
            n => format!("{n} complaints in the last two weeks"),
        }),
        _ => {}
    }
    if let Some(waited) = of(Moment::Answered)
        .filter(is_other)
        .filter_map(|one| one.after_s)
        .next_back()
    {
        says.push(format!("last time waited {}", long(waited)));
    }
    let won = of(Moment::WonBack).rfind(is_other);
    if let Some((agent, at_ms)) = won.and_then(|one| Some((one.agent.as_ref()?, one.at_ms))) {
        says.push(format!("thanked {agent} in {}", month(at_ms, now_ms)));
    }
    if let Some(lost) = of(Moment::Lost).rfind(|one| !one.revoked) {
        says.push(match lost.agent {
            Some(_) => format!("angry after the answer in {}", month(lost.at_ms, now_ms)),
            None => "said stop".to_owned(),
        });
    }
    if let Some(fan) = of(Moment::Fan).next_back() {
        says.push(format!("a fan since {}", month(fan.at_ms, now_ms)));
    }
    (!says.is_empty()).then(|| says.join(", "))
}

fn nth(n: usize) -> String {
    match n {
        2 => "second".into(),
        3 => "third".into(),
        4 => "fourth".into(),
        5 => "fifth".into(),
        n => {
            let ending = match (n % 10, n % 100) {
                (_, 11..=13) => "th",
                (1, _) => "st",
                (2, _) => "nd",
                (3, _) => "rd",
                _ => "th",
            };
            format!("{n}{ending}")
        }
    }
}

/// A wait, to one unit.
fn long(s: i64) -> String {
    match s {
        ..60 => "under a minute".into(),
        60..5_400 => format!("{} min", (s + 30) / 60),
        5_400..172_800 => format!("{} h", (s + 1_800) / 3_600),
        _ => format!("{} days", (s + 43_200) / 86_400),
    }
}

/// A month, with its year where that is not this one.
fn month(at_ms: i64, now_ms: i64) -> String {
    let date = |ms| chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let year = |ms| date(ms).format("%Y").to_string();
    match year(at_ms) == year(now_ms) {
        true => date(at_ms).format("%B").to_string(),
        false => date(at_ms).format("%B %Y").to_string(),
    }
}

/// How people thank for what is still to come, in the languages that Heard speaks.
const IN_ADVANCE: &[&str] = &[
    "in advance",
    "im voraus",
    "im vorraus",
    "par avance",
    "d'avance",
    "d\u{2019}avance",
    "por adelantado",
    "de antemano",
    "in anticipo",
    "bij voorbaat",
    "alvast bedankt",
    "desde ja",
    "desde j\u{e1}",
    "antecipadamente",
];

/// Whether a text thanks for what is still to come.
pub fn thanks_in_advance(text: &str) -> bool {
    let text = text.to_lowercase();
    IN_ADVANCE.iter().any(|phrase| text.contains(phrase))
}
