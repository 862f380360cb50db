//! `GET /v1/events`, as the Worker holds it: a socket to each shard, and an answer that is written as it goes.
//!
//! The sockets are the shards' hibernatable ones ([`super::listeners`]), so a stream that tells nothing keeps no
//! object awake: the Worker writes its heartbeat, and asks now and then whether the token is still good.

use super::answer::problem;
use super::caller::{Caller, Line};
use super::{env, gate, home, inbox, log};
use crate::api::live::{Follow, HEARTBEAT_MS, LIFE_MS, Marks};
use crate::api::token::Bearer;
use crate::config::home::Jurisdiction;
use crate::host::clock::now_ms;
use crate::inbox::event::{Fed, Feed as AskFeed, Mark};
use crate::inbox::question::By;
use crate::inbox::shard::Shard;
use crate::inbox::wire::Refused;
use crate::scope::Scope;
use futures_util::future::join_all;
use js_sys::Reflect;
use std::collections::BTreeSet;
use std::time::Duration;
use wasm_bindgen::prelude::*;
// Named by what `wasm_bindgen` makes of an `async` import.
use worker::wasm_bindgen_futures;
use worker::{Context, Delay, Env, Response, Result};

#[wasm_bindgen(inline_js = "
// More than a slow reader should ever be behind by: then what is left is asked for anew.
const MOST = 1000;

export class Ear {
  constructor() {
    this.heard = [];
    this.sockets = new Map();
    this.wake = null;
  }
  async open(shard, namespace, jurisdiction, location, name, sees) {
    const within = jurisdiction ? namespace.jurisdiction(jurisdiction) : namespace;
    const object = location ? within.getByName(name, { locationHint: location }) : within.getByName(name);
    const headers = { upgrade: 'websocket', 'x-heard-follows': encodeURIComponent(sees) };
    const response = await object.fetch('https://object/', { headers });
    const socket = response.webSocket;
    if (!socket) throw new Error(`no socket: ${response.status}`);
    const lost = () => {
      if (this.sockets.get(shard) !== socket) return;
      this.sockets.delete(shard);
      this.hear(shard, '');
    };
    socket.addEventListener('message', (event) => this.hear(shard, event.data));
    socket.addEventListener('close', lost);
    socket.addEventListener('error', lost);
    socket.accept();
    this.sockets.set(shard, socket);
  }
  hear(shard, text) {
    if (this.heard.length < MOST) this.heard.push(`${shard} ${text}`);
    else this.heard[MOST - 1] = '';
    if (this.wake) this.wake();
  }
  // What was heard next, or nothing within so many milliseconds.
  async next(patience) {
    if (this.heard.length === 0) {
      let timer;
      await new Promise((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, patience);
      });
      clearTimeout(timer);
      this.wake = null;
    }
    return this.heard.shift();
  }
  close() {
    for (const socket of this.sockets.values()) {
      try { socket.close(1000); } catch {}
    }
    this.sockets.clear();
  }
}
")]
extern "C" {
    /// What comes from the shards' sockets, in one line.
    type Ear;

    #[wasm_bindgen(constructor, catch)]
    fn new() -> std::result::Result<Ear, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn open(
        this: &Ear,
        shard: u8,
        namespace: &JsValue,
        jurisdiction: &str,
        location: &str,
        name: &str,
        sees: &str,
    ) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn next(this: &Ear, patience_ms: f64) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &Ear) -> std::result::Result<(), JsValue>;
}

/// How long a shard that fails is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// How often a shard may fail in a row until the stream ends: its reader comes again.
const FAILURES: u32 = 10;

/// Who reads a stream.
pub struct Reader {
    /// Where the shards are.
    pub env: Env,
    /// How many there are.
    pub shards: u16,
    /// What the reader may see.
    pub scope: Scope,
    /// Their token.
    pub bearer: Option<Bearer>,
}

/// Begins a stream: what is wrong with a shard at its beginning has its status.
pub async fn stream(
    reader: Reader,
    after: Option<Marks>,
    ctx: &Context,
    caller: Caller,
) -> Result<Response> {
    let ear = Ear::new()?;
    let mut follow = Follow::new(reader.shards, after);
    // Sockets first: what happens before the first question is in its answer, what happens after it is heard.
    let opened = reader.open(&ear, Shard::all(reader.shards).collect()).await;
    if opened.is_empty() {
        let asked = reader.ask_all(&mut follow).await;
        if let Err(why) = asked {
            let _ = ear.close();
            return problem(why.into());
        }
        let (line, answer) = Line::open_as(caller, "text/event-stream; charset=utf-8")?;
        ctx.wait_until(async move {
            reader.go_on(&ear, follow, &line).await;
            // It throws nothing.
            let _ = ear.close();
            line.close().await;
        });
        return Ok(answer);
    }
    let _ = ear.close();
    problem(Refused::Storage("a shard lets nobody listen".into()).into())
}

