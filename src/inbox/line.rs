//! A supervisor's public line about an incident, as a shard says it.
//!
//! While it holds, an acknowledgment that would be planned for a member of the incident says the line instead of the
//! ordinary note: where every guard has let an acknowledgment through, in the language of the post, once for each author.
//! An emergency keeps its own words. A line that was told ends by itself; a shard that has not heard of it says the
//! ordinary note.
//!
//! A newer text, and the word that all is over, are said once each to those who were told the line before: in private
//! alone, one after the other at the ceiling's pace, and written down as `sending` before they leave. In public they are
//! for the brand's own post. What nobody reports stays `sending`: it may have arrived.

use super::context::Desk;
use super::question::{Concern, Question};
use super::rows::{self, HEARD, note};
use super::state::Did;
use super::wire::{Job, Refused};
use super::{alarm, ceiling, pause, person};
use crate::ack::scene::{Said, Says, Thing};
use crate::ack::wait::Untold;
use crate::cell::{Words, belongs, cell};
use crate::config::{Mode, Source};
use crate::judgement::Triage;
use crate::platform::eligibility::forbidden;
use crate::platform::{self, Outcome};
use crate::post::{Post, SourceId};
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use crate::voice::brand::Brand;
use crate::voice::check::{plain_repertoire, signed};
use crate::voice::occasion::Part;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The tables: the lines that hold, and those of the last days, so that their texts are known when a platform tells
/// what we sent.
pub const TABLES: &str = "-- migration lines
CREATE TABLE line (
  source TEXT NOT NULL,
  incident INTEGER NOT NULL,
  version INTEGER NOT NULL,
  serial INTEGER NOT NULL,            -- what was heard last: an earlier state that comes late is none
  until_ms INTEGER NOT NULL,
  is_over INTEGER NOT NULL,           -- 1: the word that all is over
  tells INTEGER NOT NULL,             -- 1: those who were told an earlier version are told this one
  next_ms INTEGER NOT NULL,           -- when the next of them may be
  doc TEXT NOT NULL,                  -- JSON: cells, and the text by language
  PRIMARY KEY (source, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_tells ON line (tells, source) WHERE tells = 1;
CREATE INDEX line_until ON line (until_ms);";

/// How long a line is known after its end.
const KNOWN_MS: i64 = 7 * 86_400_000;

/// How many who may not be told are passed over in one step.
const STEP: i64 = 200;

/// The most that a look counts.
const COUNTED: i64 = 2_000;

/// A line, as shards are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Public {
    /// The incident's number.
    pub incident: i64,
    /// Of which source.
    pub source: SourceId,
    /// Of which cells.
    pub cells: Vec<String>,
    /// What it says, by language.
    pub text: BTreeMap<String, String>,
    /// Which version.
    pub version: u32,
    /// It counts what changed of it.
    #[serde(default)]
    pub serial: u32,
    /// From when on it is not said.
    pub until_ms: i64,
    /// Whether it is the word that all is over.
    #[serde(default)]
    pub over: bool,
    /// The incidents that became a part of it: who was told theirs is told what follows of this one.
    #[serde(default)]
    pub merged: Vec<i64>,
}

/// What is kept as JSON.
#[derive(Serialize, Deserialize)]
struct Doc {
    cells: Vec<String>,
    text: BTreeMap<String, String>,
}

/// What is said of an incident; and if it is only looked: whom would it be told?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearLine {
    /// The line.
    pub line: Public,
    /// Whether it is only looked.
    #[serde(default)]
    pub dry_run: bool,
}

/// Who is told an update.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// How many are told it, or would be.
    pub tells: u32,
    /// How many were told an earlier version and are not told this one, by reason.
    #[serde(default)]
    pub not: BTreeMap<String, u32>,
}

impl Heard {
    /// Adds another shard's.
    pub fn add(&mut self, other: Self) {
        self.tells += other.tells;
        for (why, n) in other.not {
            *self.not.entry(why).or_default() += n;
        }
    }
}

impl Question for HearLine {
    const NAME: &'static str = "HearLine";
    type Answer = Heard;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Heard, Refused> {
        if !self.dry_run {
            take_over(desk, &self.line)?;
        }
        let mut heard = look(desk, &self.line)?;
        if self.dry_run {
            for part in &self.line.merged {
                let line = Public {
                    incident: *part,
                    // Whatever they were told was another's.
                    version: u32::MAX,
                    ..self.line.clone()
                };
                heard.add(look(desk, &line)?);
            }
        }
        if !self.dry_run {
            hear(desk, &self.line, heard.tells > 0)?;
        }
        Ok(heard)
    }
}

