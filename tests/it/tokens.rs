//! Access tokens that rotate, against a platform that plays by the rules: a refresh token is good once,
//! and one used twice revokes all that came of it. Crashes at every point, and at random.

use crate::fuzz::Random;
use crate::rig::shipped;
use crate::sqlite::Sqlite;
use heard::accounts::context::Desk;
use heard::accounts::token::{Access, PROBE_MS, RENEWING_MS, Renewal, Step, WantToken, Without};
use heard::accounts::{Problems, renewal_call, renewed, schema, serve};
use heard::config::Config;
use heard::credential::grant::Minted;
use heard::post::SourceId;
use heard::scope::Scope;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const NOW_MS: i64 = 1_790_000_000_000;

const X: &str = "x-northline";
const BLUESKY: &str = "bluesky-northline";

fn config(x: &str, bluesky: &str) -> Config {
    Config::read(&shipped().to_string(), &|name| match name {
        "REPLY_TOKEN__X_NORTHLINE" => Some(x.to_owned()),
        "REPLY_TOKEN__BLUESKY_NORTHLINE" => Some(bluesky.to_owned()),
        _ => None,
    })
}

/// The object: its storage outlives it.
struct Object {
    sql: Sqlite,
    config: Config,
    now_ms: i64,
}

impl Object {
    fn new() -> Self {
        let sql = Sqlite::new();
        heard::sql::open(&sql, schema::MIGRATIONS).unwrap();
        Self {
            sql,
            config: config("oauth2:id:hush:seed-1", "session:northline.example:hush"),
            now_ms: NOW_MS,
        }
    }

    fn desk(&self) -> Desk<'_, Sqlite> {
        Desk {
            sql: &self.sql,
            config: &self.config,
            now_ms: self.now_ms,
        }
    }

    fn want(&self, source: &str, refused: Option<i64>) -> Step {
        let source = SourceId::new(source);
        serve(self.desk(), WantToken { source, refused }).unwrap()
    }

    fn renewal(&self, source: &str) -> Renewal {
        match self.want(source, None) {
            Step::Renew(renewal) => renewal,
            other => panic!("{other:?}"),
        }
    }

    fn access(&self, source: &str) -> Access {
        match self.want(source, None) {
            Step::Bear(access) => access,
            other => panic!("{other:?}"),
        }
    }

    fn dead(&self, source: &str) -> String {
        match self.want(source, None) {
            Step::Without(Without::Dead { why }) => why,
            other => panic!("{other:?}"),
        }
    }

    fn report(&self, source: &str, renewal: &Renewal, minted: Minted) {
        renewed(self.desk(), &SourceId::new(source), renewal, minted).unwrap();
    }

    fn problems(&self) -> Vec<String> {
        let scope = Scope::whole();
        let problems = serve(self.desk(), Problems { scope }).unwrap();
        problems.into_iter().map(|p| p.key).collect()
    }

    /// A renewal and its answer.
    fn renew(&self, source: &str, platform: &mut Platform) {
        let renewal = self.renewal(source);
        let minted = platform.asked(self, source, &renewal);
        self.report(source, &renewal, minted);
    }
}

fn refused(why: &str) -> Minted {
    Minted::Refused { why: why.into() }
}

fn unknown() -> Minted {
    Minted::Unknown {
        why: "timeout".into(),
    }
}

/// The other side: knows one refresh token at a time.
struct Platform {
    refresh: Option<String>,
    minted: u64,
    life_ms: i64,
}

impl Platform {
    fn new(seed: &str) -> Self {
        Self {
            refresh: Some(seed.into()),
            minted: 0,
            life_ms: 2 * HOUR_MS,
        }
    }

    fn asked(&mut self, object: &Object, source: &str, renewal: &Renewal) -> Minted {
        // What is asked is a call that can be made.
        renewal_call(object.desk(), &SourceId::new(source), renewal).unwrap();
        let brought = renewal.refresh.as_ref().map(|refresh| refresh.expose());
        let opens = source == BLUESKY && brought.is_none();
        if !opens && (brought.is_none() || brought != self.refresh.as_deref()) {
            self.refresh = None;
            return refused("invalid_request");
        }
        self.minted += 1;
        self.refresh = Some(format!("refresh-{}", self.minted));
        Minted::Tokens {
            access: format!("access-{}", self.minted),
            refresh: self.refresh.clone(),
            until_ms: object.now_ms + self.life_ms,
        }
    }

    fn takes(&self, access: &Access) -> bool {
        self.refresh.is_some() && access.token.expose() == format!("access-{}", self.minted)
    }
}

