//! The whole customer: what else there was with an interaction's author, and what its posts answer.
//!
//! Told with what an agent claims, takes up again or looks at, and of no more than they may see. It is read from
//! what is kept: nothing is written for it, and what is erased is not told any more.

use super::arc::{Arc, arc, summary};
use super::context::Desk;
use super::past::Depth;
use super::rows::{self, HEARD, Record, columns, ledger_id};
use super::state::{AckState, ReplyState};
use super::suggest::suggested;
use super::wire::{AckView, Earlier, Interaction, ReplyView, SaidView, ThreadPost};
use super::{customer, past, satisfaction, stops, visible};
use crate::inbox::shard::Shard;
use crate::judgement::Triage;
use crate::post::{Platform, Post, PostId, SourceId, Workgroup, cut_to};
use crate::scope::{Scope, names};
use crate::sql::{Row, Sql, SqlError, params};
use std::collections::BTreeMap;

/// How many earlier interactions are told: the newest.
const TOLD: u32 = 10;

/// How much of a text is told, in bytes: enough to remember it by, and one call shows all of it.
const TEXT_BYTES: usize = 300;

/// How many of our own words are told of each: the newest.
const SAID: usize = 3;

/// How far up a thread is followed.
const STEPS: usize = 10;

/// Tells it with one interaction, to a caller of that scope.
pub(super) fn tell_to<S: Sql>(
    desk: Desk<'_, S>,
    interaction: &mut Interaction,
    scope: &Scope,
) -> Result<(), SqlError> {
    let seen = match scope.all {
        true => None,
        false => Some(visible::workgroups(desk, scope)?),
    };
    tell_one(desk, interaction, seen.as_deref())
}

/// Tells it with each, to somebody who sees the work of these workgroups.
pub(super) fn tell<S: Sql>(
    desk: Desk<'_, S>,
    interactions: &mut [Interaction],
    seen: &[Workgroup],
) -> Result<(), SqlError> {
    for interaction in interactions {
        tell_one(desk, interaction, Some(seen))?;
    }
    Ok(())
}

fn tell_one<S: Sql>(
    desk: Desk<'_, S>,
    interaction: &mut Interaction,
    seen: Option<&[Workgroup]>,
) -> Result<(), SqlError> {
    let Some((_, seq)) = Shard::find(interaction.id.as_str(), desk.shards) else {
        return Ok(());
    };
    interaction.survey = satisfaction::view_of(desk, seq)?;
    if let Some(author) = &interaction.author {
        let id = author.id.as_str().to_owned();
        let facts = customer::of(desk, interaction.platform, &id)?;
        interaction.earlier = earlier(desk, interaction.platform, seq, seen)?;
        let kin = match &facts {
            Some(_) => customer::kin(desk, interaction.platform, &id)?,
            None => Vec::new(),
        };
        for other in &kin {
            interaction
                .earlier
                .extend(earlier_of(desk, other, seq, seen)?);
        }
        if !kin.is_empty() {
            let newest = |one: &Earlier| std::cmp::Reverse((one.opened_ms, one.id.clone()));
            interaction.earlier.sort_by_key(newest);
            interaction
                .earlier
                .truncate(usize::try_from(TOLD).unwrap_or(usize::MAX));
        }
        let mut past = Arc::default();
        if !interaction.earlier.is_empty() || interaction.posts.len() > 1 {
            let mut all = past::happened(desk, interaction.platform, &id, seen, Depth::Line)?;
            for other in &kin {
                all.extend(past::happened(
                    desk,
                    other.platform,
                    other.author.as_str(),
                    seen,
                    Depth::Line,
                )?);
            }
            past = arc(&all);
            interaction.summary = summary(&past, Some(&interaction.id), desk.now_ms);
        }
        if desk.config.replies.suggests() {
            let consent = facts.as_ref().and_then(|facts| facts.view.contact_consent);
            let uninvited = consent == Some(false)
                || stops::stopped_ms(desk, interaction.platform, &id)?.is_some();
            interaction.suggested = suggested(desk.config, interaction, &past, uninvited);
        }
        interaction.customer = facts.map(|facts| facts.view);
    }
    interaction.thread = thread(desk, interaction, seen)?;
    Ok(())
}

/// The newest other interactions of an author, by whichever of their ids.
fn earlier<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    seq: i64,
    seen: Option<&[Workgroup]>,
) -> Result<Vec<Earlier>, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- earlier\nSELECT ",
            columns!(),
            " FROM interaction INDEXED BY of_author
