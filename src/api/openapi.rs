//! The contract as an OpenAPI 3.1 document, made from the route table.
//!
//! Made natively and served as text: `openapi.json` beside this file is what `heard openapi` prints,
//! and a test holds the two together. The code that makes it would be a tenth of the Wasm.

mod details;
mod finish;
mod lists;
mod schemas;
mod words;

use super::books_doc as books;
use super::carry_doc;
use super::coverage_doc as coverage;
use super::customers_doc as customers;
use super::incidents_doc as incidents;
use super::listening_doc;
use super::live_doc as live;
use super::problem::CODES;
use super::report_doc;
use super::route::{Action, ROUTES, Role, Route};
use super::rules_doc;
use super::samples_doc;
use super::series_doc;
use super::surveys_doc;
use super::taught_doc;
use crate::config::replies;
use crate::config::{MAX_LEASE_S, MAX_LEASE_WISH_S};
use crate::floor::wire::Presence;
use crate::inbox::correct;
use crate::inbox::marks;
use crate::inbox::report;
use crate::inbox::state::{AckState, State};
use crate::inbox::work::MAX_CLAIM;
use crate::judgement::{Danger, Situation};
use crate::voice::people;
use schemas::{
    agent, alarm, correction, interaction, judged, kind, or_none, platform, post, right, rule,
    settings, triage,
};
use serde_json::{Map, Value, json};

