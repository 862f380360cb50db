//! Facebook Pages: comments, visitor posts, mentions and reviews.
//!
//! `reply_to` is the id of the comment or post under which the reply goes: the post itself, or, for
//! an answer inside a thread, the thread's top comment, because threads have two levels.
//! `private:comment:ID` and `private:post:ID` are a private reply to it.
//! Documented at developers.facebook.com/docs/graph-api/webhooks/reference/page (2026-06); `ratings`
//! from restfb's source. No key of a value is promised.
//!
//! # Every field, item and verb
//!
//! | field | read as |
//! |---|---|
//! | `feed` | by its `item`, below |
//! | `mention` | a mention, in a post or a comment, anywhere |
//! | `ratings` | a review with its stars or recommendation (whether Meta still sends it is unproved); comments on one as in `feed` |
//! | `messages` and its kin | come under `messaging`: [`super::messenger`] |
//! | `conversations`, `leadgen`, `live_videos`, `videos`, `message_template_status_update`, `page_*`, `products`, and the Page's own details (`about`, `hours`, `name`, `phone`, ...) | ignored: ids, and what the Page itself changed |
//! | any other | ignored as unknown |
//!
//! | item | read as |
//! |---|---|
//! | `comment` | a comment; its photo, film, sticker or link is shown |
//! | `post`, `status`, `photo`, `video`, `link`, `note`, `question` | a visitor's post |
//! | `share` | a post that shows ours to somebody's friends: said to us only if it names us |
//! | `rating`, `review`, `recommendation` | a review |
//! | `album`, `event`, `experience`, `milestone` | a post where it has words; else ignored |
//! | `reaction`, `like`, `connection`, `address`, `page`, `picture`, `profile`, `coupon`, `relationship-status`, `tag`, `interest`, `mention` ... | ignored: no words |
//! | any other | ignored as unknown |
//!
//! | verb | read as |
//! |---|---|
//! | `add` | made |
//! | `edit`, `edited`, `update`, and `unhide` with its words | edited |
//! | `remove`, `delete` | deleted |
//! | `hide` | deleted: a public answer to it would talk to nobody, and somebody at the Page has dealt with it |
//! | `block`, `unblock`, `follow`, `mute` | ignored |
//!
//! # Who is who
//!
//! - **Spoken to** are we in a visitor's post, a mention, a review and a comment under a post on our
//!   Page, unless it begins with another's name (`message_tags`). A comment inside a thread answers
//!   whoever wrote above it, and nothing says who that was: it is said to us only where it names us.
//! - **Staff**: the Page's own id. Its comments are our answer, to whom they name first or to what they
//!   stand under. People of the Page who write as themselves are not marked.
//! - **Quoted** is nothing: a shared post is a link.
//! - **Automatic**: nothing is marked.
//! - **One person** has one id for a Page, the same in all fields, and another in Messenger. Nothing joins
//!   the two.
//! - **Poor copies**: `mention` may come without the actor, and any update does where the app may not see
//!   it. The ids of post and comment are those of `feed`.

use super::aside::{Aside, How, Reach, Sourced, Way};
use super::form::Form;
use super::graph::{self, Context, call, graph, ignored};
use super::profile::{AccountForm, Handle, Identity, Profile, Told, utf16};
use super::read::{at, id, link, list, name, number, text, time_ms, truth, words};
use super::{Allowance, Place, Within};
use super::{Event, Ignored, OwnAnswer, ReplyCall, ReplyTo, blank, media, person};
use crate::platform::eligibility::Rule;
use crate::post::{Author, AuthorId, Media, MediaKind, Post, PostId, PostKind};
use serde_json::{Value, json};

/// What is known of it.
pub static PROFILE: Profile = Profile {
    account: AccountForm::number("the Page's id, a number"),
    ids_within_account: None,
    // Meta leaves the actor out where the app may not see it.
    identity: Identity::AuthorMayLack,
    // From memory of the product; no page of Meta's documents it.
    public: utf16(8_000),
    // Messenger's SDKs say characters; UTF-16 units are never fewer.
    private: utf16(2_000),
    mostly: PostKind::Comment,
    handle: Handle::Optional,
    needs_reply_url: false,
    has_plans: false,
    credential: Form::TOKEN,
    marks_names: false,
    like_mail: false,
    allowed: ALLOWED,
    rules: RULES,
    forbidden: |post, _| forbidden(post),
    reply,
    outcome: graph::outcome,
    aside: &ASIDE,
    fetch: None,
    told: Told {
        arrives: "comments, visitor posts, mentions; edits, deletions, hiding",
        verified: ": `X-Hub-Signature-256`",
        answered: "comment",
        cannot: "a post whose author Meta leaves out is never answered automatically; private replies are a person's alone",
    },
};

