//! Answering questions, each in one transaction: an error undoes all of it.

use super::alarms::ShowAlarms;
use super::bulk::Bulk;
use super::cohort::ShowFates;
use super::consent::RecordStop;
use super::correct::{Correct, ShowCorrections};
use super::customer::{HearKin, KinTold, LearnCustomers};
use super::decisions::ShowDecisions;
use super::details::{LeaveDetails, MakeLink, ReadDetails, ShowPage};
use super::errand::{ShowErrands, UndoRetask};
use super::event::Feed;
use super::fetch::{BeginFetch, FinishFetch};
use super::figures::ShowSla;
use super::forget::{ForgetAuthors, Unsaw};
use super::hand_over::{GiveUp, HandOver, HasStopped};
use super::holders::ShowHolders;
use super::invite::BeginInvite;
use super::kept::{Snooze, Transfer};
use super::layout::Layout;
use super::let_go::LetGo;
use super::line::{FinishLine, HearLine};
use super::listen::{CountDropped, ShowListening};
use super::look::{List, Show, ShowBacklog};
use super::marks::{AddNote, Tag};
use super::needs::ShowNeeds;
use super::outbox::{BeginAcks, FinishAck};
use super::overview::ShowOverview;
use super::past::ShowPast;
use super::pause::{Pause, Resume, ShowPaused};
use super::peer::ShowPeers;
use super::pick::{ClaimOne, Reopen};
use super::promise::ShowPromises;
use super::promote::PromoteHeard;
use super::question::{Asked, By, Concern, Question};
use super::receivers::{Resend, ShowReceivers};
use super::reply::{BeginReply, CheckReply, FinishReply};
use super::report::ShowAcks;
use super::retask::Retask;
use super::satisfaction::{AnswerSurvey, ShowSurveyPage, ShowSurveys};
use super::similar::{FindSimilar, ShowGist};
use super::survey::Survey;
use super::take_in::TakeIn;
use super::taught::{SetAdapter, ShowLessons};
use super::theirs::ExportAuthor;
use super::visible;
use super::whose::FindPosts;
use super::wire::Refused;
use super::word::FinishWord;
use super::work::{
    Assign, Claim, Extend, GiveBack, Heads, Held, Leave, Redrive, Release, Resolve, Retake, Wait,
};
use crate::carried::{Export, Import};
use crate::deeds::{self, Deed};
use crate::document::Document;
use crate::inbox::context::Desk;
use crate::scope::Scope;
use crate::sql::Sql;
use serde::{Deserialize, Serialize};

macro_rules! questions {
    ($($name:ident),+ $(,)?) => {
        /// Every question to a shard, as it comes over the wire.
        // A question is made once and told once: a box would cost more than its bytes.
        #[allow(clippy::large_enum_variant)]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Ask {
            $(#[doc = concat!("A [`", stringify!($name), "`].")] $name($name),)+
        }

        $(impl From<$name> for Ask {
            fn from(question: $name) -> Self {
                Self::$name(question)
            }
        })+

        impl Ask {
            /// Whom this concerns.
            pub fn concern(&self) -> Concern {
                match self {
                    $(Self::$name(question) => question.concern(),)+
                }
            }

            /// The answer, as it goes over the wire.
            fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Document, Refused> {
                match self {
                    $(Self::$name(question) => Ok(Document::of(&question.answer(desk, scope)?)?),)+
                }
            }
        }

        #[cfg(test)]
        const NAMES: &[(&str, &str)] = &[$(($name::NAME, stringify!($name))),+];
    };
}

