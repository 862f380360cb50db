//! Whether a crowd looks arranged (insight.md, section 3).
//!
//! A stranded train is synchronous, has one hashtag, one link and copied texts: so no single signal says anything, and
//! being at the same time is none at all. Flagged are those who show two signals that do not follow from each other:
//! a text like others' (compared without links), the link that others share, an account that the platform says is
//! new. Unknown age is not new. The flag is said beside the count, in numbers ("14 of 31 look alike"); nobody is
//! blocked, no acknowledgment is withheld for it, and an emergency is never discounted.

use super::alike::Print;
use super::who::Who;
use std::collections::BTreeMap;

/// Past how many members texts are no longer compared in pairs: 200 are 20,000 comparisons.
const COMPARED: usize = 200;

/// A member as far as this asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// Who.
    pub who: Option<Who>,
    /// What the text is like.
    pub print: Print,
    /// The link it carries, as a keyed number.
    pub link: Option<u32>,
    /// Whether the platform says that the account is new.
    pub is_new: bool,
    /// Whether somebody is in danger: never discounted.
    pub emergency: bool,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many members there are.
    pub members: u32,
    /// How many texts are like another's.
    pub alike: u32,
    /// How many carry the link that most carry, if at least three do.
    pub same_link: u32,
    /// How many accounts are said to be new.
    pub new: u32,
    /// Which members, by place, show two signals and are in no danger.
    pub flagged: Vec<usize>,
    /// Whether most members show two: else nothing is flagged.
    pub is_brigade: bool,
}

impl Found {
    /// In words, where something is to be said.
    pub fn note(&self) -> Option<String> {
        if !self.is_brigade {
            return None;
        }
        let mut parts = Vec::new();
        if self.alike > 0 {
            parts.push(format!("{} of {} look alike", self.alike, self.members));
        }
        if self.same_link > 0 {
            parts.push(format!(
                "{} of {} carry the same link",
                self.same_link, self.members
            ));
        }
        if self.new > 0 {
            parts.push(format!("{} of {} accounts are new", self.new, self.members));
        }
        Some(format!(
            "{}. That can be arranged, or people passing one text on. {} of them are not counted.",
            parts.join(", "),
            self.flagged.len()
        ))
    }
}

/// Looks at the members of a crowd.
pub fn look(members: &[Member]) -> Found {
    let n = members.len();
    let mut alike = vec![false; n];
    let compared = members.iter().take(COMPARED).enumerate();
    for (i, one) in compared {
        for (j, other) in members.iter().take(COMPARED).enumerate().skip(i + 1) {
            let are_two = one.who.is_none() || one.who != other.who;
            if are_two && one.print.is_like(&other.print) {
                for at in [i, j] {
                    if let Some(is) = alike.get_mut(at) {
                        *is = true;
                    }
                }
            }
        }
    }
    let mut links: BTreeMap<u32, u32> = BTreeMap::new();
    for link in members.iter().filter_map(|member| member.link) {
        *links.entry(link).or_default() += 1;
    }
    let shared = links.into_iter().max_by_key(|(_, n)| *n);
    let shared = shared.filter(|(_, n)| *n >= 3).map(|(link, _)| link);
    let signals = |at: usize, member: &Member| {
        let has_link = shared.is_some() && member.link == shared;
        let like = alike.get(at).copied().unwrap_or(false);
        u8::from(like) + u8::from(has_link) + u8::from(member.is_new)
    };
    let two: Vec<usize> = members
        .iter()
        .enumerate()
        .filter(|(at, member)| signals(*at, member) >= 2)
        .map(|(at, _)| at)
        .collect();
    let is_brigade = n >= 5 && two.len() * 2 > n;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let in_no_danger = |at: &usize| members.get(*at).is_some_and(|member| !member.emergency);
    Found {
        members: count(n),
        alike: count(alike.iter().filter(|is| **is).count()),
        same_link: count(
            members
                .iter()
                .filter(|m| shared.is_some() && m.link == shared)
                .count(),
        ),
        new: count(members.iter().filter(|member| member.is_new).count()),
        flagged: if is_brigade {
            two.into_iter().filter(in_no_danger).collect()
        } else {
            Vec::new()
        },
        is_brigade,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(text: &str) -> Print {
        Print::of(1, &text.split(' ').collect::<Vec<_>>())
    }

    fn member(i: u64, text: &str, link: Option<u32>) -> Member {
        Member {
            who: Some(Who(i)),
            print: print(text),
            link,
            ..Member::default()
        }
    }

    const COPIED: &str = "everybody must know that this company steals from its own riders";

    #[test]
    fn a_stranded_train_is_no_brigade() {
        // One hashtag, one link, at the same time, each in their own words.
        let words = [
            "water", "toilets", "heating", "driver", "doors", "children", "signal", "lights",
        ];
        let crowd: Vec<Member> = (0..16_usize)
            .map(|i| {
                let text = format!(
                    "stuck at woking {} {} gone since {i} and {} too nobody says a thing",
                    words[i % 8],
                    words[(i + 3) % 8],
                    words[(i * 5 + 1) % 8]
                );
                member(i as u64, &text, Some(9))
            })
            .collect();
        let found = look(&crowd);
        assert!(!found.is_brigade, "{found:?}");
        assert_eq!(
            (found.note(), found.flagged.len(), found.same_link),
            (None, 0, 16)
        );
        // Nor are copies of one text without a second sign.
        let copies: Vec<Member> = (0..16).map(|i| member(i, COPIED, None)).collect();
        assert!(!look(&copies).is_brigade);
    }

    #[test]
    fn two_signals_on_most_are_told_in_numbers_and_emergencies_still_count() {
        let mut crowd: Vec<Member> = (0..14).map(|i| member(i, COPIED, Some(4))).collect();
        crowd.extend((14..20).map(|i| {
            member(
                i,
                &format!("late again {i} in the rain at stop {i} with my two bags"),
                None,
            )
        }));
        crowd[3].emergency = true;
        let found = look(&crowd);
        assert!(found.is_brigade);
        assert_eq!((found.members, found.alike, found.same_link), (20, 14, 14));
        assert!(!found.flagged.contains(&3) && found.flagged.len() == 13);
        let note = found.note().unwrap();
        assert!(
            note.starts_with("14 of 20 look alike, 14 of 20 carry the same link."),
            "{note}"
        );
    }

    #[test]
    fn one_person_who_repeats_themselves_is_not_like_another() {
        let crowd: Vec<Member> = (0..8).map(|_| member(1, COPIED, Some(4))).collect();
        assert_eq!(look(&crowd).alike, 0);
    }
}
