//! Problem documents (RFC 9457): every error of the agents' API, with a stable `code`.

use crate::accounts::wire as accounts;
use crate::floor::wire as floor;
use crate::inbox::state::State;
use crate::inbox::wire::Refused;
use serde_json::{Map, Value};

/// Something wrong, as the caller is told. Never a secret, a token or a post's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// A stable word for programs.
    pub code: &'static str,
    /// What is wrong and what to do, for people.
    pub detail: String,
    /// The particulars: `field`, `holder`, `until_ms` ...
    pub more: Map<String, Value>,
}

/// The codes of all problems, with their status: for the contract's document.
pub const CODES: &[(&str, u16)] = &[
    ("malformed_json", 400),
    ("unauthorized", 401),
    ("token_revoked", 401),
    ("forbidden", 403),
    ("not_found", 404),
    ("method_not_allowed", 405),
    ("lease_lost", 409),
    ("ended", 409),
    ("unheard", 409),
    ("not_dead", 409),
    ("incident_ended", 409),
    ("incident_state", 409),
    ("no_line", 409),
    ("too_many_incidents", 409),
    ("withdrawn", 409),
    ("reply_in_flight", 409),
    ("no_credential", 409),
    ("credential_dead", 409),
    ("too_many_revoked", 409),
    ("too_many_agents", 409),
    ("not_served", 409),
    ("kept", 409),
    ("full", 409),
    ("open_already", 409),
    ("joined", 409),
    ("details_off", 409),
    ("survey_answered", 409),
    ("no_private_way", 409),
    ("occupied", 409),
    ("too_large", 413),
    ("invalid_field", 422),
    ("idempotency_key_reused", 422),
    ("text_too_long", 422),
    ("reply_held", 422),
    ("details_in_public", 422),
    ("rate_limited", 429),
    ("unavailable", 503),
    ("tokens_unchecked", 503),
];

impl Problem {
    pub(super) fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            more: Map::new(),
        }
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.more.insert(key.to_string(), value.into());
        self
    }

    /// A field is missing or bad: 422, naming it.
    pub fn field(field: &str, detail: impl Into<String>) -> Self {
        let detail = format!("{field}: {}", detail.into());
        Self::new(422, "invalid_field", detail).with("field", field)
    }

    /// The body is no JSON object: 400.
    pub fn malformed_json(detail: impl Into<String>) -> Self {
        Self::new(400, "malformed_json", detail)
    }

    /// No token, or not a good one: 401.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(401, "unauthorized", detail)
    }

    /// A good token of the wrong role: 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(403, "forbidden", detail)
    }

    /// A good token that somebody revoked: 401.
    pub fn revoked() -> Self {
        Self::new(
            401,
            "token_revoked",
            "this token was revoked; ask a supervisor for another",
        )
    }

    /// Nobody can say which tokens are revoked, and that for too long: 503.
    pub fn tokens_unchecked() -> Self {
        Self::new(
            503,
            "tokens_unchecked",
            "which tokens are revoked could not be learnt for five minutes, so none is believed; the operator's \
             log says why",
        )
    }

    /// Too often: 429, and when it is worth another try.
    pub fn rate_limited(detail: impl Into<String>, after_ms: i64) -> Self {
        let after_s = after_ms.saturating_add(999).div_euclid(1_000).max(1);
        Self::new(429, "rate_limited", detail).with("retry_after_s", after_s)
    }

    /// No such token: 404.
    pub fn no_token() -> Self {
        Self::new(
            404,
            "not_found",
            "no token of yours to revoke has this id; GET /v1/tokens lists them",
        )
    }

    /// Not found: 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(404, "not_found", detail)
    }

    /// No such route: 404.
    pub fn no_route() -> Self {
        Self::new(
            404,
            "not_found",
            "no such route; GET /openapi.json lists them",
        )
    }

    /// No such interaction: 404.
    pub fn no_interaction() -> Self {
        Self::new(404, "not_found", "no interaction has this id")
    }

    /// No such workgroup: 404.
    pub fn no_workgroup() -> Self {
        Self::new(
            404,
            "not_found",
            "no source and no rule names this workgroup",
        )
    }

    /// No such receiver: 404.
    pub fn no_receiver() -> Self {
        Self::new(404, "not_found", "no receiver has this id")
    }

    /// The route is there, the method is not: 405.
    pub fn method(allowed: &str) -> Self {
        Self::new(
            405,
            "method_not_allowed",
            format!("this route takes {allowed}"),
        )
        .with("allow", allowed)
    }

    /// The body is past the cap: 413.
    pub fn too_large(cap_bytes: usize) -> Self {
        Self::new(
            413,
            "too_large",
            format!("a body may have {cap_bytes} bytes"),
        )
    }

    /// The source can't reply: 409.
    pub fn no_credential() -> Self {
        Self::new(
            409,
            "no_credential",
            "the source has no reply credential; GET /readyz names the secret to set",
        )
    }

    /// What lies here is not of the export that is brought: 409.
    pub fn occupied() -> Self {
        Self::new(
            409,
            "occupied",
            "this installation holds other work: an export is taken in by an empty one",
        )
    }

    /// The storage or a shard failed: 503. What failed is in the operator's log.
    pub fn storage() -> Self {
        Self::new(
            503,
            "unavailable",
            "the queue could not answer; try again in a moment",
        )
    }
}

