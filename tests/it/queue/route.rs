//! To the right people: rules, skills, both kinds of work, and who answered last.

use super::{MINUTE_MS, Office, START_MS, claim_one, holding, judged, made, post, pull, sent, seq};
use heard::config::Config;
use heard::inbox::hands::{Able, Hands};
use heard::inbox::holders::ShowHolders;
use heard::inbox::needs::{ShowNeeds, WAITS_MS};
use heard::inbox::reply::BeginReply;
use heard::inbox::wire::{Incoming, Interaction, Pull, ReplyStep};
use heard::inbox::work::Claim;
use heard::judgement::{Danger, Level, Situation, Triage};
use heard::post::{PostKind, Workgroup};

const ROUTES: &str = r#",
  "route": [
    {"danger": ["any"], "workgroup": "safety", "skills": ["safety"], "relax_after": 0},
    {"situation": ["refund"], "skills": ["billing"], "relax_after": 10},
    {"situation": ["no_access"], "workgroup": "freight"}
  ]
}"#;

fn office() -> Office {
    let office = Office::new();
    let table = super::TABLE.trim_end().trim_end_matches('}');
    let table = format!("{table}{ROUTES}").replace(
        r#""team": "the Northline care team"}"#,
        r#""team": "the Northline care team", "signature": {"en": "{name} at Northline"}}"#,
    );
    let config = Config::read(&table, &|name| {
        name.starts_with("REPLY_TOKEN__")
            .then(|| "a-credential".to_string())
    });
    assert_eq!(config.routes.len(), 3, "{:?}", config.problems);
    Office { config, ..office }
}

fn about(situation: Situation, level: Level) -> Triage {
    Triage {
        situation: Some(situation),
        ..judged(level)
    }
}

fn one(id: &str, author: &str, office: &Office, triage: Triage) -> Incoming {
    made("x", post(id, author, office.now_ms), triage)
}

fn message(id: &str, author: &str, office: &Office, triage: Triage) -> Incoming {
    let mut post = post(id, author, office.now_ms);
    post.kind = PostKind::Message;
    made("x", post, triage)
}

/// A pull of somebody with those skills.
fn skilled(agent: &str, skills: &[&str], max: u32) -> Pull {
    let skills = skills.iter().map(|skill| skill.to_string()).collect();
    Pull {
        able: Able {
            skills: Some(skills),
            ..Able::default()
        },
        ..pull(agent, max)
    }
}

fn seqs(claimed: &[Interaction]) -> Vec<i64> {
    claimed.iter().map(seq).collect()
}

#[test]
fn only_who_has_the_skill_is_offered_it_until_it_is_relaxed() {
    let mut office = office();
    office.take(vec![
        one("1", "ann", &office, about(Situation::Refund, Level::Urgent)),
        one("2", "bob", &office, judged(Level::Routine)),
    ]);
    let shown = office.show(1);
    assert_eq!(shown.skills, ["billing"]);
    assert_eq!(shown.relaxed_ms, Some(START_MS + 10 * MINUTE_MS));
    let other = office.claim(skilled("a", &["press"], 9));
    assert_eq!(seqs(&other), [2]);
    office.resolve(holding(&other[0]), "solved").unwrap();
    assert!(office.claim(skilled("a", &[], 9)).is_empty());
    office.now_ms += 10 * MINUTE_MS - 1;
    assert!(office.claim(skilled("a", &[], 9)).is_empty());
    let billing = office.claim(skilled("b", &["billing", "press"], 9));
    assert_eq!(seqs(&billing), [1]);
    office.release(holding(&billing[0]), 0).unwrap();
    office.now_ms += 1;
    assert_eq!(seqs(&office.claim(skilled("a", &[], 9))), [1], "relaxed");
    office.audit();
}

/// Where the floor did not answer everybody is offered everything, and a set of skills that no rule asks for
/// any more is asked of nobody.
#[test]
fn nothing_waits_for_a_silent_floor_or_a_rule_that_is_gone() {
    let mut office = office();
    let refund = || about(Situation::Refund, Level::Urgent);
    office.take(vec![
        one("1", "ann", &office, refund()),
        one("2", "bob", &office, refund()),
    ]);
    assert_eq!(seqs(&office.claim(pull("a", 1))), [1]);
    assert!(office.claim(skilled("b", &[], 1)).is_empty());
    office.config.routes.clear();
    assert_eq!(seqs(&office.claim(skilled("b", &[], 1))), [2]);
}

