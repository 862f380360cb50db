//! How many shards the queue has: what the first shard recorded, asked once for each isolate.

use super::{env, inbox, log};
use crate::inbox::layout::Layout;
use crate::inbox::shard::Shard;
use crate::inbox::wire::Refused;
use std::sync::OnceLock;
use worker::Env;

/// What is recorded never changes, so an isolate asks until it has heard.
static RECORDED: OnceLock<u16> = OnceLock::new();

/// The number of shards; where something is about to be stored and none is recorded, the configuration's is
/// from then on.
///
/// # Errors
/// Where the first shard cannot be asked.
pub async fn shards(env: &Env, record: bool) -> Result<u16, Refused> {
    if let Some(recorded) = RECORDED.get() {
        return Ok(*recorded);
    }
    let configured = env::config(env).shards;
    let Some(first) = Shard::all(1).next() else {
        return Ok(configured);
    };
    let ask = Layout {
        shards: configured,
        record,
    };
    match inbox::ask(env, first, None, ask).await? {
        Some(recorded) => {
            if recorded != configured && RECORDED.set(recorded).is_ok() {
                log::failed(
                    "shards",
                    &format!(
                        "the configuration says {configured}, posts lie in {recorded}: {recorded} it stays"
                    ),
                );
            }
            let _ = RECORDED.set(recorded);
            Ok(recorded)
        }
        None => Ok(configured),
    }
}
