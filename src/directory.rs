//! Where posts lie and who people are, on the platforms that do not always say it, for a queue of
//! several shards.
//!
//! A post's shard is the hash of its platform and author. That is enough where every delivery names
//! the author by one id. [`Identity`] says where it is not, and only the deliveries of those platforms
//! ask a directory before they go to their shard ([`homes`]); with one shard none does.
//!
//! Each platform has a directory of its own: one Durable Object, which answers one question in one
//! transaction and knows no clock.
//!
//! Invariants:
//!
//! - a post has one home, and it changes at most once: when the author of a copy that came without one
//!   becomes known;
//! - all ids of one person lead to one author, whichever came first.
//!
//! Two that were taken for two people, in two shards, until a delivery named both ids: their stop is carried to
//! where they are one from then on; what they wrote before stays where it lies. It can't move: it may be held,
//! answered or acknowledged there, and taken in anew it would be acknowledged twice. So an agent may meet
//! the old matter beside the new one, a cooldown of the old shard is not known in the new one, and an edit of
//! an old post is a post of its own; a deletion goes to every shard in which the post may lie.

pub mod carried;
pub mod homes;
pub mod question;
pub mod schema;
pub mod wire;

use crate::carried::{Export, Import};
use crate::config::home::Jurisdiction;
use crate::customers;
use crate::document::Document;
use crate::inbox::shard::{EPOCH, Shard};
use crate::platform::profile::Identity;
use crate::post::{AuthorId, Platform, PostId};
use crate::sql::{Sql, SqlError, params};
use question::{Desk, Question};
use serde::{Deserialize, Serialize};
use wire::{Find, Found, Home, People, Refused, Settled, Want};

/// How many forgotten posts each question clears away at most: more than it adds, so that the table
/// shrinks again after a storm.
const SLICE: i64 = 32;

/// The name of a platform's directory. It is on disk: another name is another object, which knows nothing.
pub fn object(platform: Platform) -> String {
    format!("directory/{EPOCH}/{platform}")
}

/// The name of the directory that says in which jurisdiction all other objects are. It is itself in none, so that it
/// is found whatever the configuration says, and holds nothing else.
pub const ANCHOR: &str = "home";

/// Every question to a directory, as it comes over the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// A [`Find`].
    Find(Find),
    /// A [`Settled`].
    Settled(Settled),
    /// A [`Home`].
    Home(Home),
    /// A [`People`].
    People(People),
    /// An [`Export`].
    Export(Export),
    /// An [`Import`].
    Import(Import),
    /// Not for a directory: for the customers' object, which is of the same class.
    Customers(customers::Ask),
}

impl Question for Find {
    const NAME: &'static str = "Find";
    type Answer = Vec<Found>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        forget(desk)?;
        let wants = self.wants.iter();
        let found = wants.map(|want| find(desk, self.platform, self.shards, want));
        Ok(found.collect::<Result<_, SqlError>>()?)
    }
}

impl Question for Settled {
    const NAME: &'static str = "Settled";
    type Answer = ();

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        Ok(settled(desk, &self.moved, &self.joined)?)
    }
}

impl Question for Home {
    const NAME: &'static str = "Home";
    type Answer = Option<Jurisdiction>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        home(desk, self.jurisdiction)
    }
}

impl Question for People {
    const NAME: &'static str = "People";
    type Answer = Vec<AuthorId>;

    fn answer<S: Sql>(self, desk: &Desk<'_, S>) -> Result<Self::Answer, Refused> {
        let ids: Vec<&str> = self.ids.iter().map(AuthorId::as_str).collect();
        let list = serde_json::to_string(&ids)?;
        let rows = desk.sql.run(
            "-- ids_of_people
SELECT id FROM person WHERE author IN (
  SELECT value FROM json_each(?1) UNION SELECT author FROM person WHERE id IN (SELECT value FROM json_each(?1)))
UNION SELECT author FROM person WHERE id IN (SELECT value FROM json_each(?1))",
            params![list],
        )?;
        let found: Vec<&str> = rows
            .iter()
            .map(|row| row.text(0))
            .collect::<Result<_, _>>()?;
        if self.forget {
            let all = serde_json::to_string(&[ids, found.clone()].concat())?;
            for statement in [
                "-- forget_people
DELETE FROM person WHERE id IN (SELECT value FROM json_each(?1))",
                "-- forget_joined
DELETE FROM joined WHERE other IN (SELECT value FROM json_each(?1))",
                "-- forget_joined_into
DELETE FROM joined WHERE author IN (SELECT value FROM json_each(?1))",
            ] {
                desk.sql.run(statement, params![all.as_str()])?;
            }
        }
        Ok(found.into_iter().map(AuthorId::new).collect())
    }
}

