//! The gate of this isolate: who is let in.

use super::clock::now_ms;
use super::{accounts, home, log};
use crate::accounts::bearers::Seen;
use crate::api::gate::{ANSWER_MS, Gate, Paced, is_told_unchecked};
use crate::api::problem::Problem;
use crate::api::route::Action;
use crate::api::token::{Bearer, inspect};
use crate::api::{self, Admitted, Call};
use crate::config::{self, Config};
use futures_util::future::{Either, select};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use worker::{Delay, Env};

/// Never locked across an `await`, and an isolate has one thread: so it is never waited for.
static GATE: Mutex<Gate> = Mutex::new(Gate::new());

fn gate() -> MutexGuard<'static, Gate> {
    GATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lets a call in: its route is there, its token good, not revoked, and not used too often.
pub async fn admit<'a>(
    env: &Env,
    config: &Config,
    call: &Call<'a>,
    address: &str,
) -> Result<Admitted<'a>, Problem> {
    if let Some(token) = api::presented(call) {
        let says = inspect(token).map(|bearer| bearer.jti);
        gate().knock(address, says.as_deref(), now_ms())?;
    }
    let wrong = || gate().wrong(address, now_ms());
    let admitted = api::admit(config, call, now_ms(), wrong)?;
    if let Some(bearer) = &admitted.bearer {
        let elsewhere = home::moved(env).is_some();
        if !is_told_unchecked(admitted.route.action, elsewhere) {
            believe(env, bearer).await?;
        }
        let paced = match admitted.route.action {
            Action::Claim => Some(Paced::Claims),
            // A console checks what is being written more often than anybody replies.
            Action::Invite => Some(Paced::Replies),
            Action::Reply if !api::mine::only_checks(call.query) => Some(Paced::Replies),
            _ => None,
        };
        if let Some(what) = paced {
            gate().pace(what, bearer, &config.limits, now_ms())?;
        }
    }
    Ok(admitted)
}

/// Whether somebody who was let in may stay: their token has neither ended nor been revoked.
pub async fn stays(env: &Env, bearer: &Bearer) -> bool {
    now_ms().div_euclid(1_000) < bearer.expires_s && believe(env, bearer).await.is_ok()
}

/// Asks which tokens are revoked, where what is known is too old.
async fn believe(env: &Env, bearer: &Bearer) -> Result<(), Problem> {
    let asked_ms = now_ms();
    let asks = gate().asks(bearer, asked_ms);
    if let Some(seen) = asks {
        let question = Seen { seen: seen.clone() };
        let limit = pin!(Delay::from(Duration::from_millis(ANSWER_MS.unsigned_abs())));
        let asked = pin!(accounts::ask(env, question));
        match select(asked, limit).await {
            Either::Left((Ok(revoked), _)) => gate().heard(revoked, asked_ms),
            _ => {
                gate().unheard(&seen, now_ms());
                if let Some(alarm) = alarm() {
                    log::failed(&alarm.key, &alarm.says);
                }
            }
        }
    }
    gate().judge(bearer, now_ms())
}

/// What an operator must know of it.
pub fn alarm() -> Option<config::problem::Problem> {
    gate().alarm(now_ms())
}
