//! Agents' work: claims, leases, and how an interaction leaves them.

use super::aside;
use super::earlier;
use super::hands::{Able, Gate, Gates, Hands, Room};
use super::look;
use super::past_due;
use super::promise;
use super::question::{Concern, Question};
use super::retask;
use super::rows::{self, HEARD, Record, columns, note};
use super::shard::Shard;
use super::sla;
use super::state::{Did, Ending, Stored};
use super::void;
use super::wire::Claimed;
use super::wire::{Extended, Holding, Interaction, PostView, Pull, Refused, Retasked};
use super::withdraw;
use crate::document::Document;
use crate::inbox::context::Desk;
use crate::inbox::rank::EMERGENCY_RANK;
use crate::inbox::ready::{NEVER, Work};
use crate::inbox::wire::POSTS_SHOWN;
use crate::judgement::Level;
use crate::post::{InteractionId, Workgroup};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde::{Deserialize, Serialize};

/// Wait until there is work, at most this long. The host waits: one look is all there is to do here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// What work.
    pub pull: Pull,
    /// Epoch milliseconds at which to give up.
    pub until_ms: i64,
}

impl Question for Wait {
    const NAME: &'static str = "Wait";
    type Answer = ();

    fn answer<S: Sql>(self, _: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        Ok(())
    }
}

/// Who waited has gone, or has found work elsewhere: what they were woken for is for the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leave {
    /// What work, and whose ticket.
    pub pull: Pull,
}

impl Question for Leave {
    const NAME: &'static str = "Leave";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        for head in heads(desk, &self.pull, 1, self.pull.able.gates)? {
            desk.ready.note(Work::One(head.seq), desk.now_ms);
        }
        Ok(())
    }
}

/// The ranks of the most urgent work there is, lowest first; takes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heads {
    /// What work.
    pub pull: Pull,
}

impl Question for Heads {
    const NAME: &'static str = "Heads";
    type Answer = Offers;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let max = self.pull.max.clamp(1, MAX_CLAIM);
        // How many of each kind they hold elsewhere is not known here.
        let heads = heads_of_each(desk, &self.pull, max, Gates::default())?;
        let held = holds(desk, &self.pull.agent)?;
        Ok(Offers {
            ranks: heads.iter().map(Head::offer).collect(),
            private: heads.iter().map(|head| head.in_private).collect(),
            open: look::open(desk, &self.pull.workgroups)?,
            held: held.all(),
            held_private: held.private,
            retasked: retask::errands(desk, &self.pull.workgroups)?,
        })
    }
}

/// What a shard has for a pull.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    /// The ranks.
    pub ranks: Vec<i64>,
    /// How many interactions are open in this shard.
    pub open: i64,
    /// How many the agent holds in this shard.
    #[serde(default)]
    pub held: u32,
    /// The errands that the agent is on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retasked: Vec<Retasked>,
    /// How many of those in private.
    #[serde(default)]
    pub held_private: u32,
    /// Which of the ranks are of work in private, in the same order.
    #[serde(default)]
    pub private: Vec<bool>,
}

/// Lease the lowest ranks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// What work.
    pub pull: Pull,
}

impl Question for Claim {
    const NAME: &'static str = "Claim";
    type Answer = Leased;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let (interactions, room) = claim(desk, &self.pull)?;
        let limited = room
            .is_some_and(|room| room.limits(self.pull.max.clamp(1, MAX_CLAIM), interactions.len()));
        let mut leased = leased(desk, &interactions, &self.pull.workgroups, limited)?;
        leased.gates = room.map(|room| room.gates).unwrap_or_default();
        leased.hands = holds(desk, &self.pull.agent)?;
        Ok(leased)
    }
}

/// What does an agent hold?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Who asks.
    pub agent: String,
    /// Only what the claim with this `Idempotency-Key` leased.
    #[serde(default)]
    pub key: Option<String>,
    /// The workgroups whose open interactions are counted beside.
    #[serde(default)]
    pub workgroups: Vec<Workgroup>,
}

impl Question for Held {
    const NAME: &'static str = "Held";
    type Answer = Leased;

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let held = held_by(desk, &self.agent, self.key.as_deref())?;
        let leased = leased(desk, &held, &self.workgroups, false)?;
        let kept = match self.key {
            Some(_) => Vec::new(),
            None => kept_by(desk, &self.agent)?,
        };
        Ok(Leased { kept, ..leased })
    }
}

/// What an agent holds of a shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leased {
    /// The interactions, most urgent first.
    pub interactions: Vec<Claimed>,
    /// How many interactions are open in this shard.
    pub open: i64,
    /// Whether the agent would have got more but for how many they hold.
    #[serde(default)]
    pub limited: bool,
    /// The errands that the agent is on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retasked: Vec<Retasked>,
    /// What their hands let them be given, before this.
    #[serde(default)]
    pub gates: Gates,
    /// What they hold in this shard now.
    #[serde(default)]
    pub hands: Hands,
    /// What is kept for the agent beside it: handed to them, or put off by them.
    #[serde(default)]
    pub kept: Vec<Kept>,
}

