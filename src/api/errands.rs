//! Errands as answers: what one would do, what holds, and what can be taken back.

use super::response::Response;
use crate::accounts::wire::Listed;
use crate::config::Config;
use crate::config::targets::Errand;
use crate::floor::wire::Person;
use crate::inbox::errand::{Errands, Undone};
use crate::inbox::retask::serving;
use crate::inbox::wire::Retasked;
use crate::post::Workgroup;
use serde::Serialize;
use std::collections::BTreeMap;

/// Who works here, by what their good tokens say, and which workgroups each serves; none: all.
fn agents(tokens: &[Listed], now_ms: i64) -> BTreeMap<&str, Vec<Workgroup>> {
    let mut agents: BTreeMap<&str, Option<Vec<Workgroup>>> = BTreeMap::new();
    for token in tokens {
        let works = matches!(token.role.as_deref(), Some("agent" | "supervisor"));
        let (Some(agent), true) = (token.agent.as_deref(), works) else {
            continue;
        };
        if token.revoked_ms.is_some() || token.expires_ms <= now_ms {
            continue;
        }
        let serves = agents.entry(agent).or_insert_with(|| Some(Vec::new()));
        match (serves.as_mut(), token.workgroups.is_empty()) {
            (Some(serves), false) => serves.extend(token.workgroups.iter().cloned()),
            // One of their tokens is for all.
            (_, true) => *serves = None,
            (None, false) => {}
        }
    }
    let all = agents.into_iter();
    all.map(|(agent, serves)| (agent, serves.unwrap_or_default()))
        .collect()
}

/// What an errand would do: who goes, and what is left to whom. `present` says who is there, where the floor
/// answered.
pub fn preview(
    config: &Config,
    errand: &Retasked,
    known: &Errands,
    tokens: &[Listed],
    present: Option<&[Person]>,
    now_ms: i64,
) -> Response {
    #[derive(Serialize)]
    struct Left<'a> {
        workgroup: &'a Workgroup,
        open: i64,
        late: i64,
        agents_before: usize,
        agents_after: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        present_before: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        present_after: Option<usize>,
    }
    #[derive(Serialize)]
    struct Answer<'a> {
        dry_run: bool,
        #[serde(flatten)]
        errand: &'a Retasked,
        agents: Vec<&'a str>,
        workgroups: Vec<Left<'a>>,
        unserved: Vec<&'a Workgroup>,
    }
    let agents = agents(tokens, now_ms);
    let all = config.workgroups();
    let own = |serves: &Vec<Workgroup>| match serves.is_empty() {
        true => all.clone(),
        false => serves.clone(),
    };
    let mut after: Vec<Retasked> = known.away.clone();
    after.retain(|one| one.workgroup != errand.workgroup);
    after.extend((!errand.serves.is_empty()).then(|| errand.clone()));
    let serve = |away: &[Retasked], group: &Workgroup, of: &Vec<Workgroup>| {
        serving(config, away, &own(of)).contains(group)
    };
    let served = |away: &[Retasked], group: &Workgroup| {
        let serving = agents.values().filter(|of| serve(away, group, of));
        serving.count()
    };
    let there = |away: &[Retasked], group: &Workgroup| {
        let names = present?.iter().map(|person| person.agent.as_str());
        let serving = names.filter_map(|name| agents.get(name));
        Some(serving.filter(|of| serve(away, group, of)).count())
    };
    let goes = agents.iter().filter(|(_, serves)| {
        let own = own(serves);
        serving(config, &known.away, &own) != serving(config, &after, &own)
    });
    let left: Vec<Left<'_>> = known
        .waiting
        .iter()
        .map(|waits| Left {
            workgroup: &waits.workgroup,
            open: waits.open,
            late: waits.late,
            agents_before: served(&known.away, &waits.workgroup),
            agents_after: served(&after, &waits.workgroup),
            present_before: there(&known.away, &waits.workgroup),
            present_after: there(&after, &waits.workgroup),
        })
        .collect();
    let unserved = left.iter().filter(|left| left.agents_after == 0);
    Response::of(&Answer {
        dry_run: true,
        errand,
        agents: goes.map(|(agent, _)| *agent).collect(),
        unserved: unserved.map(|left| left.workgroup).collect(),
        workgroups: left,
    })
}

/// What holds after an errand was taken back.
pub fn undone(workgroup: &Workgroup, undone: &Undone, by: &str, now_ms: i64) -> Response {
    #[derive(Serialize)]
    struct Answer {
        undone: bool,
        #[serde(flatten)]
        holds: Retasked,
    }
    let own = || Retasked {
        workgroup: workgroup.clone(),
        serves: Vec::new(),
        until_ms: now_ms,
        by: by.to_string(),
    };
    Response::of(&Answer {
        undone: undone.undone,
        holds: undone.holds.clone().unwrap_or_else(own),
    })
}

/// Who is away and until when, what can be taken back, and the errands that have a name.
pub fn errands(config: &Config, known: &Errands, sees: impl Fn(&Workgroup) -> bool) -> Response {
    #[derive(Serialize)]
    struct Answer<'a> {
        retasked: &'a [Retasked],
        undo: &'a [Retasked],
        templates: Vec<&'a Errand>,
    }
    let templates = config.errands.iter().filter(|one| sees(&one.workgroup));
    Response::of(&Answer {
        retasked: &known.away,
        undo: &known.before,
        templates: templates.collect(),
    })
}
