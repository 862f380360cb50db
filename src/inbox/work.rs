//! Agents' work: claims, leases, and how an interaction leaves them.

use super::retask;
use super::rows::{self, Record, columns, note};
use super::shard::Shard;
use super::wire::{Extended, Holding, Interaction, PostView, Pull, Refused};
use super::{Desk, POSTS_SHOWN};
use crate::post::Workgroup;
use crate::sql::{Sql, SqlError, params};

/// How long an interaction is kept for the agent it was assigned to, before others may claim it: an
/// agent who has gone home must not hold a customer.
pub const ASSIGNED_MS: i64 = 30 * 60_000;

/// The most interactions one claim leases.
pub const MAX_CLAIM: u32 = 20;

/// How often a claim looks again when all it found was only fit to be cleared away: enough that an
/// agent is not sent off from a queue with work in it, few enough to keep the object free.
pub const LOOKS: u32 = 10;

/// An interaction that could be claimed.
pub(super) struct Head {
    seq: i64,
    pub(super) rank: i64,
    attempts: i64,
}

/// The most urgent work for this pull, lowest rank first.
///
/// One indexed look-up a workgroup: the index `ready` is in rank order, and the few rows that are
/// leased or delayed are passed over inside it.
pub(super) fn heads<S: Sql>(desk: Desk<'_, S>, pull: &Pull) -> Result<Vec<Head>, Refused> {
    let json =
        |list: Vec<&str>| (!list.is_empty()).then(|| serde_json::Value::from(list).to_string());
    let platforms = json(pull.platforms.iter().map(|p| p.as_str()).collect());
    let languages = json(pull.languages.iter().map(String::as_str).collect());
    let max = pull.max.clamp(1, MAX_CLAIM);
    let mut heads = Vec::new();
    for workgroup in &retask::served(desk, &pull.workgroups)? {
        let rows = desk.sql.run(
            "-- heads
SELECT seq, rank, attempts FROM interaction INDEXED BY ready
WHERE state = 'open' AND workgroup = ?1 || '' AND available_ms <= ?2 + 0
  AND (assigned IS NULL OR assigned = ?3 || '' OR assigned_ms <= ?4 + 0)
  AND (?5 IS NULL OR platform IN (SELECT value FROM json_each(?5)))
  AND (?6 IS NULL OR lang IN (SELECT value FROM json_each(?6)))
ORDER BY rank LIMIT ?7 + 0",
            params![
                workgroup.as_str(),
                desk.now_ms,
                pull.agent.as_str(),
                desk.now_ms - ASSIGNED_MS,
                platforms.clone(),
                languages.clone(),
                max,
            ],
        )?;
        for row in &rows {
            heads.push(Head {
                seq: row.int(0)?,
                rank: row.int(1)?,
                attempts: row.int(2)?,
            });
        }
    }
    heads.sort_by_key(|head| (head.rank, head.seq));
    // A pull may name a workgroup twice.
    heads.dedup_by_key(|head| head.seq);
    heads.truncate(usize::try_from(max).unwrap_or(usize::MAX));
    Ok(heads)
}

/// Leases the lowest ranks to the one who asks. What was claimed too often goes to `dead` instead,
/// and what lost its last post while it was held ends.
pub(super) fn claim<S: Sql>(desk: Desk<'_, S>, pull: &Pull) -> Result<Vec<Interaction>, Refused> {
    let limit = i64::from(desk.config.limits.attempts);
    for _ in 0..LOOKS {
        let heads = heads(desk, pull)?;
        let (spent, fit): (Vec<_>, Vec<_>) = heads.iter().partition(|head| head.attempts >= limit);
        for head in &spent {
            kill(desk, head.seq, "claimed_too_often")?;
        }
        let fit: Vec<i64> = fit.iter().map(|head| head.seq).collect();
        let leased = lease(desk, pull, &fit)?;
        if heads.is_empty() || !leased.is_empty() {
            return Ok(rows::views(desk, leased, true)?);
        }
    }
    Ok(Vec::new())
}

