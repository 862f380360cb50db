//! What a delivery leaves out, and the one call that asks the platform for it.
//!
//! Some deliveries name a post and do not carry it. A platform's file says what it leaves out ([`Fetch`]), how the
//! source's own credential asks for it, and how the answer is read: as another copy of the same post, marked as
//! fetched, which goes the way of every copy. So what the platform's terms say about keeping a delivery holds for it
//! too, and it is erased with the post.

use super::{Answer, ReplyCall, ReplyTo};
use crate::post::Post;
use serde::{Deserialize, Serialize};

/// What a post lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Its words: without them it cannot be judged.
    Words,
    /// Its author's name, which is asked for once in an interaction.
    Name,
}

/// What a platform is asked for.
#[derive(Debug)]
pub struct Fetch {
    /// In a line.
    pub says: &'static str,
    /// Where the platform says so.
    pub source: &'static str,
    /// When that was read: year-month.
    pub date: &'static str,
    /// What a post lacks that can be asked for.
    pub lacks: fn(&Post) -> Option<Lack>,
    /// The call; `None` where this credential or this post is none for it.
    pub call: fn(&ReplyTo<'_>, &Post) -> Option<ReplyCall>,
    /// Reads the answer.
    pub read: fn(&Answer<'_>, &Post, i64) -> Fetched,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fetched {
    /// The post with what it lacked.
    Found(Box<Post>),
    /// There is nothing to be had.
    Nothing {
        /// Why: a stable word and the platform's code.
        why: String,
    },
    /// The platform, or the way there, asks for another try.
    Later {
        /// In how many seconds, where the platform says.
        #[serde(default)]
        after_s: Option<u32>,
    },
}

impl Fetched {
    /// Nothing, for a reason and a code.
    pub(super) fn nothing(why: &str, code: impl std::fmt::Display) -> Self {
        Self::Nothing {
            why: format!("{why}:{code}"),
        }
    }
}
