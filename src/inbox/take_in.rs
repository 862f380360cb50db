//! Intake: updates become posts of interactions, and the decision to acknowledge is made.

use super::memory::{decide, fingerprints};
use super::rows::{count, level, note};
use super::wire::{Answer, Incoming, Refused};
use super::{Desk, ceiling, credential, outbox, retention};
use crate::ack::{Said, Standing, WhyNot, stop};
use crate::config::{Mode, Source};
use crate::platform::{Event, Ignored};
use crate::post::{Platform, Post, PostId};
use crate::sql::{Row, Sql, SqlError, params};
use crate::triage::{Level, Triage};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Takes a delivery's updates in. Gives the interactions whose acknowledgment is to be sent now.
pub(super) fn take_in<S: Sql>(
    desk: Desk<'_, S>,
    events: Vec<Incoming>,
    ignored: &BTreeMap<Ignored, u32>,
) -> Result<Answer, Refused> {
    let mut acks = Vec::new();
    for incoming in events {
        let Some(source) = desk.config.source(&incoming.source) else {
            // Worker and object may run two versions of the configuration during a deploy.
            ignore(desk, Ignored::NoSource, 1)?;
            continue;
        };
        match (incoming.event, incoming.triage) {
            (Event::Made { post }, Some(triage)) => {
                acks.extend(made(desk, source, post, triage)?);
            }
            (Event::Edited { post }, Some(triage)) => {
                acks.extend(edited(desk, source, post, triage)?);
            }
            (Event::Deleted { post, .. }, _) => deleted(desk, source.platform, &post)?,
            (Event::Stop { author }, _) => stopped(desk, source.platform, author.as_str())?,
            (Event::Start { author }, _) => started(desk, source.platform, author.as_str())?,
            (Event::Answered { .. }, _) => ignore(desk, Ignored::Own, 1)?,
            (Event::Ignored { why }, _) => ignore(desk, why, 1)?,
            (Event::Made { .. } | Event::Edited { .. }, None) => {
                ignore(desk, Ignored::Malformed, 1)?;
            }
        }
    }
    for (why, n) in ignored {
        ignore(desk, *why, *n)?;
    }
    // A Worker sends some and leaves the rest to the alarm: who is in danger is not among the rest.
    acks.sort_by_key(|(level, _)| Reverse(*level));
    Ok(Answer::Taken {
        acks: acks.into_iter().map(|(_, seq)| seq).collect(),
    })
}

fn ignore<S: Sql>(desk: Desk<'_, S>, why: Ignored, n: u32) -> Result<(), SqlError> {
    count(desk, &format!("ignored.{}", why.as_str()), n)
}

/// The ledger's key of a post.
pub fn ledger_id(platform: Platform, post: &PostId) -> String {
    format!("{platform}:{post}")
}

/// The rank of an interaction: its deadline, moved earlier by a head start that grows with the
/// level. Lowest is served first.
///
/// An emergency's head start is longer than any clock, so it goes before everything. An urgent one's
/// is eight hours: it goes before all routine that is not yet eight hours overdue, and routine still
/// rises past it in the end. Urgency orders equals, a second a point.
pub fn rank(deadline_ms: i64, level: Level, urgency: u8) -> i64 {
    let head_start_ms = match level {
        Level::Emergency => 10_000_000_000_000,
        Level::Urgent => 8 * 3_600_000,
        Level::Routine | Level::Idle => 0,
    };
    deadline_ms - head_start_ms - i64::from(urgency) * 1_000
}

/// The ranks below this are emergencies', and only theirs.
pub const EMERGENCY_RANK: i64 = 0;

/// How long a lease lasts from an emergency on, unless its holder gives a sign of life.
pub const EMERGENCY_LEASE_MS: i64 = 60_000;

