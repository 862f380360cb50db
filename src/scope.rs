//! Who may see what: a caller of the agents' API sees the work of their workgroups, and nothing besides.

use crate::post::Workgroup;
use serde::{Deserialize, Serialize};

/// What a caller may see. The empty one sees nothing: so a question that says nothing of its caller is
/// answered with nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scope {
    /// Everything: the token names no workgroups.
    pub all: bool,
    /// The caller's name: what they hold or held in the last day is theirs to see.
    pub agent: String,
    /// The workgroups that the token names.
    pub workgroups: Vec<Workgroup>,
}

impl Scope {
    /// Everything, for nobody in particular.
    pub fn whole() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }

    /// Whether the work of a workgroup is seen.
    pub fn has(&self, workgroup: &Workgroup) -> bool {
        self.all || self.workgroups.contains(workgroup)
    }

    /// Whether everything is seen that somebody of these workgroups sees; none named means all.
    pub fn has_all(&self, workgroups: &[Workgroup]) -> bool {
        self.all || (!workgroups.is_empty() && workgroups.iter().all(|one| self.has(one)))
    }
}

/// Names as the JSON text that `json_each` takes: one parameter, whatever their number.
pub fn names(workgroups: &[Workgroup]) -> String {
    let names: Vec<&str> = workgroups.iter().map(Workgroup::as_str).collect();
    serde_json::Value::from(names).to_string()
}
