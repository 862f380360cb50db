//! Agents who wait for work: which of them is woken for what.
//!
//! A claim that finds nothing is entered in the object's [`Register`]. Every operation leaves word of the
//! interactions that it makes ready, now or by the clock ([`super::ready::Ready`]); once its transaction is through, as
//! many agents are woken as there is new work for, the longest waiting first, and only those who can take
//! it. Nobody looks by themselves, so that waiting costs nothing while nothing happens.
//!
//! The register is memory, and what is in memory can be lost. So nothing rests on it alone: who is
//! entered has looked in the same turn, what somebody was woken for is offered to the next unless it
//! is taken in [`AGAIN_MS`], and all that is ready is looked through every [`LOOK_MS`] while anybody waits.

use super::ready::{NEVER, Work};
use super::serve::Ask;
use super::wire::{Pull, Refused, Retasked, Ticket};
use super::work::{ASSIGNED_MS, EMERGENCY_KEPT_MS};
use super::{retask, rows, work};
use crate::config::Config;
use crate::inbox::context::Desk;
use crate::inbox::rank::EMERGENCY_RANK;
use crate::post::{Platform, Workgroup};
use crate::sql::{Row, Sql, SqlError, params};

use std::collections::{BTreeMap, BTreeSet};

/// How often all that is ready is looked through while somebody waits: for what a restart made the
/// register forget. One query for each different filter, so that five hundred agents cost little, and
/// short beside the minutes of any lease.
pub const LOOK_MS: i64 = 5_000;

/// How long an agent who was woken has to take the work before the next one is woken for it: many times
/// what a claim takes, and still a delay that nobody would notice.
pub const AGAIN_MS: i64 = 250;

/// The most interactions whose time is kept: far more than agents hold. What comes beyond that is found
/// by the look every [`LOOK_MS`].
const MOST_DUE: usize = 10_000;

/// From how long a wait on its end is spread.
const SPREAD_FROM_S: u32 = 10;

/// Until when somebody waits who may wait so long. Agents who came together, as after a restart, would all come again in
/// the same moment, at every shard: so a long wait ends up to a tenth earlier, by the ticket's key.
pub fn until_ms(now_ms: i64, wait_s: u32, key: &str) -> i64 {
    let wait_ms = i64::from(wait_s) * 1_000;
    let part = key
        .get(..4)
        .and_then(|hex| i64::from_str_radix(hex, 16).ok());
    let earlier_ms = match wait_s {
        SPREAD_FROM_S.. => wait_ms / 10 * part.unwrap_or(0) / 0x1_0000,
        _ => 0,
    };
    now_ms + wait_ms - earlier_ms
}

/// An agent who waits, and `wake` to wake them by.
struct Waiter<W> {
    pull: Pull,
    ticket: Ticket,
    until_ms: i64,
    wake: W,
}

/// An open interaction, as far as it matters who may claim it.
struct Offer {
    seq: i64,
    workgroup: Workgroup,
    platform: Platform,
    lang: String,
    rank: i64,
    available_ms: i64,
    assigned: Option<(String, i64)>,
    /// Whether it was handed to whom it is assigned.
    kept: bool,
    in_private: bool,
    /// What one must be able to do, and from when on nobody asks for it.
    skills: Option<String>,
    relaxed_ms: Option<i64>,
    /// Who answered its author last, and until when it is theirs if they are free.
    returns: Option<(String, i64)>,
}

impl Offer {
    fn read(row: &Row) -> Result<Self, SqlError> {
        let assigned = row.opt_text(6)?.map(str::to_string);
        let returns = row.opt_text(12)?.map(str::to_string);
        Ok(Self {
            seq: row.int(0)?,
            workgroup: Workgroup::new(row.text(1)?),
            platform: Platform::named(row.text(2)?).ok_or(SqlError::Json("platform"))?,
            lang: row.text(3)?.to_string(),
            rank: row.int(4)?,
            available_ms: row.int(5)?,
            assigned: assigned.zip(row.opt_int(7)?),
            kept: row.opt_text(8)?.is_some(),
            in_private: row.opt_int(9)?.is_some(),
            skills: row.opt_text(10)?.map(str::to_string),
            relaxed_ms: row.opt_int(11)?,
            returns: returns.zip(row.opt_int(13)?),
        })
    }

