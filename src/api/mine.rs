//! What an agent's own calls ask for, beyond claiming and replying: handing on, putting off, marking, correcting;
//! and the answers that are written beforehand.

use super::problem::Problem;
use super::request::{Fields, NAME_BYTES, Query};
use super::response::Response;
use super::token;
use crate::config::Config;
use crate::config::replies::{OUTCOMES, slots_in};
use crate::deeds::At;
use crate::inbox::correct;
use crate::inbox::corrected::{Corrected, Nothing, OrNone, Right};
use crate::inbox::kept::{MOST_SNOOZED_MS, Snooze, Transfer};
use crate::inbox::marks::{NOTE_BYTES, TAG_BYTES, Tag, tidy};
use crate::inbox::shard::Shard;
use crate::inbox::wire::Holding;
use crate::judgement::{Danger, Kind, Level, Situation};
use crate::language::{base, language};
use crate::post::Workgroup;
use crate::voice::people::SLOTS;
use serde::Serialize;

/// How a page of corrections is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// One document.
    Json,
    /// Labelled posts, one a line.
    Lines,
}

/// Whether a call of `reply` asks for nothing but the check.
pub fn only_checks(query: &[(String, String)]) -> bool {
    query
        .iter()
        .any(|(name, value)| name == "check" && value == "true")
}

/// Reads `check` of a reply's query.
pub(super) fn check(query: &mut Query<'_>) -> Result<bool, Problem> {
    match query.take("check") {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::field("check", "must be true or false")),
    }
}

/// How work ended: one of the configured words, where some are.
pub(super) fn outcome(config: &Config, fields: &mut Fields) -> Result<String, Problem> {
    let outcome = fields.name("outcome", 64)?;
    let known = &config.replies.outcomes;
    if known.is_empty() || known.contains(&outcome) {
        return Ok(outcome);
    }
    Err(Problem::field(
        "outcome",
        format!("is none of those configured: {}", known.join(", ")),
    ))
}

/// To whom something is given: an agent, a workgroup, or an agent of it.
pub(super) fn recipient(
    config: &Config,
    fields: &mut Fields,
) -> Result<(Option<String>, Option<Workgroup>), Problem> {
    let agent = fields.opt_name("agent", token::NAME_BYTES)?;
    let workgroup = fields
        .opt_name("workgroup", NAME_BYTES)?
        .map(Workgroup::new);
    if let Some(name) = &workgroup
        && !config.workgroups().contains(name)
    {
        return Err(Problem::field(
            "workgroup",
            "no source and no rule names this workgroup",
        ));
    }
    if agent.is_none() && workgroup.is_none() {
        return Err(Problem::field(
            "agent",
            "name an agent, a workgroup or both",
        ));
    }
    Ok((agent, workgroup))
}

/// To whom a holder hands what they hold, but for what the agent serves.
pub(super) fn transfer(
    config: &Config,
    fields: &mut Fields,
    holding: Holding,
) -> Result<Transfer, Problem> {
    let (agent, workgroup) = recipient(config, fields)?;
    Ok(Transfer {
        holding,
        agent,
        workgroup,
        note: fields.text("note", NOTE_BYTES)?,
        serves: Vec::new(),
    })
}

/// Until when a holder puts off what they hold.
pub(super) fn snooze(
    fields: &mut Fields,
    holding: Holding,
    now_ms: i64,
) -> Result<Snooze, Problem> {
    let until_ms = fields.moment("until_ms")?;
    if !(now_ms..=now_ms + MOST_SNOOZED_MS).contains(&until_ms) {
        return Err(Problem::field(
            "until_ms",
            "must be a time to come, at most thirty days ahead: epoch milliseconds",
        ));
    }
    Ok(Snooze {
        holding,
        until_ms,
        reason: fields.opt_text("reason", 1_024)?,
    })
}

/// Which tags to add and to take off.
pub(super) fn tag(fields: &mut Fields, seq: i64) -> Result<Tag, Problem> {
    let mut read = |field: &str| -> Result<Vec<String>, Problem> {
        let names = fields.names(field)?;
        let tidied = names.iter().map(|name| {
            tidy(name).ok_or_else(|| {
                Problem::field(
                    field,
                    format!(
                        "a tag has 1 to {TAG_BYTES} bytes, all of them printable, and no comma"
                    ),
                )
            })
        });
        tidied.collect()
    };
    let (add, remove) = (read("add")?, read("remove")?);
    if add.is_empty() && remove.is_empty() {
        return Err(Problem::field("add", "name tags to add, to remove or both"));
    }
    Ok(Tag { seq, add, remove })
}

/// What should have been judged.
pub(super) fn right(fields: &mut Fields) -> Result<Right, Problem> {
    let level = fields.opt_number("level", 0..=3)?;
    let right = Right {
        kind: known(fields, "kind", Kind::named, &Kind::ALL.map(Kind::as_str))?,
        level: level
            .and_then(|level| u8::try_from(level).ok())
            .and_then(|level| Level::try_from(level).ok()),
        situation: or_none(
            fields,
            "situation",
            Situation::named,
            &Situation::ALL.map(Situation::as_str),
        )?,
        danger: or_none(
            fields,
            "danger",
            Danger::named,
            &Danger::ALL.map(Danger::as_str),
        )?,
        acknowledge: fields.opt_flag("acknowledge")?,
    };
    if right == Right::default() {
        return Err(Problem::field(
            "kind",
            "say what was wrong: kind, level, situation, danger or acknowledge",
        ));
    }
    Ok(right)
}

