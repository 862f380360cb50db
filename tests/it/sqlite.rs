//! A Durable Object's SQL over rusqlite, with what workerd does to values and statements imitated, and the
//! audit that any inbox must pass at any time.
//!
//! What is imitated (seen on workerd; `host/sql.rs` is the real one): numbers bind as REAL, at most
//! 100 parameters, transactions only through [`Sql::transaction`], numbers read back through a
//! double, parameters only for a single statement.

use heard::sql::{Row, Sql, SqlError, Value};
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Batch, Connection, Statement, StatementStatus, ToSql, params_from_iter};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The most variables that workerd lets a statement bind.
const MAX_PARAMS: usize = 100;

/// A database that behaves as a Durable Object's does.
pub struct Sqlite {
    connection: Connection,
    /// How many transactions are open, one inside the other.
    depth: Cell<u32>,
    /// Every statement that was run, by the name in its first line.
    seen: RefCell<BTreeMap<&'static str, &'static str>>,
    /// How many steps SQLite's machine has made.
    steps: Cell<u64>,
    /// The names of those that SQLite planned anew for other values.
    replanned: RefCell<BTreeSet<&'static str>>,
    /// Whether nothing can be written.
    full: Cell<bool>,
    /// After how many statements one fails.
    breaks: Cell<Option<usize>>,
}

impl Sqlite {
    /// An empty one in memory.
    pub fn new() -> Self {
        Self::over(Connection::open_in_memory().unwrap())
    }

    /// One of these statements.
    pub fn of(statements: &str) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(statements).unwrap();
        Self::over(connection)
    }

    /// The one that a Durable Object left in a file.
    pub fn open(path: &Path) -> Self {
        Self::over(Connection::open(path).unwrap())
    }

    /// The names of the statements that SQLite planned more than once.
    pub fn replanned(&self) -> BTreeSet<&'static str> {
        self.replanned.borrow().clone()
    }

    /// How many steps SQLite's machine has made: what its work costs, whatever else the computer does.
    pub fn steps(&self) -> u64 {
        self.steps.get()
    }

    fn over(connection: Connection) -> Self {
        connection
            .pragma_update(None, "foreign_keys", true)
            .unwrap();
        connection.set_prepared_statement_cache_capacity(128);
        Self {
            connection,
            depth: Cell::new(0),
            seen: RefCell::default(),
            steps: Cell::new(0),
            replanned: RefCell::default(),
            full: Cell::new(false),
            breaks: Cell::new(None),
        }
    }

    /// From here on nothing can be written, or one of the next statements fails.
    pub fn trouble(&self, full: bool, breaks: Option<usize>) {
        self.full.set(full);
        self.breaks.set(breaks);
    }

    /// From here on nothing fails.
    pub fn mend(&self) {
        self.trouble(false, None);
    }

    /// From here on nothing is on the disk until [`Self::flush`]; [`Self::lose`] is what a death in
    /// between leaves.
    pub fn hold(&self) {
        self.connection
            .execute_batch("SAVEPOINT unflushed")
            .unwrap();
    }

    /// Puts on the disk what was held.
    pub fn flush(&self) {
        self.connection.execute_batch("RELEASE unflushed").unwrap();
    }

    /// Forgets what was held.
    pub fn lose(&self) {
        self.connection
            .execute_batch("ROLLBACK TO unflushed; RELEASE unflushed")
            .unwrap();
    }

    /// The statements that were run, by name.
    pub fn seen(&self) -> BTreeMap<&'static str, &'static str> {
        self.seen.borrow().clone()
    }

    /// The tables that hold this text in some column, one entry for each row; their indexes of words aside, which
    /// follow them.
    pub fn holding(&self, text: &str) -> Vec<String> {
        let names = |sql: &str| -> Vec<String> {
            let mut statement = self.connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap();
            rows.collect::<Result<_, _>>().unwrap()
        };
        let tables = names(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name NOT LIKE 'search_%'",
        );
        let mut found = Vec::new();
        for table in tables {
            let columns = names(&format!("SELECT name FROM pragma_table_info('{table}')"));
            let any: Vec<String> = columns
                .iter()
                .map(|one| format!("instr(\"{one}\", ?1)"))
                .collect();
            let sql = format!(
                "SELECT count(*) FROM \"{table}\" WHERE {}",
                any.join(" OR ")
            );
            let n: i64 = self
                .connection
                .query_row(&sql, [text], |row| row.get(0))
                .unwrap();
            found.extend((0..n).map(|_| table.clone()));
        }
        found
    }

    /// What SQLite would do for a statement: a line for each step.
    pub fn plan(&self, sql: &str) -> Vec<String> {
        let mut statement = self
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let wanted = statement.parameter_count();
        let nulls = std::iter::repeat_n(rusqlite::types::Null, wanted);
        statement
            .query_map(params_from_iter(nulls), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    }
}

