//! Who comes in: revoked tokens stay out, and nobody calls faster than a person works.
//!
//! A [`Gate`] is what one isolate keeps in its memory; nothing here is stored or waited for. So a limit
//! is each isolate's own: where Cloudflare runs several of a Worker, a token may have as many times as
//! much. The list of revoked tokens is the accounts' object's, asked for with a call at most every few
//! seconds.

use super::problem::Problem;
use super::route::Action;
use super::token::Bearer;
use crate::accounts::wire::Sighting;
use crate::config::{self, Limits};
use std::collections::{BTreeMap, BTreeSet};

/// How old the list of revoked tokens may be, in milliseconds: a revoked one is good nowhere within
/// this and the time of one question.
pub const FRESH_MS: i64 = 5_000;

/// How long a question to the object may take, in milliseconds, until it counts as unanswered.
pub const ANSWER_MS: i64 = 2_000;

/// How long tokens are believed when the list cannot be had, in milliseconds. An object that moves is
/// back within seconds; longer, and a stolen token would be good for as long as somebody keeps it down.
pub const OPEN_MS: i64 = 5 * 60_000;

/// How often a token's use is told, in milliseconds: a minute is as exact as "last seen" need be.
const TOLD_MS: i64 = 60_000;

/// How many wrong tokens an address may send in a minute. A person who pastes a wrong one tries it
/// some times; a console that keeps an expired one must not lock its office out, so those don't count.
pub const WRONG_PER_MINUTE: u32 = 30;

/// How many addresses and tokens are remembered at most; past that, strangers share one place.
const MOST: usize = 10_000;

/// A minute.
const MINUTE_MS: i64 = 60_000;

/// Whether a call is answered though nobody can be asked which tokens are revoked: where the objects are in another
/// `jurisdiction` than the configuration says, no object is asked anything, and these calls, whose answers hold only what
/// the configuration says, are how an operator learns of it.
pub fn is_told_unchecked(action: Action, elsewhere: bool) -> bool {
    elsewhere && matches!(action, Action::Ready | Action::Metrics)
}

/// What is limited for each token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paced {
    /// `POST /v1/claims`.
    Claims,
    /// `POST /v1/interactions/{id}/reply`.
    Replies,
}

/// Allows so many in a minute, in any rhythm: what is kept is when it would all be used up.
fn paced(used_up_ms: &mut i64, per_minute: u32, now_ms: i64) -> Result<(), i64> {
    let each_ms = MINUTE_MS / i64::from(per_minute).max(1);
    let from_ms = (*used_up_ms).max(now_ms);
    let over_ms = from_ms + each_ms - (now_ms + MINUTE_MS);
    if over_ms > 0 {
        return Err(over_ms);
    }
    *used_up_ms = from_ms + each_ms;
    Ok(())
}

/// What an isolate knows of the tokens it saw.
#[derive(Debug, Default)]
pub struct Gate {
    revoked: BTreeSet<String>,
    /// When the list came.
    heard_ms: Option<i64>,
    /// When it was last asked for.
    asked_ms: Option<i64>,
    /// Since when it cannot be had.
    failing_ms: Option<i64>,
    /// The tokens whose use was told, and when.
    told: BTreeMap<String, i64>,
    pace: BTreeMap<(Paced, String), i64>,
    wrong: BTreeMap<String, i64>,
}

impl Gate {
    /// One that has seen nobody.
    pub const fn new() -> Self {
        Self {
            revoked: BTreeSet::new(),
            heard_ms: None,
            asked_ms: None,
            failing_ms: None,
            told: BTreeMap::new(),
            pace: BTreeMap::new(),
            wrong: BTreeMap::new(),
        }
    }

    /// Whether a token from this address is looked at at all. After too many wrong ones only those are
    /// that say they are one of whom this isolate knows (`jti`): strangers behind an office's address
    /// do not lock the office out.
    ///
    /// # Errors
    /// Too many wrong tokens.
    pub fn knock(&self, address: &str, jti: Option<&str>, now_ms: i64) -> Result<(), Problem> {
        let Some(used_up_ms) = self.wrong.get(self.place(address)) else {
            return Ok(());
        };
        match paced(&mut used_up_ms.clone(), WRONG_PER_MINUTE, now_ms) {
            Err(after_ms) if jti.is_none_or(|jti| !self.told.contains_key(jti)) => {
                Err(Problem::rate_limited(
                    format!(
                        "more than {WRONG_PER_MINUTE} wrong tokens in a minute came from your address"
                    ),
                    after_ms,
                ))
            }
            _ => Ok(()),
        }
    }

