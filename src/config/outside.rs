//! What is open to other sites (`[api]`).

use super::table::{Reader, Table};

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