/// The document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.to_lowercase(), operation(route));
        }
    }
    let deeds: Vec<&str> = ROUTES
        .iter()
        .filter(|route| {
            route.role == Some(Role::Supervisor)
                && matches!(route.method, "POST" | "PUT" | "DELETE")
                || matches!(
                    route.action,
                    Action::DeleteCustomer | Action::Details | Action::CarryOut | Action::CarryIn
                )
        })
        .map(|route| route.action.as_str())
        .collect();
    let codes: Vec<&str> = CODES.iter().map(|(code, _)| *code).collect();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Heard",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Complaints, heard: webhooks in, acknowledgments out, and a queue that agents pull from. Times are epoch milliseconds.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "Minted by `heard token mint`."}},
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "code", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "code": {"type": "string", "enum": codes},
                        "detail": {"type": "string"},
                        "field": {"type": "string", "description": "The field that is bad."},
                        "holder": {"type": "string", "description": "Who holds the lease now."},
                        "until_ms": {"type": "integer", "description": "Until when they hold it."},
                        "state": {"enum": State::ALL.map(State::as_str), "description": "Where the interaction stands."},
                        "outcome": {"type": "string", "description": "How it ended."},
                        "allow": {"type": "string", "description": "The methods that the route takes."},
                        "max": {"type": "integer", "description": "How long a text the platform takes."},
                        "is": {"type": "integer", "description": "How long this one is."},
                        "why": {"type": "string", "description": "What the platform said of the credential."},
                        "unit": {"type": "string", "description": "In which unit the platform counts."},
                        "retry_after_s": {"type": "integer", "description": "When it is worth another try; also `Retry-After`."},
                        "workgroup": {"type": "string", "description": "Whose it is."},
                        "id": {"type": "string", "description": "The interaction to look at instead."},
                        "warnings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}, "description": "What was found in the reply that was held back."},
                    },
                },
                "Interaction": interaction(),
                "Post": post(),
                "Triage": triage(),
                "Retasked": {
                    "type": "object",
                    "required": ["workgroup", "serves", "until_ms", "by"],
                    "properties": {
                        "workgroup": {"type": "string"},
                        "serves": {"type": "array", "items": {"type": "string"}},
                        "until_ms": {"type": "integer"},
                        "by": {"type": "string"},
                    },
                },
                "Deed": {
                    "type": "object",
                    "required": ["at_ms", "by", "token", "did", "to", "asked"],
                    "properties": {
                        "at_ms": {"type": "integer"},
                        "by": {"type": "string"},
                        "token": {"type": "string", "description": "The id of the token it was done with."},
                        "did": {"enum": deeds, "description": "The call's operationId."},
                        "to": {"type": "string", "description": "The id in the call's path; empty where it has none."},
                        "asked": {"type": "object", "description": "The call's fields."},
                        "workgroup": {"type": "string", "description": "Whose work it concerns; left out: everybody's."},
                    },
                },
                "Token": {
                    "type": "object",
                    "required": ["id", "workgroups", "expires_ms"],
                    "properties": {
                        "id": {"type": "string"},
                        "agent": {"type": "string", "description": "Whose; left out for one that was revoked before it was used."},
                        "role": {"enum": Role::ALL.map(Role::as_str)},
                        "workgroups": {"type": "array", "items": {"type": "string"}, "description": "None: all."},
                        "expires_ms": {"type": "integer"},
                        "first_ms": {"type": "integer", "description": "When it was used first."},
                        "seen_ms": {"type": "integer", "description": "When it was used last, to the minute."},
                        "revoked_ms": {"type": "integer"},
                        "revoked_by": {"type": "string"},
                    },
                },
                "Rule": rule(),
                "Correction": correction(),
                "Judged": judged(),
                "Right": right(),
                "Finding": {
                    "type": "object",
                    "required": ["rule", "says", "at", "held"],
                    "properties": {
                        "rule": {"type": "string", "description": "selling, arguing, private_data, promising, insulting, banned, slot"},
                        "says": {"type": "string"},
                        "at": {"type": "string", "description": "The words that show it, as the rule knows them."},
                        "held": {"type": "boolean", "description": "Whether a reply is held back for it."},
                    },
                },
                "Paused": {
                    "type": "object",
                    "required": ["source", "by", "reason", "since_ms"],
                    "properties": {
                        "source": {"type": ["string", "null"], "description": "Whose acknowledgments; null: all."},
                        "by": {"type": "string"},
                        "reason": {"type": "string"},
                        "since_ms": {"type": "integer"},
                    },
                },
                "Alarm": alarm(),
                "Event": live::event(),
                "StreamEvent": live::in_the_stream(),
                "Agent": agent(),
                "Incident": incidents::schema(),
                "WholeIncident": incidents::whole_schema(),
                "Ack": {
                    "type": "object",
                    "required": ["state", "text", "lang", "changed_ms"],
                    "properties": {
                        "state": {"enum": AckState::ALL},
                        "why": {"type": "string"},
                        "text": {"type": "string"},
                        "lang": {"type": "string"},
                        "told_ms": {"type": "integer"},
                        "changed_ms": {"type": "integer"},
                        "emergency": {"type": "boolean", "description": "Whether it is for an emergency."},
                        "promise": books::promise(),
                    },
                },
            },
        },
    });
    finish::finish(&mut document);
    document
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "summary": route.says,
        "operationId": route.action.as_str(),
        "responses": responses(route),
    });
    let Some(fields) = operation.as_object_mut() else {
        return operation;
    };
    if let Some(role) = route.role {
        fields.insert("security".into(), json!([{"token": []}]));
        fields.insert("x-role".into(), json!(role.as_str()));
    }
    let parameters = parameters(route);
    if !parameters.is_empty() {
        fields.insert("parameters".into(), json!(parameters));
    }
    if let Some(schema) = request(route.action) {
        // Who says nothing says too little where one of several fields is needed.
        let needs = ["required", "minProperties"];
        let required = needs.iter().any(|needs| schema.get(needs).is_some());
        fields.insert(
            "requestBody".into(),
            match route.action {
                Action::PutCustomers | Action::PutSeries | Action::CarryIn => {
                    json!({"required": true, "content": {"application/x-ndjson": {"schema": schema}}})
                }
                _ => json!({"required": required, "content": {"application/json": {"schema": schema}}}),
            },
        );
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut parameters = Vec::new();
    for name in [
        "app",
        "id",
        "workgroup",
        "token",
        "agent",
        "receiver",
        "customer",
        "platform",
        "author",
    ] {
        if route.path.contains(&format!("{{{name}}}")) {
            parameters.push(
                json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
            );
        }
    }
    match route.action {
        Action::Corrections => {
            for (name, schema, says) in [
                ("since", json!({"type": "integer"}), "Epoch milliseconds."),
                (
                    "model",
                    json!({"type": "string"}),
                    "Only of what this model judged.",
                ),
                (
                    "as",
                    json!({"enum": ["json", "lines"]}),
                    "lines: labelled JSON lines (`application/x-ndjson`), as `heard eval` and `heard train --corpus` read them, of those whose words are still there; the next page's cursor is in the header `Heard-Cursor`.",
                ),
                (
                    "max",
                    json!({"type": "integer", "minimum": 1, "maximum": correct::PAGE}),
                    "How many at most.",
                ),
                (
                    "cursor",
                    json!({"type": "string"}),
                    "Where the page before ended; as it gave it.",
                ),
            ] {
                parameters.push(
                    json!({"name": name, "in": "query", "schema": schema, "description": says}),
                );
            }
        }
        Action::Answers => {
            for (name, says) in [
                ("lang", "Only in this language."),
                ("id", "Only this one."),
                ("interaction", "Whose reference goes into its slot."),
            ] {
                parameters.push(
                    json!({"name": name, "in": "query", "schema": {"type": "string"}, "description": says}),
                );
            }
        }
        Action::Reply => {
            parameters.push(json!({"name": "check", "in": "query", "schema": {"type": "boolean"},
                "description": "true: tells what the reply would meet and sends nothing; the Idempotency-Key is not looked at."}));
            parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "schema": {"type": "string", "minLength": 1, "maxLength": 128},
            "description": "Missing is 422, but where `check` is true. The same for every try of the same reply. With another text or post it is 422. Where the platform said \"later\", the same key sends again from `retry_ms` on.",
            }));
        }
        Action::Invite => parameters.push(details::key()),
        Action::Claim => parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "schema": {"type": "string", "minLength": 1, "maxLength": 128},
            "description": "The same for every try of the same claim: it gives the same leases again, as long as you have one of them.",
        })),
        Action::Acks => {
            for (name, schema, says) in [
                (
                    "since",
                    json!({"type": "integer"}),
                    "Epoch milliseconds; a day ago without it, 31 days at most.",
                ),
                ("state", json!({"enum": AckState::ALL}), "Only in this state."),
                (
                    "max",
                    json!({"type": "integer", "minimum": 1, "maximum": report::PAGE}),
                    "How many at most.",
                ),
                (
                    "cursor",
                    json!({"type": "string"}),
                    "Where the page before ended; as it gave it.",
                ),
            ] {
                parameters.push(
                    json!({"name": name, "in": "query", "schema": schema, "description": says}),
                );
            }
        }
        Action::Promises | Action::Sla => parameters.extend(books::parameters(route.action)),
        Action::Coverage => parameters.extend(coverage::parameters()),
        Action::Report | Action::Peers => parameters.extend(report_doc::parameters()),
        Action::Surveys => parameters.extend(surveys_doc::parameters()),
        Action::Listening => parameters.extend(listening_doc::parameters()),
        Action::Adapter => parameters.extend(taught_doc::parameters()),
        Action::Incidents => parameters.extend(incidents::parameters()),
        Action::Deeds | Action::Tokens => {
            let most = match route.action {
                Action::Deeds => crate::deeds::PAGE,
                _ => crate::accounts::bearers::PAGE,
            };
            for (name, schema, says) in [
                (
                    "max",
                    json!({"type": "integer", "minimum": 1, "maximum": most}),
                    "How many at most.",
                ),
                (
                    "cursor",
                    json!({"type": "string"}),
                    "Where the page before ended; as it gave it.",
                ),
            ] {
                parameters.push(
                    json!({"name": name, "in": "query", "schema": schema, "description": says}),
                );
            }
        }
        Action::List => parameters.extend(lists::parameters(platform())),
        Action::Events => parameters.extend(live::parameters()),
        Action::CarryOut | Action::CarryIn => parameters.extend(carry_doc::parameters(route.action)),
        _ => parameters.extend(customers::parameters(route.action)),
    }
    parameters
}