impl Reader {
    /// Opens sockets; those that could not be opened.
    async fn open(&self, ear: &Ear, shards: BTreeSet<Shard>) -> BTreeSet<Shard> {
        let opened = shards.into_iter().map(|shard| async move {
            match self.open_one(ear, shard).await {
                Ok(()) => None,
                Err(why) => {
                    log::failed("events", &why.to_string());
                    Some(shard)
                }
            }
        });
        join_all(opened).await.into_iter().flatten().collect()
    }

    async fn open_one(&self, ear: &Ear, shard: Shard) -> Result<()> {
        let at = home::of(&self.env).await?;
        let namespace = Reflect::get(self.env.as_ref(), &JsValue::from_str("INBOX"))?;
        let sees = serde_json::to_string(&self.scope)?;
        let jurisdiction = at.jurisdiction.map_or("", Jurisdiction::as_str);
        let location = at.location.unwrap_or_default();
        let (number, name) = (shard.number(), shard.object());
        ear.open(number, &namespace, jurisdiction, location, &name, &sees)
            .await?;
        Ok(())
    }

    async fn ask(&self, shard: Shard, after: Option<Mark>) -> std::result::Result<Fed, Refused> {
        let by = By::seeing(self.scope.clone());
        inbox::ask(&self.env, shard, Some(by), AskFeed { after }).await
    }

    /// Asks all shards at once.
    async fn ask_all(&self, follow: &mut Follow) -> std::result::Result<(), Refused> {
        let asks = follow.all_asks().into_iter();
        let asked = asks.map(|(shard, after)| async move { (shard, self.ask(shard, after).await) });
        for (shard, said) in join_all(asked).await {
            follow.answered(env::config(&self.env), shard, &said?);
        }
        Ok(())
    }

    /// Tells what happens until the reader leaves, the token ends, or the stream is old.
    async fn go_on(&self, ear: &Ear, mut follow: Follow, line: &Line) {
        let config = env::config(&self.env);
        let until_ms = now_ms() + LIFE_MS;
        let mut beats_ms = now_ms() + HEARTBEAT_MS;
        let mut closed: BTreeSet<Shard> = BTreeSet::new();
        let mut failures = 0;
        loop {
            closed = self.open(ear, std::mem::take(&mut closed)).await;
            let mut is_failing = !closed.is_empty();
            while let Some((shard, after)) = follow.asks() {
                match self.ask(shard, after).await {
                    Ok(fed) => follow.answered(config, shard, &fed),
                    // In the log already.
                    Err(_) => {
                        is_failing = true;
                        break;
                    }
                }
                let told = follow.told();
                if !told.is_empty() && !line.write(&told).await {
                    return;
                }
            }
            failures = if is_failing { failures + 1 } else { 0 };
            if failures > FAILURES {
                return;
            }
            let told = follow.told();
            if !told.is_empty() && !line.write(&told).await {
                return;
            }
            if now_ms() >= until_ms {
                return;
            }
            if is_failing {
                Delay::from(PAUSE).await;
            }
            if now_ms() >= beats_ms {
                let stays = match &self.bearer {
                    Some(bearer) => gate::stays(&self.env, bearer).await,
                    None => false,
                };
                if !stays || !line.write(&follow.beat()).await {
                    return;
                }
                beats_ms = now_ms() + HEARTBEAT_MS;
            }
            let patience_ms = match is_failing {
                true => 0,
                false => (beats_ms - now_ms()).max(0),
            };
            let Ok(heard) = ear.next(patience_ms as f64).await else {
                return;
            };
            let Some(heard) = heard.as_string() else {
                continue;
            };
            let (shard, text) = heard.split_once(' ').unwrap_or_default();
            let Ok(shard) = shard.parse::<u8>().map(Shard::at) else {
                // So much came that some of it was not kept.
                Shard::all(self.shards).for_each(|shard| follow.lost(shard));
                continue;
            };
            match serde_json::from_str::<Fed>(text) {
                Ok(fed) => follow.heard(config, shard, &fed),
                Err(_) => {
                    closed.insert(shard);
                    follow.lost(shard);
                }
            }
        }
    }
}
