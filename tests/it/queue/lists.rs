//! Lists in an order, search, deeds to many, and the whole customer.

use super::{
    DAY_MS, HOUR_MS, MINUTE_MS, Office, START_MS, claim_one, deleted, edited, holding, judged,
    made, post, pull, sent, seq,
};
use heard::inbox::bulk::{Act, Bulk, Came, Outcome};
use heard::inbox::look::Show;
use heard::inbox::question::By;
use heard::inbox::search::expression;
use heard::inbox::state::State;
use heard::inbox::survey::{At, Order, Survey, Surveyed, Wanted};
use heard::inbox::wire::{Incoming, Interaction};
use heard::inbox::work::Retake;
use heard::judgement::{Level, Situation, Triage};
use heard::post::{Author, AuthorId, Platform, PostId, SourceId, Workgroup};
use heard::scope::Scope;
use heard::sql::Sql as _;

fn survey(office: &Office, order: Order, wanted: &Wanted, after: At, max: u32) -> Surveyed {
    let ask = Survey {
        order,
        wanted: wanted.clone(),
        after,
        max,
    };
    office.ask(ask).unwrap()
}

/// All of an order, in pages of that size.
fn all(office: &Office, order: Order, wanted: &Wanted, max: u32) -> Vec<Interaction> {
    let (mut all, mut after) = (Vec::new(), At::FIRST);
    for _ in 0..10_000 {
        let page = survey(office, order, wanted, after, max);
        assert!(page.found.len() <= usize::try_from(max).unwrap());
        assert!(page.found.is_sorted_by(|a, b| a.at < b.at));
        assert!(page.found.first().is_none_or(|first| first.at > after));
        all.extend(
            page.found.iter().map(|one| -> Interaction {
                serde_json::from_str(one.interaction.text()).unwrap()
            }),
        );
        match page.reached {
            Some(reached) => {
                assert!(reached > after && page.found.last().is_none_or(|last| last.at <= reached));
                after = reached;
            }
            None => return all,
        }
    }
    panic!("the pages have no end");
}

fn numbers(office: &Office, order: Order, wanted: &Wanted) -> Vec<i64> {
    let found = all(office, order, wanted, 50);
    let max = if found.len() < 30 { 1 } else { 9 };
    assert_eq!(all(office, order, wanted, max), found, "{order:?} {max}");
    found.iter().map(seq).collect()
}

fn finds(office: &Office, words: &str) -> Vec<i64> {
    let wanted = Wanted {
        words: expression(words),
        ..Wanted::default()
    };
    assert!(wanted.words.is_some(), "{words}");
    numbers(office, Order::Opened, &wanted)
}

fn saying(id: &str, author: &str, text: &str, level: Level) -> Incoming {
    let mut post = post(id, author, START_MS);
    post.text = text.into();
    made("x", post, judged(level))
}