#[test]
fn who_a_supervisor_gives_it_to_needs_no_skill() {
    let office = office();
    office.take(vec![one(
        "1",
        "ann",
        &office,
        about(Situation::Refund, Level::Urgent),
    )]);
    office.assign(1, Some("a"), None).unwrap();
    assert_eq!(seqs(&office.claim(skilled("a", &[], 1))), [1]);
}

#[test]
fn a_rule_sends_to_a_workgroup_and_danger_is_followed_late() {
    let office = office();
    let of = |workgroup: &str| Pull {
        workgroups: vec![Workgroup::new(workgroup)],
        ..skilled("a", &["safety"], 9)
    };
    office.take(vec![
        one(
            "1",
            "ann",
            &office,
            about(Situation::NoAccess, Level::Routine),
        ),
        one("2", "bob", &office, judged(Level::Routine)),
    ]);
    assert_eq!(office.show(1).workgroup.as_str(), "freight");
    assert_eq!(office.show(2).workgroup.as_str(), "trains");
    let gas = Triage {
        danger: Some(Danger::Gas),
        ..judged(Level::Emergency)
    };
    office.take(vec![one("3", "bob", &office, gas.clone())]);
    let moved = office.show(2);
    assert_eq!(
        (moved.workgroup.as_str(), &*moved.skills),
        ("safety", &["safety".to_string()][..])
    );
    assert_eq!(seqs(&office.claim(of("safety"))), [2]);
    // Somebody has this one in hand: it stays theirs.
    assert_eq!(seqs(&office.claim(of("freight"))), [1]);
    office.take(vec![one("4", "ann", &office, gas)]);
    assert_eq!(office.show(1).workgroup.as_str(), "freight");
    office.audit();
}

/// Nobody in danger waits longer than a minute for the right person, whatever the rule says.
#[test]
fn an_emergency_is_relaxed_after_a_minute() {
    let mut office = office();
    let fire = Triage {
        danger: Some(Danger::Fire),
        ..judged(Level::Emergency)
    };
    office.take(vec![one("1", "ann", &office, fire)]);
    let of_safety = || Pull {
        workgroups: vec![Workgroup::new("safety")],
        ..skilled("a", &[], 1)
    };
    assert!(office.claim(of_safety()).is_empty());
    office.now_ms += MINUTE_MS;
    assert_eq!(seqs(&office.claim(of_safety())), [1]);
}

/// Whatever rule sent the calmer matter, for good even: in danger everybody may come after a minute, in any language.
#[test]
fn what_became_an_emergency_waits_a_minute_for_the_right_person() {
    let mut office = office();
    office.config.routes[1].relax_ms = None;
    let refund = about(Situation::Refund, Level::Routine);
    office.take(vec![one("1", "ann", &office, refund)]);
    office.now_ms += MINUTE_MS;
    assert!(office.claim(skilled("amy", &[], 5)).is_empty());
    let mut worse = judged(Level::Emergency);
    worse.lang = "fr".into();
    office.take(vec![one("2", "ann", &office, worse)]);
    let amy = || Pull {
        languages: vec!["en".into()],
        ..skilled("amy", &[], 5)
    };
    assert!(office.claim(amy()).is_empty());
    office.now_ms += MINUTE_MS + 1;
    assert_eq!(office.claim(amy()).len(), 1);
}

/// A supervisor's word goes before a rule's.
#[test]
fn a_rule_s_skills_stay_in_its_workgroup() {
    let office = office();
    let refund = about(Situation::Refund, Level::Routine);
    office.take(vec![one("1", "ann", &office, refund)]);
    let theirs = || Pull {
        workgroups: vec![Workgroup::new("freight")],
        ..skilled("fay", &[], 5)
    };
    assert!(office.claim(theirs()).is_empty());
    office.assign(1, None, Some("freight")).unwrap();
    assert_eq!(office.claim(theirs()).len(), 1);
}

