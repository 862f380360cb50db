//! The names of the secrets that a configuration asks for.

use super::details::DETAILS_KEY;
use super::{Config, Environment};
use crate::post::{AppId, Platform, SourceId};
use crate::signature::scheme::Scheme;

/// What a secret is for, so that it can be made for development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse {
    /// Verifies an app's deliveries.
    AppKey(Scheme),
    /// What a Meta handshake must bring.
    VerifyToken,
    /// Authorises a source's reply calls.
    Credential(Platform),
    /// Signs agents' tokens.
    TokenKey,
    /// Signs links to the details page, and seals what customers leave there.
    DetailsKey,
}

/// The name of every secret that `table` (the configuration as JSON) asks for, once each.
pub fn secret_names(table: &str) -> Vec<(String, SecretUse)> {
    secret_names_in(&Environment::default(), table)
}

/// The name of every secret that it asks for in an environment.
pub fn secret_names_in(environment: &Environment, table: &str) -> Vec<(String, SecretUse)> {
    let config = Config::read_in(environment, table, &|_: &str| None);
    let mut names: Vec<(String, SecretUse)> = Vec::new();
    let mut add = |name: String, what| {
        if !names.iter().any(|(known, _)| *known == name) {
            names.push((name, what));
        }
    };
    for app in &config.apps {
        add(app.secret.clone(), SecretUse::AppKey(app.scheme));
        if let Some(name) = &app.verify_secret {
            add(name.clone(), SecretUse::VerifyToken);
        }
    }
    for source in &config.sources {
        add(
            credential_name(&source.id),
            SecretUse::Credential(source.platform),
        );
    }
    for receiver in &config.receivers {
        let name = receiver_secret(&receiver.id);
        add(name, SecretUse::AppKey(Scheme::Standard));
    }
    add(TOKEN_KEY.into(), SecretUse::TokenKey);
    names
}

/// The secret that signs agents' tokens.
pub const TOKEN_KEY: &str = "TOKEN_KEY";

/// The names of the secrets that switch something on.
pub const OPTIONAL: [(&str, SecretUse); 1] = [(DETAILS_KEY, SecretUse::DetailsKey)];

/// A secret's name after an id: `x-northline` becomes `X_NORTHLINE`.
fn shout(id: &str) -> String {
    id.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

pub(super) fn app_secret(name: &str, app: &AppId, alone: bool) -> String {
    if alone {
        name.to_string()
    } else {
        format!("{name}__{}", shout(app.as_str()))
    }
}

/// The name of the secret that signs what a receiver is sent: `RECEIVER_SECRET__WAREHOUSE`.
pub fn receiver_secret(receiver: &str) -> String {
    format!("RECEIVER_SECRET__{}", shout(receiver))
}

/// The name of a source's reply credential: `REPLY_TOKEN__X_NORTHLINE`.
pub fn credential_name(source: &SourceId) -> String {
    format!("REPLY_TOKEN__{}", shout(source.as_str()))
}
