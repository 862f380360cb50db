//! Deliveries that come at the same time go to their shard together.
//!
//! A shard takes some hundreds of requests a second; most of what one costs is the request itself and
//! its commit. So an isolate has one request to a shard under way at a time, and the deliveries that
//! come meanwhile go with the next: each is still its own transaction, has its own answer, and is
//! durable before that answer. A delivery that comes alone waits for nobody.
//!
//! Who waits holds a promise of their own; whoever leads settles it, and the runtime carries on in the
//! waiter's own context (`handle_cross_request_promise_resolution`, since 2024-10). When a leader is
//! done with the part that was its own, it hands the lead to the next who waits. A leader that has
//! been gone for longer than any request to a shard takes is not waited for.

use super::log;
use crate::inbox::shard::Shard;
use crate::inbox::wire::{Answer, Ask, Refused};
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use worker::{Env, Result, wasm_bindgen_futures};

#[wasm_bindgen(inline_js = "
const LEAD = Symbol();
const PARTS = 32;             // deliveries that go together: beyond that nothing is saved any more
const CHARS = 2 * 1024 * 1024; // and their length: one of Meta's largest goes alone
const GONE_MS = 15000;

const lines = new Map();

async function lead(namespace, name, line) {
  line.since = Date.now();
  let chars = 0;
  let count = 0;
  while (count < line.waiting.length && count < PARTS) {
    chars += line.waiting[count].part.length;
    if (count > 0 && chars > CHARS) break;
    count += 1;
  }
  const together = line.waiting.splice(0, count);
  try {
    const answer = await namespace.getByName(name).fetch('https://inbox/', {
      method: 'POST',
      body: '[' + together.map((one) => one.part).join(',') + ']',
    });
    const said = await answer.json();
    together.forEach((one, at) => one.settle(JSON.stringify(said[at])));
  } catch (why) {
    together.forEach((one) => one.fail(why));
  } finally {
    const next = line.waiting[0];
    if (next) next.settle(LEAD);
    else line.since = 0;
  }
}

export async function together(namespace, name, part) {
  let line = lines.get(name);
  if (!line) lines.set(name, (line = { waiting: [], since: 0 }));
  const mine = { part };
  const promised = () => new Promise((settle, fail) => { mine.settle = settle; mine.fail = fail; });
  let settled = promised();
  line.waiting.push(mine);
  const alone = line.since === 0 || Date.now() - line.since > GONE_MS;
  let said = alone ? LEAD : await settled;
  while (said === LEAD) {
    settled = promised();
    await lead(namespace, name, line);
    said = await settled;
  }
  return said;
}
")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn together(
        namespace: &JsValue,
        name: &str,
        part: &str,
    ) -> std::result::Result<JsValue, JsValue>;
}

/// Asks a shard to take a delivery in, together with those that come at the same time.
pub async fn take_in(env: &Env, shard: Shard, ask: &Ask) -> std::result::Result<Answer, Refused> {
    match taken(env, shard, ask).await {
        Ok(said) => said,
        Err(why) => {
            log::failed("shard", &why.to_string());
            Err(Refused::Storage(why.to_string()))
        }
    }
}

async fn taken(env: &Env, shard: Shard, ask: &Ask) -> Result<std::result::Result<Answer, Refused>> {
    let namespace = Reflect::get(env.as_ref(), &JsValue::from_str("INBOX"))?;
    let part = serde_json::to_string(ask)?;
    let said = together(&namespace, &shard.object(), &part).await?;
    Ok(serde_json::from_str(&said.as_string().unwrap_or_default())?)
}
