//! Each platform's verification and parsing, natively, beside one HMAC over the same bytes.

use super::super::local;
use super::super::simulate::{self, Simulated};
use super::{TEXTS, in_turns, setup};
use crate::platform::{parse, scheme_of};
use crate::signature::sign::sign;
use crate::signature::{Headers, verify};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

pub(super) fn measure() -> Result<Value> {
    let setup = setup("live")?;
    let now_ms = local::now_ms()?;
    let mut rows = serde_json::Map::new();
    for source in &setup.config.sources {
        let platform = source.platform;
        let delivery = |event| simulate::Delivery {
            platform,
            account: source.account.as_str(),
            handle: source.handle.as_deref(),
            author: "Ada Example",
            text: TEXTS.last().copied().unwrap_or_default(),
            id: "2080765813578191303",
            created_ms: now_ms,
            event,
        };
        // TikTok's webhooks carry no posts.
        let mut deliveries = [Simulated::Made, Simulated::Signal]
            .map(delivery)
            .into_iter();
        let (delivery, body) = deliveries
            .find_map(|delivery| Some((delivery, simulate::body(&delivery)?)))
            .context("no such delivery")?;
        let scheme = scheme_of(platform);
        let key = setup.key(source.app.as_str())?;
        let mut headers = sign(scheme, key, "msg_1", now_ms / 1_000, &body);
        headers.extend(simulate::said_in_headers(&delivery));
        let keys = std::slice::from_ref(key);
        let both = || {
            let headers = Headers::new(&headers);
            match verify(scheme, keys, headers, &body, now_ms / 1_000) {
                Ok(_) => parse(scheme, headers, &body, now_ms).map_or(0, |updates| updates.len()),
                Err(_) => 0,
            }
        };
        let hmac = || key.hmac(&body).len();
        if both() == 0 {
            bail!("{platform}: nothing was read, so nothing was measured");
        }
        let (both_us, hmac_us) = in_turns(&both, &hmac);
        rows.insert(
            platform.to_string(),
            json!({
                "bytes": body.len(), "verify_and_parse_us": both_us, "hmac_us": hmac_us,
                "ratio": both_us / hmac_us,
            }),
        );
    }
    Ok(Value::Object(rows))
}