impl From<accounts::Refused> for Problem {
    fn from(refused: accounts::Refused) -> Self {
        match refused {
            accounts::Refused::NotFound => Self::no_token(),
            accounts::Refused::Full => Self::new(
                409,
                "too_many_revoked",
                "so many tokens are revoked that it is time for another TOKEN_KEY, which ends all of them",
            ),
            accounts::Refused::Storage(_) => Self::storage(),
        }
    }
}

impl From<floor::Refused> for Problem {
    fn from(refused: floor::Refused) -> Self {
        match refused {
            floor::Refused::NotYours => Self::new(
                404,
                "not_found",
                "no such agent of yours: they serve workgroups that the token does not",
            ),
            floor::Refused::Full => Self::new(
                409,
                "too_many_agents",
                "so many agents have settings that another cannot have any",
            ),
            floor::Refused::Absent | floor::Refused::Storage(_) => Self::storage(),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound => Self::no_interaction(),
            Refused::LeaseLost {
                holder,
                until_ms,
                state,
            } => {
                let detail = match (&holder, state) {
                    (Some(holder), _) => format!("the lease is not yours: {holder} holds it"),
                    (None, State::Done) => "the interaction has ended".to_string(),
                    (None, State::Dead) => "the interaction is dead; redrive it first".to_string(),
                    (None, _) => "the lease is not yours any more; claim again".to_string(),
                };
                Self::new(409, "lease_lost", detail)
                    .with("holder", holder)
                    .with("until_ms", until_ms)
                    .with("state", state.as_str())
            }
            Refused::Ended { outcome } => Self::new(
                409,
                "ended",
                format!("it has ended already, as \"{outcome}\""),
            )
            .with("outcome", outcome),
            Refused::Unheard => Self::new(
                409,
                "unheard",
                "its author has said more than you say to have seen; extend, read the news, then resolve with \
                 `seen`: the cursor that extend gave",
            ),
            Refused::NoSuchCursor => {
                Self::field("seen", "is not a cursor that this interaction gave")
            }
            Refused::NotDead => Self::new(409, "not_dead", "only a dead interaction is redriven"),
            Refused::KeyReused => Self::new(
                422,
                "idempotency_key_reused",
                "this Idempotency-Key came from another agent, with another text or for another post; a new \
                 reply needs a new key",
            )
            .with("field", "Idempotency-Key"),
            Refused::ReplyInFlight => Self::new(
                409,
                "reply_in_flight",
                "a reply with this Idempotency-Key is on its way; ask again in a moment",
            ),
            Refused::Withdrawn => Self::new(
                409,
                "withdrawn",
                "its author deleted the post; there is nothing to answer",
            ),
            Refused::NoCredential => Self::no_credential(),
            Refused::CredentialDead { why } => Self::new(
                409,
                "credential_dead",
                format!(
                    "the platform refuses the source's credential ({why}), so nothing was sent; GET /readyz names \
                     the secret to replace, and then the same Idempotency-Key is good"
                ),
            )
            .with("why", why),
            Refused::NotServed { workgroup } => Self::field(
                "agent",
                format!("no token of theirs serves \"{workgroup}\" now; name another agent, or a workgroup of theirs too"),
            ),
            Refused::NoSuchPost => Self::field("post", "no post of this interaction has this id"),
            Refused::TooLong { unit, max, is } => Self::new(
                422,
                "text_too_long",
                format!("text: {is} {unit}, and the platform takes {max}"),
            )
            .with("field", "text")
            .with("max", max)
            .with("is", is)
            .with("unit", unit),
            Refused::NotYours { workgroup } => Self::new(
                409,
                "not_served",
                format!("it is \"{workgroup}\"'s, which you do not serve now"),
            )
            .with("workgroup", workgroup.as_str()),
            Refused::KeptFor { agent, until_ms } => Self::new(
                409,
                "kept",
                format!("it is kept for {agent} for a while; they or a supervisor can pass it on"),
            )
            .with("holder", agent)
            .with("until_ms", until_ms),
            Refused::Full { what, max } => Self::new(
                409,
                "full",
                format!("an interaction may have {max} {what}"),
            )
            .with("max", max),
            Refused::OpenAlready { id } => Self::new(
                409,
                "open_already",
                format!("its author has another one open with the same source: {id}"),
            )
            .with("id", id.as_str()),
            Refused::JoinedTo { id } => Self::new(
                409,
                "joined",
                format!("its posts are in another one now: {id}"),
            )
            .with("id", id.as_str()),
            Refused::HeldBack { findings } => {
                let says: Vec<&str> = findings
                    .iter()
                    .filter(|one| one.held)
                    .map(|one| one.says.as_str())
                    .collect();
                let detail = format!("text: {}; nothing was sent", says.join("; "));
                let findings = serde_json::to_value(&findings).unwrap_or_default();
                Self::new(422, "reply_held", detail)
                    .with("field", "text")
                    .with("warnings", findings)
            }
            Refused::DetailsOff => Self::new(
                409,
                "details_off",
                "there is no details page and no survey: the operator has not set DETAILS_KEY",
            ),
            Refused::SurveyAnswered => Self::new(
                409,
                "survey_answered",
                "text: the customer has answered the survey of this interaction; leave {survey} out",
            )
            .with("field", "text"),
            Refused::DetailsInPublic => Self::new(
                422,
                "details_in_public",
                "text: it holds a link to a details page, and everybody would read it; send it in a private message",
            )
            .with("field", "text"),
            Refused::NoPrivateWay { why } => {
                Self::new(409, "no_private_way", why.says()).with("why", why.as_str())
            }
            Refused::Storage(_) => Self::storage(),
        }
    }
}
