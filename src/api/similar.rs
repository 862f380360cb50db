//! `GET /v1/interactions/{id}/similar`: earlier matters of others that were like it, and how they ended.

use super::customers::World;
use super::problem::Problem;
use super::response::Response;
use crate::inbox::question::By;
use crate::inbox::shard::Shard;
use crate::inbox::similar::{FindSimilar, ShowGist, Similar, likest};
use futures_util::future::join_all;
use serde::Serialize;

#[derive(Serialize)]
struct Answer {
    similar: Vec<Similar>,
}

/// Asks the interaction's shard what it is about, and every shard what was like it.
pub async fn similar<W: World>(world: &W, shards: u16, of: (Shard, i64), by: By) -> Response {
    let said = found(world, shards, of, by).await;
    said.unwrap_or_else(Into::into)
}

async fn found<W: World>(
    world: &W,
    shards: u16,
    (shard, seq): (Shard, i64),
    by: By,
) -> Result<Response, Problem> {
    let gist = world.ask(shard, Some(by.clone()), ShowGist { seq }).await?;
    let asked = Shard::all(shards).map(|shard| {
        let gist = gist.clone();
        world.ask(shard, Some(by.clone()), FindSimilar { gist })
    });
    let mut all = Vec::new();
    for said in join_all(asked).await {
        all.extend(said?);
    }
    Ok(Response::of(&Answer {
        similar: likest(all),
    }))
}
