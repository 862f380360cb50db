//! One deed to many interactions, over all shards: those that are named, or the next of a workgroup.

use super::fanout::World;
use super::lists::{self, Mark, Ordered};
use super::mine;
use super::problem::Problem;
use super::request::{Fields, NAME_BYTES, no_cursor};
use crate::config::Config;
use crate::document::Document;
use crate::inbox::bulk::{Act, Bulk, Came, MOST, Outcome};
use crate::inbox::marks;
use crate::inbox::shard::Shard;
use crate::inbox::survey::{Order, Wanted};
use crate::inbox::wire::Refused;
use crate::post::{InteractionId, Workgroup};
use crate::scope::Scope;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The words for what is done.
pub const ACTS: [&str; 3] = ["resolve", "tag", "assign"];

/// What a call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The interactions' ids, as they were given.
    pub ids: Vec<String>,
    /// Instead of ids: the page of a workgroup's open interactions that it is done to.
    pub page: Option<Ordered>,
    /// What is to be done, but to none in particular.
    pub bulk: Bulk,
}

impl Asked {
    /// The agent to whom they are to be given: whoever asks the shards says what they serve.
    pub fn agent(&self) -> Option<&str> {
        match &self.bulk.act {
            Act::Assign { agent, .. } => agent.as_deref(),
            Act::Resolve { .. } | Act::Tag { .. } => None,
        }
    }

    /// The same, where it is known what the agent serves.
    pub fn serving(mut self, known: Vec<Workgroup>) -> Self {
        if let Act::Assign { serves, .. } = &mut self.bulk.act {
            *serves = known;
        }
        self
    }
}

/// The page of a workgroup that a call names instead of ids: what is open of it, most urgent first.
fn page(
    config: &Config,
    scope: &Scope,
    shards: u16,
    fields: &mut Fields,
) -> Result<Option<Ordered>, Problem> {
    let Some(group) = fields.opt_name("of_workgroup", NAME_BYTES)? else {
        return Ok(None);
    };
    let group = Workgroup::new(group);
    if !scope.has(&group) || !config.workgroups().contains(&group) {
        return Err(Problem::field(
            "of_workgroup",
            "the token does not serve it, or no source or rule names it",
        ));
    }
    let most = u32::try_from(MOST).unwrap_or(u32::MAX);
    let cursor = fields.opt_name("cursor", NAME_BYTES)?;
    Ok(Some(Ordered {
        order: Order::Rank,
        wanted: Wanted {
            open: true,
            workgroup: Some(group),
            ..Wanted::default()
        },
        after: cursor
            .map(|cursor| Mark::find(&cursor, Order::Rank, shards).ok_or_else(no_cursor))
            .transpose()?,
        max: fields.number("max", 1..=most, most)?,
    }))
}

/// Reads a call's fields.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn asked(
    config: &Config,
    scope: &Scope,
    shards: u16,
    fields: &mut Fields,
    by: &str,
) -> Result<Asked, Problem> {
    let page = page(config, scope, shards, fields)?;
    let ids = fields.opt_list("ids", MOST)?.unwrap_or_default();
    if page.is_some() && !ids.is_empty() {
        return Err(Problem::field(
            "ids",
            "stands alone: name ids or a workgroup",
        ));
    }
    if page.is_none() && ids.is_empty() {
        return Err(Problem::field(
            "ids",
            format!("name 1 to {MOST} interactions, or `of_workgroup`"),
        ));
    }
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() < ids.len() {
        return Err(Problem::field("ids", "names one of them twice"));
    }
    let act = match fields.name("do", NAME_BYTES)?.as_str() {
        "resolve" => Act::Resolve {
            outcome: mine::outcome(config, fields)?,
            note: fields.opt_text("note", 4_096)?,
        },
        "tag" => {
            let tags = |fields: &mut Fields, field: &str| {
                let named = fields.names(field)?.into_iter();
                let tidy = named.map(|tag| {
                    marks::tidy(&tag).ok_or_else(|| {
                        Problem::field(field, format!("a tag has 1 to {} bytes", marks::TAG_BYTES))
                    })
                });
                tidy.collect::<Result<Vec<_>, _>>()
            };
            let (add, remove) = (tags(fields, "add")?, tags(fields, "remove")?);
            if add.is_empty() && remove.is_empty() {
                return Err(Problem::field("add", "name tags to add or to remove"));
            }
            Act::Tag { add, remove }
        }
        "assign" => {
            let (agent, workgroup) = mine::recipient(config, fields)?;
            Act::Assign {
                agent,
                workgroup,
                serves: Vec::new(),
            }
        }
        _ => return Err(Problem::field("do", format!("one of {}", ACTS.join(", ")))),
    };
    Ok(Asked {
        ids,
        page,
        bulk: Bulk {
            seqs: Vec::new(),
            act,
            by: by.to_owned(),
            dry_run: fields.opt_flag("dry_run")?.unwrap_or(false),
            as_of_ms: fields.opt_time("as_of_ms")?,
        },
    })
}

