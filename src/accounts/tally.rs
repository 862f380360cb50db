//! What an isolate saw come to the webhooks since it last told the accounts' object.
//!
//! A delivery is counted in memory and nothing else: it waits for no storage, and a stranger who
//! knocks a million times makes one small write in each [`EVERY_MS`]. The price: what an isolate saw
//! in its last interval dies with it.

use crate::ack::lint::is_hidden;
use crate::config::App;
use crate::intake::Intake;
use crate::platform::Ignored;
use crate::post::{AccountId, AppId, Platform, SourceId, cut_to};
use crate::signature::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often an isolate tells at most, in milliseconds. Below the 30 s for which the runtime lets work
/// go on after an answer, for the last to be told waits this long; above a second, so that the object
/// is asked little even where hundreds of isolates run.
pub const EVERY_MS: i64 = 10_000;

/// How long after its time a promise to tell is believed to be kept, in milliseconds. Who promised may
/// have been ended by the runtime; the next delivery then promises anew.
const LATE_MS: i64 = 5_000;

/// How often something was seen, and when first and last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// How often.
    pub n: u64,
    /// When first: epoch milliseconds.
    pub first_ms: i64,
    /// When last: epoch milliseconds.
    pub last_ms: i64,
}

impl Times {
    /// Once, now.
    fn once(now_ms: i64) -> Self {
        Self {
            n: 1,
            first_ms: now_ms,
            last_ms: now_ms,
        }
    }

    /// Adds what was seen elsewhere, before or after.
    pub fn add(&mut self, other: Self) {
        if self.n == 0 {
            *self = other;
        } else if other.n > 0 {
            self.n = self.n.saturating_add(other.n);
            self.first_ms = self.first_ms.min(other.first_ms);
            self.last_ms = self.last_ms.max(other.last_ms);
        }
    }
}

/// What came to an app's webhook.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppTally {
    /// Deliveries that verified.
    pub verified: Times,
    /// Handshakes that were answered.
    pub handshakes: Times,
    /// Requests that were none of its handshakes.
    pub handshakes_refused: Times,
    /// Deliveries that verified and were no document of the platform.
    pub unreadable: Times,
    /// Deliveries that were refused, by [`crate::signature::Refusal::as_str`].
    pub refused: BTreeMap<String, Times>,
    /// Updates of no source of ours that were ignored, by reason.
    pub ignored: BTreeMap<Ignored, u64>,
    /// What each key verified, by its fingerprint ([`crate::signature::Key::fingerprint`]).
    pub keys: BTreeMap<String, Times>,
    /// Posts and such for accounts that no source names, by platform and account ([`named`]).
    pub strays: BTreeMap<Platform, BTreeMap<String, Times>>,
}

/// How many accounts that no source names are remembered for each platform of an app: more than anybody
/// mistypes. The longest unseen goes.
const STRAYS: usize = 32;

/// The longest account that is shown, in bytes: longer than any that a platform gives out.
const ACCOUNT_BYTES: usize = 128;