/// An interaction that is kept for an agent who does not hold it. Times are epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its id.
    pub id: InteractionId,
    /// From when on they may claim it: later where they put it off.
    pub from_ms: i64,
    /// Until when nobody else is offered it.
    pub until_ms: i64,
}

/// How many of what is kept for an agent are told.
const MOST_KEPT: u32 = 50;

/// What is kept for an agent who does not hold it, soonest first.
fn kept_by<S: Sql>(desk: Desk<'_, S>, agent: &str) -> Result<Vec<Kept>, SqlError> {
    let rows = desk.sql.run(
        "-- kept_by
SELECT seq, available_ms, assigned_ms + iif(rank < 0, ?3, ?2) FROM interaction INDEXED BY kept
WHERE state = 'open' AND kept_for = ?1 || '' AND assigned_ms + iif(rank < 0, ?3, ?2) > ?4
ORDER BY available_ms LIMIT ?5",
        params![
            agent,
            ASSIGNED_MS,
            EMERGENCY_KEPT_MS,
            desk.now_ms,
            MOST_KEPT
        ],
    )?;
    let kept = |row: &crate::sql::Row| {
        Ok(Kept {
            id: desk.shard.interaction(row.int(0)?),
            from_ms: row.int(1)?,
            until_ms: row.int(2)?,
        })
    };
    rows.iter().map(kept).collect()
}

pub(super) fn leased<S: Sql>(
    desk: Desk<'_, S>,
    interactions: &[Interaction],
    workgroups: &[Workgroup],
    limited: bool,
) -> Result<Leased, Refused> {
    let seen = retask::served(desk, workgroups)?;
    let mut interactions = interactions.to_vec();
    earlier::tell(desk, &mut interactions, &seen)?;
    aside::tell(desk, &mut interactions)?;
    let claimed = |interaction: &Interaction| {
        Ok(Claimed {
            rank: interaction.rank,
            held: holding(desk, interaction),
            interaction: Document::of(interaction)?,
        })
    };
    Ok(Leased {
        interactions: interactions
            .iter()
            .map(claimed)
            .collect::<Result<_, Refused>>()?,
        open: look::open(desk, workgroups)?,
        limited,
        retasked: retask::errands(desk, workgroups)?,
        gates: Gates::default(),
        hands: Hands::default(),
        kept: Vec::new(),
    })
}

/// Take up again a lease of one's own that ran out and that nobody took since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retake {
    /// The interaction's number.
    pub seq: i64,
    /// Who asks.
    pub agent: String,
    /// For how long from now, in seconds.
    pub lease_s: u32,
}

impl Question for Retake {
    const NAME: &'static str = "Retake";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let mut taken = retake(desk, self.seq, &self.agent, self.lease_s)?;
        earlier::tell_to(desk, &mut taken, scope)?;
        Ok(taken)
    }
}

/// Take back leases whose caller hung up before the claim was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GiveBack {
    /// Which.
    pub holdings: Vec<Holding>,
}

impl Question for GiveBack {
    const NAME: &'static str = "GiveBack";
    type Answer = ();

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        give_back(desk, &self.holdings)
    }
}

/// Prolong a lease and hear the news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extend {
    /// Which.
    pub holding: Holding,
    /// For how long from now, in seconds.
    pub lease_s: u32,
}

impl Question for Extend {
    const NAME: &'static str = "Extend";
    type Answer = Extended;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        extend(desk, &self.holding, self.lease_s)
    }
}

/// End it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolve {
    /// Which.
    pub holding: Holding,
    /// How it ended.
    pub outcome: String,
    /// A note for those who read it later.
    pub note: Option<String>,
}

impl Question for Resolve {
    const NAME: &'static str = "Resolve";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        resolve(desk, &self.holding, &self.outcome, self.note.as_deref())
    }
}

/// Back to the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Which.
    pub holding: Holding,
    /// Not before this many seconds.
    pub delay_s: u32,
    /// Why.
    pub reason: String,
}

impl Question for Release {
    const NAME: &'static str = "Release";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.holding.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        release(desk, &self.holding, self.delay_s, &self.reason)
    }
}

/// A supervisor gives it to an agent or a workgroup, even from a holder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assign {
    /// The interaction's number.
    pub seq: i64,
    /// To whom.
    pub agent: Option<String>,
    /// To which workgroup.
    pub workgroup: Option<Workgroup>,
    /// Who says so.
    pub by: String,
    /// What the agent's tokens serve.
    #[serde(default)]
    pub serves: Vec<Workgroup>,
}

impl Question for Assign {
    const NAME: &'static str = "Assign";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let agent = self.agent.as_deref();
        let agent = agent.map(|agent| (agent, self.serves.as_slice()));
        assign(desk, self.seq, agent, self.workgroup.as_ref(), &self.by)
    }
}

/// A supervisor gives a dead one another chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Redrive {
    /// The interaction's number.
    pub seq: i64,
    /// Who says so.
    pub by: String,
}

impl Question for Redrive {
    const NAME: &'static str = "Redrive";
    type Answer = Interaction;

