//! Zendesk: the public comments of tickets, by event webhooks.
//!
//! A source's `account` is Zendesk's `account_id`, its `reply_url` the help desk's address
//! (`https://acme.zendesk.com`), its credential `EMAIL/token:API_TOKEN`. Trigger webhooks, whose body
//! is whatever the administrator wrote, are not read.
//!
//! `reply_to` is the ticket's id.
//!
//! # Who speaks to whom
//!
//! - *To us*: every public comment of somebody who is no agent, the requester or one in copy: a ticket is
//!   the help desk's.
//! - *Staff*: `author.is_staff`. An agent's public comment is our answer to the ticket's requester
//!   ([`Event::Answered`]); on a ticket that the agent requested it is a staff member's post, without a note.
//!   Comments by the system (author -1) and by rules are ours and answer nobody.
//! - *Quoted*: the older mail below an answer, and a signature ([`super::quote::split`]).
//! - *Automatic*: a sender called `noreply`, `mailer-daemon` and the like; what says of itself that it is
//!   a vacation mail, an autoresponder's or a bounce, in the ticket's subject or its text
//!   ([`super::quote::is_automatic`]). The mail's headers are not sent.
//!
//! # What is read
//!
//! | event | |
//! |---|---|
//! | `ticket.comment_added` | read, with its attachments where they are listed |
//! | - with `is_public: false` | ignored: between agents |
//! | `ticket.comment_redacted` | a deletion: which words were taken out, is not told |
//! | `ticket.comment_made_private` | ignored: an agent hid it from others, who reads it himself |
//! | `ticket.created`, `ticket.description_changed` | ignored: a ticket's words come as its first comment |
//! | `ticket.attachment_linked_to_comment`, `..._redacted_from_comment` | ignored: no words |
//! | `ticket.*`: status, priority, tags, fields, assignees, copies, merges, deletion ... | ignored: no words; a suspended mail makes no event |
//! | `messaging_ticket.*`, `conversation.*`, `side_conversation.*` | ignored: figures of messaging; conversations of agents with others |
//! | `user.*`, `organization.*`, `article.*`, `community_post.*`, `agent.*`, `omnichannel_config.*` | ignored: no ticket |

use super::form::Form;
use super::profile::{AccountForm, Feed, Handle, Identity, Profile, Told, no_handshake};
use super::read::{self, id, lang, link, list, name, text, time_ms, truth, words};
use super::{Allowance, Place};
use super::{Answer, Event, Ignored, Outcome, OwnAnswer, ReplyCall, ReplyTo, Unreadable, Update};
use super::{Method, blank, outcome_of_status, person, quote};
use crate::length::{Limit, Unit};
use crate::platform::eligibility::Rule;
use crate::post::{AccountId, Author, AuthorId, Platform, Post, PostId, PostKind};
use crate::signature::scheme::Scheme;
use base64::Engine as _;
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::number("the account_id, a number"),
    ids_within_account: None,
    identity: Identity::Certain,
    // From memory: 64 KiB.
    public: Limit {
        unit: Unit::Bytes,
        max: 65_536,
    },
    private: Limit {
        unit: Unit::Bytes,
        max: 65_536,
    },
    mostly: PostKind::Message,
    handle: Handle::Optional,
    needs_reply_url: true,
    has_plans: false,
    credential: Form {
        says: "`EMAIL/token:API_TOKEN`: calls are made in a user's name",
        fits: |secret| {
            secret
                .split_once("/token:")
                .is_some_and(|(user, token)| user.contains('@') && !token.is_empty())
        },
        // Whose token.
        begins: "heard@northline.example/token:",
        ..Form::TOKEN
    },
    marks_names: false,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |post, _| forbidden(post),
    reply,
    outcome,
    aside: &super::aside::PRIVATE_ALREADY,
    fetch: None,
    told: Told {
        arrives: "public ticket comments",
        verified: "",
        answered: "comment",
        cannot: "trigger webhooks, whose body is the administrator's own, are not read; closed tickets take no answer",
    },
};