#[test]
fn a_token_is_got_with_the_seed_kept_and_renewed_before_it_ends() {
    let mut object = Object::new();
    let mut x = Platform::new("seed-1");
    let renewal = object.renewal(X);
    assert_eq!(renewal.refresh.as_ref().unwrap().expose(), "seed-1");
    // While one asks, all others wait.
    for _ in 0..20 {
        assert_eq!(object.want(X, None), Step::Wait);
    }
    let minted = x.asked(&object, X, &renewal);
    object.report(X, &renewal, minted);
    let access = object.access(X);
    assert!(x.takes(&access));
    assert_eq!(access.until_ms, NOW_MS + 110 * MINUTE_MS);
    // The object may be made anew at any time: all is in its storage.
    object.now_ms = access.until_ms - 1;
    assert_eq!(object.access(X), access);
    // In its last minutes one renews; the others go on with what there is.
    object.now_ms = access.until_ms;
    let renewal = object.renewal(X);
    assert_eq!(renewal.refresh.as_ref().unwrap().expose(), "refresh-1");
    assert_eq!(object.access(X), access);
    let minted = x.asked(&object, X, &renewal);
    object.report(X, &renewal, minted);
    let next = object.access(X);
    assert!(x.takes(&next) && next.number == access.number + 1);
    // Short-lived ones are renewed in time too.
    x.life_ms = 2 * MINUTE_MS;
    object.now_ms = next.until_ms;
    object.renew(X, &mut x);
    assert_eq!(object.access(X).until_ms, object.now_ms + 90_000);
}

#[test]
fn a_crash_is_told_from_a_clean_state_at_every_point() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Crash {
        BeforeTheCall,
        AfterThePlatformGranted,
        AnswerLost,
        AfterTheReport,
    }
    use Crash::*;
    for crash in [
        BeforeTheCall,
        AfterThePlatformGranted,
        AnswerLost,
        AfterTheReport,
    ] {
        for has_token in [false, true] {
            let mut object = Object::new();
            let mut x = Platform::new("seed-1");
            if has_token {
                object.renew(X, &mut x);
                object.now_ms = object.access(X).until_ms;
            }
            let renewal = object.renewal(X);
            match crash {
                BeforeTheCall => {}
                AfterThePlatformGranted => drop(x.asked(&object, X, &renewal)),
                AnswerLost => {
                    x.asked(&object, X, &renewal);
                    object.report(X, &renewal, unknown());
                }
                AfterTheReport => {
                    let minted = x.asked(&object, X, &renewal);
                    object.report(X, &renewal, minted);
                }
            }
            let what = format!("{crash:?}, with a token: {has_token}");
            if crash == AfterTheReport {
                assert!(x.takes(&object.access(X)), "{what}");
                continue;
            }
            // Nobody asks again while the answer may still come; a token that lives is used meanwhile.
            match object.want(X, None) {
                Step::Bear(_) => assert!(has_token, "{what}"),
                Step::Wait => assert!(!has_token && crash != AnswerLost, "{what}"),
                Step::Without(Without::Later { .. }) => {
                    assert!(!has_token && crash == AnswerLost, "{what}");
                }
                other => panic!("{what}: {other:?}"),
            }
            object.now_ms += RENEWING_MS;
            let again = object.renewal(X);
            assert_eq!(again.refresh, renewal.refresh, "{what}");
            assert!(again.number > renewal.number);
            let minted = x.asked(&object, X, &again);
            object.report(X, &again, minted);
            if crash == BeforeTheCall {
                assert!(x.takes(&object.access(X)), "{what}");
                assert_eq!(object.problems(), Vec::<String>::new());
            } else {
                // It was used, and what it brought is lost: for certain now.
                assert_eq!(object.problems(), ["REPLY_TOKEN__X_NORTHLINE"], "{what}");
                if has_token {
                    object.now_ms += 10 * MINUTE_MS - RENEWING_MS - 30_000;
                }
                assert_eq!(object.dead(X), "lost:invalid_request", "{what}");
            }
        }
    }
}

#[test]
fn a_token_that_comes_late_is_believed_and_a_no_that_comes_late_is_not() {
    let mut object = Object::new();
    let mut x = Platform::new("seed-1");
    let slow = object.renewal(X);
    let granted = x.asked(&object, X, &slow);
    object.now_ms += RENEWING_MS;
    let again = object.renewal(X);
    object.report(X, &slow, granted.clone());
    assert!(x.takes(&object.access(X)));
    // The second asked with what was used up.
    object.report(X, &again, refused("invalid_request"));
    assert!(x.takes(&object.access(X)));
    assert_eq!(object.problems(), Vec::<String>::new());
    // And an old one does not come back over a newer.
    object.now_ms = object.access(X).until_ms;
    object.renew(X, &mut x);
    object.report(X, &slow, granted);
    assert!(x.takes(&object.access(X)));
}