/// The schema of a request's body, where the call has one.
pub fn request(action: Action) -> Option<Value> {
    let lease = json!({"type": "string", "minLength": 1, "maxLength": 64, "description": "The lease of the claim."});
    // What is not named here is refused.
    let object = |required: &[&str], properties: Value| {
        let mut schema =
            json!({"type": "object", "additionalProperties": false, "properties": properties});
        if !required.is_empty()
            && let Some(schema) = schema.as_object_mut()
        {
            schema.insert("required".into(), json!(required));
        }
        schema
    };
    // Which of them: the call's page says it, and the refusal names the field that is missing. No `anyOf`: the
    // programs that generators make of one are worse than those of a plain object.
    let one_of_several = |properties: Value| {
        let mut schema = object(&[], properties);
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("minProperties".into(), json!(1));
        }
        schema
    };
    let text = |max: u32| json!({"type": "string", "minLength": 1, "maxLength": max});
    let seconds = |max: u32| json!({"type": "integer", "minimum": 1, "maximum": max});
    let lease_s = json!({"type": "integer", "minimum": 1, "maximum": MAX_LEASE_WISH_S, "description":
        format!("How long the lease is to last without a sign of life; at most {MAX_LEASE_S} of it are given. Every call of the holder's begins it anew.")});
    let seen = json!({"type": "integer", "minimum": 0, "description":
        "The cursor of the news that you have read; what the claim showed counts as read."});
    let names = json!({"type": "array", "maxItems": 64,
        "items": {"type": "string", "minLength": 1, "maxLength": 64}});
    Some(match action {
        Action::PutCustomer => customers::put(),
        Action::PutCustomers => customers::lines(),
        Action::PutSeries => series_doc::lines(),
        Action::CarryIn => carry_doc::lines(),
        Action::Claim => object(
            &[],
            json!({
                "max": seconds(MAX_CLAIM),
                "wait_s": {"type": "integer", "minimum": 0, "maximum": super::MAX_WAIT_S},
                "lease_s": lease_s,
                "workgroups": names,
                "platforms": {"type": "array", "items": platform(), "maxItems": 64},
                "languages": names,
                "id": {"type": "string", "minLength": 1, "maxLength": 64, "description":
                    "Claims this interaction, whatever its rank; only `lease_s` may stand beside it."},
            }),
        ),
        Action::Retake => object(&[], json!({"lease_s": lease_s})),
        Action::Extend => object(
            &["lease"],
            json!({"lease": lease, "lease_s": lease_s, "seen": seen}),
        ),
        Action::Reply => object(
            &["lease", "text"],
            json!({
                "lease": lease,
                "text": {"type": "string", "minLength": 1, "maxLength": 64 * 1024, "description": "As long as the platform takes."},
                "post": {"type": "string", "minLength": 1, "maxLength": crate::post::ID_BYTES, "description": "The post to answer; the newest where none is named."},
                "seen": seen,
            }),
        ),
        Action::Invite | Action::DetailsLink => {
            let (required, fields) = details::request(action, &lease, &seen);
            object(required, fields)
        }
        Action::Resolve => object(
            &["lease", "outcome"],
            json!({
                "lease": lease,
                "outcome": text(64),
                "note": {"type": "string", "maxLength": 4096},
                "seen": seen,
            }),
        ),
        Action::Release => object(
            &["lease", "reason"],
            json!({
                "lease": lease,
                "delay_s": {"type": "integer", "minimum": 0, "maximum": 604_800, "description":
                    "What is not answered is put off until its deadline at most, an emergency not at all."},
                "seen": seen,
                "reason": text(1_024),
            }),
        ),
        Action::Assign => one_of_several(json!({
            "agent": {"type": "string", "minLength": 1, "maxLength": 128,
                "description": "Somebody who has used a token here that is still good and serves the workgroup."},
            "workgroup": text(64),
        })),
        Action::Retask => one_of_several(json!({
                "template": {"type": "string", "minLength": 1, "maxLength": 64,
                    "description": "An errand of the configuration, instead of `serves` and `for_s`."},
                "dry_run": {"type": "boolean", "default": false,
                    "description": "Only tells who would go, and what would be left to whom."},
                "undo": {"type": "boolean", "default": false,
                    "description": "Takes the last errand, or the last recall, back; without other fields."},
                "serves": {"type": "array", "maxItems": 64,
                    "items": {"type": "string", "minLength": 1, "maxLength": 64},
                    "description": "The workgroups whose work they pull from now on; empty: their own again."},
                "for_s": {"type": "integer", "minimum": 60, "maximum": crate::inbox::retask::MAX_S, "default": 7200},
        })),
        Action::Bulk => lists::bulk(),
        Action::RecordStop => object(
            &["platform", "author", "stop", "reason"],
            json!({
                "platform": platform(),
                "author": {"type": "string", "minLength": 1, "maxLength": crate::post::ID_BYTES,
                    "description": "Any id that the platform has for them."},
                "stop": {"type": "boolean", "description": "Whether they want no messages; false lifts it."},
                "reason": text(1_024),
            }),
        ),
        Action::Pause => object(
            &["reason"],
            json!({
                "source": {"type": "string", "minLength": 1, "maxLength": 64, "description": "Whose; all where none is named, by those who serve every workgroup."},
                "reason": text(1_024),
            }),
        ),
        Action::Resume => object(
            &[],
            json!({
                "source": {"type": "string", "minLength": 1, "maxLength": 64, "description": "Whose; the pause of all where none is named."},
            }),
        ),
        Action::DrawSample => {
            let (required, fields) = samples_doc::request();
            object(required, fields)
        }
        Action::SetAdapter => {
            let (required, fields) = taught_doc::request();
            object(required, fields)
        }
        Action::TryRules => {
            let (required, fields) = rules_doc::request();
            object(required, fields)
        }
        Action::Preview => object(
            &["text"],
            json!({
                "text": {"type": "string", "minLength": 1, "maxLength": crate::post::TEXT_BYTES},
                "platform": platform(),
                "lang": text(35),
            }),
        ),
        Action::State => object(
            &["state"],
            json!({
                "state": {"type": "string", "enum": Presence::ALL.map(Presence::as_str)},
                "for_s": {"type": "integer", "minimum": 1, "maximum": super::floor::LONGEST_S, "description":
                    format!("How long; after it the caller is available again. Wrap-up ends after {} s by itself, away only when said.", super::floor::WRAP_UP_S)},
            }),
        ),
        Action::PutAgent => object(&[], settings()),
        Action::Transfer => object(
            &["lease", "note"],
            json!({
                "lease": lease,
                "seen": seen,
                "agent": {"type": "string", "minLength": 1, "maxLength": 128,
                    "description": "Somebody who has used a token here that is still good and serves the workgroup."},
                "workgroup": text(64),
                "note": text(u32::try_from(marks::NOTE_BYTES).unwrap_or(4_096)),
            }),
        ),
        Action::Snooze => object(
            &["lease", "until_ms"],
            json!({
                "lease": lease,
                "seen": seen,
                "until_ms": {"type": "integer", "description":
                    "A time to come, at most thirty days ahead. What is not answered comes back by its deadline, an emergency at once."},
                "reason": {"type": "string", "maxLength": 1_024},
            }),
        ),
        Action::Reopen => object(&["reason"], json!({"reason": text(1_024)})),
        Action::Note => object(
            &["text"],
            json!({"text": text(u32::try_from(marks::NOTE_BYTES).unwrap_or(4_096))}),
        ),
        Action::Tag => {
            let tags = json!({"type": "array", "maxItems": 64,
                "items": {"type": "string", "minLength": 1, "maxLength": marks::TAG_BYTES}});
            one_of_several(json!({"add": tags, "remove": tags}))
        }
        Action::Correct => one_of_several(json!({
                "post": {"type": "string", "minLength": 1, "maxLength": crate::post::ID_BYTES,
                    "description": "Which post; the newest where none is named."},
                "kind": kind(),
                "level": {"type": "integer", "minimum": 0, "maximum": 3},
                "situation": or_none(&Situation::ALL.map(Situation::as_str)),
                "danger": or_none(&Danger::ALL.map(Danger::as_str)),
                "acknowledge": {"type": "boolean", "description": "false: what went out should not have; true: something should have."},
        })),
        Action::DeclareIncident
        | Action::ConfirmIncident
        | Action::MergeIncident
        | Action::CloseIncident
        | Action::SetLine
        | Action::SayOver => return incidents::body(action),
        Action::Resend => object(&[], live::resend()),
        Action::Incidents
        | Action::Incident
        | Action::Webhook
        | Action::Handshake
        | Action::Held
        | Action::ShowMe
        | Action::Agents
        | Action::Redrive
        | Action::Corrections
        | Action::Answers
        | Action::Show
        | Action::List
        | Action::Backlog
        | Action::Acks
        | Action::Promises
        | Action::Sla
        | Action::Coverage
        | Action::Report
        | Action::Peers
        | Action::Similar
        | Action::Surveys
        | Action::Listening
        | Action::Adapter
        | Action::Promote
        | Action::Errands
        | Action::Sources
        | Action::Deeds
        | Action::Tokens
        | Action::Revoke
        | Action::ShowCustomer
        | Action::DeleteCustomer
        | Action::DeleteAgent
        | Action::ShowAuthor
        | Action::ForgetAuthor
        | Action::ExportAuthor
        | Action::CarryOut
        | Action::Health
        | Action::Details
        | Action::Ready
        | Action::Metrics
        | Action::Events
        | Action::Receivers
        | Action::OpenApi => return None,
    })
}

