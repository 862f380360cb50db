//! What was dropped before any object heard of it: counted in this isolate, and told every few seconds.

use super::clock::now_ms;
use super::inbox;
use crate::inbox::listen::CountDropped;
use crate::inbox::shard::Shard;
use crate::intake::dropped::Dropped;
use std::sync::Mutex;
use std::time::Duration;
use worker::{Context, Delay, Env};

/// Never locked across an `await`, and an isolate has one thread: so it is never waited for.
static DROPPED: Mutex<Dropped> = Mutex::new(Dropped::new());

/// Counts what a delivery brought in vain, and sees to it that a shard is told after the answer. What it fails at is told
/// with the next; what an isolate held when it died is not counted.
pub fn note(env: &Env, ctx: &Context, n: u32) {
    let promise = DROPPED
        .lock()
        .ok()
        .and_then(|mut dropped| dropped.note(n, now_ms()));
    let Some(after_ms) = promise else {
        return;
    };
    let env = env.clone();
    // The timer and the question belong to this request, as the runtime wants it; what is told is of the whole isolate.
    ctx.wait_until(async move {
        Delay::from(Duration::from_millis(after_ms)).await;
        let taken = DROPPED.lock().map(|mut dropped| dropped.take());
        let Some(not_about_us) = taken.ok().filter(|n| *n > 0) else {
            return;
        };
        // Figures of shards are added up, so that any would do.
        let shard = Shard::at(0);
        let told = inbox::ask(&env, shard, None, CountDropped { not_about_us }).await;
        if let (Err(_), Ok(mut dropped)) = (told, DROPPED.lock()) {
            dropped.give_back(not_about_us);
        }
    });
}