/// A small generator: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// An office after some days' work of every sort.
fn busy() -> Office {
    let mut office = Office::new();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let words = [
        "train",
        "refund",
        "bike",
        "ticket",
        "late",
        "Zürich",
        "東京駅で電車",
    ];
    for n in 0..400u64 {
        office.pass(i64::try_from(dice.roll(20)).unwrap() * MINUTE_MS);
        let author = format!("a{}", dice.roll(120));
        let level = match dice.roll(12) {
            0 => Level::Emergency,
            1 | 2 => Level::Urgent,
            3..=6 => Level::Routine,
            _ => Level::Idle,
        };
        let source = ["x", "x", "x-freight", "forum"][usize::try_from(dice.roll(4)).unwrap()];
        let mut new = post(&format!("p{n}"), &author, office.now_ms);
        new.text = (0..3)
            .map(|_| words[usize::try_from(dice.roll(7)).unwrap()])
            .collect::<Vec<_>>()
            .join(" ");
        let mut triage = judged(level);
        triage.lang = ["en", "de", "ja"][usize::try_from(dice.roll(3)).unwrap()].into();
        triage.situation = [None, Some(Situation::Stuck), Some(Situation::Refund)]
            [usize::try_from(dice.roll(3)).unwrap()];
        office.take(vec![made(source, new, triage)]);
        match dice.roll(8) {
            0 | 1 => {
                let agent = ["ana", "bo"][usize::try_from(dice.roll(2)).unwrap()];
                let mut served = pull(agent, 1);
                served.workgroups = office.config.workgroups();
                for held in office.claim(served) {
                    match dice.roll(4) {
                        0 => drop(office.resolve(holding(&held), "solved").unwrap()),
                        1 => drop(office.release(holding(&held), 600).unwrap()),
                        2 => {
                            let key = format!("k{n}");
                            office
                                .begin_reply(holding(&held), &key, "We look", None)
                                .unwrap();
                            office.finish_reply(seq(&held), &key, sent()).unwrap();
                        }
                        _ => {}
                    }
                }
            }
            2 => {
                let gone = format!("p{}", dice.roll(n + 1));
                office.take(vec![deleted("x", &gone)]);
            }
            3 => {
                let mut again = post(&format!("p{}", dice.roll(n + 1)), &author, office.now_ms);
                again.text = "changed my mind about the bike".into();
                again.author = None;
                office.take(vec![edited("x", again, judged(Level::Routine))]);
            }
            _ => {}
        }
    }
    office.audit();
    let unsaid = "-- unsaid\nSELECT h.interaction, h.did FROM history h JOIN interaction i ON i.seq = h.interaction
WHERE h.did IN ('released', 'resolved', 'withdrawn', 'assigned', 'joined', 'reopened', 'post_edited',
  'post_deleted', 'reply_sent') AND h.at_ms > coalesce(i.updated_ms, i.opened_ms)";
    assert_eq!(
        office.sql.run(unsaid, vec![]).unwrap(),
        [],
        "changed later than it says"
    );
    office
}

type Judge<'a> = Box<dyn Fn(&Interaction) -> bool + 'a>;