/// The schema of the answer to a call that went well.
pub fn response(action: Action) -> Option<Value> {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let list = |name: &str| json!({"type": "array", "items": reference(name)});
    let integer = json!({"type": "integer"});
    let counts = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    Some(match action {
        Action::Claim | Action::Held => json!({"type": "object",
        "required": ["interactions", "backlog", "as_of_ms"],
        "properties": {
            "interactions": list("Interaction"),
            "kept": {"type": "array", "description":
                "What is kept for you beside what you hold: handed to you, or put off by you. Only where you ask what you hold.",
                "items": {"type": "object", "required": ["id", "from_ms", "until_ms"], "properties": {
                    "id": {"type": "string"},
                    "from_ms": {"type": "integer", "description": "From when on you may claim it."},
                    "until_ms": {"type": "integer", "description": "Until when nobody else is offered it."}}}},
            "backlog": {"type": "object", "required": ["open"], "properties": {"open": integer}},
            "retasked": {"type": "array", "items": reference("Retasked"), "description":
                "The errands that you are on, and until when; left out where you do your own work."},
            "limit": {"enum": [super::claims::HELD_PER_AGENT, "away", "wrap_up"], "description":
                "Why there are not more: you hold as many as you may (your settings, or limits.held_per_agent), and one emergency more is given; or you said that you are away, or in wrap-up."},
            "as_of_ms": integer,
        }}),
        Action::Extend => json!({"type": "object", "required": ["until_ms", "news", "cursor"],
        "properties": {
            "until_ms": integer,
            "news": list("Post"),
            "cursor": {"type": "integer", "description":
                "Send it as `seen` with the next call once the news are read: until then they are told again."},
            "details": details::view(),
        }}),
        Action::DetailsLink => details::link(),
        Action::Details => details::left(),
        Action::Invite => json!({"type": "object", "required": ["state"], "properties": {
            "state": {"enum": ["sent", "refused", "unknown"]},
            "warnings": list("Finding"),
            "why": {"type": "string"},
            "retry_ms": {"type": "integer", "description":
                "The platform said \"later\": from then on the same Idempotency-Key sends again."},
            "sent_id": {"type": "string"},
        }}),
        Action::Reply => json!({"type": "object", "required": ["state"], "properties": {
            "state": {"enum": ["sent", "refused", "unknown", "checked"]},
            "goes": {"type": "boolean", "description": "Where it was only checked: whether it would go."},
            "warnings": list("Finding"),
            "length": {"type": "object", "required": ["is", "max", "unit"], "description": "Where it was only checked: how long it is, in the platform's unit.",
                "properties": {"is": integer, "max": integer, "unit": {"type": "string"}}},
            "why": {"type": "string"},
            "retry_ms": {"type": "integer", "description":
                "The platform said \"later\": from then on the same Idempotency-Key sends again."},
            "sent_id": {"type": "string"},
        }}),
        Action::Retake
        | Action::Resolve
        | Action::Release
        | Action::Assign
        | Action::Redrive
        | Action::Transfer
        | Action::Snooze
        | Action::Reopen
        | Action::Note
        | Action::Tag
        | Action::Show => reference("Interaction"),
        Action::Retask => books::retasked(),
        Action::Errands => books::errands(),
        Action::Correct => reference("Correction"),
        Action::Corrections => json!({"type": "object", "required": ["corrections", "cursor"],
            "properties": {"corrections": list("Correction"), "cursor": {"type": ["string", "null"]}}}),
        Action::Answers => {
            json!({"type": "object", "required": ["answers", "outcomes", "only_these"],
            "properties": {
                "answers": {"type": "array", "maxItems": replies::MOST_ANSWERS * crate::language::WRITINGS, "items": {"type": "object",
                    "required": ["id", "lang", "text", "slots"],
                    "properties": {
                        "id": {"type": "string"}, "lang": {"type": "string"},
                        "situation": {"enum": Situation::ALL.map(Situation::as_str)},
                        "text": {"type": "string"},
                        "slots": {"type": "array", "items": {"enum": people::SLOTS}, "description": "What is still to be filled in: a reply with a slot in it is held back."}}}},
                "outcomes": {"type": "array", "items": {"type": "string"}, "description": "How work may end."},
                "only_these": {"type": "boolean", "description": "Whether any other outcome is refused."},
            }})
        }
        Action::Incidents
        | Action::Incident
        | Action::DeclareIncident
        | Action::ConfirmIncident
        | Action::MergeIncident
        | Action::CloseIncident
        | Action::SetLine
        | Action::SayOver => return incidents::answer(action),
        Action::ShowMe | Action::State | Action::PutAgent => reference("Agent"),
        Action::DeleteAgent => {
            json!({"type": "object", "required": ["agent", "was_known", "given_back"], "properties": {
                "agent": {"type": "string"},
                "was_known": {"type": "boolean", "description": "Whether anything was set for them, or they had called."},
                "given_back": {"type": "array", "items": {"type": "string"}, "description": "The interactions that are their workgroups' again."},
            }})
        }
        Action::Agents => json!({"type": "object", "required": ["agents", "as_of_ms"],
            "properties": {"agents": list("Agent"), "as_of_ms": integer}}),
        Action::RecordStop => {
            json!({"type": "object", "required": ["platform", "author", "stop", "reason", "by"],
            "properties": {"platform": platform(), "author": {"type": "string"}, "stop": {"type": "boolean"},
                "reason": {"type": "string"}, "by": {"type": "string"}}})
        }
        Action::Pause | Action::Resume => json!({"type": "object", "required": ["paused"],
            "properties": {"paused": list("Paused")}}),
        Action::List => lists::listed(list("Interaction")),
        Action::Similar => lists::similar(),
        Action::Bulk => lists::came(),
        Action::Acks => {
            json!({"type": "object", "required": ["since_ms", "acks", "cursor"], "properties": {
                "since_ms": integer,
                "acks": {"type": "array", "items": {"type": "object",
                    "required": ["id", "source", "platform", "state", "text", "lang", "level", "post",
                        "received_ms", "planned_ms", "changed_ms"],
                    "properties": {
                        "id": {"type": "string"}, "source": {"type": "string"}, "platform": platform(),
                        "state": {"enum": AckState::ALL}, "why": {"type": "string"},
                        "text": {"type": "string"}, "lang": {"type": "string"},
                        "level": integer, "post": {"type": "string"}, "permalink": {"type": "string"},
                        "received_ms": integer, "planned_ms": integer, "changed_ms": integer,
                        "emergency": {"type": "boolean"},
                        "situation": {"enum": Situation::ALL.map(Situation::as_str)},
                        "short": {"type": "boolean"},
                    }}},
                "decisions": counts,
                "cursor": {"type": ["string", "null"]},
            }})
        }
        Action::Promises => books::promises(),
        Action::Sla => books::sla(),
        Action::Coverage => coverage::coverage(),
        Action::Report => report_doc::report(),
        Action::Peers => report_doc::peers(),
        Action::Surveys => surveys_doc::surveys(&samples_doc::samples()),
        Action::DrawSample => samples_doc::drawn(),
        Action::Listening => listening_doc::listening(),
        Action::Adapter | Action::SetAdapter => taught_doc::adapter(),
        Action::Promote => listening_doc::promoted(),
        Action::Backlog => json!({"type": "object",
        "required": ["as_of_ms", "open", "leased", "waiting", "overdue", "oldest_ms", "done",
            "dead", "by_platform", "by_workgroup", "by_level", "posts", "retasked", "paused", "alarms", "surges"],
        "description": "Of the workgroups that the token serves. What is counted for the whole brand (acks, duplicates, edits, deletions, stops, ignored, posts received and retired) is told to a token for all workgroups only.",
        "properties": {
            "as_of_ms": integer, "open": integer, "leased": integer, "waiting": integer,
            "overdue": integer, "oldest_ms": {"type": ["integer", "null"]}, "done": integer,
            "dead": integer, "by_platform": counts, "by_workgroup": counts,
            "by_level": counts, "acks": counts, "posts": counts, "duplicates": integer,
            "edits": integer, "deletions": integer, "stops": integer, "ignored": counts,
            "retasked": list("Retasked"), "paused": list("Paused"),
            "surges": {"type": "array", "description": "Where so many of one situation come that each is answered in a line.", "items": {
                "type": "object", "required": ["source", "situation", "notes", "since_ms"], "properties": {
                    "source": {"type": "string"}, "situation": {"enum": Situation::ALL.map(Situation::as_str)},
                    "notes": {"type": "integer"}, "since_ms": {"type": "integer"}}}},
            "alarms": list("Alarm"), "promises": books::open(),
        }}),
        Action::Deeds => {
            json!({"type": "object", "required": ["deeds", "cursor"], "properties": {
                "deeds": list("Deed"), "cursor": {"type": ["string", "null"]}}})
        }
        Action::Tokens => {
            json!({"type": "object", "required": ["tokens", "cursor"], "properties": {
                "tokens": list("Token"), "cursor": {"type": ["string", "null"]}}})
        }
        Action::Revoke => reference("Token"),
        Action::Sources => sources(),
        Action::TryRules => rules_doc::tried(),
        Action::Preview => json!({"type": "object", "required": ["triage", "ack"], "properties": {
            "triage": reference("Triage"),
            "ack": {"type": "object",
                "required": ["send", "why", "text", "lang", "situation", "section", "guards", "parts"],
                "properties": {
                    "send": {"type": "boolean"},
                    "why": {"type": "string"},
                    "rule": reference("Rule"),
                    "text": {"type": ["string", "null"]},
                    "lang": {"type": "string"},
                    "signed": {"type": ["string", "null"]},
                    "told_ms": {"type": ["integer", "null"]},
                    "untold": {"type": ["string", "null"]},
                    "situation": {"enum": Situation::ALL.map(|one| json!(one.as_str())).into_iter().chain([Value::Null]).collect::<Vec<_>>(),
                        "description": "What happened, where it is certain."},
                    "section": {"type": ["string", "null"], "description": "Where in the repertoire its line is from."},
                    "guards": {"type": "array", "items": {"type": "object",
                        "required": ["guard", "asks", "answer"],
                        "properties": {
                            "guard": {"type": "string"},
                            "asks": {"type": "string"},
                            "answer": {"enum": ["passed", "stopped", "not_asked"]},
                            "why": {"type": "string"},
                            "rule": reference("Rule"),
                            "saw": {"type": "string"},
                        }}},
                    "parts": {"type": "array", "items": {"type": "object",
                        "required": ["part", "text"],
                        "properties": {"part": {"enum": ["line", "care", "closing", "signature"]}, "section": {"type": "string"},
                            "text": {"type": "string"}}}},
                }},
        }}),
        Action::Receivers => live::receivers(),
        Action::Resend => live::resent(),
        Action::PutCustomer
        | Action::PutCustomers
        | Action::ShowCustomer
        | Action::DeleteCustomer
        | Action::ShowAuthor
        | Action::ForgetAuthor
        | Action::ExportAuthor => customers::response(action),
        Action::PutSeries => series_doc::put(),
        Action::CarryOut | Action::CarryIn => carry_doc::response(action),
        Action::Health => json!({"type": "object", "required": ["ok", "version"], "properties": {
            "ok": {"type": "boolean"}, "version": {"type": "string"},
        }}),
        Action::Ready => {
            json!({"type": "object", "required": ["ready", "problems", "warnings", "paused", "shards"], "properties": {
                "shards": {"type": "integer", "description": "How many shards the queue has: recorded with its first post."},
                "ready": {"type": "boolean"},
                "paused": list("Paused"),
                "problems": problems("What keeps it from being ready."),
                "warnings": problems("What will, unless somebody does something."),
            }})
        }
        Action::OpenApi => json!({"type": "object", "required": ["openapi", "paths"]}),
        Action::Webhook | Action::Handshake | Action::Events | Action::Metrics => return None,
    })
}