WHERE author IN (
    SELECT author FROM interaction WHERE seq = ?1 + 0
    UNION ALL SELECT a.alias FROM interaction i CROSS JOIN alias a ON a.platform = i.platform AND a.author = i.author
    WHERE i.seq = ?1 + 0)
  AND seq <> ?1 + 0 AND platform = ?2 || '' AND joined IS NULL
  AND (?3 = 1 OR workgroup IN (SELECT value FROM json_each(?4)))
ORDER BY seq DESC LIMIT ?5 + 0"
        ),
        params![
            seq,
            platform.as_str(),
            i64::from(seen.is_none()),
            names(seen.unwrap_or_default()),
            TOLD,
        ],
    )?;
    shown(desk, &rows)
}

/// The newest interactions of another author of the same customer.
fn earlier_of<S: Sql>(
    desk: Desk<'_, S>,
    of: &customer::Identity,
    seq: i64,
    seen: Option<&[Workgroup]>,
) -> Result<Vec<Earlier>, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- earlier_of_kin\nSELECT ",
            columns!(),
            " FROM interaction INDEXED BY of_author
WHERE author IN (
    SELECT ?1 || '' UNION ALL SELECT author FROM alias WHERE platform = ?2 || '' AND alias = ?1 || '')
  AND seq <> ?3 + 0 AND platform = ?2 || '' AND joined IS NULL
  AND (?4 = 1 OR workgroup IN (SELECT value FROM json_each(?5)))
ORDER BY seq DESC LIMIT ?6 + 0"
        ),
        params![
            of.author.as_str(),
            of.platform.as_str(),
            seq,
            i64::from(seen.is_none()),
            names(seen.unwrap_or_default()),
            TOLD,
        ],
    )?;
    shown(desk, &rows)
}

fn shown<S: Sql>(desk: Desk<'_, S>, rows: &[Row]) -> Result<Vec<Earlier>, SqlError> {
    let records = rows.iter().map(Record::read);
    told(desk, records.collect::<Result<Vec<_>, _>>()?)
}

/// Interactions as they are told beside another.
pub(super) fn told<S: Sql>(
    desk: Desk<'_, S>,
    records: Vec<Record>,
) -> Result<Vec<Earlier>, SqlError> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let seqs: Vec<i64> = records.iter().map(|record| record.seq).collect();
    let mut words = words(desk, &seqs)?;
    let mut acks = rows::acks_of(desk, &seqs)?;
    let mut replies = rows::replies_of(desk, &seqs)?;
    let told = records.into_iter().map(|record| {
        let seq = record.seq;
        let (text, first, last) = words.remove(&seq).unwrap_or_default();
        let said = said(
            acks.remove(&seq).unwrap_or_default(),
            replies.remove(&seq).unwrap_or_default(),
        );
        Earlier {
            id: desk.shard.interaction(seq),
            state: record.state(desk.now_ms),
            source: SourceId::new(record.source),
            workgroup: Workgroup::new(record.workgroup),
            opened_ms: record.opened_ms,
            ended_ms: record.ended_ms,
            kind: record.kind,
            level: record.level,
            situation: first.as_ref().and_then(|triage| triage.situation),
            sentiment: last.or(first).map(|triage| triage.sentiment),
            outcome: record.outcome,
            note: record.note,
            text,
            said,
        }
    });
    Ok(told.collect())
}

/// The beginning of an interaction's first words that stand, their judgement, and that of the newest.
type Words = (String, Option<Triage>, Option<Triage>);

fn words<S: Sql>(desk: Desk<'_, S>, seqs: &[i64]) -> Result<BTreeMap<i64, Words>, SqlError> {
    let rows = desk.sql.run(
        "-- earlier_words
SELECT i.seq, coalesce(f.post ->> '$.text', l.post ->> '$.text', ''), coalesce(f.triage, l.triage), l.triage
FROM json_each(?1) w CROSS JOIN interaction i ON i.seq = CAST(w.value AS INTEGER)
LEFT JOIN post f ON f.id = i.first AND f.interaction = i.seq AND f.state <> 'deleted'
LEFT JOIN post l ON l.id = (SELECT id FROM post WHERE interaction = i.seq AND change <> 1 AND state <> 'deleted'
  ORDER BY change DESC LIMIT 1)",
        params![rows::list(seqs)],
    )?;
    let mut words = BTreeMap::new();
    for row in &rows {
        let triage = |at| -> Result<Option<Triage>, SqlError> {
            let stored = row.opt_text(at)?;
            stored
                .map(|stored| rows::json(stored, "triage"))
                .transpose()
        };
        words.insert(row.int(0)?, (short(row.text(1)?), triage(2)?, triage(3)?));
    }
    Ok(words)
}

/// The beginning of a text.
fn short(text: &str) -> String {
    let mut text = text.to_owned();
    if cut_to(&mut text, TEXT_BYTES) {
        text.push('\u{2026}');
    }
    text
}

