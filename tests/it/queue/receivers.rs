//! Receivers of events: at least once, each again by itself, dead after days, and sent again when asked.

use super::{Office, START_MS, claim_one, judged, made, post};
use futures_util::FutureExt as _;
use heard::config::Config;
use heard::inbox::question::{By, Question as _};
use heard::inbox::receivers::{
    AFTER_S, BATCH, Became, Due, FinishParcels, KEPT_MS, Parcel, Resend, SENDING_MS, ShowReceivers,
    Standing, World, carry, note_receivers, signature,
};
use heard::inbox::wire::Refused;
use heard::judgement::Level;
use heard::sql::Sql as _;
use standardwebhooks::Webhook;
use std::cell::{Cell, RefCell};

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

const RECEIVERS: &str = r#""receivers": [
    {"id": "all", "url": "https://a.example/heard"},
    {"id": "some", "url": "https://b.example/heard", "events": ["interaction.opened", "sla.*"], "workgroups": ["freight"]}
  ], "#;

/// An office with two receivers: of everything, and of what comes and is late for freight.
fn office() -> Office {
    let mut office = Office::new();
    let table = super::TABLE.replacen('{', &format!("{{{RECEIVERS}"), 1);
    office.config = Config::read(&table, &|name: &str| match name {
        "RECEIVER_SECRET__ALL" => Some(format!("{NEW} {OLD}")),
        "RECEIVER_SECRET__SOME" => Some(OLD.to_owned()),
        name => name
            .starts_with("REPLY_TOKEN__")
            .then(|| "a-credential".to_owned()),
    });
    assert_eq!(
        office.config.receivers.len(),
        2,
        "{:?}",
        office.config.problems
    );
    office.at_desk(note_receivers).unwrap();
    office
}

fn opens(office: &Office, source: &str, author: &str) {
    office.take(vec![made(
        source,
        post(author, author, office.now_ms),
        judged(Level::Idle),
    )]);
    office.at_desk(heard::inbox::receivers::arm).unwrap();
}

/// What arrives at receivers, each call of which ends as `ends` says.
struct Post<'a> {
    office: &'a Office,
    ends: &'a dyn Fn(&str, &Parcel) -> Became,
    calls: RefCell<Vec<(String, String)>>,
    /// How long a call takes.
    takes_ms: i64,
    now_ms: Cell<i64>,
}

impl World for Post<'_> {
    async fn told(&self, finish: FinishParcels) -> Result<(), Refused> {
        self.office.ask(finish)
    }

    async fn send(&self, receiver: &str, parcel: &Parcel) -> Became {
        self.now_ms.set(self.now_ms.get() + self.takes_ms);
        self.calls
            .borrow_mut()
            .push((receiver.to_owned(), parcel.id.clone()));
        (self.ends)(receiver, parcel)
    }

    fn now_ms(&self) -> i64 {
        self.now_ms.get()
    }
}

/// The alarm rings: who was called, with which events.
fn ring(office: &Office, ends: &dyn Fn(&str, &Parcel) -> Became) -> Vec<(String, String)> {
    ring_slowly(office, ends, 0)
}

fn ring_slowly(
    office: &Office,
    ends: &dyn Fn(&str, &Parcel) -> Became,
    takes_ms: i64,
) -> Vec<(String, String)> {
    let due = office.rung().due;
    let post = Post {
        office,
        ends,
        calls: RefCell::default(),
        takes_ms,
        now_ms: Cell::new(office.now_ms),
    };
    carry(&post, due).now_or_never().unwrap().unwrap();
    post.calls.into_inner()
}

fn arrives(_: &str, _: &Parcel) -> Became {
    Became::Arrived
}

fn down(_: &str, _: &Parcel) -> Became {
    Became::Unreached {
        why: "timeout".into(),
        after_s: None,
    }
}

fn stands(office: &Office, id: &str) -> Standing {
    let ids = vec![id.to_owned()];
    let mut all = office.ask(ShowReceivers { ids }).unwrap();
    all.remove(0)
}

