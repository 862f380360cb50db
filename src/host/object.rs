//! Asking a Durable Object: one question, one answer, both JSON.

use crate::config::home::{Home, Jurisdiction};
use js_sys::{Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
// Named by what `wasm_bindgen` makes of an `async` import.
use worker::wasm_bindgen_futures;
use worker::{Env, Error, Result};

#[wasm_bindgen(inline_js = "
export async function asked(namespace, jurisdiction, location, name, question) {
  const within = jurisdiction ? namespace.jurisdiction(jurisdiction) : namespace;
  const object = location ? within.getByName(name, { locationHint: location }) : within.getByName(name);
  const answer = await object.fetch('https://object/', { method: 'POST', body: question });
  if (answer.status === 404) return null;
  return answer.status === 204 ? undefined : new Uint8Array(await answer.arrayBuffer());
}
")]
extern "C" {
    /// One crossing for a question and its answer. The stub is new for each: an exception may leave
    /// one broken. `jurisdiction` and `location` may be empty; a runtime that knows no jurisdictions throws.
    #[wasm_bindgen(catch)]
    async fn asked(
        namespace: &JsValue,
        jurisdiction: &str,
        location: &str,
        name: &str,
        question: Vec<u8>,
    ) -> std::result::Result<JsValue, JsValue>;
}

/// Why an object of a version that has nothing in its class yet does not answer.
pub const ABSENT: &str = "the object's version has no such questions";

/// The answer that is given most often: a shard's, that all of a delivery is durable and nothing is to be sent.
/// It is carried as no body, for a body costs a stream.
pub const USUAL: &[u8] = br#"{"Ok":{"acks":[]}}"#;

/// Asks an object at a place.
pub async fn ask_at<A: DeserializeOwned>(
    at: Home,
    env: &Env,
    binding: &str,
    name: &str,
    question: &impl Serialize,
) -> Result<A> {
    let namespace = Reflect::get(env.as_ref(), &JsValue::from_str(binding))?;
    let question = serde_json::to_vec(question)?;
    let jurisdiction = at.jurisdiction.map_or("", Jurisdiction::as_str);
    let location = at.location.unwrap_or_default();
    let answer = asked(&namespace, jurisdiction, location, name, question).await?;
    if answer.is_null() {
        return Err(Error::RustError(ABSENT.into()));
    }
    Ok(match answer.dyn_into::<Uint8Array>() {
        Ok(answer) => serde_json::from_slice(&answer.to_vec())?,
        Err(_) => serde_json::from_slice(USUAL)?,
    })
}
