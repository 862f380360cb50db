//! Carrying a shard's rows to another installation, with another number of shards perhaps.
//!
//! Out, an interaction is called by the id that it had first: so its rows are the same wherever they lie, and two
//! installations can be compared. In, each gets a new number, and [`TABLE`] remembers which: by that its other rows find
//! it, and what comes again is known.
//!
//! Nothing that is under way goes on elsewhere: a lease ends, and of an acknowledgment that was planned or on its way nobody
//! knows there whether it left: it is `unknown`, and none is sent in its place. Figures are added up over all shards, so they go to one shard for
//! each that they come from; what posts and interactions bring with them is taken from there ([`less`]).

use super::context::Desk;
use super::question::{Concern, Question};
use super::rows::json;
use super::wire::Refused;
use super::{alarm, standing};
use crate::carried::{self, Carried, Export, Import, Imported, Page, Table, table};
use crate::scope::Scope;
use crate::sql::{Sql, SqlError, params};
use serde_json::{Map, Value, json as made};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The step of the migrations.
pub const TABLE: &str = "-- migration carried
CREATE TABLE carried (                -- what was taken in from another installation
  name TEXT PRIMARY KEY,              -- an interaction's id there; or of a figure, so that it is added once
  seq INTEGER                         -- the interaction's number here
) STRICT, WITHOUT ROWID;
CREATE INDEX carried_to ON carried (seq) WHERE seq IS NOT NULL;";

/// What the interaction of a row is called.
macro_rules! name {
    ($of:literal) => {
        concat!(
            "coalesce((SELECT c.name FROM carried c WHERE c.seq = ",
            $of,
            "), ?3 || ",
            $of,
            ")"
        )
    };
}

/// The number here of the interaction that a row names.
macro_rules! number {
    () => {
        "(SELECT c.seq FROM carried c WHERE c.name = r.value ->> '$.interaction')"
    };
}

/// Whose an interaction is: its author's, or where nobody knows them its first post's; one that joined another, that one's.
macro_rules! whose {
    () => {
        "i.platform, iif(j.seq IS NULL, coalesce(i.author, substr(i.first, length(i.platform) + 2)),
  coalesce(j.author, substr(j.first, length(j.platform) + 2)))"
    };
}

/// A table of rows that are an interaction's.
macro_rules! of_interaction {
    ($name:literal, key $n:tt $key:literal, [$($plain:literal)*], made [$($made:literal: $out:literal => $into:literal,)*]) => {
        Table {
            name: $name,
            to: carried::To::Author,
            keys: $n,
            columns: &["interaction", $($plain,)* $($made,)*],
            first: concat!(
                "-- carry_", $name, "\nSELECT ", $key, ", ", whose!(), ", ", name!("x.interaction"), $(", x.", $plain,)*
                $(", ", $out,)* " FROM ", $name, " x LEFT JOIN interaction i ON i.seq = x.interaction
LEFT JOIN interaction j ON j.seq = i.joined WHERE ?1 IS NULL ORDER BY ", $key, " LIMIT ?2 + 0"
            ),
            next: concat!(
                "-- carry_more_", $name, "\nSELECT ", $key, ", ", whose!(), ", ", name!("x.interaction"), $(", x.", $plain,)*
                $(", ", $out,)* " FROM ", $name, " x LEFT JOIN interaction i ON i.seq = x.interaction
LEFT JOIN interaction j ON j.seq = i.joined WHERE (", $key, ") > (", carried::behind!($n), ") ORDER BY ", $key, " LIMIT ?2 + 0"
            ),
            put: concat!(
                "-- carried_", $name, "\nINSERT INTO ", $name, " (interaction", $(", ", $plain,)* $(", ", $made,)*
                ") SELECT ", number!(), $(", r.value ->> '$.", $plain, "'",)* $(", ", $into,)*
                " FROM json_each(?1) r WHERE true ON CONFLICT DO NOTHING RETURNING 1"
            ),
        }
    };
}