/// Every order and every filter against all that there is, sorted and sifted here.
#[test]
fn lists_are_what_sorting_everything_gives() {
    let office = busy();
    let now_ms = office.now_ms;
    let rows =
        "-- every\nSELECT seq, coalesce(updated_ms, opened_ms) FROM interaction ORDER BY seq";
    let every: Vec<(i64, i64)> = office
        .sql
        .run(rows, vec![])
        .unwrap()
        .iter()
        .map(|row| (row.int(0).unwrap(), row.int(1).unwrap()))
        .collect();
    assert!(every.len() > 150, "{}", every.len());
    // As a list shows it.
    let shown = |seq: i64| Interaction {
        history: Vec::new(),
        earlier: Vec::new(),
        thread: Vec::new(),
        ..office.show(seq)
    };
    let updated = |one: &Interaction| every.iter().find(|(n, _)| *n == seq(one)).unwrap().1;
    let every_one: Vec<Interaction> = every.iter().map(|(seq, _)| shown(*seq)).collect();
    let is_open = |one: &Interaction| matches!(one.state, State::Waiting | State::Leased);
    let middle_ms = START_MS + (now_ms - START_MS) / 2;
    let wanted = Wanted::default;
    let filters: Vec<(Wanted, Judge<'_>)> = vec![
        (wanted(), Box::new(|_| true)),
        (
            Wanted {
                open: true,
                ..wanted()
            },
            Box::new(is_open),
        ),
        (
            Wanted {
                state: Some(State::Leased),
                ..wanted()
            },
            Box::new(|one| one.state == State::Leased),
        ),
        (
            Wanted {
                state: Some(State::Waiting),
                ..wanted()
            },
            Box::new(|one| one.state == State::Waiting),
        ),
        (
            Wanted {
                state: Some(State::Done),
                ..wanted()
            },
            Box::new(|one| one.state == State::Done),
        ),
        (
            Wanted {
                workgroup: Some(Workgroup::new("freight")),
                ..wanted()
            },
            Box::new(|one| one.workgroup.as_str() == "freight"),
        ),
        (
            Wanted {
                platform: Some(Platform::Standard),
                ..wanted()
            },
            Box::new(|one| one.platform == Platform::Standard),
        ),
        (
            Wanted {
                source: Some(SourceId::new("x")),
                ..wanted()
            },
            Box::new(|one| one.source.as_str() == "x"),
        ),
        (
            Wanted {
                author: Some(AuthorId::new("a7")),
                ..wanted()
            },
            Box::new(|one| {
                one.author
                    .as_ref()
                    .is_some_and(|author| author.id.as_str() == "a7")
            }),
        ),
        (
            Wanted {
                holder: Some("ana".into()),
                ..wanted()
            },
            Box::new(|one| one.holder.as_deref() == Some("ana")),
        ),
        (
            Wanted {
                level: Some(Level::Urgent),
                ..wanted()
            },
            Box::new(|one| one.level == Level::Urgent),
        ),
        (
            Wanted {
                lang: Some("ja".into()),
                ..wanted()
            },
            Box::new(|one| one.lang == "ja"),
        ),
        (
            Wanted {
                situation: Some(Situation::Refund),
                ..wanted()
            },
            Box::new(|one| {
                one.posts
                    .iter()
                    .any(|post| post.triage.situation == Some(Situation::Refund))
            }),
        ),
        (
            Wanted {
                overdue: true,
                ..wanted()
            },
            Box::new(move |one| is_open(one) && one.owed_ms.is_some() && one.deadline_ms < now_ms),
        ),
        (
            Wanted {
                words: expression("refund"),
                ..wanted()
            },
            Box::new(|one| one.posts.iter().any(|post| post.text.contains("refund"))),
        ),
        (
            Wanted {
                words: expression("電車 zurich"),
                open: true,
                ..wanted()
            },
            Box::new(move |one| {
                let has = |post: &heard::inbox::wire::PostView| {
                    post.text.contains("電車") && post.text.contains("Zürich")
                };
                is_open(one) && one.posts.iter().any(has)
            }),
        ),
    ];
    let mut compared = 0;
    for order in Order::ALL {
        let key = |one: &Interaction| match order {
            Order::Rank => (one.rank, seq(one)),
            Order::Deadline => (one.deadline_ms, seq(one)),
            Order::Opened => (-one.opened_ms, -seq(one)),
            Order::Updated => (-updated(one), -seq(one)),
        };
        let listed = |one: &&Interaction| match order {
            Order::Rank => is_open(one),
            Order::Deadline => is_open(one) && one.owed_ms.is_some(),
            Order::Opened | Order::Updated => true,
        };
        for (filter, is_wanted) in &filters {
            let mut want: Vec<&Interaction> = every_one
                .iter()
                .filter(listed)
                .filter(|one| is_wanted(one))
                .collect();
            want.sort_by_key(|one| key(one));
            let want: Vec<i64> = want.into_iter().map(seq).collect();
            compared += want.len();
            assert_eq!(
                numbers(&office, order, filter),
                want,
                "{order:?} {filter:?}"
            );
        }
        let of = |one: &Interaction| {
            if order == Order::Updated {
                updated(one)
            } else {
                one.opened_ms
            }
        };
        let times = Wanted {
            since_ms: Some(middle_ms),
            until_ms: Some(middle_ms + 12 * HOUR_MS),
            ..wanted()
        };
        let mut want: Vec<&Interaction> = every_one.iter().filter(listed).collect();
        want.retain(|one| (middle_ms..middle_ms + 12 * HOUR_MS).contains(&of(one)));
        want.sort_by_key(|one| key(one));
        let want: Vec<i64> = want.into_iter().map(seq).collect();
        compared += want.len();
        assert_eq!(numbers(&office, order, &times), want, "{order:?} between");
    }
    assert!(compared > 2_000, "{compared}");
}

/// What is not touched is on one page and on one only, whatever comes, ends and moves between two pages.
#[test]
fn a_cursor_survives_what_happens_between_pages() {
    for order in [Order::Rank, Order::Deadline, Order::Opened] {
        let mut office = busy();
        let wanted = Wanted {
            open: true,
            ..Wanted::default()
        };
        let before = numbers(&office, order, &wanted);
        let (mut seen, mut after, mut touched) = (Vec::new(), At::FIRST, Vec::new());
        loop {
            let page = survey(&office, order, &wanted, after, 7);
            seen.extend(page.found.iter().map(|one| one.at.seq.abs()));
            let Some(reached) = page.reached else { break };
            after = reached;
            let n = seen.len();
            office.now_ms += 1;
            office.take(vec![saying(
                &format!("new{n}"),
                &format!("new{n}"),
                "hello",
                Level::Emergency,
            )]);
            let mut served = pull("cy", 2);
            served.workgroups = office.config.workgroups();
            for held in office.claim(served) {
                touched.push(seq(&held));
                office.resolve(holding(&held), "solved").unwrap();
            }
        }
        for one in before.iter().filter(|one| !touched.contains(one)) {
            assert_eq!(
                seen.iter().filter(|seen| *seen == one).count(),
                1,
                "{order:?} {one}"
            );
        }
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{order:?}: told twice");
    }
}

