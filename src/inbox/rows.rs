//! Rows of `interaction` and `post`, and the few statements that several operations share.

use super::context::Desk;
use super::promised::Standing;
use super::state::{AckState, Did, PostState, ReplyState, State, Stored};
use super::wire::{
    AckView, Deed, DetailsView, Holding, Interaction, POSTS_SHOWN, PeerAnswered, PostView,
    PromiseView, Refused, Remark, ReplyView, RuleView,
};
use crate::details::form::Wish;
use crate::judgement::{Kind, Level};
use crate::platform::eligibility::rule_named;
use crate::post::{Lease, Platform, Post, PostId, SourceId, Workgroup};
use crate::sql::{Row, Sql, SqlError, Value, params};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// How long a send may be under way before nobody waits for its end any more: the host's time limit
/// for a call (10 s), and the same again for its report.
pub const SENDING_MS: i64 = 30_000;

/// Who has done what no person did.
pub(super) const HEARD: &str = "heard";

/// Why it is not known whether a message arrived whose sender was never heard of again.
pub(super) const INTERRUPTED: &str = "interrupted";

/// The ledger's key of a post.
pub fn ledger_id(platform: Platform, post: &PostId) -> String {
    format!("{platform}:{post}")
}

/// How many posts are forgotten at a time: ten for each interaction of a slice. One that carries more
/// than this by itself goes piece by piece.
pub const POSTS: i64 = 2_000;

/// The columns of `interaction` that [`Record::read`] reads, in its order.
macro_rules! columns {
    () => {
        "seq, source, platform, workgroup, author_json, lang, kind, level, urgency, state, \
         posts, changes, seen, opened_ms, deadline_ms, rank, available_ms, lease, holder, attempts, \
         assigned, replied_ms, ended_ms, outcome, note, live, owed_ms, owed_level, lease_ms, answered_ms, \
         skills, relaxed_ms, in_private, peer_ms, peer_thanked_ms"
    };
}
pub(super) use columns;

/// A row of `interaction`.
pub(super) struct Record {
    pub seq: i64,
    pub source: String,
    pub platform: Platform,
    pub workgroup: String,
    pub author_json: Option<String>,
    pub lang: String,
    pub kind: Kind,
    pub level: Level,
    pub urgency: u8,
    pub stored: Stored,
    pub seen: i64,
    pub changes: i64,
    pub opened_ms: i64,
    pub deadline_ms: i64,
    pub rank: i64,
    pub available_ms: i64,
    pub lease: Option<Lease>,
    pub holder: Option<String>,
    pub attempts: i64,
    pub assigned: Option<String>,
    pub replied_ms: Option<i64>,
    pub ended_ms: Option<i64>,
    pub outcome: Option<String>,
    pub note: Option<String>,
    /// How many of its posts are not deleted.
    pub live: i64,
    /// Since when its author waits for an answer.
    pub owed_ms: Option<i64>,
    /// The highest level of what is unanswered, or was last.
    pub owed_level: Level,
    /// How long a sign of life makes the lease last.
    pub lease_ms: i64,
    pub answered_ms: Option<i64>,
    /// What one must be able to do to be offered it, and until when.
    pub skills: Option<String>,
    pub relaxed_ms: Option<i64>,
    /// Whether its first post was a message.
    pub in_private: bool,
    /// When another customer answered its author, and when they thanked after that.
    pub peer: Option<PeerAnswered>,
}

impl Record {
    pub fn read(row: &Row) -> Result<Self, SqlError> {
        let text = |at| row.text(at).map(str::to_string);
        let opt_text = |at| row.opt_text(at).map(|text| text.map(str::to_string));
        Ok(Self {
            seq: row.int(0)?,
            source: text(1)?,
            platform: Platform::named(row.text(2)?).ok_or(SqlError::Json("platform"))?,
            workgroup: text(3)?,
            author_json: opt_text(4)?,
            lang: text(5)?,
            kind: word(row.text(6)?, "kind")?,
            level: level(row.int(7)?)?,
            urgency: u8::try_from(row.int(8)?).map_err(|_| SqlError::Json("urgency"))?,
            stored: Stored::read(row.text(9)?)?,
            changes: row.int(11)?,
            seen: row.int(12)?,
            opened_ms: row.int(13)?,
            deadline_ms: row.int(14)?,
            rank: row.int(15)?,
            available_ms: row.int(16)?,
            lease: row.opt_text(17)?.map(Lease::new),
            holder: opt_text(18)?,
            attempts: row.int(19)?,
            assigned: opt_text(20)?,
            replied_ms: row.opt_int(21)?,
            ended_ms: row.opt_int(22)?,
            outcome: opt_text(23)?,
            note: opt_text(24)?,
            live: row.int(25)?,
            owed_ms: row.opt_int(26)?,
            owed_level: level(row.int(27)?)?,
            lease_ms: row.opt_int(28)?.unwrap_or(0),
            answered_ms: row.opt_int(29)?,
            skills: opt_text(30)?,
            relaxed_ms: row.opt_int(31)?,
            in_private: row.opt_int(32)?.is_some(),
            peer: match row.opt_int(33)? {
                None => None,
                Some(at_ms) => Some(PeerAnswered {
                    at_ms,
                    thanked_ms: row.opt_int(34)?,
                }),
            },
        })
    }

