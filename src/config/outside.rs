//! Reads who is told elsewhere of what happens (`[[receivers]]`), and which other sites may call (`[api]`).

use super::fit;
use super::receivers::Receiver;
use super::secrets::receiver_secret;
use super::table::{Reader, Table};
use crate::post::Workgroup;
use crate::signature::scheme::Scheme;

/// The most receivers: each costs an alarm a look.
const MOST: usize = 20;

impl Reader<'_> {
    /// The receivers; those with mistakes are left out.
    pub(super) fn receivers(
        &mut self,
        table: &mut Table,
        secret: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<Receiver> {
        let mut receivers: Vec<Receiver> = Vec::new();
        for mut t in self.opt_tables(table, "receivers") {
            let id = self.id(&mut t, "id");
            let url = self.required(&mut t, "url");
            let events = self.texts(&mut t, "events");
            let workgroups = self.texts(&mut t, "workgroups");
            let key = t.key.clone();
            self.finish(t);
            let (Some(id), Some(url)) = (id, url) else {
                continue;
            };
            if receivers.iter().any(|one| one.id == id) {
                self.problem(format!("{key}.id"), format!("\"{id}\" is taken already"));
                continue;
            }
            if receivers.len() >= MOST {
                self.problem("receivers", format!("are more than {MOST}"));
                break;
            }
            if !is_address(&url) {
                self.problem(
                    format!("{key}.url"),
                    "must begin with https:// and name a host, without a password or a #",
                );
                continue;
            }
            if let Some(wrong) = events.iter().find(|event| !is_kind(event)) {
                self.problem(
                    format!("{key}.events"),
                    format!(
                        "\"{wrong}\" is not the type of an event: write \"interaction.opened\", or \"interaction.*\" for all of a kind"
                    ),
                );
                continue;
            }
            let name = receiver_secret(&id);
            let keys = self.secret(&name, "nothing is sent to it", secret, |text| {
                fit::app_key(Scheme::Standard, text)
            });
            receivers.push(Receiver {
                id,
                url,
                events,
                workgroups: workgroups.into_iter().map(Workgroup::new).collect(),
                keys,
            });
        }
        receivers
    }
}

/// Whether it is where something can be sent over TLS.
fn is_address(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    !host.is_empty()
        && !host.starts_with(':')
        && !host.contains('@')
        && url.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

/// What events are called by.
const KINDS: [&str; 3] = ["interaction.", "promise.", "sla."];

/// Whether it is the type of an event, or of several. Which there are within a kind is the queue's to know, and a
/// later version may know more.
fn is_kind(text: &str) -> bool {
    let begins = KINDS.into_iter().find_map(|kind| text.strip_prefix(kind));
    begins.is_some_and(|rest| {
        rest == "*"
            || (!rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    })
}

impl Reader<'_> {
    /// The origins whose pages may call the agents' API.
    pub(super) fn origins(&mut self, table: &mut Table) -> Vec<String> {
        let mut t = self.table(table, "api");
        let origins = self.texts(&mut t, "origins");
        let key = t.at("origins");
        self.finish(t);
        let (good, bad): (Vec<String>, Vec<String>) =
            origins.into_iter().partition(|origin| is_origin(origin));
        for one in bad {
            self.problem(
                key.clone(),
                format!(
                    "\"{one}\" is not an origin: write a scheme and a host as browsers do, \"https://desk.example\""
                ),
            );
        }
        good
    }
}

/// Whether a browser would say so: in lower case, without a path. Only a page of the developer's own machine may come
/// without TLS.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| {
        let host = text.strip_prefix("http://")?;
        let name = host.split(':').next()?;
        matches!(name, "localhost" | "127.0.0.1").then_some(host)
    });
    host.is_some_and(|host| {
        let (name, port) = host.split_once(':').unwrap_or((host, "1"));
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
            && port.parse::<u16>().is_ok_and(|port| port > 0)
    })
}