/// Leases those that have a post left, lowest rank first; the others end.
fn lease<S: Sql>(desk: Desk<'_, S>, pull: &Pull, seqs: &[i64]) -> Result<Vec<Record>, SqlError> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let until_ms = desk.now_ms + i64::from(pull.lease_s) * 1_000;
    let rows = desk.sql.run(
        concat!(
            "-- claim
UPDATE interaction SET lease = lower(hex(randomblob(16))), holder = ?2, available_ms = ?3,
  attempts = attempts + 1, seen = changes, assigned = NULL, assigned_ms = NULL
WHERE seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))
  AND EXISTS (SELECT 1 FROM post WHERE post.interaction = seq AND post.state <> 'deleted')
RETURNING ",
            columns!()
        ),
        params![rows::list(seqs), pull.agent.as_str(), until_ms],
    )?;
    let mut leased = rows
        .iter()
        .map(Record::read)
        .collect::<Result<Vec<_>, _>>()?;
    leased.sort_by_key(|record| (record.rank, record.seq));
    for seq in seqs {
        if leased.iter().any(|record| record.seq == *seq) {
            note(desk, *seq, &pull.agent, "claimed", None)?;
        } else {
            end_withdrawn(desk, *seq)?;
        }
    }
    Ok(leased)
}

/// The proof of a lease that a claim has just given.
pub(super) fn holding<S>(desk: Desk<'_, S>, leased: &Interaction) -> Option<(Shard, Holding)> {
    let (_, seq) = Shard::find(leased.id.as_str(), desk.config.shards)?;
    let holding = Holding {
        seq,
        lease: leased.lease.clone()?,
        agent: leased.holder.clone()?,
    };
    Some((desk.shard, holding))
}

/// Undoes leases whose caller hung up before they were told: back to the queue at once, and no attempt
/// that counts. What is nobody's or another's by then is left alone.
pub(super) fn give_back<S: Sql>(desk: Desk<'_, S>, holdings: &[Holding]) -> Result<(), Refused> {
    for holding in holdings {
        let record = match held(desk, holding) {
            Ok(record) => record,
            Err(Refused::LeaseLost { .. } | Refused::NotFound) => continue,
            Err(why) => return Err(why),
        };
        desk.sql.run(
            "-- give_back
UPDATE interaction SET lease = NULL, holder = NULL, available_ms = ?2,
  attempts = max(attempts - 1, 0) WHERE seq = ?1",
            params![record.seq, desk.now_ms],
        )?;
        let who = &holding.agent;
        note(desk, record.seq, who, "given_back", Some("hung_up"))?;
        if record.live == 0 {
            end_withdrawn(desk, record.seq)?;
        }
    }
    Ok(())
}

/// The record, if this holder's lease on it holds.
pub(super) fn held<S: Sql>(desk: Desk<'_, S>, holding: &Holding) -> Result<Record, Refused> {
    let record = rows::interaction(desk, holding.seq)?;
    let mine = record.lease.as_deref() == Some(holding.lease.as_str())
        && record.holder.as_deref() == Some(holding.agent.as_str());
    if mine && record.is_held(desk.now_ms) {
        Ok(record)
    } else {
        Err(record.lease_lost(desk.now_ms))
    }
}

/// Prolongs a lease and tells what has changed since its holder last heard.
pub(super) fn extend<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    lease_s: u32,
) -> Result<Extended, Refused> {
    let record = held(desk, holding)?;
    let until_ms = desk.now_ms + i64::from(lease_s) * 1_000;
    desk.sql.run(
        "-- extend
UPDATE interaction SET available_ms = ?2, seen = changes WHERE seq = ?1",
        params![record.seq, until_ms],
    )?;
    Ok(Extended {
        until_ms,
        news: news(desk, &record)?,
    })
}

fn news<S: Sql>(desk: Desk<'_, S>, record: &Record) -> Result<Vec<PostView>, SqlError> {
    if record.changes == record.seen {
        return Ok(Vec::new());
    }
    let rows = desk.sql.run(
        "-- news
SELECT state, received_ms, copies, ack, post, triage FROM post
WHERE interaction = ?1 AND change > ?2 ORDER BY change DESC LIMIT ?3",
        params![record.seq, record.seen, POSTS_SHOWN],
    )?;
    let mut news = rows
        .iter()
        .map(|row| rows::post_view(row, 0))
        .collect::<Result<Vec<_>, _>>()?;
    news.reverse();
    Ok(news)
}

/// Ends an interaction, unless its author has said more than its holder has heard: that would be
/// read by nobody. The same call again finds it ended the same way and is content: the answer
/// to the first one may have been lost.
pub(super) fn resolve<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    outcome: &str,
    remark: Option<&str>,
) -> Result<Interaction, Refused> {
    let record = rows::interaction(desk, holding.seq)?;
    let mine = record.lease.as_deref() == Some(holding.lease.as_str())
        && record.holder.as_deref() == Some(holding.agent.as_str());
    if record.stored == "done" && mine {
        return if record.outcome.as_deref() == Some(outcome) {
            rows::view(desk, record.seq)
        } else {
            Err(Refused::Ended {
                outcome: record.outcome.unwrap_or_default(),
            })
        };
    }
    let record = held(desk, holding)?;
    if news(desk, &record)?
        .iter()
        .any(|post| post.state != "deleted")
    {
        return Err(Refused::Unheard);
    }
    end(desk, record.seq, outcome, remark)?;
    note(desk, record.seq, &holding.agent, "resolved", Some(outcome))?;
    rows::view(desk, record.seq)
}