    /// Where it stands at `now_ms`.
    pub fn state(&self, now_ms: i64) -> State {
        match self.stored {
            Stored::Done => State::Done,
            Stored::Dead => State::Dead,
            Stored::Open if self.is_held(now_ms) => State::Leased,
            Stored::Open => State::Waiting,
        }
    }

    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        self.stored == Stored::Open
    }

    /// Whether a lease holds at `now_ms`.
    pub fn is_held(&self, now_ms: i64) -> bool {
        self.is_open() && self.lease.is_some() && self.available_ms > now_ms
    }

    /// Whether this is the lease on it that was given out last, in the right hands.
    pub fn is_of(&self, holding: &Holding) -> bool {
        self.lease.as_ref() == Some(&holding.lease)
            && self.holder.as_deref() == Some(holding.agent.as_str())
    }

    /// What a caller is told whose lease it is not.
    pub fn lease_lost(&self, now_ms: i64) -> Refused {
        let held = self.is_held(now_ms);
        Refused::LeaseLost {
            holder: self.holder.clone().filter(|_| held),
            until_ms: held.then_some(self.available_ms),
            state: self.state(now_ms),
        }
    }

    /// As agents see it. The lease is shown only to its holder.
    pub fn view<S>(
        self,
        desk: Desk<'_, S>,
        posts: Vec<PostView>,
        acks: Vec<AckView>,
        replies: Vec<ReplyView>,
        for_holder: bool,
    ) -> Result<Interaction, SqlError> {
        let state = self.state(desk.now_ms);
        let held = state == State::Leased;
        Ok(Interaction {
            id: desk.shard.interaction(self.seq),
            state,
            source: SourceId::new(self.source),
            platform: self.platform,
            workgroup: Workgroup::new(self.workgroup),
            author: self
                .author_json
                .as_deref()
                .map(|a| json(a, "author"))
                .transpose()?,
            lang: self.lang,
            kind: self.kind,
            level: self.level,
            urgency: self.urgency,
            opened_ms: self.opened_ms,
            owed_ms: self.owed_ms,
            deadline_ms: self.deadline_ms,
            rank: self.rank,
            available_ms: self.available_ms,
            attempts: self.attempts,
            cursor: self.changes,
            lease: self.lease.filter(|_| for_holder),
            holder: self.holder.filter(|_| held || state == State::Done),
            relaxed_ms: self.relaxed_ms,
            peer_answered: self.peer,
            skills: self
                .skills
                .map(|skills| skills.split('+').map(str::to_string).collect())
                .unwrap_or_default(),
            assigned: self.assigned,
            replied_ms: self.replied_ms,
            answered_ms: self.answered_ms,
            ended_ms: self.ended_ms,
            outcome: self.outcome,
            note: self.note,
            // One that was withdrawn for the other is told beside it, and not instead.
            ack: acks
                .iter()
                .max_by_key(|ack| (ack.state != AckState::Withdrawn, ack.emergency))
                .cloned(),
            acks,
            posts,
            replies,
            history: Vec::new(),
            earlier: Vec::new(),
            thread: Vec::new(),
            tags: Vec::new(),
            notes: Vec::new(),
            corrections: Vec::new(),
            seen: None,
            left_ms: None,
            news: Vec::new(),
            details: None,
            survey: None,
            private: None,
            customer: None,
            summary: None,
            suggested: None,
            in_private: self.in_private,
        })
    }
}

/// A level as stored.
pub(super) fn level(stored: i64) -> Result<Level, SqlError> {
    u8::try_from(stored)
        .ok()
        .and_then(|level| Level::try_from(level).ok())
        .ok_or(SqlError::Json("level"))
}