    fn is_emergency(&self) -> bool {
        self.rank < EMERGENCY_RANK
    }

    /// From when on others may claim what is kept for one.
    fn kept_until_ms(&self) -> Option<i64> {
        let kept = match self.is_emergency() {
            true => EMERGENCY_KEPT_MS,
            false => ASSIGNED_MS,
        };
        self.assigned.as_ref().map(|(_, since_ms)| since_ms + kept)
    }

    /// From when on an emergency is offered to those too who do not work in its language.
    fn any_language_ms(&self) -> Option<i64> {
        self.is_emergency()
            .then_some(self.available_ms + EMERGENCY_KEPT_MS)
    }

    /// Whether what one must be able to do for it is not asked for any more, or not of whoever lacks `beyond`.
    fn is_in_reach(&self, beyond: &[&str], now_ms: i64) -> bool {
        let asks = |skills: &String| {
            self.relaxed_ms.is_none_or(|from_ms| from_ms > now_ms)
                && beyond.contains(&skills.as_str())
        };
        !self.skills.as_ref().is_some_and(asks)
    }

    /// Whether it is kept now for the agent who answered its author last, and that is somebody else who is free.
    fn returns_elsewhere(&self, pull: &Pull, now_ms: i64) -> bool {
        self.returns.as_ref().is_some_and(|(agent, until_ms)| {
            *agent != pull.agent
                && *until_ms > now_ms
                && !self.is_emergency()
                && pull.able.free.iter().flatten().any(|free| free == agent)
        })
    }

    /// Whether a pull of those who serve these workgroups now, and who lack the skills `beyond`, is offered this:
    /// what [`work::heads`] says in SQL.
    fn is_for(&self, pull: &Pull, served: &[Workgroup], beyond: &[&str], now_ms: i64) -> bool {
        let of_group = served.contains(&self.workgroup)
            || (self.is_emergency() && pull.workgroups.contains(&self.workgroup));
        let keeps = self.kept_until_ms().is_some_and(|until| until > now_ms);
        let for_them = self
            .assigned
            .as_ref()
            .map(|(agent, _)| *agent == pull.agent);
        let is_kept = for_them == Some(false) && keeps;
        if self.kept && keeps && for_them == Some(true) {
            return self.available_ms <= now_ms
                && of_group
                && pull.able.gates.let_through(self.rank, self.in_private);
        }
        self.available_ms <= now_ms
            && (for_them == Some(true)
                || (self.is_in_reach(beyond, now_ms) && !self.returns_elsewhere(pull, now_ms)))
            && pull.able.gates.let_through(self.rank, self.in_private)
            && of_group
            && !is_kept
            && (pull.platforms.is_empty() || pull.platforms.contains(&self.platform))
            && (pull.languages.is_empty()
                || self.lang == "und"
                || pull.languages.contains(&self.lang)
                || self
                    .any_language_ms()
                    .is_some_and(|from_ms| from_ms <= now_ms))
    }

    /// When it is worth another look, if nobody who waits may have it now.
    fn next_ms(&self, now_ms: i64) -> Option<i64> {
        if self.available_ms > now_ms {
            return Some(self.available_ms);
        }
        let kept_ms = self.returns.as_ref().map(|(_, until_ms)| *until_ms);
        let times = [
            self.kept_until_ms(),
            self.relaxed_ms,
            kept_ms,
            self.any_language_ms(),
        ];
        times.into_iter().flatten().filter(|at| *at > now_ms).min()
    }
}

/// What is to be looked at.
#[derive(Default)]
struct Look {
    seqs: BTreeSet<i64>,
    all: bool,
}

impl Look {
    fn add(&mut self, work: Work) {
        match work {
            Work::One(seq) => {
                self.seqs.insert(seq);
            }
            Work::Any => self.all = true,
        }
    }
}

/// Who waits at a shard.
pub struct Register<W> {
    /// The longest waiting first.
    waiters: Vec<Waiter<W>>,
    /// When to look at what.
    due: BTreeMap<Work, i64>,
    /// When all was looked through.
    looked_ms: i64,
}

