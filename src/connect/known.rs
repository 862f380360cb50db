//! What is known of connecting a platform, and what is asked for one source.

use super::api::Api;
use super::probe::Probe;
use super::report::Report;
use crate::config::secrets::credential_name;
use crate::config::{App, Source};
use crate::signature::Key;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is known of connecting a platform.
#[derive(Debug)]
pub struct Connect {
    /// Where to find the account's id, and what is often mistaken for it.
    pub account: &'static str,
    /// Who chooses the app's secret, and where it is had or put.
    pub secret: (Chosen, &'static str),
    /// Where the reply token is had.
    pub token: &'static str,
    /// The events to subscribe, by the platform's names.
    pub events: &'static [&'static str],
    /// What is done by hand. `{url}` is the webhook's address, `{secret}` and `{verify}` the names of the secrets.
    pub steps: &'static [&'static str],
    /// What registering needs beside the Worker's secrets. They stand in the same file, and never reach the Worker.
    pub needs: &'static [Need],
    /// Registers and checks, where the platform has an API for it.
    pub api: Option<Does>,
    /// A document that the platform's own page takes.
    pub manifest: Option<fn(&Ask<'_>) -> Value>,
    /// How the platform tests our address before it delivers.
    pub handshake: Option<Handshake>,
    /// Where all of this stands.
    pub source: &'static str,
}

/// Registers (where [`Ask::change`] says so) and checks. It ends early where the rest would make no sense.
pub type Does = fn(&Api, &Ask<'_>, &mut Report) -> Option<()>;

/// Makes a handshake of an app's key, its verify token and a text that never comes twice.
pub type Handshake = fn(&Key, Option<&Key>, &str) -> Probe;

/// Who chooses a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// We do, and tell the platform.
    Us,
    /// The platform does, and shows it.
    Platform,
}

/// Something that registering needs.
#[derive(Debug)]
pub struct Need {
    /// Its name in the file of secrets.
    pub name: &'static str,
    /// What it is and where it is had.
    pub says: &'static str,
    /// Whether nothing can be asked without it.
    pub always: bool,
}

/// What is asked for: one source.
pub struct Ask<'a> {
    /// The source.
    pub source: &'a Source,
    /// Its app.
    pub app: &'a App,
    /// The webhook's address.
    pub url: String,
    /// The secrets, by name.
    pub values: &'a BTreeMap<String, String>,
    /// Whether to register, or only to look.
    pub change: bool,
    /// Whether to take over what is registered for another address.
    pub replace: bool,
    /// Epoch milliseconds.
    pub now_ms: i64,
}

impl Ask<'_> {
    /// The newest value of a secret: several may stand in one, newest first.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.split_whitespace().next()
    }

    /// The source's reply token.
    pub fn token(&self) -> Option<&str> {
        self.value(&credential_name(&self.source.id))
    }

    /// The app's newest secret.
    pub fn secret(&self) -> Option<&str> {
        self.value(&self.app.secret)
    }

    /// The app's newest verify token.
    pub fn verify(&self) -> Option<&str> {
        self.value(self.app.verify_secret.as_deref()?)
    }

    /// Steps by hand, filled in.
    pub fn filled(&self, steps: &[&str]) -> Vec<String> {
        let verify = self.app.verify_secret.as_deref().unwrap_or_default();
        let filled = |step: &&str| {
            step.replace("{url}", &self.url)
                .replace("{secret}", &self.app.secret)
                .replace("{verify}", verify)
        };
        steps.iter().map(filled).collect()
    }
}
