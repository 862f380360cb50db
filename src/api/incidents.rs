//! Calls about incidents: many authors, one cause.

use super::problem::Problem;
use super::request::{Fields, Query};
use super::response::Response;
use super::route::Action;
use crate::config::Config;
use crate::deeds::Deed;
use crate::inbox::whose::Found;
use crate::judgement::{Danger, Situation};
use crate::post::SourceId;
use crate::pulse::brigade::{self, Member};
use crate::pulse::crowd;
use crate::pulse::incidents::{Becomes, Change, Declare, PAGE, ShowIncident, ShowIncidents};
use crate::pulse::tell::number_of;
use crate::pulse::terms::{Counts, distinguishing};
use crate::pulse::wire::{Brief, Refused, Sighting, State, Whole};
use crate::scope::Scope;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The longest title, in bytes.
pub(super) const TITLE_BYTES: usize = 200;

/// How many minutes of growth are told: a day's.
const GROWTH: usize = 1_440;

/// What a call asks of the pulse.
#[derive(Clone, Debug, PartialEq)]
pub enum Incidents {
    /// Which there are.
    List(ShowIncidents),
    /// One of them.
    One(ShowIncident),
    /// A supervisor declares one.
    Declare(Box<Declare>),
    /// A supervisor says what becomes of one.
    Change(Box<Change>),
}

fn no_incident() -> Problem {
    Problem::new(404, "not_found", "no incident has this id")
}

/// `GET /v1/incidents`.
///
/// # Errors
/// Where a parameter is bad; it is named.
pub fn list(scope: &Scope, query: &mut Query<'_>) -> Result<Incidents, Problem> {
    let state = query.take("state").map(|state| {
        State::named(state)
            .ok_or_else(|| Problem::field("state", "is suspected, confirmed, merged or closed"))
    });
    let before = query
        .take("cursor")
        .map(|cursor| number_of(cursor).ok_or_else(super::request::no_cursor));
    Ok(Incidents::List(ShowIncidents {
        scope: scope.clone(),
        state: state.transpose()?,
        before: before.transpose()?,
        max: query.max(PAGE)?,
    }))
}

/// `GET /v1/incidents/{id}`.
///
/// # Errors
/// Where no incident can have this id.
pub fn one(scope: &Scope, id: Option<&str>) -> Result<Incidents, Problem> {
    Ok(Incidents::One(ShowIncident {
        scope: scope.clone(),
        number: id.and_then(number_of).ok_or_else(no_incident)?,
    }))
}

/// `POST /v1/incidents`.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn declare(
    config: &Config,
    scope: &Scope,
    fields: &mut Fields,
    deed: Option<Deed>,
) -> Result<Incidents, Problem> {
    let mut deed = deed.ok_or_else(Problem::storage)?;
    let source = SourceId::new(fields.name("source", super::request::NAME_BYTES)?);
    let configured = config
        .source(&source)
        .filter(|source| scope.has(&source.workgroup));
    let workgroup = configured
        .map(|source| source.workgroup.clone())
        .ok_or_else(|| Problem::field("source", "is not a source whose work the token serves"))?;
    let what = fields.name("what", super::request::NAME_BYTES)?;
    let is_known = match what.strip_prefix("danger:") {
        Some(danger) => Danger::named(danger).is_some(),
        None => what == "*" || what == "other" || Situation::named(&what).is_some(),
    };
    if !is_known {
        return Err(Problem::field(
            "what",
            "is a situation, `danger:` and a danger, `other`, or `*` for all that the source brings",
        ));
    }
    let place = fields.opt_name("place", super::request::NAME_BYTES)?;
    let place = place.map(|place| place.trim_start_matches('#').to_lowercase());
    if place.as_ref().is_some_and(|place| place.contains('@')) || (place.is_some() && what == "*") {
        return Err(Problem::field(
            "place",
            "is a hashtag without `@`, and not beside `*`",
        ));
    }
    deed.workgroup = Some(workgroup.clone());
    Ok(Incidents::Declare(Box::new(Declare {
        source,
        workgroup,
        cell: place.map_or(what.clone(), |place| format!("{what}@{place}")),
        title: fields.opt_text("title", TITLE_BYTES)?,
        deed,
    })))
}

/// `POST /v1/incidents/{id}/confirm`, `merge` and `close`.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn change(
    action: Action,
    scope: &Scope,
    id: Option<&str>,
    fields: &mut Fields,
    deed: Option<Deed>,
) -> Result<Incidents, Problem> {
    let deed = deed.ok_or_else(Problem::storage)?;
    let number = id.and_then(number_of).ok_or_else(no_incident)?;
    let (becomes, title) = match action {
        Action::MergeIncident => {
            let into = fields.name("into", super::request::NAME_BYTES)?;
            let into = number_of(&into)
                .filter(|into| *into != number)
                .ok_or_else(|| Problem::field("into", "is the id of another incident"))?;
            (Becomes::Merged(into), None)
        }
        Action::CloseIncident => (Becomes::Closed, None),
        _ => (Becomes::Confirmed, fields.opt_text("title", TITLE_BYTES)?),
    };
    Ok(Incidents::Change(Box::new(Change {
        scope: scope.clone(),
        number,
        becomes,
        title,
        deed,
    })))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => no_incident(),
            Refused::State(state) => Self::new(
                409,
                "incident_ended",
                format!(
                    "the incident, or the one it is to be a part of, is {}: that does not change any more",
                    state.as_str()
                ),
            ),
            Refused::Full => Self::new(
                409,
                "too_many_incidents",
                "so many incidents are kept that another cannot be; they go with `limits.retention_days`",
            ),
            Refused::Storage(_) => Self::storage(),
        }
    }
}

