//! Calls about incidents: many authors, one cause.

use super::problem::Problem;
use super::request::{Fields, Query};
use super::response::Response;
use super::route::Action;
use crate::cell;
use crate::config::Config;
use crate::deeds::Deed;
use crate::inbox::line::Heard;
use crate::inbox::whose::Found;
use crate::post::SourceId;
use crate::pulse::brigade::{self, Member};
use crate::pulse::crowd::{self, Base};
use crate::pulse::incidents::{Becomes, Change, Declare, PAGE, ShowIncident, ShowIncidents};
use crate::pulse::line::SetLine;
use crate::pulse::tell::number_of;
use crate::pulse::terms::{Counts, distinguishing};
use crate::pulse::wire::{Brief, Refused, Sighting, State, Whole};
use crate::scope::Scope;
use crate::voice::check::{plain_repertoire, public_line, signed};
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
    /// A supervisor says what its members are told.
    Line(Box<SetLine>),
}

/// The longest line, in bytes: with a signature it fits on most platforms at half of it.
pub(super) const LINE_BYTES: usize = 500;

/// The longest time for which a line is told, in minutes: a day. By then somebody has written a newer one.
pub(super) const LINE_MINUTES: u32 = 1_440;

/// For how long the word that all is over is told to those who wait for it, in milliseconds.
const OVER_MS: i64 = 86_400_000;

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
    if what != cell::TOTAL && !cell::is_what(&what) {
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
        title: title(fields)?,
        deed,
    })))
}

/// What a supervisor calls it, if they say.
fn title(fields: &mut Fields) -> Result<Option<String>, Problem> {
    match fields.opt_text("title", TITLE_BYTES)? {
        Some(text) if text.trim().is_empty() => Err(Problem::field("title", "is blank")),
        title => Ok(title),
    }
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
        _ => (Becomes::Confirmed, title(fields)?),
    };
    Ok(Incidents::Change(Box::new(Change {
        scope: scope.clone(),
        number,
        becomes,
        title,
        deed,
    })))
}

/// `POST /v1/incidents/{id}/line` and `over`.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn line(
    over: bool,
    scope: &Scope,
    id: Option<&str>,
    fields: &mut Fields,
    deed: Option<Deed>,
    now_ms: i64,
) -> Result<Incidents, Problem> {
    let deed = deed.ok_or_else(Problem::storage)?;
    let number = id.and_then(number_of).ok_or_else(no_incident)?;
    let minutes = match over {
        true => None,
        false => Some(fields.number("minutes", 0..=LINE_MINUTES, LINE_MINUTES + 1)?),
    };
    let lasts_ms = match minutes {
        None => OVER_MS,
        Some(minutes) if minutes > LINE_MINUTES => {
            return Err(Problem::field("minutes", "is missing"));
        }
        Some(minutes) => i64::from(minutes) * 60_000,
    };
    let text = match fields.object("text")? {
        Some(texts) => texts_of(&texts.all())?,
        None if over => return Err(Problem::field("text", "is missing")),
        // To prolong or end what is said.
        None => BTreeMap::new(),
    };
    Ok(Incidents::Line(Box::new(SetLine {
        scope: scope.clone(),
        number,
        text,
        until_ms: now_ms + lasts_ms,
        over,
        dry_run: fields.opt_flag("dry_run")?.unwrap_or(false),
        deed,
    })))
}

/// A text for each language, each fit to be said.
fn texts_of(texts: &Map<String, Value>) -> Result<BTreeMap<String, String>, Problem> {
    if texts.is_empty() {
        return Err(Problem::field("text", "has no language"));
    }
    let mut all = BTreeMap::new();
    for (lang, text) in texts {
        let field = format!("text.{lang}");
        if plain_repertoire(lang).is_none() {
            return Err(Problem::field(
                &field,
                "there is no voice for this language",
            ));
        }
        let said = text.as_str().map(str::trim).filter(|text| !text.is_empty());
        let said = said.filter(|text| text.len() <= LINE_BYTES);
        let said = said.ok_or_else(|| {
            Problem::field(
                &field,
                format!("must be text of at most {LINE_BYTES} bytes"),
            )
        })?;
        public_line(said, lang).map_err(|fault| Problem::field(&field, fault.to_string()))?;
        all.insert(lang.clone(), said.to_string());
    }
    Ok(all)
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
            Refused::LineOf(state) => Self::new(
                409,
                "incident_state",
                format!(
                    "the incident is {}: a line is a confirmed incident's, and the word that it is over a closed one's",
                    state.as_str()
                ),
            ),
            Refused::Source => Self::field("into", "is the id of an incident of the same source"),
            Refused::NoLine => Self::new(
                409,
                "no_line",
                "nothing is said of the incident yet: send `text`, by language",
            ),
            Refused::Full => Self::new(
                409,
                "too_many_incidents",
                "so many incidents are kept that another cannot be; they go with `limits.retention_days`",
            ),
            // During a deployment: the next try may find the newer version.
            Refused::Absent | Refused::Storage(_) => Self::storage(),
        }
    }
}

