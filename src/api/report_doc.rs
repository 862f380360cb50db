//! The contract of `GET /v1/report`.

use super::books_doc as books;
use super::coverage_doc as coverage;
use super::series_doc;
use crate::inbox::overview::BY;
use serde_json::{Value, json};

fn integer(says: &str) -> Value {
    json!({"type": "integer", "description": says})
}

fn maybe(says: &str) -> Value {
    json!({"type": ["integer", "null"], "description": says})
}

fn number(says: &str) -> Value {
    json!({"type": ["number", "null"], "description": says})
}

/// The parameters of the call.
pub(super) fn parameters() -> Vec<Value> {
    let parameter = |(name, schema, says)| json!({"name": name, "in": "query", "schema": schema, "description": says});
    coverage::times().into_iter().map(parameter).collect()
}

/// The answer.
pub(super) fn report() -> Value {
    let by = BY.map(|by| by.as_str());
    json!({"type": "object",
    "required": ["as_of_ms", "from_ms", "to_ms", "before_from_ms", "counted_since_ms", "complete", "comparable", "volume",
        "coverage", "sla", "situations", "products", "products_complete", "hurdles", "advocates", "acknowledgments", "ignored"],
    "properties": {
        "as_of_ms": integer("As of when, in epoch milliseconds."),
        "from_ms": integer("The beginning of the period, in epoch milliseconds."),
        "to_ms": integer("Its end, in epoch milliseconds."),
        "before_from_ms": integer("The beginning of the period before, which is as long and ends where this one begins, in epoch milliseconds."),
        "counted_since_ms": integer("What came before this was not counted, in epoch milliseconds."),
        "complete": {"type": "boolean", "description": "Whether all of the period was counted."},
        "comparable": {"type": "boolean", "description": "Whether all of the period before was, too. Else nothing is held against it."},
        "volume": {"type": "object", "description": "How much came.", "required": ["came", "matters", "came_before", "matters_before", "days"], "properties": {
            "came": integer("How many posts."),
            "matters": integer("Of those: how many opened an interaction."),
            "came_before": maybe("How many posts in the period before; null where that was not counted."),
            "matters_before": maybe("How many of those opened an interaction; null where that was not counted."),
            "days": {"type": "array", "description": "By day, in UTC; days on which nothing came are left out.", "items": {"type": "object",
                "required": ["from_ms", "came", "missed"], "properties": {
                    "from_ms": integer("When the day begins, in epoch milliseconds."),
                    "came": integer("How many posts came on it."),
                    "missed": integer("Of those that need an answer: nobody answered."),
                }}},
        }},
        "coverage": {"type": "object", "description": "What became of the posts, as GET /v1/coverage tells it.", "required": ["total", "by", "gaps"], "properties": {
            "total": coverage::covered(json!({})),
            "before": coverage::covered(json!({})),
            "by": {"type": "array", "description": "The same by platform, level, language, source and workgroup.", "items": {"type": "object", "required": ["by", "groups"], "properties": {
                "by": {"enum": by, "description": "By what."},
                "groups": {"type": "array", "description": "Each group.", "items": coverage::covered(json!({"key": {"type": "string", "description": "Which group."}}))},
            }}},
            "gaps": coverage::gaps(),
        }},
        "sla": {"type": "object", "description": "How long people took, as GET /v1/sla tells it.", "required": ["now"], "properties": {
            "now": books::figures(),
            "before": books::figures(),
        }},
        "situations": {"type": "array", "description": "What happened to people, the most frequent first, held against the period before.", "items": {"type": "object",
            "required": ["situation", "posts", "matters", "matters_before", "ratio", "low", "high", "difference", "says"], "properties": {
                "situation": {"type": "string", "description": "What happened; `none` where nothing is certain."},
                "posts": integer("How many posts."),
                "matters": integer("Of those: how many opened an interaction. These are compared: who writes ten times is one."),
                "matters_before": maybe("The same of the period before; null where that was not counted."),
                "ratio": number("matters / matters_before; null where there was none before."),
                "low": number("Between what the ratio lies by chance alone (95 %): the lower end; null where nothing is compared."),
                "high": number("The upper end; null where there is none."),
                "difference": {"enum": ["more", "fewer", null], "description": "Set where it is more than chance explains: of all that are told so, a tenth is expected to be chance (Benjamini and Hochberg, q = 0.10)."},
                "says": {"type": "string", "description": "The same in a sentence."},
            }}},
        "products": {"type": "array", "description": "The configuration's products ([[products]]), those of which most people complained first, held against the period before.", "items": {"type": "object",
            "required": ["product", "posts", "people", "people_before", "complained", "complained_before", "ratio", "low", "high", "difference", "says"], "properties": {
                "product": {"type": "string", "description": "Its name."},
                "posts": integer("How many posts name it that stand."),
                "people": integer("How many people wrote those."),
                "people_before": maybe("The same of the period before; null where that can not be told."),
                "complained": integer("How many people complained in one of them. These are compared."),
                "complained_before": maybe("The same of the period before; null where that can not be told."),
                "ratio": number("complained / complained_before; null where there was none before."),
                "low": number("Between what the ratio lies by chance alone (95 %): the lower end; null where nothing is compared."),
                "high": number("The upper end; null where there is none."),
                "difference": {"enum": ["more", "fewer", null], "description": "Set where it is more than chance explains: of all products that are told so, a tenth is expected to be chance."},
                "says": {"type": "string", "description": "The same in a sentence."},
            }}},
        "products_complete": {"type": "boolean", "description": "Whether all posts of the period could be looked at for products."},
        "hurdles": {"type": "array", "description": "The five situations that most people were in, in their words.", "items": {"type": "object",
            "required": ["situation", "matters", "examples"], "properties": {
                "situation": {"type": "string", "description": "What happened."},
                "matters": integer("How many interactions it opened."),
                "examples": {"type": "array", "description": "The newest public complaints of three people, without names, numbers, handles and addresses; fewer where there are no more that can be told so.", "items": {"type": "object",
                    "required": ["lang", "text"], "properties": {
                        "lang": {"type": "string", "description": "Its language (ISO 639-1)."},
                        "text": {"type": "string", "description": "What they said."},
                    }}},
            }}},
        "advocates": {"type": ["object", "null"], "description": "Steps from customer to advocate, as people set them (`stages` of PUT /v1/customers/{customer}); null where the customers' object did not answer.",
            "required": ["asked", "posted", "joined", "asked_posted", "asked_joined", "interval", "says"], "properties": {
                "asked": integer("Customers who were asked in the period."),
                "posted": integer("Who spoke for the brand in it, asked or not."),
                "joined": integer("Who joined in it."),
                "asked_posted": integer("Of those who were asked in the period: who spoke since, up to now."),
                "asked_joined": integer("... and who joined since."),
                "interval": {"type": ["array", "null"], "items": {"type": "number"}, "description": "Of asked_posted / asked: Wilson's interval (95 %); null below 10."},
                "says": {"type": "string", "description": "The same in a sentence."},
            }},
        "series": series_doc::told(),
        "goals": series_doc::goals(),
        "acknowledgments": {"type": "object", "description": "What automatic notes came to.", "required": ["noted", "noted_and_answered", "noted_only"], "properties": {
            "noted": integer("How many posts a note went out for, of those that stand."),
            "noted_and_answered": integer("Of those: a person answered, too."),
            "noted_only": integer("Of those: no person answered."),
        }},
        "ignored": {"type": "object", "additionalProperties": {"type": "integer"},
            "description": "Updates that are no posts of customers, by why they were ignored; only for a token of all workgroups."},
    }})
}