/// A word of an enum, as serde names it.
pub(super) fn word<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, SqlError> {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};
    let word: StrDeserializer<'_, Error> = text.into_deserializer();
    T::deserialize(word).map_err(|_| SqlError::Json(what))
}

/// Stored JSON.
pub(super) fn json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, SqlError> {
    serde_json::from_str(text).map_err(|_| SqlError::Json(what))
}

/// A list of numbers as the JSON text that `json_each` takes: one parameter, whatever its length.
pub(super) fn list(seqs: &[i64]) -> Value {
    let seqs: Vec<String> = seqs.iter().map(i64::to_string).collect();
    Value::Text(format!("[{}]", seqs.join(",")))
}

/// The interaction of that number.
pub(super) fn interaction<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Record, Refused> {
    let rows = desk.sql.run(
        concat!(
            "-- interaction\nSELECT ",
            columns!(),
            " FROM interaction WHERE seq = ?1"
        ),
        params![seq],
    )?;
    let row = rows.first().ok_or(Refused::NotFound)?;
    Ok(Record::read(row)?)
}

/// The newest posts of these interactions, oldest first, by interaction.
pub(super) fn posts_of<S: Sql>(
    desk: Desk<'_, S>,
    seqs: &[i64],
) -> Result<BTreeMap<i64, Vec<PostView>>, SqlError> {
    let rows = desk.sql.run(
        "-- posts_of
WITH wanted AS (SELECT CAST(value AS INTEGER) AS seq FROM json_each(?1))
SELECT p.interaction, p.state, p.received_ms, p.copies, p.ack, p.post, p.triage, p.created_ms, p.id
FROM wanted w CROSS JOIN interaction i ON i.seq = w.seq CROSS JOIN post p ON p.id = i.first
WHERE p.interaction = i.seq AND p.change = 1 AND NOT EXISTS (
  SELECT 1 FROM post WHERE interaction = w.seq AND change <> 1 LIMIT 1 OFFSET ?2 - 1)
UNION ALL
SELECT p.interaction, p.state, p.received_ms, p.copies, p.ack, p.post, p.triage, p.created_ms, p.id
FROM wanted w CROSS JOIN post p ON p.interaction = w.seq AND p.change <> 1
  AND p.change >= coalesce(
    (SELECT change FROM post WHERE interaction = w.seq AND change <> 1 ORDER BY change DESC
     LIMIT 1 OFFSET ?2 - 1), 0)
ORDER BY 1, 3, 8, 9",
        params![list(seqs), POSTS_SHOWN],
    )?;
    let mut posts: BTreeMap<i64, Vec<PostView>> = BTreeMap::new();
    for row in &rows {
        posts
            .entry(row.int(0)?)
            .or_default()
            .push(post_view(row, 1)?);
    }
    Ok(posts)
}

/// A post from the columns state, received_ms, copies, ack, post, triage, beginning at `at`.
pub(super) fn post_view(row: &Row, at: usize) -> Result<PostView, SqlError> {
    let post: Post = json(row.text(at + 4)?, "post")?;
    let ack = row.text(at + 3)?;
    Ok(PostView {
        rule: rule_named(ack).map(|rule| RuleView {
            says: rule.says.into(),
            source: rule.source.into(),
            date: rule.date.into(),
        }),
        state: PostState::read(row.text(at)?)?,
        received_ms: row.int(at + 1)?,
        copies: row.int(at + 2)?,
        ack: ack.to_string(),
        id: post.id,
        kind: post.kind,
        text: post.text,
        quoted: post.quoted,
        media: post.media,
        cut: post.cut,
        created_ms: post.created_ms,
        permalink: post.permalink,
        parent: post.parent,
        fetched: post.fetched,
        triage: json(row.text(at + 5)?, "triage")?,
    })
}

