//! What the Worker and the customers' object say to each other: JSON over `fetch`. Unknown fields are ignored and new
//! ones have defaults, as an old Worker may speak to a new object and the reverse.

use crate::inbox::customer::{Identity, Told};
use crate::sql::SqlError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A customer, as the brand says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The brand's id of them.
    pub id: String,
    /// Their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their tier: one of the configuration's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Their value band, in the brand's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Their language: ISO 639-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Their authors.
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// Where more is known of them: orders, billing, the CRM's record.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
    /// What agents should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Whether they consent to being contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_consent: Option<bool>,
    /// When they were asked to speak for the brand, did, and joined those who do: epoch milliseconds. People say so;
    /// nothing sets it by itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<Stage, i64>,
    /// When it was so, by the CRM's clock: epoch milliseconds.
    pub occurred_ms: i64,
}

/// A step from customer to advocate, as people say that it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Somebody asked them.
    Asked,
    /// They spoke for the brand.
    Posted,
    /// They joined those who do.
    Joined,
}

impl Stage {
    /// Every one, in their order.
    pub const ALL: [Stage; 3] = [Stage::Asked, Stage::Posted, Stage::Joined];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Asked => "asked",
            Stage::Posted => "posted",
            Stage::Joined => "joined",
        }
    }
}

/// How many took which step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// Customers who were asked in the period.
    pub asked: i64,
    /// Who spoke for the brand in it, asked or not.
    pub posted: i64,
    /// Who joined in it.
    pub joined: i64,
    /// Of those who were asked in the period: who spoke since, at any time up to now.
    pub asked_posted: i64,
    /// ... and who joined since.
    pub asked_joined: i64,
}

impl Customer {
    /// What a shard is told of them.
    pub fn told(&self, version: i64) -> Told {
        Told {
            customer: self.id.clone(),
            version,
            gone: false,
            name: self.name.clone(),
            tier: self.tier.clone(),
            value: self.value.clone(),
            lang: self.language.clone(),
            consent: self.contact_consent,
            authors: self.identities.clone(),
        }
    }
}

/// What came of saying something of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// They were not known.
    Created,
    /// They were, otherwise.
    Updated,
    /// They were, just so.
    Unchanged,
    /// A newer word is known, or they were deleted or forgotten since: nothing changed.
    Older,
}

impl Outcome {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Created => "created",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Older => "older",
        }
    }
}

/// A word for shards, and the authors whose shards must hear it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// What to tell.
    pub told: Told,
    /// Authors whom the customer had until now.
    #[serde(default)]
    pub also: Vec<Identity>,
}

/// What came of saying something of many: in their order, and what the Worker must tell shards now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Put {
    /// What came of each.
    pub outcomes: Vec<Outcome>,
    /// From which other customers each took an author.
    #[serde(default)]
    pub taken_from: Vec<Vec<String>>,
    /// Which authors each did not get: forgotten since, or another customer's by a later word.
    #[serde(default)]
    pub left_out: Vec<Vec<Identity>>,
    /// What to tell.
    pub errands: Vec<Errand>,
}

/// A customer as they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// They.
    pub customer: Customer,
    /// Which state this is.
    pub version: i64,
    /// When it was said: epoch milliseconds.
    pub at_ms: i64,
    /// By whom.
    pub by: String,
}

/// What is gone: who they were, what the Worker must tell shards, the key of tombstones and the customer's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// Their authors.
    pub identities: Vec<Identity>,
    /// The version of their end.
    pub version: i64,
    /// The key of tombstones.
    pub key: String,
    /// The tombstone.
    pub hash: String,
    /// What to tell, where they are only deleted.
    #[serde(default)]
    pub errands: Vec<Errand>,
    /// Whether they were known.
    pub known: bool,
}

/// Why the object refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// No such customer.
    NotFound,
    /// The storage failed.
    Storage(String),
}

impl From<SqlError> for Refused {
    fn from(why: SqlError) -> Self {
        Refused::Storage(why.to_string())
    }
}

impl From<serde_json::Error> for Refused {
    fn from(_: serde_json::Error) -> Self {
        Refused::Storage("an answer is not valid JSON".into())
    }
}