/// Somebody, as the platform tells of them.
pub(super) fn person(says: &str) -> Value {
    let text = |says: &str| json!({"type": "string", "description": says});
    json!({"type": "object", "required": ["id"], "description": says, "properties": {
        "id": text("The platform's id of them."), "name": text("What they call themselves."),
        "handle": text("The name by which the platform addresses them."),
        "followers": integer("How many follow them, where the platform says."),
        "bot": {"type": "boolean", "description": "Whether the platform says that it is a program."},
        "staff": {"type": "boolean", "description": "Whether the platform says that they are one of us."},
        "aliases": {"type": "array", "items": {"type": "string"}, "description": "What else the platform calls them."},
    }})
}

/// The answer to `GET /v1/peers`.
pub(super) fn peers() -> Value {
    let text = |says: &str| json!({"type": "string", "description": says});
    json!({"type": "object", "required": ["from_ms", "to_ms", "peers"], "properties": {
        "from_ms": integer("The beginning of the first hour, in epoch milliseconds."),
        "to_ms": integer("The end of the last hour, in epoch milliseconds."),
        "peers": {"type": "array", "description": "At most 50, those whom authors thanked most first.", "items": {"type": "object",
            "required": ["source", "author", "answers", "thanked", "last_ms", "last_post"], "properties": {
                "source": text("Our account under whose post, or in whose forum, they answered."),
                "author": text("The platform's id of them."),
                "known": person("What else is known of them, where a matter of theirs is kept."),
                "answers": integer("How many answers to customers who waited."),
                "thanked": integer("After how many of those the author thanked."),
                "last_ms": integer("When the latest came, in epoch milliseconds."),
                "last_post": text("The latest, by the platform's id."),
            }}},
    }})
}
