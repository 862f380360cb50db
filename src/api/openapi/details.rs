//! The contract of invitations and of the details page.

use crate::api::route::Action;
use crate::details::form::{PHONE_CHARS, PHOTO_CHARS, REFERENCE_CHARS, Wish};
use crate::details::link::LONGEST_S;
use crate::platform::aside::How;
use crate::post::ID_BYTES;
use serde_json::{Value, json};

fn wish() -> Value {
    json!({"enum": Wish::ALL.map(Wish::as_str)})
}

/// The key of an invitation.
pub(super) fn key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": true,
        "schema": {"type": "string", "minLength": 1, "maxLength": 128},
        "description": "The same for every try of the same invitation. With another text or post it is 422.",
    })
}

/// The fields of a call's body: which must be there, and all.
pub(super) fn request(
    action: Action,
    lease: &Value,
    seen: &Value,
) -> (&'static [&'static str], Value) {
    match action {
        Action::Invite => (
            &["lease", "text"],
            json!({
                "lease": lease,
                "text": {"type": "string", "minLength": 1, "maxLength": 64 * 1024, "description":
                    "What to say. Where a link is how, it stands behind the text, which everybody reads; elsewhere `{details}` becomes a link to the details page."},
                "post": {"type": "string", "minLength": 1, "maxLength": ID_BYTES, "description":
                    "By an answer to which post; the newest where none is named."},
                "how": {"enum": How::ALL.map(How::as_str), "description": "By which way; the best where none is named."},
                "seen": seen,
            }),
        ),
        _ => (
            &["lease"],
            json!({
                "lease": lease,
                "for_s": {"type": "integer", "minimum": 60, "maximum": LONGEST_S, "description":
                    "How long the link is good; as configured where nothing is said."},
                "seen": seen,
            }),
        ),
    }
}

/// What is answered to a holder who asks for a link.
pub(super) fn link() -> Value {
    json!({"type": "object", "required": ["link", "until_ms"], "properties": {
        "link": {"type": "string", "description": "For a private message alone: a public reply with it is 422."},
        "until_ms": {"type": "integer"},
    }})
}

/// What is answered to a holder who reads what was left.
pub(super) fn left() -> Value {
    let text = |max: usize| json!({"type": "string", "maxLength": max});
    json!({"type": "object", "required": ["details"], "properties": {
        "details": {"type": "array", "description": "Oldest first.", "items": {
            "type": "object", "required": ["at_ms"], "properties": {
                "at_ms": {"type": "integer"},
                "reference": text(REFERENCE_CHARS),
                "photo": text(PHOTO_CHARS),
                "phone": text(PHONE_CHARS),
                "wish": wish(),
                "unread": {"enum": ["key_gone", "broken"], "description":
                    "Why it cannot be read: the key that sealed it is not in DETAILS_KEY any more, or it is not what was sealed."},
            }}},
    }})
}

/// That something was left.
pub(super) fn view() -> Value {
    json!({"type": "object", "required": ["n", "at_ms"], "description":
    "That the customer left something on the details page: its holder reads it with GET .../details.",
    "properties": {
        "n": {"type": "integer", "description": "How often."},
        "at_ms": {"type": "integer", "description": "When last."},
        "wish": {"enum": Wish::ALL.map(Wish::as_str), "description": "To be called or written to; only for its holder."},
    }})
}

/// How an author can be invited.
pub(super) fn private() -> Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "required": ["how", "rule"], "description":
    "How its author can be invited to a private conversation; only where one is claimed or looked at.",
    "properties": {
        "how": {"enum": How::ALL.map(How::as_str)},
        "until_ms": {"type": "integer", "description": "Until when, where the platform says."},
        "link": {"type": "string", "description": "What a public reply would carry, where a link is how."},
        "rule": {"type": "object", "required": ["says", "source", "date"],
            "properties": {"says": text, "source": text, "date": text}},
    }})
}