fn known<T>(
    fields: &mut Fields,
    field: &str,
    named: impl Fn(&str) -> Option<T>,
    all: &[&str],
) -> Result<Option<T>, Problem> {
    let name = fields.opt_text(field, NAME_BYTES)?;
    name.map(|name| {
        named(&name).ok_or_else(|| Problem::field(field, format!("one of {}", all.join(", "))))
    })
    .transpose()
}

fn or_none<T>(
    fields: &mut Fields,
    field: &str,
    named: impl Fn(&str) -> Option<T>,
    all: &[&str],
) -> Result<Option<OrNone<T>>, Problem> {
    let read = |name: &str| match name {
        "none" => Some(OrNone::None(Nothing::None)),
        name => named(name).map(OrNone::One),
    };
    let mut known_names = vec!["none"];
    known_names.extend(all);
    known(fields, field, read, &known_names)
}

/// Which corrections are asked for, and how they are written.
pub(super) fn corrections(query: &mut Query<'_>) -> Result<(correct::Asked, As), Problem> {
    let since_ms = match query.take("since") {
        None => 0,
        Some(value) => value
            .parse()
            .map_err(|_| Problem::field("since", "must be epoch milliseconds"))?,
    };
    let written = match query.take("as") {
        None | Some("json") => As::Json,
        Some("lines") => As::Lines,
        Some(_) => return Err(Problem::field("as", "one of json, lines")),
    };
    let before = query.take("cursor").map(|at| {
        At::find(at).ok_or_else(|| Problem::field("cursor", "not a cursor returned by this call"))
    });
    let asked = correct::Asked {
        since_ms,
        model: query.take("model").map(str::to_string),
        before: before.transpose()?,
        max: query.max(correct::PAGE)?,
    };
    Ok((asked, written))
}

/// A page of corrections, of all shards.
pub fn corrected(all: Vec<Corrected>, max: u32, written: As) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        corrections: &'a [Corrected],
        cursor: Option<String>,
    }
    let (all, next) = correct::merged(all, max);
    let cursor = next.as_ref().map(At::cursor);
    match written {
        As::Json => Response::of(&Answer {
            corrections: &all,
            cursor,
        }),
        As::Lines => Response {
            status: 200,
            content_type: "application/x-ndjson",
            body: correct::lines(&all),
            headers: cursor.into_iter().map(|at| ("heard-cursor", at)).collect(),
        },
    }
}

/// The answers that are written beforehand, in a language or in all of them; with an interaction's reference in its
/// slot where one is named. What the one who sends it is called is theirs to fill in, unless it is known.
pub(super) fn answers(
    config: &Config,
    query: &mut Query<'_>,
    shards: u16,
    name: Option<&str>,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Answer<'a> {
        id: &'a str,
        lang: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        situation: Option<Situation>,
        text: String,
        slots: Vec<&'static str>,
    }
    #[derive(Serialize)]
    struct Answers<'a> {
        answers: Vec<Answer<'a>>,
        outcomes: Vec<&'a str>,
        only_these: bool,
    }
    let lang = query.take("lang");
    if lang.is_some_and(|lang| language(lang).is_none()) {
        return Err(Problem::field(
            "lang",
            "is no language that answers are kept in",
        ));
    }
    let reference = query.take("interaction");
    if let Some(id) = reference
        && Shard::find(id, shards).is_none()
    {
        return Err(Problem::field("interaction", "is no interaction's id"));
    }
    let id = query.take("id");
    if let Some(id) = id
        && !config.replies.answers.iter().any(|canned| canned.id == id)
    {
        return Err(Problem::field("id", "no such answer"));
    }
    let home = config
        .brands
        .first()
        .map_or("en", |brand| brand.language.as_str());
    let mut answers = Vec::new();
    for canned in &config.replies.answers {
        if id.is_some_and(|id| canned.id != id) {
            continue;
        }
        let all = canned.text.0.iter().map(|(lang, text)| {
            let lang = if lang.is_empty() { home } else { lang };
            (lang, text.as_str())
        });
        for (of, text) in all {
            if lang.is_some_and(|lang| !base(lang).eq_ignore_ascii_case(base(of))) {
                continue;
            }
            let text = filled(text, name, reference);
            let open = slots_in(&text);
            answers.push(Answer {
                id: &canned.id,
                lang: of,
                situation: canned.situation,
                slots: SLOTS
                    .into_iter()
                    .filter(|slot| open.contains(slot))
                    .collect(),
                text,
            });
        }
    }
    let configured = &config.replies.outcomes;
    let outcomes = match configured.as_slice() {
        [] => OUTCOMES.to_vec(),
        some => some.iter().map(String::as_str).collect(),
    };
    Ok(Response::of(&Answers {
        answers,
        outcomes,
        only_these: !configured.is_empty(),
    }))
}

/// A canned answer with what is known in its slots.
fn filled(text: &str, name: Option<&str>, reference: Option<&str>) -> String {
    let mut text = text.to_owned();
    for (slot, value) in [("{name}", name), ("{reference}", reference)] {
        if let Some(value) = value {
            text = text.replace(slot, value);
        }
    }
    text
}
