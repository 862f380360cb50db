//! One deed to many interactions, over all shards.

use super::fanout::World;
use super::problem::Problem;
use super::request::{Fields, NAME_BYTES};
use super::token;
use crate::inbox::bulk::{Act, Bulk, Came, MOST, Outcome};
use crate::inbox::shard::Shard;
use crate::post::{InteractionId, Workgroup};
use futures_util::future::join_all;
use serde::Serialize;
use std::collections::BTreeMap;

/// The words for what is done.
pub const ACTS: [&str; 2] = ["resolve", "assign"];

/// What a call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The interactions' ids, as they were given.
    pub ids: Vec<String>,
    /// What is to be done, but to none in particular.
    pub bulk: Bulk,
}

impl Asked {
    /// The agent to whom they are to be given: whoever asks the shards says what they serve.
    pub fn agent(&self) -> Option<&str> {
        match &self.bulk.act {
            Act::Assign { agent, .. } => agent.as_deref(),
            Act::Resolve { .. } => None,
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

/// Reads a call's fields. `known` are the workgroups that a source names.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn asked(fields: &mut Fields, by: &str, known: &[Workgroup]) -> Result<Asked, Problem> {
    let ids = fields.opt_list("ids", MOST)?.unwrap_or_default();
    if ids.is_empty() {
        return Err(Problem::field(
            "ids",
            format!("name 1 to {MOST} interactions"),
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
            outcome: fields.name("outcome", 64)?,
            note: fields.opt_text("note", 4_096)?,
        },
        "assign" => {
            let agent = fields.opt_name("agent", token::NAME_BYTES)?;
            let workgroup = fields
                .opt_name("workgroup", NAME_BYTES)?
                .map(Workgroup::new);
            if workgroup.as_ref().is_some_and(|name| !known.contains(name)) {
                return Err(Problem::field(
                    "workgroup",
                    "no source names this workgroup",
                ));
            }
            if agent.is_none() && workgroup.is_none() {
                return Err(Problem::field(
                    "agent",
                    "name an agent, a workgroup or both",
                ));
            }
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
}

/// Asks each shard for its own. A shard that fails costs only its own: what the others did is told.
pub async fn bulk<W: World>(world: &W, shards: u16, asked: Asked) -> Answer {
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
    }
}
