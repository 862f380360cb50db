//! How many will miss their deadline in the next half hour if people go on as they do, and how many people would
//! prevent it. Pure: what stands open and the pace in, a count out.
//!
//! The model: a workgroup answers at the pace of this hour and the one before, evenly, whatever has the lowest
//! rank, as claims do. What is late is still ahead of what is not, within its level; nothing is put off. As many
//! come as came in those hours, evenly, with their source's deadline. Twice the people answer twice as much.

use crate::post::Workgroup;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// How far it looks ahead: half an hour, in which a supervisor can still move people.
pub const SOON_MS: i64 = 30 * 60_000;

/// The most agents that are thought of.
const MOST_AGENTS: i64 = 1_000;

/// The most arrivals of one source and level that are thought of.
const MOST_ARRIVALS: i64 = 5_000;

/// So many interactions of one source and level of a workgroup that are due in the same minute from now; in minute
/// -1 those that are late.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// The workgroup.
    pub workgroup: Workgroup,
    /// The source.
    pub source: String,
    /// The level of what is owed.
    pub level: u8,
    /// In which minute from now on it is due.
    pub minute: i64,
    /// How many.
    pub n: i64,
}

/// What comes in, by the pace of the last hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrivals {
    /// The source.
    pub source: String,
    /// The level.
    pub level: u8,
    /// How many in the hours that were looked at.
    pub n: i64,
    /// How long after it came one of these is due, in milliseconds.
    pub due_after_ms: i64,
}

/// A workgroup, as the projection needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// What is late or due.
    pub due: Vec<Cell>,
    /// What comes.
    pub arrivals: Vec<Arrivals>,
    /// How many replies in the hours that were looked at.
    pub answered: i64,
    /// How long those are, in milliseconds.
    pub over_ms: i64,
    /// How many agents answer now.
    pub agents: i64,
}

/// What is to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// How many will miss, by source and level.
    pub misses: BTreeMap<(String, u8), i64>,
    /// How many will miss.
    pub will_miss: i64,
    /// The fewest agents with whom no more miss than must; `None` where nobody answers, so that nothing is known of
    /// their pace.
    pub agents_needed: Option<i64>,
}

/// The outlook of a workgroup.
pub fn project(team: &Team) -> Outlook {
    let misses = missing(team, team.answered, team.over_ms);
    let will_miss = misses.values().sum();
    let with = |agents: i64| -> i64 {
        let misses = missing(team, team.answered * agents, team.over_ms * team.agents);
        misses.values().sum()
    };
    let is_known = team.agents > 0 && team.answered > 0;
    let agents_needed = is_known.then(|| {
        let least = with(MOST_AGENTS);
        let (mut too_few, mut enough) = (0, MOST_AGENTS);
        while enough - too_few > 1 {
            let middle = (too_few + enough) / 2;
            match with(middle) > least {
                true => too_few = middle,
                false => enough = middle,
            }
        }
        enough
    });
    Outlook {
        misses,
        will_miss,
        agents_needed,
    }
}

/// One that waits: its level's place, its deadline, and of what it is.
type Waiting = Reverse<(u8, i64, usize)>;

/// Before whom a level is served: an emergency first, then what is urgent.
fn tier(level: u8) -> u8 {
    match level {
        3 => 0,
        2 => 1,
        _ => 2,
    }
}

