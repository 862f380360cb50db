//! Intake: updates become posts of interactions, and the decision to acknowledge is made.

use super::consent::{started, stopped};
use super::copies::{Better, Copy, better};
use super::forget;
use super::forgotten::Since;
use super::layout;
use super::listen::{self, Becomes};
use super::memory::{decide, fingerprints};
use super::question::Question;
use super::rank::rank;
use super::rows::ledger_id;
use super::rows::{HEARD, count, json, level, note};
use super::state::{AckState, Did, PostState, Stored};
use super::wire::{Incoming, Job, PLANNED, Refused};
use super::work::ASSIGNED_MS;
use super::{alarm, withdraw};
use super::{
    alias, ceiling, cohort, credential, customer, erase, forgotten, join, lacking, outbox, own,
    past_due, peer, person, search, taught, void,
};
use crate::ack::scene::{EXCHANGE_MS, Exchange, Said, Standing, Thing, WhyNot};
use crate::ack::stop;
use crate::config::route::EMERGENCY_RELAX_MS;
use crate::config::{Mode, Source};
use crate::inbox::context::Desk;
use crate::inbox::ready::Work;
use crate::judgement::{Kind, Level, Triage};
use crate::platform::eligibility::forbidden;
use crate::platform::{Event, Ignored};
use crate::post::{Author, AuthorId, Platform, Post, PostId};
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Take these updates in; count what was ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakeIn {
    /// The updates, in their order.
    pub events: Vec<Incoming>,
    /// How many updates were ignored, by reason.
    #[serde(default)]
    pub ignored: BTreeMap<Ignored, u32>,
    /// How many shards share the queue; 0 where the Worker does not say.
    #[serde(default)]
    pub shards: u16,
    /// Whether the Worker sends at once what it is handed with the answer: [`Taken::jobs`].
    #[serde(default)]
    pub sends: bool,
}

impl Question for TakeIn {
    const NAME: &'static str = "TakeIn";
    type Answer = Taken;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        layout::note(desk, self.shards)?;
        // Nothing of this delivery can come between the only post of it and its acknowledgment.
        let begins = self.sends && self.events.len() == 1;
        let mut taken = take_in(desk, self.events, &self.ignored, begins)?;
        if self.sends && taken.jobs.is_empty() {
            let later = taken.acks.split_off(taken.acks.len().min(outbox::AT_ONCE));
            let now = std::mem::replace(&mut taken.acks, later);
            taken.jobs = outbox::begin(desk, &now)?;
        }
        Ok(taken)
    }
}

/// What a shard took in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The numbers of the interactions whose acknowledgment the Worker shall begin and send now.
    pub acks: Vec<i64>,
    /// Acknowledgments that are begun, for the Worker to send now: no question more lies before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<Job>,
    /// The posts that lack something which the Worker shall ask for now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fetches: Vec<String>,
    /// What the Worker shall tell other shards of customers now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kin: Vec<customer::Kin>,
}