/// What is known when a post comes in: one row, one statement.
struct Known {
    /// Whether the ledger has the post.
    post: bool,
    stopped: bool,
    last_ack_ms: Option<i64>,
    open: Option<Open>,
    /// When the alarm is to ring, if it is set.
    alarm_ms: Option<i64>,
    /// Where the platform refuses the source's credential: when one is tried again.
    probe_ms: Option<i64>,
}

/// The author's open interaction with the source.
struct Open {
    seq: i64,
    deadline_ms: i64,
    rank: i64,
    changes: i64,
    in_exchange: bool,
    ack: Option<String>,
    /// The highest level and urgency of what is unanswered; `None` where all is answered.
    owed: Option<(Level, u8)>,
}

/// The columns `owed_level` and `owed_urgency`, beginning at `at`, and `owed_ms` as [`Open::owed`].
fn owed(row: &Row, at: usize, owed_ms: usize) -> Result<Option<(Level, u8)>, SqlError> {
    let urgency = u8::try_from(row.int(at + 1)?).map_err(|_| SqlError::Json("urgency"))?;
    let owed = (level(row.int(at)?)?, urgency);
    Ok(row.opt_int(owed_ms)?.map(|_| owed))
}

fn known<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    author: Option<&str>,
) -> Result<Known, SqlError> {
    let rows = desk.sql.run(
        "-- known
SELECT
  (SELECT 1 FROM post WHERE id = ?1),
  (SELECT 1 FROM stop WHERE platform = ?2 || '' AND author = ?3 || ''),
  (SELECT max(planned_ms) FROM ack INDEXED BY ack_of_author WHERE author = ?3 || '' AND source = ?4 || ''
     AND state IN ('planned', 'sending', 'sent', 'unknown', 'dry_run')),
  (SELECT at_ms FROM alarm),
  i.seq, i.owed_level, i.owed_urgency, i.deadline_ms, i.rank, i.changes,
  (i.lease IS NOT NULL AND i.available_ms > ?5 + 0) OR i.replied_ms IS NOT NULL,
  (SELECT state FROM ack WHERE interaction = i.seq),
  (SELECT probe_ms FROM dead_credential WHERE source = ?4 || '' AND secret = ?6 || ''), i.owed_ms
FROM (SELECT 1) LEFT JOIN interaction i ON i.author = ?3 || '' AND i.source = ?4 || '' AND i.state = 'open'",
        params![
            id,
            source.platform.as_str(),
            author,
            source.id.as_str(),
            desk.now_ms,
            credential::fingerprint(source),
        ],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    let open = match row.opt_int(4)? {
        None => None,
        Some(seq) => Some(Open {
            seq,
            deadline_ms: row.int(7)?,
            rank: row.int(8)?,
            changes: row.int(9)?,
            in_exchange: row.int(10)? != 0,
            ack: row.opt_text(11)?.map(str::to_string),
            owed: owed(row, 5, 13)?,
        }),
    };
    Ok(Known {
        post: row.opt_int(0)?.is_some(),
        stopped: row.opt_int(1)?.is_some(),
        last_ack_ms: row.opt_int(2)?,
        alarm_ms: row.opt_int(3)?,
        probe_ms: row.opt_int(12)?,
        open,
    })
}

/// A post was made: a new one joins or opens an interaction, a known one changes only a counter. Gives
/// the interaction whose acknowledgment is to be sent now, and the post's level.
fn made<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    post: Post,
    triage: Triage,
) -> Result<Option<(Level, i64)>, Refused> {
    let id = ledger_id(source.platform, &post.id);
    let author = post
        .author
        .as_ref()
        .map(|author| author.id.as_str().to_string());
    let known = known(desk, source, &id, author.as_deref())?;
    if known.post {
        repeat(desk, &id)?;
        return Ok(None);
    }
    let says_stop = stop::says_stop(&post.text);
    let standing = Standing {
        // One that was withdrawn before it left the building is no acknowledgment.
        acknowledged: known
            .open
            .as_ref()
            .and_then(|open| open.ack.as_deref())
            .is_some_and(|state| state != "withdrawn"),
        last_ms: known.last_ack_ms,
        stopped: known.stopped,
        in_exchange: known.open.as_ref().is_some_and(|open| open.in_exchange),
        placed: false,
        credential_dead: known
            .probe_ms
            .is_some_and(|probe_ms| desk.now_ms < probe_ms),
    };
    let decision = decide(desk, &post, &triage, source, standing);
    let (seq, change) = match &known.open {
        Some(open) => (open.seq, join(desk, source, open, &triage)?),
        None => (open(desk, source, &post, &triage)?, 1),
    };
    insert_post(desk, &id, seq, change, &post, &triage, &decision)?;
    if let (true, Some(author)) = (says_stop, &author) {
        stopped(desk, source.platform, author)?;
    }
    let send = match decision {
        Ok(said) => {
            if known.probe_ms.is_some() {
                credential::probe(desk, source)?;
            }
            plan(
                desk,
                seq,
                &id,
                source,
                author.as_deref(),
                triage.level,
                &said,
            )?
        }
        Err(WhyNot::CredentialDead) => {
            credential::stop(desk, &source.id)?;
            false
        }
        Err(_) => false,
    };
    if known
        .alarm_ms
        .is_none_or(|at_ms| retention::was_missed(desk, at_ms))
    {
        retention::arm(desk)?;
    }
    Ok(send.then_some((triage.level, seq)))
}

