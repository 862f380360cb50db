//! What a period looks like from above, and the one before it: what a shard's kept counters say for
//! `GET /v1/report`, in one question.

use super::cohort::{self, By, FateSum, Fates, FatesAsked, ShowFates};
use super::context::Desk;
use super::hurdle::{self, Example};
use super::naming::{self, Hours, Named};
use super::question::{Concern, Question};
use super::sla::{self, Key, SlaAsked, Sum};
use super::visible;
use super::wire::Refused;
use crate::scope::Scope;
use crate::sql::Sql;
use serde::{Deserialize, Serialize};

/// By what a report tells its posts apart.
pub const BY: [By; 6] = [
    By::Hour,
    By::Platform,
    By::Level,
    By::Language,
    By::Source,
    By::Workgroup,
];

/// What does this period look like, and the one before?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowOverview {
    /// The first hour, since 1970.
    pub from_hour: i64,
    /// The hour after the last.
    pub to_hour: i64,
}

impl ShowOverview {
    /// The first hour of the period before.
    pub fn before_hour(&self) -> i64 {
        2 * self.from_hour - self.to_hour
    }

    fn fates(&self, by: By) -> FatesAsked {
        FatesAsked {
            from_hour: self.from_hour,
            to_hour: self.to_hour,
            by,
        }
    }

    fn before(&self, by: By) -> FatesAsked {
        FatesAsked {
            from_hour: self.before_hour(),
            to_hour: self.from_hour,
            by,
        }
    }
}

/// What a shard counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// By situation, and the rest that is told of coverage.
    pub fates: Fates,
    /// The sums by all else, in the order of [`BY`].
    #[serde(default)]
    pub by: Vec<Vec<FateSum>>,
    /// By situation, of the period before.
    #[serde(default)]
    pub before: Vec<FateSum>,
    /// By hour, how many interactions a complaint opened, of the period before too.
    #[serde(default)]
    pub complaints: Vec<(i64, i64)>,
    /// How long people took.
    #[serde(default)]
    pub sla: Vec<Sum>,
    /// The same of the period before, as far back as that is counted.
    #[serde(default)]
    pub sla_before: Vec<Sum>,
    /// Who named which product.
    #[serde(default)]
    pub named: Named,
    /// What people said of what happened to them.
    #[serde(default)]
    pub examples: Vec<Example>,
}

impl Question for ShowOverview {
    const NAME: &'static str = "ShowOverview";
    type Answer = Overview;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        let asked = self.fates(By::Situation);
        let fates = ShowFates { asked, gaps: true }.answer(desk, scope)?;
        let seen = visible::workgroups(desk, scope)?;
        let sums = |asked| cohort::sums(desk, scope.all, &seen, &asked);
        let by = BY.into_iter().map(|by| sums(self.fates(by)));
        let took = |from_hour, to_hour| {
            let asked = SlaAsked {
                from_hour,
                to_hour,
                by: Key::Workgroup,
            };
            sla::sums(desk, scope.all, &seen, &asked)
        };
        let hours = Hours {
            before: self.before_hour(),
            from: self.from_hour,
            to: self.to_hour,
        };
        let only = (!scope.all).then_some(seen.as_slice());
        super::standing::advance(desk, super::standing::ASKED)?;
        Ok(Overview {
            fates,
            by: by.collect::<Result<_, _>>()?,
            before: sums(self.before(By::Situation))?,
            complaints: cohort::complaints(
                desk,
                scope.all,
                &seen,
                (self.before_hour(), self.to_hour),
            )?,
            sla: took(self.from_hour, self.to_hour)?,
            sla_before: took(self.before_hour(), self.from_hour)?,
            named: naming::named(desk, hours, only)?,
            examples: hurdle::examples(desk, hours, only)?,
        })
    }
}