/// Who was told the line of an incident that became a part of this one is told what follows of this one.
fn take_over<S: Sql>(desk: Desk<'_, S>, line: &Public) -> Result<(), SqlError> {
    for part in &line.merged {
        desk.sql.run(
            "-- take_over
UPDATE ack SET line = ?1, line_version = 0 WHERE line = ?2 + 0",
            params![line.incident, *part],
        )?;
    }
    Ok(())
}

/// Takes a line in; an earlier state than the known one is none.
fn hear<S: Sql>(desk: Desk<'_, S>, line: &Public, tells: bool) -> Result<(), Refused> {
    let doc = Doc {
        cells: line.cells.clone(),
        text: line.text.clone(),
    };
    let is_on = line.until_ms > desk.now_ms;
    desk.sql.run(
        "-- hear_line
INSERT INTO line VALUES (?1, ?2, ?3, ?9, ?4, ?5, ?6,
  max(?7, coalesce((SELECT max(next_ms) FROM line WHERE source = ?1 || ''), 0)), ?8)
ON CONFLICT DO UPDATE SET version = excluded.version, serial = excluded.serial, until_ms = excluded.until_ms, is_over = excluded.is_over,
  tells = excluded.tells, doc = excluded.doc
WHERE excluded.serial >= line.serial",
        params![
            line.source.as_str(),
            line.incident,
            line.version,
            line.until_ms,
            i64::from(line.over),
            i64::from(tells && is_on),
            desk.now_ms,
            serde_json::to_string(&doc).map_err(|_| SqlError::Json("line"))?,
            line.serial,
        ],
    )?;
    if tells && is_on {
        alarm::wake_by(desk, desk.now_ms)?;
    }
    Ok(())
}

/// What is to be said instead of `said`: the line of an incident of which the post is a member, where one holds.
pub(super) fn instead<S: Sql>(
    desk: Desk<'_, S>,
    post: &Post,
    triage: &Triage,
    source: &Source,
    mut said: Said,
) -> Said {
    // Where it cannot be read they are told the ordinary note.
    if let Ok(Some((text, lang, says))) = found(desk, post, triage, source, &said) {
        // The mark stays, so that a surge is counted on.
        said.words.used.truncate(1);
        said.words.parts = vec![Part {
            part: "line",
            section: "incident".to_owned(),
            text: text.clone(),
        }];
        said.words.text = text;
        said.words.lang = lang;
        said.words.told = None;
        said.words.answers = false;
        said.by_ms = Err(Untold::NoRoom);
        said.answers = false;
        said.line = Some(says);
    }
    said
}

fn found<S: Sql>(
    desk: Desk<'_, S>,
    post: &Post,
    triage: &Triage,
    source: &Source,
    said: &Said,
) -> Result<Option<(String, &'static str, Says)>, SqlError> {
    if said.thing == Thing::Emergency || triage.despair {
        return Ok(None);
    }
    let rows = desk.sql.run(
        "-- lines_of
SELECT incident, version, doc FROM line
WHERE source = ?1 || '' AND until_ms > ?2 + 0 AND is_over = 0 ORDER BY incident DESC",
        params![source.id.as_str(), desk.now_ms],
    )?;
    let (Some(_), Some(of), Some(author)) = (rows.first(), cell(triage), &post.author) else {
        return Ok(None);
    };
    let sources = &desk.config.sources;
    let ours: Vec<&str> = sources
        .iter()
        .filter_map(|one| one.handle.as_deref())
        .collect();
    let terms = Words::of(&post.text).terms(Some(author), &ours);
    for row in &rows {
        let doc: Doc = rows::json(row.text(2)?, "line")?;
        if !doc.cells.iter().any(|cell| belongs(cell, &of, &terms)) {
            continue;
        }
        let says = Says {
            incident: row.int(0)?,
            version: row.int(1)?,
        };
        let Some((text, lang)) = text(&source.brand, &doc.text, &triage.lang) else {
            continue;
        };
        if !platform::limit(source.platform, post.kind.is_public()).allows(&text) {
            continue;
        }
        let author = person::resolve(desk, source.platform, author.id.as_str())?;
        let told = desk.sql.run(
            "-- was_told
SELECT 1 FROM ack WHERE author = ?1 || '' AND source = ?2 || '' AND line = ?3 + 0
  AND state IN ('sending', 'sent', 'unknown') LIMIT 1",
            params![author.as_str(), source.id.as_str(), says.incident],
        )?;
        if told.is_empty() {
            return Ok(Some((text, lang, says)));
        }
    }
    Ok(None)
}

/// The text in that language, signed. A post in no language that is known is answered in the brand's.
fn text(
    brand: &Brand,
    texts: &BTreeMap<String, String>,
    lang: &str,
) -> Option<(String, &'static str)> {
    let lang = match lang {
        "und" => brand.language.as_str(),
        lang => lang,
    };
    let code = plain_repertoire(lang)?.language.code;
    Some((signed(texts.get(lang)?, lang, brand)?, code))
}

