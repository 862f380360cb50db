//! Who is on duty when: the teams of a workgroup, and how they hand over to each other.

use super::Calendar;
use crate::language::Texts;

/// The teams that serve a workgroup, the one that goes first where several are on duty at the front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    shifts: Vec<Shift>,
    hours: Calendar,
}

/// A team, or a person, and when they are on duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The name that they sign with.
    pub team: Texts,
    /// When they are on duty.
    pub calendar: Calendar,
}

impl Roster {
    /// A roster of these shifts; `None` for none.
    pub fn new(shifts: Vec<Shift>) -> Option<Self> {
        let hours = Calendar::union(shifts.iter().map(|shift| &shift.calendar))?;
        Some(Self { shifts, hours })
    }

    /// Who is on duty at `ms`, if anybody is.
    pub fn on_duty(&self, ms: i64) -> Option<&Texts> {
        let shift = self
            .shifts
            .iter()
            .find(|shift| shift.calendar.is_open(ms))?;
        Some(&shift.team)
    }

    /// When somebody is on duty, told by the clock of the first team.
    pub fn hours(&self) -> &Calendar {
        &self.hours
    }

    /// The teams, in order.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }
}
