//! How customers say it went: the survey that an agent's reply asks with `{survey}`.
//!
//! One for each interaction, known by its number, which its link names. It is asked once a reply that holds the link
//! arrived, by the agent whose reply that is, and answered once; whoever answers was asked, whatever the platform said
//! of the reply. Where bystanders could read the link it is counted apart. With it stands what Heard inferred: how the
//! author's last words felt when they were asked, and the last moment of the matter ([`super::arc`]) when they answered.
//! It goes with its interaction, and once its author took back the last post of it.

use super::arc::{Moment, arc};
use super::context::Desk;
use super::past::{self, Depth};
use super::question::{Concern, Question};
use super::rows::{self, note};
use super::state::Did;
use super::visible;
use super::wire::{Refused, SurveyView};
use crate::details::kind::Kind;
use crate::post::{InteractionId, Platform, SourceId};
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// The step of the migrations.
pub const TABLE: &str = "-- migration survey
CREATE TABLE survey (
  id INTEGER PRIMARY KEY,             -- the number of the interaction that its link names
  interaction INTEGER NOT NULL,       -- where that is now: it may have joined another
  asked_ms INTEGER,                   -- when the reply with the link arrived; NULL: none did
  agent TEXT NOT NULL,                -- whose reply it is
  public INTEGER NOT NULL,            -- 1: bystanders could read the link
  felt REAL,                          -- how the author's last post felt when they were asked, from -1 to 1
  answered_ms INTEGER,
  score INTEGER,                      -- 1 to 5
  text TEXT,
  moment TEXT                         -- won_back | lost, as the matter stood when they answered
) STRICT;
CREATE INDEX survey_of ON survey (interaction);
CREATE INDEX survey_asked ON survey (asked_ms) WHERE asked_ms IS NOT NULL;";

/// How many of the latest answers are told.
pub const LATEST: u32 = 50;

/// A reply that asks goes out: its row is there before its link can be opened.
pub(super) fn ask<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    agent: &str,
    is_public: bool,
) -> Result<(), Refused> {
    let rows = desk.sql.run(
        "-- ask_survey
INSERT INTO survey (id, interaction, agent, public, felt)
VALUES (?1 + 0, ?1 + 0, ?2 || '', ?3 + 0, (SELECT triage ->> '$.sentiment' FROM post_in
  WHERE seq = ?1 + 0 AND state <> 'deleted' ORDER BY received_ms DESC, created_ms DESC LIMIT 1))
ON CONFLICT DO UPDATE SET
  agent = iif(asked_ms IS NULL, excluded.agent, agent),
  felt = iif(asked_ms IS NULL, excluded.felt, felt),
  public = iif(asked_ms IS NULL, excluded.public, max(public, excluded.public))
WHERE answered_ms IS NULL
RETURNING 1",
        params![seq, agent, i64::from(is_public)],
    )?;
    match rows.is_empty() {
        true => Err(Refused::SurveyAnswered),
        false => Ok(()),
    }
}

/// Whether a reply as it is kept asks.
pub(super) fn asks(text: &str) -> bool {
    text.contains(Kind::Survey.slot())
}

/// A reply that asks arrived.
pub(super) fn asked<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- survey_asked
UPDATE survey SET asked_ms = ?2 + 0 WHERE id = ?1 + 0 AND asked_ms IS NULL",
        params![seq, desk.now_ms],
    )?;
    Ok(())
}

/// Two interactions become one: what was asked goes where the posts go.
pub(super) fn join<S: Sql>(desk: Desk<'_, S>, into: i64, from: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- join_surveys
UPDATE survey SET interaction = ?1 + 0 WHERE interaction = ?2 + 0",
        params![into, from],
    )?;
    Ok(())
}

/// Forgets the texts of these, as the other texts go early.
pub(super) fn thin<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    desk.sql.run(
        "-- thin_surveys
UPDATE survey SET text = NULL WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        vec![rows::list(seqs)],
    )?;
    Ok(())
}

