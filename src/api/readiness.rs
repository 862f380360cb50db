//! Whether everything is as it should be: what `GET /readyz` says.

use super::response::Response;
use crate::config::problem::Problem;
use crate::inbox::wire::Paused;
use serde_json::json;

/// Whether everything is as it should be, and what is not.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// What keeps it from being ready.
    pub problems: Vec<Problem>,
    /// What will, unless somebody does something.
    pub warnings: Vec<Problem>,
    /// The acknowledgments that are silenced.
    pub paused: Vec<Paused>,
    /// How many shards the queue has.
    pub shards: u16,
}

impl From<Readiness> for Response {
    fn from(readiness: Readiness) -> Self {
        Self::json(
            200,
            &json!({
                "ready": readiness.problems.is_empty(),
                "problems": readiness.problems,
                "warnings": readiness.warnings,
                "paused": readiness.paused,
                "shards": readiness.shards,
            }),
        )
    }
}
