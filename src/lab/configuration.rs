//! The configuration in wrangler.toml, as commands and tests read it.

use super::secrets;
use crate::config::{Config, Source};
use crate::post::Platform;
use anyhow::{Context, Result, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::Path;

/// Reads a platform's name; `--help` lists them all.
pub fn platform() -> impl TypedValueParser<Value = Platform> {
    named(Platform::ALL.map(Platform::as_str), Platform::named)
}

/// Reads one of some names; `--help` lists them.
pub fn named<T: Clone + Send + Sync + 'static>(
    names: impl IntoIterator<Item = &'static str>,
    read: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    // The parser before it lets no other name through.
    PossibleValuesParser::new(names)
        .try_map(move |name| read(&name).ok_or("not one of these names"))
}

/// The source of that name, or the platform's first.
pub fn target<'c>(
    config: &'c Config,
    platform: Platform,
    source: Option<&str>,
) -> Result<&'c Source> {
    let wanted = config.sources.iter().find(|candidate| match source {
        Some(id) => candidate.id.as_str() == id,
        None => candidate.platform == platform,
    });
    let wanted = wanted.with_context(|| match source {
        Some(id) => format!("the configuration has no source {id}"),
        None => format!("the configuration has no source on {platform}"),
    })?;
    if wanted.platform != platform {
        bail!(
            "source {} is on {}, not on {platform}",
            wanted.id,
            wanted.platform
        );
    }
    Ok(wanted)
}

/// The configuration with its secrets; without a file of secrets, without.
pub fn configuration(config: &Path, secrets: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(config)
        .with_context(|| format!("cannot read {}: run it where it is", config.display()))?;
    let heard = table(&text)?;
    let values = match std::fs::read_to_string(secrets) {
        Ok(text) => secrets::parse(&text),
        Err(_) => Default::default(),
    };
    Ok(Config::read(&heard, &|name| values.get(name).cloned()))
}

/// The configuration, from the project's root.
pub const FILE: &str = super::build::WRITTEN;

/// The configuration as the Worker reads it: JSON.
///
/// # Errors
/// When the text is not TOML: where.
pub fn table(heard_toml: &str) -> Result<String> {
    let table: toml::Table = toml::from_str(heard_toml).context("not TOML")?;
    Ok(serde_json::to_string(&table)?)
}
