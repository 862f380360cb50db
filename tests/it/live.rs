//! A stream of events against shards that lose, repeat and break off: what is told is what happened, once and in each
//! shard's order, or a reset says that something is missing.

use heard::api::live::{Follow, Marks, read, written};
use heard::config::Config;
use heard::inbox::event::{Event, Fed, Mark};
use heard::inbox::shard::Shard;
use heard::post::{SourceId, Workgroup};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

const SHARDS: u16 = 3;

/// A shard as it is: its events, of which the first `gone` are forgotten.
#[derive(Clone, Debug, Default)]
struct Log {
    period: i64,
    n: i64,
    gone: i64,
    /// Up to which everybody was told.
    told: i64,
}

impl Log {
    fn events(&self, shard: Shard, from: i64, to: i64) -> Vec<Event> {
        (from + 1..=to)
            .map(|n| Event {
                n,
                what: "claimed".into(),
                at_ms: n,
                interaction: shard.interaction(n),
                // Every third is of others' work.
                workgroup: Workgroup::new(if n % 3 == 0 { "freight" } else { "trains" }),
                source: SourceId::new("x"),
                level: 1,
                who: None,
                came_from: None,
                customer: None,
            })
            .filter(|event| event.workgroup.as_str() == "trains")
            .collect()
    }

    /// A message or an answer, at most `most` events long.
    fn fed(&self, shard: Shard, from: i64, most: i64) -> Fed {
        let to = self.n.min(from + most);
        Fed {
            period: self.period,
            from,
            to,
            events: self.events(shard, from, to),
            more: to < self.n,
            reset: false,
        }
    }

    fn answer(&self, shard: Shard, after: Option<Mark>) -> Fed {
        let at_now = |reset| Fed {
            period: self.period,
            from: self.n,
            to: self.n,
            reset,
            ..Fed::default()
        };
        match after {
            None => at_now(false),
            Some(mark) if mark.period != self.period || mark.n < self.gone || mark.n > self.n => {
                at_now(true)
            }
            Some(mark) => self.fed(shard, mark.n, 4),
        }
    }
}

