//! Where JavaScript and Wasm meet: once for a delivery, once for a question to an object.
//!
//! Each crossing costs, and each promise that Rust waits for costs a task and two closures. So what
//! belongs together crosses together: JavaScript reads a request whole, calls Rust once, and makes the
//! response.

use super::log;
use super::object::USUAL;
use js_sys::futures::future_to_promise;
use js_sys::{Promise, Uint8Array};
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
// Named by what `wasm_bindgen` makes of an `async` import.
use worker::wasm_bindgen_futures;
use worker::worker_sys::Context as JsContext;
use worker::{Env, Response, Result, web_sys};

#[wasm_bindgen(inline_js = r#"
// A body of at most `most` bytes, or null. One that names its length is refused or read at once; one that
// does not is read piece by piece until it is through or past the limit.
export async function whole(request, most) {
  const length = request.headers.get('content-length');
  if (length !== null) {
    return Number(length) <= most ? new Uint8Array(await request.arrayBuffer()) : null;
  }
  const pieces = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size > most) return null;
    pieces.push(piece);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.byteLength;
  }
  return body;
}

export async function delivered(request, names, most, app, env, ctx, take) {
  const body = await whole(request, most);
  if (body === null) return new Response(null, { status: 413 });
  let headers = '';
  for (const name of names.split('\n')) {
    const value = request.headers.get(name);
    if (value !== null) headers += `${name}:${value}\n`;
  }
  const said = await take(app, headers, body, env, ctx);
  return typeof said === 'number' ? new Response(null, { status: said }) : said;
}

export async function answered(request, answer, follow) {
  if (request.method === 'GET') return follow(decodeURIComponent(request.headers.get('x-heard-follows') ?? ''));
  const said = await answer(new Uint8Array(await request.arrayBuffer()));
  return said === undefined ? new Response(null, { status: 204 }) : new Response(said);
}
"#)]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn whole(request: &web_sys::Request, most: f64) -> std::result::Result<JsValue, JsValue>;

    /// Reads a delivery, has Rust `take` it, and answers: with the status that it gives, or the response.
    fn delivered(
        request: &web_sys::Request,
        names: &str,
        most: f64,
        app: u32,
        env: &Env,
        ctx: &JsContext,
        take: &JsValue,
    ) -> Promise;

    /// Reads a question, has Rust `answer` it, and answers; one who comes to listen is `follow`'s.
    fn answered(request: &web_sys::Request, answer: &JsValue, follow: &JsValue) -> Promise;
}

/// A body that is longer than the cap.
pub struct TooLarge;

/// Reads a body of at most `cap` bytes.
pub async fn body(
    request: &web_sys::Request,
    cap: usize,
) -> Result<std::result::Result<Vec<u8>, TooLarge>> {
    let body = whole(request, cap as f64).await?;
    Ok(match body.dyn_into::<Uint8Array>() {
        Ok(body) => Ok(body.to_vec()),
        Err(_) => Err(TooLarge),
    })
}

/// What takes a delivery: the app's place in the configuration, the headers as [`headers`] reads them, the
/// body. Gives a status, a response, or a promise of either.
pub type Take = dyn Fn(u32, String, Vec<u8>, Env, JsContext) -> JsValue;

/// Reads a delivery and has it taken.
pub fn deliver(
    request: &web_sys::Request,
    (names, most): (&[&str], u64),
    app: usize,
    (env, ctx): (&Env, &JsContext),
    take: &Closure<Take>,
) -> Promise {
    let names = names.join("\n");
    let app = u32::try_from(app).unwrap_or(u32::MAX);
    delivered(request, &names, most as f64, app, env, ctx, take.as_ref())
}

/// The headers of a delivery: a line each, `name:value`. A value holds no line feed, a name no colon.
pub fn headers(lines: &str) -> Vec<(String, String)> {
    let pairs = lines.lines().filter_map(|line| line.split_once(':'));
    pairs
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect()
}

/// What answers the questions to an object: bytes in, bytes out, but nothing for [`USUAL`].
pub struct Answers(Closure<dyn Fn(Vec<u8>) -> JsValue>, Follows);

/// What lets somebody listen, who says what they may see: gives the response that opens a socket to them.
pub type Follows = Closure<dyn Fn(String) -> JsValue>;

impl Answers {
    /// Has `object` answer by `answer`.
    pub fn by<T, F>(
        object: Rc<T>,
        answer: impl Fn(Rc<T>, Vec<u8>) -> F + 'static,
        follows: Follows,
    ) -> Self
    where
        T: 'static,
        F: Future<Output = Vec<u8>> + 'static,
    {
        let answers = Closure::new(move |question| {
            let answer = answer(object.clone(), question);
            let said = promised(async {
                match answer.await {
                    usual if usual == USUAL => JsValue::UNDEFINED,
                    said => Uint8Array::from(said.as_slice()).into(),
                }
            });
            said.into()
        });
        Self(answers, follows)
    }

    /// Answers a request to the object.
    pub fn to(&self, request: &web_sys::Request) -> Promise {
        answered(request, self.0.as_ref(), self.1.as_ref())
    }
}

/// A promise of what a future gives.
pub fn promised(future: impl Future<Output = JsValue> + 'static) -> Promise {
    future_to_promise(async { Ok(future.await) })
}

/// A promise of a response that is there already.
pub fn at_once(response: &JsValue) -> Promise {
    Promise::resolve(response)
}

/// A response for the runtime; what failed is told to the log alone.
pub fn answer(said: Result<Response>) -> JsValue {
    match said {
        Ok(response) => web_sys::Response::from(response).into(),
        Err(why) => {
            log::failed("answer", &why.to_string());
            status(500)
        }
    }
}

/// An answer without a body: all that a platform is told.
pub fn status(status: u16) -> JsValue {
    web_sys::Response::from(Response::builder().with_status(status).empty()).into()
}