    fn concern(&self) -> Concern {
        Concern::One(self.seq)
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        redrive(desk, self.seq, &self.by)
    }
}

/// How long an interaction is kept for the agent it was assigned to, before others may claim it: an
/// agent who has gone home must not hold a customer.
pub const ASSIGNED_MS: i64 = 30 * 60_000;

/// The most interactions one claim leases.
pub const MAX_CLAIM: u32 = 20;

/// How often a claim looks again when all it found was only fit to be cleared away: enough that an
/// agent is not sent off from a queue with work in it, few enough to keep the object free.
pub const LOOKS: u32 = 10;

/// How long an emergency is kept for the agent that its interaction was assigned to: people in danger
/// wait a minute for nobody in particular.
pub const EMERGENCY_KEPT_MS: i64 = 60_000;

/// How long an agent who gave an unanswered interaction back is offered everything else first: long
/// enough for a colleague to look at it, short enough that who works alone gets it again.
pub const PASSED_MS: i64 = 10 * 60_000;

/// The most leases that [`held_by`] tells of: more than any agent is meant to hold.
const MOST_HELD: u32 = 50;

/// What lifts an offer over all offers of the tier before it, whatever their ranks.
const TIER: i64 = 100_000_000_000_000;

/// By what the rank of what is kept for somebody is divided: today's ranks are a million times this, and an
/// emergency's, below nothing, stays where it is.
const KEPT_FIRST: i64 = 1_000_000;

/// What is kept for the one who asks, and may be claimed now: before everything but emergencies, whatever
/// platforms and languages they ask for.
const KEPT: &str = "-- heads_kept
SELECT seq, rank, attempts + (lease IS NOT NULL), in_private FROM interaction INDEXED BY kept
WHERE state = 'open' AND kept_for = ?1 || '' AND available_ms <= ?2 + 0
  AND assigned = ?1 || '' AND assigned_ms > ?3 + 0
  AND workgroup IN (SELECT value FROM json_each(?4))
ORDER BY rank LIMIT ?5 + 0";

/// An interaction that could be claimed.
pub(super) struct Head {
    seq: i64,
    rank: i64,
    attempts: i64,
    tier: i64,
    in_private: bool,
    /// Whether it is kept for the one who asks.
    kept: bool,
}

impl Head {
    /// Its place among the offers of all shards, lowest first: its rank, behind the tiers before its own.
    /// What is kept for the one who asks goes before all that is not an emergency.
    pub(super) fn offer(&self) -> i64 {
        match self.kept {
            true => self.rank.min(self.rank / KEPT_FIRST),
            false => self.rank + self.tier * TIER,
        }
    }
}

/// What a pull may have of a workgroup.
macro_rules! offered {
    ($from:literal, $more:literal) => {
        concat!(
            "SELECT seq, rank, attempts + (lease IS NOT NULL), in_private FROM interaction INDEXED BY ",
            $from,
            "
WHERE state = 'open' AND workgroup = ?1 || '' AND rank < ?2 + 0 AND available_ms <= ?3 + 0
  AND (assigned IS NULL OR assigned = ?4 || '' OR assigned_ms <= ?5 + 0
    OR (rank < 0 AND assigned_ms <= ?6 + 0))
  AND (?7 IS NULL OR platform IN (SELECT value FROM json_each(?7)))
  AND rank < iif(in_private IS NULL, ?11 + 0, ?12 + 0)
  AND (skills IS NULL OR ?13 IS NULL OR relaxed_ms <= ?3 + 0 OR assigned = ?4 || ''
    OR skills NOT IN (SELECT value FROM json_each(?13)))
  AND (returns_to IS NULL OR returns_to = ?4 || '' OR assigned = ?4 || '' OR returns_ms <= ?3 + 0 OR rank < 0
    OR returns_to NOT IN (SELECT value FROM json_each(?14)))
  AND ",
            $more
        )
    };
}

/// The tiers of what a pull is offered, each in the order of ranks, a later one only where the earlier
/// ones are not enough: what it asks for; what the agent gave back a moment ago; and, where it names
/// languages, what is in none that was recognised. An emergency is always of the first tier, and after a minute
/// in anybody's language: who does not speak it is better than nobody.
const TIERS: [&str; 3] = [
    concat!(
        "-- heads\n",
        offered!(
            "ready",
            "(passed_by IS NOT (?4 || '') OR passed_ms <= ?9 + 0 OR rank < 0)
  AND (?8 IS NULL OR lang IN (SELECT value FROM json_each(?8)) OR (lang = 'und' AND rank < 0)
    OR (rank < 0 AND available_ms <= ?6 + 0))
ORDER BY rank LIMIT ?10 + 0"
        )
    ),
    concat!(
        "-- heads_passed\n",
        offered!(
            "passed",
            "passed_by = ?4 || '' AND passed_ms > ?9 + 0 AND rank >= 0
  AND (?8 IS NULL OR lang = 'und' OR lang IN (SELECT value FROM json_each(?8)))
ORDER BY rank, seq LIMIT ?10 + 0"
        )
    ),
    concat!(
        "-- heads_of_no_language\n",
        offered!(
            "ready",
            "(passed_by IS NOT (?4 || '') OR passed_ms <= ?9 + 0) AND rank >= 0
  AND ?8 IS NOT NULL AND lang = 'und'
ORDER BY rank LIMIT ?10 + 0"
        )
    ),
];