/// What came of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Whether it was only told what would come of it.
    pub dry_run: bool,
    /// For how many it is done, or would be.
    pub done: usize,
    /// For each, in the order of the call.
    pub outcomes: Vec<Came>,
    /// Where the workgroup's next page begins, where there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The ids of a listed interaction.
#[derive(Deserialize)]
struct Known {
    id: String,
}

/// Names the interactions of a workgroup's page, where that is asked for; gives where the next begins.
///
/// # Errors
/// Where a shard fails.
pub async fn named<W: World>(
    world: &W,
    shards: u16,
    asked: Asked,
) -> Result<(Asked, Option<String>), Refused> {
    let Some(page) = &asked.page else {
        return Ok((asked, None));
    };
    let listed = lists::list(world, shards, page).await?;
    let id = |one: &Document| Ok(serde_json::from_str::<Known>(one.text())?.id);
    let ids = listed.found.iter().map(id);
    let ids = ids.collect::<Result<Vec<_>, Refused>>()?;
    Ok((Asked { ids, ..asked }, listed.next))
}

/// Asks each shard for its own. A shard that fails costs only its own: what the others did is told.
pub async fn bulk<W: World>(
    world: &W,
    shards: u16,
    asked: Asked,
    cursor: Option<String>,
) -> Answer {
    let mut places: BTreeMap<Shard, Vec<i64>> = BTreeMap::new();
    for (shard, seq) in asked.ids.iter().filter_map(|id| Shard::find(id, shards)) {
        places.entry(shard).or_default().push(seq);
    }
    let each = places.into_iter().map(|(shard, seqs)| {
        let bulk = Bulk {
            seqs: seqs.clone(),
            ..asked.bulk.clone()
        };
        async move { (shard, seqs, world.ask(shard, bulk).await) }
    });
    let mut came: BTreeMap<String, Came> = BTreeMap::new();
    for (shard, seqs, said) in join_all(each).await {
        let told = said.unwrap_or_else(|_| {
            let lost = |seq: i64| Came {
                id: shard.interaction(seq),
                outcome: Outcome::Unavailable,
                holder: None,
            };
            seqs.into_iter().map(lost).collect()
        });
        came.extend(told.into_iter().map(|one| (one.id.to_string(), one)));
    }
    let outcomes: Vec<Came> = asked
        .ids
        .into_iter()
        .map(|id| {
            came.remove(&id).unwrap_or_else(|| Came {
                id: InteractionId::new(id),
                outcome: Outcome::NotFound,
                holder: None,
            })
        })
        .collect();
    let done = |one: &&Came| matches!(one.outcome, Outcome::Done | Outcome::Already);
    Answer {
        dry_run: asked.bulk.dry_run,
        done: outcomes.iter().filter(done).count(),
        outcomes,
        cursor,
    }
}
