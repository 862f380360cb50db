//! Asking customers who did not write: `POST /v1/surveys/samples`, and what they answered, with `GET /v1/surveys`.
//!
//! Of those who were drawn: how many answered, in all and by tier and language; and what they said, as it is and weighted so
//! that each tier counts as it does among those who could have been drawn. Who stays silent is counted and never filled in.

use super::details;
use super::interval::round;
use super::problem::Problem;
use super::request::Fields;
use super::surveys::{Rated, rated, says};
use crate::config::Config;
use crate::customers::sample::{Draw, Drawn, Group, MOST, Sample};
use crate::details::link::LONGEST_S;
use crate::inbox::satisfaction::SurveySum;
use crate::inbox::wire::Refused;
use crate::post::InteractionId;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The longest id of a brand.
const BRAND_BYTES: usize = 64;

/// What is asked: a sample, but for chance, which the world gives; and where its links lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// What to draw.
    pub draw: Draw,
    /// Where the caller reached the Worker.
    pub origin: String,
}

/// Reads the call.
///
/// # Errors
/// Where a field is bad, it is named; or the pages are off.
pub fn asked(
    config: &Config,
    fields: &mut Fields,
    by: &str,
    origin: &str,
    now_ms: i64,
) -> Result<Asked, Problem> {
    let size = fields.number("size", 1..=MOST, 200)?;
    let name = fields.opt_name("brand", BRAND_BYTES)?;
    let brand = match &name {
        Some(name) => config.brands.iter().find(|brand| brand.id == *name),
        None => config.brands.first().filter(|_| config.brands.len() == 1),
    };
    let brand = brand.ok_or_else(|| {
        let ids: Vec<&str> = config.brands.iter().map(|one| one.id.as_str()).collect();
        Problem::field("brand", format!("must be one of {}", ids.join(", ")))
    })?;
    if config.details.keys.is_empty() {
        return Err(Problem::from(Refused::DetailsOff));
    }
    let lang = brand.language.split('-').next().unwrap_or_default();
    Ok(Asked {
        draw: Draw {
            size,
            brand: brand.id.clone(),
            lang: lang.to_owned(),
            until_ms: now_ms + i64::from(LONGEST_S) * 1_000,
            by: by.to_owned(),
            seed: String::new(),
        },
        origin: origin.to_owned(),
    })
}

/// The id that the link of somebody who is invited names.
fn id(sample: i64, n: i64) -> InteractionId {
    InteractionId::new(format!("s-{sample}-{n}"))
}

/// The sample, and the number in it, that a link names.
pub fn find(text: &str) -> Option<(i64, i64)> {
    let (sample, n) = text.strip_prefix("s-")?.split_once('-')?;
    let found = (sample.parse().ok()?, n.parse().ok()?);
    (id(found.0, found.1).as_str() == text).then_some(found)
}

/// Who was drawn, each with the link: for the CRM alone, which sends it.
pub fn drawn(config: &Config, asked: &Asked, drawn: Drawn, now_ms: i64) -> Value {
    let sample = drawn.sample;
    let invited: Vec<Value> = drawn
        .invited
        .into_iter()
        .map(|one| {
            let link = details::survey_link(config, &asked.origin, &id(sample, one.n), now_ms);
            json!({"customer": one.customer, "language": one.lang, "link": link})
        })
        .collect();
    json!({
        "sample": sample, "until_ms": asked.draw.until_ms, "listed": drawn.listed,
        "no_consent": drawn.no_consent, "resting": drawn.resting, "eligible": drawn.eligible,
        "invited": invited,
    })
}

/// Some of those who were asked.
#[derive(Serialize)]
struct Part {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    eligible: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<Option<f64>>,
    #[serde(flatten)]
    rated: Rated,
}

/// What somebody wrote.
#[derive(Serialize)]
struct Written {
    answered_ms: i64,
    score: u8,
    text: String,
}

/// A sample, as it is told.
#[derive(Serialize)]
pub struct Told {
    sample: i64,
    at_ms: i64,
    until_ms: i64,
    brand: String,
    by: String,
    listed: i64,
    no_consent: i64,
    resting: i64,
    eligible: i64,
    total: Rated,
    weighted_content: Option<f64>,
    tiers: Vec<Part>,
    languages: Vec<Part>,
    texts: Vec<Written>,
    says: String,
}

fn sum(group: &Group) -> SurveySum {
    SurveySum {
        key: String::new(),
        public: false,
        felt: None,
        moment: None,
        asked: group.asked,
        scores: group.scores,
    }
}

/// A quotient of counts, which are far below 2^53.
#[allow(clippy::cast_precision_loss)]
fn over(n: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| round(n as f64 / of as f64))
}

/// What the samples say.
pub fn told(samples: Vec<Sample>) -> Vec<Told> {
    samples.into_iter().map(one).collect()
}

fn one(sample: Sample) -> Told {
    let by = |key: fn(&Group) -> &str| {
        let mut by: BTreeMap<String, Vec<SurveySum>> = BTreeMap::new();
        for group in &sample.groups {
            by.entry(key(group).to_owned())
                .or_default()
                .push(sum(group));
        }
        by
    };
    let total = rated(&sample.groups.iter().map(sum).collect::<Vec<_>>());
    let tiers: Vec<Part> = by(|group| &group.tier)
        .into_iter()
        .map(|(tier, sums)| {
            let rated = rated(&sums);
            let eligible = sample.eligible.get(&tier).copied().unwrap_or(0);
            Part {
                weight: Some(over(eligible, rated.answered)),
                eligible: Some(eligible),
                key: if tier.is_empty() { "none".into() } else { tier },
                rated,
            }
        })
        .collect();
    let languages = by(|group| &group.lang).into_iter().map(|(key, sums)| Part {
        key,
        eligible: None,
        weight: None,
        rated: rated(&sums),
    });
    let eligible: i64 = sample.eligible.values().sum();
    Told {
        sample: sample.id,
        at_ms: sample.at_ms,
        until_ms: sample.until_ms,
        brand: sample.brand,
        by: sample.by,
        listed: sample.listed,
        no_consent: sample.no_consent,
        resting: sample.resting,
        eligible,
        weighted_content: weighted(&tiers, eligible, sample.eligible.len(), &total),
        says: format!(
            "{} of {} eligible customers were asked, at random. {}",
            total.asked,
            eligible,
            says(&total)
        ),
        total,
        languages: languages.collect(),
        tiers,
        texts: sample
            .texts
            .into_iter()
            .map(|(answered_ms, score, text)| Written {
                answered_ms,
                score,
                text,
            })
            .collect(),
    }
}

/// The share of the content, each tier counted as it is among those who could have been drawn; nothing where a tier has no
/// answer, or all have too few.
#[allow(clippy::cast_precision_loss)]
fn weighted(tiers: &[Part], eligible: i64, of: usize, total: &Rated) -> Option<f64> {
    total.content_share?;
    if tiers.len() < of || eligible == 0 {
        return None;
    }
    let mut share = 0.0;
    for tier in tiers {
        if tier.rated.answered == 0 {
            return None;
        }
        let content = tier.rated.content as f64 / tier.rated.answered as f64;
        share += content * tier.eligible.unwrap_or(0) as f64 / eligible as f64;
    }
    Some(round(share))
}