/// The acknowledgments of these interactions, by interaction: an emergency's last.
pub(super) fn acks_of<S: Sql>(
    desk: Desk<'_, S>,
    seqs: &[i64],
) -> Result<BTreeMap<i64, Vec<AckView>>, SqlError> {
    let rows = desk.sql.run(
        "-- acks_of
SELECT interaction, state, why, text, lang, told_ms, changed_ms, emergency, promise_ms, promise_step,
  promise_end, promise_end_ms, promise_word FROM ack
WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))
ORDER BY interaction, emergency",
        params![list(seqs)],
    )?;
    let mut acks: BTreeMap<i64, Vec<AckView>> = BTreeMap::new();
    for row in &rows {
        let by_ms = row.opt_int(8)?;
        let state = match (row.opt_int(9)?, row.opt_text(10)?) {
            (_, Some(end)) => Some(end),
            (Some(_), None) => by_ms.map(|by_ms| Standing::of(by_ms, desk.now_ms).as_str()),
            (None, None) => None,
        };
        let ended_ms = row.opt_int(11)?;
        let word = row.opt_text(12)?;
        let promise = by_ms.zip(state).map(|(by_ms, state)| PromiseView {
            by_ms,
            state: state.to_string(),
            ended_ms,
            word: word.map(str::to_string),
        });
        let ack = AckView {
            promise,
            state: AckState::read(row.text(1)?)?,
            why: row.opt_text(2)?.map(str::to_string),
            text: row.text(3)?.to_string(),
            lang: row.text(4)?.to_string(),
            told_ms: row.opt_int(5)?,
            changed_ms: row.int(6)?,
            emergency: row.int(7)? != 0,
        };
        acks.entry(row.int(0)?).or_default().push(ack);
    }
    Ok(acks)
}

/// What agents replied in these interactions, oldest first. One that is still under way after all
/// that its sender had is one that may have arrived.
pub(super) fn replies_of<S: Sql>(
    desk: Desk<'_, S>,
    seqs: &[i64],
) -> Result<BTreeMap<i64, Vec<ReplyView>>, SqlError> {
    let mut replies: BTreeMap<i64, Vec<ReplyView>> = BTreeMap::new();
    // A reply's id begins with its interaction's number and a space; `!` comes after the space.
    for row in &desk.sql.run(
        "-- replies_of
SELECT r.interaction, r.agent, iif(p.state = 'deleted', '', r.text), r.state, r.why, r.at_ms, r.post,
  r.how
FROM json_each(?1) wanted
CROSS JOIN reply r ON r.id >= wanted.value || ' ' AND r.id < wanted.value || '!'
LEFT JOIN post p ON p.id = r.post
ORDER BY r.interaction, r.at_ms",
        params![list(seqs)],
    )? {
        let at_ms = row.int(5)?;
        let (state, why) = match ReplyState::read(row.text(3)?)? {
            ReplyState::Sending if at_ms + SENDING_MS <= desk.now_ms => {
                (ReplyState::Unknown, Some(INTERRUPTED))
            }
            state => (state, row.opt_text(4)?),
        };
        let post = row.opt_text(6)?;
        replies.entry(row.int(0)?).or_default().push(ReplyView {
            agent: row.text(1)?.to_string(),
            text: row.text(2)?.to_string(),
            state,
            why: why.map(str::to_string),
            at_ms,
            post: post.map(|post| PostId::new(post.split_once(':').map_or(post, |(_, id)| id))),
            invite: row.opt_text(7)?.map(str::to_string),
        });
    }
    let most = usize::try_from(POSTS_SHOWN).unwrap_or(usize::MAX);
    for said in replies.values_mut() {
        said.drain(..said.len().saturating_sub(most));
    }
    Ok(replies)
}

/// How many deeds of an interaction are shown: the newest.
const DEEDS: u32 = 200;

/// Who did what with an interaction, oldest first.
pub(super) fn history_of<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Vec<Deed>, SqlError> {
    let rows = desk.sql.run(
        "-- history
SELECT at_ms, who, did, detail FROM history WHERE interaction = ?1 ORDER BY n DESC LIMIT ?2",
        params![seq, DEEDS],
    )?;
    let deed = |row: &Row| {
        Ok(Deed {
            at_ms: row.int(0)?,
            who: row.text(1)?.to_string(),
            did: row.text(2)?.to_string(),
            detail: row.opt_text(3)?.map(str::to_string),
        })
    };
    let mut deeds = rows.iter().rev().map(deed).collect::<Result<Vec<_>, _>>()?;
    for row in &desk.sql.run(
        "-- sent_in
SELECT changed_ms FROM ack WHERE interaction = ?1 AND state = 'sent'",
        params![seq],
    )? {
        let at_ms = row.int(0)?;
        let sent = Deed {
            at_ms,
            who: HEARD.into(),
            did: Did::AckSent.to_string(),
            detail: None,
        };
        deeds.insert(deeds.partition_point(|deed| deed.at_ms < at_ms), sent);
    }
    Ok(deeds)
}