/// The `reply_to` of a private reply.
fn private(post: &Post) -> Option<String> {
    match post.kind {
        PostKind::Comment => Some(format!("private:comment:{}", post.id)),
        PostKind::Topic => Some(format!("private:post:{}", post.id)),
        PostKind::Mention | PostKind::Review | PostKind::Message => None,
    }
}

/// From public to private.
static ASIDE: Aside = Aside {
    ways: &[
        Way {
            how: How::PrivateReply,
            says: "one message for a comment on the Page or a visitor's post, within seven days; more once its author answers",
            source: "developers.facebook.com/docs/messenger-platform/discovery/private-replies",
            date: "2026-04",
            within: Some(Within {
                ms: PRIVATE_REPLY_MS,
                rule: &PRIVATE_REPLY,
            }),
            reach: Reach::Call(private),
        },
        Way {
            how: How::Link,
            says: "m.me opens a conversation with the Page",
            source: "developers.facebook.com/docs/messenger-platform/discovery/m-me-links (from memory)",
            date: "2026-11",
            within: None,
            reach: Reach::Link(|we| Some(format!("https://m.me/{}", we.account))),
        },
    ],
    cannot: Sourced {
        says: "a private reply goes to a comment or a visitor's post on our own Page alone",
        source: "developers.facebook.com/docs/messenger-platform/discovery/private-replies",
        date: "2026-04",
    },
};

/// Meta leaves the actor out where the app may not see it; it may be the Page itself.
static ABSENT_ACTOR: Rule = Rule {
    name: "facebook.absent_actor",
    says: "an update without its actor may be our own: nobody is answered until the actor is known",
    source: "developers.facebook.com/docs/graph-api/webhooks/reference/page",
    date: "2026-06",
};

/// Hidden on arrival, by the Page's own word filter.
static HIDDEN: Rule = Rule {
    name: "facebook.hidden",
    says: "a hidden comment is seen by its author's friends alone: a public reply answers nobody",
    source: "developers.facebook.com/docs/graph-api/webhooks/reference/page",
    date: "2026-06",
};

/// People talk to each other under our posts.
static NOT_ADDRESSED: Rule = Rule {
    name: "facebook.not_addressed",
    says: "it answers or names somebody else, and not the Page: a note would butt in",
    source: "heard",
    date: "2026-11",
};

/// How many pictures of a post, or names in it, are looked at.
const MOST: usize = 32;

/// What sort of thing an update is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Comment,
    Post,
    Share,
    Review,
}

impl Item {
    fn of(field: &str, value: &Value) -> Result<Self, Ignored> {
        let worded = || text(value, &["message"]).is_some_and(|words| !words.trim().is_empty());
        match text(value, &["item"]).unwrap_or_default() {
            "comment" => Ok(Item::Comment),
            "post" | "status" | "photo" | "video" | "link" | "note" | "question" => Ok(Item::Post),
            "share" => Ok(Item::Share),
            "rating" | "review" | "recommendation" => Ok(Item::Review),
            "album" | "event" | "experience" | "milestone" if worded() => Ok(Item::Post),
            "album"
            | "event"
            | "experience"
            | "milestone"
            | "reaction"
            | "like"
            | "connection"
            | "address"
            | "page"
            | "picture"
            | "profile"
            | "coupon"
            | "relationship-status"
            | "tag"
            | "interest"
            | "mention"
            | "group"
            | "group_message"
            | "platform-story"
            | "photo-album"
            | "timeline cover" => Err(Ignored::NotAPost),
            "" if field == "ratings" => Ok(Item::Review),
            "" if field == "mention" => Ok(match value.get("comment_id") {
                Some(_) => Item::Comment,
                None => Item::Post,
            }),
            "" => Err(Ignored::Malformed),
            _ => Err(Ignored::UnknownKind),
        }
    }

    /// The id of the post or comment itself.
    fn id(self, value: &Value) -> Option<String> {
        match self {
            Item::Comment => id(value, &["comment_id"]),
            Item::Post | Item::Share => id(value, &["post_id"]),
            Item::Review => id(value, &["open_graph_story_id"]).or_else(|| id(value, &["post_id"])),
        }
    }
}

