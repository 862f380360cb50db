//! One post, told more than once: the record keeps the best of all its copies.
//!
//! Platforms tell of one post by several events, in any order, and some of them are poor: a mention
//! without its author, an id without words, a stream's copy that does not say whom it is for. So what
//! a copy lacks is taken from another, whichever came first. Of two wordings the newer counts: an
//! edit's is newer than the first, and of two edits' the one that says so ([`Post::version`]). Only an
//! edit takes words away, and one without any is itself a poor copy.

use crate::judgement::Triage;
use crate::post::{Author, Post, PostKind};

/// A copy of a post, as it comes.
pub(super) struct Copy {
    pub post: Post,
    /// The judgement of its words.
    pub triage: Triage,
    /// Whether it tells of an edit.
    pub is_edit: bool,
}

/// What a further copy makes of a record.
pub(super) struct Better {
    pub post: Post,
    /// Whether the words are the copy's.
    pub words: bool,
}

/// The record with what a further copy adds; `None` where it adds nothing. `may` says whether the platform
/// lets us answer a post.
pub(super) fn better(
    kept: &Post,
    kept_is_edit: bool,
    copy: &Copy,
    may: impl Fn(&Post) -> bool,
) -> Option<Better> {
    let came = &copy.post;
    let words = says_more(kept, kept_is_edit, copy);
    let is_edited = copy.is_edit || kept_is_edit;
    // What belongs together: how to answer, and why not to. Of two wordings the newer tells; of two copies
    // of one wording the one that lets us answer: the other just does not know who named whom.
    let rank = |post: &Post, newer: bool| {
        let known = u8::from(post.author.is_some()) + u8::from(has_words(post));
        let kind = match post.kind {
            PostKind::Message => 4,
            PostKind::Comment => 3,
            PostKind::Mention => 2,
            PostKind::Review => 1,
            PostKind::Topic => 0,
        };
        (
            post.addressed,
            known,
            is_edited && newer,
            may(post),
            newer,
            kind,
        )
    };
    let (ours, theirs) = (rank(kept, !words), rank(came, words));
    let is_theirs = (theirs, &came.reply_to) > (ours, &kept.reply_to);
    let (how, other) = if is_theirs {
        (came, kept)
    } else {
        (kept, came)
    };
    let (worded, unworded) = if words { (came, kept) } else { (kept, came) };
    // Two copies of the first wording complete each other; an edit says all that is left.
    let completes = !copy.is_edit && !kept_is_edit;
    let more = completes && unworded.media.len() > worded.media.len();
    let either = |one: &Option<String>, other: &Option<String>| one.clone().or(other.clone());
    let post = Post {
        id: kept.id.clone(),
        kind: how.kind,
        author: both(kept.author.as_ref(), came.author.as_ref()),
        text: worded.text.clone(),
        calls: Vec::new(),
        quoted: match completes {
            true => either(&worded.quoted, &unworded.quoted),
            false => worded.quoted.clone(),
        },
        media: if more { unworded } else { worded }.media.clone(),
        automatic: kept.automatic || came.automatic,
        cut: worded.cut,
        lang: either(&worded.lang, &kept.lang),
        created_ms: kept.created_ms.min(came.created_ms),
        permalink: either(&how.permalink, &other.permalink),
        parent: how.parent.clone().or(other.parent.clone()),
        reply_to: how.reply_to.clone(),
        // An edit may lift what barred it; another copy just may not know.
        barred: match copy.is_edit && is_theirs {
            true => how.barred.clone(),
            false => either(&how.barred, &other.barred),
        },
        addressed: kept.addressed || came.addressed,
        fetched: kept.fetched || came.fetched,
        version: if words { came.version } else { kept.version },
    };
    // The same words may be numbered anew, and a copy's clock may be another.
    let same = Post {
        version: kept.version,
        created_ms: kept.created_ms,
        ..post.clone()
    };
    (same != *kept).then_some(Better { post, words })
}

/// Whether a post says anything at all.
fn has_words(post: &Post) -> bool {
    !post.text.is_empty() || post.quoted.is_some() || !post.media.is_empty()
}

/// Whether the copy's words take the place of the record's.
fn says_more(kept: &Post, kept_is_edit: bool, copy: &Copy) -> bool {
    let came = &copy.post;
    let same = came.text == kept.text && came.quoted == kept.quoted && came.media == kept.media;
    if same || !has_words(came) {
        return false;
    }
    if !has_words(kept) {
        return true;
    }
    match (copy.is_edit, kept_is_edit) {
        (true, _) => !matches!((came.version, kept.version), (Some(new), Some(old)) if new < old),
        (false, true) => false,
        // Two copies of the first wording: the one that was not cut off.
        (false, false) => {
            let part = kept.text.trim_end_matches(['…', '.']).trim_end();
            came.text.len() > kept.text.len() && came.text.starts_with(part)
                || kept.cut && !came.cut && came.text != kept.text
        }
    }
}

/// What both copies know of the author.
fn both(kept: Option<&Author>, came: Option<&Author>) -> Option<Author> {
    let (Some(kept), Some(came)) = (kept, came) else {
        return kept.or(came).cloned();
    };
    let mut author = kept.clone();
    author.name = author.name.or_else(|| came.name.clone());
    author.handle = author.handle.or_else(|| came.handle.clone());
    author.followers = author.followers.or(came.followers);
    author.bot |= came.bot;
    author.staff |= came.staff;
    for alias in std::iter::once(&came.id).chain(&came.aliases) {
        if *alias != author.id && !author.aliases.contains(alias) {
            author.aliases.push(alias.clone());
        }
    }
    author.aliases.sort();
    Some(author)
}