fn end<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    outcome: &str,
    remark: Option<&str>,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- end
UPDATE interaction SET state = 'done', outcome = ?2, note = coalesce(?3, note), ended_ms = ?4
WHERE seq = ?1",
        params![seq, outcome, remark, desk.now_ms],
    )?;
    // A person has dealt with it before the first word went out: that word would only confuse.
    super::outbox::withdraw(desk, seq, "in_exchange")
}

/// Ends an interaction whose author took every post of it back.
pub(super) fn end_withdrawn<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<(), SqlError> {
    end(desk, seq, "withdrawn", None)?;
    note(desk, seq, "heard", "withdrawn", None)
}

/// Gives an interaction back to the queue, at once or after a delay. What its holder has not heard
/// of ends the delay before it begins, as a post that comes during it would.
pub(super) fn release<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    delay_s: u32,
    reason: &str,
) -> Result<Interaction, Refused> {
    let record = held(desk, holding)?;
    let delay_ms = if record.changes == record.seen {
        i64::from(delay_s) * 1_000
    } else {
        0
    };
    free(desk, record.seq, desk.now_ms + delay_ms)?;
    note(desk, record.seq, &holding.agent, "released", Some(reason))?;
    if record.live == 0 {
        end_withdrawn(desk, record.seq)?;
    }
    rows::view(desk, record.seq)
}

fn free<S: Sql>(desk: Desk<'_, S>, seq: i64, available_ms: i64) -> Result<(), SqlError> {
    desk.sql.run(
        "-- free
UPDATE interaction SET lease = NULL, holder = NULL, available_ms = ?2 WHERE seq = ?1",
        params![seq, available_ms],
    )?;
    Ok(())
}

fn kill<S: Sql>(desk: Desk<'_, S>, seq: i64, why: &str) -> Result<(), SqlError> {
    desk.sql.run(
        "-- kill
UPDATE interaction SET state = 'dead', lease = NULL, holder = NULL, outcome = ?2, ended_ms = ?3
WHERE seq = ?1",
        params![seq, why, desk.now_ms],
    )?;
    note(desk, seq, "heard", "dead", Some(why))
}

/// A supervisor gives an open interaction to an agent, a workgroup or both, and out of the hands of
/// whoever holds it.
pub(super) fn assign<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    agent: Option<&str>,
    workgroup: Option<&Workgroup>,
    by: &str,
) -> Result<Interaction, Refused> {
    let record = rows::interaction(desk, seq)?;
    if record.stored != "open" {
        return Err(Refused::Ended {
            outcome: record.outcome.unwrap_or_default(),
        });
    }
    free(desk, seq, desk.now_ms.min(record.available_ms))?;
    desk.sql.run(
        "-- assign
UPDATE interaction SET assigned = ?2, assigned_ms = ?3, workgroup = coalesce(?4, workgroup)
WHERE seq = ?1",
        params![
            seq,
            agent,
            agent.map(|_| desk.now_ms),
            workgroup.map(Workgroup::as_str)
        ],
    )?;
    let to = [agent, workgroup.map(Workgroup::as_str)];
    let to: Vec<&str> = to.into_iter().flatten().collect();
    note(desk, seq, by, "assigned", Some(&to.join(", ")))?;
    rows::view(desk, seq)
}

/// A supervisor gives a dead interaction another chance, with all its attempts.
pub(super) fn redrive<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    by: &str,
) -> Result<Interaction, Refused> {
    let record = rows::interaction(desk, seq)?;
    if record.stored != "dead" {
        return Err(Refused::NotDead);
    }
    // The author may have opened another one since; then this one's posts are old news, but still
    // somebody's to read: two open ones of one author are better than a lost one.
    desk.sql.run(
        "-- redrive
UPDATE interaction SET state = 'open', attempts = 0, outcome = NULL, ended_ms = NULL,
  available_ms = ?2, assigned = NULL, assigned_ms = NULL
WHERE seq = ?1",
        params![seq, desk.now_ms],
    )?;
    note(desk, seq, by, "redriven", None)?;
    rows::view(desk, seq)
}
