//! Cues: what the phrases of a post tell, found by a lexicon in one pass.

use super::text::Token;

/// What a phrase tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// Its author may harm themselves.
    SelfHarm,
    /// Another one may.
    Danger,
    /// It is a figure of speech, or another deed.
    Unreal,
    /// How long something has lasted.
    Duration,
    /// How soon it will be too late.
    Deadline,
}

impl Cue {
    pub(super) fn named(name: &str) -> Option<Cue> {
        match name {
            "selfharm" => Some(Cue::SelfHarm),
            "danger" => Some(Cue::Danger),
            "unreal" => Some(Cue::Unreal),
            _ => None,
        }
    }
}

/// A cue found in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it tells.
    pub cue: Cue,
    /// Its first token.
    pub first: u32,
    /// The token after its last.
    pub end: u32,
    /// For durations and deadlines: minutes; else 0.
    pub minutes: u32,
}

/// The bytes of the post that the tokens from `first` to before `end` came from.
pub fn quote<'a>(post: &'a str, tokens: &[Token], first: u32, end: u32) -> &'a str {
    let from = tokens.get(first as usize).map_or(0, |t| t.from as usize);
    let to = tokens
        .get((end as usize).saturating_sub(1))
        .map_or(0, |t| t.to as usize);
    post.get(from..to).unwrap_or_default()
}