#[test]
fn public_and_private_work_are_counted_apart() {
    let office = office();
    let posts = (0..4).map(|n| {
        let id = n.to_string();
        match n % 2 {
            0 => one(&id, &id, &office, judged(Level::Routine)),
            _ => message(&id, &id, &office, judged(Level::Routine)),
        }
    });
    office.take(posts.collect());
    let mut able = skilled("a", &[], 9);
    able.able.capacity = Some(Hands {
        public: 2,
        private: 1,
    });
    let leased = office.ask(Claim { pull: able.clone() }).unwrap();
    assert_eq!(leased.interactions.len(), 3);
    assert_eq!(
        leased.hands,
        Hands {
            public: 2,
            private: 1
        }
    );
    assert!(leased.limited);
    assert!(
        office.claim(able.clone()).is_empty(),
        "a message is left, and no hand for it"
    );
    office.take(vec![message("9", "zed", &office, judged(Level::Emergency))]);
    assert_eq!(
        office.claim(able.clone()).len(),
        1,
        "an emergency goes past it by one"
    );
    office.take(vec![one("10", "yan", &office, judged(Level::Emergency))]);
    assert!(
        office.claim(able).is_empty(),
        "and no second one, of either kind"
    );
    let held = office.ask(ShowHolders { agent: None }).unwrap();
    assert_eq!(held.iter().filter(|one| one.private).count(), 2);
    assert!(
        held.iter()
            .all(|one| one.agent == "a" && one.since_ms == START_MS)
    );
}

/// Answers and ends what `agent` claims.
fn settle(office: &Office, agent: &str, key: &str) {
    let held = claim_one(office, agent);
    office
        .begin_reply(holding(&held), key, "Hello", None)
        .unwrap();
    office.finish_reply(seq(&held), key, sent()).unwrap();
    office.resolve(holding(&held), "solved").unwrap();
}

fn with_free(agent: &str, free: &[&str]) -> Pull {
    let mut pull = skilled(agent, &[], 1);
    pull.able.free = Some(free.iter().map(|one| one.to_string()).collect());
    pull
}

#[test]
fn who_comes_back_is_kept_for_who_answered_last_while_they_are_free() {
    let mut office = office();
    office.config.limits.affinity_minutes = 3;
    office.take(vec![one("1", "ann", &office, judged(Level::Routine))]);
    settle(&office, "eva", "k");
    office.take(vec![one("2", "ann", &office, judged(Level::Routine))]);
    assert!(
        office.claim(with_free("a", &["a", "eva"])).is_empty(),
        "eva is free"
    );
    // She is gone or has her hands full: it is anybody's at once.
    let gone = office.claim(with_free("a", &["a"]));
    assert_eq!(seqs(&gone), [2]);
    office.release(holding(&gone[0]), 0).unwrap();
    office
        .resolve(holding(&claim_one(&office, "b")), "solved")
        .unwrap();
    // Nobody answered that one: eva is not the last any more, and nobody is.
    office.take(vec![one("3", "ann", &office, judged(Level::Routine))]);
    let third = office.claim(with_free("a", &["a", "eva"]));
    assert_eq!(seqs(&third), [3]);
    office.resolve(holding(&third[0]), "solved").unwrap();
    // For a few minutes, and an emergency not at all.
    office.take(vec![one("4", "bob", &office, judged(Level::Routine))]);
    settle(&office, "eva", "l");
    office.take(vec![one("5", "bob", &office, judged(Level::Routine))]);
    office.now_ms += 3 * MINUTE_MS - 1;
    assert!(office.claim(with_free("a", &["eva"])).is_empty());
    assert_eq!(seqs(&office.claim(with_free("eva", &["eva"]))), [5], "hers");
    office.take(vec![one("6", "cem", &office, judged(Level::Routine))]);
    settle(&office, "eva", "m");
    office.take(vec![one("7", "cem", &office, judged(Level::Routine))]);
    office.now_ms += 3 * MINUTE_MS;
    assert_eq!(
        office.claim(with_free("a", &["eva"])).len(),
        1,
        "long enough"
    );
    office.audit();
}

#[test]
fn an_emergency_is_kept_for_nobody() {
    let mut office = office();
    office.config.limits.affinity_minutes = 3;
    office.take(vec![one("1", "ann", &office, judged(Level::Routine))]);
    settle(&office, "eva", "k");
    office.take(vec![one("2", "ann", &office, judged(Level::Emergency))]);
    assert_eq!(seqs(&office.claim(with_free("a", &["eva"]))), [2]);
}