/// Takes a delivery's updates in. Gives the interactions whose acknowledgment is to be sent now; where it `begins`
/// them, that of a new post is begun with its row: one row less than planning it first.
pub(super) fn take_in<S: Sql>(
    desk: Desk<'_, S>,
    events: Vec<Incoming>,
    ignored: &BTreeMap<Ignored, u32>,
    begins: bool,
) -> Result<Taken, Refused> {
    let mut acks = Vec::new();
    let mut jobs = Vec::new();
    let mut fetches = Vec::new();
    for incoming in events {
        let Some(source) = desk.config.source(&incoming.source) else {
            // Worker and object may run two versions of the configuration during a deploy.
            ignore(desk, Ignored::NoSource, 1)?;
            continue;
        };
        let copy = |post, triage, is_edit| Copy {
            post,
            triage,
            is_edit,
        };
        match (incoming.event, incoming.triage) {
            (Event::Made { post }, Some(triage)) => {
                let level = triage.level;
                match told(
                    desk,
                    source,
                    copy(post, triage, false),
                    &mut fetches,
                    begins,
                )? {
                    Sends::Nothing => {}
                    Sends::Planned(seq) => acks.push((level, seq)),
                    Sends::Begun(job) => jobs.push(*job),
                }
            }
            (Event::Edited { post }, Some(triage)) => {
                let level = triage.level;
                let sends = told(desk, source, copy(post, triage, true), &mut fetches, false)?;
                if let Sends::Planned(seq) = sends {
                    acks.push((level, seq));
                }
            }
            (Event::Deleted { post, author }, _) => {
                deleted(desk, source, &post, author.as_ref())?;
            }
            (Event::Stop { author, at_ms }, _)
                if forgotten::is_author(
                    desk,
                    source.platform,
                    author.as_str(),
                    at_ms.unwrap_or(desk.now_ms),
                    true,
                )? =>
            {
                ignore(desk, Ignored::Forgotten, 1)?;
            }
            (Event::Stop { author, at_ms }, _) => {
                let author = person::resolve(desk, source.platform, author.as_str())?;
                if !stopped(desk, source.platform, &author, at_ms)? {
                    ignore(desk, Ignored::Outdated, 1)?;
                }
            }
            (Event::Start { author, at_ms }, _) => {
                if let Some(at_ms) = at_ms {
                    forgotten::started(desk, source.platform, author.as_str(), at_ms)?;
                }
                let author = person::resolve(desk, source.platform, author.as_str())?;
                if !started(desk, source.platform, &author, at_ms)? {
                    ignore(desk, Ignored::Outdated, 1)?;
                }
            }
            (Event::Answered { answer }, _) => own::answered(desk, source, &answer)?,
            // Nobody says when somebody was renamed.
            (Event::Renamed { author }, _)
                if forgotten::is_author(desk, source.platform, author.id.as_str(), 0, false)? =>
            {
                ignore(desk, Ignored::Forgotten, 1)?;
            }
            (Event::Renamed { author }, _) => {
                alias::learn(desk, source.platform, &author)?;
            }
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
    let mut acks: Vec<i64> = acks.into_iter().map(|(_, seq)| seq).collect();
    // One that was planned and then replaced in one delivery is one send.
    let mut seen = std::collections::BTreeSet::new();
    acks.retain(|seq| seen.insert(*seq));
    // With one shard there is nobody to tell.
    let kin = match desk.shards {
        0 | 1 => Vec::new(),
        _ => customer::to_tell(desk)?,
    };
    Ok(Taken {
        acks,
        jobs,
        fetches,
        kin,
    })
}

fn ignore<S: Sql>(desk: Desk<'_, S>, why: Ignored, n: u32) -> Result<(), SqlError> {
    count(desk, &format!("ignored.{}", why.as_str()), n)?;
    cohort::ignored(desk, why.as_str(), n)
}

/// How long a lease lasts from an emergency on, unless its holder gives a sign of life.
pub const EMERGENCY_LEASE_MS: i64 = 60_000;

/// What is known when a post comes in: one row, one statement.
struct Known {
    /// Whether the ledger has the post.
    post: bool,
    /// The id by which its author is kept.
    author: Option<String>,
    stopped: bool,
    last_ack_ms: Option<i64>,
    open: Option<Open>,
    /// When the alarm is to ring, if it is set.
    alarm_ms: Option<i64>,
    /// Where the platform refuses the source's credential: when one is tried again.
    probe_ms: Option<i64>,
    /// The customer whose author it is, and their tier.
    customer: Option<String>,
    tier: Option<String>,
    /// Whether anybody was ever forgotten here.
    forgets: bool,
    /// What the brand's desk has taught, where that is on.
    adapter: Option<String>,
}

/// An open interaction.
struct Open {
    seq: i64,
    deadline_ms: i64,
    rank: i64,
    exchange: Exchange,
    /// The most that was acknowledged in it.
    acknowledged: Option<Thing>,
    /// The highest level and urgency of what is unanswered; `None` where all is answered.
    owed: Option<(Level, u8)>,
    /// Whether a person has replied in it.
    replied: bool,
}

/// The columns `owed_level` and `owed_urgency`, beginning at `at`, and `owed_ms` as [`Open::owed`].
fn owed(row: &Row, at: usize, owed_ms: usize) -> Result<Option<(Level, u8)>, SqlError> {
    let urgency = u8::try_from(row.int(at + 1)?).map_err(|_| SqlError::Json("urgency"))?;
    let owed = (level(row.int(at)?)?, urgency);
    Ok(row.opt_int(owed_ms)?.map(|_| owed))
}

/// The columns of [`Known`], of an author `who` and an interaction `i`.
macro_rules! known {
    () => {
        "
SELECT
  (SELECT 1 FROM post WHERE id = ?1),
  (SELECT 1 FROM stop WHERE platform = ?2 || '' AND author = who.author AND at_ms >= lifted_ms),
  (SELECT planned_ms FROM ack INDEXED BY ack_of_author WHERE author = who.author AND source = ?4 || ''
     AND state IN ('planned', 'sending', 'sent', 'unknown', 'dry_run')
   ORDER BY planned_ms DESC LIMIT 1),
  (SELECT at_ms FROM alarm),
  i.seq, i.owed_level, i.owed_urgency, i.deadline_ms, i.rank,
  CASE WHEN i.spoke_ms > ?5 - ?7 AND (i.lease IS NULL OR i.available_ms > ?5 + 0) THEN 2
    ELSE (i.lease IS NOT NULL AND i.available_ms > ?5 + 0) OR i.replied_ms IS NOT NULL END,
  (SELECT max(emergency) FROM ack WHERE interaction = i.seq AND state <> 'withdrawn'),
  (SELECT probe_ms FROM dead_credential WHERE source = ?4 || '' AND secret = ?6 || ''),
  who.author, i.owed_ms, i.replied_ms, c.id, c.tier, EXISTS (SELECT 1 FROM forgotten),
  (SELECT doc FROM adapter WHERE brand = ?9 || '')
FROM (SELECT coalesce(
  (SELECT author FROM alias WHERE platform = ?2 || '' AND alias = ?3 || ''), ?3 || '') AS author) who
LEFT JOIN customer c ON c.id = (SELECT customer FROM customer_author k WHERE k.platform = ?2 || '' AND k.author IN (
  SELECT who.author UNION ALL SELECT alias FROM alias WHERE platform = ?2 || '' AND author = who.author) LIMIT 1)
"
    };
}

/// What is known of a post, its author, and the author's open interaction with the source.
fn known<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    author: Option<&str>,
) -> Result<Known, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- known",
            known!(),
            "LEFT JOIN interaction i ON i.author = who.author AND i.source = ?4 || '' AND i.state = 'open'
LIMIT 1"
        ),
        params![
            id,
            source.platform.as_str(),
            author,
            source.id.as_str(),
            desk.now_ms,
            credential::fingerprint(source),
            EXCHANGE_MS,
            None::<i64>,
            source.brand.id.as_str(),
        ],
    )?;
    Known::read(rows.first().ok_or(SqlError::Json("answer"))?)?.of_all(desk, source)
}