/// Reads the value of a change.
pub(super) fn read(field: &str, value: &Value, context: &Context<'_>) -> Event {
    match field {
        "feed" | "mention" | "ratings" => {}
        "conversations"
        | "leadgen"
        | "live_videos"
        | "videos"
        | "products"
        | "about"
        | "description"
        | "hours"
        | "location"
        | "name"
        | "phone"
        | "email"
        | "website"
        | "picture"
        | "general_info"
        | "message_template_status_update" => {
            return ignored(Ignored::NotAPost);
        }
        _ if field.starts_with("page_") => return ignored(Ignored::NotAPost),
        _ => return ignored(Ignored::UnknownKind),
    }
    let item = match Item::of(field, value) {
        Ok(item) => item,
        Err(why) => return ignored(why),
    };
    let author = author(value);
    let own =
        author.is_some() && author.as_ref().map(|author| author.id.as_str()) == context.account;
    let verb = text(value, &["verb"]).unwrap_or("add");
    let Some(post_id) = item.id(value) else {
        return ignored(if own {
            Ignored::Own
        } else {
            Ignored::Malformed
        });
    };
    let comment = item == Item::Comment;
    let root = id(value, &["post_id"]);
    let parent = id(value, &["parent_id"])
        .or_else(|| if comment { root.clone() } else { None })
        .filter(|parent| *parent != post_id);
    let nested = comment && parent.is_some() && root.is_some() && parent != root;
    let named: Vec<(String, i64)> = names(value);
    let others_name = named
        .iter()
        .find(|(whom, at)| *at == 0 && Some(whom.as_str()) != context.account);
    let created_ms = time_ms(value, &["created_time"]).unwrap_or(context.time_ms);
    let written = if item == Item::Review {
        text(value, &["review_text"]).or_else(|| text(value, &["message"]))
    } else {
        text(value, &["message"])
    };
    let (words, cut) = words(written);
    if own {
        return match parent {
            Some(parent) if comment && verb == "add" => Event::Answered {
                answer: OwnAnswer {
                    id: PostId::new(post_id),
                    to: others_name.map(|(whom, _)| AuthorId::new(whom)),
                    parent: Some(PostId::new(parent)),
                    text: words,
                    created_ms,
                },
            },
            _ => ignored(Ignored::Own),
        };
    }
    match verb {
        "add" | "edit" | "edited" | "update" => {}
        "remove" | "delete" | "hide" => {
            return Event::Deleted {
                post: PostId::new(post_id),
                author: author.map(|author| author.id),
            };
        }
        // Shown again: as it reads now, if it is said how.
        "unhide" if written.is_some() => {}
        "unhide" | "block" | "unblock" | "follow" | "mute" => return ignored(Ignored::NotAPost),
        _ => return ignored(Ignored::UnknownKind),
    }
    let names_us = named
        .iter()
        .any(|(whom, _)| Some(whom.as_str()) == context.account);
    let mention = field == "mention";
    let aside = nested || item == Item::Share || comment && others_name.is_some();
    let reply_to = match &parent {
        Some(top) if nested => top.clone(),
        _ => post_id.clone(),
    };
    let mut shown = carried(value);
    if item == Item::Review {
        shown.extend(score(value));
    }
    if words.is_empty() && shown.is_empty() {
        shown.push(media(MediaKind::Other, text(value, &["item"]), None, None));
    }
    let kind = match (mention, item) {
        (true, _) => PostKind::Mention,
        (false, Item::Comment) => PostKind::Comment,
        (false, Item::Review) => PostKind::Review,
        (false, Item::Post | Item::Share) => PostKind::Topic,
    };
    let post = Post {
        author,
        text: words,
        media: shown,
        cut,
        permalink: link(value, &["permalink_url"])
            .or_else(|| link(value, &["post", "permalink_url"])),
        parent: parent.map(PostId::new),
        barred: truth(value, &["is_hidden"]).then(|| HIDDEN.name.to_owned()),
        addressed: mention || names_us || !aside,
        // Nothing in it numbers an edit; the envelope's time is when Meta sent this one.
        version: Some(context.time_ms),
        ..blank(post_id, kind, reply_to, created_ms)
    };
    if verb == "add" {
        Event::Made { post }
    } else {
        Event::Edited { post }
    }
}

fn author(value: &Value) -> Option<Author> {
    let whose = |id_path: &[&str], name_path: &[&str]| {
        Some(Author {
            name: name(value, name_path),
            ..person(id(value, id_path)?)
        })
    };
    whose(&["from", "id"], &["from", "name"])
        .or_else(|| whose(&["reviewer_id"], &["reviewer_name"]))
}

/// Whom a text names, and where.
fn names(value: &Value) -> Vec<(String, i64)> {
    let tags = list(value, "message_tags").iter().take(MOST);
    tags.filter_map(|tag| {
        let at = number(tag, &["offset"]).unwrap_or(i64::MAX);
        Some((id(tag, &["id"])?, at))
    })
    .collect()
}

