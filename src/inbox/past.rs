//! What happened with somebody, as this shard keeps it: what their arc ([`super::arc`]) is made of.

use super::arc::{Happened, What, thanks_in_advance};
use super::context::Desk;
use super::customer::{self, Identity};
use super::question::{Concern, Question};
use super::rows;
use super::state::Ending;
use super::wire::{CustomerView, Refused};
use super::{stops, visible};
use crate::judgement::Triage;
use crate::post::{Platform, Workgroup};
use crate::scope::{Scope, names};
use crate::sql::{Sql, SqlError, Value, params};
use serde::{Deserialize, Serialize};

/// How many interactions of one author are looked at: the newest. A curve of more is no curve.
const INTERACTIONS: u32 = 100;

/// How many of their posts: the newest.
const POSTS: u32 = 500;

/// What happened with these authors?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowPast {
    /// Whom.
    pub of: Vec<Identity>,
}

/// What happened, and whose author it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// What happened, oldest first.
    pub happened: Vec<Happened>,
    /// The customer, if this shard knows of one.
    #[serde(default)]
    pub customer: Option<CustomerView>,
    /// All authors of that customer.
    #[serde(default)]
    pub authors: Vec<Identity>,
}

impl Question for ShowPast {
    const NAME: &'static str = "ShowPast";
    type Answer = Past;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let seen = match scope.all {
            true => None,
            false => Some(visible::workgroups(desk, scope)?),
        };
        let mut past = Past::default();
        for of in &self.of {
            if past.customer.is_none()
                && let Some(facts) = customer::of(desk, of.platform, of.author.as_str())?
            {
                past.authors = customer::authors(desk, &facts.id)?;
                past.customer = Some(facts.view);
            }
            past.happened.extend(happened(
                desk,
                of.platform,
                of.author.as_str(),
                seen.as_deref(),
            )?);
        }
        Ok(past)
    }
}

/// What happened with an author, as far as somebody sees it.
pub(super) fn happened<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    author: &str,
    seen: Option<&[Workgroup]>,
) -> Result<Vec<Happened>, SqlError> {
    let rows = desk.sql.run(
        "-- past_interactions
SELECT seq, ended_ms, outcome, holder FROM interaction INDEXED BY of_author
WHERE author IN (
    SELECT ?1 || '' UNION ALL SELECT author FROM alias WHERE platform = ?2 || '' AND alias = ?1 || ''
    UNION ALL SELECT alias FROM alias WHERE platform = ?2 || '' AND author = ?1 || '')
  AND platform = ?2 || '' AND joined IS NULL
  AND (?3 = 1 OR workgroup IN (SELECT value FROM json_each(?4)))
ORDER BY seq DESC LIMIT ?5 + 0",
        params![
            author,
            platform.as_str(),
            i64::from(seen.is_none()),
            names(seen.unwrap_or_default()),
            INTERACTIONS,
        ],
    )?;
    let mut all = Vec::new();
    let mut seqs = Vec::new();
    for row in &rows {
        let seq = row.int(0)?;
        seqs.push(seq);
        if let (Some(at_ms), Some(outcome)) = (row.opt_int(1)?, row.opt_text(2)?)
            && Ending::named(outcome).is_none()
        {
            all.push(Happened {
                at_ms,
                matter: Some(desk.shard.interaction(seq)),
                platform,
                what: What::Ended {
                    outcome: outcome.to_owned(),
                    agent: row.opt_text(3)?.map(str::to_owned),
                },
            });
        }
    }
    let list = rows::list(&seqs);
    posts(desk, platform, &list, &mut all)?;
    said(desk, platform, &list, &mut all)?;
    if let Some(at_ms) = stops::stopped_ms(desk, platform, author)? {
        all.push(Happened {
            at_ms,
            matter: None,
            platform,
            what: What::Stop,
        });
    }
    super::arc::in_order(&mut all);
    Ok(all)
}

fn posts<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    list: &Value,
    all: &mut Vec<Happened>,
) -> Result<(), SqlError> {
    let found = desk.sql.run(
        "-- past_posts
SELECT i.seq, p.created_ms, p.triage, p.post ->> '$.text' FROM json_each(?1) w
CROSS JOIN interaction i ON i.seq = CAST(w.value AS INTEGER) CROSS JOIN post p ON p.id = i.first
WHERE p.interaction = i.seq AND p.change = 1 AND p.state <> 'deleted'
UNION ALL SELECT p.interaction, p.created_ms, p.triage, p.post ->> '$.text' FROM json_each(?1) w
CROSS JOIN post p ON p.interaction = CAST(w.value AS INTEGER) AND p.change <> 1 AND p.state <> 'deleted'
ORDER BY 2 DESC LIMIT ?2 + 0",
        vec![list.clone(), POSTS.into()],
    )?;
    for row in &found {
        let triage: Triage = rows::json(row.text(2)?, "triage")?;
        all.push(Happened {
            at_ms: row.int(1)?,
            matter: Some(desk.shard.interaction(row.int(0)?)),
            platform,
            what: What::Post {
                kind: triage.kind,
                sentiment: triage.sentiment,
                level: u8::from(triage.level),
                in_advance: thanks_in_advance(row.text(3)?),
            },
        });
    }
    Ok(())
}

fn said<S: Sql>(
    desk: Desk<'_, S>,
    platform: Platform,
    list: &Value,
    all: &mut Vec<Happened>,
) -> Result<(), SqlError> {
    let found = desk.sql.run(
        "-- past_said
SELECT interaction, changed_ms, NULL FROM ack
WHERE interaction IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) AND state = 'sent'
UNION ALL SELECT r.interaction, r.at_ms, r.agent FROM json_each(?1) w
CROSS JOIN reply r ON r.id >= w.value || ' ' AND r.id < w.value || '!' WHERE r.state = 'sent'",
        vec![list.clone()],
    )?;
    for row in &found {
        all.push(Happened {
            at_ms: row.int(1)?,
            matter: Some(desk.shard.interaction(row.int(0)?)),
            platform,
            what: match row.opt_text(2)? {
                None => What::Note,
                Some(agent) => What::Reply {
                    agent: agent.to_owned(),
                },
            },
        });
    }
    Ok(())
}