/// The newest of what we said, oldest first: what arrived, or may have.
fn said(acks: Vec<AckView>, replies: Vec<ReplyView>) -> Vec<SaidView> {
    let acks = acks
        .into_iter()
        .filter(|ack| matches!(ack.state, AckState::Sent | AckState::Unknown))
        .map(|ack| (HEARD.to_owned(), ack.text, ack.changed_ms));
    let replies = replies
        .into_iter()
        .filter(|reply| matches!(reply.state, ReplyState::Sent | ReplyState::Unknown))
        .map(|reply| (reply.agent, reply.text, reply.at_ms));
    let mut said: Vec<SaidView> = acks
        .chain(replies)
        .filter(|(_, text, _)| !text.is_empty())
        .map(|(who, text, at_ms)| SaidView {
            who,
            text: short(&text),
            at_ms,
        })
        .collect();
    said.sort_by_key(|one| one.at_ms);
    said.drain(..said.len().saturating_sub(SAID));
    said
}

/// What the newest of its posts that answers another one answers, and so on upwards; the highest first.
fn thread<S: Sql>(
    desk: Desk<'_, S>,
    interaction: &Interaction,
    seen: Option<&[Workgroup]>,
) -> Result<Vec<ThreadPost>, SqlError> {
    let own = |id: &PostId| interaction.posts.iter().any(|post| post.id == *id);
    let above = interaction.posts.iter().rev();
    let mut next = above
        .filter_map(|post| post.parent.clone())
        .find(|id| !own(id));
    let mut thread: Vec<ThreadPost> = Vec::new();
    while let Some(id) = next.take() {
        // A platform that says that two posts answer each other must not keep us.
        if thread.len() >= STEPS || own(&id) || thread.iter().any(|post| post.id == id) {
            break;
        }
        let Some((post, parent)) = above_it(desk, interaction, &id, seen)? else {
            break;
        };
        thread.push(post);
        next = parent;
    }
    thread.reverse();
    Ok(thread)
}

/// A post of a thread, and the one above it, if it is kept and may be seen.
fn above_it<S: Sql>(
    desk: Desk<'_, S>,
    of: &Interaction,
    id: &PostId,
    seen: Option<&[Workgroup]>,
) -> Result<Option<(ThreadPost, Option<PostId>)>, SqlError> {
    let is_hidden = |group: &str| {
        seen.is_some_and(|seen| seen.iter().all(|workgroup| workgroup.as_str() != group))
    };
    let rows = desk.sql.run(
        "-- thread_post
SELECT p.post, p.interaction, i.workgroup FROM post p JOIN interaction i ON i.seq = p.interaction
WHERE p.id = ?1 || ''",
        params![ledger_id(of.platform, id)],
    )?;
    if let Some(row) = rows.first() {
        if is_hidden(row.text(2)?) {
            return Ok(None);
        }
        let post: Post = rows::json(row.text(0)?, "post")?;
        let told = ThreadPost {
            id: id.clone(),
            ours: false,
            author: post.author,
            text: post.text,
            media: post.media,
            created_ms: post.created_ms,
            permalink: post.permalink,
            interaction: Some(desk.shard.interaction(row.int(1)?)),
        };
        return Ok(Some((told, post.parent)));
    }
    // A platform may answer a send with an id that counts within a chat or an account.
    let short = id.as_str().rsplit([':', '/']).next().unwrap_or(id.as_str());
    let rows = desk.sql.run(
        "-- thread_ours
SELECT s.text, s.at_ms, s.post, s.interaction, i.workgroup FROM (
  SELECT text, changed_ms AS at_ms, post, interaction FROM ack WHERE sent_id IN (?1 || '', ?2 || '')
  UNION ALL SELECT text, at_ms, post, interaction FROM reply WHERE sent_id IN (?1 || '', ?2 || '')) s
JOIN interaction i ON i.seq = s.interaction WHERE i.source = ?3 || '' LIMIT 1",
        params![id.as_str(), short, of.source.as_str()],
    )?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    if is_hidden(row.text(4)?) {
        return Ok(None);
    }
    let told = ThreadPost {
        id: id.clone(),
        ours: true,
        author: None,
        text: row.text(0)?.to_owned(),
        media: Vec::new(),
        created_ms: row.int(1)?,
        permalink: None,
        interaction: Some(desk.shard.interaction(row.int(3)?)),
    };
    let parent = row.opt_text(2)?;
    let parent = parent.map(|post| post.split_once(':').map_or(post, |(_, id)| id));
    Ok(Some((told, parent.map(PostId::new))))
}
