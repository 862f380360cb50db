//! Calls to the platforms' reply APIs.

use super::call::{answered, within};
use super::clock::now_ms;
use super::{accounts, log};
use crate::accounts::token::Without;
use crate::config::{Config, Source};
use crate::credential::Kind;
use crate::credential::oauth1;
use crate::inbox::fetch::FetchJob;
use crate::inbox::receivers::{Became, CALL_S, Parcel, signature};
use crate::inbox::wire::Job;
use crate::platform::fetch::Fetched;
use crate::platform::{self, Method, Outcome, ReplyCall, ReplyTo};
use crate::signature::{Key, hex};
use worker::Env;

/// How long after its beginning a send that was refused for its access token may be made again with
/// a new one: both, and the asking in between, end within [`crate::inbox::rows::SENDING_MS`].
const AGAIN_MS: i64 = 10_000;

/// Sends a job's text through its platform: what became of it.
pub async fn deliver(env: &Env, config: &Config, job: &Job) -> Outcome {
    let Some(source) = config.source(&job.source) else {
        return refused("no_source");
    };
    let Some(credential) = &source.credential else {
        return refused("no_credential");
    };
    match &credential.kind {
        Kind::Token(token) => send(env, source, job, token, None).await,
        Kind::Signed(keys) => send(env, source, job, keys.token(), Some(keys)).await,
        Kind::Granted(_) => granted(env, source, &credential.fingerprint, job).await,
    }
}

/// Sends with an access token; once more with a new one where the platform does not take the first,
/// for then nothing arrived.
async fn granted(env: &Env, source: &Source, secret: &str, job: &Job) -> Outcome {
    let began_ms = now_ms();
    let mut refused = None;
    loop {
        let access = match accounts::token(env, &source.id, secret, refused).await {
            Ok(access) => access,
            Err(Without::Dead { why }) => return Outcome::Unauthorized { why },
            Err(Without::Later { after_s }) => {
                return Outcome::Later {
                    after_s: Some(after_s),
                };
            }
        };
        let Some(token) = Key::new(access.token.expose()) else {
            return self::refused("no_credential");
        };
        let outcome = send(env, source, job, &token, None).await;
        let is_last = refused.is_some() || now_ms() - began_ms > AGAIN_MS;
        if is_last || !matches!(outcome, Outcome::Unauthorized { .. }) {
            return outcome;
        }
        refused = Some(access.number);
    }
}

/// Asks a platform for what a post lacks, with the source's credential: one call.
pub async fn fetch(env: &Env, config: &Config, job: &FetchJob) -> Fetched {
    let nothing = |why: &str| Fetched::Nothing { why: why.into() };
    let source = config.source(&job.source);
    let credential = source.and_then(|source| source.credential.as_ref());
    let fetch = job.platform.profile().fetch;
    let (Some(source), Some(credential), Some(fetch)) = (source, credential, fetch) else {
        return nothing("no_credential");
    };
    let granted;
    let token = match &credential.kind {
        Kind::Token(token) => token,
        Kind::Signed(_) => return nothing("signed"),
        Kind::Granted(_) => {
            match accounts::token(env, &source.id, &credential.fingerprint, None).await {
                Err(Without::Dead { why }) => return Fetched::Nothing { why },
                Err(Without::Later { after_s }) => {
                    return Fetched::Later {
                        after_s: Some(after_s),
                    };
                }
                Ok(access) => granted = Key::new(access.token.expose()),
            }
            match &granted {
                Some(token) => token,
                None => return nothing("no_credential"),
            }
        }
    };
    let to = ReplyTo {
        account: &job.account,
        reply_to: &job.post.reply_to,
        reply_url: source.reply_url.as_deref(),
        credential: token,
        now_ms: now_ms(),
    };
    let Some(call) = (fetch.call)(&to, &job.post) else {
        return nothing("no_call");
    };
    match answered(env, &call).await {
        Err(_) => Fetched::Later { after_s: None },
        Ok(answered) => (fetch.read)(&answered.answer(), &job.post, now_ms()),
    }
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused { why: why.into() }
}

async fn send(
    env: &Env,
    source: &Source,
    job: &Job,
    token: &Key,
    keys: Option<&oauth1::Keys>,
) -> Outcome {
    let to = ReplyTo {
        account: &job.account,
        reply_to: &job.reply_to,
        reply_url: source.reply_url.as_deref(),
        credential: token,
        now_ms: now_ms(),
    };
    let Some(mut call) = platform::reply(job.platform, &to, &job.text) else {
        return refused("reply_to");
    };
    if let Some(keys) = keys {
        let Some(nonce) = random_hex() else {
            return refused("nonce");
        };
        call = keys.signed(call, &nonce, now_ms());
    }
    match answered(env, &call).await {
        Err(why) => Outcome::Unknown { why },
        Ok(answered) => platform::outcome(job.platform, &answered.answer(), now_ms()),
    }
}

/// Tells a receiver what happened.
pub async fn tell(env: &Env, config: &Config, receiver: &str, parcel: &Parcel) -> Became {
    let known = config.receivers.iter().find(|one| one.id == receiver);
    let Some(receiver) = known.filter(|one| !one.keys.is_empty()) else {
        return Became::Refused {
            why: "not configured".into(),
        };
    };
    let now_s = now_ms().div_euclid(1_000);
    let call = ReplyCall {
        method: Method::Post,
        url: receiver.url.clone(),
        headers: vec![
            ("webhook-id".into(), parcel.id.clone()),
            ("webhook-timestamp".into(), now_s.to_string()),
            (
                "webhook-signature".into(),
                signature(receiver, &parcel.id, now_s, &parcel.body),
            ),
        ],
        body: parcel.body.clone(),
    };
    let became = match within(env, &call, CALL_S).await {
        Ok(answered) => {
            let answer = answered.answer();
            Became::of(answer.status, answer.retry_after)
        }
        Err(why) => Became::Unreached { why, after_s: None },
    };
    let (word, why) = match &became {
        Became::Arrived => ("arrived", ""),
        Became::Gone => ("gone", ""),
        Became::Refused { why } => ("refused", why.as_str()),
        Became::Unreached { why, .. } => ("unreached", why.as_str()),
    };
    log::told(&receiver.id, &parcel.id, word, why);
    became
}

/// 128 random bits, as hex.
pub fn random_hex() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// An outcome in two words, for the log.
pub fn words(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Sent { .. } => ("sent", ""),
        Outcome::Refused { why } => ("refused", why),
        Outcome::Unauthorized { why } => ("unauthorized", why),
        Outcome::Later { .. } => ("later", ""),
        Outcome::Unknown { why } => ("unknown", why),
    }
}