/// The tables that are carried, in the order in which they go: figures first, then interactions, then what is theirs.
pub const TABLES: &[Table] = &[
    table!("pause" to All, key 1 "x.source", from "pause x", of "NULL, NULL",
        ["source" "by" "reason" "since_ms"], made [], then "DO NOTHING"),
    table!("retask" to All, key 1 "x.workgroup", from "retask x", of "NULL, NULL",
        ["workgroup" "serves" "until_ms" "by"], made [], then "DO NOTHING"),
    table!("retask_before" to All, key 1 "x.workgroup", from "retask_before x", of "NULL, NULL",
        ["workgroup" "serves" "until_ms" "by"], made [], then "DO NOTHING"),
    table!("adapter" to All, key 1 "x.brand", from "adapter x", of "NULL, NULL",
        ["brand" "doc" "by" "since_ms"], made [], then "DO NOTHING"),
    table!("judge" to All, key 1 "x.since_ms", from "judge x", of "NULL, NULL",
        ["since_ms" "model"], made [], then "DO NOTHING"),
    // A tombstone is a keyed hash: no shard can be told from it, so every one has it.
    table!("forgotten" to All, key 1 "x.hash", from "forgotten x", of "NULL, NULL",
        ["hash" "at_ms" "stop_ms" "until_ms"], made [], then "DO NOTHING"),
    Table {
        put: "-- carried_forgotten_key
INSERT INTO forgotten_key SELECT r.value ->> '$.key' FROM json_each(?1) r
WHERE NOT EXISTS (SELECT 1 FROM forgotten_key) LIMIT 1 RETURNING 1",
        ..table!("forgotten_key" to All, key 1 "x.key", from "forgotten_key x", of "NULL, NULL",
            ["key"], made [], then "DO NOTHING")
    },
    table!("deed" to Home, key 2 "x.at_ms, x.id", from "deed x", of "NULL, NULL",
        ["at_ms" "id" "agent" "workgroup" "deed"], made [], then "DO NOTHING"),
    table!("counter" to Home, key 1 "x.name",
        from "(SELECT name, n FROM counter WHERE name <> 'seq' AND name NOT LIKE 'ack.%') x", of "NULL, NULL",
        ["name" "n"], made [], then "DO UPDATE SET n = n + excluded.n"),
    table!("decision" to Home, key 2 "x.hour, x.why", from "(SELECT hour, why, sum(n) AS n FROM (
  SELECT hour, why, n FROM decision UNION ALL SELECT hour, why, decided FROM tally WHERE why <> '')
  GROUP BY hour, why) x", of "NULL, NULL",
        ["hour" "why" "n"], made [], then "DO UPDATE SET n = n + excluded.n"),
    table!("promise_void" to Home, key 4 "x.hour, x.source, x.workgroup, x.level", from "promise_void x", of "NULL, NULL",
        ["hour" "source" "workgroup" "level" "n"], made [], then "DO UPDATE SET n = n + excluded.n"),
    table!("known_as" to All, key 1 "x.agent", from "known_as x", of "NULL, NULL",
        ["agent" "name"], made [], then "DO NOTHING"),
    table!("ignored" to Home, key 2 "x.hour, x.why", from "ignored x", of "NULL, NULL",
        ["hour" "why" "n"], made [], then "DO UPDATE SET n = n + excluded.n"),
    table!("sla" to Home, key 6 "x.hour, x.what, x.source, x.workgroup, x.level, x.bin", from "sla x", of "NULL, NULL",
        ["hour" "what" "source" "workgroup" "level" "bin" "n" "missed" "total_ms" "promises" "broken"], made [],
        then "DO UPDATE SET n = n + excluded.n, missed = missed + excluded.missed, total_ms = total_ms + excluded.total_ms,
  promises = promises + excluded.promises, broken = broken + excluded.broken"),
    table!("fate" to Home,
        key 9 "x.hour, x.source, x.platform, x.workgroup, x.level, x.lang, x.kind, x.situation, x.fate",
        from "fate x", of "NULL, NULL",
        ["hour" "source" "platform" "workgroup" "level" "lang" "kind" "situation" "fate" "n" "matters"], made [],
        then "DO UPDATE SET n = n + excluded.n, matters = matters + excluded.matters"),
    table!("listening" to Home, key 4 "x.day, x.source, x.cell, x.before", from "listening x", of "NULL, NULL",
        ["day" "source" "cell" "before" "n"], made [], then "DO UPDATE SET n = n + excluded.n"),
    table!("listened" to Author, key 1 "x.id", from "listened x", of "x.platform, x.author",
        ["id" "source" "platform" "author" "what" "at_ms" "state" "doc"], made [], then "DO NOTHING"),
    table!("listener" to Author, key 2 "x.platform, x.author", from "listener x", of "x.platform, x.author",
        ["platform" "author" "days"], made [], then "DO NOTHING"),
    table!("alias" to Author, key 2 "x.platform, x.alias", from "alias x", of "x.platform, x.author",
        ["platform" "alias" "author"], made [], then "DO NOTHING"),
    table!("stop" to Author, key 2 "x.platform, x.author", from "stop x", of "x.platform, x.author",
        ["platform" "author" "at_ms" "lifted_ms"], made [],
        then "DO UPDATE SET at_ms = max(at_ms, excluded.at_ms), lifted_ms = max(lifted_ms, excluded.lifted_ms)
  WHERE at_ms < excluded.at_ms OR lifted_ms < excluded.lifted_ms"),
    Table {
        put: "-- carried_interaction
INSERT INTO interaction (seq, source, platform, workgroup, author, author_json, first, lang, kind, level, urgency, state,
  posts, live, changes, seen, opened_ms, level_ms, owed_ms, owed_level, owed_urgency, deadline_ms, rank, attempts,
  passed_by, passed_ms, assigned, assigned_ms, replied_ms, answered_ms, spoke_ms, ended_ms, outcome, note, updated_ms,
  kept_for, target_ms, resolve_ms, put_off_ms, in_private, skills, relaxed_ms, answered_by, returns_to, returns_ms, counted, peer_ms,
  peer_thanked_ms, available_ms, misplaced)
SELECT r.value ->> '$.seq', r.value ->> '$.source', r.value ->> '$.platform', r.value ->> '$.workgroup',
  r.value ->> '$.author', r.value ->> '$.author_json', r.value ->> '$.first', r.value ->> '$.lang', r.value ->> '$.kind',
  r.value ->> '$.level', r.value ->> '$.urgency', r.value ->> '$.state', r.value ->> '$.posts', r.value ->> '$.live',
  r.value ->> '$.changes', r.value ->> '$.seen', r.value ->> '$.opened_ms', r.value ->> '$.level_ms',
  r.value ->> '$.owed_ms', r.value ->> '$.owed_level', r.value ->> '$.owed_urgency', r.value ->> '$.deadline_ms',
  r.value ->> '$.rank', r.value ->> '$.attempts', r.value ->> '$.passed_by', r.value ->> '$.passed_ms',
  r.value ->> '$.assigned', r.value ->> '$.assigned_ms', r.value ->> '$.replied_ms', r.value ->> '$.answered_ms',
  r.value ->> '$.spoke_ms', r.value ->> '$.ended_ms', r.value ->> '$.outcome', r.value ->> '$.note',
  r.value ->> '$.updated_ms', r.value ->> '$.kept_for', r.value ->> '$.target_ms', r.value ->> '$.resolve_ms', r.value ->> '$.put_off_ms',
  r.value ->> '$.in_private', r.value ->> '$.skills', r.value ->> '$.relaxed_ms', r.value ->> '$.answered_by',
  r.value ->> '$.returns_to', r.value ->> '$.returns_ms', r.value ->> '$.counted', r.value ->> '$.peer_ms',
  r.value ->> '$.peer_thanked_ms', r.value ->> '$.available_ms', r.value ->> '$.misplaced'
FROM json_each(?1) r RETURNING 1",
        ..table!("interaction" to Author, key 1 "x.seq",
            from "interaction x CROSS JOIN interaction i ON i.seq = x.seq LEFT JOIN interaction j ON j.seq = x.joined",
            of "i.platform, iif(j.seq IS NULL, coalesce(i.author, substr(i.first, length(i.platform) + 2)),
  coalesce(j.author, substr(j.first, length(j.platform) + 2)))",
            ["source" "platform" "workgroup" "author" "author_json" "first" "lang" "kind" "level" "urgency" "state" "posts"
             "live" "changes" "seen" "opened_ms" "level_ms" "owed_ms" "owed_level" "owed_urgency" "deadline_ms" "rank"
             "attempts" "passed_by" "passed_ms" "assigned" "assigned_ms" "replied_ms" "answered_ms" "spoke_ms" "ended_ms"
             "outcome" "note" "updated_ms" "kept_for" "target_ms" "resolve_ms" "put_off_ms" "in_private" "skills" "relaxed_ms"
             "answered_by" "returns_to" "returns_ms" "counted" "peer_ms" "peer_thanked_ms"],
            made [
                "name": "coalesce((SELECT c.name FROM carried c WHERE c.seq = x.seq), ?3 || x.seq)" => "NULL",
                // A lease is a secret of its holder's, and ends.
                "available_ms": "iif(x.lease IS NULL, x.available_ms, x.opened_ms)" => "NULL",
            ], then "DO NOTHING")
    },
    Table {
        put: "-- carried_joined
UPDATE interaction SET joined = (
  SELECT t.seq FROM json_each(?1) r CROSS JOIN carried c ON c.name = r.value ->> '$.interaction'
  CROSS JOIN carried t ON t.name = r.value ->> '$.joined' WHERE c.seq = interaction.seq)
WHERE joined IS NULL AND seq IN (
  SELECT c.seq FROM json_each(?1) r CROSS JOIN carried c ON c.name = r.value ->> '$.interaction') RETURNING 1",
        ..table!("joined" to Author, key 1 "x.seq",
            from "(SELECT seq, joined, 1 AS one FROM interaction WHERE joined IS NOT NULL) x
  CROSS JOIN interaction i ON i.seq = x.seq LEFT JOIN interaction j ON j.seq = x.joined",
            of "i.platform, iif(j.seq IS NULL, coalesce(i.author, substr(i.first, length(i.platform) + 2)),
  coalesce(j.author, substr(j.first, length(j.platform) + 2)))",
            ["one"],
            made [
                "interaction": "coalesce((SELECT c.name FROM carried c WHERE c.seq = x.seq), ?3 || x.seq)" => "NULL",
                "joined": "coalesce((SELECT c.name FROM carried c WHERE c.seq = x.joined), ?3 || x.joined)" => "NULL",
            ], then "DO NOTHING")
    },
    // A post comes without its interaction and gets it then: so no trigger counts what its interaction brought along.
    Table {
        put: "-- carried_post
INSERT INTO post (id, state, change, copies, received_ms, created_ms, ack, post, triage, answered)
SELECT r.value ->> '$.id', r.value ->> '$.state', r.value ->> '$.change', r.value ->> '$.copies',
  r.value ->> '$.received_ms', r.value ->> '$.created_ms', r.value ->> '$.ack', r.value ->> '$.post',
  r.value ->> '$.triage', r.value ->> '$.answered'
FROM json_each(?1) r WHERE true ON CONFLICT DO NOTHING RETURNING id",
        ..table!("post" to Author, key 1 "x.id",
            from "post x LEFT JOIN interaction i ON i.seq = x.interaction LEFT JOIN interaction j ON j.seq = i.joined",
            of "substr(x.id, 1, instr(x.id, ':') - 1), CASE WHEN x.interaction IS NULL
    THEN coalesce(x.post ->> '$.author', substr(x.id, instr(x.id, ':') + 1))
  WHEN j.seq IS NULL THEN coalesce(i.author, substr(i.first, length(i.platform) + 2))
  ELSE coalesce(j.author, substr(j.first, length(j.platform) + 2)) END",
            ["id" "state" "change" "copies" "received_ms" "created_ms" "ack" "post" "triage" "answered"],
            made [
                "interaction": "iif(x.interaction IS NULL, NULL,
  coalesce((SELECT c.name FROM carried c WHERE c.seq = x.interaction), ?3 || x.interaction))" => "NULL",
            ], then "DO NOTHING")
    },
    of_interaction!("ack", key 2 "x.interaction, x.emergency",
        ["emergency" "post" "source" "author" "text" "lang" "used" "attempts" "said_ms" "planned_ms" "worded_ms" "told_ms"
         "changed_ms" "slot_ms" "sent_id" "promise_ms" "promise_step" "promise_end" "promise_end_ms" "promise_word" "line"
         "line_version" "line_word"],
        made [
            "state": "iif(x.state IN ('planned', 'sending'), 'unknown', x.state)"
                => "r.value ->> '$.state'",
            "why": "iif(x.state IN ('planned', 'sending'), 'carried', x.why)" => "r.value ->> '$.why'",
        ]),
    of_interaction!("reply", key 1 "x.id",
        ["agent" "text" "named" "post" "seen" "why" "retry_ms" "sent_id" "at_ms" "how" "late"],
        made [
            "id": "substr(x.id, instr(x.id, ' '))"
                => "(SELECT c.seq FROM carried c WHERE c.name = r.value ->> '$.interaction') || (r.value ->> '$.id')",
            "state": "iif(x.state = 'sending', 'unknown', x.state)" => "r.value ->> '$.state'",
        ]),
    of_interaction!("history", key 2 "x.interaction, x.n", ["n" "at_ms" "who" "did" "detail"], made []),
    of_interaction!("tag", key 2 "x.interaction, x.tag", ["tag"], made []),
    of_interaction!("remark", key 2 "x.interaction, x.n", ["n" "at_ms" "who" "text"], made []),
    of_interaction!("correction", key 1 "x.id",
        ["id" "post" "who" "at_ms" "model" "words" "judged" "should"], made []),
    // Sealed: whoever has the key of the details page opens it there too, by the id that it is bound to.
    of_interaction!("details", key 2 "x.interaction, x.n",
        ["n" "change" "at_ms" "once" "wish" "key" "left_for" "sealed"], made []),
    // Its number is that of the interaction which its link names.
    of_interaction!("survey", key 1 "x.id",
        ["asked_ms" "agent" "public" "felt" "answered_ms" "score" "text" "moment"],
        made [
            "id": "coalesce((SELECT c.name FROM carried c WHERE c.seq = x.id), ?3 || x.id)"
                => "(SELECT c.seq FROM carried c WHERE c.name = r.value ->> '$.id')",
        ]),
    of_interaction!("peer", key 1 "x.post", ["post" "source" "author" "at_ms" "thanked"], made []),
];

