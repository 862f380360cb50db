//! Pages of other sites that call: the ones that the configuration names may.

use super::answer::respond;
use super::{agents, env};
use crate::api::outside::{allowed, preflight};
use worker::{Context, Env, Request, Response, Result};

/// Answers a call to anything but a webhook, wherever its page is from.
pub async fn answer(
    request: Request,
    method: &str,
    path: &str,
    env: Env,
    ctx: &Context,
) -> Result<Response> {
    let config = env::config(&env);
    let headers = request.headers();
    let origin = headers.get("origin")?;
    if method == "OPTIONS" {
        let wants = headers.get("access-control-request-method")?;
        let asks = (origin.as_deref(), wants.as_deref());
        if let Some(answer) = preflight(config, method, path, asks) {
            return respond(answer);
        }
    }
    let said = allowed(config, origin.as_deref());
    let mut response = agents::answer(request, method, path, env, ctx).await?;
    for (name, value) in &said {
        response.headers_mut().set(name, value)?;
    }
    Ok(response)
}
