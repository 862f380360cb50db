//! A whole workgroup on other work for a while, on real SQLite.

use crate::queue::{HOUR_MS, Office, START_MS, judged, made, post, pull, seq};
use heard::accounts::wire::Listed;
use heard::floor::wire::{Person, Presence};
use heard::inbox::errand::{ShowErrands, UndoRetask, Undone};
use heard::inbox::retask::Retask;
use heard::inbox::wire::{Pull, Retasked};
use heard::inbox::work::{Claim, Heads};
use heard::judgement::Level;
use heard::post::Workgroup;

fn groups(names: &[&str]) -> Vec<Workgroup> {
    names.iter().map(|name| Workgroup::new(*name)).collect()
}

fn send(office: &Office, workgroup: &str, serves: &[&str], until_ms: i64) {
    let errand = Retasked {
        workgroup: Workgroup::new(workgroup),
        serves: groups(serves),
        until_ms,
        by: "sue".into(),
    };
    office.ask(Retask { errand }).unwrap();
}

/// What an agent of these workgroups would be given, one claim after the other.
fn offered(office: &Office, workgroups: &[&str]) -> Vec<i64> {
    let pull = Pull {
        workgroups: groups(workgroups),
        lease_s: 1,
        ..pull("ana", 9)
    };
    let offers = office.ask(Heads { pull: pull.clone() }).unwrap();
    let claimed = office.claim(pull);
    assert_eq!(
        offers.ranks,
        claimed.iter().map(|one| one.rank).collect::<Vec<_>>()
    );
    let mut seqs: Vec<i64> = claimed.iter().map(seq).collect();
    seqs.sort_unstable();
    seqs
}

/// An office with a post for the trains (1) and one for freight (2).
fn with_both() -> Office {
    let office = Office::new();
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Routine)),
        made(
            "x-freight",
            post("2", "bob", START_MS),
            judged(Level::Routine),
        ),
    ]);
    office
}

/// Lets every lease end.
fn later(office: &mut Office) {
    office.now_ms += 2_000;
}

#[test]
fn a_retasked_workgroup_pulls_other_work_and_comes_back_by_itself() {
    let mut office = with_both();
    let until_ms = START_MS + HOUR_MS;
    send(&office, "trains", &["freight"], until_ms);
    assert_eq!(offered(&office, &["trains"]), [2]);
    later(&mut office);
    assert_eq!(
        offered(&office, &["freight"]),
        [2],
        "their own still serve it"
    );
    let away = office.backlog().retasked;
    assert_eq!(away.len(), 1);
    assert_eq!((away[0].by.as_str(), away[0].until_ms), ("sue", until_ms));

    office.now_ms = until_ms;
    assert_eq!(offered(&office, &["trains"]), [1]);
    assert!(office.backlog().retasked.is_empty());
}

#[test]
fn a_workgroup_can_be_called_back_or_sent_elsewhere() {
    let mut office = with_both();
    let until_ms = START_MS + HOUR_MS;
    send(&office, "trains", &["freight"], until_ms);
    send(
        &office,
        "trains",
        &["freight", "trains", "freight"],
        until_ms,
    );
    assert_eq!(offered(&office, &["trains"]), [1, 2]);
    later(&mut office);
    send(&office, "trains", &[], until_ms);
    assert_eq!(offered(&office, &["trains"]), [1]);
}

#[test]
fn who_serves_every_workgroup_cannot_be_sent_away_from_one() {
    let office = with_both();
    send(&office, "trains", &["freight"], START_MS + HOUR_MS);
    assert_eq!(offered(&office, &["trains", "freight"]), [1, 2]);
}

fn undo(office: &Office, workgroup: &str) -> Undone {
    let workgroup = Workgroup::new(workgroup);
    office.ask(UndoRetask { workgroup }).unwrap()
}

#[test]
fn an_errand_and_a_recall_are_taken_back_once() {
    let mut office = with_both();
    let until_ms = START_MS + HOUR_MS;
    send(&office, "trains", &["freight"], until_ms);
    // Told twice, because a shard had not answered: what was before stays what was before.
    send(&office, "trains", &["freight"], until_ms);
    let undone = undo(&office, "trains");
    assert_eq!((undone.undone, undone.holds), (true, None));
    assert_eq!(offered(&office, &["trains"]), [1]);
    let again = undo(&office, "trains");
    assert_eq!((again.undone, again.holds), (false, None));
    later(&mut office);
    // A recall is taken back to the errand that it ended, with its time.
    send(&office, "trains", &["freight"], until_ms);
    send(&office, "trains", &[], until_ms);
    assert_eq!(offered(&office, &["trains"]), [1]);
    let undone = undo(&office, "trains");
    assert!(undone.undone);
    assert_eq!(undone.holds.unwrap().until_ms, until_ms);
    later(&mut office);
    assert_eq!(offered(&office, &["trains"]), [2]);
    // What would be over by now does not come back.
    send(&office, "trains", &[], until_ms);
    office.now_ms = until_ms;
    let undone = undo(&office, "trains");
    assert_eq!((undone.undone, undone.holds), (true, None));
    assert_eq!(offered(&office, &["trains"]), [1]);
}