/// Answers one question, in one transaction.
///
/// # Errors
/// Where the storage fails.
pub fn serve<S: Sql, Q: Question>(desk: &Desk<'_, S>, question: Q) -> Result<Q::Answer, Refused> {
    desk.sql.transaction(|| question.answer(desk))
}

/// Answers what came over the wire.
///
/// # Errors
/// Where the storage fails.
pub fn receive<S: Sql>(desk: &Desk<'_, S>, ask: Ask) -> Result<Document, Refused> {
    Ok(match ask {
        Ask::Find(find) => Document::of(&serve(desk, find)?)?,
        Ask::Settled(settled) => Document::of(&serve(desk, settled)?)?,
        Ask::Home(home) => Document::of(&serve(desk, home)?)?,
        Ask::People(people) => Document::of(&serve(desk, people)?)?,
        Ask::Export(export) => Document::of(&serve(desk, export)?)?,
        Ask::Import(import) => Document::of(&serve(desk, import)?)?,
        Ask::Customers(_) => return Err(Refused::Storage("this is a directory".into())),
    })
}

/// Returns the recorded jurisdiction. If none is recorded, records this one.
fn home<S: Sql>(
    desk: &Desk<'_, S>,
    jurisdiction: Option<Jurisdiction>,
) -> Result<Option<Jurisdiction>, Refused> {
    let rows = desk
        .sql
        .run("-- home\nSELECT jurisdiction FROM home", params![])?;
    let Some(row) = rows.first() else {
        let name = jurisdiction.map_or("", Jurisdiction::as_str);
        desk.sql.run(
            "-- settle\nINSERT INTO home (jurisdiction) VALUES (?1)",
            params![name],
        )?;
        return Ok(jurisdiction);
    };
    match row.text(0)? {
        "" => Ok(None),
        name => Jurisdiction::named(name).map(Some).ok_or_else(|| {
            Refused::Storage(format!("jurisdiction \"{name}\" is of another version"))
        }),
    }
}

fn find<S: Sql>(
    desk: &Desk<'_, S>,
    platform: Platform,
    shards: u16,
    want: &Want,
) -> Result<Found, SqlError> {
    let author = match platform.profile().identity {
        Identity::TwoIds => person(desk, &want.authors)?,
        Identity::Certain | Identity::AuthorMayLack => want.authors.first().cloned(),
    };
    let lies = match (&want.post, platform.profile().identity) {
        (Some(post), Identity::AuthorMayLack) => lies(desk, post)?,
        _ => None,
    };
    let of = |id: &str| Shard::of(platform, id, shards);
    let home = match (&author, lies, &want.post) {
        (Some(author), _, _) => of(author.as_str()),
        (None, Some(home), _) => home,
        // Nobody's post: its own id stands in for the author.
        (None, None, Some(post)) => of(post.as_str()),
        (None, None, None) => of(""),
    };
    if let (Some(post), None, Identity::AuthorMayLack) =
        (&want.post, lies, platform.profile().identity)
    {
        desk.sql.run(
            "-- settle_post
INSERT INTO post (id, home, at_ms) VALUES (?1, ?2, ?3)",
            params![post.as_str(), i64::from(home.number()), desk.now_ms],
        )?;
    }
    Ok(Found {
        home,
        from: lies.filter(|lies| *lies != home),
        joined: match &author {
            Some(author) => joined(desk, author)?,
            None => Vec::new(),
        },
        others: match &author {
            Some(author) if platform.profile().identity == Identity::TwoIds => {
                others(desk, author)?
            }
            _ => Vec::new(),
        },
        author,
    })
}

/// The other ids that lead to an author.
fn others<S: Sql>(desk: &Desk<'_, S>, author: &AuthorId) -> Result<Vec<AuthorId>, SqlError> {
    let rows = desk.sql.run(
        "-- other_ids
SELECT id FROM person WHERE author = ?1 || '' AND id <> ?1 || ''",
        params![author.as_str()],
    )?;
    rows.iter()
        .map(|row| row.text(0).map(AuthorId::new))
        .collect()
}

