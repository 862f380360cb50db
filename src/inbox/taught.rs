//! What the desk has taught: lessons from what people say was judged wrongly, and the adapter that is on.
//!
//! Lessons are gathered when somebody looks: corrections of a level whose words still stand, and beside them work that
//! people ended after they had answered it and whose judgement nobody contradicted. Each is judged anew by the model of
//! today, so that what an adapter changed teaches nothing a second time. The adapter that a supervisor switched on stays as
//! it was shown until they switch again: nothing is learnt behind their back. It holds numbers and no words.

use super::context::Desk;
use super::copies::Copy;
use super::corrected::Right;
use super::question::{Concern, Question};
use super::rows::json;
use super::wire::Refused;
use crate::post::Post;
use crate::scope::Scope;
use crate::sql::{Row, Sql, SqlError, params};
use crate::triage::adapter::{Adapter, Lesson, Sums};
use crate::triage::{Subject, triage};
use serde::{Deserialize, Serialize};

/// The step of the migrations.
pub const TABLE: &str = "-- migration adapter
CREATE TABLE adapter (                -- what the desk has taught, of brands where it is on
  brand TEXT PRIMARY KEY,
  doc TEXT NOT NULL,                  -- JSON: numbers, no words
  by TEXT NOT NULL,                   -- who switched it on
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;";

/// How many corrections are learnt from in each shard: the newest.
pub const CORRECTIONS: u32 = 1_000;

/// How many judgements that nobody contradicted, of how many interactions that ended last.
const KEPT: u32 = 400;
const ENDED: u32 = 2_000;

/// The adapter that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct On {
    /// What it does.
    pub adapter: Adapter,
    /// Who switched it on.
    pub by: String,
    /// When: epoch milliseconds.
    pub since_ms: i64,
}

/// What has a brand's desk taught, in this shard?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowLessons {
    /// The brand, by its id in the configuration.
    pub brand: String,
}

/// A shard's lessons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lessons {
    /// Added up.
    pub sums: Sums,
    /// The adapter that is on.
    pub on: Option<On>,
}

impl Question for ShowLessons {
    const NAME: &'static str = "ShowLessons";
    type Answer = Lessons;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let of = desk.config.sources.iter();
        let of = of.filter(|source| source.brand.id == self.brand);
        let ids: Vec<&str> = of.map(|source| source.id.as_str()).collect();
        let ids = serde_json::to_string(&ids).map_err(|_| SqlError::Json("sources"))?;
        let mut sums = Sums::default();
        let said = desk.sql.run(
            "-- lessons_said
SELECT p.post, c.should, c.words FROM correction c INDEXED BY correction_at
CROSS JOIN interaction i ON i.seq = c.interaction CROSS JOIN post p ON p.id = c.post
WHERE i.source IN (SELECT value FROM json_each(?1)) AND p.state <> 'deleted'
ORDER BY c.at_ms DESC, c.id DESC LIMIT ?2 + 0",
            params![ids.as_str(), CORRECTIONS],
        )?;
        for row in &said {
            let post: Post = json(row.text(0)?, "post")?;
            let right: Right = json(row.text(1)?, "correction")?;
            let same = i64::from(crate::triage::text::hash(&post.text)) == row.int(2)?;
            if let Some(should) = right.level.filter(|_| same) {
                let judged = judged(&post);
                sums.learn(&Lesson {
                    text: &post.text,
                    urgency: judged.urgency,
                    should,
                    said: true,
                });
            }
        }
        let kept = desk.sql.run(
            "-- lessons_kept
SELECT p.post FROM (SELECT seq, first, source FROM interaction WHERE state = 'done' AND answered_by IS NOT NULL
  AND seq > (SELECT coalesce(max(seq), 0) FROM interaction) - ?2 ORDER BY seq DESC) i
CROSS JOIN post p ON p.id = i.first
WHERE i.source IN (SELECT value FROM json_each(?1)) AND p.state <> 'deleted'
  AND NOT EXISTS (SELECT 1 FROM correction c WHERE c.interaction = i.seq) LIMIT ?3 + 0",
            params![ids.as_str(), ENDED, KEPT],
        )?;
        for row in &kept {
            let post: Post = json(row.text(0)?, "post")?;
            let judged = judged(&post);
            sums.learn(&Lesson {
                text: &post.text,
                urgency: judged.urgency,
                should: judged.level,
                said: false,
            });
        }
        let on = desk.sql.run(
            "-- adapter_on
SELECT doc, by, since_ms FROM adapter WHERE brand = ?1",
            params![self.brand.as_str()],
        )?;
        let read = |row: &Row| {
            Ok::<On, SqlError>(On {
                adapter: json(row.text(0)?, "adapter")?,
                by: row.text(1)?.to_owned(),
                since_ms: row.int(2)?,
            })
        };
        Ok(Lessons {
            sums,
            on: on.first().map(read).transpose()?,
        })
    }
}

/// The judgement of the model alone, as it is today.
fn judged(post: &Post) -> crate::judgement::Triage {
    triage(&Subject {
        text: &post.text,
        platform: None,
        lang: post.lang.as_deref(),
    })
}

/// Switch a brand's adapter on, or off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAdapter {
    /// The brand.
    pub brand: String,
    /// What it does from now on; `None`: nothing.
    pub adapter: Option<Adapter>,
    /// Who says so.
    pub by: String,
}

impl Question for SetAdapter {
    const NAME: &'static str = "SetAdapter";
    type Answer = ();

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, _: &Scope) -> Result<Self::Answer, Refused> {
        let Some(adapter) = self.adapter else {
            desk.sql.run(
                "-- adapter_off
DELETE FROM adapter WHERE brand = ?1",
                params![self.brand],
            )?;
            return Ok(());
        };
        desk.sql.run(
            "-- adapter_set
INSERT INTO adapter VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO UPDATE SET doc = excluded.doc, by = excluded.by, since_ms = excluded.since_ms",
            params![
                self.brand,
                serde_json::to_string(&adapter).map_err(|_| SqlError::Json("adapter"))?,
                self.by,
                desk.now_ms
            ],
        )?;
        Ok(())
    }
}

/// What came, as the brand's desk would have it; `doc` is the adapter that is on.
pub(super) fn adapted(copy: Copy, doc: Option<&str>) -> Copy {
    // One that cannot be read changes nothing.
    let adapter = doc.and_then(|doc| serde_json::from_str::<Adapter>(doc).ok());
    match adapter {
        None => copy,
        Some(adapter) => {
            let triage = adapter.applied(&copy.post.text, copy.triage);
            Copy { triage, ..copy }
        }
    }
}
