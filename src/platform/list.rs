//! The list of platforms gives each its profile, and the feed that carries its events.

use super::profile::{Feed, Profile};
use super::{
    bluesky, discourse, facebook, instagram, line, linkedin, mastodon, messenger, meta, slack,
    standard, telegram, threads, tiktok, viber, whatsapp, x, zendesk,
};
use crate::post::{Platform, platforms};
use crate::signature::scheme::Scheme;

macro_rules! profiles {
    ($($platform:ident = $name:ident, by $feed:ident;)*) => {
        impl Platform {
            /// What is known of it.
            pub fn profile(self) -> &'static Profile {
                match self {
                    $(Platform::$platform => &$name::PROFILE,)*
                }
            }

            /// What carries its events.
            pub fn feed(self) -> &'static Feed {
                match self {
                    $(Platform::$platform => &$feed::FEED,)*
                }
            }
        }
    };
}

platforms!(profiles);

impl Scheme {
    /// What an app of this scheme carries while no source of it says so: the first platform's feed that is
    /// signed so, and where there is none, our own JSON.
    pub fn feed(self) -> &'static Feed {
        let mut feeds = Platform::ALL.iter().map(|platform| platform.feed());
        let feed = feeds.find(|feed| feed.scheme == self);
        feed.unwrap_or(&standard::FEED)
    }
}