/// The most urgent work for this pull, at most `max`, lowest rank first within each tier.
///
/// One indexed look-up a workgroup: the index `ready` is in rank order, and the few rows that are
/// leased or delayed are passed over inside it. Whoever is away on other work is still offered the
/// emergencies of their own workgroup: a person in danger outranks an errand, and nobody else may be
/// there.
pub(super) fn heads<S: Sql>(
    desk: Desk<'_, S>,
    pull: &Pull,
    max: u32,
    gates: Gates,
) -> Result<Vec<Head>, Refused> {
    let json =
        |list: Vec<&str>| (!list.is_empty()).then(|| serde_json::Value::from(list).to_string());
    let platforms = json(pull.platforms.iter().map(|p| p.as_str()).collect());
    let languages = json(pull.languages.iter().map(String::as_str).collect());
    let beyond = beyond(desk, &pull.able);
    let free = pull.able.free.as_ref();
    let free = free.and_then(|free| json(free.iter().map(String::as_str).collect()));
    let below = |gate: Gate, only_emergencies: bool| match only_emergencies {
        true => gate.below().min(EMERGENCY_RANK),
        false => gate.below(),
    };
    let served = retask::served(desk, &pull.workgroups)?;
    let away = pull.workgroups.iter().filter(|own| !served.contains(own));
    let groups: Vec<_> = served
        .iter()
        .map(|group| (group, false))
        .chain(away.map(|group| (group, true)))
        .collect();
    let most = usize::try_from(max).unwrap_or(usize::MAX);
    let mut heads: Vec<Head> = Vec::new();
    let kept = match gates.are_shut() {
        true => Vec::new(),
        false => kept_heads(desk, pull, &served, max)?,
    };
    let fits = |head: &Head| gates.let_through(head.rank, head.in_private);
    let kept: Vec<Head> = kept.into_iter().filter(fits).collect();
    for (tier, sql) in (0..).zip(TIERS) {
        if heads.len() >= most || (tier == 2 && languages.is_none()) {
            break;
        }
        let mut found = Vec::new();
        for (workgroup, only_emergencies) in &groups {
            if tier > 0 && *only_emergencies {
                continue;
            }
            let public = below(gates.public, *only_emergencies);
            let private = below(gates.private, *only_emergencies);
            let rows = desk.sql.run(
                sql,
                params![
                    workgroup.as_str(),
                    public.max(private),
                    desk.now_ms,
                    pull.agent.as_str(),
                    desk.now_ms - ASSIGNED_MS,
                    desk.now_ms - EMERGENCY_KEPT_MS,
                    platforms.clone(),
                    languages.clone(),
                    desk.now_ms - PASSED_MS,
                    max,
                    public,
                    private,
                    beyond.clone(),
                    free.clone(),
                ],
            )?;
            for row in &rows {
                found.push(Head {
                    seq: row.int(0)?,
                    rank: row.int(1)?,
                    attempts: row.int(2)?,
                    in_private: row.opt_int(3)?.is_some(),
                    tier,
                    kept: false,
                });
            }
        }
        found.sort_by_key(|head| (head.rank, head.seq));
        // A pull may name a workgroup twice.
        found.dedup_by_key(|head| head.seq);
        heads.extend(found);
    }
    if !kept.is_empty() {
        heads.retain(|head| kept.iter().all(|one| one.seq != head.seq));
        heads.extend(kept);
        heads.sort_by_key(|head| (head.offer(), head.seq));
    }
    heads.truncate(most);
    Ok(heads)
}

/// The same; but where each kind of work has a limit of its own, so many of each: what stands before in a kind of which
/// whoever pulls takes none must not hide the other.
fn heads_of_each<S: Sql>(
    desk: Desk<'_, S>,
    pull: &Pull,
    max: u32,
    gates: Gates,
) -> Result<Vec<Head>, Refused> {
    if pull.able.capacity.is_none() {
        return heads(desk, pull, max, gates);
    }
    let public = Gates {
        private: Gate::Closed,
        ..gates
    };
    let private = Gates {
        public: Gate::Closed,
        ..gates
    };
    let mut found = heads(desk, pull, max, public)?;
    found.extend(heads(desk, pull, max, private)?);
    found.sort_by_key(|head| (head.offer(), head.seq));
    Ok(found)
}

/// The sets of skills that whoever pulls lacks, as the JSON text that `json_each` takes: a set that no rule asks
/// for any more is asked of nobody.
pub(super) fn beyond<S>(desk: Desk<'_, S>, able: &Able) -> Option<String> {
    let lacks = desk.config.beyond(able.skills.as_ref()?);
    (!lacks.is_empty()).then(|| serde_json::Value::from(lacks).to_string())
}