/// The tables that stay, and why.
pub const NOT: &[(&str, &str)] = &[
    ("ack_mark", "counted anew from the acknowledgments"),
    ("alarm", "the object's own"),
    ("carried", "of one import: its names are in the rows"),
    ("expiry", "what is old is looked through anew"),
    ("forgetting", "ends where it began, before an export"),
    ("unseen", "as forgetting"),
    (
        "customer",
        "every shard is told anew, from the customers' object",
    ),
    ("customer_author", "as customer"),
    (
        "dead_credential",
        "another installation has credentials of its own",
    ),
    ("event", "receivers are told what happens there"),
    ("event_mark", "as event"),
    ("event_wanted", "as event"),
    (
        "fate_mark",
        "counted anew; what was counted is known by its interaction",
    ),
    ("kept_mark", "added up anew from the promises"),
    ("kept_week", "added up anew from the promises"),
    ("kin_due", "told within seconds: an export wants quiet"),
    ("lacking", "asked for within minutes: an export wants quiet"),
    ("late", "counted anew from the interactions"),
    ("late_mark", "counted anew from the interactions"),
    ("layout", "the other installation has a number of its own"),
    ("line", "an incident's line is said by a supervisor, anew"),
    ("parcel", "as event"),
    (
        "past_aside",
        "the other installation looks at its own interactions",
    ),
    (
        "past_due",
        "counted there from what is late there; of before, it stays here",
    ),
    ("past_mark", "as past_aside"),
    ("receiver", "as event"),
    ("schema_fill", "the tables' own"),
    ("schema_version", "the tables' own"),
    ("search", "indexed anew by the alarm"),
    ("search_config", "indexed anew by the alarm"),
    ("search_data", "indexed anew by the alarm"),
    ("search_idx", "indexed anew by the alarm"),
    ("search_mark", "indexed anew by the alarm"),
    ("standing", "counted anew from the interactions"),
    ("standing_mark", "counted anew from the interactions"),
    ("surging", "for the log alone"),
    (
        "tally",
        "counted anew from the interactions; its decisions go with decision",
    ),
    ("thinned", "a mark of the alarm's"),
];

