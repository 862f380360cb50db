//! An interaction's life as its author's posts make it: it opens, gets news, becomes more urgent, opens again.

use super::context::Desk;
use super::copies::Copy;
use super::join as joined;
use super::known::{Known, Open};
use super::rank::rank;
use super::ready::Work;
use super::rows::{HEARD, note};
use super::state::Did;
use super::wire::Refused;
use super::work::ASSIGNED_MS;
use super::{alarm, customer, past_due, search};
use crate::ack::scene::{Said, WhyNot};
use crate::config::Source;
use crate::config::route::EMERGENCY_RELAX_MS;
use crate::judgement::{Kind, Triage};
use crate::post::{Author, Post};
use crate::sql::{Sql, SqlError, params};

/// How long a lease lasts from an emergency on, unless its holder gives a sign of life.
pub const EMERGENCY_LEASE_MS: i64 = 60_000;

pub(super) fn open<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    Copy { post, triage, .. }: &Copy,
    known: &Known,
    decision: &Result<Said, WhyNot>,
) -> Result<i64, SqlError> {
    let author = known.author.as_deref();
    let percent = known.percent(desk, triage.level);
    let target_ms = desk
        .config
        .deadlines
        .deadline_of(source, triage.level, desk.now_ms, percent);
    let routed = desk.config.route(source, triage, desk.now_ms);
    // A wait that the author is going to be told is the deadline from the beginning.
    let told_ms = decision.as_ref().ok().and_then(Said::answer_by_ms);
    let deadline_ms = told_ms.map_or(target_ms, |by_ms| by_ms.min(target_ms));
    let rows = desk.sql.run(
        "-- open
INSERT INTO interaction (seq, source, platform, workgroup, author, author_json, lang, kind, level,
  urgency, state, posts, live, changes, opened_ms, level_ms, owed_ms, owed_level, owed_urgency,
  deadline_ms, rank, available_ms, first, target_ms, in_private, skills, relaxed_ms, returns_to, returns_ms,
  resolve_ms)
VALUES (1 + max((SELECT coalesce(max(seq), 0) FROM interaction), (SELECT n FROM counter WHERE name = 'seq')),
  ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', 1, 1, 1, ?10, ?10, ?10, ?8, ?9, ?11, ?12, ?10, ?13, ?14, ?15, ?16, ?17,
  CASE WHEN ?18 + 0 > ?10 + 0 THEN (
    SELECT CASE WHEN answered_ms > ?19 + 0 THEN answered_by END FROM interaction INDEXED BY of_author
    WHERE author = ?4 || '' AND state = 'done' AND source = ?1 || '' ORDER BY seq DESC LIMIT 1) END, ?18, ?20)
RETURNING seq",
        params![
            source.id.as_str(),
            source.platform.as_str(),
            routed.workgroup.as_str(),
            author,
            author_json(post.author.as_ref())?,
            triage.lang.as_str(),
            triage.kind.as_str(),
            u8::from(triage.level),
            triage.urgency,
            desk.now_ms,
            deadline_ms,
            rank(deadline_ms, triage.level, triage.urgency),
            id,
            target_ms,
            (!post.kind.is_public()).then_some(1_i64),
            routed.skills.as_deref(),
            routed.relaxed_ms,
            returns_ms(desk),
            desk.now_ms - KNOWN_MS,
            desk.config
                .deadlines
                .resolution(source, triage.level, desk.now_ms),
        ],
    )?;
    let seq = rows.first().ok_or(SqlError::Json("answer"))?.int(0)?;
    desk.ready.note(Work::One(seq), desk.now_ms);
    // All before it have their posts.
    if seq % search::TOGETHER == 0 && search::advance(desk, seq - 1, 2 * search::TOGETHER)? {
        alarm::wake_by(desk, desk.now_ms + search::SOON_MS)?;
    }
    Ok(seq)
}

/// How long whoever answered an author last is the one who knows them: a matter that comes back comes back
/// within the week.
const KNOWN_MS: i64 = 7 * 86_400_000;

/// Until when what comes now is kept for whoever answered its author last; now, where nothing is.
fn returns_ms<S>(desk: Desk<'_, S>) -> i64 {
    desk.now_ms + i64::from(desk.config.limits.affinity_minutes) * 60_000
}

fn author_json(author: Option<&Author>) -> Result<Option<String>, SqlError> {
    let json = |author| serde_json::to_string(author).map_err(|_| SqlError::Json("author"));
    author.map(json).transpose()
}

/// The post joins its author's open interaction, which becomes as urgent as its most urgent post and
/// is offered at once where nobody holds it. Gives the change's number.
pub(super) fn join<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    known: &Known,
    open: &Open,
    triage: &Triage,
) -> Result<i64, SqlError> {
    raise(desk, source, known, open, triage)?;
    news(desk, open.seq, 1, triage)
}

