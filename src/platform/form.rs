//! How the secret that authorises a platform's reply calls may be written.

/// The forms that a platform's secret may have.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// What a token is, where not every text may be one.
    pub says: &'static str,
    /// Whether a text may be one.
    pub fits: fn(&str) -> bool,
    /// What stands before the secret part of one that is made up for development.
    pub begins: &'static str,
    /// Which shapes it takes besides a token.
    pub shapes: &'static [Shape],
}

impl Form {
    /// A token of which nothing is known.
    pub const TOKEN: Self = Self {
        says: "",
        fits: |_| true,
        begins: "",
        shapes: &[],
    };
}

/// A shape besides a token, which a word before a colon tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// X's keys that sign each call.
    OAuth1,
    /// X's seed of tokens.
    OAuth2,
    /// Bluesky's login.
    Session,
}

impl Shape {
    /// The shape that this word tells.
    pub fn named(word: &str) -> Option<Self> {
        let all = [Self::OAuth1, Self::OAuth2, Self::Session];
        all.into_iter().find(|shape| shape.names().0 == word)
    }

    /// Its word, and whose shape it is.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::OAuth1 => ("oauth1", "x"),
            Self::OAuth2 => ("oauth2", "x"),
            Self::Session => ("session", "bluesky"),
        }
    }
}

/// Whether a text is of letters, digits, `_` and `-` alone.
pub fn is_plain(text: &str) -> bool {
    let mut bytes = text.bytes();
    !text.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}
