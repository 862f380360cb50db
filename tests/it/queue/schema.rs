//! The tables and the statements themselves.

use super::{
    DAY_MS, Office, START_MS, claim_one, deleted, edited, holding, judged, later, made, post, pull,
    sent, stop, with_complaint,
};
use crate::sqlite::Sqlite;
use heard::inbox::schema;
use heard::inbox::search::expression;
use heard::inbox::survey::{At, Order, Survey, Wanted};
use heard::inbox::wire::{Filter, Pull};
use heard::inbox::work::Heads;
use heard::judgement::Level;
use heard::post::AuthorId;
use heard::sql::Sql as _;

#[test]
fn tables_are_made_once_and_outlive_the_object() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inbox.sqlite");
    for restarts in 0..3 {
        let office = Office {
            sql: Sqlite::open(&file),
            ..Office::new()
        };
        heard::sql::open(&office.sql, schema::MIGRATIONS).unwrap();
        heard::sql::open(&office.sql, schema::MIGRATIONS).unwrap();
        office.take(vec![made(
            "x",
            post("1", "ann", START_MS),
            judged(Level::Idle),
        )]);
        assert_eq!(office.show(1).posts[0].copies, restarts);
        office.audit();
    }
}

/// What every delivery and every claim runs is planned once, whatever its values.
#[test]
fn hot_statements_are_planned_once() {
    let office = with_complaint();
    for author in ["bob", "cem", "dan"] {
        office.take(vec![made(
            "x",
            post(author, author, START_MS),
            judged(Level::Routine),
        )]);
        claim_one(&office, author);
    }
    let replanned = office.sql.replanned();
    for hot in [
        "known",
        "open",
        "insert_post",
        "heads",
        "claim",
        "posts_of",
        "acks_of",
        "note",
        "pace",
    ] {
        assert!(!replanned.contains(format!("-- {hot}").as_str()), "{hot}");
    }
}