impl Question for Export {
    const NAME: &'static str = "Export";
    type Answer = Page;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        export(desk, &self)
    }
}

impl Question for Import {
    const NAME: &'static str = "Import";
    type Answer = Imported;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        import(desk, &self)
    }
}

fn export<S: Sql>(desk: Desk<'_, S>, ask: &Export) -> Result<Page, Refused> {
    let table = carried::named(TABLES, &ask.table)?;
    if table.name == "sla" {
        // What was opened is counted here, and not again there.
        while standing::advance(desk, standing::ASKED)? {}
    }
    let none = desk.shard.interaction(0);
    // What every id here begins with.
    let here = none.as_str().trim_end_matches('0').to_owned();
    let mut page = carried::page(desk.sql, table, ask, &here)?;
    if table.to == carried::To::Home && table.name != "deed" {
        for (n, one) in (0_u32..).zip(&mut page.rows) {
            let behind = ask.after.as_deref().unwrap_or_default();
            one.name = Some(figure(table.name, &here, behind, &n.to_string()));
        }
    }
    let behind = ask.after.as_deref().unwrap_or_default();
    let less = less(table.name, &here, behind, &page.rows)?;
    page.rows.extend(less);
    Ok(page)
}

/// By what a figure's row is known: nothing of a post's or an author's can be read from it.
fn figure(table: &str, here: &str, behind: &str, which: &str) -> String {
    let digest = Sha256::digest(format!("{table}\n{here}\n{behind}\n{which}"));
    let digits: String = digest
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("figure/{digits}")
}