/// What is kept for the one who asks.
fn kept_heads<S: Sql>(
    desk: Desk<'_, S>,
    pull: &Pull,
    served: &[Workgroup],
    max: u32,
) -> Result<Vec<Head>, SqlError> {
    let rows = desk.sql.run(
        KEPT,
        params![
            pull.agent.as_str(),
            desk.now_ms,
            desk.now_ms - ASSIGNED_MS,
            crate::scope::names(served),
            max,
        ],
    )?;
    let head = |row: &crate::sql::Row| {
        Ok(Head {
            seq: row.int(0)?,
            rank: row.int(1)?,
            attempts: row.int(2)?,
            in_private: row.opt_int(3)?.is_some(),
            tier: 0,
            kept: true,
        })
    };
    rows.iter().map(head).collect()
}

/// How many interactions an agent holds here: leases that hold, and what they put off unanswered, so
/// that nobody buries the queue in delays.
pub(super) fn holds<S: Sql>(desk: Desk<'_, S>, agent: &str) -> Result<Hands, SqlError> {
    let rows = desk.sql.run(
        "-- holds
SELECT in_private FROM interaction INDEXED BY held WHERE holder = ?1 || '' AND available_ms > ?2 + 0
  AND lease IS NOT NULL AND state = 'open'
UNION ALL
SELECT in_private FROM interaction INDEXED BY passed
WHERE passed_by = ?1 || '' AND available_ms > ?2 + 0 AND state = 'open'
UNION ALL
SELECT in_private FROM interaction INDEXED BY kept
WHERE kept_for = ?1 || '' AND available_ms > ?2 + 0 AND state = 'open' AND owed_ms IS NOT NULL",
        params![agent, desk.now_ms],
    )?;
    let mut hands = Hands::default();
    for row in &rows {
        hands.take(row.opt_int(0)?.is_some());
    }
    Ok(hands)
}

/// What whoever pulls holds here and elsewhere.
pub(super) fn held_with<S: Sql>(desk: Desk<'_, S>, pull: &Pull) -> Result<Hands, SqlError> {
    let private = pull.able.private_elsewhere;
    let elsewhere = Hands {
        public: pull.held_elsewhere.saturating_sub(private),
        private,
    };
    Ok(holds(desk, &pull.agent)?.and(elsewhere))
}

/// Leases the lowest ranks to the one who asks, and says whether it would have been more but for what
/// they hold. What too many leases ran out on goes to `dead` instead, and what lost its last post while
/// it was held ends. The same `Idempotency-Key` again gives the same leases, as long as one is theirs.
pub(super) fn claim<S: Sql>(
    desk: Desk<'_, S>,
    pull: &Pull,
) -> Result<(Vec<Interaction>, Option<Room>), Refused> {
    if pull.key.is_some() {
        let again = held_by(desk, &pull.agent, pull.key.as_deref())?;
        if !again.is_empty() {
            return Ok((again, None));
        }
    }
    let held = held_with(desk, pull)?;
    let room = Room::of(held, pull.able.capacity, desk.config.limits.held_per_agent)
        .within(pull.able.share);
    let max = pull.max.clamp(1, MAX_CLAIM).min(room.most());
    let limit = i64::from(desk.config.limits.attempts);
    for _ in 0..LOOKS {
        let heads = heads_of_each(desk, pull, max, room.gates)?;
        let (spent, fit): (Vec<_>, Vec<_>) = heads.iter().partition(|head| head.attempts >= limit);
        for head in &spent {
            kill(desk, head.seq, Ending::ClaimedTooOften)?;
        }
        let mut left = room;
        let fit: Vec<_> = fit
            .into_iter()
            .filter(|head| left.take(head.rank, head.in_private))
            .take(usize::try_from(max).unwrap_or(usize::MAX))
            .collect();
        let leased = lease(desk, pull, &fit)?;
        if heads.is_empty() || !leased.is_empty() {
            return Ok((rows::views(desk, leased, true)?, Some(room)));
        }
    }
    Ok((Vec::new(), Some(room)))
}

/// What an agent holds, by the claim of that key or all of it: also what ran out and nobody took since.
/// To ask with the key is to claim again, and a sign of life.
pub(super) fn held_by<S: Sql>(
    desk: Desk<'_, S>,
    agent: &str,
    key: Option<&str>,
) -> Result<Vec<Interaction>, Refused> {
    let rows = desk.sql.run(
        concat!(
            "-- held_by\nSELECT ",
            columns!(),
            " FROM interaction INDEXED BY held
WHERE holder = ?1 || '' AND lease IS NOT NULL AND state = 'open' AND (?2 IS NULL OR lease_key = ?2)
ORDER BY available_ms DESC LIMIT ?3"
        ),
        params![agent, key, MOST_HELD],
    )?;
    let mut records = rows
        .iter()
        .map(Record::read)
        .collect::<Result<Vec<_>, _>>()?;
    if key.is_some() {
        for record in &mut records {
            alive(desk, record)?;
        }
    }
    records.sort_by_key(|record| (record.rank, record.seq));
    let told = records.iter().map(|record| {
        let (news, _) = news(desk, record)?;
        Ok((
            record.seen,
            (record.available_ms - desk.now_ms).max(0),
            news,
        ))
    });
    let told = told.collect::<Result<Vec<_>, SqlError>>()?;
    let mut views = rows::views(desk, records, true)?;
    for (view, (seen, left_ms, news)) in views.iter_mut().zip(told) {
        (view.seen, view.left_ms, view.news) = (Some(seen), Some(left_ms), news);
    }
    Ok(views)
}