#[test]
fn words_are_found_in_every_writing() {
    let office = Office::new();
    for (id, text) in [
        ("1", "My luggage was lost in Zürich, don't ask"),
        ("2", "Lost: one glove. LUGGAGE arrived though"),
        ("3", "東京駅で電車が止まっています。"),
        ("4", "JR東日本の遅延証明書"),
        ("5", "부산역에서 기차가 멈췄어요"),
        ("6", "𠮷野家で忘れ物"),
    ] {
        office.take(vec![saying(id, id, text, Level::Routine)]);
    }
    for (words, want) in [
        ("luggage", &[2, 1][..]),
        ("LOST luggage", &[2, 1]),
        ("\"lost luggage\"", &[]),
        ("\"lost in zurich\"", &[1]),
        ("zurich", &[1]),
        ("don't", &[1]),
        ("lugg*", &[2, 1]),
        ("lugg", &[]),
        ("東京", &[3]),
        ("電車", &[3]),
        ("東京電車", &[]),
        ("駅", &[3]),
        ("JR", &[4]),
        ("JR 遅延", &[4]),
        ("東日本", &[4]),
        ("日東", &[]),
        ("기차", &[5]),
        ("𠮷野", &[6]),
        ("nothing", &[]),
    ] {
        assert_eq!(finds(&office, words), want, "{words}");
    }
    // Who wrote it is found too.
    let mut named = post("7", "7", START_MS);
    let author = named.author.as_mut().unwrap();
    (author.name, author.handle) = (Some("Ann Example".into()), Some("ann_ex".into()));
    office.take(vec![made("x", named, judged(Level::Idle))]);
    assert_eq!(finds(&office, "ann example"), [7]);
}

/// The index says of itself that it is whole, and holds exactly what the posts say.
fn check(office: &Office) {
    let whole = "-- check\nINSERT INTO search (search) VALUES ('integrity-check')";
    office.sql.run(whole, vec![]).unwrap();
    // Made anew from the posts it must be the same, word by word.
    let mark = "-- marked\nSELECT seq FROM search_mark";
    let mark = office.sql.run(mark, vec![]).unwrap()[0].int(0).unwrap();
    for statement in [
        "-- words\nCREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab('main', 'search', 'instance')",
        "-- fresh\nCREATE VIRTUAL TABLE temp.fresh USING fts5(words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')",
        "-- fresh_words\nCREATE VIRTUAL TABLE temp.fresh_words USING fts5vocab('temp', 'fresh', 'instance')",
    ] {
        office.sql.run(statement, vec![]).unwrap();
    }
    office
        .sql
        .run(
            "-- fill_fresh\nINSERT INTO temp.fresh (rowid, words) SELECT doc, words FROM searchable WHERE interaction <= ?1",
            vec![mark.into()],
        )
        .unwrap();
    let differ = "-- differ\nSELECT count(*) FROM (
  SELECT * FROM (SELECT term, doc, offset FROM temp.words EXCEPT SELECT term, doc, offset FROM temp.fresh_words)
  UNION ALL
  SELECT * FROM (SELECT term, doc, offset FROM temp.fresh_words EXCEPT SELECT term, doc, offset FROM temp.words))";
    let differ = office.sql.run(differ, vec![]).unwrap()[0].int(0).unwrap();
    assert_eq!(differ, 0);
    let some = "-- some\nSELECT count(*) FROM temp.words";
    assert!(office.sql.run(some, vec![]).unwrap()[0].int(0).unwrap() > 0);
    for statement in [
        "-- drop1\nDROP TABLE temp.fresh_words",
        "-- drop2\nDROP TABLE temp.fresh",
    ] {
        office.sql.run(statement, vec![]).unwrap();
    }
}

