//! A post that nobody has told of before.

use super::context::Desk;
use super::copies::Copy;
use super::known::{Known, known};
use super::matter::{join, open};
use super::memory::decide;
use super::plan::{Sends, act, decided, hear_stop};
use super::state::PostState;
use super::wire::Refused;
use super::{alarm, lacking, peer};
use crate::ack::scene::{Said, WhyNot};
use crate::ack::stop;
use crate::config::Source;
use crate::judgement::Triage;
use crate::post::Post;
use crate::sql::{Sql, SqlError, params};

/// A new post joins its author's open interaction, or opens one.
pub(super) fn made<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    copy: Copy,
    known: &Known,
    (fetches, begins): (&mut Vec<String>, bool),
) -> Result<Sends, Refused> {
    let Copy { post, triage, .. } = &copy;
    let author = known.author.as_deref();
    let decision = decide(desk, post, triage, source, known.standing(desk.now_ms));
    let (seq, change) = match &known.open {
        Some(open) => (open.seq, join(desk, source, known, open, triage)?),
        None => (open(desk, source, id, &copy, known, &decision)?, 1),
    };
    insert_post(desk, id, seq, change, &copy, &decision)?;
    if change != 1 {
        peer::heard(desk, seq, triage)?;
    }
    peer::note(desk, source, (id, post, triage), author)?;
    if lacking::note(desk, source, (id, post), change == 1)? {
        fetches.push(id.to_owned());
    }
    let at_ms = (!copy.is_edit).then_some(post.created_ms);
    hear_stop(desk, source.platform, author, post, at_ms, known.stopped)?;
    // Who says stop with the same post is spoken to no more.
    let begins = begins && !known.stopped && !stop::says_stop(&post.text);
    let sends = act(desk, source, known, seq, (id, post), &decision, begins)?;
    if known
        .alarm_ms
        .is_none_or(|at_ms| alarm::was_missed(desk, at_ms))
    {
        alarm::arm(desk)?;
    }
    Ok(sends)
}

/// A post that was heard becomes work. Gives the number of its interaction. Whatever it lacks the alarm asks for, and no
/// note is its answer: it was not written to us.
pub(super) fn promoted<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    post: Post,
    triage: Triage,
) -> Result<i64, Refused> {
    let author = post.author.as_ref().map(|author| author.id.as_str());
    let known = known(desk, source, id, author)?;
    let copy = Copy {
        post,
        triage,
        is_edit: false,
    };
    made(desk, source, id, copy, &known, (&mut Vec::new(), false))?;
    let rows = desk.sql.run(
        "-- promoted_to
SELECT interaction FROM post WHERE id = ?1",
        params![id],
    )?;
    Ok(rows.first().ok_or(SqlError::Json("answer"))?.int(0)?)
}

fn insert_post<S: Sql>(
    desk: Desk<'_, S>,
    id: &str,
    seq: i64,
    change: i64,
    copy: &Copy,
    decision: &Result<Said, WhyNot>,
) -> Result<(), SqlError> {
    let Copy {
        post,
        triage,
        is_edit,
    } = copy;
    desk.sql.run(
        "-- insert_post
INSERT INTO post (id, interaction, state, change, received_ms, created_ms, ack, post, triage)
VALUES (?1, ?2, ?9, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            id,
            seq,
            change,
            desk.now_ms,
            post.created_ms,
            decided(decision),
            serde_json::to_string(post).map_err(|_| SqlError::Json("post"))?,
            serde_json::to_string(triage).map_err(|_| SqlError::Json("triage"))?,
            PostState::of(*is_edit),
        ],
    )?;
    Ok(())
}
