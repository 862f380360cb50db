//! Where an answer stands.

use crate::post::Platform;

/// On one platform or any, in public, in private or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The platform; `None`: any.
    pub platform: Option<Platform>,
    /// Whether bystanders can read it; `None`: either way.
    pub public: Option<bool>,
}

impl Place {
    /// Reads `x`, `public`, `private`, `x public`.
    pub fn read(text: &str) -> Option<Self> {
        let mut place = Self::default();
        for word in text.split_whitespace() {
            match word {
                "public" | "private" if place.public.is_none() => {
                    place.public = Some(word == "public");
                }
                _ if place == Self::default() => place.platform = Some(Platform::named(word)?),
                _ => return None,
            }
        }
        (place != Self::default()).then_some(place)
    }

    /// Whether an answer on that platform, in public or not, stands here.
    pub fn holds(&self, platform: Platform, public: bool) -> bool {
        self.platform.is_none_or(|own| own == platform)
            && self.public.is_none_or(|own| own == public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_hold_what_they_name() {
        for (text, x_public, x_private, line_private) in [
            ("x", true, true, false),
            ("public", true, false, false),
            ("private", false, true, true),
            ("x public", true, false, false),
            ("line private", false, false, true),
        ] {
            let place = Place::read(text).unwrap();
            let holds = [
                place.holds(Platform::X, true),
                place.holds(Platform::X, false),
                place.holds(Platform::Line, false),
            ];
            assert_eq!(holds, [x_public, x_private, line_private], "{text}");
        }
        for text in [
            "",
            "y",
            "x y",
            "public private",
            "public x",
            "x public public",
        ] {
            assert_eq!(Place::read(text), None, "{text}");
        }
    }
}