fn problems(says: &str) -> Value {
    json!({"type": "array", "description": says, "items": {"type": "object",
        "required": ["key", "says"],
        "properties": {"key": {"type": "string"}, "says": {"type": "string"}}}})
}

fn sources() -> Value {
    let integer = || json!({"type": "integer"});
    let maybe = || json!({"type": ["integer", "null"]});
    let counts = || json!({"type": "object", "additionalProperties": integer()});
    let seen = || {
        json!({"type": "object", "required": ["n", "first_ms", "last_ms"],
            "properties": {"n": integer(), "first_ms": maybe(), "last_ms": maybe()}})
    };
    json!({"type": "object", "required": ["as_of_ms", "apps", "sources"], "properties": {
        "as_of_ms": integer(),
        "apps": {"type": "array", "items": {"type": "object",
            "required": ["id", "scheme", "verified", "verified_last_hour", "verified_last_day",
                "handshakes", "handshakes_refused", "unreadable", "refused", "ignored", "strays",
                "keys"],
            "properties": {
                "id": {"type": "string"}, "scheme": {"type": "string"},
                "verified": seen(), "verified_last_hour": integer(),
                "verified_last_day": integer(), "handshakes": seen(),
                "handshakes_refused": seen(), "unreadable": seen(),
                "refused": {"type": "object",
                    "required": ["n", "first_ms", "last_ms", "last_hour", "last_day", "by_reason"],
                    "properties": {
                        "n": integer(), "first_ms": maybe(), "last_ms": maybe(),
                        "last_hour": integer(), "last_day": integer(),
                        "by_reason": {"type": "object", "additionalProperties": seen()},
                    }},
                "ignored": counts(),
                "strays": {"type": "array",
                    "description": "Accounts that verified updates were for lately and that no source names.",
                    "items": {"type": "object",
                        "required": ["platform", "account", "n", "first_ms", "last_ms"],
                        "properties": {
                            "platform": {"type": "string"},
                            "account": {"type": ["string", "null"]},
                            "n": integer(), "first_ms": maybe(), "last_ms": maybe(),
                        }}},
                "keys": {"type": "array", "items": {"type": "object",
                    "required": ["position", "key", "verified", "safe_to_retire"],
                    "properties": {
                        "position": integer(),
                        "key": {"type": "string", "description": "Its fingerprint."},
                        "verified": seen(), "safe_to_retire": {"type": "boolean"},
                    }}},
            }}},
        "sources": {"type": "array", "items": {"type": "object",
            "required": ["id", "app", "platform", "deliveries", "deliveries_last_day",
                "deliveries_last_week", "updates", "ignored", "quiet"],
            "properties": {
                "id": {"type": "string"}, "app": {"type": "string"},
                "platform": {"type": "string"}, "deliveries": seen(),
                "deliveries_last_day": integer(), "deliveries_last_week": integer(),
                "updates": integer(), "ignored": counts(),
                "quiet": {"type": ["object", "null"],
                    "required": ["since_ms", "usual_s", "days"],
                    "properties": {"since_ms": integer(), "usual_s": integer(),
                        "days": integer()}},
            }}},
    }})
}

