//! Customers who helped other customers, as an answer: `GET /v1/peers`.

use super::coverage;
use super::problem::Problem;
use super::request::Query;
use super::response::Response;
use crate::inbox::peer::{PAGE, Peer, ShowPeers};
use crate::inbox::report::HOUR_MS;
use serde::Serialize;
use std::collections::BTreeMap;

/// Of when they are asked for: whole hours, the last seven days where nothing is said.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn asked(query: &mut Query<'_>, now_ms: i64) -> Result<ShowPeers, Problem> {
    let (from, to) = coverage::period(query, now_ms)?;
    Ok(ShowPeers {
        from_ms: from * HOUR_MS,
        to_ms: to * HOUR_MS,
    })
}

/// The answer: the helpful peers of all shards, those whom authors thanked most first.
pub fn peers(all: Vec<Vec<Peer>>, asked: &ShowPeers) -> Response {
    #[derive(Serialize)]
    struct Answer {
        from_ms: i64,
        to_ms: i64,
        peers: Vec<Peer>,
    }
    let mut found: BTreeMap<(String, String), Peer> = BTreeMap::new();
    for peer in all.into_iter().flatten() {
        let at = (peer.source.to_string(), peer.author.to_string());
        match found.get_mut(&at) {
            None => {
                found.insert(at, peer);
            }
            Some(one) => {
                one.answers += peer.answers;
                one.thanked += peer.thanked;
                if peer.last_ms > one.last_ms {
                    (one.last_ms, one.last_post) = (peer.last_ms, peer.last_post);
                }
                one.known = one.known.take().or(peer.known);
            }
        }
    }
    let mut peers: Vec<Peer> = found.into_values().collect();
    peers.sort_by_key(|peer| (-peer.thanked, -peer.answers, -peer.last_ms));
    peers.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Response::of(&Answer {
        from_ms: asked.from_ms,
        to_ms: asked.to_ms,
        peers,
    })
}