impl<W> Default for Register<W> {
    fn default() -> Self {
        Self {
            waiters: Vec::new(),
            due: BTreeMap::new(),
            looked_ms: 0,
        }
    }
}

impl<W> Register<W> {
    /// Strikes somebody off, whoever has their ticket: how they would have been woken.
    pub fn strike(&mut self, key: &str) -> Option<W> {
        let at = self
            .waiters
            .iter()
            .position(|waiter| waiter.ticket.key == key)?;
        Some(self.waiters.remove(at).wake)
    }

    /// When [`ring`] is to be called next; `None` while nobody waits.
    pub fn next_ms(&self) -> Option<i64> {
        let ends = self.waiters.iter().map(|waiter| waiter.until_ms).min()?;
        let due = self.due.values().copied().min();
        let look = self.looked_ms + LOOK_MS;
        Some(ends.min(look).min(due.unwrap_or(look)))
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiters.len()
    }

    fn enter(&mut self, waiter: Waiter<W>, now_ms: i64) {
        if self.waiters.is_empty() {
            // Whatever came while nobody waited is found by those who come.
            self.due.retain(|_, at_ms| *at_ms > now_ms);
            self.looked_ms = now_ms;
        }
        let since_ms = waiter.ticket.since_ms;
        let at = self
            .waiters
            .partition_point(|other| other.ticket.since_ms <= since_ms);
        self.waiters.insert(at, waiter);
    }

    fn keep(&mut self, work: Work, at_ms: i64) {
        if self.due.len() < MOST_DUE || self.due.contains_key(&work) {
            self.due.insert(work, at_ms);
        }
    }

    /// Sorts what operations noted: what is ready is looked at now, the rest in its time.
    fn sort(&mut self, noted: Vec<(Work, i64)>, now_ms: i64) -> Look {
        let mut look = Look::default();
        for (work, from_ms) in noted {
            if from_ms == NEVER {
                self.due.remove(&work);
            } else if from_ms > now_ms {
                self.keep(work, from_ms);
            } else if !self.waiters.is_empty() {
                look.add(work);
            }
        }
        look
    }

    /// Takes out what is due, and those whose wait is over.
    fn take_due(&mut self, now_ms: i64) -> (Look, Vec<W>) {
        let mut look = Look::default();
        self.due.retain(|work, at_ms| {
            let is_due = *at_ms <= now_ms;
            if is_due {
                look.add(*work);
            }
            !is_due
        });
        if self.looked_ms + LOOK_MS <= now_ms {
            look.all = true;
        }
        let over = self
            .waiters
            .extract_if(.., |waiter| waiter.until_ms <= now_ms);
        (look, over.map(|waiter| waiter.wake).collect())
    }

    /// Gives each offer to the one who has waited longest of those who may have it.
    fn give(
        &mut self,
        offers: &[Offer],
        served: impl Fn(&Pull) -> Vec<Workgroup>,
        config: &Config,
        now_ms: i64,
    ) -> Vec<W> {
        let mut woken = Vec::new();
        let mut known: BTreeMap<Vec<Workgroup>, Vec<Workgroup>> = BTreeMap::new();
        for offer in offers {
            let mut may_have = |waiter: &Waiter<W>| {
                let own = &waiter.pull.workgroups;
                if !known.contains_key(own) {
                    known.insert(own.clone(), served(&waiter.pull));
                }
                let served = known.get(own).map_or(&[][..], Vec::as_slice);
                let beyond = match (&offer.skills, &waiter.pull.able.skills) {
                    (Some(_), Some(skills)) => config.beyond(skills),
                    _ => Vec::new(),
                };
                offer.is_for(&waiter.pull, served, &beyond, now_ms)
            };
            // Whoever answered its author last goes before who has waited longer.
            let is_keeper = |waiter: &Waiter<W>| {
                let kept = offer.returns.as_ref();
                kept.is_some_and(|(agent, until_ms)| {
                    *agent == waiter.pull.agent && *until_ms > now_ms
                })
            };
            let keeper = self
                .waiters
                .iter()
                .position(|waiter| is_keeper(waiter) && may_have(waiter));
            let next = keeper.or_else(|| self.waiters.iter().position(&mut may_have));
            if let Some(at) = next {
                woken.push(self.waiters.remove(at).wake);
                self.keep(Work::One(offer.seq), now_ms + AGAIN_MS);
            } else if let Some(at_ms) = offer.next_ms(now_ms) {
                self.keep(Work::One(offer.seq), at_ms);
            }
        }
        woken
    }
}