/// The author said something more, in so many new posts or in an edited one: an interaction that
/// nobody holds is offered at once, also to who gave it back, and what went wrong before counts no
/// more; a holder is asked for a sign of life where somebody is in danger. It is in the language of the
/// newest post that is in any. Gives the change's number.
pub(super) fn news<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    posts: u8,
    triage: &Triage,
) -> Result<i64, SqlError> {
    let rows = desk.sql.run(
        "-- author_news
UPDATE interaction SET posts = posts + ?2, live = live + ?2, changes = changes + 1, attempts = 0,
  passed_by = NULL, passed_ms = NULL, updated_ms = ?3,
  assigned_ms = CASE WHEN kept_for IS NULL THEN assigned_ms ELSE min(assigned_ms, ?7) END,
  available_ms = CASE WHEN lease IS NULL THEN min(available_ms, ?3)
    WHEN ?4 = 3 THEN min(available_ms, ?5) ELSE available_ms END,
  lang = CASE ?6 WHEN 'und' THEN lang ELSE ?6 END,
  -- Once for each time that somebody took it: who writes on and on is not kept from everybody.
  returns_to = CASE WHEN lease IS NULL AND returns_ms IS NULL AND ?8 > ?3 THEN answered_by ELSE returns_to END,
  returns_ms = CASE WHEN lease IS NULL AND returns_ms IS NULL AND answered_by IS NOT NULL AND ?8 > ?3 THEN ?8
    ELSE returns_ms END
WHERE seq = ?1 RETURNING changes",
        params![
            seq,
            posts,
            desk.now_ms,
            u8::from(triage.level),
            desk.now_ms + EMERGENCY_LEASE_MS,
            triage.lang.as_str(),
            // Whoever put it off has as long to come back as if it had been handed to them now.
            super::kept::from_ms(desk.now_ms),
            returns_ms(desk),
        ],
    )?;
    desk.ready.note(Work::One(seq), desk.now_ms);
    rows.first().ok_or(SqlError::Json("answer"))?.int(0)
}

/// Lifts an interaction to a judgement's level, never lowers it: what was urgent stays urgent. Its
/// clock and its rank are those of what is unanswered: what was answered does not count there any more,
/// so that after it the author's next post begins a clock of its own.
pub(super) fn raise<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    known: &Known,
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
    let deadlines = &desk.config.deadlines;
    let percent = known.percent(desk, level);
    let fresh_ms = match open.replied {
        true => deadlines.next_of(source, level, desk.now_ms, percent),
        false => deadlines.deadline_of(source, level, desk.now_ms, percent),
    };
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
    let routed = desk.config.route(source, triage, desk.now_ms);
    // A complaint leaves the praise workgroup.
    let only_praise = !routed.for_danger;
    let leaves_praise = triage.kind != Kind::Praise && desk.config.routes_by_kind();
    let to = Some(routed).filter(|routed| routed.for_danger || leaves_praise);
    let to = to.as_ref();
    let resolve_ms = deadlines.resolution(source, level, desk.now_ms);
    if resolve_ms.is_some() || open.owed.is_some() && open.deadline_ms < desk.now_ms {
        past_due::advance(desk)?;
    }
    desk.sql.run(
        "-- raise
UPDATE interaction SET target_ms = iif(owed_ms IS NULL, ?8, min(coalesce(target_ms, deadline_ms), ?8)),
  owed_ms = coalesce(owed_ms, ?7), owed_level = ?2, owed_urgency = ?3,
  deadline_ms = ?4, rank = ?5, kind = CASE WHEN level < ?2 OR urgency < ?3 THEN ?6 ELSE kind END,
  level_ms = CASE WHEN level < ?2 THEN ?7 ELSE level_ms END, level = max(level, ?2),
  urgency = max(urgency, ?3),
  resolve_ms = CASE WHEN level < ?2 AND ?15 IS NOT NULL THEN min(coalesce(resolve_ms, ?15), ?15) ELSE resolve_ms END,
  -- Danger finds its people late too, unless somebody has it in hand or a supervisor gave it to somebody.
  workgroup = iif(?9 IS NULL OR (?14 = 1 AND kind <> 'praise') OR (lease IS NOT NULL AND available_ms > ?7)
    OR (assigned IS NOT NULL AND assigned_ms > ?13 AND available_ms <= ?7), workgroup, ?9),
  skills = iif(?9 IS NULL OR (?14 = 1 AND kind <> 'praise') OR (lease IS NOT NULL AND available_ms > ?7)
    OR (assigned IS NOT NULL AND assigned_ms > ?13 AND available_ms <= ?7), skills, ?10),
  -- Whatever was asked of a calmer matter: nobody in danger waits longer than a minute for the right person.
  relaxed_ms = CASE WHEN ?9 IS NULL OR (?14 = 1 AND kind <> 'praise') OR (lease IS NOT NULL AND available_ms > ?7)
      OR (assigned IS NOT NULL AND assigned_ms > ?13 AND available_ms <= ?7)
    THEN iif(?2 = 3 AND skills IS NOT NULL, min(coalesce(relaxed_ms, ?12), ?12), relaxed_ms)
    ELSE iif(?2 = 3 AND ?10 IS NOT NULL, min(coalesce(?11, ?12), ?12), ?11) END
WHERE seq = ?1",
        params![
            open.seq,
            u8::from(level),
            urgency,
            deadline_ms,
            rank,
            triage.kind.as_str(),
            desk.now_ms,
            fresh_ms,
            to.map(|to| to.workgroup.as_str()),
            to.and_then(|to| to.skills.as_deref()),
            to.and_then(|to| to.relaxed_ms),
            desk.now_ms + EMERGENCY_RELAX_MS,
            desk.now_ms - ASSIGNED_MS,
            i64::from(only_praise),
            resolve_ms,
        ],
    )?;
    desk.ready.note(Work::One(open.seq), desk.now_ms);
    Ok(())
}

