//! What the desk has taught, as an answer, and switching it on and off: `GET` and `POST /v1/adapter`.

use super::problem::Problem;
use super::request::{Fields, Query, named};
use super::response::Response;
use crate::config::Config;
use crate::inbox::taught::{Lessons, On, SetAdapter, ShowLessons};
use crate::scope::Scope;
use crate::triage::adapter::{Adapter, BUCKETS, MOST, Sums};
use crate::triage::text::hash;
use serde::Serialize;

/// The longest id of a brand.
const BRAND_BYTES: usize = 64;

/// The brand that is asked for: the only one, where none is named.
///
/// # Errors
/// No brand has that id; there are several and the call names none; or the token does not cover all workgroups.
fn brand(config: &Config, scope: &Scope, name: Option<String>) -> Result<String, Problem> {
    if !scope.all {
        return Err(Problem::forbidden(
            "what a brand's desk teaches concerns all workgroups: it takes a token for all",
        ));
    }
    let ids = config.brands.iter().map(|brand| brand.id.clone());
    let ids: Vec<String> = ids.collect();
    match (name, ids.as_slice()) {
        (Some(name), _) if ids.contains(&name) => Ok(name),
        (None, [only]) => Ok(only.clone()),
        _ => Err(Problem::field(
            "brand",
            format!("must be one of {}", ids.join(", ")),
        )),
    }
}

/// What is asked by a look.
///
/// # Errors
/// As [`brand`].
pub fn look(config: &Config, scope: &Scope, query: &mut Query<'_>) -> Result<ShowLessons, Problem> {
    let name = query.take("brand").map(str::to_owned);
    let name = name.map(|name| named("brand", name, BRAND_BYTES));
    let brand = brand(config, scope, name.transpose()?)?;
    Ok(ShowLessons { brand })
}

/// What is to be switched.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// Whose lessons.
    pub of: ShowLessons,
    /// The fingerprint of what is switched on; `None`: off.
    pub fitted: Option<String>,
    /// Who says so.
    pub by: String,
}

/// Reads the call.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn switch(
    config: &Config,
    scope: &Scope,
    fields: &mut Fields,
    by: &str,
) -> Result<Switch, Problem> {
    let brand = brand(config, scope, fields.opt_name("brand", BRAND_BYTES)?)?;
    let on = fields.flag("on")?;
    let fitted = fields.opt_name("fitted", 16)?;
    if on != fitted.is_some() {
        let says = "must be the fingerprint of what was shown, to switch it on, and left out to switch it off";
        return Err(Problem::field("fitted", says));
    }
    Ok(Switch {
        of: ShowLessons { brand },
        fitted,
        by: by.to_owned(),
    })
}

/// The brand whose adapter a preview tries, if it names one.
///
/// # Errors
/// As [`brand`].
pub fn tried(
    config: &Config,
    scope: &Scope,
    fields: &mut Fields,
) -> Result<Option<ShowLessons>, Problem> {
    let name = fields.opt_name("adapter", BRAND_BYTES)?;
    let brand = name.map(|name| brand(config, scope, Some(name)));
    let brand = brand.transpose().map_err(|mut problem| {
        problem.more.insert("field".into(), "adapter".into());
        problem
    })?;
    Ok(brand.map(|brand| ShowLessons { brand }))
}

/// What the lessons of all shards come to.
pub fn fitted(all: &[Lessons]) -> Adapter {
    let mut sums = Sums::default();
    for one in all {
        sums.add(&one.sums);
    }
    Adapter::fit(&sums)
}

/// The same numbers have the same fingerprint.
pub fn fingerprint(adapter: &Adapter) -> String {
    // Numbers are always JSON.
    let text = serde_json::to_string(adapter).unwrap_or_default();
    format!("{:08x}{:08x}", hash(&text), hash(&format!("{text} ")))
}

/// The question that switches it in every shard.
///
/// # Errors
/// Where other lessons came since it was shown.
pub fn set(switch: &Switch, all: &[Lessons]) -> Result<SetAdapter, Problem> {
    let adapter = match &switch.fitted {
        None => None,
        Some(fitted) => {
            let adapter = self::fitted(all);
            if fingerprint(&adapter) != *fitted {
                let says = "is not what the lessons come to now: look again, and try it, before it is switched on";
                return Err(Problem::field("fitted", says));
            }
            Some(adapter)
        }
    };
    Ok(SetAdapter {
        brand: switch.of.brand.clone(),
        adapter,
        by: switch.by.clone(),
    })
}

#[derive(Serialize)]
struct Shown<'a> {
    fitted: String,
    corrections: i64,
    uncontradicted: i64,
    all_points: i64,
    words: usize,
    of_words: usize,
    most_points: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since_ms: Option<i64>,
}

fn shown(adapter: &Adapter) -> Shown<'static> {
    Shown {
        fitted: fingerprint(adapter),
        corrections: adapter.said,
        uncontradicted: adapter.kept,
        all_points: adapter.all,
        words: adapter.words.len(),
        of_words: BUCKETS,
        most_points: MOST,
        by: None,
        since_ms: None,
    }
}

/// What the lessons come to, and what is on.
pub fn answer(brand: &str, all: &[Lessons]) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        brand: &'a str,
        fitted: Shown<'a>,
        on: Option<Shown<'a>>,
        everywhere: bool,
    }
    let on: Vec<Option<&On>> = all.iter().map(|one| one.on.as_ref()).collect();
    let adapters = || on.iter().map(|one| one.map(|one| &one.adapter));
    let one = on.iter().flatten().next();
    Response::of(&Answer {
        brand,
        fitted: shown(&fitted(all)),
        on: one.map(|one| Shown {
            by: Some(&one.by),
            since_ms: Some(one.since_ms),
            ..shown(&one.adapter)
        }),
        everywhere: adapters().all(|adapter| Some(adapter) == adapters().next()),
    })
}
