//! What a shard knows of how long people took, and of what stands open now: `GET /v1/sla`.

use super::context::Desk;
use super::question::{Concern, Question};
use super::sla::{self, SlaAsked, Sum};
use super::wire::Refused;
use super::{standing, visible};
use crate::post::Workgroup;
use crate::scope::Scope;
use crate::sql::Sql;
use serde::{Deserialize, Serialize};

/// How long did people take, and what stands open?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowSla {
    /// When, and by what.
    pub asked: SlaAsked,
    /// Only of this workgroup.
    #[serde(default)]
    pub workgroup: Option<Workgroup>,
}

/// What a shard counted, and what stands open in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The sums.
    pub sums: Vec<Sum>,
    /// What is open.
    #[serde(default)]
    pub now: standing::Now,
}

impl Question for ShowSla {
    const NAME: &'static str = "ShowSla";
    type Answer = Figures;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        standing::advance(desk, standing::ASKED)?;
        let (all, seen) = visible::only(desk, scope, self.workgroup.as_ref())?;
        Ok(Figures {
            sums: sla::sums(desk, all, &seen, &self.asked)?,
            now: standing::now(desk, all, &seen, self.asked.by)?,
        })
    }
}