questions! {
    TakeIn,
    Layout,
    HandOver,
    GiveUp,
    HasStopped,
    BeginAcks,
    FinishAck,
    Wait,
    Leave,
    Heads,
    Claim,
    Retake,
    Held,
    GiveBack,
    Extend,
    BeginReply,
    FinishReply,
    Resolve,
    Release,
    Assign,
    Redrive,
    Retask,
    RecordStop,
    Pause,
    Resume,
    ShowPaused,
    Show,
    List,
    ShowBacklog,
    ShowAcks,
    ShowAlarms,
    ShowDeeds,
    ShowPromises,
    ShowSla,
    UndoRetask,
    ShowErrands,
    FinishWord,
    Survey,
    Bulk,
    ClaimOne,
    Transfer,
    Snooze,
    Reopen,
    Tag,
    AddNote,
    CheckReply,
    Correct,
    ShowCorrections,
    ShowNeeds,
    ShowHolders,
    FindPosts,
    HearLine,
    FinishLine,
    Feed,
    ShowReceivers,
    Resend,
    MakeLink,
    ShowPage,
    LeaveDetails,
    ReadDetails,
    BeginInvite,
    BeginFetch,
    FinishFetch,
    LearnCustomers,
    HearKin,
    KinTold,
    ForgetAuthors,
    Unsaw,
    ExportAuthor,
    ShowPast,
    ShowFates,
    ShowOverview,
    ShowGist,
    FindSimilar,
    ShowPeers,
    LetGo,
    ShowSurveyPage,
    AnswerSurvey,
    ShowSurveys,
    ShowDecisions,
    ShowListening,
    PromoteHeard,
    CountDropped,
    ShowLessons,
    SetAdapter,
    Export,
    Import,
}

/// What did supervisors do?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShowDeeds {
    /// Which.
    pub asked: deeds::Asked,
}

impl Question for ShowDeeds {
    const NAME: &'static str = "ShowDeeds";
    type Answer = Vec<Deed>;

    fn concern(&self) -> Concern {
        Concern::Callers
    }

    fn answer<S: Sql>(self, desk: Desk<'_, S>, scope: &Scope) -> Result<Self::Answer, Refused> {
        Ok(deeds::page(desk.sql, scope, &self.asked)?)
    }
}

/// Answers what came over the wire. What callers ask for must say who asks ([`By`]): a Worker that does
/// not say it is told nothing.
///
/// # Errors
/// Why it is refused.
pub fn receive<S: Sql>(desk: Desk<'_, S>, asked: Asked<Ask>) -> Result<Document, Refused> {
    match (&asked.by, asked.ask.concern()) {
        (None, Concern::One(_) | Concern::Callers) => Err(Refused::Storage(
            "the question does not say who asks".into(),
        )),
        (Some(_), _) | (None, Concern::Own) => pass(desk, asked.by, asked.ask),
    }
}

/// Answers any question, in somebody's name or seeing everything.
///
/// # Errors
/// Why it is refused.
pub fn pass<S: Sql>(desk: Desk<'_, S>, by: Option<By>, ask: Ask) -> Result<Document, Refused> {
    desk.sql.transaction(|| {
        let scope = seen(desk, by, ask.concern())?;
        ask.answer(desk, &scope)
    })
}

/// Answers a question that somebody asks, or that sees everything.
///
/// # Errors
/// Why it is refused.
pub fn serve<S: Sql, Q: Question>(
    desk: Desk<'_, S>,
    by: Option<By>,
    question: Q,
) -> Result<Q::Answer, Refused> {
    desk.sql.transaction(|| {
        let scope = seen(desk, by, question.concern())?;
        question.answer(desk, &scope)
    })
}

/// What somebody may see: what they may not is not there for them. A deed of theirs is written down.
fn seen<S: Sql>(desk: Desk<'_, S>, by: Option<By>, concern: Concern) -> Result<Scope, Refused> {
    let Some(By { scope, deed }) = by else {
        return Ok(Scope::whole());
    };
    let mut whose = None;
    if let Concern::One(seq) = concern {
        whose = Some(visible::workgroup(desk, &scope, seq)?);
    }
    if let Some(deed) = deed {
        let workgroup = deed.workgroup.clone().or(whose);
        deeds::keep(
            desk.sql,
            &Deed { workgroup, ..deed },
            desk.config.limits.audit_days,
        )?;
    }
    Ok(scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_called_on_the_wire_what_it_is_called_here() {
        for (wire, here) in NAMES {
            assert_eq!(wire, here);
        }
    }
}
