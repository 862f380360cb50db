//! The details page: `[details]` and its secret.

use super::fit;
use super::problem::Problem;
use super::table::{Reader, Table};
use crate::details::keys::Keys;
use crate::details::link::{LONGEST_S, USUAL_S};

/// The secret of the details page. Optional: without it the page is off.
pub const DETAILS_KEY: &str = "DETAILS_KEY";

/// What the details page needs.
#[derive(Clone, Debug)]
pub struct Details {
    /// The keys of each secret, the newest first; empty where none is set, and then the page is off.
    pub keys: Vec<Keys>,
    /// Where customers reach the Worker, where that is not where agents do: `https://help.example`.
    pub url: Option<String>,
    /// How long a link is good, in seconds.
    pub good_s: u32,
}

impl Default for Details {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            url: None,
            good_s: USUAL_S,
        }
    }
}

impl Details {
    /// What an operator is told who has not set the secret: no mistake, for nobody needs the page.
    pub fn missing(&self) -> Option<Problem> {
        self.keys.is_empty().then(|| Problem {
            key: DETAILS_KEY.into(),
            says: format!(
                "is not set, so there is no details page for customers: `wrangler secret put {DETAILS_KEY}`"
            ),
        })
    }
}

impl Reader<'_> {
    pub(super) fn details(
        &mut self,
        table: &mut Table,
        secret: &dyn Fn(&str) -> Option<String>,
    ) -> Details {
        let mut t = self.table(table, "details");
        let url = self.text(&mut t, "url").and_then(|url| {
            let url = url.trim_end_matches('/').to_owned();
            let rest = url.strip_prefix("https://");
            let host = rest.filter(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']));
            if host.is_none() {
                self.problem(
                    t.at("url"),
                    "must be where customers reach the Worker, https and without a path: \"https://help.example\"",
                );
            }
            host.map(|host| format!("https://{host}"))
        });
        let hours = self.number(&mut t, "link_hours", 1..=LONGEST_S / 3_600, USUAL_S / 3_600);
        self.finish(t);
        let is_set = secret(DETAILS_KEY).is_some_and(|text| !text.trim().is_empty());
        let keys = match is_set {
            true => self.secret(
                DETAILS_KEY,
                "there is no details page",
                secret,
                fit::token_key,
            ),
            false => Vec::new(),
        };
        Details {
            keys: keys.iter().filter_map(Keys::of).collect(),
            url,
            good_s: hours * 3_600,
        }
    }
}