#[test]
fn the_index_of_words_is_what_the_posts_say_whatever_happens_to_them() {
    let mut office = busy();
    finds(&office, "train");
    check(&office);
    let join = |one: &str, other: &str| {
        let mut both = post("join", one, START_MS);
        both.author = Some(Author {
            aliases: vec![AuthorId::new(other)],
            ..Author::of(one)
        });
        both.text = "I am both of them".into();
        made("x", both, judged(Level::Idle))
    };
    office.take(vec![
        join("a3", "a9"),
        saying("late", "a9", "still here", Level::Idle),
    ]);
    office.take(vec![deleted("x", "late")]);
    check(&office);
    office.pass(100 * DAY_MS);
    for _ in 0..20 {
        office.pass(MINUTE_MS);
        office.ring();
    }
    check(&office);
}

/// Not a trace of it is left, in the index or in what it is stored in.
#[test]
fn words_go_with_their_post() {
    let office = Office::new();
    office.take(vec![
        saying("1", "ann", "my passphrase is xyzzyplugh", Level::Routine),
        saying("2", "bob", "my bike is gone", Level::Routine),
    ]);
    assert_eq!(finds(&office, "xyzzyplugh"), [1]);
    let stored = || {
        let sql = "-- stored\nSELECT count(*) FROM search_data WHERE instr(hex(block), hex('xyzzyplugh'))";
        office.sql.run(sql, vec![]).unwrap()[0].int(0).unwrap()
    };
    assert!(stored() > 0, "the test sees words where they are");
    office.take(vec![deleted("x", "1")]);
    assert_eq!(finds(&office, "xyzzyplugh"), [0; 0]);
    assert_eq!(stored(), 0);
    assert_eq!(finds(&office, "bike"), [2]);
}

/// An object of an older version has posts that no index knows: they come in by and by, and until then a search
/// says so.
#[test]
fn what_was_there_before_the_index_is_found_in_time() {
    let mut office = Office::new();
    let many = |from: u32| {
        (from..from + 1_500)
            .map(|n| saying(&n.to_string(), &n.to_string(), "old news", Level::Idle))
            .collect()
    };
    office.take(many(0));
    office.take(many(1_500));
    let forget = "-- forget_index\nINSERT INTO search (search) VALUES ('delete-all')";
    office.sql.run(forget, vec![]).unwrap();
    let unmark = "-- unmark\nUPDATE search_mark SET seq = 0";
    office.sql.run(unmark, vec![]).unwrap();
    // What changes before its time has come is not in, and comes in as it is then.
    office.take(vec![deleted("x", "2999")]);
    let wanted = Wanted {
        words: expression("news"),
        ..Wanted::default()
    };
    let page = survey(&office, Order::Opened, &wanted, At::FIRST, 50);
    assert!(page.indexing && page.found.len() == 50);
    for _ in 0..4 {
        office.pass(MINUTE_MS);
        office.ring();
    }
    let page = survey(&office, Order::Opened, &wanted, At::FIRST, 50);
    assert!(!page.indexing);
    assert_eq!(page.found[0].at.seq, -2_999, "the newest that stands");
    check(&office);
}

#[test]
fn a_common_word_is_listed_in_every_order() {
    let office = Office::new();
    let some = (0..2_600).map(|n| {
        let text = if n % 3 == 0 {
            "rare trains"
        } else {
            "many trains"
        };
        saying(&n.to_string(), &n.to_string(), text, Level::Routine)
    });
    for slice in some.collect::<Vec<_>>().chunks(500) {
        office.take(slice.to_vec());
    }
    for order in Order::ALL {
        let of = |words| {
            let wanted = Wanted {
                words: expression(words),
                ..Wanted::default()
            };
            all(&office, order, &wanted, 50).len()
        };
        assert_eq!(of("trains"), 2_600, "{order:?}");
        assert_eq!(of("rare"), 867, "{order:?}");
    }
}

fn scope(agent: &str, workgroups: &[&str]) -> Scope {
    Scope {
        all: workgroups.is_empty(),
        agent: agent.into(),
        workgroups: workgroups
            .iter()
            .map(|name| Workgroup::new(*name))
            .collect(),
    }
}