    /// A wrong token came from this address.
    pub fn wrong(&mut self, address: &str, now_ms: i64) {
        if self.wrong.len() >= MOST {
            self.wrong.retain(|_, used_up_ms| *used_up_ms > now_ms);
        }
        let place = self.place(address).to_string();
        // Past the limit there is nothing to count.
        let _ = paced(
            self.wrong.entry(place).or_insert(now_ms),
            WRONG_PER_MINUTE,
            now_ms,
        );
    }

    /// Where an address is counted; beyond the bound, all new ones in one place.
    fn place<'a>(&self, address: &'a str) -> &'a str {
        match self.wrong.len() < MOST || self.wrong.contains_key(address) {
            true => address,
            false => "",
        }
    }

    /// Whether the object is to be asked before this token is believed, and what it is told then.
    pub fn asks(&mut self, bearer: &Bearer, now_ms: i64) -> Option<Vec<Sighting>> {
        let within = |at: Option<i64>, ms| at.is_some_and(|at| now_ms < at + ms);
        // While another asks, the list may be as much older as an answer takes.
        let fresh = within(self.heard_ms, FRESH_MS)
            || (within(self.heard_ms, FRESH_MS + ANSWER_MS) && within(self.asked_ms, ANSWER_MS));
        let told = self.told.get(&bearer.jti);
        let told = told.is_some_and(|at| now_ms < at + TOLD_MS);
        // While the object is down, not every call waits for it in vain.
        let down = self.failing_ms.is_some() && within(self.asked_ms, FRESH_MS);
        if (fresh && told) || down {
            return None;
        }
        self.asked_ms = Some(now_ms);
        if told {
            return Some(Vec::new());
        }
        if self.told.len() >= MOST {
            self.told.retain(|_, at| now_ms < *at + TOLD_MS);
        }
        if self.told.len() < MOST {
            self.told.insert(bearer.jti.clone(), now_ms);
        }
        Some(vec![Sighting {
            id: bearer.jti.clone(),
            agent: bearer.id.clone(),
            role: bearer.role.as_str().to_string(),
            workgroups: bearer.workgroups.clone(),
            expires_ms: bearer.expires_s.saturating_mul(1_000),
            at_ms: now_ms,
        }])
    }

    /// The object told which tokens are revoked.
    pub fn heard(&mut self, revoked: Vec<String>, asked_ms: i64) {
        // Of two answers the one that was asked for later is newer.
        if self.heard_ms.is_none_or(|heard_ms| heard_ms <= asked_ms) {
            self.revoked = revoked.into_iter().collect();
            self.heard_ms = Some(asked_ms);
            self.failing_ms = None;
        }
    }

    /// The object did not answer: what it was told is told again.
    pub fn unheard(&mut self, told: &[Sighting], now_ms: i64) {
        self.failing_ms.get_or_insert(now_ms);
        for one in told {
            self.told.remove(&one.id);
        }
    }

    /// Whether a token is good, as far as is known.
    ///
    /// # Errors
    /// It is revoked, or that could not be learnt for too long.
    pub fn judge(&self, bearer: &Bearer, now_ms: i64) -> Result<(), Problem> {
        if self.revoked.contains(&bearer.jti) {
            return Err(Problem::revoked());
        }
        match self.failing_ms {
            Some(since_ms) if now_ms >= since_ms + OPEN_MS => Err(Problem::tokens_unchecked()),
            _ => Ok(()),
        }
    }

    /// Whether a token may do this once more.
    ///
    /// # Errors
    /// Too often.
    pub fn pace(
        &mut self,
        what: Paced,
        bearer: &Bearer,
        limits: &Limits,
        now_ms: i64,
    ) -> Result<(), Problem> {
        let (per_minute, name) = match what {
            Paced::Claims => (limits.claims_per_minute, "claims"),
            Paced::Replies => (limits.replies_per_minute, "replies"),
        };
        if self.pace.len() >= MOST {
            self.pace.retain(|_, used_up_ms| *used_up_ms > now_ms);
        }
        let used_up_ms = self
            .pace
            .entry((what, bearer.jti.clone()))
            .or_insert(now_ms);
        paced(used_up_ms, per_minute, now_ms).map_err(|after_ms| {
            Problem::rate_limited(
                format!("a token has {per_minute} {name} a minute; a claim can wait for work by itself (wait_s)"),
                after_ms,
            )
        })
    }

    /// What an operator must know: the list cannot be had.
    pub fn alarm(&self, now_ms: i64) -> Option<config::problem::Problem> {
        let since_ms = self.failing_ms?;
        let left_s = (since_ms + OPEN_MS - now_ms).max(0) / 1_000;
        Some(config::problem::Problem {
            key: "tokens".into(),
            says: format!(
                "which tokens are revoked cannot be learnt since {}: in {left_s} s no token is believed any more",
                super::response::rfc3339(since_ms)
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::route::Role;

    const NOW_MS: i64 = 1_795_348_800_000;

    fn bearer(jti: &str) -> Bearer {
        Bearer {
            jti: jti.into(),
            id: "ana".into(),
            role: Role::Agent,
            workgroups: Vec::new(),
            expires_s: NOW_MS / 1_000 + 3_600,
        }
    }

    #[test]
    fn only_what_tells_of_a_wrong_jurisdiction_is_answered_unchecked() {
        for route in crate::api::route::ROUTES {
            let told = is_told_unchecked(route.action, true);
            assert_eq!(
                told,
                ["/readyz", "/metrics"].contains(&route.path),
                "{}",
                route.path
            );
            assert!(!is_told_unchecked(route.action, false));
        }
    }

    fn code(said: Result<(), Problem>) -> Option<&'static str> {
        said.err().map(|problem| problem.code)
    }

    #[test]
    fn a_revoked_token_is_out_within_the_lists_age_and_its_use_is_told_once_a_minute() {
        let mut gate = Gate::new();
        let ana = bearer("a");
        let told = gate.asks(&ana, NOW_MS).unwrap();
        assert_eq!((told.len(), told[0].id.as_str()), (1, "a"));
        gate.heard(Vec::new(), NOW_MS);
        assert_eq!(gate.judge(&ana, NOW_MS), Ok(()));
        assert_eq!(gate.asks(&ana, NOW_MS + FRESH_MS - 1), None);
        assert_eq!(gate.asks(&ana, NOW_MS + FRESH_MS), Some(Vec::new()));
        gate.heard(vec!["a".into()], NOW_MS + FRESH_MS);
        assert_eq!(code(gate.judge(&ana, NOW_MS)), Some("token_revoked"));
        assert_eq!(gate.judge(&bearer("b"), NOW_MS), Ok(()));
        // An answer that was asked for earlier and comes later changes nothing.
        gate.heard(Vec::new(), NOW_MS);
        assert_eq!(code(gate.judge(&ana, NOW_MS)), Some("token_revoked"));
        assert_eq!(gate.asks(&ana, NOW_MS + TOLD_MS).unwrap().len(), 1);
    }

    #[test]
    fn one_who_finds_the_list_old_asks_although_another_does() {
        let mut gate = Gate::new();
        let (ana, bo) = (bearer("a"), bearer("b"));
        for one in [&ana, &bo] {
            assert!(gate.asks(one, NOW_MS).is_some());
        }
        gate.heard(Vec::new(), NOW_MS);
        let later_ms = NOW_MS + FRESH_MS;
        assert!(gate.asks(&ana, later_ms).is_some());
        assert_eq!(gate.asks(&bo, later_ms + ANSWER_MS - 1), None);
        assert!(gate.asks(&bo, later_ms + ANSWER_MS).is_some());
    }

    #[test]
    fn without_the_list_it_is_open_for_five_minutes_then_closed() {
        let mut gate = Gate::new();
        let ana = bearer("a");
        let told = gate.asks(&ana, NOW_MS).unwrap();
        assert_eq!(gate.alarm(NOW_MS), None);
        gate.unheard(&told, NOW_MS);
        assert_eq!(gate.judge(&ana, NOW_MS + OPEN_MS - 1), Ok(()));
        assert!(gate.alarm(NOW_MS + 1).unwrap().says.contains("in 299 s"));
        assert_eq!(
            gate.asks(&ana, NOW_MS + FRESH_MS - 1),
            None,
            "nobody waits again at once"
        );
        let again = gate.asks(&ana, NOW_MS + OPEN_MS).unwrap();
        assert_eq!(again.len(), 1, "its use is told again");
        gate.unheard(&again, NOW_MS + OPEN_MS);
        let shut = gate.judge(&ana, NOW_MS + OPEN_MS);
        assert_eq!(code(shut), Some("tokens_unchecked"));
        gate.heard(Vec::new(), NOW_MS + OPEN_MS + 1);
        assert_eq!(gate.judge(&ana, NOW_MS + OPEN_MS + 2), Ok(()));
        assert_eq!(gate.alarm(NOW_MS + OPEN_MS + 2), None);
    }

    #[test]
    fn a_token_has_so_many_a_minute_and_then_waits_for_the_next() {
        let mut gate = Gate::new();
        let limits = Limits {
            claims_per_minute: 3,
            replies_per_minute: 1,
            ..Limits::default()
        };
        let mut claim = |jti: &str, at_ms| gate.pace(Paced::Claims, &bearer(jti), &limits, at_ms);
        for _ in 0..3 {
            assert_eq!(claim("a", NOW_MS), Ok(()));
        }
        let refused = claim("a", NOW_MS).unwrap_err();
        assert_eq!((refused.status, refused.code), (429, "rate_limited"));
        assert_eq!(refused.more["retry_after_s"], 20);
        assert_eq!(claim("b", NOW_MS), Ok(()), "each token has its own");
        assert_eq!(claim("a", NOW_MS + 20_000), Ok(()));
        assert_eq!(code(claim("a", NOW_MS + 20_000)), Some("rate_limited"));
        let mut reply = |at_ms| gate.pace(Paced::Replies, &bearer("a"), &limits, at_ms);
        assert_eq!(reply(NOW_MS), Ok(()));
        assert_eq!(code(reply(NOW_MS + 59_999)), Some("rate_limited"));
        assert_eq!(reply(NOW_MS + 60_000), Ok(()));
    }

    #[test]
    fn wrong_tokens_shut_strangers_out_and_not_those_who_work() {
        let mut gate = Gate::new();
        assert!(gate.asks(&bearer("a"), NOW_MS).is_some());
        for _ in 0..WRONG_PER_MINUTE {
            assert_eq!(gate.knock("1.2.3.4", None, NOW_MS), Ok(()));
            gate.wrong("1.2.3.4", NOW_MS);
        }
        for jti in [None, Some("z")] {
            let refused = gate.knock("1.2.3.4", jti, NOW_MS);
            assert_eq!(code(refused), Some("rate_limited"), "{jti:?}");
        }
        assert_eq!(gate.knock("1.2.3.4", Some("a"), NOW_MS), Ok(()));
        assert_eq!(gate.knock("1.2.3.5", None, NOW_MS), Ok(()));
        assert_eq!(gate.knock("1.2.3.4", None, NOW_MS + 2_000), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut gate = Gate::new();
        let limits = Limits::default();
        for n in 0..MOST + 1_000 {
            let name = n.to_string();
            gate.wrong(&name, NOW_MS);
            gate.asks(&bearer(&name), NOW_MS);
        }
        assert!(gate.wrong.len() <= MOST + 1);
        assert!(gate.told.len() <= MOST);
        // What is over is forgotten.
        for n in 0..MOST + 1_000 {
            let at_ms = NOW_MS + 10 * i64::try_from(n).unwrap();
            let _ = gate.pace(Paced::Claims, &bearer(&n.to_string()), &limits, at_ms);
        }
        assert!(gate.pace.len() <= MOST);
    }
}
