//! Those who wait for work at a shard's object: the core's register of them, and the one timer that it
//! needs.
//!
//! All requests of an object share one context, so that one of them may settle what another awaits; a
//! Worker may not do so. Nothing here outlives the instance: see [`crate::inbox::waiting`].

use super::log;
use super::sql::ObjectSql;
use crate::config::Config;
use crate::host::clock::now_ms;
use crate::inbox::context::Desk;
use crate::inbox::ready::Ready;
use crate::inbox::shard::Shard;
use crate::inbox::waiting::{self, Register};
use crate::inbox::wire::{Pull, Refused};
use js_sys::{Function, Promise};
use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use worker::Delay;
use worker::wasm_bindgen_futures::{JsFuture, spawn_local};

/// The shortest time to the next ring: what is due in a crowd is looked at together.
const PAUSE_MS: i64 = 10;

/// Who waits at this object.
pub struct Waiting {
    sql: ObjectSql,
    config: &'static Config,
    shard: Shard,
    register: Cell<Register<Function>>,
    /// When the timer rings.
    rings_ms: Cell<Option<i64>>,
}

impl Waiting {
    /// Nobody.
    pub fn new(sql: ObjectSql, config: &'static Config, shard: Shard) -> Self {
        Self {
            sql,
            config,
            shard,
            register: Cell::default(),
            rings_ms: Cell::new(None),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Register<Function>) -> T) -> T {
        let mut register = self.register.take();
        let done = work(&mut register);
        self.register.set(register);
        done
    }

    /// Somebody waits: gives what ends when they are woken, or their time is over.
    pub fn enter(
        self: &Rc<Self>,
        desk: Desk<'_, ObjectSql>,
        pull: Pull,
        until_ms: i64,
    ) -> Result<impl Future<Output = ()> + use<>, Refused> {
        if let Some(ticket) = &pull.ticket {
            self.strike(&ticket.key);
        }
        let wake = Cell::new(None);
        let woken = Promise::new(&mut |resolve, _| wake.set(Some(resolve)));
        if let Some(wake) = wake.take() {
            let entered =
                self.with(|register| waiting::wait(desk, register, pull, until_ms, wake))?;
            call(entered);
            self.arm();
        }
        Ok(async move {
            // It is never rejected.
            let _ = JsFuture::from(woken).await;
        })
    }

    /// Somebody waits no more.
    pub fn strike(&self, key: &str) {
        call(self.with(|register| register.strike(key)));
    }

    /// Wakes those for whom the last operation made work ready: to be called once its transaction is through.
    pub fn rouse(self: &Rc<Self>, desk: Desk<'_, ObjectSql>) {
        if desk.ready.is_empty() {
            return;
        }
        match self.with(|register| waiting::rouse(desk, register)) {
            Ok(woken) => call(woken),
            Err(why) => log::failed("waiting", &why.to_string()),
        }
        self.arm();
    }

    /// Sees to it that the timer rings in time.
    fn arm(self: &Rc<Self>) {
        let Some(at_ms) = self.with(|register| register.next_ms()) else {
            return;
        };
        if self.rings_ms.get().is_some_and(|rings| rings <= at_ms) {
            return;
        }
        self.rings_ms.set(Some(at_ms));
        let here = Rc::clone(self);
        spawn_local(async move {
            let pause_ms = (at_ms - now_ms()).max(PAUSE_MS);
            Delay::from(Duration::from_millis(pause_ms.unsigned_abs())).await;
            // Another one was set for an earlier time.
            if here.rings_ms.get() == Some(at_ms) {
                here.rings_ms.set(None);
                here.ring();
                here.arm();
            }
        });
    }

    fn ring(&self) {
        let (alarm, ready) = (Cell::new(None), Ready::default());
        let desk = Desk {
            sql: &self.sql,
            config: self.config,
            shard: self.shard,
            shards: self.config.shards,
            now_ms: now_ms(),
            alarm: &alarm,
            ready: &ready,
        };
        match self.with(|register| waiting::ring(desk, register)) {
            Ok(woken) => call(woken),
            Err(why) => log::failed("waiting", &why.to_string()),
        }
    }
}

fn call(wakes: impl IntoIterator<Item = Function>) {
    for wake in wakes {
        // A promise's own resolver throws nothing.
        let _ = wake.call0(&JsValue::NULL);
    }
}