/// A value as workerd binds it.
struct Bound(Value);

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match &self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Real(*number as f64),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn refused(why: rusqlite::Error) -> SqlError {
    SqlError::Refused(why.to_string())
}

fn cell(at: usize, value: ValueRef<'_>) -> Result<Value, SqlError> {
    let wanted = "number or text";
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number as f64 as i64)),
        ValueRef::Real(number) if number.fract() == 0.0 => Ok(Value::Integer(number as i64)),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .map(|text| Value::Text(text.into()))
            .map_err(|_| SqlError::Column { at, wanted }),
        // The host would cut a fraction off in silence; here it is found.
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(SqlError::Column { at, wanted }),
    }
}

fn rows(statement: &mut Statement<'_>, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
    let columns = statement.column_count();
    let mut found = statement
        .query(params_from_iter(params.into_iter().map(Bound)))
        .map_err(refused)?;
    let mut read = Vec::new();
    while let Some(row) = found.next().map_err(refused)? {
        let cells = (0..columns)
            .map(|at| cell(at, row.get_ref(at).map_err(refused)?))
            .collect::<Result<_, _>>()?;
        read.push(Row(cells));
    }
    Ok(read)
}

/// workerd's authorizer refuses these whatever the case, with or without a comment before them.
fn is_refused(sql: &str) -> bool {
    let first = sql
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("--"))
        .and_then(|line| line.split_whitespace().next())
        .unwrap_or_default()
        .to_uppercase();
    [
        "BEGIN",
        "SAVEPOINT",
        "RELEASE",
        "COMMIT",
        "END",
        "ROLLBACK",
        "PRAGMA",
        "ATTACH",
        "VACUUM",
    ]
    .contains(&first.trim_end_matches(';'))
}