/// An author who writes on in a matter that was answered and given back is kept too, once.
#[test]
fn who_writes_on_is_kept_once() {
    let mut office = office();
    office.config.limits.affinity_minutes = 3;
    office.take(vec![one("1", "ann", &office, judged(Level::Routine))]);
    let held = claim_one(&office, "eva");
    office
        .begin_reply(holding(&held), "k", "Hello", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    office.release(holding(&held), 3_600).unwrap();
    office.take(vec![one("2", "ann", &office, judged(Level::Routine))]);
    assert!(office.claim(with_free("a", &["eva"])).is_empty());
    office.now_ms += 2 * MINUTE_MS;
    office.take(vec![one("3", "ann", &office, judged(Level::Routine))]);
    assert!(office.claim(with_free("a", &["eva"])).is_empty());
    office.now_ms += MINUTE_MS;
    assert_eq!(
        office.claim(with_free("a", &["eva"])).len(),
        1,
        "not three minutes more"
    );
}

#[test]
fn a_reply_is_signed_where_the_brand_wants_it_and_a_retry_is_the_same() {
    let office = office();
    office.take(vec![one("1", "ann", &office, judged(Level::Routine))]);
    let held = claim_one(&office, "eva");
    let begin = |name: Option<&str>| {
        office.ask(BeginReply {
            survey: None,
            link: None,
            holding: holding(&held),
            key: "k".into(),
            text: "We have found it.".into(),
            post: None,
            public_name: name.map(str::to_string),
        })
    };
    let Ok(ReplyStep::Send(job)) = begin(Some("Milton")) else {
        panic!("not sent")
    };
    assert_eq!(job.text, "We have found it.\n\nMilton at Northline");
    office.finish_reply(1, "k", sent()).unwrap();
    assert!(matches!(begin(Some("Milton")), Ok(ReplyStep::Already(_))));
    assert!(matches!(begin(Some("Jo")), Ok(ReplyStep::Already(_))));
    assert_eq!(
        office.show(1).replies[0].text,
        job.text,
        "as the customer read it"
    );
}

#[test]
fn what_waits_says_what_it_asks_for() {
    let mut office = office();
    let mut french = judged(Level::Routine);
    french.lang = "fr".into();
    office.take(vec![
        one("1", "ann", &office, about(Situation::Refund, Level::Urgent)),
        one("2", "bob", &office, french),
        one("3", "cem", &office, judged(Level::Routine)),
    ]);
    let needs = |office: &Office| {
        let by = heard::inbox::question::By::seeing(heard::scope::Scope::whole());
        let needs = office.ask_by(by, ShowNeeds {}).unwrap().needs;
        let mut words: Vec<_> = needs
            .into_iter()
            .map(|need| {
                format!(
                    "{} {} {}",
                    need.skills.unwrap_or_default(),
                    need.lang,
                    need.n
                )
            })
            .collect();
        words.sort();
        words
    };
    assert!(
        needs(&office).is_empty(),
        "agents are between two calls all the time"
    );
    office.now_ms += WAITS_MS;
    assert_eq!(needs(&office), [" en 1", " fr 1", "billing en 1"]);
    office.now_ms += 10 * MINUTE_MS;
    assert_eq!(needs(&office), [" en 2", " fr 1"], "relaxed");
    office.assign(2, Some("a"), None).unwrap();
    assert_eq!(needs(&office), [" en 2"], "somebody is to take it");
}

/// The index of skills is there for what stands behind a long queue.
#[test]
fn needs_are_found_by_their_index() {
    let office = office();
    office.take(vec![one(
        "1",
        "ann",
        &office,
        about(Situation::Refund, Level::Urgent),
    )]);
    let by = heard::inbox::question::By::seeing(heard::scope::Scope::whole());
    office.ask_by(by, ShowNeeds {}).unwrap();
    office.ask(ShowHolders { agent: None }).unwrap();
    let seen = office.sql.seen();
    let plan = |name: &str| office.sql.plan(seen[name]).join("\n");
    assert!(plan("-- needs").contains("USING INDEX ready (workgroup=?)"));
    assert!(plan("-- needs_skills").contains("USING INDEX skilled (workgroup=? AND skills=?)"));
    assert!(plan("-- holders").contains("INDEX held"));
    assert!(
        plan("-- open").contains("USING INDEX of_author (author=? AND state=? AND source=?)"),
        "{}",
        plan("-- open")
    );
}
