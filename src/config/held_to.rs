//! Reads what people are held to, and the errands with a name.

use super::Source;
use super::table::{Reader, Table};
use super::targets::{Errand, Targets};
use crate::judgement::Level;
use crate::post::Workgroup;

/// The longest target, in minutes: 90 days.
const MOST: u32 = 129_600;

/// The levels as the configuration names them.
const LEVELS: [(&str, Level); 4] = [
    ("idle", Level::Idle),
    ("routine", Level::Routine),
    ("urgent", Level::Urgent),
    ("emergency", Level::Emergency),
];

impl Reader<'_> {
    /// Gives each source its targets: what names a source goes before what names a workgroup, and that before the
    /// rest; among equals, what names a level.
    pub(super) fn targets(&mut self, table: &mut Table, sources: &mut [Source], is_whole: bool) {
        let mut read = Vec::new();
        for mut t in self.opt_tables(table, "targets") {
            let source = self.text(&mut t, "source");
            let workgroup = self.text(&mut t, "workgroup");
            let level = self.level(&mut t);
            let mut minutes = |key: &str| match t.rest.contains_key(key) {
                true => Some(self.number(&mut t, key, 1..=MOST, MOST)),
                false => None,
            };
            let (first, next) = (minutes("first_minutes"), minutes("next_minutes"));
            let resolution = minutes("resolution_minutes");
            let fits = |one: &Source| {
                source.as_ref().is_none_or(|id| one.id.as_str() == id)
                    && workgroup
                        .as_ref()
                        .is_none_or(|name| one.workgroup.as_str() == name)
            };
            if is_whole && !sources.iter().any(fits) {
                self.problem(
                    t.key.clone(),
                    "is for no source: no source has that id and workgroup",
                );
            }
            if first.or(next).or(resolution).is_none() {
                self.problem(
                    t.key.clone(),
                    "says nothing: write first_minutes, next_minutes or resolution_minutes",
                );
            }
            let weight = 4 * u8::from(source.is_some())
                + 2 * u8::from(workgroup.is_some())
                + u8::from(level.is_some());
            self.finish(t);
            read.push((weight, source, workgroup, level, [first, next, resolution]));
        }
        read.sort_by_key(|(weight, ..)| *weight);
        for (_, id, workgroup, level, minutes) in read {
            for source in sources.iter_mut() {
                let fits = id.as_ref().is_none_or(|id| source.id.as_str() == id)
                    && workgroup
                        .as_ref()
                        .is_none_or(|name| source.workgroup.as_str() == name);
                if fits {
                    set(&mut source.targets, level, minutes);
                }
            }
        }
    }

    fn level(&mut self, t: &mut Table) -> Option<Level> {
        let name = self.text(t, "level")?;
        let found = LEVELS.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let known = LEVELS.map(|(known, _)| known).join(", ");
            self.problem(
                t.at("level"),
                format!("\"{name}\" is no level; one of {known}"),
            );
        }
        found.map(|(_, level)| *level)
    }

    /// The errands with a name.
    pub(super) fn errands(
        &mut self,
        table: &mut Table,
        sources: &[Source],
        is_whole: bool,
    ) -> Vec<Errand> {
        let mut errands: Vec<Errand> = Vec::new();
        for mut t in self.opt_tables(table, "errands") {
            let name = self.id(&mut t, "name");
            let workgroup = self.required(&mut t, "workgroup");
            let serves = self.texts(&mut t, "serves");
            let minutes = self.number(&mut t, "for_minutes", 1..=43_200, 120);
            let key = t.key.clone();
            self.finish(t);
            let (Some(name), Some(workgroup)) = (name, workgroup) else {
                continue;
            };
            if serves.is_empty() {
                self.problem(
                    format!("{key}.serves"),
                    "is missing: write the workgroups whose work they pull",
                );
                continue;
            }
            let is_known = |name: &str| sources.iter().any(|one| one.workgroup.as_str() == name);
            let all = [serves.as_slice(), std::slice::from_ref(&workgroup)].concat();
            let unknown = all.into_iter().find(|name| !is_known(name));
            if let Some(unknown) = unknown {
                // Elsewhere there may be a source for it.
                if is_whole {
                    self.problem(key, format!("no source has workgroup \"{unknown}\""));
                }
                continue;
            }
            if errands.iter().any(|one| one.name == name) {
                self.problem(
                    format!("{key}.name"),
                    format!("\"{name}\" is taken already"),
                );
                continue;
            }
            errands.push(Errand {
                name,
                workgroup: Workgroup::new(workgroup),
                serves: serves.into_iter().map(Workgroup::new).collect(),
                for_s: minutes * 60,
            });
        }
        errands
    }
}

fn set(targets: &mut Targets, level: Option<Level>, minutes: [Option<u32>; 3]) {
    let kinds = [
        &mut targets.first,
        &mut targets.next,
        &mut targets.resolution,
    ];
    for (kind, minutes) in kinds.into_iter().zip(minutes) {
        for (_, of) in LEVELS {
            let is_meant = level.is_none_or(|level| level == of);
            if let Some(one) = kind.get_mut(usize::from(u8::from(of)))
                && is_meant
                && minutes.is_some()
            {
                *one = minutes;
            }
        }
    }
}