/// An account as it is counted and shown: cut where it is too long for one, without what would hide in a
/// line. Empty where a delivery names none.
pub fn named(account: Option<&AccountId>) -> String {
    let account = account.map(AccountId::as_str).unwrap_or_default();
    let mut shown: String = account
        .chars()
        .map(|c| {
            if is_hidden(c) || c.is_control() {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    cut_to(&mut shown, ACCOUNT_BYTES);
    shown
}

impl AppTally {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.verified.add(other.verified);
        self.handshakes.add(other.handshakes);
        self.handshakes_refused.add(other.handshakes_refused);
        self.unreadable.add(other.unreadable);
        merge(&mut self.refused, other.refused);
        merge(&mut self.keys, other.keys);
        for (platform, accounts) in other.strays {
            let mine = self.strays.entry(platform).or_default();
            merge(mine, accounts);
            keep_latest(mine, STRAYS);
        }
        count(&mut self.ignored, &other.ignored);
    }
}

/// Forgets those that were not seen for longest, until no more than `most` are left.
pub(super) fn keep_latest(all: &mut BTreeMap<String, Times>, most: usize) {
    while all.len() > most {
        let oldest = all.iter().min_by_key(|(_, times)| times.last_ms);
        let Some(oldest) = oldest.map(|(name, _)| name.clone()) else {
            break;
        };
        all.remove(&oldest);
    }
}

fn merge(mine: &mut BTreeMap<String, Times>, theirs: BTreeMap<String, Times>) {
    for (name, times) in theirs {
        mine.entry(name).or_default().add(times);
    }
}

/// What came for a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceTally {
    /// Deliveries with something for it, ignored or not.
    pub deliveries: Times,
    /// Updates for the queue.
    pub updates: u64,
    /// Updates that were ignored, by reason.
    pub ignored: BTreeMap<Ignored, u64>,
}

impl SourceTally {
    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.deliveries.add(other.deliveries);
        self.updates = self.updates.saturating_add(other.updates);
        count(&mut self.ignored, &other.ignored);
    }
}

/// What came to the webhooks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// By app; only those of the configuration, so that a stranger makes none.
    pub apps: BTreeMap<AppId, AppTally>,
    /// By source.
    pub sources: BTreeMap<SourceId, SourceTally>,
}

impl Tally {
    /// Counts a request to that app's webhook.
    pub fn note(&mut self, app: &App, came: &Intake, now_ms: i64) {
        let once = Times::once(now_ms);
        let tally = self.apps.entry(app.id.clone()).or_default();
        let mut refused = |why: Refusal| {
            let times = tally.refused.entry(why.as_str().to_string());
            times.or_default().add(once);
        };
        let mut verified = |key: &usize| {
            tally.verified.add(once);
            if let Some(key) = app.fingerprints.get(*key) {
                tally.keys.entry(key.clone()).or_default().add(once);
            }
        };
        match came {
            Intake::NoApp => {}
            Intake::NoKey => refused(Refusal::NoKey),
            Intake::Refused(why) => refused(*why),
            Intake::NoHandshake => tally.handshakes_refused.add(once),
            Intake::Welcome { key, .. } => {
                key.iter().for_each(&mut verified);
                tally.handshakes.add(once);
            }
            Intake::Unreadable { key } => {
                verified(key);
                tally.unreadable.add(once);
            }
            Intake::Updates(updates) => {
                verified(&updates.key);
                count(&mut tally.ignored, &updates.ignored);
                for ((platform, account), n) in &updates.strays {
                    let strays = tally.strays.entry(*platform).or_default();
                    strays
                        .entry(named(account.as_ref()))
                        .or_default()
                        .add(Times {
                            n: u64::from(*n),
                            ..once
                        });
                    keep_latest(strays, STRAYS);
                }
                for (source, carried) in &updates.sources {
                    let tally = self.sources.entry(source.clone()).or_default();
                    tally.deliveries.add(once);
                    tally.updates += u64::from(carried.updates);
                    count(&mut tally.ignored, &carried.ignored);
                }
            }
        }
    }

    /// Adds another.
    pub fn add(&mut self, other: Self) {
        for (app, theirs) in other.apps {
            self.apps.entry(app).or_default().add(theirs);
        }
        for (source, theirs) in &other.sources {
            self.sources.entry(source.clone()).or_default().add(theirs);
        }
    }
}

/// Adds counts of ignored updates.
fn count<N: Copy + Into<u64>>(sum: &mut BTreeMap<Ignored, u64>, more: &BTreeMap<Ignored, N>) {
    for (why, n) in more {
        let sum = sum.entry(*why).or_default();
        *sum = sum.saturating_add((*n).into());
    }
}

/// An isolate's tally, and who has promised to tell it.
#[derive(Debug, Default)]
pub struct Counter {
    tally: Tally,
    /// Not before this the object is told again.
    not_before_ms: i64,
    /// When somebody will tell.
    promised_ms: Option<i64>,
}