fn called(calls: &[(String, String)], receiver: &str) -> Vec<String> {
    let to = calls.iter().filter(|(to, _)| to == receiver);
    to.map(|(_, id)| id.clone()).collect()
}

#[test]
fn what_happens_is_sent_once_to_those_who_want_it() {
    let mut office = office();
    opens(&office, "x", "ann");
    assert_eq!(
        office.alarm_ms.get(),
        Some(office.now_ms + 1_000),
        "the alarm comes soon"
    );
    opens(&office, "x-freight", "bob");
    claim_one(&office, "a");
    office.pass(1_000);
    let calls = ring(&office, &arrives);
    assert_eq!(called(&calls, "all"), ["v2-00-e1", "v2-00-e2", "v2-00-e3"]);
    assert_eq!(called(&calls, "some"), ["v2-00-e2"]);
    office.pass(1_000);
    assert_eq!(ring(&office, &arrives), []);
    assert_eq!(
        (stands(&office, "all").sent, stands(&office, "some").sent),
        (3, 1)
    );
    let parcels = office
        .sql
        .run("-- parcels_n\nSELECT count(*) FROM parcel", vec![])
        .unwrap();
    assert_eq!(parcels[0].int(0).unwrap(), 0, "what arrives leaves no row");
}

/// The library that the scheme's authors keep takes each signature, with the old secret and the new one.
#[test]
fn the_schemes_own_library_verifies_with_either_secret_of_a_rotation() {
    let office = office();
    opens(&office, "x", "ann");
    let due: Vec<Due> = office.rung().due;
    let parcel = &due[0].parcels[0];
    let now_s = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let receiver = &office.config.receivers[0];
    let header = signature(
        receiver,
        &parcel.id,
        now_s.try_into().unwrap(),
        &parcel.body,
    );
    assert_eq!(header.split(' ').count(), 2, "{header}");
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("webhook-id", parcel.id.parse().unwrap());
    headers.insert("webhook-timestamp", now_s.to_string().parse().unwrap());
    headers.insert("webhook-signature", header.parse().unwrap());
    for secret in [OLD, NEW] {
        let webhook = Webhook::new(secret).unwrap();
        webhook.verify(parcel.body.as_bytes(), &headers).unwrap();
        assert!(webhook.verify(b"{}", &headers).is_err());
    }
    let stranger = Webhook::new("whsec_plJ3nmyCDGBKInavdOK15jsl").unwrap();
    assert!(stranger.verify(parcel.body.as_bytes(), &headers).is_err());
    let body: serde_json::Value = serde_json::from_str(&parcel.body).unwrap();
    assert_eq!(body["type"], "interaction.opened");
    assert_eq!(body["data"]["workgroup"], "trains");
    assert!(!parcel.body.contains("ann") && !parcel.body.contains("stuck"));
}

