//! What people are held to (`[[targets]]`), and the errands that a supervisor sends a workgroup on by name
//! (`[[errands]]`).

use crate::judgement::Level;
use crate::post::Workgroup;
use serde::Serialize;

/// The targets of one source, in minutes, by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// For a first reply, instead of the deadline.
    pub first: [Option<u32>; 4],
    /// For each later one, instead of the first's.
    pub next: [Option<u32>; 4],
    /// For the end.
    pub resolution: [Option<u32>; 4],
}

impl Targets {
    /// One of them, of a level.
    pub fn of(minutes: &[Option<u32>; 4], level: Level) -> Option<u32> {
        minutes.get(usize::from(u8::from(level))).copied().flatten()
    }
}

/// Another workgroup's work, with a name: what `POST /v1/workgroups/{workgroup}/assign` does by `template`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Errand {
    /// Its name.
    pub name: String,
    /// Whose agents.
    pub workgroup: Workgroup,
    /// The workgroups whose work they pull.
    pub serves: Vec<Workgroup>,
    /// For how long, in seconds.
    pub for_s: u32,
}
