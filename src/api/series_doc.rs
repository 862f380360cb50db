//! The contract of the brand's own figures: `POST /v1/series`, and what the report tells of them.

use super::series::MOST_LINES;
use serde_json::{Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

fn maybe(kind: &str, says: &str) -> Value {
    json!({"type": [kind, "null"], "description": says})
}

fn interval(says: &str) -> Value {
    json!({"type": ["array", "null"], "items": {"type": "number"}, "description": says})
}

/// The body of `POST /v1/series`.
pub(super) fn lines() -> Value {
    json!({"type": "string", "description": format!("At most {MOST_LINES} lines; each is a JSON object: `series`, a name of [[series]]; `day` \
(2026-11-22, of UTC) or `hour` (its beginning, RFC 3339 or epoch milliseconds); and `value`, a number from 0 with at most three places behind the point, or `gone`: true, which takes back what was said.")})
}

/// The answer.
pub(super) fn put() -> Value {
    json!({"type": "object", "required": ["lines", "kept", "failed", "problems"], "properties": {
        "lines": integer("How many lines there were."), "kept": integer("How many were kept."), "failed": integer("How many failed."),
        "problems": {"type": "array", "description": "The lines that failed.", "items": {"type": "object",
            "required": ["line", "code", "detail"], "properties": {
                "line": integer("Its number, from 1."), "code": {"type": "string", "description": "As in a problem."},
                "detail": {"type": "string", "description": "What is wrong and what to do."},
                "field": {"type": "string", "description": "The field that is bad."}}}},
    }})
}

/// The series of a report.
pub(super) fn told() -> Value {
    json!({"type": ["array", "null"], "description": "The brand's own figures ([[series]]) beside what people wrote; only for a token of all workgroups; null where the customers' object did not answer.",
    "items": {"type": "object", "required": ["series", "total", "value", "hours", "complaints", "per_10000", "interval", "value_before", "hours_before",
        "complaints_before", "ratio", "low", "high", "difference", "says", "days"], "properties": {
        "series": {"type": "string", "description": "Its name."},
        "total": {"enum": ["sum", "mean"], "description": "How hours and days are put together: added, or the mean over time."},
        "value": maybe("number", "Of the period; null where there is no figure of it."),
        "hours": integer("Of how many hours of the period there is a figure."),
        "complaints": integer("How many interactions a complaint opened in those hours."),
        "per_10000": maybe("number", "complaints for each 10,000 of it; null where it is no base (`complaints_per_10000`)."),
        "interval": interval("Its interval of 95 % (Byar's)."),
        "value_before": maybe("number", "Of the period before; null where there is none, or that was not counted."),
        "hours_before": maybe("integer", "Of how many hours of it."),
        "complaints_before": maybe("integer", "How many interactions a complaint opened in those."),
        "ratio": maybe("number", "How many times as many complaints for each of it as before."),
        "low": maybe("number", "Between what the ratio lies by chance alone (95 %): the lower end."),
        "high": maybe("number", "The upper end; null where there is none."),
        "difference": {"enum": ["more", "fewer", null], "description": "Set where it is more than chance explains: of all series that are told so, a tenth is expected to be chance."},
        "says": {"type": "string", "description": "The same in a sentence."},
        "days": {"type": "array", "description": "By day, in UTC; days without a figure are left out.", "items": {"type": "object",
            "required": ["from_ms", "hours", "value", "complaints", "per_10000"], "properties": {
                "from_ms": integer("When the day begins, in epoch milliseconds."),
                "hours": integer("Of how many hours of it there is a figure."),
                "value": {"type": "number", "description": "The figure."},
                "complaints": integer("How many interactions a complaint opened in those hours."),
                "per_10000": maybe("number", "complaints for each 10,000 of it."),
            }}},
    }}})
}

/// The goals of a report.
pub(super) fn goals() -> Value {
    json!({"type": "array", "description": "What is aimed at ([[goals]]), and whether it is met.", "items": {"type": "object",
    "required": ["figure", "series", "at_most", "at_least", "value", "interval", "met", "sure", "says"], "properties": {
        "figure": {"enum": ["unanswered_rate", "first_reply_attainment", "complaints", "total", "complaints_per_10000"], "description": "Of what."},
        "series": maybe("string", "Of which series; null for the others."),
        "at_most": maybe("number", "It is to be at most that."),
        "at_least": maybe("number", "It is to be at least that."),
        "value": maybe("number", "What it is; null where that can not be told: a share of fewer than ten, or a total of a period that has not all its figures."),
        "interval": interval("Its interval of 95 %; null for a total."),
        "met": maybe("boolean", "Whether it is met; null where that can not be told."),
        "sure": maybe("boolean", "Whether all of the interval is on that side: else it may be chance."),
        "says": {"type": "string", "description": "The same in a sentence."},
    }}})
}