fn repeat<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- repeat
UPDATE post SET copies = copies + 1 WHERE id = ?1",
        params![id],
    )?;
    Ok(())
}

fn open<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    post: &Post,
    triage: &Triage,
) -> Result<i64, SqlError> {
    let deadline_ms = desk
        .config
        .deadlines
        .deadline(source, triage.level, desk.now_ms);
    let author_json = match &post.author {
        Some(author) => Some(serde_json::to_string(author).map_err(|_| SqlError::Json("author"))?),
        None => None,
    };
    let rows = desk.sql.run(
        "-- open
INSERT INTO interaction (source, platform, workgroup, author, author_json, lang, kind, level,
  urgency, state, posts, changes, opened_ms, level_ms, owed_ms, owed_level, owed_urgency, deadline_ms,
  rank, available_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', 1, 1, ?10, ?10, ?10, ?8, ?9, ?11, ?12, ?10)
RETURNING seq",
        params![
            source.id.as_str(),
            source.platform.as_str(),
            source.workgroup.as_str(),
            post.author.as_ref().map(|author| author.id.as_str()),
            author_json,
            triage.lang.as_str(),
            triage.kind.as_str(),
            u8::from(triage.level),
            triage.urgency,
            desk.now_ms,
            deadline_ms,
            rank(deadline_ms, triage.level, triage.urgency),
        ],
    )?;
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

/// The post joins its author's open interaction, which becomes as urgent as its most urgent post and
/// is offered at once where nobody holds it. Gives the change's number.
fn join<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    open: &Open,
    triage: &Triage,
) -> Result<i64, SqlError> {
    raise(desk, source, open, triage)?;
    news(desk, open, 1, triage)
}

/// The author said something more, in so many new posts or in an edited one: an interaction that
/// nobody holds is offered at once, also to who gave it back, and what went wrong before counts no
/// more; a holder is asked for a sign of life where somebody is in danger. It is in the language of the
/// newest post that is in any. Gives the change's number.
fn news<S: Sql>(
    desk: Desk<'_, S>,
    open: &Open,
    posts: u8,
    triage: &Triage,
) -> Result<i64, SqlError> {
    let change = open.changes + 1;
    desk.sql.run(
        "-- author_news
UPDATE interaction SET posts = posts + ?2, changes = ?3, attempts = 0, passed_by = NULL, passed_ms = NULL,
  available_ms = CASE WHEN lease IS NULL THEN min(available_ms, ?4)
    WHEN ?5 = 3 THEN min(available_ms, ?6) ELSE available_ms END,
  lang = CASE ?7 WHEN 'und' THEN lang ELSE ?7 END
WHERE seq = ?1",
        params![
            open.seq,
            posts,
            change,
            desk.now_ms,
            u8::from(triage.level),
            desk.now_ms + EMERGENCY_LEASE_MS,
            triage.lang.as_str(),
        ],
    )?;
    Ok(change)
}

/// Lifts an interaction to a judgement's level, never lowers it: what was urgent stays urgent. Its
/// clock and its rank are those of what is unanswered: what was answered does not count there any more,
/// so that after it the author's next post begins a clock of its own.
fn raise<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    open: &Open,
    triage: &Triage,
) -> Result<(), SqlError> {
    let (level, urgency) = match open.owed {
        Some((level, urgency)) => (level.max(triage.level), urgency.max(triage.urgency)),
        None => (triage.level, triage.urgency),
    };
    if open.owed == Some((level, urgency)) {
        return Ok(());
    }
    let fresh_ms = desk.config.deadlines.deadline(source, level, desk.now_ms);
    let (deadline_ms, rank) = match open.owed {
        Some(_) => {
            let deadline_ms = fresh_ms.min(open.deadline_ms);
            (
                deadline_ms,
                rank(deadline_ms, level, urgency).min(open.rank),
            )
        }
        None => (fresh_ms, rank(fresh_ms, level, urgency)),
    };
    desk.sql.run(
        "-- raise
UPDATE interaction SET owed_ms = coalesce(owed_ms, ?7), owed_level = ?2, owed_urgency = ?3,
  deadline_ms = ?4, rank = ?5, kind = CASE WHEN level < ?2 OR urgency < ?3 THEN ?6 ELSE kind END,
  level_ms = CASE WHEN level < ?2 THEN ?7 ELSE level_ms END, level = max(level, ?2),
  urgency = max(urgency, ?3)
WHERE seq = ?1",
        params![
            open.seq,
            u8::from(level),
            urgency,
            deadline_ms,
            rank,
            triage.kind.as_str(),
            desk.now_ms,
        ],
    )?;
    Ok(())
}