/// The same, with the open interaction that has the post.
fn known_in<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    author: Option<&str>,
    seq: i64,
) -> Result<Known, SqlError> {
    let rows = desk.sql.run(
        concat!(
            "-- known_in",
            known!(),
            "LEFT JOIN interaction i ON i.seq = ?8 + 0 AND i.state = 'open'"
        ),
        params![
            id,
            source.platform.as_str(),
            author,
            source.id.as_str(),
            desk.now_ms,
            credential::fingerprint(source),
            EXCHANGE_MS,
            seq,
            source.brand.id.as_str(),
        ],
    )?;
    Known::read(rows.first().ok_or(SqlError::Json("answer"))?)?.of_all(desk, source)
}

impl Known {
    /// What was said to the customer's other authors counts as said to this one.
    fn of_all<S: Sql>(self, desk: Desk<'_, S>, source: &Source) -> Result<Self, SqlError> {
        let (Some(customer), Some(author)) = (&self.customer, &self.author) else {
            return Ok(self);
        };
        let kin_ms = customer::acked_ms(desk, source.platform, author, customer)?;
        Ok(Self {
            last_ack_ms: self.last_ack_ms.max(kin_ms),
            ..self
        })
    }

    /// How much of the usual time a person may take for them, in percent.
    fn percent<S>(&self, desk: Desk<'_, S>, level: Level) -> u32 {
        desk.config.percent(self.tier.as_deref(), level)
    }

    fn read(row: &Row) -> Result<Self, SqlError> {
        let open = match row.opt_int(4)? {
            None => None,
            Some(seq) => Some(Open {
                seq,
                owed: owed(row, 5, 13)?,
                replied: row.opt_int(14)?.is_some(),
                deadline_ms: row.int(7)?,
                rank: row.int(8)?,
                exchange: match row.int(9)? {
                    2 => Exchange::Live,
                    1 => Exchange::Begun,
                    _ => Exchange::None,
                },
                acknowledged: row.opt_int(10)?.map(|emergency| match emergency {
                    0 => Thing::Plea,
                    _ => Thing::Emergency,
                }),
            }),
        };
        Ok(Known {
            post: row.opt_int(0)?.is_some(),
            stopped: row.opt_int(1)?.is_some(),
            last_ack_ms: row.opt_int(2)?,
            alarm_ms: row.opt_int(3)?,
            probe_ms: row.opt_int(11)?,
            customer: row.opt_text(15)?.map(str::to_string),
            tier: row.opt_text(16)?.map(str::to_string),
            forgets: row.int(17)? != 0,
            adapter: row.opt_text(18)?.map(str::to_string),
            author: row.opt_text(12)?.map(str::to_string),
            open,
        })
    }