impl Counter {
    /// One that has seen nothing.
    pub const fn new() -> Self {
        Self {
            tally: Tally {
                apps: BTreeMap::new(),
                sources: BTreeMap::new(),
            },
            not_before_ms: 0,
            promised_ms: None,
        }
    }

    /// Counts a request. `Some` asks the caller to promise: to [`take`](Self::take) and tell after so
    /// many milliseconds, which is at once where nothing was told lately; `None`, somebody has.
    pub fn note(&mut self, app: &App, came: &Intake, now_ms: i64) -> Option<u64> {
        self.tally.note(app, came, now_ms);
        if self.promised_ms.is_some_and(|at| now_ms <= at + LATE_MS) {
            return None;
        }
        let at_ms = self.not_before_ms.max(now_ms);
        self.promised_ms = Some(at_ms);
        Some(at_ms.abs_diff(now_ms))
    }

    /// Everything seen since the last time, for the object.
    pub fn take(&mut self, now_ms: i64) -> Tally {
        self.promised_ms = None;
        self.not_before_ms = now_ms + EVERY_MS;
        std::mem::take(&mut self.tally)
    }

    /// The object could not be told: it is told with the next. If it had heard after all, it hears
    /// this twice; the other way something would be lost.
    pub fn put_back(&mut self, tally: Tally) {
        self.tally.add(tally);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::{Carried, Updates};
    use crate::platform::Welcome;
    use crate::signature::Key;
    use crate::signature::scheme::Scheme;
    use proptest::prelude::*;

    const NOW_MS: i64 = 1_795_348_800_000;

    fn app(keys: &[&str]) -> App {
        let keys: Vec<Key> = keys.iter().filter_map(|key| Key::new(*key)).collect();
        App {
            id: AppId::new("x-main"),
            scheme: Scheme::X,
            feed: Scheme::X.feed(),
            fingerprints: keys.iter().map(Key::fingerprint).collect(),
            keys,
            secret: String::new(),
            verify_secret: None,
            verify_tokens: Vec::new(),
        }
    }

    fn updates(key: usize) -> Intake {
        let carried = Carried {
            updates: 2,
            ignored: BTreeMap::from([(Ignored::Own, 1)]),
        };
        Intake::Updates(Updates {
            key,
            sources: BTreeMap::from([(SourceId::new("x-northline"), carried)]),
            ignored: BTreeMap::from([(Ignored::NoSource, 3)]),
            ..Updates::default()
        })
    }

    #[test]
    fn everything_that_comes_is_counted_where_it_belongs() {
        let app = app(&["new", "old"]);
        let welcome = Welcome {
            status: 200,
            content_type: "text/plain",
            body: String::new(),
        };
        let mut tally = Tally::default();
        for (at, came) in [
            updates(0),
            updates(1),
            updates(1),
            Intake::Refused(Refusal::Mismatch),
            Intake::Refused(Refusal::TooOld { by_s: 7 }),
            Intake::Refused(Refusal::TooOld { by_s: 8 }),
            Intake::NoKey,
            Intake::NoHandshake,
            Intake::Welcome {
                welcome: welcome.clone(),
                key: None,
            },
            Intake::Welcome {
                welcome,
                key: Some(0),
            },
            Intake::Unreadable { key: 0 },
        ]
        .iter()
        .enumerate()
        {
            tally.note(&app, came, NOW_MS + i64::try_from(at).unwrap());
        }
        let times = |n, first, last| Times {
            n,
            first_ms: NOW_MS + first,
            last_ms: NOW_MS + last,
        };
        let seen = &tally.apps[&app.id];
        assert_eq!(seen.verified, times(5, 0, 10));
        assert_eq!(seen.handshakes, times(2, 8, 9));
        assert_eq!(seen.handshakes_refused, times(1, 7, 7));
        assert_eq!(seen.unreadable, times(1, 10, 10));
        assert_eq!(
            seen.refused,
            BTreeMap::from([
                ("mismatch".to_string(), times(1, 3, 3)),
                ("too_old".to_string(), times(2, 4, 5)),
                ("no_key".to_string(), times(1, 6, 6)),
            ])
        );
        assert_eq!(seen.ignored, BTreeMap::from([(Ignored::NoSource, 9)]));
        assert_eq!(seen.keys[&app.fingerprints[0]], times(3, 0, 10));
        assert_eq!(seen.keys[&app.fingerprints[1]], times(2, 1, 2));
        let source = &tally.sources[&SourceId::new("x-northline")];
        assert_eq!(source.deliveries, times(3, 0, 2));
        assert_eq!(source.updates, 6);
        assert_eq!(source.ignored, BTreeMap::from([(Ignored::Own, 3)]));
        let told = serde_json::to_string(&tally).unwrap();
        assert_eq!(serde_json::from_str::<Tally>(&told).unwrap(), tally);
        assert!(!told.contains("\"new\""), "a key is told: {told}");
    }

    #[test]
    fn the_first_is_told_at_once_and_the_rest_together() {
        let (app, came) = (app(&["k"]), updates(0));
        let mut counter = Counter::new();
        assert_eq!(counter.note(&app, &came, NOW_MS), Some(0));
        assert_eq!(counter.note(&app, &came, NOW_MS), None, "somebody tells");
        assert_eq!(counter.take(NOW_MS).apps[&app.id].verified.n, 2);
        assert_eq!(counter.note(&app, &came, NOW_MS + 3_000), Some(7_000));
        assert_eq!(counter.note(&app, &came, NOW_MS + 9_999), None);
        assert_eq!(counter.take(NOW_MS + EVERY_MS).apps[&app.id].verified.n, 2);
        assert_eq!(counter.take(NOW_MS + EVERY_MS), Tally::default());
        assert_eq!(counter.note(&app, &came, NOW_MS + 60_000), Some(0));
    }

    #[test]
    fn a_broken_promise_is_made_anew_and_nothing_is_lost() {
        let (app, came) = (app(&["k"]), updates(0));
        let mut counter = Counter::new();
        assert_eq!(counter.note(&app, &came, NOW_MS), Some(0));
        assert_eq!(counter.note(&app, &came, NOW_MS + LATE_MS), None);
        assert_eq!(counter.note(&app, &came, NOW_MS + LATE_MS + 1), Some(0));
        let tally = counter.take(NOW_MS + LATE_MS + 1);
        counter.note(&app, &came, NOW_MS + LATE_MS + 2);
        counter.put_back(tally);
        assert_eq!(counter.take(NOW_MS).apps[&app.id].verified.n, 4);
    }

    proptest! {
        /// However often requests come, the object is told once in an interval, and of all of them.
        #[test]
        fn every_request_is_told_and_seldom(gaps in prop::collection::vec(0i64..4_000, 1..200)) {
            let (app, came) = (app(&["k"]), Intake::Refused(Refusal::Mismatch));
            let mut counter = Counter::new();
            let mut now_ms = NOW_MS;
            let mut due: Option<i64> = None;
            let mut told: Vec<(i64, u64)> = Vec::new();
            let mut tell = |counter: &mut Counter, at_ms| {
                let n = counter.take(at_ms).apps[&app.id].refused["mismatch"].n;
                told.push((at_ms, n));
            };
            for gap in &gaps {
                now_ms += gap;
                if let Some(at) = due.take_if(|at| *at <= now_ms) {
                    tell(&mut counter, at);
                }
                if let Some(after) = counter.note(&app, &came, now_ms) {
                    prop_assert_eq!(due, None);
                    due = Some(now_ms + i64::try_from(after).unwrap());
                }
            }
            if let Some(at) = due {
                tell(&mut counter, at);
            }
            let all: u64 = told.iter().map(|(_, n)| n).sum();
            prop_assert_eq!(all, u64::try_from(gaps.len()).unwrap());
            for pair in told.windows(2) {
                prop_assert!(pair[1].0 - pair[0].0 >= EVERY_MS);
            }
        }
    }
}