/// An agent takes up again what they hold, or held until the lease ran out, if nobody took it since.
pub(super) fn retake<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    agent: &str,
    lease_s: u32,
) -> Result<Interaction, Refused> {
    let mut record = rows::interaction(desk, seq)?;
    if !record.is_open() || record.lease.is_none() || record.holder.as_deref() != Some(agent) {
        return Err(record.lease_lost(desk.now_ms));
    }
    record.lease_ms = i64::from(lease_s) * 1_000;
    alive(desk, &mut record)?;
    rows::views(desk, vec![record], true)?
        .pop()
        .ok_or(Refused::NotFound)
}

/// A sign of life from its holder: the lease lasts its length from now, if it did not last longer.
pub(super) fn alive<S: Sql>(desk: Desk<'_, S>, record: &mut Record) -> Result<(), SqlError> {
    record.available_ms = record.available_ms.max(desk.now_ms + record.lease_ms);
    prolong(desk, record)
}

/// Writes down how long the lease lasts and what its holder has seen.
fn prolong<S: Sql>(desk: Desk<'_, S>, record: &Record) -> Result<(), SqlError> {
    desk.sql.run(
        "-- prolong
UPDATE interaction SET available_ms = ?2, lease_ms = ?3, seen = ?4 WHERE seq = ?1",
        params![
            record.seq,
            record.available_ms,
            record.lease_ms,
            record.seen
        ],
    )?;
    Ok(())
}

fn lease<S: Sql>(desk: Desk<'_, S>, pull: &Pull, heads: &[&Head]) -> Result<Vec<Record>, SqlError> {
    let seqs: Vec<i64> = heads.iter().map(|head| head.seq).collect();
    lease_all(desk, pull, &seqs)
}

/// Leases those that have a post left, in their order; the others end.
pub(super) fn lease_all<S: Sql>(
    desk: Desk<'_, S>,
    pull: &Pull,
    seqs: &[i64],
) -> Result<Vec<Record>, SqlError> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let lease_ms = i64::from(pull.lease_s) * 1_000;
    // A lease that is there still is one that ran out: released, it would be gone.
    let rows = desk.sql.run(
        concat!(
            "-- claim
UPDATE interaction SET lease = lower(hex(randomblob(16))), holder = ?2, available_ms = ?3,
  lease_ms = ?4, lease_key = ?5, attempts = attempts + (lease IS NOT NULL), seen = changes,
  assigned = NULL, assigned_ms = NULL, passed_by = NULL, passed_ms = NULL, kept_for = NULL,
  returns_to = NULL, returns_ms = NULL
WHERE seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))
  AND live > 0
RETURNING ",
            columns!()
        ),
        params![
            rows::list(seqs),
            pull.agent.as_str(),
            desk.now_ms + lease_ms,
            lease_ms,
            pull.key.as_deref(),
        ],
    )?;
    let mut leased = rows
        .iter()
        .map(Record::read)
        .collect::<Result<Vec<_>, _>>()?;
    let place = |record: &Record| seqs.iter().position(|seq| *seq == record.seq);
    leased.sort_by_key(place);
    for seq in seqs {
        if leased.iter().any(|record| record.seq == *seq) {
            desk.ready.note(Work::One(*seq), desk.now_ms + lease_ms);
            note(desk, *seq, &pull.agent, Did::Claimed, None)?;
        } else {
            end_withdrawn(desk, *seq)?;
        }
    }
    Ok(leased)
}

/// The proof of a lease that a claim has just given.
pub(super) fn holding<S>(desk: Desk<'_, S>, leased: &Interaction) -> Option<(Shard, Holding)> {
    let (_, seq) = Shard::find(leased.id.as_str(), desk.shards)?;
    let holding = Holding {
        seq,
        lease: leased.lease.clone()?,
        agent: leased.holder.clone()?,
        seen: None,
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
        free(desk, record.seq, desk.now_ms, None)?;
        let who = &holding.agent;
        note(desk, record.seq, who, Did::GivenBack, Some("hung_up"))?;
        if record.live == 0 {
            end_withdrawn(desk, record.seq)?;
        }
    }
    Ok(())
}

/// The record, if the lease on it is this holder's: also one that ran out, while nobody took the
/// interaction since, for there is nobody whom that could hurt. What they say to have seen is in it.
pub(super) fn held<S: Sql>(desk: Desk<'_, S>, holding: &Holding) -> Result<Record, Refused> {
    let mut record = rows::interaction(desk, holding.seq)?;
    if !record.is_open() || !record.is_of(holding) {
        return Err(record.lease_lost(desk.now_ms));
    }
    if let Some(seen) = holding.seen {
        if !(0..=record.changes).contains(&seen) {
            return Err(Refused::NoSuchCursor);
        }
        record.seen = record.seen.max(seen);
    }
    Ok(record)
}