/// Somebody who was told an earlier version.
struct Member {
    seq: i64,
    /// Why they are not told this one.
    not: Option<String>,
    job: Option<Job>,
}

macro_rules! members {
    () => {
        "
SELECT a.interaction, a.state, a.lang, p.post, p.state = 'deleted',
  i.lease IS NOT NULL AND i.available_ms > ?4 + 0, i.owed_ms IS NOT NULL AND i.owed_level = 3,
  EXISTS (SELECT 1 FROM stop WHERE platform = i.platform AND author = a.author AND at_ms >= lifted_ms),
  EXISTS (SELECT 1 FROM dead_credential WHERE source = a.source)
FROM ack a INDEXED BY ack_line CROSS JOIN post p ON p.id = a.post CROSS JOIN interaction i ON i.seq = a.interaction
WHERE a.line = ?1 + 0 AND a.line_version < ?2 + 0 AND a.state NOT IN ('planned', 'sending')
ORDER BY a.line_version, a.interaction LIMIT ?3 + 0"
    };
}

fn member<S: Sql>(desk: Desk<'_, S>, line: &Public, row: &Row) -> Result<Member, SqlError> {
    let seq = row.int(0)?;
    let post: Post = rows::json(row.text(3)?, "post")?;
    let not = |why: &str| {
        Ok(Member {
            seq,
            not: Some(why.to_string()),
            job: None,
        })
    };
    let Some(source) = desk.config.source(&line.source) else {
        return not("no_source");
    };
    if row.text(1)? != "sent" {
        return not("not_told");
    }
    if row.int(4)? != 0 {
        return not("deleted");
    }
    if post.kind.is_public() {
        return not("public");
    }
    if row.int(7)? != 0 {
        return not("stopped");
    }
    if row.int(6)? != 0 {
        return not("emergency");
    }
    if row.int(5)? != 0 {
        return not("in_exchange");
    }
    if source.mode != Mode::Live || source.credential.is_none() {
        return not("off");
    }
    if row.int(8)? != 0 {
        return not("credential_dead");
    }
    if pause::holds(desk, &source.id)? {
        return not("paused");
    }
    if let Some(rule) = forbidden(source.platform, source.plan, &post, desk.now_ms) {
        return not(rule.name);
    }
    let Some((text, _)) = text(&source.brand, &line.text, row.text(2)?) else {
        return not("no_voice");
    };
    if !platform::limit(source.platform, false).allows(&text) {
        return not("too_long");
    }
    Ok(Member {
        seq,
        not: None,
        job: Some(Job {
            seq,
            source: source.id.clone(),
            platform: source.platform,
            account: source.account.clone(),
            reply_to: post.reply_to,
            text,
            attempt: 1,
            emergency: false,
            warnings: Vec::new(),
        }),
    })
}

/// Whom a version would be told, of those who were told an earlier one.
fn look<S: Sql>(desk: Desk<'_, S>, line: &Public) -> Result<Heard, SqlError> {
    let mut heard = Heard::default();
    for row in &desk.sql.run(
        concat!("-- line_members", members!()),
        params![line.incident, line.version, COUNTED, desk.now_ms],
    )? {
        match member(desk, line, row)?.not {
            None => heard.tells += 1,
            Some(why) => *heard.not.entry(why).or_default() += 1,
        }
    }
    Ok(heard)
}

/// Who is told an update now, and when the alarm is to look again.
#[derive(Default)]
pub(super) struct Due {
    pub(super) jobs: Vec<Job>,
    pub(super) look_ms: Option<i64>,
}

/// Takes the next ones who are told an update: one of each source, and the next when the ceiling's pace allows.
pub(super) fn due<S: Sql>(desk: Desk<'_, S>) -> Result<Due, SqlError> {
    desk.sql.run(
        "-- forget_lines
DELETE FROM line WHERE until_ms < ?1",
        params![desk.now_ms - KNOWN_MS],
    )?;
    let mut due = Due::default();
    let mut taken: BTreeMap<SourceId, i64> = BTreeMap::new();
    for row in &desk.sql.run(
        "-- telling_lines
SELECT source, incident, version, until_ms, is_over, next_ms, doc FROM line INDEXED BY line_tells
WHERE tells = 1 ORDER BY source",
        params![],
    )? {
        let doc: Doc = rows::json(row.text(6)?, "line")?;
        let line = Public {
            incident: row.int(1)?,
            source: SourceId::new(row.text(0)?),
            cells: doc.cells,
            text: doc.text,
            version: u32::try_from(row.int(2)?).unwrap_or(u32::MAX),
            serial: 0,
            merged: Vec::new(),
            until_ms: row.int(3)?,
            over: row.int(4)? != 0,
        };
        let busy_ms = taken.get(&line.source).copied().unwrap_or(0);
        let at_ms = row.int(5)?.max(busy_ms);
        let next = match at_ms > desk.now_ms {
            true => Some(at_ms),
            false => tell(desk, &line, &mut due.jobs)?,
        };
        if let Some(next_ms) = next {
            taken.insert(line.source, next_ms.max(busy_ms));
            due.look_ms = Some(due.look_ms.map_or(next_ms, |look_ms| look_ms.min(next_ms)));
        }
    }
    Ok(due)
}