fn insert_post<S: Sql>(
    desk: Desk<'_, S>,
    id: &str,
    seq: i64,
    change: i64,
    post: &Post,
    triage: &Triage,
    decision: &Result<Said, WhyNot>,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- insert_post
INSERT INTO post (id, interaction, state, change, received_ms, created_ms, ack, post, triage)
VALUES (?1, ?2, 'live', ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            id,
            seq,
            change,
            desk.now_ms,
            post.created_ms,
            decided(decision),
            serde_json::to_string(post).map_err(|_| SqlError::Json("post"))?,
            serde_json::to_string(triage).map_err(|_| SqlError::Json("triage"))?,
        ],
    )?;
    Ok(())
}

/// The decision as it is kept with the post.
fn decided(decision: &Result<Said, WhyNot>) -> &'static str {
    match decision {
        Ok(_) => "planned",
        Err(why) => why.as_str(),
    }
}

/// Records the acknowledgment before anybody sends it; whether it is to be sent.
fn plan<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    post: &str,
    source: &Source,
    author: Option<&str>,
    level: Level,
    said: &Said,
) -> Result<bool, SqlError> {
    let at_ms = ceiling::place(desk, source, level)?;
    let is_now = at_ms <= desk.now_ms;
    let live = source.mode == Mode::Live;
    // The Worker sends what may leave now, the alarm what has to wait.
    let due_ms = live.then_some(if is_now {
        desk.now_ms + outbox::GRACE_MS
    } else {
        at_ms
    });
    desk.sql.run(
        "-- plan
INSERT INTO ack (interaction, post, source, author, state, text, lang, planned_ms, worded_ms, changed_ms,
  due_ms, used, told_ms, level, slot_ms, why)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT DO UPDATE SET post = excluded.post, state = excluded.state, why = excluded.why,
  text = excluded.text, lang = excluded.lang, used = excluded.used, planned_ms = excluded.planned_ms,
  worded_ms = excluded.worded_ms, told_ms = excluded.told_ms, changed_ms = excluded.changed_ms,
  due_ms = excluded.due_ms, level = excluded.level, slot_ms = excluded.slot_ms
WHERE ack.state = 'withdrawn'",
        params![
            seq,
            post,
            source.id.as_str(),
            author.unwrap_or_default(),
            if live { "planned" } else { "dry_run" },
            said.words.text.as_str(),
            said.words.lang,
            desk.now_ms,
            due_ms,
            fingerprints(&said.words.used),
            said.by_ms.ok(),
            u8::from(level),
            at_ms,
            (!is_now).then_some(WhyNot::Ceiling.as_str()),
        ],
    )?;
    outbox::promise(desk, seq, said)?;
    if let Some(due_ms) = due_ms {
        retention::wake_by(desk, due_ms)?;
    }
    Ok(live && is_now)
}