    fn standing(&self, now_ms: i64) -> Standing {
        let open = self.open.as_ref();
        Standing {
            acknowledged: open.and_then(|open| open.acknowledged),
            last_ms: self.last_ack_ms,
            stopped: self.stopped,
            exchange: open.map_or(Exchange::None, |open| open.exchange),
            placed: false,
            credential_dead: self.probe_ms.is_some_and(|probe_ms| now_ms < probe_ms),
        }
    }
}

/// What is to be sent now for a post.
enum Sends {
    Nothing,
    /// The acknowledgment of this interaction, once it is begun.
    Planned(i64),
    /// One that is begun.
    Begun(Box<Job>),
}

/// A post is told of, by its making or an edit.
fn told<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    copy: Copy,
    fetches: &mut Vec<String>,
    begins: bool,
) -> Result<Sends, Refused> {
    let id = ledger_id(source.platform, &copy.post.id);
    let emergency = copy.triage.level == Level::Emergency;
    let is_old = |known: &Known| -> Result<Since, SqlError> {
        // What is in the ledger is theirs still only while they are being forgotten.
        let may_be = known.forgets && (!known.post || forget::is_under_way(desk)?);
        match may_be {
            true => forgotten::of_the_forgotten(desk, source.platform, &id, &copy.post, emergency),
            false => Ok(Since::Nothing),
        }
    };
    if let Some(author) = &copy.post.author {
        // Names of somebody who was forgotten are not learnt again by an old delivery.
        if !author.aliases.is_empty()
            && forgotten::of_the_forgotten(desk, source.platform, &id, &copy.post, emergency)?
                == Since::Before
        {
            ignore(desk, Ignored::Forgotten, 1)?;
            return Ok(Sends::Nothing);
        }
        alias::learn(desk, source.platform, author)?;
    }
    let author = copy.post.author.as_ref();
    let author = author.map(|author| author.id.as_str());
    let mut known = self::known(desk, source, &id, author)?;
    match is_old(&known)? {
        Since::Before => {
            ignore(desk, Ignored::Forgotten, 1)?;
            return Ok(Sends::Nothing);
        }
        // Their stop is known again.
        Since::Back => known = self::known(desk, source, &id, author)?,
        Since::Nothing => {}
    }
    let copy = taught::adapted(copy, known.adapter.as_deref());
    if known.post {
        return again(desk, source, &id, copy);
    }
    let author = known.author.as_deref();
    let said = (&copy.post, &copy.triage);
    match listen::hear(desk, source, &id, said, author, known.open.is_some())? {
        Becomes::Work => made(desk, source, &id, copy, &known, (fetches, begins)),
        Becomes::Nothing => {
            let at_ms = (!copy.is_edit).then_some(copy.post.created_ms);
            let platform = source.platform;
            hear_stop(desk, platform, author, &copy.post, at_ms, known.stopped)?;
            if known
                .alarm_ms
                .is_none_or(|at_ms| alarm::was_missed(desk, at_ms))
            {
                alarm::arm(desk)?;
            }
            Ok(Sends::Nothing)
        }
    }
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

/// A new post joins its author's open interaction, or opens one.
fn made<S: Sql>(
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

/// What follows from a decision.
fn act<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    known: &Known,
    seq: i64,
    (id, post): (&str, &Post),
    decision: &Result<Said, WhyNot>,
    begins: bool,
) -> Result<Sends, Refused> {
    match decision {
        Ok(said) => {
            if known.probe_ms.is_some() {
                credential::probe(desk, source)?;
            }
            let author = known.author.as_deref().unwrap_or_default();
            if known.customer.is_some() {
                customer::share_ack(desk, source.platform, author, desk.now_ms)?;
            }
            Ok(plan(desk, seq, (id, post), source, author, said, begins)?)
        }
        Err(WhyNot::CredentialDead) => {
            credential::stop(desk, &source.id)?;
            Ok(Sends::Nothing)
        }
        Err(_) => Ok(Sends::Nothing),
    }
}

/// A message that says stop is heard, and one that takes it back. It is said at `at_ms`, or now where that
/// is not known, as of an edit; what takes a stop back by an edit was no later than the post for all we know.
fn hear_stop<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: Option<&str>,
    post: &Post,
    at_ms: Option<i64>,
    has_stopped: bool,
) -> Result<(), SqlError> {
    let Some(author) = author else {
        return Ok(());
    };
    if stop::says_stop(&post.text) {
        stopped(desk, platform, author, at_ms)?;
    } else if has_stopped && stop::says_start(&post.text) {
        started(desk, platform, author, Some(post.created_ms))?;
    }
    Ok(())
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
fn join<S: Sql>(
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
fn news<S: Sql>(desk: Desk<'_, S>, seq: i64, posts: u8, triage: &Triage) -> Result<i64, SqlError> {
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
fn raise<S: Sql>(
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

/// The decision as it is kept with the post.
fn decided(decision: &Result<Said, WhyNot>) -> &'static str {
    match decision {
        Ok(_) => PLANNED,
        Err(why) => why.as_str(),
    }
}

/// Records the acknowledgment before anybody sends it: planned, or `sending` where it `begins` and may leave now. What
/// [`outbox::begin`] looks at anew has just been looked at.
fn plan<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    (id, post): (&str, &Post),
    source: &Source,
    author: &str,
    said: &Said,
    begins: bool,
) -> Result<Sends, SqlError> {
    let emergency = said.thing == Thing::Emergency;
    if emergency {
        // The calmer one that waits for its place leaves it to this one.
        withdraw::withdraw(desk, seq, withdraw::REPLACED)?;
    }
    let at_ms = ceiling::place(desk, source, said.thing)?;
    let is_now = at_ms <= desk.now_ms;
    let live = source.mode == Mode::Live;
    // The Worker sends what may leave now, the alarm what has to wait.
    let due_ms = live.then_some(if is_now {
        desk.now_ms + outbox::GRACE_MS
    } else {
        at_ms
    });
    let begins = begins && live && is_now;
    let rows = desk.sql.run(
        "-- plan
INSERT INTO ack (interaction, post, source, author, state, text, lang, planned_ms, worded_ms, changed_ms,
  due_ms, used, told_ms, emergency, slot_ms, why, said_ms, promise_ms, line, line_version, attempts)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
  iif(?16, coalesce(?17, (SELECT deadline_ms FROM interaction WHERE seq = ?1 + 0)), NULL), ?18, ?19, ?20)
ON CONFLICT DO UPDATE SET post = excluded.post, state = excluded.state, why = excluded.why,
  text = excluded.text, lang = excluded.lang, used = excluded.used, planned_ms = excluded.planned_ms,
  worded_ms = excluded.worded_ms, told_ms = excluded.told_ms, changed_ms = excluded.changed_ms,
  due_ms = excluded.due_ms, slot_ms = excluded.slot_ms, said_ms = excluded.said_ms,
  promise_ms = excluded.promise_ms, line = excluded.line, line_version = excluded.line_version,
  attempts = attempts + excluded.attempts
WHERE ack.state = 'withdrawn' RETURNING attempts",
        params![
            seq,
            id,
            source.id.as_str(),
            author,
            match (live, begins) {
                (true, true) => AckState::Sending,
                (true, false) => AckState::Planned,
                (false, _) => AckState::DryRun,
            },
            said.words.text.as_str(),
            said.words.lang,
            desk.now_ms,
            due_ms,
            fingerprints(&said.words.used),
            said.by_ms.ok(),
            u8::from(emergency),
            at_ms,
            (!is_now).then_some(WhyNot::Ceiling.as_str()),
            post.created_ms,
            i64::from(said.answers),
            said.answer_by_ms(),
            said.line.map(|says| says.incident),
            said.line.map(|says| says.version),
            i64::from(begins),
        ],
    )?;
    outbox::promise(desk, seq, said)?;
    if let Some(due_ms) = due_ms {
        alarm::wake_by(desk, due_ms)?;
    }
    Ok(match (begins, rows.first()) {
        (true, Some(row)) => Sends::Begun(Box::new(Job {
            seq,
            source: source.id.clone(),
            platform: source.platform,
            account: source.account.clone(),
            reply_to: post.reply_to.clone(),
            text: said.words.text.clone(),
            attempt: row.int(0)?,
            emergency,
            warnings: Vec::new(),
        })),
        _ if live && is_now => Sends::Planned(seq),
        _ => Sends::Nothing,
    })
}

/// A record, as the ledger has it.
struct Kept {
    state: PostState,
    post: Post,
    triage: Triage,
    /// What was decided of its acknowledgment.
    decision: String,
    source: String,
    is_open: bool,
}

/// What the ledger keeps of a post that was deleted before it was made: who told it.
#[derive(Serialize, Deserialize)]
struct Stone {
    source: String,
    author: Option<AuthorId>,
}

/// A post is told of again: by the same event, by another one that knows more or less of it, or by an
/// edit. The record takes the best of all, and what that changes happens now, once: an author is
/// known, an interaction opens again, an acknowledgment is allowed, reworded or taken back.
fn again<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    mut copy: Copy,
) -> Result<Sends, Refused> {
    let rows = desk.sql.run(
        "-- kept
SELECT p.interaction, p.state, p.post, p.triage, p.ack, i.source, i.state = 'open'
FROM post p LEFT JOIN interaction i ON i.seq = p.interaction WHERE p.id = ?1",
        params![id],
    )?;
    let row = rows.first().ok_or(SqlError::Json("answer"))?;
    let Some(seq) = row.opt_int(0)? else {
        return after_stone(desk, source, id, copy, &json(row.text(2)?, "stone")?);
    };
    let kept = Kept {
        state: PostState::read(row.text(1)?)?,
        post: json(row.text(2)?, "post")?,
        triage: json(row.text(3)?, "triage")?,
        decision: row.text(4)?.to_string(),
        source: row.text(5)?.to_string(),
        is_open: row.int(6)? != 0,
    };
    if let Some(why) = stranger(desk, source, &kept.source, kept.post.author.as_ref(), {
        copy.post.author.as_ref().map(|author| &author.id)
    })? {
        if copy.is_edit || why == Ignored::NotItsAuthor {
            ignore(desk, why, 1)?;
            return Ok(Sends::Nothing);
        }
        // One post that names two accounts of ours is one record, the first one's; what the other
        // knows of its words and its author is as good.
        copy.post.kind = kept.post.kind;
        copy.post.reply_to.clone_from(&kept.post.reply_to);
        copy.post.barred.clone_from(&kept.post.barred);
        copy.post.addressed = kept.post.addressed;
    }
    let is_deleted = kept.state == PostState::Deleted;
    let was_edited = kept.state == PostState::Edited;
    let may = |post: &Post| forbidden(source.platform, source.plan, post, desk.now_ms).is_none();
    let found = better(&kept.post, was_edited, &copy, may).filter(|_| !is_deleted);
    // What we asked for is no delivery that came again.
    let is_asked = copy.post.fetched;
    let Some(Better { post, words }) = found else {
        if !is_asked {
            repeat(desk, id)?;
        }
        return Ok(Sends::Nothing);
    };
    let is_edit = copy.is_edit && words;
    let triage = if words {
        copy.triage
    } else {
        kept.triage.clone()
    };
    // What else a copy knows (a name, a link) is kept, and is nobody's business.
    let is_news = words
        || kept.post.author.is_none() && post.author.is_some()
        || post.addressed && !kept.post.addressed;
    if is_edit {
        count(desk, "edits", 1)?;
    } else if !is_asked {
        repeat(desk, id)?;
    }
    let author = match &post.author {
        Some(author) => Some(person::resolve(desk, source.platform, author.id.as_str())?),
        None => None,
    };
    if is_news {
        let did = if is_edit {
            Did::PostEdited
        } else {
            Did::PostCompleted
        };
        note(desk, seq, HEARD, did, Some(id))?;
        if !kept.is_open {
            reopen(desk, source, seq, author.as_deref(), &triage)?;
        }
    }
    let seq = match &author {
        Some(author)
            if (is_news || kept.is_open) && (!kept.is_open || post.author != kept.post.author) =>
        {
            belong(desk, source, seq, author, &post)?
        }
        _ => seq,
    };
    let change = if is_news {
        Some(news(desk, seq, 0, &triage)?)
    } else {
        None
    };
    desk.sql.run(
        "-- rewrite_post
UPDATE post SET state = ?5, change = coalesce(?2, change), post = ?3, triage = ?4, created_ms = ?6,
  answered = iif(?2 IS NULL, answered, NULL)
WHERE id = ?1",
        params![
            id,
            change,
            serde_json::to_string(&post).map_err(|_| SqlError::Json("post"))?,
            serde_json::to_string(&triage).map_err(|_| SqlError::Json("triage"))?,
            if words {
                PostState::of(is_edit)
            } else {
                kept.state
            },
            post.created_ms,
        ],
    )?;
    if !is_news {
        // The same words, by an event that tells that they were said to us.
        let is_let = kept.is_open && may(&post) && !may(&kept.post);
        return match is_let {
            true => answer_anew(desk, source, id, seq, &kept, &post, &triage),
            false => Ok(Sends::Nothing),
        };
    }
    let known = known_in(desk, source, id, author.as_deref(), seq)?;
    if let Some(open) = &known.open {
        raise(desk, source, &known, open, &triage)?;
    }
    if words || kept.post.author.is_none() {
        hear_stop(
            desk,
            source.platform,
            author.as_deref(),
            &post,
            (!is_edit).then_some(post.created_ms),
            known.stopped,
        )?;
    }
    let mut post = post;
    if is_edit {
        // Words of this moment; platforms say when a post was made, not when it was edited.
        post.created_ms = desk.now_ms;
    }
    answer_anew(desk, source, id, seq, &kept, &post, &triage)
}

