//! What a delivery left out is asked for afterwards.

use super::{Office, START_MS, judged, post};
use heard::inbox::fetch::{BeginFetch, FetchJob, FinishFetch};
use heard::inbox::take_in::{TakeIn, Taken};
use heard::inbox::wire::Incoming;
use heard::judgement::Level;
use heard::platform::Event;
use heard::post::{Author, Platform, Post, PostId, PostKind, SourceId, Workgroup};
use heard::sql::Sql as _;
use std::collections::BTreeMap;

const WORDS: &str = "My train is stuck and nobody tells us anything";

/// An office with a source on Instagram and one on Slack.
fn office() -> Office {
    let mut office = Office::new();
    for source in &mut office.config.sources {
        match source.id.as_str() {
            "x-freight" => {
                (source.id, source.platform) = (SourceId::new("ig"), Platform::Instagram)
            }
            "forum" => (source.id, source.platform) = (SourceId::new("slack"), Platform::Slack),
            _ => {}
        }
        source.workgroup = Workgroup::new("trains");
    }
    office
}

fn came(source: &str, platform: Platform, post: Post, level: Level) -> Incoming {
    Incoming {
        source: SourceId::new(source),
        platform,
        event: Event::Made { post },
        triage: Some(judged(level)),
    }
}

fn mention() -> Incoming {
    let mention = Post {
        kind: PostKind::Mention,
        author: None,
        text: String::new(),
        reply_to: "mention:9:17".into(),
        ..post("17", "nobody", START_MS)
    };
    came("ig", Platform::Instagram, mention, Level::Idle)
}

fn take(office: &Office, event: Incoming) -> Taken {
    let ask = TakeIn {
        events: vec![event],
        ignored: BTreeMap::new(),
        shards: 1,
        sends: false,
    };
    office.ask(ask).unwrap()
}

fn begin(office: &Office, posts: &[String]) -> Vec<FetchJob> {
    let posts = posts.to_vec();
    office.ask(BeginFetch { posts }).unwrap()
}

fn found(job: &FetchJob, level: Level) -> FinishFetch {
    let post = Post {
        text: WORDS.into(),
        fetched: true,
        ..job.post.clone()
    };
    FinishFetch {
        id: job.id.clone(),
        found: Some(came("ig", Platform::Instagram, post, level)),
        later_s: None,
    }
}

fn waiting(office: &Office) -> i64 {
    let rows = office
        .sql
        .run("-- lacking_rows\nSELECT count(*) FROM lacking", vec![]);
    rows.unwrap()[0].int(0).unwrap()
}

#[test]
fn a_mention_gets_its_words_and_its_judgement() {
    let office = office();
    let taken = take(&office, mention());
    assert_eq!(taken.fetches, ["instagram:17"]);
    assert_eq!(office.show(1).level, Level::Idle);
    let jobs = begin(&office, &taken.fetches);
    assert_eq!((jobs.len(), jobs[0].account.as_str()), (1, "2"));
    office.ask(found(&jobs[0], Level::Urgent)).unwrap();
    let shown = office.show(1);
    assert_eq!(shown.level, Level::Urgent);
    assert_eq!(
        (shown.posts[0].text.as_str(), shown.posts[0].fetched),
        (WORDS, true)
    );
    // It was no delivery that came again, and nobody asks once more.
    assert_eq!(shown.posts[0].copies, 0);
    assert_eq!(waiting(&office), 0);
    assert!(
        shown
            .history
            .iter()
            .any(|deed| deed.did == "post_completed")
    );
    assert_eq!(take(&office, mention()).fetches, [""; 0]);
    office.audit();
    // It goes with its author's post.
    office.take(vec![Incoming {
        event: Event::Deleted {
            post: PostId::new("17"),
            author: None,
        },
        triage: None,
        ..mention()
    }]);
    assert_eq!(office.show(1).posts[0].text, "");
}

/// A source that says so, one that cannot ask, and a post that lacks nothing: nobody asks.
#[test]
fn nobody_asks_where_there_is_nothing_to_ask() {
    let mut off = office();
    for source in &mut off.config.sources {
        source.enrich = false;
    }
    assert_eq!(take(&off, mention()).fetches, [""; 0]);
    assert_eq!(waiting(&off), 0);
    let mut mute = office();
    for source in &mut mute.config.sources {
        source.credential = None;
    }
    assert_eq!(take(&mute, mention()).fetches, [""; 0]);
    let office = office();
    let whole = came("x", Platform::X, post("1", "ann", START_MS), Level::Idle);
    assert_eq!(take(&office, whole).fetches, [""; 0]);
}

/// A name is asked for once in an interaction, and known from then on.
#[test]
fn a_name_is_asked_for_once() {
    let office = office();
    let said = |id: &str| {
        let post = Post {
            kind: PostKind::Message,
            reply_to: "D1:".into(),
            ..post(id, "T1/U7", START_MS)
        };
        came("slack", Platform::Slack, post, Level::Routine)
    };
    let taken = take(&office, said("1"));
    assert_eq!(taken.fetches, ["slack:1"]);
    assert_eq!(take(&office, said("2")).fetches, [""; 0]);
    let job = begin(&office, &taken.fetches).remove(0);
    let mut author = Author::of("T1/U7");
    author.name = Some("Mara Lind".into());
    let named = Post {
        author: Some(author),
        fetched: true,
        ..job.post.clone()
    };
    office
        .ask(FinishFetch {
            id: job.id,
            found: Some(came("slack", Platform::Slack, named, Level::Routine)),
            later_s: None,
        })
        .unwrap();
    assert_eq!(
        office.show(1).author.unwrap().name.as_deref(),
        Some("Mara Lind")
    );
    office.audit();
}

/// A Worker that died is followed by the alarm, and a platform that says "later" is not asked for ever.
#[test]
fn it_is_tried_a_few_times_and_then_let_be() {
    let mut office = office();
    let taken = take(&office, mention());
    assert!(
        office
            .alarm_ms
            .get()
            .is_some_and(|at_ms| at_ms <= START_MS + 10_000)
    );
    assert_eq!(office.rung().fetches, [""; 0]);
    for _ in 0..3 {
        office.pass(10 * 60_000);
        assert_eq!(office.rung().fetches, taken.fetches);
        let job = begin(&office, &taken.fetches).remove(0);
        office
            .ask(FinishFetch {
                id: job.id,
                found: None,
                later_s: Some(0),
            })
            .unwrap();
        assert_eq!(office.rung().fetches, [""; 0]);
    }
    office.pass(10 * 60_000);
    assert_eq!(begin(&office, &taken.fetches), []);
    assert_eq!(waiting(&office), 0);
}