#[test]
fn a_list_shows_nobody_what_they_may_not_see() {
    let office = busy();
    let ask = |scope: Scope, order, words: Option<&str>| {
        let survey = Survey {
            order,
            wanted: Wanted {
                words: words.and_then(expression),
                ..Wanted::default()
            },
            after: At::FIRST,
            max: 50,
        };
        let found = office.ask_by(By::seeing(scope), survey).unwrap().found;
        let read = |one: &heard::inbox::survey::Placed| {
            serde_json::from_str(one.interaction.text()).unwrap()
        };
        found.iter().map(read).collect::<Vec<Interaction>>()
    };
    for order in Order::ALL {
        for words in [None, Some("train")] {
            let theirs = ask(scope("zoe", &["freight"]), order, words);
            assert!(
                !theirs.is_empty() && theirs.iter().all(|one| one.workgroup.as_str() == "freight")
            );
            assert!(ask(scope("zoe", &["sales"]), order, words).is_empty());
            assert!(ask(Scope::default(), order, words).is_empty());
        }
    }
}

fn bulk(office: &Office, scope: Scope, bulk: Bulk) -> Vec<(String, Outcome)> {
    let came = office.ask_by(By::seeing(scope), bulk).unwrap();
    let told = |came: Came| (came.id.to_string(), came.outcome);
    came.into_iter().map(told).collect()
}

#[test]
fn many_are_ended_at_once_but_nobody_is_robbed_or_buried() {
    let mut office = Office::new();
    office.take(vec![
        saying("1", "ann", "one", Level::Routine),
        saying("2", "bob", "two", Level::Routine),
        saying("3", "cem", "fire", Level::Emergency),
        saying("4", "dan", "four", Level::Idle),
        saying("5", "eve", "five", Level::Idle),
    ]);
    let mut freight = post("6", "fay", START_MS);
    freight.text = "six".into();
    office.take(vec![made("x-freight", freight, judged(Level::Idle))]);
    let danger = claim_one(&office, "ana");
    assert_eq!(seq(&danger), 3);
    office.release(holding(&danger), 0).unwrap();
    let held = claim_one(&office, "bo");
    let held = seq(&held);
    office.pass(MINUTE_MS);
    let looked_ms = office.now_ms;
    office.pass(MINUTE_MS);
    let mut more = post("5b", "eve", office.now_ms);
    more.text = "and another thing".into();
    office.take(vec![made("x", more, judged(Level::Idle))]);
    let asked = |dry_run| Bulk {
        seqs: vec![1, 2, 3, 4, 5, 6, 99],
        act: Act::Resolve {
            outcome: "spam".into(),
            note: Some("a wave".into()),
        },
        by: "sue".into(),
        dry_run,
        as_of_ms: Some(looked_ms),
    };
    let sue = || scope("sue", &["trains"]);
    office.pass(-2 * MINUTE_MS);
    let told = bulk(&office, sue(), asked(true));
    let outcome = |seq: i64| {
        told.iter()
            .find(|(id, _)| *id == format!("v2-00-{seq}"))
            .unwrap()
            .1
    };
    assert_eq!(
        outcome(held),
        if held == 3 {
            Outcome::Held
        } else {
            Outcome::Held
        }
    );
    for seq in [1, 2, 4].into_iter().filter(|seq| *seq != held) {
        assert_eq!(outcome(seq), Outcome::Done, "{seq}");
    }
    if held != 3 {
        assert_eq!(outcome(3), Outcome::Emergency);
    }
    assert_eq!(
        (outcome(5), outcome(6), outcome(99)),
        (Outcome::Unheard, Outcome::NotFound, Outcome::NotFound)
    );
    for seq in 1..=6 {
        assert_ne!(
            office.show(seq).state,
            State::Done,
            "a dry run changes nothing"
        );
    }
    assert_eq!(
        bulk(&office, sue(), asked(false)),
        told,
        "and tells what comes of it"
    );
    for seq in [1, 2, 4].into_iter().filter(|seq| *seq != held) {
        let ended = office.show(seq);
        assert_eq!(
            (ended.state, ended.outcome.as_deref()),
            (State::Done, Some("spam"))
        );
        let last = ended.history.last().unwrap();
        assert_eq!((last.who.as_str(), last.did.as_str()), ("sue", "resolved"));
    }
    assert!(matches!(office.show(5).state, State::Waiting));
    let again = bulk(&office, sue(), asked(false));
    assert!(
        again
            .iter()
            .any(|(_, outcome)| *outcome == Outcome::Already)
    );
    office.audit();
}

