//! Calls to the platforms' management APIs, or to what stands in their place.

use super::report::Report;
use crate::platform::{Method, ReplyCall};
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::time::Duration;

/// How long a platform may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Who calls.
pub struct Api {
    /// Where calls go instead of to the platforms: `https://host/path` becomes `{base}/host/path`, as with replies.
    base: Option<String>,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Debug)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// `Date`, where it was there.
    pub date: Option<String>,
    /// Where it would lead on, where it does.
    pub leads: Option<String>,
    /// The body, as it came.
    pub text: String,
    /// The body as JSON; null if it is not JSON.
    pub body: Value,
}

impl Said {
    /// Whether the status says success.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A text in it.
    pub fn text_at(&self, pointer: &str) -> Option<&str> {
        self.body.pointer(pointer)?.as_str()
    }

    /// An id in it, whether it is written as a text or a number.
    pub fn id_at(&self, pointer: &str) -> Option<String> {
        id(self.body.pointer(pointer)?)
    }

    /// A list in it.
    pub fn list_at(&self, pointer: &str) -> &[Value] {
        let list = self.body.pointer(pointer).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// What the platform says went wrong, in whichever of their ways.
    fn complaint(&self) -> String {
        if let Some(to) = &self.leads {
            return format!("it leads on to {to}, where nothing is sent");
        }
        let places = [
            "/error/message",
            "/description",
            "/message",
            "/error_description",
            "/detail",
            "/status_message",
            "/errors/0/message",
            "/errors/0",
            "/title",
            "/error",
        ];
        let said = places.iter().find_map(|at| self.text_at(at));
        said.unwrap_or("no reason given")
            .chars()
            .take(300)
            .collect()
    }
}

/// An address as it may be called with a token: https, or this machine's own.
///
/// # Errors
/// Where it is another.
pub fn address(url: &str) -> anyhow::Result<String> {
    let read = reqwest::Url::parse(url).with_context(|| format!("{url:?} is not an address"))?;
    let host = read.host_str().unwrap_or_default();
    let here = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
    if read.scheme() != "https" && !(read.scheme() == "http" && here) {
        bail!("{url}: only https addresses are called, or this machine's own: a token goes along");
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// An id, whether it is written as a text or a number.
pub fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A call.
pub fn call(method: Method, url: impl Into<String>) -> ReplyCall {
    ReplyCall {
        method,
        url: url.into(),
        headers: Vec::new(),
        body: String::new(),
    }
}

/// A call with an access token.
pub fn bearing(token: &str, mut call: ReplyCall) -> ReplyCall {
    call.headers
        .push(("authorization".into(), format!("Bearer {token}")));
    call
}

/// A call with a body.
pub fn with(body: &Value, mut call: ReplyCall) -> ReplyCall {
    call.body = body.to_string();
    call
}

/// A part of a query, encoded.
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

impl Api {
    /// Calls the platforms, or `base` in their place.
    ///
    /// # Errors
    /// When the system lets nothing wait.
    pub fn new(base: Option<&str>) -> anyhow::Result<Self> {
        Ok(Self {
            base: base.map(|base| base.trim_end_matches('/').to_owned()),
            client: reqwest::Client::builder()
                .timeout(LIMIT)
                // A key would go along to whoever is there, and a page behind a POST would look like success.
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
        })
    }

    /// Makes a call.
    ///
    /// # Errors
    /// When nobody answers: why. The address is left out, as a token may stand in it.
    pub fn ask(&self, call: &ReplyCall) -> Result<Said, String> {
        let url = match (&self.base, call.url.strip_prefix("https://")) {
            (Some(base), Some(rest)) => format!("{base}/{rest}"),
            _ => call.url.clone(),
        };
        let mut request = match call.method {
            Method::Get => self.client.get(url),
            Method::Post => self.client.post(url),
            Method::Put => self.client.put(url),
        };
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if !call.body.is_empty() {
            request = request
                .header("content-type", "application/json")
                .body(call.body.clone());
        }
        self.runtime.block_on(async {
            let told = |why: reqwest::Error| {
                let why = why.without_url();
                let mut all = why.to_string();
                let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&why);
                while let Some(inner) = cause {
                    all = format!("{all}: {inner}");
                    cause = inner.source();
                }
                all
            };
            let answer = request.send().await.map_err(told)?;
            let status = answer.status().as_u16();
            let date = answer.headers().get("date");
            let date = date.and_then(|date| date.to_str().ok()).map(str::to_owned);
            let leads = answer.headers().get("location");
            let leads = leads.and_then(|to| to.to_str().ok()).map(|to| {
                let end = to.find(['?', '#']).unwrap_or(to.len());
                to.chars().take(end).collect()
            });
            let text = answer.text().await.map_err(told)?;
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            Ok(Said {
                status,
                date,
                leads,
                text,
                body,
            })
        })
    }

    /// Makes a call that must go well; where it does not, that is a line of the report.
    pub fn good(
        &self,
        report: &mut Report,
        what: &str,
        call: &ReplyCall,
        todo: &str,
    ) -> Option<Said> {
        match self.ask(call) {
            Ok(said) if said.is_good() => Some(said),
            Ok(said) => {
                let says = format!("{}: {}", said.status, said.complaint());
                report.wrong(what, says, todo);
                None
            }
            Err(why) => {
                report.wrong(
                    what,
                    format!("no answer ({why})"),
                    "try again; is there a way out to the network?",
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_no_address_in_clear() {
        for good in [
            "https://heard.example",
            "https://heard.example/",
            "http://127.0.0.1:8787",
            "http://localhost:1",
            "http://[::1]:1",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://heard.example",
            "http://127.0.0.1.evil.example",
            "ftp://127.0.0.1",
            "heard.example",
            "",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