fn of_brief(brief: &Brief) -> Map<String, Value> {
    match serde_json::to_value(brief) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// An incident as a list shows it, with what its count says beside the base.
fn shown(config: &Config, brief: &Brief) -> Map<String, Value> {
    let mut shown = of_brief(brief);
    let says = crowd::say_counts(brief.people, brief.posts, base(config).as_ref());
    shown.insert("says".into(), says.into());
    shown
}

/// Whom a count is measured against, where it is configured.
fn base(config: &Config) -> Option<Base> {
    (config.customers > 0).then(|| Base {
        people: u64::from(config.customers),
        of: "customers".to_string(),
    })
}

/// One incident as a list shows it.
pub fn brief(config: &Config, brief: &Brief, missed: Option<usize>) -> Response {
    let mut body = shown(config, brief);
    if let Some(missed) = missed {
        body.insert("missed_shards".into(), missed.into());
    }
    Response::json(200, &Value::Object(body))
}

/// One that was closed, with what of it is still to be answered: who is in danger first.
pub fn closed(config: &Config, brief: &Brief, found: &[Found], missed: usize) -> Response {
    let mut body = shown(config, brief);
    body.insert("missed_shards".into(), missed.into());
    let mut open: Vec<&Found> = found.iter().filter(|one| one.state == "open").collect();
    open.sort_by_key(|one| (std::cmp::Reverse(one.level), one.id.clone()));
    open.dedup_by_key(|one| one.id.clone());
    let open: Vec<Value> = open.into_iter().map(of_found).collect();
    body.insert("to_answer".into(), open.into());
    Response::json(200, &Value::Object(body))
}

fn of_found(one: &Found) -> Value {
    json!({"id": one.id, "state": one.state, "level": one.level})
}

/// What came of a line: `heard` are the shards' answers, `missed` how many shards did not answer.
pub fn said(config: &Config, brief: &Brief, heard: Vec<Heard>, missed: usize) -> Response {
    let mut all = Heard::default();
    heard.into_iter().for_each(|one| all.add(one));
    let source = config.source(&brief.source);
    let texts = brief.line.iter().flat_map(|line| &line.text);
    // Where it does not fit the ordinary note is said.
    let too_long: Vec<&String> = texts
        .filter(|(lang, text)| {
            source.is_some_and(|source| {
                let limit = crate::platform::limit(source.platform, true);
                signed(text, lang, &source.brand).is_none_or(|text| !limit.allows(&text))
            })
        })
        .map(|(lang, _)| lang)
        .collect();
    Response::json(
        200,
        &json!({
            "incident": Value::Object(shown(config, brief)),
            "tells": all.tells,
            "not": all.not,
            "too_long": too_long,
            "missed_shards": missed,
        }),
    )
}

/// A page of them.
pub fn page(
    config: &Config,
    said: Result<Vec<Brief>, Refused>,
    asked: &ShowIncidents,
    now_ms: i64,
) -> Response {
    let all = match said {
        Ok(all) => all,
        Err(refused) => return Problem::from(refused).into(),
    };
    let is_full = all.len() >= usize::try_from(asked.max).unwrap_or(usize::MAX);
    let cursor = all.last().filter(|_| is_full).map(|brief| brief.id.clone());
    let incidents: Vec<_> = all.iter().map(|brief| shown(config, brief)).collect();
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
pub fn whole(config: &Config, whole: &Whole, found: &[Found]) -> Response {
    let mut body = shown(config, &whole.brief);
    let by_post: BTreeMap<&str, &Found> =
        found.iter().map(|one| (one.post.as_str(), one)).collect();
    // What is another's to see, or is gone, shows neither its words nor when it came; the counts keep it.
    let mut whole = whole.clone();
    whole
        .members
        .retain(|one| by_post.contains_key(one.post.as_str()));
    let whole = &whole;
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
    let loud = crowd::say(&posts, base(config).as_ref());
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
    let members = interactions.into_iter().map(of_found);
    body.insert("members".into(), members.collect::<Vec<_>>().into());
    Response::json(200, &Value::Object(body))
}