#[test]
fn many_are_assigned_at_once() {
    let office = Office::new();
    office.take(
        (1..=3)
            .map(|n| saying(&n.to_string(), &n.to_string(), "x", Level::Idle))
            .collect(),
    );
    let asked = |agent: Option<&str>, workgroup: Option<&str>, serves: &[&str]| Bulk {
        seqs: vec![1, 2],
        act: Act::Assign {
            agent: agent.map(str::to_owned),
            workgroup: workgroup.map(Workgroup::new),
            serves: serves.iter().map(|name| Workgroup::new(*name)).collect(),
        },
        by: "sue".into(),
        dry_run: false,
        as_of_ms: None,
    };
    let boss = || scope("sue", &[]);
    let outcomes = |asked| {
        bulk(&office, boss(), asked)
            .into_iter()
            .map(|(_, outcome)| outcome)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        outcomes(asked(Some("bo"), None, &["freight"])),
        [Outcome::NotServed; 2]
    );
    assert_eq!(
        outcomes(asked(Some("bo"), Some("freight"), &["freight"])),
        [Outcome::Done; 2]
    );
    for seq in [1, 2] {
        let given = office.show(seq);
        assert_eq!(
            (given.assigned.as_deref(), given.workgroup.as_str()),
            (Some("bo"), "freight")
        );
    }
    assert_eq!(office.show(3).workgroup.as_str(), "trains");
    office.audit();
}

fn judged_as(situation: Situation) -> Triage {
    Triage {
        situation: Some(situation),
        sentiment: -0.75,
        ..judged(Level::Urgent)
    }
}

/// Two matters of one author that have ended, the second kept under another of their ids, and a third at hand.
fn with_history() -> Office {
    let mut office = Office::new();
    let mut first = post("1", "ann", office.now_ms);
    first.text = "Where is my refund?".into();
    office.take(vec![made("x", first, judged_as(Situation::Refund))]);
    office.begin(&[1]);
    office.finish(1, sent());
    let held = claim_one(&office, "ana");
    office
        .begin_reply(holding(&held), "k", "It is on its way", None)
        .unwrap();
    office.finish_reply(1, "k", sent()).unwrap();
    office.resolve(holding(&held), "paid").unwrap();
    office.pass(DAY_MS);
    let mut second = post("2", "ann-by-phone", office.now_ms);
    second.text = "Stuck again".into();
    office.take(vec![made("x", second, judged_as(Situation::Stuck))]);
    let held = claim_one(&office, "ana");
    office.resolve(holding(&held), "apologised").unwrap();
    office.pass(DAY_MS);
    let mut freight = post("3", "ann", office.now_ms);
    freight.text = "My parcel".into();
    office.take(vec![made("x-freight", freight, judged(Level::Idle))]);
    let mut third = post("4", "ann", office.now_ms);
    third.text = "Me again".into();
    third.author.as_mut().unwrap().aliases = vec![AuthorId::new("ann-by-phone")];
    office.take(vec![made("x", third, judged(Level::Urgent))]);
    office
}