/// Forgets what was asked of these, and answered.
pub(super) fn forget<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<(), SqlError> {
    desk.sql.run(
        "-- forget_surveys
DELETE FROM survey WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))",
        vec![rows::list(seqs)],
    )?;
    Ok(())
}

/// What was asked of an interaction, and answered: the latest, where several became one.
pub(super) fn view_of<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Option<SurveyView>, SqlError> {
    let rows = desk.sql.run(
        "-- survey_of
SELECT asked_ms, answered_ms, score, text FROM survey
WHERE interaction = ?1 + 0 AND asked_ms IS NOT NULL
ORDER BY coalesce(answered_ms, 0) DESC, asked_ms DESC LIMIT 1",
        params![seq],
    )?;
    let view = |row: &Row| {
        Ok(SurveyView {
            asked_ms: row.int(0)?,
            answered_ms: row.opt_int(1)?,
            score: row.opt_int(2)?.and_then(|score| u8::try_from(score).ok()),
            text: row.opt_text(3)?.map(str::to_owned),
        })
    };
    rows.first().map(view).transpose()
}

/// Whom does the survey's page speak for, and in which language?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowSurveyPage {
    /// The number that its link names.
    pub seq: i64,
}

/// What the page needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyPage {
    /// The source whose brand asks.
    pub source: SourceId,
    /// The customer's language.
    pub lang: String,
    /// Whether it was answered.
    pub is_answered: bool,
}

impl Question for ShowSurveyPage {
    const NAME: &'static str = "ShowSurveyPage";
    type Answer = SurveyPage;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let rows = desk.sql.run(
            "-- survey_page
SELECT i.source, i.lang, s.answered_ms IS NOT NULL FROM survey s JOIN interaction i ON i.seq = s.interaction
WHERE s.id = ?1 + 0",
            params![self.seq],
        )?;
        let row = rows.first().ok_or(Refused::NotFound)?;
        Ok(SurveyPage {
            source: SourceId::new(row.text(0)?),
            lang: row.text(1)?.to_owned(),
            is_answered: row.int(2)? != 0,
        })
    }
}

/// A customer says how it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerSurvey {
    /// The number that its link names.
    pub seq: i64,
    /// From 1 to 5.
    pub score: u8,
    /// What else they say.
    #[serde(default)]
    pub text: Option<String>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// It is stored, now or since the same came before.
    Kept,
    /// Another answer is stored: the first one counts.
    Already,
}

impl Question for AnswerSurvey {
    const NAME: &'static str = "AnswerSurvey";
    type Answer = Heard;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let rows = desk.sql.run(
            "-- survey_before
SELECT s.interaction, s.answered_ms IS NOT NULL, s.score = ?2 + 0 AND s.text IS ?3, i.platform, i.author
FROM survey s JOIN interaction i ON i.seq = s.interaction WHERE s.id = ?1 + 0",
            params![self.seq, self.score, self.text.as_deref()],
        )?;
        let row = rows.first().ok_or(Refused::NotFound)?;
        if row.int(1)? != 0 {
            return Ok(match row.opt_int(2)? {
                Some(1) => Heard::Kept,
                _ => Heard::Already,
            });
        }
        let seq = row.int(0)?;
        let moment = match (Platform::named(row.text(3)?), row.opt_text(4)?) {
            (Some(platform), Some(author)) => moment(desk, seq, platform, author)?,
            _ => None,
        };
        desk.sql.run(
            "-- answer_survey
UPDATE survey SET answered_ms = ?2 + 0, asked_ms = coalesce(asked_ms, ?2 + 0), score = ?3 + 0, text = ?4, moment = ?5
WHERE id = ?1 + 0",
            params![
                self.seq,
                desk.now_ms,
                self.score,
                self.text.as_deref(),
                moment.map(Moment::as_str),
            ],
        )?;
        desk.sql.run(
            "-- survey_answered
UPDATE interaction SET updated_ms = max(coalesce(updated_ms, 0), ?2 + 0) WHERE seq = ?1 + 0",
            params![seq, desk.now_ms],
        )?;
        // What they said is in the survey alone, so that it goes with it.
        note(desk, seq, rows::HEARD, Did::SurveyAnswered, None)?;
        Ok(Heard::Kept)
    }
}

