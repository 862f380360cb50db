//! Zendesk: the public comments of tickets, by event webhooks.
//!
//! A source's `account` is Zendesk's `account_id`, its `reply_url` the help desk's address
//! (`https://acme.zendesk.com`), its credential `EMAIL/token:API_TOKEN`. Trigger webhooks, whose body
//! is whatever the administrator wrote, are not read.
//!
//! `reply_to` is the ticket's id.

use super::read::{self, id, lang, name, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, ReplyCall, ReplyTo, Rule, Unreadable, Update};
use super::{Method, blank, outcome_of_status, person};
use crate::post::{AccountId, Author, Platform, Post, PostKind};
use base64::Engine as _;
use serde_json::{Value, json};

static ABSENT_AUTHOR: Rule = Rule {
    name: "zendesk.absent_author",
    says: "a comment without its author may be an agent's: nobody is answered",
    source: "developer.zendesk.com/api-reference/webhooks/event-types/ticket-events",
    date: "2026-06",
};

/// Reads a delivery.
pub fn parse(body: &[u8], now_ms: i64) -> Result<Vec<Update>, Unreadable> {
    let document = read::document(body)?;
    let kind = text(&document, &["type"]).ok_or(Unreadable)?;
    let kind = kind.strip_prefix("zen:event-type:").ok_or(Unreadable)?;
    let account = id(&document, &["account_id"]);
    Ok(vec![Update {
        platform: Platform::Zendesk,
        event: read_event(kind, &document, account.as_deref(), now_ms),
        account: account.map(AccountId::new),
    }])
}

fn read_event(kind: &str, document: &Value, account: Option<&str>, now_ms: i64) -> Event {
    let ignored = |why| Event::Ignored { why };
    match kind {
        "ticket.comment_added" => {}
        _ if [
            "ticket.",
            "user.",
            "organization.",
            "article.",
            "community_post.",
            "agent.",
        ]
        .iter()
        .any(|signal| kind.starts_with(signal)) =>
        {
            return ignored(Ignored::NotAPost);
        }
        _ => return ignored(Ignored::UnknownKind),
    }
    let comment = read::at(document, &["event", "comment"]).unwrap_or(&Value::Null);
    if truth(comment, &["author", "is_staff"]) {
        return ignored(Ignored::Own);
    }
    // An internal note is between agents.
    if comment.get("is_public") == Some(&Value::Bool(false)) {
        return ignored(Ignored::NotAPost);
    }
    let ticket = id(document, &["detail", "id"]).or_else(|| {
        let subject = text(document, &["subject"])?.strip_prefix("zen:ticket:")?;
        id(&Value::from(subject), &[])
    });
    let (Some(account), Some(comment_id), Some(ticket)) = (account, id(comment, &["id"]), ticket)
    else {
        return ignored(Ignored::Malformed);
    };
    let author = id(comment, &["author", "id"]).map(|author| Author {
        name: name(comment, &["author", "name"]),
        ..person(format!("{account}/{author}"))
    });
    let (text_read, cut) = words(text(comment, &["body"]));
    Event::Made {
        post: Post {
            author,
            text: text_read,
            cut,
            lang: lang(document, &["detail", "locale"]),
            addressed: true,
            ..blank(
                format!("{account}/{comment_id}"),
                PostKind::Message,
                ticket,
                time_ms(document, &["time"]).unwrap_or(now_ms),
            )
        },
    }
}

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[Allowance {
    place: Place::Private,
    to: "a requester's public comment on a ticket that is not closed",
    most: None,
    within: None,
    source: "developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments",
    date: "2026-06",
}];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_AUTHOR];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    post.author.is_none().then_some(&ABSENT_AUTHOR)
}

/// `PUT /api/v2/tickets/{id}.json` of the help desk, with a public comment.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    let desk = to.reply_url.filter(|url| url.starts_with("https://"))?;
    let ticket = to.reply_to;
    let plain = !ticket.is_empty() && ticket.bytes().all(|b| b.is_ascii_digit());
    let login = base64::engine::general_purpose::STANDARD.encode(to.credential.expose());
    plain.then(|| ReplyCall {
        method: Method::Put,
        url: format!(
            "{}/api/v2/tickets/{ticket}.json",
            desk.trim_end_matches('/')
        ),
        headers: vec![("Authorization".into(), format!("Basic {login}"))],
        body: json!({ "ticket": { "comment": { "body": text, "public": true } } }).to_string(),
    })
}

/// Reads the help desk's answer: the ticket, with an audit of what changed.
pub fn outcome(answer: &Answer<'_>, now_ms: i64) -> Outcome {
    match answer.status {
        200..=299 => {
            let document = read::document(answer.body).unwrap_or(Value::Null);
            match id(&document, &["ticket", "id"]) {
                Some(_) => Outcome::Sent {
                    id: id(&document, &["audit", "id"]),
                },
                None => Outcome::Unknown {
                    why: "unreadable".into(),
                },
            }
        }
        // A ticket that is closed takes no more comments.
        422 => Outcome::Refused {
            why: "not_allowed:422".into(),
        },
        _ => outcome_of_status(answer, now_ms),
    }
}