/// What changed in a record may change its acknowledgment: one that has not left answers the new words
/// or none, and where there is none, it is decided as for a new post.
fn answer_anew<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    seq: i64,
    kept: &Kept,
    post: &Post,
    triage: &Triage,
) -> Result<Sends, Refused> {
    let waits = desk.sql.run(
        "-- waits
SELECT emergency FROM ack WHERE interaction = ?1 AND post = ?2 AND state = 'planned'",
        params![seq, id],
    )?;
    if let Some(row) = waits.first() {
        let same = (row.int(0)? != 0) == (Thing::of(triage.level) == Thing::Emergency);
        if same {
            let standing = Standing {
                placed: true,
                ..Standing::default()
            };
            match decide(desk, post, triage, source, standing) {
                Ok(said) => outbox::reword(desk, seq, &said)?,
                Err(_) => withdraw::withdraw(desk, seq, "edited")?,
            }
            return Ok(Sends::Nothing);
        }
        withdraw::withdraw(desk, seq, "edited")?;
    }
    let author = post.author.as_ref().map(|author| author.id.as_str());
    let known = known_in(desk, source, id, author, seq)?;
    let decision = decide(desk, post, triage, source, known.standing(desk.now_ms));
    // A post that was acknowledged stays so, whatever its later words would have got.
    if decision.is_ok() || kept.decision != PLANNED {
        desk.sql.run(
            "-- redecided
UPDATE post SET ack = ?2 WHERE id = ?1",
            params![id, decided(&decision)],
        )?;
    }
    act(desk, source, &known, seq, (id, post), &decision, false)
}