/// Prolongs a lease and tells what has changed since what its holder says to have seen: again and
/// again, until they say so, for an answer may be lost on its way.
pub(super) fn extend<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    lease_s: u32,
) -> Result<Extended, Refused> {
    let mut record = held(desk, holding)?;
    record.lease_ms = i64::from(lease_s) * 1_000;
    record.available_ms = desk.now_ms + record.lease_ms;
    prolong(desk, &record)?;
    let (news, cursor) = news(desk, &record)?;
    Ok(Extended {
        until_ms: record.available_ms,
        news,
        cursor,
        details: rows::details_of(desk, &[record.seq], true)?.remove(&record.seq),
    })
}

/// The first changes that the holder has not seen, and the cursor of the last of them.
fn news<S: Sql>(desk: Desk<'_, S>, record: &Record) -> Result<(Vec<PostView>, i64), SqlError> {
    if record.changes == record.seen {
        return Ok((Vec::new(), record.changes));
    }
    let rows = desk.sql.run(
        "-- news
SELECT change, state, received_ms, copies, ack, post, triage FROM post_in
WHERE seq = ?1 AND change > ?2 ORDER BY change LIMIT ?3",
        params![record.seq, record.seen, POSTS_SHOWN],
    )?;
    let is_all = rows.len() < usize::try_from(POSTS_SHOWN).unwrap_or(usize::MAX);
    let cursor = match rows.last() {
        Some(last) if !is_all => last.int(0)?,
        _ => record.changes,
    };
    let news = rows.iter().map(|row| rows::post_view(row, 1));
    Ok((news.collect::<Result<_, _>>()?, cursor))
}

/// Whether a post that stands is past what was seen.
pub(super) fn is_more<S: Sql>(desk: Desk<'_, S>, seq: i64, seen: i64) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- is_more
SELECT 1 FROM post_in WHERE seq = ?1 AND change > ?2 AND state <> 'deleted'
UNION ALL SELECT 1 FROM details WHERE interaction = ?1 AND change > ?2 LIMIT 1",
        params![seq, seen],
    )?;
    Ok(!rows.is_empty())
}

/// Ends an interaction, unless its author has said more than its holder says to have seen: that would
/// be read by nobody. The same call again finds it ended the same way and is content: the answer
/// to the first one may have been lost.
pub(super) fn resolve<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    outcome: &str,
    remark: Option<&str>,
) -> Result<Interaction, Refused> {
    let record = rows::interaction(desk, holding.seq)?;
    if record.stored == Stored::Done && record.is_of(holding) {
        return if record.outcome.as_deref() == Some(outcome) {
            rows::view(desk, record.seq)
        } else {
            Err(Refused::Ended {
                outcome: record.outcome.unwrap_or_default(),
            })
        };
    }
    let record = held(desk, holding)?;
    if is_more(desk, record.seq, record.seen)? {
        return Err(Refused::Unheard);
    }
    let closed = promise::close(desk, record.seq, promise::End::Unanswered)?;
    sla::ended(desk, record.seq, closed)?;
    end(desk, record.seq, outcome, remark)?;
    note(
        desk,
        record.seq,
        &holding.agent,
        Did::Resolved,
        Some(outcome),
    )?;
    rows::view(desk, record.seq)
}

pub(super) fn end<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    outcome: &str,
    remark: Option<&str>,
) -> Result<(), SqlError> {
    past_due::advance(desk)?;
    desk.sql.run(
        "-- end
UPDATE interaction SET state = 'done', outcome = ?2, note = coalesce(?3, note), ended_ms = ?4,
  updated_ms = ?4
WHERE seq = ?1",
        params![seq, outcome, remark, desk.now_ms],
    )?;
    desk.ready.note(Work::One(seq), NEVER);
    // A person has dealt with it before the first word went out: that word would only confuse.
    withdraw::withdraw(desk, seq, "in_exchange")
}

/// Ends an interaction whose author took every post of it back.
pub(super) fn end_withdrawn<S: Sql>(desk: Desk<'_, S>, seq: i64) -> Result<(), SqlError> {
    void::all(desk, seq, void::Why::Withdrawn)?;
    end(desk, seq, Ending::Withdrawn.as_str(), None)?;
    note(desk, seq, HEARD, Did::Withdrawn, None)
}

/// Gives an interaction back to the queue, at once or after a delay. What its holder has not seen
/// ends the delay before it begins, as a post that comes during it would.
///
/// What is answered waits for its author as long as the agent says. What is not can be put off until
/// its deadline and no further, an emergency not at all; and whoever gives it back is offered
/// everything else first for a while, so that clicking through the queue buries nobody.
pub(super) fn release<S: Sql>(
    desk: Desk<'_, S>,
    holding: &Holding,
    delay_s: u32,
    reason: &str,
) -> Result<Interaction, Refused> {
    let record = held(desk, holding)?;
    let is_owed = record.owed_ms.is_some();
    let wished_ms = i64::from(delay_s) * 1_000;
    let delay_ms = match record.owed_level {
        _ if record.changes != record.seen => 0,
        _ if !is_owed => wished_ms,
        Level::Emergency => 0,
        _ => wished_ms.min(record.deadline_ms - desk.now_ms).max(0),
    };
    let passed_by = is_owed.then_some(holding.agent.as_str());
    free(desk, record.seq, desk.now_ms + delay_ms, passed_by)?;
    note(
        desk,
        record.seq,
        &holding.agent,
        Did::Released,
        Some(reason),
    )?;
    if record.live == 0 {
        end_withdrawn(desk, record.seq)?;
    }
    rows::view(desk, record.seq)
}

