//! What is wrong with a configuration.

use serde::{Deserialize, Serialize};

/// A mistake in the configuration, or what is wrong with an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The key it stands under: `sources[2].account`, or a secret's name.
    pub key: String,
    /// What is wrong and what to change; never a secret's value.
    pub says: String,
}