/// Tells the next one, if there is room; when to go on, or nothing where all are told.
fn tell<S: Sql>(
    desk: Desk<'_, S>,
    line: &Public,
    jobs: &mut Vec<Job>,
) -> Result<Option<i64>, SqlError> {
    let source = desk.config.source(&line.source);
    let (Some(source), true) = (source, line.until_ms > desk.now_ms) else {
        return end(desk, line);
    };
    // Acknowledgments first: an update takes the room that they leave.
    let room_ms = ceiling::room(desk, source, Thing::Plea)?;
    if room_ms > desk.now_ms {
        return Ok(Some(room_ms));
    }
    let rows = desk.sql.run(
        concat!("-- line_next", members!()),
        params![line.incident, line.version, STEP, desk.now_ms],
    )?;
    let is_all = i64::try_from(rows.len()).unwrap_or(STEP) < STEP;
    for row in &rows {
        let member = member(desk, line, row)?;
        let word = match &member.not {
            Some(why) => format!("not:{why}"),
            None => "sending".to_owned(),
        };
        desk.sql.run(
            "-- line_told
UPDATE ack SET line_version = ?2, line_word = ?3 WHERE interaction = ?1 AND emergency = 0",
            params![member.seq, line.version, word],
        )?;
        if let Some(job) = member.job {
            jobs.push(job);
            let next_ms = desk.now_ms + pace_ms(desk, source);
            desk.sql.run(
                "-- line_pace
UPDATE line SET next_ms = ?2 WHERE source = ?1",
                params![line.source.as_str(), next_ms],
            )?;
            return Ok(Some(next_ms));
        }
    }
    match is_all {
        true => end(desk, line),
        false => Ok(Some(desk.now_ms)),
    }
}

/// All are told who may be.
fn end<S: Sql>(desk: Desk<'_, S>, line: &Public) -> Result<Option<i64>, SqlError> {
    desk.sql.run(
        "-- line_done
UPDATE line SET tells = 0 WHERE source = ?1 AND incident = ?2",
        params![line.source.as_str(), line.incident],
    )?;
    Ok(None)
}

/// So far apart are two updates, that no minute and no hour holds more than the ceiling.
fn pace_ms<S>(desk: Desk<'_, S>, source: &Source) -> i64 {
    let share = |whole| i64::from(desk.shard.share(whole, desk.shards)).max(1);
    let minute = 60_000 / share(source.ceiling.per_minute);
    minute.max(3_600_000 / share(source.ceiling.per_hour))
}

/// What became of an update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishLine {
    /// The interaction's number.
    pub seq: i64,
    /// What the platform answered.
    pub outcome: Outcome,
}

impl Question for FinishLine {
    const NAME: &'static str = "FinishLine";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<(), Refused> {
        let state = match &self.outcome {
            Outcome::Sent { .. } => "sent",
            Outcome::Unknown { .. } => "unknown",
            // There is no second try: the next update says more than this one.
            Outcome::Refused { .. } | Outcome::Unauthorized { .. } | Outcome::Later { .. } => {
                "refused"
            }
        };
        let told = desk.sql.run(
            "-- line_ends
UPDATE ack SET line_word = ?2 WHERE interaction = ?1 AND emergency = 0 AND line_word = 'sending' RETURNING 1",
            params![self.seq, state],
        )?;
        if !told.is_empty() {
            note(desk, self.seq, HEARD, Did::UpdateSaid, Some(state))?;
        }
        Ok(())
    }
}

/// Whether a text is a line, as a platform tells it of what we sent to somebody who was told one.
pub(super) fn is_line<S: Sql>(desk: Desk<'_, S>, seq: i64, text: &str) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- line_here
SELECT l.doc FROM ack a CROSS JOIN line l ON l.source = a.source AND l.incident = a.line
WHERE a.interaction = ?1 AND a.line_word IS NOT NULL",
        params![seq],
    )?;
    let text = text.trim_start();
    for row in &rows {
        let doc: Doc = rows::json(row.text(0)?, "line")?;
        let texts = doc.text.values();
        if texts.into_iter().any(|line| text.starts_with(line.trim())) {
            return Ok(true);
        }
    }
    Ok(false)
}
