//! What is read of a request.

use js_sys::{Array, Iterator};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use worker::{Result, web_sys};

#[wasm_bindgen]
extern "C" {
    /// The runtime's own query parser: `Request::url` would bring a second one, with all of Unicode's
    /// host name tables, into the Wasm.
    type URLSearchParams;

    #[wasm_bindgen(constructor, catch)]
    fn new(query: &str) -> std::result::Result<URLSearchParams, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn entries(this: &URLSearchParams) -> std::result::Result<Iterator, JsValue>;
}

/// The query's pairs, URL-decoded.
pub(super) fn query(request: &web_sys::Request) -> Result<Vec<(String, String)>> {
    let url = request.url();
    let Some((_, query)) = url.split_once('?') else {
        return Ok(Vec::new());
    };
    let entries = URLSearchParams::new(query)?.entries()?;
    let mut pairs = Vec::new();
    loop {
        let next = entries.next()?;
        if next.done() {
            return Ok(pairs);
        }
        let pair: Array = next.value().unchecked_into();
        let text = |at| pair.get(at).as_string().unwrap_or_default();
        pairs.push((text(0), text(1)));
    }
}

/// Where a request reached us: scheme and host.
pub fn origin(request: &web_sys::Request) -> String {
    let url = request.url();
    let end = url.find("://").and_then(|at| {
        let host = at + 3;
        url.get(host..)?.find('/').map(|len| host + len)
    });
    end.and_then(|end| url.get(..end))
        .unwrap_or(&url)
        .to_owned()
}