/// How many miss, by source and level, where so many are answered in so long a time.
fn missing(team: &Team, answered: i64, over_ms: i64) -> BTreeMap<(String, u8), i64> {
    let mut kinds: Vec<(String, u8)> = Vec::new();
    let mut kind = |source: &str, level: u8| {
        let at = kinds
            .iter()
            .position(|(of, is)| of == source && *is == level);
        at.unwrap_or_else(|| {
            kinds.push((source.to_string(), level));
            kinds.len() - 1
        })
    };
    let mut queue: BinaryHeap<Waiting> = BinaryHeap::new();
    for cell in &team.due {
        let at = kind(&cell.source, cell.level);
        // In the middle of its minute.
        let due_ms = cell.minute * 60_000 + 30_000;
        for _ in 0..cell.n.max(0) {
            queue.push(Reverse((tier(cell.level), due_ms, at)));
        }
    }
    let mut coming: Vec<(i64, Waiting)> = Vec::new();
    for arrivals in &team.arrivals {
        let at = kind(&arrivals.source, arrivals.level);
        let n = arrivals.n.clamp(0, MOST_ARRIVALS);
        for nth in 0..n {
            // Evenly: the first after half a gap.
            let comes_ms = (2 * nth + 1) * team.over_ms / (2 * n);
            let due_ms = comes_ms + arrivals.due_after_ms;
            if due_ms < SOON_MS {
                coming.push((comes_ms, Reverse((tier(arrivals.level), due_ms, at))));
            }
        }
    }
    coming.sort_unstable_by_key(|(comes_ms, _)| *comes_ms);
    let mut coming = coming.into_iter().peekable();
    let mut misses = vec![0_i64; kinds.len()];
    let mut miss = |at: usize| {
        if let Some(n) = misses.get_mut(at) {
            *n += 1;
        }
    };
    // The n-th answer is given when n of them have had their time.
    let mut begins_ms = 0;
    for nth in 1.. {
        if answered <= 0 || begins_ms >= SOON_MS {
            break;
        }
        let done_ms = nth * over_ms / answered;
        while let Some((_, waiting)) = coming.next_if(|(comes_ms, _)| *comes_ms <= begins_ms) {
            queue.push(waiting);
        }
        if let Some(Reverse((_, due_ms, at))) = queue.pop()
            && due_ms >= 0
            && done_ms > due_ms
        {
            miss(at);
        }
        begins_ms = done_ms;
    }
    let left = queue.into_iter().chain(coming.map(|(_, waiting)| waiting));
    for Reverse((_, due_ms, at)) in left {
        if (0..SOON_MS).contains(&due_ms) {
            miss(at);
        }
    }
    let counted = kinds.into_iter().zip(misses);
    counted.filter(|(_, n)| *n > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(level: u8, minute: i64, n: i64) -> Cell {
        Cell {
            workgroup: Workgroup::new("trains"),
            source: "x".into(),
            level,
            minute,
            n,
        }
    }

    fn team(due: Vec<Cell>, answered: i64, agents: i64) -> Team {
        Team {
            due,
            arrivals: Vec::new(),
            answered,
            over_ms: 3_600_000,
            agents,
        }
    }

    #[test]
    fn who_answers_one_every_three_minutes_keeps_what_is_due_in_time() {
        // Twenty an hour: one each at minute 3, 6, 9 ...
        let fits = team(vec![cell(2, 5, 1), cell(2, 9, 2), cell(2, 29, 6)], 20, 2);
        assert_eq!(project(&fits).will_miss, 0);
        let (fits, long) = (project(&fits), team(vec![cell(2, 9, 6)], 20, 2));
        assert_eq!(fits.agents_needed, Some(2));
        // Three are answered by half past nine; six within nine and a half minutes need four.
        assert_eq!(project(&long).will_miss, 3);
        assert_eq!(project(&long).agents_needed, Some(4));
    }

    #[test]
    fn what_is_late_goes_before_and_emergencies_before_that() {
        let mut late = team(vec![cell(2, -1, 3), cell(2, 9, 1), cell(3, 4, 1)], 20, 1);
        let missed = project(&late);
        assert_eq!(missed.misses, BTreeMap::from([(("x".into(), 2), 1)]));
        // Routine that is late does not hold up what is urgent.
        late.due = vec![cell(1, -1, 50), cell(2, 9, 1), cell(3, 4, 1)];
        assert_eq!(project(&late).will_miss, 0);
    }

    #[test]
    fn nobody_answers_nothing_and_their_number_is_not_known() {
        let idle = project(&team(vec![cell(2, 3, 4), cell(2, -1, 9)], 0, 3));
        assert_eq!((idle.will_miss, idle.agents_needed), (4, None));
        assert_eq!(project(&Team::default()), Outlook::default());
    }

    #[test]
    fn what_comes_is_counted_with_its_deadline() {
        let mut busy = team(Vec::new(), 20, 1);
        busy.arrivals = vec![Arrivals {
            source: "x".into(),
            level: 2,
            n: 60,
            due_after_ms: 15 * 60_000,
        }];
        // One comes each minute, one is answered every three: what came in the first five is answered in time.
        let outlook = project(&busy);
        assert!((8..=12).contains(&outlook.will_miss), "{outlook:?}");
        let needed = outlook.agents_needed.unwrap();
        assert!((2..=4).contains(&needed), "{outlook:?}");
        busy.arrivals[0].due_after_ms = 60 * 60_000;
        assert_eq!(project(&busy).will_miss, 0);
    }
}