/// The author of an interaction becomes known, or better known: it is theirs from here on, or its posts
/// go to the one that is open with them. Gives the one that has them.
pub(super) fn belong<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    seq: i64,
    author: &str,
    post: &Post,
) -> Result<i64, Refused> {
    let others = desk.sql.run(
        "-- others
SELECT seq FROM interaction WHERE author = ?1 || '' AND source = ?2 || '' AND state = 'open'
  AND seq <> ?3 LIMIT 1",
        params![author, source.id.as_str(), seq],
    )?;
    desk.sql.run(
        "-- belong
UPDATE interaction SET author = ?2, author_json = ?3 WHERE seq = ?1",
        params![seq, author, author_json(post.author.as_ref())?],
    )?;
    match others.first() {
        Some(other) => joined::join(desk, seq, other.int(0)?),
        None => Ok(seq),
    }
}

/// An interaction that had ended opens again, as urgent as what was said now: what made it urgent before
/// was dealt with.
pub(super) fn reopen<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    seq: i64,
    author: Option<&str>,
    triage: &Triage,
) -> Result<(), SqlError> {
    let of = match author {
        Some(author) => customer::of(desk, source.platform, author)?,
        None => None,
    };
    let tier = of.as_ref().and_then(|of| of.tier.as_deref());
    let percent = desk.config.percent(tier, triage.level);
    let deadline_ms = desk
        .config
        .deadlines
        .deadline_of(source, triage.level, desk.now_ms, percent);
    let routed = desk.config.route(source, triage, desk.now_ms);
    let to = Some(routed).filter(|routed| routed.for_danger);
    let to = to.as_ref();
    desk.sql.run(
        "-- reopen
UPDATE interaction SET state = 'open', ended_ms = NULL, outcome = NULL, lease = NULL, holder = NULL,
  attempts = 0, assigned = NULL, assigned_ms = NULL, kept_for = NULL, replied_ms = NULL, spoke_ms = NULL,
  answered_ms = NULL, lease_ms = NULL, lease_key = NULL, passed_by = NULL, passed_ms = NULL,
  kind = ?2, level = ?3, urgency = ?4, owed_ms = ?5, owed_level = ?3, owed_urgency = ?4, level_ms = ?5,
  available_ms = ?5, deadline_ms = ?6, target_ms = ?6, rank = ?7, updated_ms = ?5,
  resolve_ms = ?12, workgroup = coalesce(?8, workgroup), skills = iif(?8 IS NULL, skills, ?9),
  relaxed_ms = iif(?8 IS NULL, iif(?3 = 3 AND skills IS NOT NULL, ?10, relaxed_ms), ?11)
WHERE seq = ?1",
        params![
            seq,
            triage.kind.as_str(),
            u8::from(triage.level),
            triage.urgency,
            desk.now_ms,
            deadline_ms,
            rank(deadline_ms, triage.level, triage.urgency),
            to.map(|to| to.workgroup.as_str()),
            to.and_then(|to| to.skills.as_deref()),
            desk.now_ms + EMERGENCY_RELAX_MS,
            to.and_then(|to| to.relaxed_ms),
            desk.config
                .deadlines
                .resolution(source, triage.level, desk.now_ms),
        ],
    )?;
    desk.ready.note(Work::One(seq), desk.now_ms);
    note(desk, seq, HEARD, Did::Reopened, None)
}
