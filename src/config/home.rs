//! Where on Earth the objects are.

use super::table::{Reader, Table};
use crate::config::problem::Problem;
use serde::{Deserialize, Serialize};

/// Where the platform may run and store an object. Cloudflare keeps to it; what is in one jurisdiction is
/// not in another, whatever its name ([data location][doc], read 2026-11).
///
/// [doc]: https://developers.cloudflare.com/durable-objects/reference/data-location/
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Jurisdiction {
    /// The European Union.
    Eu,
    /// The United States.
    Us,
    /// Data centers authorized under FedRAMP.
    Fedramp,
}

impl Jurisdiction {
    /// Every jurisdiction.
    pub const ALL: [Self; 3] = [Self::Eu, Self::Us, Self::Fedramp];

    /// The name that the platform and the configuration use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::Us => "us",
            Self::Fedramp => "fedramp",
        }
    }

    /// The jurisdiction of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }

    /// The locations within it.
    fn locations(self) -> &'static [&'static str] {
        match self {
            Self::Eu => &["weur", "eeur"],
            Self::Us | Self::Fedramp => &["wnam", "enam"],
        }
    }
}

/// The platform's location hints: North America west and east, South America, Europe west and east, Asia
/// and the Pacific, Oceania, Africa, the Middle East.
const LOCATIONS: [&str; 9] = [
    "wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me",
];

/// Where the objects are. Nothing of it can be changed once there are some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// Where they may be; `None`: anywhere.
    pub jurisdiction: Option<Jurisdiction>,
    /// Where they should be made, if the platform can; `None`: near whoever asks first.
    pub location: Option<&'static str>,
}

impl Home {
    /// What is wrong where the objects were made in another jurisdiction than this one: those of the same names
    /// here are other, empty ones.
    pub fn moved(&self, recorded: Option<Jurisdiction>) -> Option<Problem> {
        let name = |of: Option<Jurisdiction>| of.map_or("none", Jurisdiction::as_str);
        (recorded != self.jurisdiction).then(|| Problem {
            key: "jurisdiction".into(),
            says: format!(
                "is {}, but everything lies in {}: in another jurisdiction the queue is empty, so nothing is \
                 taken in or answered; set it back, or deploy under another name",
                name(self.jurisdiction),
                name(recorded)
            ),
        })
    }
}

impl Reader<'_> {
    pub(super) fn home(&mut self, table: &mut Table) -> Home {
        let jurisdiction = self.text(table, "jurisdiction").and_then(|name| {
            let found = Jurisdiction::named(&name);
            if found.is_none() {
                let known = Jurisdiction::ALL.map(Jurisdiction::as_str).join(", ");
                self.problem(
                    table.at("jurisdiction"),
                    format!("\"{name}\" is not a jurisdiction; one of {known}"),
                );
            }
            found
        });
        let fits = jurisdiction.map_or(&LOCATIONS[..], Jurisdiction::locations);
        let location = self.text(table, "location").and_then(|name| {
            let found = fits.iter().find(|known| **known == name).copied();
            if found.is_none() {
                self.problem(
                    table.at("location"),
                    format!(
                        "\"{name}\" is not a location hint there; one of {}",
                        fits.join(", ")
                    ),
                );
            }
            found
        });
        Home {
            jurisdiction,
            location,
        }
    }
}
