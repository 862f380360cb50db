//! Calls about people: who is there, what they can do, what they hold.

use super::problem::Problem;
use super::request::{Fields, NAME_BYTES};
use super::response::Response;
use super::token::{self, Bearer};
use crate::config::Config;
use crate::config::rule::is_skill;
use crate::deeds::Deed;
use crate::floor::presence::{Reserved, ShowMe, State};
use crate::floor::settings::{Put, Remove};
use crate::floor::wire::{CAPACITY, Person, Presence, Refused, Settings};
use crate::inbox::hands::Hands;
use crate::inbox::holders::Holds;
use crate::inbox::wire::Pull;
use crate::post::{InteractionId, Workgroup};
use crate::scope::Scope;
use serde::Serialize;
use serde_json::Value;

/// The longest that somebody says to be away, in seconds: a month; longer, and their settings are wrong.
pub const LONGEST_S: u32 = 30 * 86_400;

/// How long wrap-up lasts where nobody says, in seconds: the last note and a breath.
pub const WRAP_UP_S: u32 = 300;

/// The most that one agent may have in hand of a kind: a program's number, as with `limits.held_per_agent`.
pub const MOST_AT_ONCE: u32 = 1_000;

/// What a call asks of the floor.
#[derive(Clone, Debug, PartialEq)]
pub enum Floor {
    /// What is known of the caller.
    Me(ShowMe),
    /// The caller says whether they are there.
    State(State),
    /// Everybody whom the caller may see.
    Agents,
    /// A supervisor sets what an agent does.
    Put(Box<Put>),
    /// A supervisor lets an agent go.
    Remove(Box<Remove>),
}

/// `GET /v1/me`.
pub fn show_me(config: &Config, bearer: &Bearer) -> Floor {
    Floor::Me(ShowMe {
        agent: bearer.id.clone(),
        workgroups: bearer.serves(&config.workgroups()),
    })
}

/// `PUT /v1/me`.
///
/// # Errors
/// Where a field is bad; it is named.
pub fn state(
    config: &Config,
    bearer: &Bearer,
    fields: &mut Fields,
    now_ms: i64,
) -> Result<Floor, Problem> {
    let word = fields.name("state", NAME_BYTES)?;
    let presence = Presence::named(&word).ok_or_else(|| {
        let known = Presence::ALL.map(Presence::as_str).join(", ");
        Problem::field("state", format!("must be one of {known}"))
    })?;
    let for_s = match fields.number("for_s", 1..=LONGEST_S, 0)? {
        0 if presence == Presence::WrapUp => Some(WRAP_UP_S),
        0 => None,
        for_s => Some(for_s),
    };
    let ends = matches!(presence, Presence::Away | Presence::WrapUp);
    Ok(Floor::State(State {
        agent: bearer.id.clone(),
        workgroups: bearer.serves(&config.workgroups()),
        presence,
        until_ms: for_s
            .filter(|_| ends)
            .map(|for_s| now_ms + i64::from(for_s) * 1_000),
    }))
}

/// `PUT /v1/agents/{agent}`: all settings at once; what is not named is as for anybody.
///
/// # Errors
/// Where a field is bad, or a workgroup is not the supervisor's; it is named.
pub fn put(
    config: &Config,
    scope: &Scope,
    id: &str,
    fields: &mut Fields,
    mut deed: Deed,
) -> Result<Floor, Problem> {
    let agent = named(id)?;
    let mut known = config.workgroups();
    known.retain(|group| scope.has(group));
    let workgroups: Vec<Workgroup> = fields
        .names("workgroups")?
        .into_iter()
        .map(Workgroup::new)
        .collect();
    if let Some(other) = workgroups.iter().find(|group| !known.contains(group)) {
        return Err(Problem::field(
            "workgroups",
            format!("the token does not serve \"{other}\", or no source or rule names it"),
        ));
    }
    if workgroups.is_empty() && !scope.all {
        return Err(Problem::field(
            "workgroups",
            "is missing: the token does not serve every workgroup, so name those of its own that the agent serves",
        ));
    }
    let languages = fields.names("languages")?;
    let skills = fields.names("skills")?;
    if let Some(other) = skills.iter().find(|skill| !is_skill(skill)) {
        return Err(Problem::field(
            "skills",
            format!("\"{other}\" must be at most 64 of a-z, 0-9 and -"),
        ));
    }
    let mut capacity = CAPACITY;
    if let Some(mut both) = fields.object("capacity")? {
        let mut most = |kind: &str, usual: u32| both.number(kind, 0..=MOST_AT_ONCE, usual);
        let read = most("public", CAPACITY.public)
            .and_then(|public| Ok((public, most("private", CAPACITY.private)?)))
            .and_then(|both_read| both.end().map(|()| both_read));
        let (public, private) = read.map_err(|why| {
            Problem::field(
                "capacity",
                format!("has \"public\" and \"private\": {}", why.detail),
            )
        })?;
        capacity = Hands { public, private };
    }
    // Whose work it is, where it is one workgroup's: then its other supervisors see the deed.
    deed.to.clone_from(&agent);
    if let [only] = workgroups.as_slice() {
        deed.workgroup = Some(only.clone());
    }
    Ok(Floor::Put(Box::new(Put {
        agent,
        settings: Settings {
            workgroups,
            languages,
            skills,
            capacity,
            public_name: fields.opt_name("public_name", NAME_BYTES)?,
        },
        scope: scope.clone(),
        serves: None,
        deed,
    })))
}