/// What the world does next.
#[derive(Clone, Debug)]
enum Step {
    /// So many things happen in a shard.
    Happens(u8, i64),
    /// It says so by itself; whether that arrives, and how often.
    Says(u8, usize),
    /// What a shard said is heard late, after what it said next.
    SaysLate(u8),
    /// A socket breaks.
    Breaks(u8),
    /// The reader goes, with the cursor of the last event it has, and comes again; whether mid-way through a write.
    Comes(bool),
    /// The shard forgets what is older.
    Forgets(u8),
    /// Nobody listened for too long.
    Period(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let shard = 0..u8::try_from(SHARDS).unwrap();
    prop_oneof![
        6 => (shard.clone(), 1..6_i64).prop_map(|(shard, n)| Step::Happens(shard, n)),
        6 => (shard.clone(), 0..3_usize).prop_map(|(shard, n)| Step::Says(shard, n)),
        2 => shard.clone().prop_map(Step::SaysLate),
        2 => shard.clone().prop_map(Step::Breaks),
        2 => any::<bool>().prop_map(Step::Comes),
        1 => shard.clone().prop_map(Step::Forgets),
        1 => shard.prop_map(Step::Period),
    ]
}

/// A reader: what it was told, since the last reset.
#[derive(Default)]
struct Reader {
    cursor: Option<String>,
    told: BTreeMap<String, Vec<i64>>,
    resets: usize,
}

impl Reader {
    fn reads(&mut self, text: &str) {
        for block in text.split_terminator("\n\n") {
            let line = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
            if let Some(id) = line("id: ") {
                self.cursor = Some(id.to_owned());
            }
            let Some(event) = line("event: ") else {
                continue;
            };
            let data: Value = serde_json::from_str(line("data: ").unwrap()).unwrap();
            match event {
                "ready" => {}
                "reset" => self.resets += 1,
                _ => {
                    assert_eq!(event, data["type"]);
                    let id = data["data"]["id"].as_str().unwrap();
                    let (shard, n) = id.rsplit_once("-e").unwrap();
                    let of = self.told.entry(shard.to_owned()).or_default();
                    of.push(n.parse().unwrap());
                }
            }
        }
    }
}

fn settle(config: &Config, follow: &mut Follow, logs: &[Log], reader: &mut Reader) {
    while let Some((shard, after)) = follow.asks() {
        let log = &logs[usize::from(shard.number())];
        follow.answered(config, shard, &log.answer(shard, after));
        let text = follow.told();
        reader.reads(&text);
    }
}

fn run(steps: &[Step]) {
    let config = Config::read("{}", &|_| None);
    let mut logs = vec![Log::default(); usize::from(SHARDS)];
    let mut reader = Reader::default();
    let mut follow = Follow::new(SHARDS, None);
    settle(&config, &mut follow, &logs, &mut reader);
    // What may be missing: everything that nobody could have told any more.
    let mut may_miss = false;
    let mut late: Vec<(Shard, Fed)> = Vec::new();
    for step in steps {
        match *step {
            Step::Happens(shard, n) => logs[usize::from(shard)].n += n,
            Step::Says(at, times) => {
                let shard = Shard::at(at);
                let log = &mut logs[usize::from(at)];
                let fed = log.fed(shard, log.told, i64::MAX / 2);
                log.told = log.n;
                for _ in 0..times {
                    follow.heard(&config, shard, &fed);
                }
                late.retain(|(other, fed)| {
                    if *other == shard {
                        follow.heard(&config, shard, fed);
                    }
                    *other != shard
                });
            }
            Step::SaysLate(at) => {
                let shard = Shard::at(at);
                let log = &mut logs[usize::from(at)];
                late.push((shard, log.fed(shard, log.told, i64::MAX / 2)));
                log.told = log.n;
            }
            Step::Breaks(shard) => follow.lost(Shard::at(shard)),
            Step::Comes(in_mid_write) => {
                let text = follow.told();
                if !in_mid_write {
                    reader.reads(&text);
                }
                late.clear();
                let cursor = reader.cursor.as_deref().map(|cursor| read(cursor).unwrap());
                follow = Follow::new(SHARDS, cursor);
            }
            Step::Forgets(shard) => {
                let log = &mut logs[usize::from(shard)];
                log.gone = log.n;
                may_miss = true;
            }
            Step::Period(shard) => {
                logs[usize::from(shard)].period += 1;
                may_miss = true;
            }
        }
        settle(&config, &mut follow, &logs, &mut reader);
        reader.reads(&follow.told());
    }
    for shard in Shard::all(SHARDS) {
        follow.lost(shard);
    }
    settle(&config, &mut follow, &logs, &mut reader);
    for shard in Shard::all(SHARDS) {
        let log = &logs[usize::from(shard.number())];
        let happened: Vec<i64> = log
            .events(shard, 0, log.n)
            .iter()
            .map(|event| event.n)
            .collect();
        let name = format!("v2-{:02x}", shard.number());
        let told = reader.told.remove(&name).unwrap_or_default();
        assert!(
            told.is_sorted_by(|a, b| a < b),
            "{name}: once and in order: {told:?}"
        );
        if reader.resets == 0 {
            assert_eq!(told, happened, "{name}: nothing is lost unsaid");
        }
    }
    assert!(may_miss || reader.resets == 0, "a reset without need");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_told_is_what_happened(steps in proptest::collection::vec(step(), 0..40)) {
        run(&steps);
    }

    #[test]
    fn a_cursor_comes_back_as_it_was(
        marks in proptest::collection::btree_map(0..64_u8, (0..1_i64 << 52, 0..1_i64 << 52), 1..64)
    ) {
        let marks: Marks = marks
            .into_iter()
            .map(|(shard, (period, n))| (Shard::at(shard), Mark { period, n }))
            .collect();
        prop_assert_eq!(read(&written(&marks)).unwrap(), marks);
    }

    #[test]
    fn what_is_no_cursor_is_refused(text in ".{0,40}") {
        if let Ok(marks) = read(&text) {
            // Only what this call could have given.
            prop_assert!(marks.is_empty() || written(&marks) == text);
        }
    }
}

#[test]
fn a_cursor_of_another_layout_begins_anew_and_says_so() {
    let config = Config::read("{}", &|_| None);
    let one: Marks = [(Shard::at(0), Mark::default())].into();
    let mut follow = Follow::new(2, Some(read(&written(&one)).unwrap()));
    for shard in Shard::all(2) {
        follow.answered(&config, shard, &Log::default().answer(shard, None));
    }
    let told = follow.told();
    assert!(told.contains("event: reset\n"), "{told}");
    assert!(!told.contains("event: ready\n"), "{told}");
    assert!(follow.beat().starts_with(": ") && follow.beat().contains("\nid: "));
}
