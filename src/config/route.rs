//! `[[route]]`: to whom a post goes, by what it is about. The first rule that fits decides.

use super::rule::{Rule, has, is_skill, needed};
use super::table::{Reader, Table};
use super::{Config, Source};
use crate::judgement::{Danger, Kind, Level, Situation, Triage};
use crate::post::{SourceId, Workgroup};
use std::collections::BTreeSet;

/// For how long only people with the needed skills are offered a post, in minutes, where the rule does not
/// say: the deadline of an urgent one.
pub const RELAX_MINUTES: u32 = 15;

/// The same for an emergency, whatever the rule says: somebody in danger waits a minute for the right
/// person, and no longer.
pub const EMERGENCY_RELAX_MS: i64 = 60_000;

/// Where a post goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// Who serves it.
    pub workgroup: Workgroup,
    /// What one must be able to do to be offered it.
    pub skills: Option<String>,
    /// From when on everybody of the workgroup is offered it: epoch milliseconds; `None`: never.
    pub relaxed_ms: Option<i64>,
    /// Whether a rule on danger sent it there.
    pub for_danger: bool,
}

impl Config {
    /// Where a post with a source goes that came at `now_ms`.
    pub fn route(&self, source: &Source, triage: &Triage, now_ms: i64) -> Routed {
        let Some(rule) = self
            .routes
            .iter()
            .find(|rule| rule.fits(&source.id, triage))
        else {
            return Routed {
                workgroup: source.workgroup.clone(),
                skills: None,
                relaxed_ms: None,
                for_danger: false,
            };
        };
        let relax_ms = match triage.level {
            Level::Emergency => Some(
                rule.relax_ms
                    .unwrap_or(EMERGENCY_RELAX_MS)
                    .min(EMERGENCY_RELAX_MS),
            ),
            _ => rule.relax_ms,
        };
        Routed {
            workgroup: rule.workgroup.as_ref().unwrap_or(&source.workgroup).clone(),
            relaxed_ms: rule.skills.as_ref().and(relax_ms).map(|ms| now_ms + ms),
            skills: rule.skills.clone(),
            for_danger: rule.any_danger || !rule.dangers.is_empty(),
        }
    }

    /// Whether some rule asks what a post is.
    pub fn routes_by_kind(&self) -> bool {
        self.routes.iter().any(|rule| !rule.kinds.is_empty())
    }

    /// Every set of skills that some rule asks for, once.
    pub fn skills_needed(&self) -> BTreeSet<&str> {
        let all = self.routes.iter();
        all.filter_map(|rule| rule.skills.as_deref()).collect()
    }

    /// Of those, the ones that somebody with these skills lacks.
    pub fn beyond(&self, skills: &[String]) -> Vec<&str> {
        let needed = self.skills_needed().into_iter();
        needed.filter(|needed| !has(skills, needed)).collect()
    }
}

impl Reader<'_> {
    /// The rules; a mistake in one leaves it out, and its posts go to their source's workgroup.
    pub(super) fn routes(&mut self, table: &mut Table, sources: &[SourceId]) -> Vec<Rule> {
        let mut rules = Vec::new();
        for mut t in self.opt_tables(table, "route") {
            let before = self.problems.len();
            let rule = self.rule(&mut t, sources);
            self.finish(t);
            if self.problems.len() == before {
                rules.push(rule);
            }
        }
        rules
    }

    fn rule(&mut self, t: &mut Table, sources: &[SourceId]) -> Rule {
        let kinds = self.words(t, "kind", Kind::named, || {
            Kind::ALL.map(Kind::as_str).join(", ")
        });
        let situations = self.words(t, "situation", Situation::named, || {
            Situation::ALL.map(Situation::as_str).join(", ")
        });
        let mut dangers = self.texts(t, "danger");
        let any_danger = dangers.iter().any(|one| one == "any");
        dangers.retain(|one| one != "any");
        let dangers = self.named(t, "danger", dangers, Danger::named, || {
            format!("any, {}", Danger::ALL.map(Danger::as_str).join(", "))
        });
        let languages = self.texts(t, "language");
        if let Some(other) = languages.iter().find(|one| !is_language(one)) {
            self.problem(
                t.at("language"),
                format!("\"{other}\" is not a language; write two letters (ISO 639-1)"),
            );
        }
        let mut known = Vec::new();
        for id in self.texts(t, "source") {
            let id = SourceId::new(id);
            if !sources.contains(&id) {
                self.problem(t.at("source"), format!("there is no source \"{id}\""));
            }
            known.push(id);
        }
        let workgroup = t.rest.contains_key("workgroup");
        let workgroup = workgroup.then(|| self.id(t, "workgroup")).flatten();
        let skills = self.texts(t, "skills");
        if let Some(other) = skills.iter().find(|one| !is_skill(one)) {
            self.problem(
                t.at("skills"),
                format!("\"{other}\" must be at most 64 of a-z, 0-9 and -"),
            );
        }
        if workgroup.is_none() && skills.is_empty() {
            self.problem(
                t.key.clone(),
                "sends nothing anywhere: name a workgroup, skills or both",
            );
        }
        // Ten days: longer, and it is for good.
        let relax = self.number(t, "relax_after", 0..=14_400, RELAX_MINUTES);
        Rule {
            kinds,
            situations,
            languages,
            sources: known,
            dangers,
            any_danger,
            workgroup: workgroup.map(Workgroup::new),
            skills: needed(skills.iter().map(String::as_str)),
            relax_ms: (relax > 0).then(|| i64::from(relax) * 60_000),
        }
    }

    fn words<T>(
        &mut self,
        t: &mut Table,
        key: &str,
        word: impl Fn(&str) -> Option<T>,
        all: impl Fn() -> String,
    ) -> Vec<T> {
        let texts = self.texts(t, key);
        self.named(t, key, texts, word, all)
    }

    fn named<T>(
        &mut self,
        t: &Table,
        key: &str,
        texts: Vec<String>,
        word: impl Fn(&str) -> Option<T>,
        all: impl Fn() -> String,
    ) -> Vec<T> {
        let mut words = Vec::new();
        for text in texts {
            match word(&text) {
                Some(one) => words.push(one),
                None => self.problem(t.at(key), format!("\"{text}\" is not one of {}", all())),
            }
        }
        words
    }
}

fn is_language(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}