#[test]
fn what_the_platform_refuses_is_dead_until_a_new_secret_or_a_probe_that_works() {
    let mut object = Object::new();
    let mut x = Platform::new("another seed");
    object.renew(X, &mut x);
    assert_eq!(object.dead(X), "refused:invalid_request");
    assert_eq!(object.problems(), ["REPLY_TOKEN__X_NORTHLINE"]);
    object.now_ms += PROBE_MS - 1;
    object.dead(X);
    // One asks again after a while; a platform out of order then does not make it any less dead.
    object.now_ms += 1;
    let probe = object.renewal(X);
    object.report(X, &probe, unknown());
    assert_eq!(object.dead(X), "refused:invalid_request");
    object.now_ms += PROBE_MS;
    x.refresh = Some("seed-1".into());
    object.renew(X, &mut x);
    assert!(x.takes(&object.access(X)));
    assert_eq!(object.problems(), Vec::<String>::new());
    // A new secret is a new beginning, and the tokens' numbers go on.
    let number = object.access(X).number;
    x.refresh = Some("seed-2".into());
    object.config = config("oauth2:id:hush:seed-2", "");
    object.renew(X, &mut x);
    let access = object.access(X);
    assert!(x.takes(&access) && access.number > number);
    // What an old secret's renewal brings is nobody's any more.
    object.now_ms = access.until_ms;
    let old = object.renewal(X);
    object.config = config("oauth2:id:hush:seed-3", "");
    object.report(X, &old, unknown());
    assert_eq!(
        object.renewal(X).refresh.unwrap().expose(),
        "seed-3".to_owned()
    );
}

#[test]
fn a_token_that_the_platform_does_not_take_is_replaced_once() {
    let mut object = Object::new();
    let mut x = Platform::new("seed-1");
    object.renew(X, &mut x);
    let young = object.access(X);
    // A new one that is no good: another would be none either.
    assert_eq!(
        object.want(X, Some(young.number)),
        Step::Without(Without::Dead {
            why: "refused:access_token".into()
        })
    );
    object.now_ms += HOUR_MS;
    let Step::Renew(renewal) = object.want(X, Some(young.number)) else {
        panic!("no renewal");
    };
    // The others who were refused with the same wait for the same.
    assert_eq!(object.want(X, Some(young.number)), Step::Wait);
    let minted = x.asked(&object, X, &renewal);
    object.report(X, &renewal, minted);
    let next = object.access(X);
    // Who comes late with the old one's number gets the new one.
    assert_eq!(object.want(X, Some(young.number)), Step::Bear(next));
    assert_eq!(x.minted, 2);
}

#[test]
fn the_platform_s_wish_to_wait_is_kept() {
    let mut object = Object::new();
    let mut x = Platform::new("seed-1");
    let renewal = object.renewal(X);
    let after_s = Some(90);
    object.report(X, &renewal, Minted::Later { after_s });
    assert_eq!(
        object.want(X, None),
        Step::Without(Without::Later { after_s: 91 })
    );
    object.now_ms += 90_000;
    object.renew(X, &mut x);
    assert!(x.takes(&object.access(X)));
    // Without a wish the wait doubles, up to five minutes.
    object.now_ms = object.access(X).until_ms + HOUR_MS;
    let mut waits = Vec::new();
    for _ in 0..12 {
        let renewal = object.renewal(X);
        object.report(X, &renewal, Minted::Later { after_s: None });
        let Step::Without(Without::Later { after_s }) = object.want(X, None) else {
            panic!("not later");
        };
        waits.push(after_s);
        object.now_ms += i64::from(after_s) * 1_000;
    }
    assert_eq!(waits[..4], [3, 5, 9, 17]);
    assert_eq!(waits[11], 301);
}

