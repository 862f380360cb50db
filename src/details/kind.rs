//! Which of a customer's pages a link leads to.

/// To which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where a customer leaves details.
    Details,
    /// Where they say how it went.
    Survey,
}

impl Kind {
    /// Both.
    pub const ALL: [Kind; 2] = [Kind::Details, Kind::Survey];

    /// What every token begins with: its kind and version, so that one that leaked can be searched for.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Kind::Details => "hd1",
            Kind::Survey => "hs1",
        }
    }

    /// The path before the token.
    pub fn path(self) -> &'static str {
        match self {
            Kind::Details => "/details/",
            Kind::Survey => "/survey/",
        }
    }

    /// The slot in a reply or a canned answer that becomes the link.
    pub fn slot(self) -> &'static str {
        match self {
            Kind::Details => "{details}",
            Kind::Survey => "{survey}",
        }
    }
}
