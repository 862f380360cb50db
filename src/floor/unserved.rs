//! Work that nobody who is there can take.

use super::settings::Present;
use super::wire::Person;
use crate::config::rule::has;
use crate::config::{Config, Source};
use crate::inbox::needs::{Need, Needs};
use crate::inbox::retask;
use crate::inbox::wire::Alarm;
use crate::post::Workgroup;

/// What of the work that waits nobody who is present can take, where the workgroup is on duty.
///
/// Nothing while the floor has only begun: then it does not know yet who is there.
pub fn unserved(config: &Config, needs: &Needs, present: &Present, now_ms: i64) -> Vec<Alarm> {
    if !present.knows_absence {
        return Vec::new();
    }
    let people: Vec<(&Person, Vec<Workgroup>)> = present
        .people
        .iter()
        .map(|person| {
            let serves = retask::serving(config, &needs.retasked, &person.serves);
            (person, serves)
        })
        .collect();
    let mut alarms = Vec::new();
    for need in &needs.needs {
        let in_group = |(person, serves): &&(&Person, Vec<Workgroup>)| {
            serves.contains(&need.workgroup)
                || (need.emergency && person.serves.contains(&need.workgroup))
        };
        let group: Vec<_> = people.iter().filter(in_group).collect();
        if !on_duty(config, &need.workgroup, now_ms)
            || group.iter().any(|(person, _)| can(person, need))
        {
            continue;
        }
        let speaks = group.iter().any(|(person, _)| speaks(person, &need.lang));
        let skills = need.skills.as_deref();
        let alarm = (
            need.workgroup.clone(),
            skills.map_or(Vec::new(), |all| {
                all.split('+').map(str::to_string).collect()
            }),
            // Where nobody is there at all, the language is not what is missing.
            (!speaks && !group.is_empty()).then(|| need.lang.clone()),
        );
        push(&mut alarms, alarm, need);
    }
    alarms
}

fn push(
    alarms: &mut Vec<Alarm>,
    (group, needed, language): (Workgroup, Vec<String>, Option<String>),
    need: &Need,
) {
    for alarm in alarms.iter_mut() {
        if let Alarm::Unserved {
            workgroup,
            skills,
            lang,
            n,
            since_ms,
        } = alarm
            && (&*workgroup, &*skills, &*lang) == (&group, &needed, &language)
        {
            *n += need.n;
            *since_ms = (*since_ms).min(need.since_ms);
            return;
        }
    }
    alarms.push(Alarm::Unserved {
        workgroup: group,
        skills: needed,
        lang: language,
        n: need.n,
        since_ms: need.since_ms,
    });
}

/// Whether somebody of a workgroup is meant to be at work now: by the hours of its sources; where only rules name it, of those whose
/// posts they send there; always, where nothing does.
fn on_duty(config: &Config, workgroup: &Workgroup, now_ms: i64) -> bool {
    let is_open = |source: &&Source| source.hours().is_open(now_ms);
    let own = |source: &&Source| source.workgroup == *workgroup;
    let sends = |source: &&Source| {
        config.routes.iter().any(|rule| {
            rule.workgroup.as_ref() == Some(workgroup)
                && (rule.sources.is_empty() || rule.sources.contains(&source.id))
        })
    };
    let owned: Vec<&Source> = config.sources.iter().filter(own).collect();
    let sources = match owned.is_empty() {
        true => config.sources.iter().filter(sends).collect(),
        false => owned,
    };
    sources.is_empty() || sources.iter().any(is_open)
}

fn can(person: &Person, need: &Need) -> bool {
    let skills = person.settings.as_ref().map(|set| set.skills.as_slice());
    let able = need
        .skills
        .as_deref()
        .is_none_or(|needed| has(skills.unwrap_or_default(), needed));
    able && speaks(person, &need.lang)
}

fn speaks(person: &Person, lang: &str) -> bool {
    lang == "und"
        || person.settings.as_ref().is_none_or(|set| {
            set.languages.is_empty() || set.languages.iter().any(|one| one == lang)
        })
}