fn lies<S: Sql>(desk: &Desk<'_, S>, post: &PostId) -> Result<Option<Shard>, SqlError> {
    let rows = desk.sql.run(
        "-- home_of_post
SELECT home FROM post WHERE id = ?1 || ''",
        params![post.as_str()],
    )?;
    let home = rows.first().map(|row| row.int(0)).transpose()?;
    Ok(home.and_then(|home| u8::try_from(home).ok()).map(Shard::at))
}

/// Who goes by these ids: the author that the earliest known of them leads to, else the first. From now
/// on all of them lead there.
fn person<S: Sql>(desk: &Desk<'_, S>, ids: &[AuthorId]) -> Result<Option<AuthorId>, SqlError> {
    let Some(first) = ids.first() else {
        return Ok(None);
    };
    let list: Vec<&str> = ids.iter().map(AuthorId::as_str).collect();
    let list = serde_json::to_string(&list).map_err(|_| SqlError::Json("ids"))?;
    let rows = desk.sql.run(
        "-- persons
SELECT id, author FROM person WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY since_ms, id",
        params![list],
    )?;
    let author = match rows.first() {
        Some(row) => AuthorId::new(row.text(1)?),
        None => first.clone(),
    };
    for row in &rows {
        let other = row.text(1)?;
        if other != author.as_str() {
            join(desk, other, &author)?;
        }
    }
    for id in ids {
        let is_known = rows.iter().any(|row| row.text(0) == Ok(id.as_str()));
        if !is_known {
            desk.sql.run(
                "-- new_id
INSERT INTO person (id, author, since_ms) VALUES (?1, ?2, ?3)",
                params![id.as_str(), author.as_str(), desk.now_ms],
            )?;
        }
    }
    Ok(Some(author))
}

/// Two that were taken for two people are one.
fn join<S: Sql>(desk: &Desk<'_, S>, other: &str, author: &AuthorId) -> Result<(), SqlError> {
    desk.sql.run(
        "-- join_person
UPDATE person SET author = ?2 WHERE author = ?1",
        params![other, author.as_str()],
    )?;
    desk.sql.run(
        "-- remember_join
INSERT INTO joined (other, author) VALUES (?1, ?2)
ON CONFLICT DO UPDATE SET author = excluded.author",
        params![other, author.as_str()],
    )?;
    desk.sql.run(
        "-- follow_joins
UPDATE joined SET author = ?2 WHERE author = ?1",
        params![other, author.as_str()],
    )?;
    Ok(())
}

/// Whom this author was taken for until lately: what their shards know of them is still to be asked.
fn joined<S: Sql>(desk: &Desk<'_, S>, author: &AuthorId) -> Result<Vec<AuthorId>, SqlError> {
    let rows = desk.sql.run(
        "-- joined
SELECT other FROM joined WHERE author = ?1 || ''",
        params![author.as_str()],
    )?;
    rows.iter()
        .map(|row| row.text(0).map(AuthorId::new))
        .collect()
}

fn settled<S: Sql>(
    desk: &Desk<'_, S>,
    moved: &[(PostId, Shard)],
    joined: &[AuthorId],
) -> Result<(), SqlError> {
    for (post, home) in moved {
        desk.sql.run(
            "-- moved
UPDATE post SET home = ?2 WHERE id = ?1",
            params![post.as_str(), i64::from(home.number())],
        )?;
    }
    for other in joined {
        desk.sql.run(
            "-- joined_done
DELETE FROM joined WHERE other = ?1",
            params![other.as_str()],
        )?;
    }
    Ok(())
}

/// Forgets a slice of the posts that the shards have forgotten. People stay: a stop is for ever.
fn forget<S: Sql>(desk: &Desk<'_, S>) -> Result<(), SqlError> {
    let before_ms = desk.now_ms - i64::from(desk.retention_days) * 86_400_000;
    desk.sql.run(
        "-- forget_homes
DELETE FROM post WHERE id IN (SELECT id FROM post WHERE at_ms < ?1 + 0 ORDER BY at_ms LIMIT ?2 + 0)",
        params![before_ms, SLICE],
    )?;
    Ok(())
}
