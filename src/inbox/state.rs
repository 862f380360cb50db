//! The states in which things stand, each with its one word: in storage, between Worker and object, and in
//! the API.

use crate::sql::{SqlError, Value};
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$says:meta])* $state:ident = $word:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            )]
            pub enum $name {
                $(
                    $(#[$says])*
                    #[serde(rename = $word)]
                    $state,
                )*
            }

            impl $name {
                /// All of them.
                pub const ALL: [$name; [$($name::$state),*].len()] = [$($name::$state),*];

                /// Its word.
                pub fn as_str(self) -> &'static str {
                    match self {
                        $($name::$state => $word,)*
                    }
                }

                /// The one of that word.
                pub fn named(word: &str) -> Option<Self> {
                    Self::ALL.into_iter().find(|one| one.as_str() == word)
                }

                /// The one that is stored so.
                ///
                /// # Errors
                ///
                /// None has that word.
                pub fn read(stored: &str) -> Result<Self, SqlError> {
                    Self::named(stored).ok_or(SqlError::Json(stringify!($name)))
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(self.as_str())
                }
            }

            impl From<$name> for Value {
                fn from(one: $name) -> Self {
                    one.as_str().into()
                }
            }
        )*
    };
}

states! {
    /// Where an interaction stands, as agents see it.
    State {
        /// It can be claimed, now or after its delay.
        Waiting = "waiting",
        /// An agent holds it.
        Leased = "leased",
        /// It has ended.
        Done = "done",
        /// Too many leases on it ran out; a supervisor can redrive it.
        Dead = "dead",
    }

    /// Where an interaction stands as it is stored: whether one that is open waits or is leased, the clock says.
    Stored {
        /// It waits, or is leased.
        Open = "open",
        /// It has ended.
        Done = "done",
        /// Too many leases on it ran out.
        Dead = "dead",
    }

    /// Where a post stands.
    PostState {
        /// As it was made.
        Live = "live",
        /// Its author changed it.
        Edited = "edited",
        /// Its author took it back.
        Deleted = "deleted",
    }

    /// Where an acknowledgment stands: see [`super::outbox`].
    AckState {
        /// It is to be sent.
        Planned = "planned",
        /// A sender has it.
        Sending = "sending",
        /// It arrived.
        Sent = "sent",
        /// It did not, and is not tried again.
        Refused = "refused",
        /// It may have arrived.
        Unknown = "unknown",
        /// It was taken back before it left.
        Withdrawn = "withdrawn",
        /// It would have been sent, but that the source only tries.
        DryRun = "dry_run",
    }

    /// Where an agent's reply stands: see [`super::reply`].
    ReplyState {
        /// A sender has it.
        Sending = "sending",
        /// It arrived.
        Sent = "sent",
        /// It did not.
        Refused = "refused",
        /// It may have arrived.
        Unknown = "unknown",
    }

    /// What was done with an interaction, as its history tells it.
    Did {
        /// An agent leased it.
        Claimed = "claimed",
        /// Its holder gave it back.
        Released = "released",
        /// It was taken back from a caller who had hung up.
        GivenBack = "given_back",
        /// Its holder ended it.
        Resolved = "resolved",
        /// It ended because no post of it is left.
        Withdrawn = "withdrawn",
        /// Too many leases on it ran out.
        Dead = "dead",
        /// A supervisor gave it to somebody.
        Assigned = "assigned",
        /// A supervisor gave it another chance.
        Redriven = "redriven",
        /// Another of the same author and it became one.
        Joined = "joined",
        /// It had ended and opened again.
        Reopened = "reopened",
        /// It was said about us and not to us, and somebody took it into the queue.
        Promoted = "promoted",
        /// A post was edited.
        PostEdited = "post_edited",
        /// More is known of a post.
        PostCompleted = "post_completed",
        /// A post was deleted.
        PostDeleted = "post_deleted",
        /// The acknowledgment arrived.
        AckSent = "ack_sent",
        /// The platform did not take the acknowledgment.
        AckRefused = "ack_refused",
        /// The acknowledgment may have arrived.
        AckUnknown = "ack_unknown",
        /// The acknowledgment was taken back.
        AckWithdrawn = "ack_withdrawn",
        /// Nobody answered by the time that the acknowledgment promised.
        PromiseBroken = "promise_broken",
        /// What the acknowledgment promised fell away before its time.
        PromiseVoid = "promise_void",
        /// The author was told that it broke.
        WordSaid = "word_said",
        /// The author was told an update of an incident's line, or that it is over.
        UpdateSaid = "update_said",
        /// A reply arrived.
        ReplySent = "reply_sent",
        /// The platform did not take a reply.
        ReplyRefused = "reply_refused",
        /// A reply may have arrived.
        ReplyUnknown = "reply_unknown",
        /// A supervisor wrote down that the author wants no messages.
        StopRecorded = "stop_recorded",
        /// A supervisor wrote down that the author wants messages again.
        StartRecorded = "start_recorded",
        /// Its holder handed it to an agent or a workgroup.
        Transferred = "transferred",
        /// Its holder put it off until a time of theirs.
        Snoozed = "snoozed",
        /// An agent says that it was judged wrongly.
        Corrected = "corrected",
        /// Its holder made a link to the details page.
        DetailsLinked = "details_linked",
        /// The customer left details there.
        DetailsLeft = "details_left",
        /// The customer answered the survey.
        SurveyAnswered = "survey_answered",
        /// Its author was invited to a private conversation.
        Invited = "invited",
    }

    /// How an interaction ends that no agent ended.
    Ending {
        /// No post of it is left.
        Withdrawn = "withdrawn",
        /// Its posts are in another.
        Joined = "joined",
        /// Too many leases on it ran out.
        ClaimedTooOften = "claimed_too_often",
        /// Nobody touched it for as long as open work is kept.
        Untouched = "untouched",
    }
}

impl PostState {
    /// Where a post stands whose words are an edit's, or its first.
    pub(super) fn of(is_edit: bool) -> Self {
        if is_edit { Self::Edited } else { Self::Live }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These words are on disk, on the wire and in the API: a change here loses what is stored.
    #[test]
    fn words_are_pinned() {
        let words = |all: &[&'static str]| all.join(" ");
        assert_eq!(
            words(&State::ALL.map(State::as_str)),
            "waiting leased done dead"
        );
        assert_eq!(words(&Stored::ALL.map(Stored::as_str)), "open done dead");
        assert_eq!(
            words(&PostState::ALL.map(PostState::as_str)),
            "live edited deleted"
        );
        assert_eq!(
            words(&AckState::ALL.map(AckState::as_str)),
            "planned sending sent refused unknown withdrawn dry_run"
        );
        assert_eq!(
            words(&ReplyState::ALL.map(ReplyState::as_str)),
            "sending sent refused unknown"
        );
    }

    #[test]
    fn the_wire_says_the_stored_word() {
        for state in AckState::ALL {
            let said = serde_json::to_value(state).unwrap();
            assert_eq!(said, state.as_str());
            assert_eq!(serde_json::from_value(said).ok(), Some(state));
            assert_eq!(AckState::named(state.as_str()), Some(state));
        }
        for did in Did::ALL {
            assert_eq!(serde_json::to_value(did).unwrap(), did.as_str());
        }
        assert_eq!(AckState::named("gone"), None);
        assert!(AckState::read("gone").is_err());
    }
}