/// What rows bring with them of figures, where they go: taken from where the figures went.
fn less(table: &str, here: &str, behind: &str, rows: &[Carried]) -> Result<Vec<Carried>, SqlError> {
    let mut figures: BTreeMap<String, (i64, i64, Map<String, Value>)> = BTreeMap::new();
    for one in rows {
        for (kind, row, n, matters) in brought(table, &one.row)? {
            let key = format!("{kind} {}", Value::Object(row.clone()));
            let sum = figures.entry(key).or_insert((0, 0, row));
            sum.0 += n;
            sum.1 += matters;
        }
    }
    Ok(figures
        .into_iter()
        .filter(|(_, (n, ..))| *n != 0)
        .map(|(key, (n, matters, mut row))| {
            row.insert("n".into(), (-n).into());
            if key.starts_with("fate ") {
                row.insert("matters".into(), (-matters).into());
            }
            let kind = key.split(' ').next().unwrap_or_default().to_owned();
            row.insert("figure".into(), kind.into());
            Carried {
                name: Some(figure(table, here, behind, &key)),
                of: None,
                less: true,
                row,
            }
        })
        .collect())
}

/// A figure: its table, its key, how much, and how much of that opened an interaction.
type Brought = (&'static str, Map<String, Value>, i64, i64);

/// What a row brings of figures.
fn brought(table: &str, row: &Map<String, Value>) -> Result<Vec<Brought>, SqlError> {
    let object = |value: Value| match value {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let int = |name: &str| row.get(name).and_then(Value::as_i64).unwrap_or(0);
    let mut brought = Vec::new();
    if table == "post" && row.get("interaction").is_some_and(Value::is_string) {
        let hour = int("received_ms").div_euclid(3_600_000);
        let key = object(made!({"hour": hour, "why": row.get("ack")}));
        brought.push(("decision", key, 1, 0));
        let copies = int("copies");
        brought.push(("counter", object(made!({"name": "duplicates"})), copies, 0));
    }
    if table == "interaction"
        && let Some(counted) = row.get("counted").and_then(Value::as_str)
        && !counted.is_empty()
    {
        let counted: Value = json(counted, "counted")?;
        let cells = counted.get("n").and_then(Value::as_array);
        for cell in cells.into_iter().flatten() {
            let at = |n: usize| cell.get(n).cloned().unwrap_or(Value::Null);
            let key = object(made!({
                "hour": at(0), "source": row.get("source"), "platform": row.get("platform"),
                "workgroup": counted.get("w"), "level": at(1), "lang": at(2), "kind": at(3), "situation": at(4), "fate": at(5),
            }));
            let number = |n| at(n).as_i64().unwrap_or(0);
            brought.push(("fate", key, number(6), number(7)));
        }
    }
    Ok(brought)
}

fn import<S: Sql>(desk: Desk<'_, S>, ask: &Import) -> Result<Imported, Refused> {
    if !begin(desk, &ask.export)? {
        return Ok(Imported {
            new: 0,
            occupied: true,
        });
    }
    let table = carried::named(TABLES, &ask.table)?;
    // What happened elsewhere happens to nobody here.
    desk.sql.run(
        "-- carried_unheard
UPDATE event_wanted SET until_ms = until_ms - 4000000000000000",
        params![],
    )?;
    let new = match table.name {
        "interaction" => interactions(desk, table, &ask.rows)?,
        "post" => posts(desk, table, &ask.rows)?,
        _ if table.to == carried::To::Home && table.name != "deed" => {
            let new = unknown(desk, &ask.rows)?;
            carried::put(desk.sql, table, &new)?
        }
        _ => carried::put(desk.sql, table, &ask.rows)?,
    };
    desk.sql.run(
        "-- carried_heard
UPDATE event_wanted SET until_ms = until_ms + 4000000000000000",
        params![],
    )?;
    if new > 0 {
        alarm::wake_by(desk, desk.now_ms + 1_000)?;
    }
    Ok(Imported {
        new,
        occupied: false,
    })
}

/// Whether rows of this export may come: none of another came, and nothing else lies here.
fn begin<S: Sql>(desk: Desk<'_, S>, export: &str) -> Result<bool, SqlError> {
    let rows = desk.sql.run(
        "-- carried_begin
INSERT INTO carried (name) SELECT 'export/' || ?1
WHERE NOT EXISTS (SELECT 1 FROM carried WHERE name >= 'export/' AND name < 'export0')
  AND NOT EXISTS (SELECT 1 FROM post) AND NOT EXISTS (SELECT 1 FROM interaction) RETURNING 1",
        params![export],
    )?;
    if !rows.is_empty() {
        return Ok(true);
    }
    let rows = desk.sql.run(
        "-- carried_goes_on
SELECT 1 FROM carried WHERE name = 'export/' || ?1",
        params![export],
    )?;
    Ok(!rows.is_empty())
}

/// The rows that did not come before, by their names; from now on they are known.
fn unknown<S: Sql>(desk: Desk<'_, S>, rows: &[Carried]) -> Result<Vec<Carried>, SqlError> {
    let names: Vec<&str> = rows.iter().filter_map(|one| one.name.as_deref()).collect();
    let names = Value::from(names).to_string();
    let new = desk.sql.run(
        "-- carried_new
INSERT INTO carried (name) SELECT value FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING RETURNING name",
        params![names],
    )?;
    let new: Vec<&str> = new
        .iter()
        .map(|row| row.text(0))
        .collect::<Result<_, _>>()?;
    let is_new = |one: &&Carried| one.name.as_deref().is_some_and(|name| new.contains(&name));
    Ok(rows.iter().filter(is_new).cloned().collect())
}

fn interactions<S: Sql>(
    desk: Desk<'_, S>,
    table: &Table,
    rows: &[Carried],
) -> Result<u32, Refused> {
    let named = rows.iter().map(|one| Carried {
        name: one
            .row
            .get("name")
            .and_then(Value::as_str)
            .map(str::to_owned),
        ..one.clone()
    });
    let mut new = unknown(desk, &named.collect::<Vec<_>>())?;
    if new.is_empty() {
        return Ok(0);
    }
    // What was opened here until now is counted as it always is, and these as they are.
    while standing::advance(desk, standing::ASKED)? {}
    let last = desk.sql.run(
        "-- carried_behind
SELECT max((SELECT coalesce(max(seq), 0) FROM interaction), (SELECT n FROM counter WHERE name = 'seq')),
  coalesce((SELECT max(opened_ms) FROM (SELECT opened_ms FROM interaction WHERE misplaced IS NULL ORDER BY seq DESC LIMIT 1)), 0)",
        params![],
    )?;
    let last = last.first().ok_or(SqlError::Json("answer"))?;
    let (mut seq, mut opened_ms) = (last.int(0)?, last.int(1)?);
    for one in &mut new {
        seq += 1;
        one.row.insert("seq".into(), seq.into());
        let at_ms = one
            .row
            .get("opened_ms")
            .and_then(Value::as_i64)
            .unwrap_or(0);
        // A list by age goes by the number, where it tells the place.
        match at_ms < opened_ms {
            true => drop(one.row.insert("misplaced".into(), 1.into())),
            false => opened_ms = at_ms,
        }
    }
    let list = carried::together(&new);
    desk.sql.run(
        "-- carried_numbers
UPDATE carried SET seq = r.value ->> '$.seq' FROM json_each(?1) r WHERE carried.name = r.value ->> '$.name'",
        params![list.as_str()],
    )?;
    let n = carried::put(desk.sql, table, &new)?;
    for statement in [
        "-- carried_tally
INSERT INTO tally SELECT r.value ->> '$.state', r.value ->> '$.workgroup', r.value ->> '$.platform', r.value ->> '$.level',
  iif(r.value ->> '$.state' = 'open', (r.value ->> '$.opened_ms') / 3600000, 0), '', 1, r.value ->> '$.posts', 0
FROM json_each(?1) r WHERE true
ON CONFLICT DO UPDATE SET interactions = interactions + 1, posts = posts + excluded.posts",
        "-- carried_standing
INSERT INTO standing SELECT r.value ->> '$.source', r.value ->> '$.workgroup', r.value ->> '$.level',
  (r.value ->> '$.opened_ms') / 3600000, 1
FROM json_each(?1) r WHERE r.value ->> '$.state' = 'open'
ON CONFLICT DO UPDATE SET n = n + 1",
    ] {
        desk.sql.run(statement, params![list.as_str()])?;
    }
    desk.sql.run(
        "-- carried_stand
UPDATE standing_mark SET seq = ?1",
        params![seq],
    )?;
    figures(desk, "interaction", &new)?;
    Ok(n)
}

fn posts<'a, S: Sql>(
    desk: Desk<'_, S>,
    table: &Table,
    rows: &'a [Carried],
) -> Result<u32, Refused> {
    let put = desk
        .sql
        .run(table.put, params![carried::together(rows).as_str()])?;
    let put: Vec<&str> = put
        .iter()
        .map(|row| row.text(0))
        .collect::<Result<_, _>>()?;
    let id = |one: &'a Carried| one.row.get("id").and_then(Value::as_str).unwrap_or("");
    let new: Vec<Carried> = rows
        .iter()
        .filter(|one: &&'a Carried| put.contains(&id(one)))
        .cloned()
        .collect();
    // One whose interaction did not come is refused: it would be a tombstone.
    let lost = desk.sql.run(
        "-- carried_posts
UPDATE post SET interaction = coalesce((SELECT c.seq FROM carried c WHERE c.name = r.value ->> '$.interaction'), -1)
FROM json_each(?1) r WHERE post.id = r.value ->> '$.id' AND r.value ->> '$.interaction' IS NOT NULL
RETURNING interaction",
        params![carried::together(&new).as_str()],
    )?;
    for row in &lost {
        if row.int(0)? < 0 {
            return Err(Refused::Storage(
                "a post came before its interaction".into(),
            ));
        }
    }
    figures(desk, "post", &new)?;
    Ok(u32::try_from(new.len()).unwrap_or(u32::MAX))
}

/// Adds what new rows bring of figures.
fn figures<S: Sql>(desk: Desk<'_, S>, table: &str, rows: &[Carried]) -> Result<(), SqlError> {
    let less = less(table, "", "", rows)?;
    for kind in ["decision", "counter", "fate"] {
        let theirs = less
            .iter()
            .filter(|one| one.row.get("figure").and_then(Value::as_str) == Some(kind));
        let mut rows = Vec::new();
        for one in theirs {
            let mut row = one.row.clone();
            for name in ["n", "matters"] {
                if let Some(n) = row.get(name).and_then(Value::as_i64) {
                    row.insert(name.into(), (-n).into());
                }
            }
            rows.push(Carried {
                row,
                ..Carried::default()
            });
        }
        carried::put(desk.sql, carried::named(TABLES, kind)?, &rows)?;
    }
    Ok(())
}