/// One event that a receiver refuses is tried again by itself, on its own schedule, until it is dead; the others
/// arrive. A supervisor has it sent again.
#[test]
fn what_is_refused_is_tried_for_days_and_holds_no_other_up() {
    let mut office = office();
    let refuses = |receiver: &str, parcel: &Parcel| match (receiver, parcel.id.as_str()) {
        ("all", "v2-00-e1") => Became::of(400, None),
        _ => Became::Arrived,
    };
    opens(&office, "x", "ann");
    opens(&office, "x", "bob");
    office.pass(1_000);
    let calls = ring(&office, &refuses);
    assert_eq!(called(&calls, "all"), ["v2-00-e1", "v2-00-e2"]);
    for (n, after_s) in AFTER_S.into_iter().enumerate() {
        let one = stands(&office, "all");
        assert_eq!((one.retrying, one.dead, one.rest_ms), (1, 0, None), "{n}");
        office.pass(after_s * 1_000 - 1);
        // What else happens meanwhile is deadlines.
        let again = |calls: Vec<(String, String)>| {
            let first = called(&calls, "all");
            first.iter().filter(|id| *id == "v2-00-e1").count()
        };
        assert_eq!(
            again(ring(&office, &refuses)),
            0,
            "{n}: not before its time"
        );
        office.pass(1);
        assert_eq!(again(ring(&office, &refuses)), 1, "{n}");
    }
    let one = stands(&office, "all");
    // The other, and two missed deadlines.
    assert_eq!((one.sent, one.retrying, one.dead), (3, 0, 1));
    assert_eq!(one.parcels[0].id, "v2-00-e1");
    assert_eq!(one.parcels[0].attempts, 10);
    assert_eq!(one.parcels[0].why, "status 400");
    office.pass(86_400_000);
    assert_eq!(ring(&office, &arrives), [], "dead is dead");
    let resend = |ids: Option<Vec<String>>| {
        let receiver = "all".to_owned();
        let ask = Resend { receiver, ids };
        office
            .ask_by(By::seeing(heard::scope::Scope::whole()), ask)
            .unwrap()
    };
    assert_eq!(
        resend(Some(vec!["v2-00-e2".into(), "v2-01-e1".into(), "x".into()])),
        0
    );
    assert_eq!(resend(Some(vec!["v2-00-e1".into()])), 1);
    assert_eq!(resend(None), 0, "it is not dead any more");
    assert_eq!(called(&ring(&office, &arrives), "all"), ["v2-00-e1"]);
    let one = stands(&office, "all");
    assert_eq!((one.sent, one.retrying, one.dead), (4, 0, 0));
}