/// A post was edited: the stored one is replaced, its holder hears of it, and an acknowledgment not
/// yet sent answers the new words or none. One never seen is as good as made.
fn edited<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    post: Post,
    triage: Triage,
) -> Result<Option<(Level, i64)>, Refused> {
    let id = ledger_id(source.platform, &post.id);
    let rows = desk.sql.run(
        "-- edited
SELECT p.interaction, p.state, p.post, i.owed_level, i.owed_urgency, i.deadline_ms, i.rank, i.changes,
  (SELECT state FROM ack WHERE interaction = p.interaction AND post = p.id), i.state, i.owed_ms
FROM post p LEFT JOIN interaction i ON i.seq = p.interaction WHERE p.id = ?1",
        params![id.as_str()],
    )?;
    let Some(row) = rows.first() else {
        return made(desk, source, post, triage);
    };
    let text = serde_json::to_string(&post).map_err(|_| SqlError::Json("post"))?;
    let Some(seq) = row.opt_int(0)? else {
        // Deleted before it was made: an edit that was overtaken.
        repeat(desk, &id)?;
        return Ok(None);
    };
    if row.text(1)? == "deleted" || changes_nothing(&post, row.text(2)?)? {
        repeat(desk, &id)?;
        return Ok(None);
    }
    let open = Open {
        seq,
        deadline_ms: row.int(5)?,
        rank: row.int(6)?,
        changes: row.int(7)?,
        in_exchange: false,
        ack: row.opt_text(8)?.map(str::to_string),
        owed: owed(row, 3, 10)?,
    };
    let change = news(desk, &open, 0, &triage)?;
    desk.sql.run(
        "-- rewrite_post
UPDATE post SET state = 'edited', change = ?2, post = ?3, triage = ?4 WHERE id = ?1",
        params![
            id.as_str(),
            change,
            text,
            serde_json::to_string(&triage).map_err(|_| SqlError::Json("triage"))?,
        ],
    )?;
    if row.text(9)? == "open" {
        raise(desk, source, &open, &triage)?;
    }
    note(desk, seq, "heard", "post_edited", Some(&id))?;
    count(desk, "edits", 1)?;
    if let (true, Some(author)) = (stop::says_stop(&post.text), &post.author) {
        stopped(desk, source.platform, author.id.as_str())?;
    }
    if open.ack.as_deref() == Some("planned") {
        let standing = Standing {
            placed: true,
            ..Standing::default()
        };
        match decide(desk, &post, &triage, source, standing) {
            Ok(said) => outbox::reword(desk, seq, &said)?,
            Err(_) => outbox::withdraw(desk, seq, "edited")?,
        }
    }
    Ok(None)
}