impl Sql for Sqlite {
    fn run(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>, SqlError> {
        if params.len() > MAX_PARAMS {
            return Err(SqlError::Refused("too many SQL variables".into()));
        }
        if is_refused(sql) {
            return Err(SqlError::Refused("not authorized".into()));
        }
        if let Some(left) = self.breaks.get() {
            self.breaks.set(left.checked_sub(1));
            if left == 0 {
                return Err(SqlError::Refused("disk I/O error: SQLITE_IOERR".into()));
            }
        }
        let name = sql.lines().next().unwrap_or_default();
        let before = self.seen.borrow_mut().insert(name, sql);
        assert!(
            before.is_none_or(|before| before == sql),
            "two statements are called {name}"
        );
        if params.is_empty() && sql.contains(';') {
            let mut batch = Batch::new(&self.connection, sql);
            let mut last = Vec::new();
            while let Some(mut statement) = batch.next().map_err(refused)? {
                last = rows(&mut statement, Vec::new())?;
            }
            return Ok(last);
        }
        let mut statement = self.connection.prepare_cached(sql).map_err(refused)?;
        if statement.parameter_count() != params.len() {
            return Err(SqlError::Refused("wrong number of bindings".into()));
        }
        if self.full.get() && !statement.readonly() {
            return Err(SqlError::Refused(
                "database or disk is full: SQLITE_FULL".into(),
            ));
        }
        statement.reset_status(StatementStatus::RePrepare);
        statement.reset_status(StatementStatus::VmStep);
        let read = rows(&mut statement, params);
        if statement.reset_status(StatementStatus::RePrepare) > 0 {
            self.replanned.borrow_mut().insert(name);
        }
        let steps = statement.reset_status(StatementStatus::VmStep);
        self.steps
            .set(self.steps.get() + steps.unsigned_abs() as u64);
        read
    }

    fn bytes(&self) -> Result<i64, SqlError> {
        // As workerd counts them: what is free is not taken.
        let sql = "SELECT (p.page_count - f.freelist_count) * s.page_size
FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s";
        let bytes = self.connection.query_row(sql, [], |row| row.get(0));
        bytes.map_err(refused)
    }

    fn transaction<T, E: From<SqlError>>(
        &self,
        body: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let depth = self.depth.get() + 1;
        let say = |what: &str| {
            self.connection
                .execute_batch(&format!("{what} nested_{depth}"))
                .map_err(refused)
        };
        say("SAVEPOINT")?;
        self.depth.set(depth);
        let done = body();
        self.depth.set(depth - 1);
        if done.is_err() {
            say("ROLLBACK TO")?;
        }
        say("RELEASE")?;
        done
    }
}

/// Everything that must hold of an inbox between two questions, whatever was asked before: kept
/// counters equal a recount, no post is unaccounted for, no row contradicts another.
pub fn audit<S: Sql>(sql: &S) -> Result<(), String> {
    let ask = |question: &'static str| {
        sql.run(question, Vec::new())
            .map_err(|why| format!("{why} in {question}"))
    };
    let number = |question| {
        ask(question)?
            .first()
            .ok_or("no row")?
            .int(0)
            .map_err(|why| why.to_string())
    };
    // Each of these finds what must not be.
    for question in [
        "-- audit: tallies differ from a recount
SELECT state, platform, workgroup, level, sum(interactions), sum(posts) FROM (
  SELECT state, platform, workgroup, level, interactions, posts FROM tally
  UNION ALL
  SELECT state, platform, workgroup, level, -1, -posts FROM interaction)
GROUP BY 1, 2, 3, 4 HAVING sum(interactions) <> 0 OR sum(posts) <> 0",
        "-- audit: the late ones differ from a recount
SELECT workgroup, emergency, sum(n) FROM (
  SELECT workgroup, emergency, n FROM late
  UNION ALL SELECT workgroup, owed_level = 3, -1 FROM interaction
  WHERE state = 'open' AND owed_ms IS NOT NULL AND deadline_ms < (SELECT before_ms FROM late_mark))
GROUP BY 1, 2 HAVING sum(n) <> 0",
        "-- audit: ack counters differ from a recount
SELECT name, sum(n) FROM (
  SELECT name, n FROM counter WHERE name LIKE 'ack.%'
  UNION ALL SELECT 'ack.' || state, -1 FROM ack
  WHERE due_ms IS NULL AND planned_ms < (SELECT before_ms FROM ack_mark))
GROUP BY name HAVING sum(n) <> 0",
        "-- audit: something was counted below nothing
SELECT name, n FROM counter WHERE n < 0
UNION ALL SELECT state, sum(posts) FROM tally GROUP BY state, platform, workgroup, level
  HAVING sum(interactions) < 0 OR sum(posts) < 0",
        // One that has gone since is counted still, until the hour is forgotten.
        "-- audit: fewer decisions were counted than posts came to them
SELECT hour, why, sum(n) FROM (
  SELECT hour, why, n FROM decision
  UNION ALL SELECT hour, why, decided FROM tally WHERE why <> ''
  UNION ALL SELECT received_ms / 3600000, ack, -1 FROM post WHERE interaction IS NOT NULL)
GROUP BY hour, why HAVING sum(n) < 0 AND hour >= (
  SELECT min(hour) FROM (SELECT hour FROM decision UNION ALL SELECT hour FROM tally WHERE why <> ''))",
        "-- audit: an interaction miscounts its posts
SELECT seq, i.posts, i.live, p.posts, p.live FROM interaction i LEFT JOIN (
  SELECT interaction, count(*) AS posts, sum(state <> 'deleted') AS live FROM post GROUP BY interaction) p
  ON p.interaction = i.seq
WHERE i.posts <> coalesce(p.posts, 0) OR i.live <> coalesce(p.live, 0)
  OR (i.posts < 1) <> (joined IS NOT NULL)",
        "-- audit: a post is not found by its interaction
SELECT id, interaction FROM post
WHERE interaction IS NOT NULL AND id NOT IN (SELECT id FROM post_in WHERE post_in.seq = post_in.interaction)",
        "-- audit: a post or an acknowledgment without its interaction
SELECT id, interaction FROM post
WHERE interaction IS NOT NULL AND interaction NOT IN (SELECT seq FROM interaction)
UNION ALL SELECT post, interaction FROM ack
WHERE interaction NOT IN (SELECT seq FROM interaction)
UNION ALL SELECT id, interaction FROM reply
WHERE interaction NOT IN (SELECT seq FROM interaction)
UNION ALL SELECT did, interaction FROM history
WHERE interaction NOT IN (SELECT seq FROM interaction)",
        "-- audit: an acknowledgment of another interaction's post
SELECT a.post, a.interaction FROM ack a JOIN interaction i ON i.seq = a.interaction
LEFT JOIN post p ON p.id = a.post
WHERE p.interaction IS NOT coalesce(i.joined, a.interaction)",
        "-- audit: more than one acknowledgment waits, or a calmer one beside an emergency's
SELECT a.interaction FROM ack a JOIN ack e ON e.interaction = a.interaction AND e.emergency > a.emergency
WHERE a.state = 'planned' AND e.state <> 'withdrawn'",
        "-- audit: a person is kept under two ids
SELECT alias, author FROM alias
WHERE alias = author OR (platform, author) IN (SELECT platform, alias FROM alias)
UNION ALL SELECT author, seq FROM interaction i
WHERE state = 'open' AND (platform, author) IN (SELECT platform, alias FROM alias)
UNION ALL SELECT author, at_ms FROM stop WHERE (platform, author) IN (SELECT platform, alias FROM alias)",
        "-- audit: two changes of an interaction have one number
SELECT interaction, change FROM post WHERE interaction IS NOT NULL
GROUP BY interaction, change HAVING count(*) > 1",
        "-- audit: a change was not counted or was seen before it was made
SELECT seq, changes, seen FROM interaction
WHERE seen > changes
UNION ALL SELECT i.seq, i.changes, max(p.change) FROM post p JOIN interaction i ON i.seq = p.interaction
GROUP BY i.seq HAVING i.changes < max(p.change)",
        "-- audit: an author has two open interactions that nobody redrove
SELECT author, source FROM interaction i WHERE state = 'open' AND author IS NOT NULL
GROUP BY author, source
HAVING count(*) > 1 + (SELECT count(*) FROM history h JOIN interaction r ON r.seq = h.interaction
  WHERE h.did = 'redriven' AND r.author = i.author AND r.source = i.source)",
        "-- audit: a state and its columns disagree
SELECT seq, state FROM interaction
WHERE state NOT IN ('open', 'done', 'dead') OR (state = 'open') <> (ended_ms IS NULL)
  OR (state = 'open') <> (outcome IS NULL) OR (lease IS NULL) <> (holder IS NULL)
  OR (state = 'dead' AND lease IS NOT NULL) OR (assigned IS NULL) <> (assigned_ms IS NULL)
  OR level NOT BETWEEN 0 AND 3 OR urgency NOT BETWEEN 0 AND 100",
        "-- audit: one lease for two interactions
SELECT lease FROM interaction WHERE lease IS NOT NULL GROUP BY lease HAVING count(*) > 1",
        "-- audit: an acknowledgment and its clock disagree
SELECT interaction, state FROM ack
WHERE state NOT IN ('planned', 'sending', 'sent', 'refused', 'unknown', 'withdrawn', 'dry_run')
  OR (state IN ('planned', 'sending')) <> (due_ms IS NOT NULL)",
        "-- audit: an acknowledgment waits and no alarm is set
SELECT interaction FROM ack WHERE due_ms IS NOT NULL AND (SELECT at_ms FROM alarm) IS NULL",
        "-- audit: a deleted post's words were kept
SELECT id FROM post WHERE state = 'deleted' AND interaction IS NOT NULL
  AND (post ->> '$.text' <> '' OR post ->> '$.quoted' IS NOT NULL OR post ->> '$.media' IS NOT NULL
    OR post ->> '$.author.name' IS NOT NULL OR json_array_length(triage, '$.reasons') > 0)
UNION ALL SELECT a.post FROM ack a JOIN post p ON p.id = a.post
WHERE p.state = 'deleted' AND a.text <> ''
UNION ALL SELECT r.post FROM reply r JOIN post p ON p.id = r.post
WHERE p.state = 'deleted' AND r.text <> ''",
    ] {
        let found = ask(question)?;
        if !found.is_empty() {
            let what = question.lines().next().unwrap_or_default();
            return Err(format!("{what}: {found:?}"));
        }
    }
    let kept = number("-- audit kept\nSELECT coalesce(sum(posts), 0) FROM tally")?;
    let stored = number("-- audit stored\nSELECT count(interaction) FROM post")?;
    if stored != kept {
        return Err(format!(
            "{stored} posts lie here, but {kept} are open, done or dead"
        ));
    }
    let duplicates = number("-- audit dup\nSELECT n FROM counter WHERE name = 'duplicates'")?;
    let copies = number("-- audit copies\nSELECT coalesce(sum(copies), 0) FROM post")?;
    if duplicates < copies {
        return Err(format!("{copies} copies, but {duplicates} duplicates"));
    }
    Ok(())
}