/// Nobody's any more; who gave it back unanswered is `passed_by`.
pub(super) fn free<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    available_ms: i64,
    passed_by: Option<&str>,
) -> Result<(), SqlError> {
    desk.sql.run(
        "-- free
UPDATE interaction SET lease = NULL, lease_ms = NULL, lease_key = NULL, holder = NULL, spoke_ms = NULL,
  available_ms = ?2, passed_by = ?3, passed_ms = ?4, updated_ms = ?5, kept_for = NULL, put_off_ms = ?6
WHERE seq = ?1",
        params![
            seq,
            available_ms,
            passed_by,
            passed_by.map(|_| desk.now_ms),
            desk.now_ms,
            (available_ms > desk.now_ms).then_some(available_ms),
        ],
    )?;
    desk.ready.note(Work::One(seq), available_ms);
    Ok(())
}

pub(super) fn kill<S: Sql>(desk: Desk<'_, S>, seq: i64, why: Ending) -> Result<(), SqlError> {
    past_due::advance(desk)?;
    desk.sql.run(
        "-- kill
UPDATE interaction SET state = 'dead', lease = NULL, holder = NULL, outcome = ?2, ended_ms = ?3,
  updated_ms = ?3
WHERE seq = ?1",
        params![seq, why, desk.now_ms],
    )?;
    desk.ready.note(Work::One(seq), NEVER);
    note(desk, seq, HEARD, Did::Dead, Some(why.as_str()))
}

/// Whether an agent, if one is named, may claim what is to be theirs.
pub(super) fn may_be_given<S: Sql>(
    desk: Desk<'_, S>,
    own: &str,
    agent: Option<(&str, &[Workgroup])>,
    workgroup: Option<&Workgroup>,
) -> Result<bool, SqlError> {
    let Some((_, serves)) = agent else {
        return Ok(true);
    };
    let to = workgroup.map_or(own, Workgroup::as_str);
    let served = retask::served(desk, serves)?;
    Ok(served.iter().any(|group| group.as_str() == to))
}

/// A supervisor gives an open interaction to an agent, a workgroup or both, and out of the hands of
/// whoever holds it.
pub(super) fn assign<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    agent: Option<(&str, &[Workgroup])>,
    workgroup: Option<&Workgroup>,
    by: &str,
) -> Result<Interaction, Refused> {
    let record = rows::interaction(desk, seq)?;
    if !record.is_open() {
        return Err(Refused::Ended {
            outcome: record.outcome.unwrap_or_default(),
        });
    }
    // What nobody but this agent may claim and this agent may not would wait for nobody.
    if !may_be_given(desk, &record.workgroup, agent, workgroup)? {
        let own = Workgroup::new(record.workgroup);
        return Err(Refused::NotServed {
            workgroup: workgroup.cloned().unwrap_or(own),
        });
    }
    let agent = agent.map(|(agent, _)| agent);
    free(desk, seq, desk.now_ms.min(record.available_ms), None)?;
    past_due::advance(desk)?;
    desk.sql.run(
        "-- assign
UPDATE interaction SET assigned = ?2, assigned_ms = ?3, workgroup = coalesce(?4, workgroup),
  -- What the old workgroup's people must be able to do is not asked of the new one's.
  skills = iif(coalesce(?4, workgroup) = workgroup, skills, NULL),
  relaxed_ms = iif(coalesce(?4, workgroup) = workgroup, relaxed_ms, NULL)
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
    note(desk, seq, by, Did::Assigned, Some(&to.join(", ")))?;
    rows::view(desk, seq)
}

/// A supervisor gives a dead interaction another chance, with all its attempts.
pub(super) fn redrive<S: Sql>(
    desk: Desk<'_, S>,
    seq: i64,
    by: &str,
) -> Result<Interaction, Refused> {
    let record = rows::interaction(desk, seq)?;
    if record.stored != Stored::Dead {
        return Err(Refused::NotDead);
    }
    // The author may have opened another one since; then this one's posts are old news, but still
    // somebody's to read: two open ones of one author are better than a lost one.
    desk.sql.run(
        "-- redrive
UPDATE interaction SET state = 'open', attempts = 0, outcome = NULL, ended_ms = NULL,
  available_ms = ?2, assigned = NULL, assigned_ms = NULL, updated_ms = ?2, kept_for = NULL
WHERE seq = ?1",
        params![seq, desk.now_ms],
    )?;
    desk.ready.note(Work::One(seq), desk.now_ms);
    note(desk, seq, by, Did::Redriven, None)?;
    rows::view(desk, seq)
}
