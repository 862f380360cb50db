//! The survey's page: `GET` and `POST /survey/{token}`. A `GET` records nothing.

use super::details::{Spoken, invited, is_own, not_allowed, served};
use super::shim::{TooLarge, body};
use super::{env, inbox, log};
use crate::config::Config;
use crate::details::kind::Kind;
use crate::details::page::{self, Page, Says};
use crate::details::survey::{self, BODY_BYTES, Said};
use crate::inbox::satisfaction::{AnswerSurvey, Heard, ShowSurveyPage, SurveyPage};
use crate::inbox::shard::Shard;
use crate::inbox::wire::Refused;
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
    let (shard, seq, shown) = match found(env, config, token).await {
        Ok(found) => found,
        Err(says) => return Ok(spoken.says(says)),
    };
    let (words, name) = spoken.of(&shown.source, &shown.lang);
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
    let answer = AnswerSurvey {
        seq,
        score,
        text: said.text,
    };
    let says = match inbox::ask(env, shard, None, answer).await {
        Ok(Heard::Kept) => Says::Thanks,
        Ok(Heard::Already) => Says::Full,
        Err(Refused::NotFound) => Says::Gone,
        Err(why) => {
            log::failed("survey", &format!("{why:?}"));
            Says::Failed
        }
    };
    Ok(page::says(words, says))
}

/// Whose page it is.
async fn found(
    env: &Env,
    config: &Config,
    token: &str,
) -> std::result::Result<(Shard, i64, SurveyPage), Says> {
    let (shard, seq) = invited(Kind::Survey, env, config, token).await?;
    match inbox::ask(env, shard, None, ShowSurveyPage { seq }).await {
        Ok(shown) => Ok((shard, seq, shown)),
        Err(Refused::NotFound) => Err(Says::Gone),
        Err(why) => {
            log::failed("survey", &format!("{why:?}"));
            Err(Says::Failed)
        }
    }
}