mod tests {
    use super::*;

    fn refuses(sql: &'static str, params: Vec<Value>) -> bool {
        let database = Sqlite::new();
        database
            .run("-- t\nCREATE TABLE t (n INTEGER NOT NULL) STRICT", vec![])
            .unwrap();
        matches!(database.run(sql, params), Err(SqlError::Refused(_)))
    }

    #[test]
    fn refuses_what_workerd_refuses() {
        for sql in [
            "BEGIN",
            "-- named\nbegin immediate",
            "SAVEPOINT a",
            "COMMIT;",
            "PRAGMA user_version",
        ] {
            assert!(refuses(sql, vec![]), "{sql}");
        }
        let many = "-- m\nINSERT INTO t SELECT value FROM json_each(?1); DELETE FROM t";
        assert!(refuses(many, vec!["[1]".into()]));
        assert!(refuses(
            "-- p\nINSERT INTO t VALUES (?1)",
            vec![1i64.into(); 2]
        ));
        assert!(refuses(
            "-- s\nINSERT INTO t VALUES (?1)",
            vec!["five".into()]
        ));
        assert!(!refuses(
            "-- i\nINSERT INTO t VALUES (?1)",
            vec![5i64.into()]
        ));
        // 101 variables are one too many even where the statement would take them.
        let wide: &'static str = Box::leak(
            format!("-- w\nSELECT {}", vec!["?"; MAX_PARAMS + 1].join(", ")).into_boxed_str(),
        );
        assert!(refuses(wide, vec![Value::Null; MAX_PARAMS + 1]));
    }

    #[test]
    fn numbers_go_through_doubles() {
        let database = Sqlite::new();
        let read = |sql, params| database.run(sql, params).map(|rows| rows[0].0[0].clone());
        assert_eq!(
            read("-- a\nSELECT typeof(?1)", vec![5i64.into()]),
            Ok(Value::Text("real".into()))
        );
        assert_eq!(
            read("-- b\nSELECT 9007199254740993", vec![]),
            Ok(Value::Integer(9_007_199_254_740_992))
        );
        assert!(read("-- c\nSELECT 1.5", vec![]).is_err());
        assert!(read("-- d\nSELECT x'00'", vec![]).is_err());
    }

    #[test]
    fn an_error_undoes_a_transaction_and_only_that() {
        let database = Sqlite::new();
        let run = |sql| database.run(sql, vec![]);
        run("-- t\nCREATE TABLE t (n INTEGER) STRICT").unwrap();
        let outer: Result<(), SqlError> = database.transaction(|| {
            run("-- one\nINSERT INTO t VALUES (1)")?;
            let inner: Result<(), SqlError> = database.transaction(|| {
                run("-- two\nINSERT INTO t VALUES (2)")?;
                Err(SqlError::Json("two"))
            });
            assert_eq!(inner, Err(SqlError::Json("two")));
            Ok(())
        });
        outer.unwrap();
        assert_eq!(
            run("-- all\nSELECT n FROM t").unwrap(),
            vec![Row(vec![Value::Integer(1)])]
        );
    }
}