/// These interactions with posts, acknowledgments and replies, in the order given; for their holder
/// with lease and history too.
pub(super) fn views<S: Sql>(
    desk: Desk<'_, S>,
    records: Vec<Record>,
    for_holder: bool,
) -> Result<Vec<Interaction>, SqlError> {
    let seqs: Vec<i64> = records.iter().map(|record| record.seq).collect();
    let mut posts = posts_of(desk, &seqs)?;
    let mut acks = acks_of(desk, &seqs)?;
    let mut replies = replies_of(desk, &seqs)?;
    let mut tags = tags_of(desk, &seqs)?;
    let mut details = details_of(desk, &seqs, for_holder)?;
    records
        .into_iter()
        .map(|record| {
            let seq = record.seq;
            let mut view = record.view(
                desk,
                posts.remove(&seq).unwrap_or_default(),
                acks.remove(&seq).unwrap_or_default(),
                replies.remove(&seq).unwrap_or_default(),
                for_holder,
            )?;
            view.tags = tags.remove(&seq).unwrap_or_default();
            view.details = details.remove(&seq);
            if for_holder {
                view.history = history_of(desk, seq)?;
                view.notes = notes_of(desk, seq)?;
            }
            Ok(view)
        })
        .collect()
}

/// One interaction with posts and acknowledgment.
pub(super) fn view<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Interaction, Refused> {
    let record = interaction(desk, seq)?;
    views(desk, vec![record], false)?
        .pop()
        .ok_or(Refused::NotFound)
}

/// What agents wrote for each other, oldest first.
pub(super) fn notes_of<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<Vec<Remark>, SqlError> {
    let found = desk.sql.run(
        "-- remarks
SELECT at_ms, who, text FROM remark WHERE interaction = ?1 ORDER BY n",
        params![seq],
    )?;
    found
        .iter()
        .map(|row| {
            Ok(Remark {
                at_ms: row.int(0)?,
                who: row.text(1)?.to_string(),
                text: row.text(2)?.to_string(),
            })
        })
        .collect()
}

/// The tags of these interactions, by interaction.
pub(super) fn tags_of<S: Sql>(
    desk: Desk<'_, S>,
    seqs: &[i64],
) -> Result<BTreeMap<i64, Vec<String>>, SqlError> {
    let found = desk.sql.run(
        "-- tags_of
SELECT interaction, tag FROM tag
WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) ORDER BY interaction, tag",
        params![list(seqs)],
    )?;
    let mut tags: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for row in &found {
        let of = tags.entry(row.int(0)?).or_default();
        of.push(row.text(1)?.to_string());
    }
    Ok(tags)
}

/// That something was left for these interactions; the wish only with one that the viewer holds.
pub(super) fn details_of<S: Sql>(
    desk: Desk<'_, S>,
    seqs: &[i64],
    for_holder: bool,
) -> Result<BTreeMap<i64, DetailsView>, SqlError> {
    let found = desk.sql.run(
        "-- details_of
SELECT interaction, n, at_ms, wish FROM details
WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) ORDER BY interaction, n",
        params![list(seqs)],
    )?;
    let mut told: BTreeMap<i64, DetailsView> = BTreeMap::new();
    for row in &found {
        let (n, at_ms) = (row.int(1)?, row.int(2)?);
        let wish = row
            .opt_text(3)?
            .and_then(Wish::named)
            .filter(|_| for_holder);
        let of = told.entry(row.int(0)?).or_insert(DetailsView {
            n,
            at_ms,
            wish: None,
        });
        (of.n, of.at_ms, of.wish) = (n, at_ms, wish.or(of.wish));
    }
    Ok(told)
}

/// Writes down who did what.
pub(super) fn note<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    who: &str,
    did: Did,
    detail: Option<&str>,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- note
INSERT INTO history (interaction, n, at_ms, who, did, detail)
VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM history WHERE interaction = ?1 + 0), ?2, ?3, ?4, ?5)",
        params![seq, desk.now_ms, who, did, detail],
    )?;
    Ok(())
}

/// Adds to a counter.
pub(super) fn count<S: Sql>(desk: Desk<'_, S>, name: &str, n: u32) -> Result<(), SqlError> {
    desk.sql.run(
        "-- count
INSERT INTO counter VALUES (?1, ?2) ON CONFLICT DO UPDATE SET n = n + excluded.n",
        params![name, n],
    )?;
    Ok(())
}