fn of_brief(brief: &Brief) -> Map<String, Value> {
    match serde_json::to_value(brief) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// One incident as a list shows it.
pub fn brief(said: Result<Brief, Refused>) -> Response {
    match said {
        Ok(brief) => Response::of(&of_brief(&brief)),
        Err(refused) => Problem::from(refused).into(),
    }
}

/// A page of them.
pub fn page(said: Result<Vec<Brief>, Refused>, asked: &ShowIncidents, now_ms: i64) -> Response {
    let all = match said {
        Ok(all) => all,
        Err(refused) => return Problem::from(refused).into(),
    };
    let is_full = all.len() >= usize::try_from(asked.max).unwrap_or(usize::MAX);
    let cursor = all.last().filter(|_| is_full).map(|brief| brief.id.clone());
    let incidents: Vec<_> = all.iter().map(of_brief).collect();
    let mut body = json!({"incidents": incidents, "as_of_ms": now_ms});
    if let (Some(cursor), Some(body)) = (cursor, body.as_object_mut()) {
        body.insert("cursor".into(), cursor.into());
    }
    Response::json(200, &body)
}

/// How many of something each has, the most first.
fn counted<'a>(all: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, u32> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

/// Which words of the members distinguish them.
fn terms(whole: &Whole) -> Vec<Value> {
    let mut by_term: BTreeMap<&String, BTreeSet<_>> = BTreeMap::new();
    let mut people = BTreeSet::new();
    for one in &whole.members {
        people.insert(one.who);
        for term in &one.terms {
            by_term.entry(term).or_default().insert(one.who);
        }
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let c = count(people.len());
    let of_term = |(term, who): (&String, &BTreeSet<_>)| {
        let a = count(who.len());
        // The members are among everybody: the others are those besides.
        let b = whole
            .words
            .get(term)
            .copied()
            .unwrap_or(0)
            .saturating_sub(a);
        (
            term.clone(),
            Counts::of(a, c, b, whole.of.saturating_sub(c)),
        )
    };
    let ranked = distinguishing(by_term.iter().map(|(term, who)| of_term((term, who))));
    ranked
        .into_iter()
        .map(|(term, _)| json!({"people": by_term.get(&term).map_or(0, BTreeSet::len), "term": term}))
        .collect()
}

fn growth(members: &[Sighting]) -> Vec<Value> {
    let mut minutes: BTreeMap<i64, (u32, u32)> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for one in members {
        let minute = minutes.entry(one.at_ms.div_euclid(60_000)).or_default();
        minute.0 += u32::from(known.insert(one.who));
        minute.1 += 1;
    }
    let minutes = minutes.into_iter().take(GROWTH);
    minutes
        .map(|(minute, (people, posts))| json!({"at_ms": minute * 60_000, "people": people, "posts": posts}))
        .collect()
}

/// All of an incident; `found` is where its posts are, as far as the caller may see.
pub fn whole(whole: &Whole, found: &[Found]) -> Response {
    let mut body = of_brief(&whole.brief);
    let by_post: BTreeMap<&str, &Found> =
        found.iter().map(|one| (one.post.as_str(), one)).collect();
    // A post that was deleted, or was another's to see, is nobody's member here; the counts keep it.
    let mut interactions: Vec<&Found> = Vec::new();
    for one in &whole.members {
        if let Some(found) = by_post.get(one.post.as_str())
            && !interactions.iter().any(|known| known.id == found.id)
        {
            interactions.push(found);
        }
    }
    let members: Vec<Member> = whole
        .members
        .iter()
        .map(|one| Member {
            who: Some(one.who),
            print: one.print.clone(),
            link: one.link,
            is_new: false,
            emergency: one.emergency,
        })
        .collect();
    let looked = brigade::look(&members);
    let discounted: BTreeSet<usize> = looked.flagged.iter().copied().collect();
    let counting = whole
        .members
        .iter()
        .enumerate()
        .filter(|(at, _)| !discounted.contains(at));
    let mut posts: BTreeMap<_, u32> = BTreeMap::new();
    for (_, one) in counting {
        *posts.entry(one.who).or_default() += 1;
    }
    let posts: Vec<u32> = posts.into_values().collect();
    let loud = crowd::say(&posts, None, None);
    let reach: BTreeMap<_, u64> = whole
        .members
        .iter()
        .filter_map(|one| Some((one.who, one.followers?)))
        .collect();
    let first: Vec<&str> = whole
        .members
        .iter()
        .take(3)
        .map(|one| one.post.as_str())
        .collect();
    let emergencies = whole.members.iter().filter(|one| one.emergency).count();
    body.insert(
        "loud".into(),
        serde_json::to_value(&loud).unwrap_or_default(),
    );
    body.insert("growth".into(), growth(&whole.members).into());
    body.insert("terms".into(), terms(whole).into());
    body.insert("first_posts".into(), json!(first));
    body.insert("emergencies".into(), emergencies.into());
    body.insert(
        "reach".into(),
        reach
            .values()
            .fold(0_u64, |sum, n| sum.saturating_add(*n))
            .into(),
    );
    body.insert(
        "languages".into(),
        json!(counted(whole.members.iter().map(|one| one.lang.as_str()))),
    );
    body.insert(
        "platforms".into(),
        json!(counted(
            whole.members.iter().map(|one| one.platform.as_str())
        )),
    );
    if let Some(note) = looked.note() {
        body.insert("brigade".into(), note.into());
    }
    let shown = interactions
        .iter()
        .map(|one| json!({"id": one.id, "state": one.state, "level": one.level}));
    body.insert("members".into(), shown.collect::<Vec<_>>().into());
    Response::json(200, &Value::Object(body))
}
