//! Asking a Durable Object: one question, one answer, both JSON.

use js_sys::Reflect;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
// Named by what `wasm_bindgen` makes of an `async` import.
use worker::wasm_bindgen_futures;
use worker::{Env, Result};

#[wasm_bindgen(inline_js = "
export async function asked(namespace, name, question) {
  const answer = await namespace.getByName(name).fetch('https://object/', { method: 'POST', body: question });
  return await answer.text();
}
")]
extern "C" {
    /// One crossing for a question and its answer. The stub is new for each: an exception may leave
    /// one broken.
    #[wasm_bindgen(catch)]
    async fn asked(
        namespace: &JsValue,
        name: &str,
        question: &str,
    ) -> std::result::Result<JsValue, JsValue>;
}

/// Asks the object of that name, of the class bound as `binding`.
pub async fn ask<A: DeserializeOwned>(
    env: &Env,
    binding: &str,
    name: &str,
    question: &impl Serialize,
) -> Result<A> {
    let namespace = Reflect::get(env.as_ref(), &JsValue::from_str(binding))?;
    let question = serde_json::to_string(question)?;
    let answer = asked(&namespace, name, &question).await?;
    Ok(serde_json::from_str(
        &answer.as_string().unwrap_or_default(),
    )?)
}