#[test]
fn sessions_are_opened_anew_where_they_can_not_be_refreshed() {
    let mut object = Object::new();
    let mut bluesky = Platform::new("none yet");
    assert_eq!(object.renewal(BLUESKY).refresh, None);
    object.now_ms += RENEWING_MS;
    object.renew(BLUESKY, &mut bluesky);
    let first = object.access(BLUESKY);
    assert!(bluesky.takes(&first));
    object.now_ms = first.until_ms;
    object.renew(BLUESKY, &mut bluesky);
    assert_eq!(bluesky.minted, 2);
    // The session was ended at the other side: the next is opened at once.
    object.now_ms += 3 * HOUR_MS;
    bluesky.refresh = None;
    object.renew(BLUESKY, &mut bluesky);
    assert_eq!(object.renewal(BLUESKY).refresh, None);
    object.now_ms += RENEWING_MS;
    object.renew(BLUESKY, &mut bluesky);
    assert!(bluesky.takes(&object.access(BLUESKY)));
    // A lost answer costs nothing.
    object.now_ms += 3 * HOUR_MS;
    let renewal = object.renewal(BLUESKY);
    bluesky.asked(&object, BLUESKY, &renewal);
    object.report(BLUESKY, &renewal, unknown());
    object.now_ms += MINUTE_MS;
    object.renew(BLUESKY, &mut bluesky);
    object.renew(BLUESKY, &mut bluesky);
    assert!(bluesky.takes(&object.access(BLUESKY)));
    // A password that is no good is a person's to mend.
    object.now_ms += 3 * HOUR_MS;
    for why in ["ExpiredToken", "AuthenticationRequired"] {
        let renewal = object.renewal(BLUESKY);
        object.report(BLUESKY, &renewal, refused(why));
    }
    assert_eq!(object.dead(BLUESKY), "refused:AuthenticationRequired");
    assert_eq!(object.problems(), ["REPLY_TOKEN__BLUESKY_NORTHLINE"]);
}

#[test]
fn tokens_of_a_source_that_has_no_grant_are_forgotten_and_none_is_got() {
    let mut object = Object::new();
    object.renew(X, &mut Platform::new("seed-1"));
    assert_eq!(object.dead("forum-northline"), "no_grant");
    assert_eq!(object.dead("nobody"), "no_grant");
    object.config = config("AAAA-bbbb_cccc-dddd", "session:northline.example:hush");
    assert_eq!(object.dead(X), "no_grant");
    object.renew(BLUESKY, &mut Platform::new(""));
    object.config = config("oauth2:id:hush:seed-1", "session:northline.example:hush");
    let renewal = object.renewal(X);
    assert_eq!(
        (renewal.replaces, renewal.refresh.unwrap().expose()),
        (0, "seed-1")
    );
}

/// Whatever happens, in whatever order: one asks at a time, a token given out is one that the platform
/// gave, and a refresh token is only brought twice where an answer was lost.
#[test]
fn no_order_of_events_loses_a_token_that_was_not_lost_on_the_way() {
    for seed in 0..80 {
        let random = &mut Random(0x9E37_79B9_7F4A_7C15 ^ seed);
        let mut object = Object::new();
        let mut x = Platform::new("seed-1");
        let mut under_way: Option<(Renewal, Minted, i64)> = None;
        let mut lost = false;
        for _ in 0..200 {
            match random.below(6) {
                0 | 1 => match object.want(X, None) {
                    Step::Renew(renewal) => {
                        if let Some((_, _, began_ms)) = &under_way {
                            assert!(object.now_ms - began_ms >= RENEWING_MS, "two at once");
                            // Its answer, which may bring a token, is not waited for any more.
                            lost = true;
                        }
                        let brought = renewal.refresh.clone().unwrap();
                        assert!(
                            lost || x.refresh.as_deref() == Some(brought.expose()),
                            "a used one, {seed}"
                        );
                        let minted = match random.below(8) {
                            0 => unknown(),
                            1 => Minted::Later { after_s: None },
                            _ => x.asked(&object, X, &renewal),
                        };
                        under_way = Some((renewal, minted, object.now_ms));
                    }
                    // The platform may have granted the next already: then this one is refused, and replaced.
                    Step::Bear(access) => {
                        assert!(
                            lost || under_way.is_some() || x.takes(&access),
                            "no good, {seed}"
                        );
                    }
                    Step::Without(Without::Dead { why }) => {
                        assert!(lost, "{seed}: {why}");
                        assert!(why.starts_with("lost:"), "{why}");
                    }
                    Step::Wait | Step::Without(Without::Later { .. }) => {}
                },
                2 => {
                    if let Some((renewal, minted, _)) = under_way.take() {
                        object.report(X, &renewal, minted);
                    }
                }
                3 if random.below(10) == 0 => {
                    // Whoever asked dies.
                    lost |= matches!(under_way.take(), Some((_, Minted::Tokens { .. }, _)));
                }
                4 => object.now_ms += 1_000 * random.below(40) as i64,
                _ => object.now_ms += MINUTE_MS * random.below(30) as i64,
            }
        }
    }
}