#[test]
fn who_is_on_an_errand_is_told_with_each_claim() {
    let mut office = with_both();
    let until_ms = START_MS + HOUR_MS;
    let told = |office: &Office, workgroups: &[&str]| {
        let pull = Pull {
            workgroups: groups(workgroups),
            ..pull("ana", 1)
        };
        let heads = office.ask(Heads { pull: pull.clone() }).unwrap();
        let leased = office.ask(Claim { pull }).unwrap();
        assert_eq!(heads.retasked, leased.retasked);
        leased.retasked
    };
    assert_eq!(told(&office, &["trains"]), []);
    send(&office, "trains", &["freight"], until_ms);
    let errands = told(&office, &["trains"]);
    assert_eq!(errands.len(), 1);
    assert_eq!(
        (&errands[0].serves, errands[0].until_ms),
        (&groups(&["freight"]), until_ms)
    );
    assert_eq!(told(&office, &["freight"]), []);
    assert_eq!(
        told(&office, &["trains", "freight"]),
        [],
        "they belong to all"
    );
    office.now_ms = until_ms;
    assert_eq!(told(&office, &["trains"]), []);
}

#[test]
fn an_emergency_is_served_by_its_own_while_they_are_away() {
    let office = with_both();
    send(&office, "trains", &["freight"], START_MS + HOUR_MS);
    let fire = post("3", "cem", START_MS);
    office.take(vec![made("x", fire, judged(Level::Emergency))]);
    assert_eq!(offered(&office, &["trains"]), [2, 3]);
}

/// A token that was used here.
fn token(agent: &str, role: &str, workgroups: &[&str]) -> Listed {
    Listed {
        id: format!("{agent} {workgroups:?}"),
        agent: Some(agent.into()),
        role: Some(role.into()),
        workgroups: groups(workgroups),
        expires_ms: START_MS + 1,
        first_ms: None,
        seen_ms: None,
        revoked_ms: None,
        revoked_by: None,
    }
}

#[test]
fn a_preview_tells_who_goes_and_what_is_left_unserved() {
    let mut office = with_both();
    office.now_ms += 3 * HOUR_MS;
    let late = post("3", "cem", office.now_ms);
    office.take(vec![made("x", late, judged(Level::Urgent))]);
    office.now_ms += 2 * HOUR_MS;
    let known = office.ask(ShowErrands {}).unwrap();
    let errand = Retasked {
        workgroup: Workgroup::new("trains"),
        serves: groups(&["freight"]),
        until_ms: office.now_ms + HOUR_MS,
        by: "sue".into(),
    };
    // Ben is there, and somebody whose token is good no more.
    let there = ["ben", "gil"].map(|agent| Person {
        agent: agent.into(),
        presence: Presence::Available,
        since_ms: None,
        until_ms: None,
        seen_ms: None,
        serves: Vec::new(),
        settings: None,
    });
    let previewed = |tokens: &[Listed], there: Option<&[Person]>| -> serde_json::Value {
        let (config, now_ms) = (&office.config, START_MS);
        let answer = heard::api::errands::preview(config, &errand, &known, tokens, there, now_ms);
        serde_json::from_str(&answer.body).unwrap()
    };
    let preview = |tokens: &[Listed]| previewed(tokens, Some(&there));
    let mut gone = token("gil", "agent", &["trains"]);
    gone.revoked_ms = Some(START_MS);
    let mut old = token("ola", "agent", &["trains"]);
    old.expires_ms = START_MS;
    let few = [
        token("ana", "agent", &["trains"]),
        token("ben", "agent", &["freight"]),
        token("crm", "crm", &["trains"]),
        gone,
        old,
    ];
    let told = preview(&few);
    assert_eq!(told["dry_run"], true);
    assert_eq!(told["agents"], serde_json::json!(["ana"]));
    assert_eq!(told["unserved"], serde_json::json!(["trains"]));
    let trains = told["workgroups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["workgroup"] == "trains");
    let want = serde_json::json!({"workgroup": "trains", "open": 2, "late": 2, "agents_before": 1, "agents_after": 0, "present_before": 0, "present_after": 0});
    assert_eq!(trains, Some(&want));
    let freight = |told: &serde_json::Value| {
        let all = told["workgroups"].as_array().unwrap().iter();
        let mut one = all.filter(|one| one["workgroup"] == "freight");
        one.next().unwrap().clone()
    };
    for (what, n) in [
        ("agents_after", 2),
        ("present_before", 1),
        ("present_after", 1),
    ] {
        assert_eq!(freight(&told)[what], n, "{what}");
    }
    assert_eq!(freight(&previewed(&few, None)).get("present_after"), None);
    // Whoever is for all workgroups stays, and nothing is left to nobody.
    let mut more = few.to_vec();
    more.push(token("sue", "supervisor", &[]));
    let told = preview(&more);
    assert_eq!(told["agents"], serde_json::json!(["ana"]));
    assert_eq!(told["unserved"], serde_json::json!([]));
    // Nothing was changed by it.
    assert!(office.ask(ShowErrands {}).unwrap().away.is_empty());
}