/// Whose waiting a question ends: an agent who looks for work by another way does not wait for it here.
pub fn ends(ask: &Ask) -> Option<&str> {
    let pull = match ask {
        Ask::Heads(heads) => &heads.pull,
        Ask::Claim(claim) => &claim.pull,
        Ask::Leave(leave) => &leave.pull,
        _ => return None,
    };
    pull.ticket.as_ref().map(|ticket| ticket.key.as_str())
}

/// Enters somebody who waits, and whose ticket nobody has; `wake` comes back at once if there is work
/// already.
///
/// # Errors
/// Where the storage fails.
pub fn wait<S: Sql, W>(
    desk: Desk<'_, S>,
    register: &mut Register<W>,
    pull: Pull,
    until_ms: i64,
    wake: W,
) -> Result<Option<W>, Refused> {
    if until_ms <= desk.now_ms || !work::heads(desk, &pull, 1, pull.able.gates)?.is_empty() {
        return Ok(Some(wake));
    }
    let nameless = || Ticket {
        key: String::new(),
        since_ms: desk.now_ms,
    };
    let waiter = Waiter {
        ticket: pull.ticket.clone().unwrap_or_else(nameless),
        pull,
        until_ms,
        wake,
    };
    register.enter(waiter, desk.now_ms);
    Ok(None)
}

/// Those to wake for what the last operation noted at the desk.
///
/// # Errors
/// Where the storage fails; then the next look finds what was missed.
pub fn rouse<S: Sql, W>(desk: Desk<'_, S>, register: &mut Register<W>) -> Result<Vec<W>, SqlError> {
    let look = register.sort(desk.ready.0.take(), desk.now_ms);
    given(desk, register, &look)
}

/// Those to wake by the clock, among them whose wait is over.
///
/// # Errors
/// Where the storage fails; then the next look finds what was missed.
pub fn ring<S: Sql, W>(desk: Desk<'_, S>, register: &mut Register<W>) -> Result<Vec<W>, SqlError> {
    let (look, mut woken) = register.take_due(desk.now_ms);
    if look.all {
        register.looked_ms = desk.now_ms;
    }
    woken.extend(given(desk, register, &look)?);
    Ok(woken)
}

fn given<S: Sql, W>(
    desk: Desk<'_, S>,
    register: &mut Register<W>,
    look: &Look,
) -> Result<Vec<W>, SqlError> {
    if register.waiters.is_empty() || (look.seqs.is_empty() && !look.all) {
        return Ok(Vec::new());
    }
    let away = retask::away(desk)?;
    let mut offers = offers(desk, &look.seqs)?;
    if look.all {
        offers.extend(offers_for_all(desk, register, &away)?);
    }
    offers.sort_by_key(|offer| (offer.rank, offer.seq));
    offers.dedup_by_key(|offer| offer.seq);
    let served = |pull: &Pull| retask::serving(desk.config, &away, &pull.workgroups);
    Ok(register.give(&offers, served, desk.config, desk.now_ms))
}

/// The columns of an [`Offer`].
macro_rules! offer {
    () => {
        "SELECT seq, workgroup, platform, lang, rank, available_ms, assigned, assigned_ms, kept_for, in_private,
  skills, relaxed_ms, returns_to, returns_ms FROM interaction "
    };
}

/// Those of these interactions that are open.
fn offers<S: Sql>(desk: Desk<'_, S>, seqs: &BTreeSet<i64>) -> Result<Vec<Offer>, SqlError> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let seqs: Vec<i64> = seqs.iter().copied().collect();
    let rows = desk.sql.run(
        concat!(
            "-- offers\n",
            offer!(),
            "WHERE seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) AND state = 'open'"
        ),
        params![rows::list(&seqs)],
    )?;
    rows.iter().map(Offer::read).collect()
}

