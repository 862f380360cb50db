//! What this isolate saw come to the webhooks, and telling it.

use super::accounts;
use super::clock::now_ms;
use crate::accounts::health::Tell;
use crate::config::App;
use crate::intake::Intake;
use crate::intake::tally::Counter;
use std::sync::Mutex;
use std::time::Duration;
use worker::{Context, Delay, Env};

/// Never locked across an `await`, and an isolate has one thread: so it is never waited for.
static SEEN: Mutex<Counter> = Mutex::new(Counter::new());

/// Counts a request in memory; where [`Counter::note`] asks for it, sees to it that the object is told
/// after the answer.
pub fn note(env: &Env, ctx: &Context, app: &App, came: &Intake, now_ms: i64) {
    let promise = SEEN
        .lock()
        .ok()
        .and_then(|mut seen| seen.note(app, came, now_ms));
    let Some(after_ms) = promise else {
        return;
    };
    let env = env.clone();
    // The timer and the question belong to this request, as the runtime wants it; what is told is of
    // the whole isolate.
    ctx.wait_until(async move {
        if after_ms > 0 {
            Delay::from(Duration::from_millis(after_ms)).await;
        }
        tell(&env).await;
    });
}

async fn tell(env: &Env) {
    let Ok(tally) = SEEN.lock().map(|mut seen| seen.take(now_ms())) else {
        return;
    };
    let tell = Tell {
        tally: tally.clone(),
    };
    if accounts::ask(env, tell).await.is_err()
        && let Ok(mut seen) = SEEN.lock()
    {
        seen.put_back(tally);
    }
}
