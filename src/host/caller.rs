//! Callers who wait for an answer, and may hang up meanwhile.
//!
//! The runtime tells when a caller has gone (`enable_request_signal` in wrangler.toml), but often only
//! once something is written to them. Until then a plain close looks like silence to workerd, and a
//! proxy in between (as `wrangler dev` has one) keeps a request alive whose answer has not begun.
//! So an answer that is waited for begins at once, with blanks, and ends with some: JSON allows them
//! before and behind a document.
//! Seen on workerd 2026-11: who closed is noticed after one blank, 1 to 13 ms later; behind
//! `wrangler dev` after two or three, 7 to 38 ms later. Only one who resets the connection before the
//! answer's head has reached them is not noticed behind that proxy: it keeps an answer that nobody reads.

use super::answer::headers;
use futures_util::future::{Either, select};
use js_sys::{Reflect, Uint8Array};
use std::pin::pin;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{ReadableStream, WritableStream, WritableStreamDefaultWriter};
use worker::{Delay, Request, Response, Result};

/// How long a write may take. A caller who left before the answer began reads nothing, and a write to them
/// neither ends nor fails; one who is there takes a few bytes at once.
const WRITE: Duration = Duration::from_secs(2);

/// Blanks that ask one who waits whether they are still there, and the time after each: together twice what a proxy
/// took to tell, and little beside the moment in which an agent sees new work. Few, since each is a turn of the
/// isolate's loop that others wait for, and this stands between a post and its agent; soon at first, as most who have
/// gone are noticed after one.
pub const BLANKS: &[Duration] = &[
    Duration::from_millis(4),
    Duration::from_millis(8),
    Duration::from_millis(12),
    Duration::from_millis(16),
    Duration::from_millis(20),
];

/// The same for one who does not wait, and had only just time to leave: what workerd itself needs.
pub const FEW_BLANKS: &[Duration] = &[Duration::from_millis(4); 2];

/// Who waits at the other end of a request.
#[derive(Clone)]
pub struct Caller(Option<JsValue>);

impl Caller {
    /// The one who sent this request.
    pub fn of(request: &Request) -> Self {
        Self(Reflect::get(request.inner(), &JsValue::from_str("signal")).ok())
    }

    /// Whether they are known to have hung up. The request runs on all the same, as intake and replies
    /// need it.
    pub fn is_gone(&self) -> bool {
        self.0
            .as_ref()
            .and_then(|signal| Reflect::get(signal, &JsValue::from_str("aborted")).ok())
            .is_some_and(|aborted| aborted.is_truthy())
    }
}

#[wasm_bindgen]
extern "C" {
    /// Bytes from a writer straight to the caller: a write that is over has left, and one to nobody fails.
    type IdentityTransformStream;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> std::result::Result<IdentityTransformStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &IdentityTransformStream) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &IdentityTransformStream) -> WritableStream;
}

/// Whether a write has left within [`WRITE`].
async fn is_over(write: js_sys::Promise) -> bool {
    let limit = pin!(Delay::from(WRITE));
    match select(JsFuture::from(write), limit).await {
        Either::Left((written, _)) => written.is_ok(),
        Either::Right(_) => false,
    }
}

/// An answer that has begun. Only its end is left open: the status is 200.
pub struct Line {
    caller: Caller,
    writer: WritableStreamDefaultWriter,
}

impl Line {
    /// Begins an answer: what goes back to the runtime now, and where its body is written from then on.
    pub fn open(caller: Caller) -> Result<(Self, Response)> {
        Self::open_as(caller, "application/json")
    }

    /// The same, of another type.
    pub fn open_as(caller: Caller, content_type: &str) -> Result<(Self, Response)> {
        let stream = IdentityTransformStream::new()?;
        let writer = stream.writable().get_writer()?;
        let answer = Response::builder()
            .with_headers(headers(content_type)?)
            .stream(stream.readable());
        Ok((Self { caller, writer }, answer))
    }

    /// Writes a piece: whether nothing is known against the caller's being there.
    pub async fn write(&self, text: &str) -> bool {
        let bytes = Uint8Array::from(text.as_bytes());
        !self.caller.is_gone()
            && is_over(self.writer.write_with_chunk(&bytes)).await
            && !self.caller.is_gone()
    }

    /// Writes a blank: whether nothing is known against the caller's being there.
    pub async fn blank(&self) -> bool {
        self.write(" ").await
    }

    /// Ends with this document, and tells whether the caller was there to the end, as far as anybody can
    /// know. The blanks come behind the document: until the last byte has come it is not a whole answer,
    /// so whoever leaves during it has not been answered. Where it is false, the answer is to be [cut](Self::cut).
    pub async fn end(&self, document: &str, blanks: &[Duration]) -> bool {
        self.write(document).await
            && self.is_there(blanks).await
            && is_over(self.writer.close()).await
    }

    /// Writes blanks, so long apart: whether nothing is known against the caller's being there after them.
    pub async fn is_there(&self, blanks: &[Duration]) -> bool {
        let all = pin!(async {
            for pause in blanks {
                let blank = Uint8Array::from(&b" "[..]);
                let written = JsFuture::from(self.writer.write_with_chunk(&blank));
                if self.caller.is_gone() || written.await.is_err() {
                    return false;
                }
                Delay::from(*pause).await;
            }
            !self.caller.is_gone()
        });
        // One limit for all of them.
        let limit = pin!(Delay::from(WRITE + blanks.iter().sum::<Duration>()));
        match select(all, limit).await {
            Either::Left((is_there, _)) => is_there,
            Either::Right(_) => false,
        }
    }

    /// Ends what was written piece by piece.
    pub async fn close(self) {
        // Who has gone is not told.
        let _ = is_over(self.writer.close()).await;
    }

    /// Breaks off: what began well cannot be finished, and the caller must not take it for an answer.
    pub async fn cut(self) {
        // Nobody is told that nobody could be told.
        let _ = is_over(self.writer.abort()).await;
    }
}
