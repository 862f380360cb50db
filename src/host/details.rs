//! The details page: `GET` and `POST /details/{token}`. Whose page it is the token says; what is left is sealed here,
//! before any object sees it.

use super::clock::now_ms;
use super::outbound::random_hex;
use super::shim::{TooLarge, body};
use super::{env, inbox, layout, log};
use crate::config::Config;
use crate::details::form::{self, BODY_BYTES};
use crate::details::kind::Kind;
use crate::details::link::{self, BadLink, Invited};
use crate::details::page::{self, Page, Says, Words};
use crate::details::seal::{NONCE_BYTES, seal};
use crate::host::request::origin;
use crate::inbox::details::{LeaveDetails, PageOf, ShowPage, Taken};
use crate::inbox::shard::Shard;
use crate::inbox::wire::Refused;
use crate::post::SourceId;
use crate::voice::brand::Brand;
use std::sync::Arc;
use worker::{Env, Headers, Request, Response, Result};

/// Answers a call to the page.
pub async fn answer(request: Request, method: &str, token: &str, env: Env) -> Result<Response> {
    match method {
        "GET" | "HEAD" | "POST" => served(told(&request, method, token, &env).await?),
        _ => served(not_allowed()),
    }
}

/// What a method is told that no page has.
pub(super) fn not_allowed() -> Page {
    Page {
        status: 405,
        body: String::new(),
    }
}

/// A page with its headers.
pub(super) fn served(page: Page) -> Result<Response> {
    let headers = Headers::new();
    for (name, value) in page::headers() {
        headers.set(name, &value)?;
    }
    if page.status == 405 {
        headers.set("allow", "GET, POST")?;
    }
    Ok(Response::builder()
        .with_status(page.status)
        .with_headers(headers)
        .fixed(page.body.into_bytes()))
}

/// How a page speaks to whoever opens it.
pub(super) struct Spoken<'a> {
    kind: Kind,
    config: &'a Config,
    /// What their browser asks for.
    asked: String,
}

impl<'a> Spoken<'a> {
    /// To whom this request comes from.
    pub(super) fn to(request: &Request, kind: Kind, config: &'a Config) -> Result<Self> {
        let asked = request.headers().get("accept-language")?;
        Ok(Self {
            kind,
            config,
            asked: asked.unwrap_or_default(),
        })
    }

    /// Where it is not known whose page it is.
    pub(super) fn says(&self, says: Says) -> Page {
        page::says(Words::asked(self.kind, &self.asked), says)
    }

    /// The words of a page about this source's conversation in that language, and the brand's name.
    pub(super) fn of(&self, source: &SourceId, lang: &str) -> (Words, &'a str) {
        let source = self.config.source(source);
        self.by(source.map(|source| &source.brand), lang)
    }

    /// The words of a brand's page in that language, and the brand's name.
    pub(super) fn by(&self, brand: Option<&'a Arc<Brand>>, lang: &str) -> (Words, &'a str) {
        let home = brand.map_or("", |brand| brand.language.as_str());
        let words = Words::of(self.kind, &[lang, home, &self.asked]);
        (words, brand.map_or("", |brand| brand.name.as_str()))
    }
}

async fn told(request: &Request, method: &str, token: &str, env: &Env) -> Result<Page> {
    let config = env::config(env);
    let spoken = Spoken::to(request, Kind::Details, config)?;
    let (shard, seq, shown) = match found(env, config, token).await {
        Ok(found) => found,
        Err(says) => return Ok(spoken.says(says)),
    };
    let (words, name) = spoken.of(&shown.source, &shown.lang);
    if method != "POST" {
        return Ok(match (shown.has_room, random_hex()) {
            (false, _) => page::says(words, Says::Full),
            (true, Some(once)) => page::form(words, name, &once),
            (true, None) => page::says(words, Says::Failed),
        });
    }
    if !is_own(request)? {
        return Ok(page::says(words, Says::Bad));
    }
    let form = match body(request.inner(), BODY_BYTES).await? {
        Ok(body) => form::read(&body),
        Err(TooLarge) => None,
    };
    let Some(form) = form else {
        return Ok(page::says(words, Says::Failed));
    };
    if !form.faults.is_empty() {
        return Ok(page::again(words, name, &form));
    }
    let mut nonce = [0; NONCE_BYTES];
    let sealed = getrandom::fill(&mut nonce).ok().and_then(|()| {
        let id = shard.interaction(seq);
        seal(&config.details.keys, &id, &form.left, nonce)
    });
    let Some(sealed) = sealed else {
        return Ok(page::says(words, Says::Failed));
    };
    let leave = LeaveDetails {
        seq,
        once: form.once,
        wish: form.left.wish,
        sealed,
    };
    let says = match inbox::ask(env, shard, None, leave).await {
        Ok(Taken::Kept) => Says::Thanks,
        Ok(Taken::Full) => Says::Full,
        Err(Refused::NotFound | Refused::Withdrawn) => Says::Gone,
        Err(_) => Says::Failed,
    };
    Ok(page::says(words, says))
}

/// Whether a submission comes from the page itself.
pub(super) fn is_own(request: &Request) -> Result<bool> {
    let headers = request.headers();
    let (came, site) = (headers.get("origin")?, headers.get("sec-fetch-site")?);
    let own = origin(request.inner());
    Ok(page::is_own(came.as_deref(), site.as_deref(), &own))
}

/// What a good token names.
pub(super) fn signed(
    kind: Kind,
    config: &Config,
    token: &str,
) -> std::result::Result<Invited, Says> {
    let now_s = now_ms().div_euclid(1_000);
    let invited = link::verify(kind, &config.details.keys, token, now_s);
    invited.map_err(|why| match why {
        BadLink::Off => Says::Off,
        BadLink::Bad => Says::Bad,
        BadLink::Expired => Says::Expired,
    })
}

/// The interaction that a token names.
pub(super) async fn invited(
    kind: Kind,
    env: &Env,
    config: &Config,
    token: &str,
) -> std::result::Result<(Shard, i64), Says> {
    let invited = signed(kind, config, token)?;
    let shards = layout::shards(env, false).await.unwrap_or(config.shards);
    Shard::find(invited.id.as_str(), shards).ok_or(Says::Gone)
}

/// Whose page it is.
async fn found(
    env: &Env,
    config: &Config,
    token: &str,
) -> std::result::Result<(Shard, i64, PageOf), Says> {
    let (shard, seq) = invited(Kind::Details, env, config, token).await?;
    match inbox::ask(env, shard, None, ShowPage { seq }).await {
        Ok(shown) => Ok((shard, seq, shown)),
        Err(Refused::NotFound) => Err(Says::Gone),
        Err(why) => {
            log::failed("details", &format!("{why:?}"));
            Err(Says::Failed)
        }
    }
}