/// What carries its events.
pub static FEED: Feed = Feed {
    scheme: Scheme::Zendesk,
    headers: &[],
    handshake: no_handshake,
    parse: |d| parse(d.body, d.now_ms),
};

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
        "ticket.comment_added" | "ticket.comment_redacted" => {}
        _ if [
            "ticket.",
            "user.",
            "organization.",
            "article.",
            "community_post.",
            "agent.",
            "messaging_ticket.",
            "conversation.",
            "side_conversation.",
            "omnichannel_config.",
        ]
        .iter()
        .any(|signal| kind.starts_with(signal)) =>
        {
            return ignored(Ignored::NotAPost);
        }
        _ => return ignored(Ignored::UnknownKind),
    }
    let comment = read::at(document, &["event", "comment"]).unwrap_or(&Value::Null);
    if kind == "ticket.comment_redacted" {
        let event = document.get("event").unwrap_or(&Value::Null);
        let redacted = id(comment, &["id"]).or_else(|| id(event, &["comment_id"]));
        return match (account, redacted) {
            (Some(account), Some(comment)) => Event::Deleted {
                post: PostId::new(format!("{account}/{comment}")),
                author: id(event, &["comment", "author", "id"])
                    .map(|author| AuthorId::new(format!("{account}/{author}"))),
            },
            _ => ignored(Ignored::Malformed),
        };
    }
    let author_id = id(comment, &["author", "id"]);
    let by_rule = matches!(
        text(comment, &["via", "channel"]),
        Some("rule" | "system" | "automation" | "trigger")
    );
    // User -1 is the help desk itself.
    let by_system = by_rule || author_id.as_deref().is_some_and(|id| id.starts_with('-'));
    // An internal note is between agents.
    if comment.get("is_public") == Some(&Value::Bool(false)) {
        let staff = by_system || truth(comment, &["author", "is_staff"]);
        let why = if staff {
            Ignored::Own
        } else {
            Ignored::NotAPost
        };
        return ignored(why);
    }
    if by_system {
        return ignored(Ignored::Own);
    }
    let ticket = id(document, &["detail", "id"]).or_else(|| {
        let subject = text(document, &["subject"])?.strip_prefix("zen:ticket:")?;
        id(&Value::from(subject), &[])
    });
    let staff = truth(comment, &["author", "is_staff"]);
    let (Some(account), Some(comment_id), Some(ticket)) = (account, id(comment, &["id"]), ticket)
    else {
        return ignored(if staff {
            Ignored::Own
        } else {
            Ignored::Malformed
        });
    };
    let of_account = |id: &str| format!("{account}/{id}");
    let requester = id(document, &["detail", "requester_id"]);
    let created_ms = time_ms(document, &["time"]).unwrap_or(now_ms);
    let body = text(comment, &["body"]).unwrap_or_default();
    if staff && requester != author_id {
        let Some(requester) = requester else {
            return ignored(Ignored::Own);
        };
        let answer = OwnAnswer {
            id: PostId::new(of_account(&comment_id)),
            to: Some(AuthorId::new(of_account(&requester))),
            parent: None,
            text: words(Some(body)).0,
            created_ms,
        };
        return Event::Answered { answer };
    }
    let (own, quoted) = match quote::split(body) {
        Some((own, quoted)) => (own, Some(words(Some(&quoted)).0)),
        None => (body.to_owned(), None),
    };
    let (text_read, cut) = words(Some(&own));
    let sender = ["name", "email"].map(|key| text(comment, &["author", key]));
    let media = list(comment, "attachments").iter().map(|file| {
        let kind = read::media_kind(text(file, &["content_type"]).unwrap_or_default());
        let says = text(file, &["filename"]).or_else(|| text(file, &["file_name"]));
        read::media(kind, says, link(file, &["content_url"]), id(file, &["id"]))
    });
    Event::Made {
        post: Post {
            author: author_id.map(|author| Author {
                name: name(comment, &["author", "name"]),
                staff,
                ..person(of_account(&author))
            }),
            automatic: sender.into_iter().flatten().any(quote::is_program)
                || quote::is_automatic(text(document, &["detail", "subject"]), &own),
            text: text_read,
            quoted,
            media: media.take(read::MAX_MEDIA).collect(),
            cut,
            lang: lang(document, &["detail", "locale"]),
            addressed: true,
            ..blank(
                of_account(&comment_id),
                PostKind::Message,
                ticket,
                created_ms,
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