fn responses(route: &Route) -> Value {
    let problem = |says: &str| {
        json!({"description": says, "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"}}}})
    };
    let mut responses = Map::new();
    match response(route.action) {
        Some(schema) => {
            responses.insert(
                "200".into(),
                json!({"description": "Done.", "content": {"application/json": {"schema": schema}}}),
            );
            if matches!(route.action, Action::ForgetAuthor | Action::DeleteCustomer)
                && let Some(mut answer) = responses.get("200").cloned()
            {
                if let Some(says) = answer.get_mut("description") {
                    *says = json!(
                        "Begun: the shards go on by themselves. Ask again after `Retry-After`."
                    );
                }
                responses.insert("202".into(), answer);
            }
            if route.action == Action::Corrections
                && let Some(answer) = responses.get_mut("200")
            {
                lines(answer);
            }
        }
        None if route.action == Action::Events => {
            responses.insert("200".into(), live::stream());
        }
        None if route.action == Action::Metrics => {
            responses.insert("200".into(), super::metrics::documented());
        }
        None => {
            for (status, says) in [
                (
                    "200",
                    "Every event is durable, or ignored for a counted reason; or the handshake's answer.",
                ),
                (
                    "400",
                    "A GET that is no handshake. The body is empty, as in every refusal of a webhook.",
                ),
                ("401", "Not signed by a configured key."),
                ("404", "No such app."),
                ("413", "Too large."),
                ("503", "Not durable: try again."),
            ] {
                responses.insert(status.into(), json!({"description": says}));
            }
            return Value::Object(responses);
        }
    }
    // Refused wherever it stands: a field or a parameter that the call does not have.
    responses.insert(
        "422".into(),
        problem("A field or a parameter is bad, unknown or there twice; it is named."),
    );
    responses.insert("400".into(), problem("The body is no JSON object."));
    responses.insert("413".into(), problem("The body is too large."));
    if route.role.is_some() {
        responses.insert("401".into(), problem("No good token."));
        responses.insert("403".into(), problem("Another role's call."));
        responses.insert(
            "429".into(),
            problem("Too many wrong tokens from this address, or too many calls with this one; `Retry-After` says when."),
        );
        responses.insert(
            "503".into(),
            problem("The queue could not answer, or nobody can say which tokens are revoked; try again."),
        );
    }
    // Not ready: the same document as where it is.
    if route.action == Action::Ready
        && let Some(schema) = response(route.action)
        && let Some(content) = responses
            .get_mut("503")
            .and_then(|answer| answer.get_mut("content"))
            .and_then(Value::as_object_mut)
    {
        content.insert("application/json".into(), json!({"schema": schema}));
    }
    for (part, says) in [
        (
            "{id}",
            "No such interaction, or none that the token may see.",
        ),
        (
            "{workgroup}",
            "No such workgroup, or none that the token serves.",
        ),
        (
            "{agent}",
            "The agent serves workgroups that the token does not.",
        ),
        (
            "{receiver}",
            "No such receiver, or one who is told more than the token may see.",
        ),
        ("{customer}", "No such customer."),
        ("{author}", "Nothing is kept of such an author."),
        (
            "{token}",
            "No such token, or none of those whose tokens these are.",
        ),
    ] {
        if route.path.contains(part) {
            responses.insert("404".into(), problem(says));
        }
    }
    if route.action == Action::Claim {
        responses.insert(
            "404".into(),
            problem("With `id`: no such interaction, or none that the token may see."),
        );
    }
    let is_of_one = route.path.contains('{') && matches!(route.method, "POST" | "PUT");
    if is_of_one
        || matches!(
            route.action,
            Action::Claim | Action::Details | Action::CarryIn
        )
    {
        responses.insert("409".into(), problem("Not now: the code says why."));
    }
    Value::Object(responses)
}

/// An answer that is given as JSON lines, too, where `as=lines` asks for them.
fn lines(answer: &mut Value) {
    if let Some(content) = answer
        .pointer_mut("/content")
        .and_then(Value::as_object_mut)
    {
        content.insert(
            "application/x-ndjson".into(),
            json!({"schema": {"type": "string",
            "description": "A JSON object in each line: what `heard train --corpus` reads."}}),
        );
    }
    if let Some(answer) = answer.as_object_mut() {
        answer.insert(
            "headers".into(),
            json!({"Heard-Cursor": {
            "description": "With `as=lines`: where the next page begins; left out after the last.",
            "schema": {"type": "string"}}}),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_served_is_what_is_made() {
        let served: Value = serde_json::from_str(crate::api::OPENAPI).unwrap();
        assert!(
            served == document(),
            "run `cargo run -- openapi > src/api/openapi.json`"
        );
    }
}