/// `DELETE /v1/agents/{agent}`.
///
/// # Errors
/// Where the name is not valid.
pub fn remove(scope: &Scope, id: &str, mut deed: Deed) -> Result<Floor, Problem> {
    let agent = named(id)?;
    deed.to.clone_from(&agent);
    Ok(Floor::Remove(Box::new(Remove {
        agent,
        scope: scope.clone(),
        serves: None,
        deed,
    })))
}

/// The answer to that: whether anything was known of them, and what is their groups' again.
pub fn removed(agent: &str, was_known: bool, given_back: Vec<InteractionId>) -> Response {
    Response::json(
        200,
        &serde_json::json!({"agent": agent, "was_known": was_known, "given_back": given_back}),
    )
}

/// The agent that a path names.
fn named(id: &str) -> Result<String, Problem> {
    decoded(id)
        .filter(|agent| token::is_name(agent, token::NAME_BYTES))
        .ok_or_else(|| {
            Problem::field(
                "agent",
                format!(
                    "must have at most {} bytes, all of them printable",
                    token::NAME_BYTES
                ),
            )
        })
}

/// A part of a path as its caller meant it; `None` where it is not percent-encoded text.
pub(super) fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Why somebody who claims is given nothing, whatever there is: they said that they take none.
pub fn takes_none(reserved: &Reserved) -> Option<&'static str> {
    match reserved.presence {
        Presence::Away | Presence::WrapUp => Some(reserved.presence.as_str()),
        Presence::Available | Presence::Offline => None,
    }
}

/// A pull of somebody whom the floor knows: no other workgroups than set for them, in the languages set for them
/// where they name none themselves.
pub fn narrowed(pull: &Pull, reserved: &Reserved) -> Pull {
    let mut narrowed = pull.clone();
    if !reserved.workgroups.is_empty() {
        let is_set = |group: &Workgroup| reserved.workgroups.contains(group);
        narrowed.workgroups.retain(is_set);
    }
    if narrowed.languages.is_empty() {
        narrowed.languages.clone_from(&reserved.languages);
    }
    narrowed.able = reserved.able.clone();
    narrowed
}

/// Somebody, and what they hold, as an answer.
#[derive(Serialize)]
struct Shown<'a> {
    agent: &'a str,
    state: Presence,
    #[serde(skip_serializing_if = "Option::is_none")]
    since_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_ms: Option<i64>,
    serves: &'a [Workgroup],
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: &'a Option<Settings>,
    holds: Vec<Value>,
}

fn shown<'a>(person: &'a Person, holds: &[Holds]) -> Shown<'a> {
    let holds = holds.iter().filter(|one| one.agent == person.agent);
    Shown {
        agent: &person.agent,
        state: person.presence,
        since_ms: person.since_ms,
        until_ms: person.until_ms,
        seen_ms: person.seen_ms,
        serves: &person.serves,
        settings: &person.settings,
        holds: holds
            .map(|one| {
                serde_json::json!({
                    "id": one.id, "since_ms": one.since_ms, "until_ms": one.until_ms, "private": one.private,
                })
            })
            .collect(),
    }
}

/// One person, as an answer.
pub fn person(said: Result<Person, Refused>, holds: &[Holds]) -> Response {
    match said {
        Ok(person) => Response::of(&shown(&person, holds)),
        Err(refused) => Problem::from(refused).into(),
    }
}

/// Everybody, as an answer: who holds something is there, whether the floor knows them or not.
pub fn people(said: Result<Vec<Person>, Refused>, holds: &[Holds], now_ms: i64) -> Response {
    let mut people = match said {
        Ok(people) => people,
        Err(refused) => return Problem::from(refused).into(),
    };
    for one in holds {
        if !people.iter().any(|person| person.agent == one.agent) {
            people.push(Person {
                agent: one.agent.clone(),
                ..Person::default()
            });
        }
    }
    people.sort_by(|a, b| a.agent.cmp(&b.agent));
    let agents: Vec<_> = people.iter().map(|person| shown(person, holds)).collect();
    Response::json(
        200,
        &serde_json::json!({"agents": agents, "as_of_ms": now_ms}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_paths_are_decoded() {
        assert_eq!(decoded("ana"), Some("ana".into()));
        assert_eq!(decoded("Ana%20B%C3%BCrki"), Some("Ana Bürki".into()));
        for bad in ["%", "%2", "%zz", "%ff", "a%"] {
            assert_eq!(decoded(bad), None, "{bad}");
        }
    }
}