/// Whether the author was won back or lost with this matter, as it stands now.
fn moment<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    platform: Platform,
    author: &str,
) -> Result<Option<Moment>, SqlError> {
    let matter = desk.shard.interaction(seq);
    let all = past::happened(desk, platform, author, None, Depth::Line)?;
    let moments = arc(&all).moments;
    let last = moments.iter().rfind(|one| {
        one.matter.as_ref() == Some(&matter)
            && !one.revoked
            && matches!(one.moment, Moment::WonBack | Moment::Lost)
    });
    Ok(last.map(|one| one.moment))
}

/// By what surveys are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    /// Whose reply asked.
    Agent,
    /// Whose the interaction is.
    Workgroup,
    /// Where.
    Platform,
    /// With which source.
    Source,
    /// The interaction's level.
    Level,
    /// Its language.
    Language,
    /// How it ended.
    Outcome,
    /// The customer's tier.
    Tier,
    /// The customer, by the brand's id.
    Customer,
}

impl Key {
    /// All of them.
    pub const ALL: [Key; 9] = [
        Key::Agent,
        Key::Workgroup,
        Key::Platform,
        Key::Source,
        Key::Level,
        Key::Language,
        Key::Outcome,
        Key::Tier,
        Key::Customer,
    ];

    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Key::Agent => "agent",
            Key::Workgroup => "workgroup",
            Key::Platform => "platform",
            Key::Source => "source",
            Key::Level => "level",
            Key::Language => "language",
            Key::Outcome => "outcome",
            Key::Tier => "tier",
            Key::Customer => "customer",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// How did it go for those who were asked in this period?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowSurveys {
    /// Asked from then on, in epoch milliseconds.
    pub from_ms: i64,
    /// Asked until then.
    pub to_ms: i64,
    /// By what they are told apart.
    pub by: Key,
}

/// How the author's last words felt when they were asked: the outer thirds of -1 to 1 are bad and good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Felt {
    /// Bad.
    Negative,
    /// Neither.
    Neutral,
    /// Good.
    Positive,
}

/// Some surveys that have all this in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveySum {
    /// The value of what they are told apart by; empty where there is none.
    pub key: String,
    /// Whether bystanders could read the link.
    pub public: bool,
    /// What the last words felt like.
    pub felt: Option<Felt>,
    /// What the arc said of those who answered.
    pub moment: Option<Moment>,
    /// How many were asked.
    pub asked: i64,
    /// How many answered with each face, from 1 to 5.
    pub scores: [i64; 5],
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The interaction.
    pub interaction: InteractionId,
    /// The customer, by the brand's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Whose reply asked.
    pub agent: String,
    /// When.
    pub asked_ms: i64,
    /// When they answered.
    pub answered_ms: i64,
    /// From 1 to 5.
    pub score: u8,
    /// What else they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether bystanders could read the link: anybody may have answered.
    pub public: bool,
    /// What their last words felt like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub felt: Option<Felt>,
    /// Whether the arc says that they were won back or lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<Moment>,
}

/// What a shard knows of a period's surveys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surveys {
    /// Counted.
    pub sums: Vec<SurveySum>,
    /// The latest answers, newest first.
    pub latest: Vec<Answered>,
}

