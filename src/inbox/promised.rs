//! What is promised, as it is told: see [`super::promise`].

use serde::{Deserialize, Serialize};

/// How long before its time a promise is at risk: as long as a person needs to read and answer.
pub const RISK_MS: i64 = 5 * 60_000;

/// How many promises are open, of what the caller sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// All of them.
    pub open: i64,
    /// Of those: with less than [`RISK_MS`] left.
    pub at_risk: i64,
    /// Of those: past their time.
    pub broken: i64,
    /// By when the first of the broken ones should have been kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_since_ms: Option<i64>,
}

impl Open {
    /// Adds another shard's.
    pub fn add(&mut self, other: Open) {
        self.open += other.open;
        self.at_risk += other.at_risk;
        self.broken += other.broken;
        self.broken_since_ms = match (self.broken_since_ms, other.broken_since_ms) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// Where an open promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There is time.
    Open,
    /// There is little time.
    AtRisk,
    /// Its time is over.
    Broken,
}

impl Standing {
    /// All of them.
    pub const ALL: [Standing; 3] = [Standing::Open, Standing::AtRisk, Standing::Broken];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::AtRisk => "at_risk",
            Standing::Broken => "broken",
        }
    }

    /// Where one that must be kept by then stands.
    pub fn of(by_ms: i64, now_ms: i64) -> Self {
        match by_ms - now_ms {
            ..0 => Standing::Broken,
            0..=RISK_MS => Standing::AtRisk,
            _ => Standing::Open,
        }
    }
}