/// Whether an edit came again or too late: what is kept says the same already, or is newer.
fn changes_nothing(edit: &Post, kept: &str) -> Result<bool, SqlError> {
    let mut kept: Post = super::rows::json(kept, "post")?;
    if let (Some(edit), Some(kept)) = (edit.version, kept.version)
        && edit < kept
    {
        return Ok(true);
    }
    // The same words delivered again may be numbered anew.
    kept.version = edit.version;
    Ok(kept == *edit)
}

/// A post was deleted: its words are forgotten, its acknowledgment is withdrawn if it has not left,
/// its holder hears of it; an interaction with nothing left to answer ends, unless someone holds it.
fn deleted<S: Sql>(desk: Desk<'_, S>, platform: Platform, post: &PostId) -> Result<(), Refused> {
    let id = ledger_id(platform, post);
    let rows = desk.sql.run(
        "-- deleted
SELECT p.interaction, p.state, p.post, i.changes, i.state,
  i.lease IS NOT NULL AND i.available_ms > ?2,
  (SELECT count(*) FROM post o WHERE o.interaction = i.seq AND o.state <> 'deleted' AND o.id <> p.id)
FROM post p LEFT JOIN interaction i ON i.seq = p.interaction WHERE p.id = ?1",
        params![id.as_str(), desk.now_ms],
    )?;
    let Some(row) = rows.first() else {
        return bury(desk, &id);
    };
    let (Some(seq), "live" | "edited") = (row.opt_int(0)?, row.text(1)?) else {
        repeat(desk, &id)?;
        return Ok(());
    };
    let mut blank: Post = super::rows::json(row.text(2)?, "post")?;
    blank.text.clear();
    blank.permalink = None;
    let change = row.int(3)? + 1;
    desk.sql.run(
        "-- blank_post
UPDATE post SET state = 'deleted', change = ?2, post = ?3,
  triage = json_set(triage, '$.reasons', json('[]'))
WHERE id = ?1",
        params![
            id.as_str(),
            change,
            serde_json::to_string(&blank).map_err(|_| SqlError::Json("post"))?,
        ],
    )?;
    desk.sql.run(
        "-- changed
UPDATE interaction SET changes = ?2 WHERE seq = ?1",
        params![seq, change],
    )?;
    note(desk, seq, "heard", "post_deleted", Some(&id))?;
    count(desk, "deletions", 1)?;
    outbox::withdraw_for(desk, seq, &id, "deleted")?;
    if row.text(4)? == "open" && row.int(5)? == 0 && row.int(6)? == 0 {
        super::work::end_withdrawn(desk, seq)?;
    }
    Ok(())
}

/// A deletion that came before its post: a stone in the ledger, so that the post, when it comes, is
/// not answered. Not counted among the deletions: where it names no author every shard is asked, and
/// all but one bury what another deletes.
fn bury<S: Sql>(desk: Desk<'_, S>, id: &str) -> Result<(), Refused> {
    desk.sql.run(
        "-- bury
INSERT INTO post (id, interaction, state, change, received_ms, created_ms, ack, post, triage)
VALUES (?1, NULL, 'deleted', 0, ?2, ?2, 'deleted', '{}', '{}')",
        params![id, desk.now_ms],
    )?;
    Ok(())
}

/// The author wants no messages from us: for ever, and at once.
fn stopped<S: Sql>(desk: Desk<'_, S>, platform: Platform, author: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- stopped
INSERT INTO stop VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![platform.as_str(), author, desk.now_ms],
    )?;
    count(desk, "stops", 1)?;
    outbox::withdraw_author(desk, platform, author, "stopped")
}

/// The author lets us write to them again.
fn started<S: Sql>(desk: Desk<'_, S>, platform: Platform, author: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- started
DELETE FROM stop WHERE platform = ?1 AND author = ?2",
        params![platform.as_str(), author],
    )?;
    count(desk, "starts", 1)
}