/// Nothing on an agent's or a platform's path walks a table that grows, and the queries that the
/// indexes were made for use them.
#[test]
fn statements_use_their_indexes() {
    let mut office = with_complaint();
    office.config.limits.attempts = 1;
    office.take(vec![
        made("x", post("2", "bob", START_MS), judged(Level::Routine)),
        made("x", post("3", "cem", START_MS), judged(Level::Routine)),
    ]);
    office.begin(&[1]);
    office.finish(1, later(None));
    let one = claim_one(&office, "a");
    office.extend(holding(&one), 60).unwrap();
    let mut new = post("1", "ann", START_MS);
    new.text = "Still stuck".into();
    office.take(vec![
        edited("x", new, judged(Level::Emergency)),
        stop("x", "zoe"),
    ]);
    office.extend(holding(&one), 60).unwrap();
    office
        .begin_reply(holding(&one), "k", "Hello", None)
        .unwrap();
    office
        .begin_reply(holding(&one), "k", "Hello", None)
        .unwrap_err();
    office.finish_reply(1, "k", sent()).unwrap();
    office.release(holding(&one), 0).unwrap();
    let all = Pull {
        languages: vec!["fr".into()],
        ..pull("z", 9)
    };
    office.ask(Heads { pull: all }).unwrap();
    office.assign(2, Some("a"), None).unwrap();
    let two = claim_one(&office, "a");
    office.resolve(holding(&two), "solved").unwrap();
    office.take(vec![
        deleted("x", "1"),
        deleted("x", "9"),
        deleted("x", "3"),
    ]);
    office.ring();
    office.list(Filter {
        post: Some("x:1".into()),
        max: 1,
        ..Filter::default()
    });
    office.backlog();
    office.show(1);
    for order in Order::ALL {
        let words = expression("stuck").unwrap();
        let filters = [
            Wanted::default(),
            Wanted {
                words: Some(words.clone()),
                ..Wanted::default()
            },
            Wanted {
                author: Some(AuthorId::new("ann")),
                ..Wanted::default()
            },
            Wanted {
                holder: Some("a".into()),
                open: true,
                ..Wanted::default()
            },
            Wanted {
                post: Some("x:1".into()),
                since_ms: Some(START_MS),
                ..Wanted::default()
            },
            Wanted {
                since_ms: Some(START_MS),
                until_ms: Some(START_MS + 1),
                ..Wanted::default()
            },
        ];
        for wanted in filters {
            let after = At::FIRST;
            let max = 9;
            office
                .ask(Survey {
                    order,
                    wanted,
                    after,
                    max,
                })
                .unwrap();
        }
    }
    office.pass(100 * DAY_MS);
    office.ring();

    let seen = office.sql.seen();
    let plan = |name: &str| {
        let sql = seen.get(name).unwrap_or_else(|| panic!("{name} never ran"));
        office.sql.plan(sql).join("\n")
    };
    for (name, index) in [
        ("-- heads", "USING INDEX ready (workgroup=? AND rank<?)"),
        (
            "-- heads_passed",
            "USING INDEX passed (passed_by=? AND available_ms<?)",
        ),
        ("-- holds", "INDEX held (holder=?)"),
        ("-- holds", "INDEX passed (passed_by=? AND available_ms>?)"),
        ("-- alarm_clocks", "INDEX emergency"),
        ("-- alarm_clocks", "INDEX dead"),
        ("-- replies_of", "USING PRIMARY KEY (id>? AND id<?)"),
        (
            "-- known",
            "USING INDEX of_author (author=? AND state=? AND source=?)",
        ),
        (
            "-- known",
            "USING INDEX ack_of_author (author=? AND source=?)",
        ),
        ("-- known", "USING PRIMARY KEY (id=?)"),
        ("-- due", "USING INDEX ack_due (due_ms<?)"),
        ("-- next_due", "USING COVERING INDEX ack_due"),
        ("-- clocks", "INDEX held"),
        (
            "-- ended_since",
            "INDEX ack_planned (planned_ms>? AND planned_ms<?)",
        ),
        (
            "-- late_since",
            "INDEX overdue (deadline_ms>? AND deadline_ms<?)",
        ),
        ("-- oldest", "USING INDEX ready (workgroup=?)"),
        (
            "-- posts_of",
            "USING INDEX post_of_interaction (interaction=? AND change>?)",
        ),
        (
            "-- news",
            "USING INDEX post_of_interaction (interaction=? AND change>?)",
        ),
        (
            "-- reply_target",
            "USING INDEX post_of_interaction (interaction=?)",
        ),
        ("-- history", "USING PRIMARY KEY (interaction=?)"),
        ("-- list", "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        ("-- interaction_of", "USING PRIMARY KEY (id=?)"),
        ("-- earlier", "USING INDEX of_author (author=?)"),
        (
            "-- survey_rank",
            "USING INDEX ready (workgroup=? AND rank>? AND rank<?)",
        ),
        (
            "-- survey_deadline",
            "USING INDEX overdue (deadline_ms>? AND deadline_ms<?)",
        ),
        (
            "-- survey_updated",
            "USING INDEX updated (updated_ms>? AND updated_ms<?)",
        ),
        (
            "-- survey_opened",
            "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        ),
        ("-- survey_author", "USING INDEX of_author (author=?)"),
        ("-- survey_held", "USING INDEX held (holder=?)"),
        (
            "-- search_more",
            "USING INDEX post_of_interaction (interaction=?",
        ),
        ("-- forgettable", "USING INDEX ended (ended_ms<?)"),
    ] {
        assert!(plan(name).contains(index), "{name}\n{}", plan(name));
    }
    for walk in [
        "-- survey_rank",
        "-- survey_deadline",
        "-- survey_updated",
        "-- survey_opened",
    ] {
        let steps = plan(walk);
        assert!(
            !steps.contains("TEMP B-TREE"),
            "{walk}: the index is in order: {steps}"
        );
    }
    assert!(
        !plan("-- heads").contains("TEMP B-TREE"),
        "the index is in order"
    );
    assert!(
        !plan("-- due").contains("TEMP B-TREE"),
        "the index is in order"
    );
    for (name, sql) in &seen {
        // A table of one row, of a few, of a page; and the migrations.
        if name.starts_with("-- schema") || name.starts_with("-- migration") {
            continue;
        }
        for step in office.sql.plan(sql) {
            let walks = step.starts_with("SCAN")
                && [
                    "interaction",
                    "post",
                    "ack",
                    "reply",
                    "history",
                    " i",
                    " p",
                    " a",
                ]
                .iter()
                .any(|table| step.split(" USING").next().unwrap_or("").ends_with(table));
            // Everything that is held is looked through to count it: a few for each agent.
            let looks =
                step.contains("INDEX held") || step.contains("USING COVERING INDEX ack_due");
            assert!(!walks || looks, "{name}: {step}");
        }
    }
}

/// Finds what one author (`?1`) has on a platform (`?2`), in each table that holds anything of anybody.
const OF_ONE_AUTHOR: &[(&str, &str)] = &[
    (
        "peer",
        "SELECT p.post FROM peer p JOIN interaction i ON i.seq = p.interaction
         WHERE p.author = ?1 || '' AND i.platform = ?2
         UNION ALL SELECT p.post FROM interaction i CROSS JOIN peer p ON p.interaction = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "interaction",
        "SELECT seq FROM interaction WHERE author = ?1 || '' AND platform = ?2",
    ),
    (
        "post",
        "SELECT p.id FROM interaction i CROSS JOIN post p ON p.id = i.first
         WHERE i.author = ?1 || '' AND i.platform = ?2
         UNION ALL SELECT p.id FROM interaction i CROSS JOIN post p ON p.interaction = i.seq AND p.change <> 1
         WHERE i.author = ?1 || '' AND i.platform = ?2
         UNION ALL SELECT id FROM post
         WHERE interaction IS NULL AND post ->> '$.author' = ?1 || '' AND id LIKE ?2 || ':%'",
    ),
    (
        "ack",
        "SELECT a.text FROM ack a JOIN interaction i ON i.seq = a.interaction
         WHERE a.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "reply",
        "SELECT r.id FROM interaction i CROSS JOIN reply r ON r.id >= i.seq || ' ' AND r.id < i.seq || '!'
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "history",
        "SELECT h.n FROM interaction i CROSS JOIN history h ON h.interaction = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "past_aside",
        "SELECT p.seq FROM interaction i CROSS JOIN past_aside p ON p.seq = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "tag",
        "SELECT t.tag FROM interaction i CROSS JOIN tag t ON t.interaction = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "remark",
        "SELECT r.n FROM interaction i CROSS JOIN remark r ON r.interaction = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "correction",
        "SELECT c.id FROM interaction i CROSS JOIN correction c ON c.interaction = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "lacking",
        "SELECT l.post FROM interaction i CROSS JOIN lacking l ON l.post = i.first
         WHERE i.author = ?1 || '' AND i.platform = ?2
         UNION ALL SELECT l.post FROM interaction i CROSS JOIN post p ON p.interaction = i.seq AND p.change <> 1
         CROSS JOIN lacking l ON l.post = p.id WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "survey",
        "SELECT s.id FROM interaction i CROSS JOIN survey s ON s.interaction = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    (
        "details",
        "SELECT d.n FROM interaction i CROSS JOIN details d ON d.interaction = i.seq
         WHERE i.author = ?1 || '' AND i.platform = ?2",
    ),
    ("stop", "SELECT at_ms FROM stop WHERE platform = ?2 AND author = ?1"),
    (
        "alias",
        "SELECT alias FROM alias WHERE platform = ?2 AND (author = ?1 OR alias = ?1)",
    ),
    (
        "deed",
        "SELECT id FROM deed WHERE deed ->> '$.asked.author' = ?1 || '' AND deed ->> '$.asked.platform' = ?2",
    ),
    // Of the pulse, for each of the author's posts by its key: it knows no author.
    ("member", "SELECT post FROM member WHERE post = ?1"),
    (
        "customer",
        "SELECT c.id FROM customer_author a CROSS JOIN customer c ON c.id = a.customer
         WHERE a.platform = ?2 AND a.author = ?1",
    ),
    (
        "customer_author",
        "SELECT customer FROM customer_author WHERE platform = ?2 AND author = ?1",
    ),
    (
        "listened",
        "SELECT n FROM listened WHERE author = ?1 || '' AND platform = ?2",
    ),
    (
        "listener",
        "SELECT days FROM listener WHERE platform = ?2 AND author = ?1",
    ),
    (
        "kin_due",
        "SELECT due_ms FROM kin_due WHERE platform = ?2 AND author = ?1",
    ),
    (
        "parcel",
        "SELECT n FROM parcel WHERE body ->> '$.data.customer.id' IS NOT NULL AND body ->> '$.data.customer.id' = (
         SELECT customer || '' FROM customer_author WHERE platform = ?2 AND author = ?1)",
    ),
    // Of the customers' object.
    (
        "customer_identity",
        "SELECT customer FROM customer_identity WHERE platform = ?2 AND author = ?1",
    ),
    (
        "invitation",
        "SELECT v.n FROM customer_identity i CROSS JOIN invitation v ON v.customer = i.customer
         WHERE i.platform = ?2 AND i.author = ?1",
    ),
    (
        "customer_record",
        "SELECT r.id FROM customer_identity i CROSS JOIN customer_record r ON r.id = i.customer
         WHERE i.platform = ?2 AND i.author = ?1",
    ),
    // Of a platform's directory.
    ("person", "SELECT id FROM person WHERE id = ?1 OR author = ?1"),
    ("joined", "SELECT other FROM joined WHERE other = ?1 OR author = ?1"),
];

/// What posts say, as an index of words: triggers take it out with its post, whoever takes the post away.
const OF_POSTS: &[&str] = &["search", "search_config", "search_data", "search_idx"];

/// Tables that hold nothing of any author. A new table stands here or above.
const OF_NOBODY: &[&str] = &[
    "ack_mark",
    "adapter",
    "agent",
    "alarm",
    "bearer",
    // Numbers of interactions, and digests of figures.
    "carried",
    "counter",
    // Keyed hashes of who is forgotten, and the key.
    "customer_gone",
    "customer_mark",
    // The brand's own figures.
    "series",
    "forgotten",
    "forgotten_key",
    // Who is being forgotten, by a keyed hash; their ids until it is done, and posts' ids until incidents were told.
    "forgetting",
    "unseen",
    "expiry",
    "dead_credential",
    "event",
    "event_mark",
    "event_wanted",
    "receiver",
    "decision",
    "habit",
    "health",
    "home",
    "kept_mark",
    "known_as",
    "kept_week",
    "judge",
    "late",
    "late_mark",
    "layout",
    "line",
    "listening",
    "past_due",
    "past_mark",
    "pause",
    "promise_void",
    "retask",
    "retask_before",
    "schema_fill",
    "schema_version",
    "sample",
    "sla",
    "standing",
    "standing_mark",
    "search_mark",
    "stated",
    "surging",
    "tally",
    "thinned",
    "token",
    "fate",
    "fate_mark",
    "ignored",
];

/// So that a person can be exported and forgotten: whatever is of them is found by platform and author, however
/// much lies there of others.
#[test]
fn all_of_one_author_is_found_without_a_walk() {
    let office = Office::new();
    for (of, migrations) in [
        ("inbox", schema::MIGRATIONS),
        ("directory", heard::directory::schema::MIGRATIONS),
        ("accounts", heard::accounts::schema::MIGRATIONS),
        ("floor", heard::floor::schema::MIGRATIONS),
        ("pulse", heard::pulse::schema::MIGRATIONS),
    ] {
        let sql = Sqlite::new();
        heard::sql::open(&sql, migrations).unwrap();
        let tables = "-- tables\nSELECT name FROM sqlite_schema WHERE type = 'table'";
        for row in sql.run(tables, vec![]).unwrap() {
            let table = row.text(0).unwrap();
            // A directory's posts name their shard and no author.
            if OF_NOBODY.contains(&table)
                || OF_POSTS.contains(&table)
                || (of, table) == ("directory", "post")
                // Counts, keyed hashes and posts' ids; `pulse::forget` goes through the last two hours by itself.
                || of == "pulse" && table != "member"
            {
                continue;
            }
            let theirs = OF_ONE_AUTHOR.iter().find(|(name, _)| *name == table);
            let (_, query) = theirs.unwrap_or_else(|| panic!("{of}: whose is {table}?"));
            for step in sql.plan(query) {
                let walks = step.starts_with("SCAN") && !step.contains("CONSTANT ROW");
                assert!(!walks, "{table}: {step}");
            }
        }
    }
    office.take(vec![
        made("x", post("1", "ann", START_MS), judged(Level::Urgent)),
        made("x", post("2", "ann", START_MS), judged(Level::Urgent)),
        made("x", post("3", "bob", START_MS), judged(Level::Urgent)),
        stop("x", "ann"),
    ]);
    let found = |table: &str, author: &str| {
        let (_, query) = OF_ONE_AUTHOR
            .iter()
            .find(|(name, _)| *name == table)
            .unwrap();
        let params = vec![author.into(), "x".into()];
        office.sql.run(query, params).unwrap().len()
    };
    for (table, anns, bobs) in [
        ("interaction", 1, 1),
        ("post", 2, 1),
        ("ack", 1, 1),
        ("stop", 1, 0),
    ] {
        assert_eq!(
            (found(table, "ann"), found(table, "bob")),
            (anns, bobs),
            "{table}"
        );
    }
}

/// What is to be carried to another installation is on a list of its room, or on the list of what is not, with the reason.
#[test]
fn every_table_is_carried_or_says_why_not() {
    use heard::carried::Table;
    type Room = (
        &'static str,
        &'static [heard::sql::Migration],
        Vec<(&'static [Table], &'static [(&'static str, &'static str)])>,
    );
    let directory = (
        heard::directory::carried::TABLES,
        heard::directory::carried::NOT,
    );
    let rooms: Vec<Room> = vec![
        (
            "inbox",
            schema::MIGRATIONS,
            vec![(heard::inbox::carried::TABLES, heard::inbox::carried::NOT)],
        ),
        (
            "directory",
            heard::directory::schema::MIGRATIONS,
            vec![directory],
        ),
        (
            "customers",
            heard::directory::schema::MIGRATIONS,
            vec![(
                heard::customers::carried::TABLES,
                heard::customers::carried::NOT,
            )],
        ),
        (
            "floor",
            heard::floor::schema::MIGRATIONS,
            vec![(heard::floor::carried::TABLES, heard::floor::carried::NOT)],
        ),
        (
            "pulse",
            heard::pulse::schema::MIGRATIONS,
            vec![(heard::pulse::carried::TABLES, heard::pulse::carried::NOT)],
        ),
        (
            "accounts",
            heard::accounts::schema::MIGRATIONS,
            vec![(
                heard::accounts::carried::TABLES,
                heard::accounts::carried::NOT,
            )],
        ),
    ];
    // Columns that are made there: an interaction's number and place, and what ends on the way.
    let stay = [
        ("interaction", "seq"),
        ("interaction", "lease"),
        ("interaction", "lease_ms"),
        ("interaction", "lease_key"),
        ("interaction", "holder"),
        ("interaction", "joined"),
        ("interaction", "misplaced"),
        ("ack", "due_ms"),
        ("listened", "n"),
        ("customer_record", "untold"),
    ];
    for (of, migrations, lists) in rooms {
        let sql = Sqlite::new();
        heard::sql::open(&sql, migrations).unwrap();
        let tables = "-- tables\nSELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        for row in sql.run(tables, vec![]).unwrap() {
            let name = row.text(0).unwrap();
            let carried = lists.iter().flat_map(|(tables, _)| tables.iter());
            let carried = carried.filter(|table| table.name == name).count();
            let not = lists.iter().flat_map(|(_, not)| not.iter());
            let not = not.filter(|(table, _)| *table == name).count();
            assert_eq!(carried + not, 1, "{of}: is {name} carried?");
        }
        for table in lists.iter().flat_map(|(tables, _)| tables.iter()) {
            if table.name == "joined" && of == "inbox" {
                continue;
            }
            let columns = sql
                .run(
                    "-- columns\nSELECT name FROM pragma_table_info(?1)",
                    vec![table.name.into()],
                )
                .unwrap();
            for column in &columns {
                let column = column.text(0).unwrap();
                assert!(
                    table.columns.contains(&column) || stay.contains(&(table.name, column)),
                    "{of}: {}.{column} does not travel",
                    table.name
                );
            }
        }
    }
}

/// workerd looks for another statement behind the last one's semicolon, and refuses a script that has only a comment
/// there. SQLite itself does not mind.
#[test]
fn nothing_stands_behind_the_last_statement_of_a_migration() {
    for migration in schema::MIGRATIONS {
        if let heard::sql::Migration::Add(script) = migration {
            assert!(script.trim_end().ends_with(';'), "{script}");
            let last = script.lines().last().unwrap();
            assert!(!last.contains("--"), "{last}");
        }
    }
}
