//! The survey's page: `GET` and `POST /survey/{token}`. A `GET` records nothing.

use super::details::{Spoken, invited, is_own, not_allowed, served, signed};
use super::shim::{TooLarge, body};
use super::{customers, env, inbox, log};
use crate::api::customers::World as _;
use crate::api::samples;
use crate::config::Config;
use crate::customers::sample::{AnswerInvitation, ShowInvitation};
use crate::customers::wire::Refused as Unknown;
use crate::details::kind::Kind;
use crate::details::page::{self, Page, Says};
use crate::details::survey::{self, BODY_BYTES, Said};
use crate::inbox::satisfaction::{AnswerSurvey, Heard, ShowSurveyPage};
use crate::inbox::shard::Shard;
use crate::inbox::wire::Refused;
use crate::voice::brand::Brand;
use std::sync::Arc;
use worker::{Env, Request, Response, Result};

/// Answers a call to the page.
pub async fn answer(request: Request, method: &str, token: &str, env: Env) -> Result<Response> {
    match method {
        "GET" | "HEAD" | "POST" => served(told(&request, method, token, &env).await?),
        _ => served(not_allowed()),
    }
}

async fn told(request: &Request, method: &str, token: &str, env: &Env) -> Result<Page> {
    let config = env::config(env);
    let spoken = Spoken::to(request, Kind::Survey, config)?;
    let (whose, shown) = match found(env, config, token).await {
        Ok(found) => found,
        Err(says) => return Ok(spoken.says(says)),
    };
    let (words, name) = spoken.by(shown.brand, &shown.lang);
    if method != "POST" {
        return Ok(match shown.is_answered {
            true => page::says(words, Says::Full),
            false => survey::form(words, name, &Said::default()),
        });
    }
    if !is_own(request)? {
        return Ok(page::says(words, Says::Bad));
    }
    let said = match body(request.inner(), BODY_BYTES).await? {
        Ok(body) => survey::read(&body),
        Err(TooLarge) => None,
    };
    let Some(said) = said else {
        return Ok(page::says(words, Says::Failed));
    };
    let score = match said.score {
        Some(score) if said.faults.is_empty() => score,
        _ => return Ok(survey::form(words, name, &said)),
    };
    let says = match whose {
        Whose::Interaction(shard, seq) => {
            let text = said.text;
            let answer = AnswerSurvey { seq, score, text };
            match inbox::ask(env, shard, None, answer).await {
                Ok(Heard::Kept) => Says::Thanks,
                Ok(Heard::Already) => Says::Full,
                Err(Refused::NotFound) => Says::Gone,
                Err(why) => failed(&why),
            }
        }
        Whose::Sample(sample, n) => {
            let answer = AnswerInvitation {
                sample,
                n,
                score,
                text: said.text,
            };
            match customers::Brand(env).book(answer).await {
                Ok(true) => Says::Thanks,
                Ok(false) => Says::Full,
                Err(Unknown::NotFound) => Says::Gone,
                Err(why) => failed(&why),
            }
        }
    };
    Ok(page::says(words, says))
}

/// Of what a link asks.
enum Whose {
    /// How a matter went.
    Interaction(Shard, i64),
    /// Somebody who was drawn at random: the sample, and their number in it.
    Sample(i64, i64),
}

/// What the page shows.
struct Shown<'a> {
    brand: Option<&'a Arc<Brand>>,
    lang: String,
    is_answered: bool,
}

fn failed(why: &impl std::fmt::Debug) -> Says {
    log::failed("survey", &format!("{why:?}"));
    Says::Failed
}

/// Whose page it is.
async fn found<'a>(
    env: &Env,
    config: &'a Config,
    token: &str,
) -> std::result::Result<(Whose, Shown<'a>), Says> {
    let id = signed(Kind::Survey, config, token)?.id;
    if let Some((sample, n)) = samples::find(id.as_str()) {
        let ask = ShowInvitation { sample, n };
        return match customers::Brand(env).book(ask).await {
            Ok(asked) => Ok((
                Whose::Sample(sample, n),
                Shown {
                    brand: config.brands.iter().find(|one| one.id == asked.brand),
                    lang: asked.lang,
                    is_answered: asked.is_answered,
                },
            )),
            Err(Unknown::NotFound) => Err(Says::Gone),
            Err(why) => Err(failed(&why)),
        };
    }
    let (shard, seq) = invited(Kind::Survey, env, config, token).await?;
    match inbox::ask(env, shard, None, ShowSurveyPage { seq }).await {
        Ok(shown) => Ok((
            Whose::Interaction(shard, seq),
            Shown {
                brand: config.source(&shown.source).map(|source| &source.brand),
                lang: shown.lang,
                is_answered: shown.is_answered,
            },
        )),
        Err(Refused::NotFound) => Err(Says::Gone),
        Err(why) => Err(failed(&why)),
    }
}