/// What is ready for those who wait: for each different filter as many as there are agents with it. What
/// is left beyond that is found when those agents have gone.
fn offers_for_all<S: Sql, W>(
    desk: Desk<'_, S>,
    register: &Register<W>,
    away: &[Retasked],
) -> Result<Vec<Offer>, SqlError> {
    type Filter<'a> = (
        &'a [Workgroup],
        &'a [Platform],
        &'a [String],
        Option<String>,
        (i64, i64),
    );
    let mut filters: BTreeMap<Filter<'_>, Vec<&str>> = BTreeMap::new();
    for Waiter { pull, .. } in &register.waiters {
        let filter = (
            &pull.workgroups[..],
            &pull.platforms[..],
            &pull.languages[..],
            work::beyond(desk, &pull.able),
            (
                pull.able.gates.public.below(),
                pull.able.gates.private.below(),
            ),
        );
        filters.entry(filter).or_default().push(&pull.agent);
    }
    let json = |list: Vec<&str>| serde_json::Value::from(list).to_string();
    let some = |list: Vec<&str>| (!list.is_empty()).then(|| json(list));
    let mut offers = Vec::new();
    for ((own, platforms, languages, beyond, (public, private)), agents) in filters {
        let served = retask::serving(desk.config, away, own);
        let absent = own.iter().filter(|group| !served.contains(group));
        let groups = served.iter().map(|group| (group, 1_i64 << 52));
        let platforms = some(platforms.iter().map(|one| one.as_str()).collect());
        let languages = some(languages.iter().map(String::as_str).collect());
        let most = i64::try_from(agents.len()).unwrap_or(i64::MAX);
        let agents = json(agents);
        for (group, below) in groups.chain(absent.map(|group| (group, EMERGENCY_RANK))) {
            let rows = desk.sql.run(
                concat!(
                    "-- offers_for\n",
                    offer!(),
                    "INDEXED BY ready
WHERE state = 'open' AND workgroup = ?1 || '' AND rank < ?2 + 0 AND available_ms <= ?3 + 0
  AND (assigned IS NULL OR assigned_ms <= ?4 + 0 OR (rank < 0 AND assigned_ms <= ?5 + 0)
    OR assigned IN (SELECT value FROM json_each(?6)))
  AND (?7 IS NULL OR platform IN (SELECT value FROM json_each(?7)))
  AND (?8 IS NULL OR lang = 'und' OR lang IN (SELECT value FROM json_each(?8))
    OR (rank < 0 AND available_ms <= ?5 + 0))
  AND rank < iif(in_private IS NULL, ?10 + 0, ?11 + 0)
  AND (skills IS NULL OR ?12 IS NULL OR relaxed_ms <= ?3 + 0 OR skills NOT IN (SELECT value FROM json_each(?12))
    OR assigned IN (SELECT value FROM json_each(?6)))
  AND (returns_to IS NULL OR returns_ms <= ?3 + 0 OR rank < 0 OR returns_to IN (SELECT value FROM json_each(?6))
    OR assigned IN (SELECT value FROM json_each(?6)))
ORDER BY rank LIMIT ?9 + 0"
                ),
                params![
                    group.as_str(),
                    below,
                    desk.now_ms,
                    desk.now_ms - ASSIGNED_MS,
                    desk.now_ms - EMERGENCY_KEPT_MS,
                    agents.as_str(),
                    platforms.clone(),
                    languages.clone(),
                    most,
                    public,
                    private,
                    beyond.clone(),
                ],
            )?;
            for row in &rows {
                offers.push(Offer::read(row)?);
            }
        }
    }
    Ok(offers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_waits_end_spread_over_their_last_tenth_and_short_ones_as_asked() {
        let ends = |wait_s, key| until_ms(1_000_000, wait_s, key);
        assert_eq!(ends(9, "ffff"), 1_009_000);
        assert_eq!(ends(25, "0000"), 1_025_000);
        assert_eq!(ends(25, "8000aa"), 1_023_750);
        assert!((1_022_500..1_022_600).contains(&ends(25, "ffff")));
        assert_eq!(ends(25, ""), 1_025_000, "no key");
    }
}