/// Pictures, films and links of a post or comment. The keys are those of captured updates; no page
/// lists them.
fn carried(value: &Value) -> Vec<Media> {
    let mut carried: Vec<Media> = Vec::new();
    let mut add = |kind: MediaKind, url: Option<String>, own_id: Option<String>| {
        if url.is_some() || own_id.is_some() {
            carried.push(media(kind, None, url, own_id));
        }
    };
    let photos = list(value, "photos").iter().take(MOST);
    let photos: Vec<String> = photos.filter_map(|photo| link(photo, &[])).collect();
    if photos.is_empty() {
        let photo = link(value, &["photo"]);
        add(MediaKind::Image, photo, id(value, &["photo_id"]));
    }
    for photo in photos {
        add(MediaKind::Image, Some(photo), None);
    }
    let video = link(value, &["video"]);
    add(MediaKind::Video, video, id(value, &["video_id"]));
    let sticker = link(value, &["sticker"]);
    add(MediaKind::Sticker, sticker, id(value, &["sticker_id"]));
    let of_picture = text(value, &["item"]).is_some_and(|item| matches!(item, "photo" | "video"));
    if !of_picture {
        add(MediaKind::Link, link(value, &["link"]), None);
    }
    if let Some(attached) = at(value, &["attachment"]).filter(|part| part.is_object()) {
        let sort = text(attached, &["type"]).unwrap_or_default();
        let kind = match sort {
            _ if sort.contains("sticker") => MediaKind::Sticker,
            _ if sort.contains("photo") => MediaKind::Image,
            _ if sort.contains("video") || sort.contains("animated") => MediaKind::Video,
            _ if sort.contains("share") => MediaKind::Link,
            _ => MediaKind::Other,
        };
        let url = link(attached, &["url"]).or_else(|| link(attached, &["media", "image", "src"]));
        let caption = text(attached, &["title"]).or(Some(sort));
        carried.push(media(kind, caption, url, id(attached, &["target", "id"])));
    }
    carried
}

/// How a review judges, besides its words.
fn score(value: &Value) -> Option<Media> {
    let stars = number(value, &["rating"]).map(|stars| format!("rating {stars} of 5"));
    let advice = text(value, &["recommendation_type"]);
    let advice = advice.map(|kind| format!("recommendation: {}", kind.to_lowercase()));
    let score = advice.or(stars)?;
    Some(media(MediaKind::Other, Some(&score), None, None))
}

/// How long after a comment one private reply to it is taken: seven days.
const PRIVATE_REPLY_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

static PRIVATE_REPLY: Rule = Rule {
    name: "facebook.private_reply_7d",
    says: "one private reply to a comment or visitor post, within seven days of it, or none",
    source: "developers.facebook.com/docs/messenger-platform/discovery/private-replies",
    date: "2026-04",
};

/// Where an automatic reply may go.
pub static ALLOWED: &[Allowance] = &[
    Allowance {
        place: Place::Public,
        to: "a person's comment, visitor post or mention of the Page",
        most: None,
        within: None,
        source: "developers.facebook.com/docs/graph-api/reference/comment/comments",
        date: "2026-06",
    },
    Allowance {
        place: Place::Private,
        to: "a person's comment or visitor post: a private reply; Heard answers where the post is, so it sends none",
        most: Some(1),
        within: Some(Within {
            ms: PRIVATE_REPLY_MS,
            rule: &PRIVATE_REPLY,
        }),
        source: "developers.facebook.com/docs/messenger-platform/discovery/private-replies",
        date: "2026-04",
    },
];

/// The rules of this platform.
pub static RULES: &[&Rule] = &[&ABSENT_ACTOR, &HIDDEN, &NOT_ADDRESSED, &PRIVATE_REPLY];

/// The rule that forbids an automatic reply.
pub fn forbidden(post: &Post) -> Option<&'static Rule> {
    let absent = post.author.is_none().then_some(&ABSENT_ACTOR);
    absent.or_else(|| (!post.addressed).then_some(&NOT_ADDRESSED))
}

/// `POST /{comment or post}/comments`. No `fields` in it: they made Meta answer an error for
/// a comment it had created.
pub fn reply(to: &ReplyTo<'_>, text: &str) -> Option<ReplyCall> {
    if let Some(rest) = to.reply_to.strip_prefix("private:") {
        let (what, id) = rest.split_once(':')?;
        let recipient = match what {
            "comment" => json!({ "comment_id": id }),
            "post" => json!({ "post_id": id }),
            _ => return None,
        };
        let url = graph("graph.facebook.com", &[to.account.as_str(), "messages"])?;
        let body = json!({ "recipient": recipient, "message": { "text": text } });
        return call(to, url, &body);
    }
    let url = graph("graph.facebook.com", &[to.reply_to, "comments"])?;
    call(to, url, &json!({ "message": text }))
}