/// A post whose deletion came before it. It is not kept, unless somebody else deleted something else:
/// another account's word, or another author's, says nothing of this one.
fn after_stone<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    copy: Copy,
    stone: &Stone,
) -> Result<Sends, Refused> {
    let by = stone.author.as_ref();
    let author = copy.post.author.as_ref();
    let Some(why) = stranger(desk, source, &stone.source, author, by)? else {
        repeat(desk, id)?;
        return Ok(Sends::Nothing);
    };
    ignore(desk, why, 1)?;
    desk.sql.run(
        "-- lift_stone
DELETE FROM post WHERE id = ?1 AND interaction IS NULL",
        params![id],
    )?;
    let known = known(desk, source, id, author.map(|author| author.id.as_str()))?;
    // What it lacks is asked for by the alarm.
    made(desk, source, id, copy, &known, (&mut Vec::new(), false))
}

/// Why what this account of ours was told does not count for a post that belongs to another account,
/// or to another author. Where either author is unknown, what comes is believed.
fn stranger<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    home: &str,
    author: Option<&Author>,
    by: Option<&AuthorId>,
) -> Result<Option<Ignored>, SqlError> {
    if let (Some(author), Some(by)) = (author, by)
        && !person::is_one(desk, source.platform, author.id.as_str(), by.as_str())?
    {
        return Ok(Some(Ignored::NotItsAuthor));
    }
    Ok((source.id.as_str() != home).then_some(Ignored::NotItsSource))
}

