//! In which jurisdiction the objects are: asked before the first of them is addressed, once for each isolate.
//!
//! The same name in another jurisdiction is another object, and an empty one. So where the configuration says
//! another than is recorded, no object is addressed at all.

use super::{env, log, object};
use crate::config::home::{Home, Jurisdiction};
use crate::config::problem::Problem;
use crate::directory::ANCHOR;
use crate::directory::question::Question as _;
use crate::directory::wire::{Home as AskHome, Refused};
use crate::document::Named;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::OnceLock;
use worker::{Env, Error, Result};

/// What is recorded never changes, so an isolate asks until it has heard.
static RECORDED: OnceLock<Option<Jurisdiction>> = OnceLock::new();

/// The configuration's; the local runtime has no jurisdictions, and `heard dev` says that it is one.
fn configured(env: &Env) -> Home {
    let home = env::config(env).home;
    match env::sandbox(env) {
        Some(_) => Home {
            jurisdiction: None,
            ..home
        },
        None => home,
    }
}

/// Where to address objects.
///
/// # Errors
/// Where they are elsewhere, or that cannot be learnt.
pub async fn of(env: &Env) -> Result<Home> {
    let home = configured(env);
    if RECORDED.get().is_none() {
        let ask = AskHome {
            jurisdiction: home.jurisdiction,
        };
        let ask = Named(AskHome::NAME, ask);
        let said: std::result::Result<Option<Jurisdiction>, Refused> =
            object::ask_at(Home::default(), env, "DIRECTORY", ANCHOR, &ask).await?;
        if let Ok(recorded) = said
            && RECORDED.set(recorded).is_ok()
            && let Some(problem) = home.moved(recorded)
        {
            log::failed(&problem.key, &problem.says);
        }
    }
    match RECORDED.get() {
        Some(recorded) => match home.moved(*recorded) {
            Some(problem) => Err(Error::RustError(format!(
                "{}: {}",
                problem.key, problem.says
            ))),
            None => Ok(home),
        },
        None => Err(Error::RustError("the jurisdiction cannot be learnt".into())),
    }
}

/// What an operator must know of it, as far as this isolate has heard.
pub fn moved(env: &Env) -> Option<Problem> {
    configured(env).moved(*RECORDED.get()?)
}

/// Asks the object of that name, of the class bound as `binding`, where the configuration has its objects.
pub async fn ask<A: DeserializeOwned>(
    env: &Env,
    binding: &str,
    name: &str,
    question: &impl Serialize,
) -> Result<A> {
    object::ask_at(of(env).await?, env, binding, name, question).await
}