/// One that cannot be reached rests longer each time and is asked with a single event; nothing that happens meanwhile
/// is lost, and another receiver notices nothing.
#[test]
fn a_receiver_that_is_down_rests_and_misses_nothing() {
    let mut office = office();
    let all_down = |receiver: &str, parcel: &Parcel| match receiver {
        "all" => down(receiver, parcel),
        _ => Became::Arrived,
    };
    for n in 0..30 {
        opens(&office, "x-freight", &format!("a{n}"));
    }
    office.pass(1_000);
    let calls = ring(&office, &all_down);
    let tried = called(&calls, "all").len();
    assert!((1..=5).contains(&tried), "{tried}: no more once it is down");
    assert_eq!(called(&calls, "some").len(), BATCH);
    let mut rests = Vec::new();
    for _ in 0..9 {
        let rest_ms = stands(&office, "all").rest_ms.unwrap();
        rests.push((rest_ms - office.now_ms) / 1_000);
        office.now_ms = rest_ms - 1;
        assert_eq!(called(&ring(&office, &all_down), "all"), [""; 0]);
        office.now_ms = rest_ms;
        assert_eq!(called(&ring(&office, &all_down), "all").len(), 1);
    }
    assert_eq!(rests, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
    // It is there again.
    let mut arrived = Vec::new();
    for _ in 0..40 {
        office.pass(3_600_000);
        arrived.extend(called(&ring(&office, &arrives), "all"));
    }
    arrived.sort();
    arrived.dedup();
    let one = stands(&office, "all");
    assert_eq!((one.retrying, one.dead, one.lost), (0, 0, 0));
    let opened: Vec<String> = (1..=30).map(|n| format!("v2-00-e{n}")).collect();
    assert!(opened.iter().all(|id| arrived.contains(id)), "{arrived:?}");
}

/// What waits for days for one that is down is dead in the end, so that the log of events stays bounded.
#[test]
fn what_waits_too_long_is_dead() {
    let mut office = office();
    for n in 0..10 {
        opens(&office, "x", &format!("a{n}"));
    }
    office.pass(1_000);
    ring(&office, &down);
    office.pass(KEPT_MS + 1);
    ring(&office, &down);
    let one = stands(&office, "all");
    assert_eq!(one.retrying + one.dead, 10, "{one:?}");
    // The deadlines that passed meanwhile, too.
    office.pass(KEPT_MS + 1);
    ring(&office, &down);
    office.pass(1_000_000);
    ring(&office, &down);
    assert_eq!(stands(&office, "all").lost, 0);
    let left = office
        .sql
        .run("-- events_left\nSELECT count(*) FROM event", vec![])
        .unwrap();
    assert!(left[0].int(0).unwrap() <= 2, "{left:?}");
}

/// An object that dies before it was told what became of them sends them again: at least once.
#[test]
fn what_nobody_reported_is_sent_again_under_the_same_id() {
    let mut office = office();
    opens(&office, "x", "ann");
    office.pass(1_000);
    let lost = office.rung().due;
    assert_eq!(lost[0].parcels[0].id, "v2-00-e1");
    office.pass(1_000);
    assert_eq!(called(&ring(&office, &arrives), "all"), ["v2-00-e1"]);
}

/// An alarm ends within its time, and what it did not send is new to the next one.
#[test]
fn a_slow_receiver_is_left_to_the_next_alarm() {
    let mut office = office();
    for n in 0..BATCH {
        opens(&office, "x", &format!("a{n}"));
    }
    office.pass(1_000);
    let first = ring_slowly(&office, &arrives, SENDING_MS);
    assert!(first.len() < BATCH, "{}", first.len());
    let mut all = called(&first, "all");
    office.pass(1_000);
    all.extend(called(&ring(&office, &arrives), "all"));
    let want: Vec<String> = (1..=BATCH).map(|n| format!("v2-00-e{n}")).collect();
    assert_eq!(all, want);
}

#[test]
fn one_that_is_configured_no_more_leaves_nothing() {
    let mut office = office();
    opens(&office, "x", "ann");
    office.pass(1_000);
    ring(&office, &down);
    office.config.receivers.clear();
    office.at_desk(note_receivers).unwrap();
    opens(&office, "x", "bob");
    for table in ["receiver", "parcel", "event_wanted"] {
        let sql = match table {
            "receiver" => "-- receivers_left\nSELECT count(*) FROM receiver",
            "parcel" => "-- parcels_left\nSELECT count(*) FROM parcel",
            _ => "-- wanted_left\nSELECT count(*) FROM event_wanted",
        };
        let n = office.sql.run(sql, vec![]).unwrap();
        assert_eq!(n[0].int(0).unwrap(), 0, "{table}");
    }
}

/// A deadline that passes wakes the alarm, also where nothing else happens.
#[test]
fn a_missed_deadline_is_told_by_the_alarm() {
    let mut office = office();
    office.take(vec![made(
        "x-freight",
        post("1", "ann", START_MS),
        judged(Level::Urgent),
    )]);
    office.at_desk(heard::inbox::receivers::arm).unwrap();
    office.pass(1_000);
    ring(&office, &arrives);
    let deadline_ms = office.show(1).deadline_ms;
    office.pass(1_000);
    ring(&office, &arrives);
    assert!(
        office.alarm_ms.get().unwrap() <= deadline_ms + 1,
        "it rings by then"
    );
    office.now_ms = deadline_ms + 1;
    let calls = ring(&office, &arrives);
    assert_eq!(
        (called(&calls, "all").len(), called(&calls, "some").len()),
        (1, 1)
    );
}

#[test]
fn only_a_2xx_is_an_arrival() {
    assert_eq!(FinishParcels::NAME, "FinishParcels");
    for (status, want) in [
        (200, "arrived"),
        (204, "arrived"),
        (301, "refused"),
        (400, "refused"),
        (410, "gone"),
        (429, "unreached"),
        (500, "unreached"),
        (503, "unreached"),
    ] {
        let said = match Became::of(status, Some("7")) {
            Became::Arrived => "arrived",
            Became::Refused { .. } => "refused",
            Became::Gone => "gone",
            Became::Unreached { after_s, .. } => {
                assert_eq!(after_s, Some(7));
                "unreached"
            }
        };
        assert_eq!(said, want, "{status}");
    }
}