/// The author of an interaction becomes known, or better known: it is theirs from here on, or its posts
/// go to the one that is open with them. Gives the one that has them.
fn belong<S: Sql>(
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
        Some(other) => join::join(desk, seq, other.int(0)?),
        None => Ok(seq),
    }
}

/// An interaction that had ended opens again, as urgent as what was said now: what made it urgent before
/// was dealt with.
fn reopen<S: Sql>(
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

/// A post was deleted: its words and what was said of them are forgotten, its acknowledgment is
/// withdrawn if it has not left, its holder hears of it; an interaction with nothing left to answer
/// ends, unless someone holds it.
fn deleted<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    post: &PostId,
    by: Option<&AuthorId>,
) -> Result<(), Refused> {
    let id = ledger_id(source.platform, post);
    let rows = desk.sql.run(
        "-- deleted
SELECT p.interaction, p.state, p.post, i.state, i.lease IS NOT NULL AND i.available_ms > ?2, i.source
FROM post p LEFT JOIN interaction i ON i.seq = p.interaction WHERE p.id = ?1",
        params![id.as_str(), desk.now_ms],
    )?;
    let Some(row) = rows.first() else {
        let forgot = match by {
            Some(by) => forgotten::is_author(desk, source.platform, by.as_str(), 0, false)?,
            None => false,
        };
        if forgot || forgotten::is_post_id(desk, &id)? {
            ignore(desk, Ignored::Forgotten, 1)?;
            return Ok(());
        }
        if let Some(heard) = listen::found(desk, &id)? {
            let author = Author::of(heard.author.as_str());
            match stranger(desk, source, &heard.source, Some(&author), by)? {
                Some(why) => ignore(desk, why, 1)?,
                None => listen::deleted(desk, &heard)?,
            }
            return Ok(());
        }
        return bury(desk, source, &id, by);
    };
    let stands = PostState::read(row.text(1)?)? != PostState::Deleted;
    let Some(seq) = row.opt_int(0)?.filter(|_| stands) else {
        repeat(desk, &id)?;
        return Ok(());
    };
    let mut blank: Post = json(row.text(2)?, "post")?;
    if let Some(why) = stranger(desk, source, row.text(5)?, blank.author.as_ref(), by)? {
        ignore(desk, why, 1)?;
        return Ok(());
    }
    let words = std::mem::take(&mut blank.text);
    erase::blank(&mut blank);
    let changed = desk.sql.run(
        "-- changed
UPDATE interaction SET changes = changes + 1, live = live - 1, updated_ms = ?2 WHERE seq = ?1
RETURNING changes, live",
        params![seq, desk.now_ms],
    )?;
    let changed = changed.first().ok_or(SqlError::Json("answer"))?;
    let left = changed.int(1)?;
    desk.sql.run(
        "-- blank_post
UPDATE post SET state = 'deleted', change = ?2, post = ?3,
  triage = json_set(triage, '$.reasons', json('[]'))
WHERE id = ?1",
        params![
            id.as_str(),
            changed.int(0)?,
            serde_json::to_string(&blank).map_err(|_| SqlError::Json("post"))?,
        ],
    )?;
    note(desk, seq, HEARD, Did::PostDeleted, Some(&id))?;
    count(desk, "deletions", 1)?;
    peer::deleted(desk, &id)?;
    withdraw::withdraw_for(desk, seq, &id, "deleted")?;
    erase::unsay(desk, seq, &id, &words, left)?;
    match left {
        0 => void::all(desk, seq, void::Why::Withdrawn)?,
        _ => void::of_post(desk, seq, &id)?,
    }
    let is_open = Stored::read(row.text(3)?)? == Stored::Open;
    if is_open && row.int(4)? == 0 && left == 0 {
        super::work::end_withdrawn(desk, seq)?;
    }
    Ok(())
}

/// A deletion that came before its post: a stone in the ledger, so that the post, when it comes, is
/// not answered. Not counted among the deletions: where it names no author every shard is asked, and
/// all but one bury what another deletes.
fn bury<S: Sql>(
    desk: Desk<'_, S>,
    source: &Source,
    id: &str,
    by: Option<&AuthorId>,
) -> Result<(), Refused> {
    let stone = Stone {
        source: source.id.to_string(),
        author: by.cloned(),
    };
    desk.sql.run(
        "-- bury
INSERT INTO post (id, interaction, state, change, received_ms, created_ms, ack, post, triage)
VALUES (?1, NULL, 'deleted', 0, ?2, ?2, 'deleted', ?3, '{}')",
        params![
            id,
            desk.now_ms,
            serde_json::to_string(&stone).map_err(|_| SqlError::Json("stone"))?
        ],
    )?;
    Ok(())
}