impl Question for ShowSurveys {
    const NAME: &'static str = "ShowSurveys";
    type Answer = Surveys;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let seen = names(&visible::workgroups(desk, scope)?);
        let rows = desk.sql.run(
            "-- surveys
SELECT CASE ?3 WHEN 'agent' THEN s.agent WHEN 'workgroup' THEN i.workgroup WHEN 'platform' THEN i.platform
    WHEN 'source' THEN i.source WHEN 'level' THEN i.level || '' WHEN 'language' THEN i.lang
    WHEN 'outcome' THEN coalesce(i.outcome, '') WHEN 'tier' THEN coalesce(c.tier, '') ELSE coalesce(c.id, '') END AS k,
  s.public, iif(s.felt IS NULL, NULL, (s.felt * 3 >= 1) - (s.felt * 3 <= -1)) AS felt, s.moment, count(*),
  sum(s.score IS 1), sum(s.score IS 2), sum(s.score IS 3), sum(s.score IS 4), sum(s.score IS 5)
FROM survey s INDEXED BY survey_asked CROSS JOIN interaction i ON i.seq = s.interaction
LEFT JOIN customer_author a ON a.platform = i.platform AND a.author = i.author
LEFT JOIN customer c ON c.id = a.customer
WHERE s.asked_ms >= ?1 + 0 AND s.asked_ms < ?2 + 0
  AND (?4 = 1 OR i.workgroup IN (SELECT value FROM json_each(?5)))
GROUP BY k, s.public, felt, s.moment ORDER BY k",
            params![
                self.from_ms,
                self.to_ms,
                self.by.as_str(),
                i64::from(scope.all),
                seen.clone(),
            ],
        )?;
        let sums = rows.iter().map(|row| {
            Ok(SurveySum {
                key: row.text(0)?.to_owned(),
                public: row.int(1)? != 0,
                felt: row.opt_int(2)?.map(felt),
                moment: row.opt_text(3)?.and_then(named),
                asked: row.int(4)?,
                scores: [
                    row.int(5)?,
                    row.int(6)?,
                    row.int(7)?,
                    row.int(8)?,
                    row.int(9)?,
                ],
            })
        });
        let sums = sums.collect::<Result<_, SqlError>>()?;
        let rows = desk.sql.run(
            "-- latest_surveys
SELECT s.interaction, c.id, s.agent, s.asked_ms, s.answered_ms, s.score, s.text, s.public,
  iif(s.felt IS NULL, NULL, (s.felt * 3 >= 1) - (s.felt * 3 <= -1)), s.moment
FROM survey s INDEXED BY survey_asked CROSS JOIN interaction i ON i.seq = s.interaction
LEFT JOIN customer_author a ON a.platform = i.platform AND a.author = i.author
LEFT JOIN customer c ON c.id = a.customer
WHERE s.asked_ms >= ?1 + 0 AND s.asked_ms < ?2 + 0 AND s.answered_ms IS NOT NULL
  AND (?4 = 1 OR i.workgroup IN (SELECT value FROM json_each(?5)))
ORDER BY s.answered_ms DESC, s.id DESC LIMIT ?3 + 0",
            params![self.from_ms, self.to_ms, LATEST, i64::from(scope.all), seen,],
        )?;
        let latest = rows.iter().map(|row| {
            Ok(Answered {
                interaction: desk.shard.interaction(row.int(0)?),
                customer: row.opt_text(1)?.map(str::to_owned),
                agent: row.text(2)?.to_owned(),
                asked_ms: row.int(3)?,
                answered_ms: row.int(4)?,
                score: u8::try_from(row.int(5)?).map_err(|_| SqlError::Json("score"))?,
                text: row.opt_text(6)?.map(str::to_owned),
                public: row.int(7)? != 0,
                felt: row.opt_int(8)?.map(felt),
                moment: row.opt_text(9)?.and_then(named),
            })
        });
        Ok(Surveys {
            sums,
            latest: latest.collect::<Result<_, SqlError>>()?,
        })
    }
}

fn felt(sign: i64) -> Felt {
    match sign {
        ..0 => Felt::Negative,
        0 => Felt::Neutral,
        1.. => Felt::Positive,
    }
}

fn named(moment: &str) -> Option<Moment> {
    Moment::ALL.into_iter().find(|one| one.as_str() == moment)
}
