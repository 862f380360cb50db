//! Those who listen at a shard's object: hibernatable WebSockets, held by Workers for their callers.
//!
//! The runtime keeps such a socket while the object sleeps, so that one who listens keeps nobody awake. What is
//! told goes out a moment after it happened, once for all who may see the same. Each socket carries what its
//! listener may see ([`Scope`] as JSON). A message that is lost is noticed by who gets the next one, and asked for
//! ([`crate::api::live`]); so nothing here needs to be remembered when the object begins anew.
//!
//! Called through JavaScript that catches what it throws, since the `worker` crate's own bindings unwrap it; a panic
//! in an object hangs its callers.

use super::log;
use super::sql::ObjectSql;
use crate::config::Config;
use crate::host::clock::now_ms;
use crate::inbox::context::Desk;
use crate::inbox::event;
use crate::inbox::ready::Ready;
use crate::inbox::shard::Shard;
use crate::scope::Scope;
use crate::sql::SqlError;
use chrono::DateTime;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::spawn_local;
use worker::{Delay, Storage};

#[wasm_bindgen(inline_js = "
export function accept(state, sees) {
  const [theirs, ours] = Object.values(new WebSocketPair());
  state.acceptWebSocket(ours);
  ours.serializeAttachment(sees);
  return new Response(null, { status: 101, webSocket: theirs });
}
export function count(state) {
  return state.getWebSockets().length;
}
export function tell(state, say) {
  const said = new Map();
  for (const socket of state.getWebSockets()) {
    try {
      const sees = socket.deserializeAttachment();
      if (!said.has(sees)) said.set(sees, say(sees));
      const text = said.get(sees);
      if (text !== undefined) socket.send(text);
    } catch {
      // Its Worker has gone; the runtime closes it.
    }
  }
}
export function refused() {
  return new Response(null, { status: 503 });
}
")]
extern "C" {
    /// Opens a socket to somebody, and keeps what they may see with it.
    #[wasm_bindgen(catch)]
    fn accept(state: &JsValue, sees: &str) -> Result<JsValue, JsValue>;

    /// How many listen.
    #[wasm_bindgen(catch)]
    fn count(state: &JsValue) -> Result<f64, JsValue>;

    /// Sends each what `say` gives for what they may see.
    #[wasm_bindgen(catch)]
    fn tell(state: &JsValue, say: &mut dyn FnMut(String) -> JsValue) -> Result<(), JsValue>;

    /// The answer to one who cannot listen now.
    fn refused() -> JsValue;
}

/// How long what happens is gathered: a person does not see it, and a burst is one message.
const GATHER: Duration = Duration::from_millis(50);

/// Who listens here, as far as this instance of the object has learnt.
pub struct Listeners {
    state: JsValue,
    storage: Storage,
    sql: ObjectSql,
    config: &'static Config,
    shard: Shard,
    /// Until when what happens is written down; `i64::MAX` where nobody listens; `None` where it is not known yet.
    until_ms: Cell<Option<i64>>,
    /// Up to which event everybody was told.
    told: Cell<i64>,
    /// Whether somebody is about to be told.
    is_telling: Cell<bool>,
}

impl Listeners {
    /// Of an object that has just been made.
    pub fn new(state: JsValue, storage: Storage, config: &'static Config, shard: Shard) -> Self {
        Self {
            state,
            sql: ObjectSql::new(&storage),
            storage,
            config,
            shard,
            until_ms: Cell::new(None),
            told: Cell::new(0),
            is_telling: Cell::new(false),
        }
    }

    /// To be called before anything happens at the desk: as long as somebody listens it is written down.
    pub fn look(&self, desk: Desk<'_, ObjectSql>) -> Result<(), SqlError> {
        let known = self.until_ms.get();
        if known.is_some_and(|until_ms| desk.now_ms < until_ms - event::LISTEN_MS / 2) {
            return Ok(());
        }
        if !count(&self.state).is_ok_and(|n| n > 0.0) {
            self.until_ms.set(Some(i64::MAX));
            return Ok(());
        }
        if known.is_none() {
            // They were told all that happened before the object slept.
            self.told.set(event::newest(desk)?.n);
        }
        event::go_on(desk)?;
        self.until_ms.set(Some(desk.now_ms + event::LISTEN_MS));
        Ok(())
    }

    /// Lets somebody listen: the response that opens their socket.
    pub fn let_in(&self, desk: Desk<'_, ObjectSql>, sees: &str) -> JsValue {
        let opened = event::listen(desk)
            .and_then(|()| event::newest(desk))
            .map_err(|why| why.to_string())
            .and_then(|newest| {
                if !self.is_listened_to() {
                    self.told.set(newest.n);
                }
                accept(&self.state, sees).map_err(|why| format!("{why:?}"))
            });
        match opened {
            Ok(response) => {
                self.until_ms.set(Some(desk.now_ms + event::LISTEN_MS));
                response
            }
            Err(why) => {
                log::failed("listen", &why);
                refused()
            }
        }
    }

    fn is_listened_to(&self) -> bool {
        self.until_ms.get().is_some_and(|until| until < i64::MAX)
    }

    /// Something may have happened: everybody is told a moment later. To be called once its transaction is through.
    pub fn rouse(self: &Rc<Self>) {
        if !self.is_listened_to() || self.is_telling.replace(true) {
            return;
        }
        let here = Rc::clone(self);
        spawn_local(async move {
            Delay::from(GATHER).await;
            here.is_telling.set(false);
            let (alarm, ready) = (Cell::new(None), Ready::default());
            let desk = Desk {
                sql: &here.sql,
                config: here.config,
                shard: here.shard,
                shards: here.config.shards,
                now_ms: now_ms(),
                alarm: &alarm,
                ready: &ready,
            };
            let told = event::wake(desk).and_then(|()| here.tell(desk));
            if let Err(why) = told {
                log::failed("listeners", &why.to_string());
            }
            let at = alarm.take().and_then(DateTime::from_timestamp_millis);
            if let Some(at) = at
                && let Err(why) = here.storage.set_alarm(at).await
            {
                log::failed("listeners", &why.to_string());
            }
        });
    }

    /// Tells everybody what has happened since they were told last.
    fn tell(&self, desk: Desk<'_, ObjectSql>) -> Result<(), SqlError> {
        loop {
            let after = self.told.get();
            let page = event::page(desk, after)?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            let mut failed = None;
            // Also where they may see nothing of it: so the next message shows no gap.
            let mut say = |sees: String| {
                let scope: Scope = serde_json::from_str(&sees).unwrap_or_default();
                match event::seen(desk, &scope, &page, after) {
                    Ok(mut fed) => {
                        fed.more = false;
                        serde_json::to_string(&fed)
                            .map_or(JsValue::UNDEFINED, |text| JsValue::from_str(&text))
                    }
                    Err(why) => {
                        failed = Some(why);
                        JsValue::UNDEFINED
                    }
                }
            };
            let told = tell(&self.state, &mut say);
            if let Some(why) = failed {
                return Err(why);
            }
            if let Err(why) = told {
                return Err(SqlError::Refused(format!("{why:?}")));
            }
            self.told.set(last.n);
        }
    }
}

/// The answer to one who cannot listen now.
pub fn not_now() -> JsValue {
    refused()
}