#[test]
fn a_claim_brings_the_whole_customer() {
    let office = with_history();
    let claimed = claim_one(&office, "bo");
    let told: Vec<i64> = claimed
        .earlier
        .iter()
        .map(|one| one.id.as_str().rsplit_once('-').unwrap().1.parse().unwrap())
        .collect();
    // Freight's is not theirs to see.
    assert_eq!(told, [2, 1]);
    let first = &claimed.earlier[1];
    assert_eq!(
        (first.outcome.as_deref(), first.situation, first.sentiment),
        (Some("paid"), Some(Situation::Refund), Some(-0.75))
    );
    assert_eq!(
        (first.state, first.text.as_str()),
        (State::Done, "Where is my refund?")
    );
    let said: Vec<&str> = first.said.iter().map(|said| said.who.as_str()).collect();
    assert_eq!(said, ["heard", "ana"]);
    assert_eq!(first.said[1].text, "It is on its way");
    let seq = seq(&claimed);
    let by = |scope: Scope, seq| office.ask_by(By::seeing(scope), Show { seq });
    let shown = by(scope("bo", &["trains"]), seq).unwrap();
    assert_eq!(shown.earlier, claimed.earlier);
    assert_eq!(by(scope("boss", &[]), seq).unwrap().earlier.len(), 3);
    let retake = Retake {
        seq,
        agent: "bo".into(),
        lease_s: 60,
    };
    let again = office
        .ask_by(By::seeing(scope("bo", &["trains"])), retake)
        .unwrap();
    assert_eq!(again.earlier, claimed.earlier);
    // What they take back is not told any more.
    office.take(vec![deleted("x", "1")]);
    let shown = by(scope("bo", &["trains"]), seq).unwrap();
    assert_eq!(
        (shown.earlier[1].text.as_str(), shown.earlier[1].said.len()),
        ("", 0)
    );
    // A list has no room for it.
    let listed = all(&office, Order::Opened, &Wanted::default(), 50);
    assert!(
        listed
            .iter()
            .all(|one| one.earlier.is_empty() && one.thread.is_empty())
    );
}

#[test]
fn at_most_ten_earlier_ones_are_told_the_newest() {
    let mut office = Office::new();
    for n in 0..13 {
        office.pass(DAY_MS);
        office.take(vec![saying(
            &n.to_string(),
            "ann",
            &"long ".repeat(200),
            Level::Routine,
        )]);
        if n < 12 {
            let held = claim_one(&office, "ana");
            office.resolve(holding(&held), "solved").unwrap();
        }
    }
    let shown = office.show(13);
    let told: Vec<&str> = shown.earlier.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((told.len(), told[0], told[9]), (10, "v2-00-12", "v2-00-3"));
    assert!(shown.earlier[0].text.len() < 310 && shown.earlier[0].text.ends_with('…'));
}

#[test]
fn the_thread_above_a_post_is_told_as_far_as_it_is_kept() {
    let office = Office::new();
    let answering = |id: &str, author: &str, parent: &str, text: &str| {
        let mut post = post(id, author, START_MS);
        post.text = text.into();
        post.parent = Some(PostId::new(parent));
        made("x", post, judged(Level::Urgent))
    };
    office.take(vec![answering("1", "ann", "0", "Nothing runs today")]);
    office.begin(&[1]);
    office.finish(1, sent());
    // `sent()` says that our acknowledgment is post 77 there.
    office.take(vec![answering("2", "bob", "77", "They always say that")]);
    office.take(vec![answering("3", "cem", "2", "Same here")]);
    let told = |seq| -> Vec<(String, bool)> {
        let shown = office.show(seq);
        shown
            .thread
            .iter()
            .map(|post| (post.id.to_string(), post.ours))
            .collect()
    };
    let at = |id: &str, ours| (id.to_string(), ours);
    assert_eq!(told(3), [at("1", false), at("77", true), at("2", false)]);
    assert_eq!(told(1), []);
    let shown = office.show(3);
    assert_eq!(shown.thread[0].text, "Nothing runs today");
    assert_eq!(
        shown.thread[0].interaction.as_ref().unwrap().as_str(),
        "v2-00-1"
    );
    // Two that answer each other are no endless thread.
    office.take(vec![
        answering("4", "dan", "5", "a"),
        answering("5", "eve", "4", "b"),
    ]);
    assert_eq!(told(4), [at("5", false)]);
    office.take(vec![deleted("x", "1")]);
    assert_eq!(office.show(3).thread[0].text, "");
    // Another workgroup's post is not theirs to see.
    let mut other = post("6", "fay", START_MS);
    other.parent = Some(PostId::new("2"));
    office.take(vec![made("x-freight", other, judged(Level::Urgent))]);
    let ask = Show { seq: 6 };
    let shown = office
        .ask_by(By::seeing(scope("bo", &["freight"])), ask)
        .unwrap();
    assert_eq!(shown.thread, []);
}
