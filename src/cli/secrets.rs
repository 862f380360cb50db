//! The development secrets: made once, kept, readable by their owner alone.

use anyhow::{Context, Result};
use base64::Engine;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Random bytes in each secret: the digest's size, as RFC 2104 advises for HMAC-SHA256 keys.
const BYTES: usize = 32;

/// The names of the secrets that a configuration needs, from wrangler.toml's text.
///
/// # Errors
/// When the text is no TOML.
pub fn names(wrangler_toml: &str) -> Result<Vec<String>> {
    let config: toml::Table = toml::from_str(wrangler_toml).context("wrangler.toml is not TOML")?;
    let heard = config.get("vars").and_then(|vars| vars.get("HEARD"));
    let list = |name: &str| {
        heard
            .and_then(|heard| heard.get(name))
            .and_then(toml::Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let mut names = vec!["TOKEN_KEY".to_owned()];
    let scheme = |app: &toml::Value| {
        app.get("scheme")
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
    };
    for app in list("apps") {
        let Some(own) = scheme(app) else { continue };
        let bases: &[&str] = match own.as_str() {
            "x" => &["X_CONSUMER_SECRET"],
            "meta" => &["META_APP_SECRET", "META_VERIFY_TOKEN"],
            "standard" => &["STANDARD_WEBHOOKS_SECRET"],
            _ => continue,
        };
        // Two apps of one scheme have their own secrets, named after them too.
        let shared = list("apps")
            .iter()
            .filter(|app| scheme(app).as_ref() == Some(&own))
            .count()
            > 1;
        let id = app
            .get("id")
            .and_then(toml::Value::as_str)
            .unwrap_or_default();
        names.extend(bases.iter().map(|base| match shared {
            true => format!("{base}__{}", constant_case(id)),
            false => (*base).to_owned(),
        }));
    }
    for source in list("sources") {
        if let Some(id) = source.get("id").and_then(toml::Value::as_str) {
            names.push(format!("REPLY_TOKEN__{}", constant_case(id)));
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn constant_case(id: &str) -> String {
    id.to_ascii_uppercase().replace('-', "_")
}

/// Reads the secrets in `file`, adds those of `names` that are missing, and returns all of them.
///
/// # Errors
/// When the file cannot be read or written, or the system has no randomness to give.
pub fn ensure(file: &Path, names: &[String]) -> Result<BTreeMap<String, String>> {
    let mut text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let mut secrets = parse(&text);
    for name in names {
        if !secrets.contains_key(name) {
            let value = make(name)?;
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(&format!("{name}={value}\n"));
            secrets.insert(name.clone(), value);
        }
    }
    write_private(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(secrets)
}

/// Reads `NAME=value` lines; empty lines and those beginning with `#` are skipped, the last of a name counts.
pub fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn make(name: &str) -> Result<String> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(match name.starts_with("STANDARD_WEBHOOKS_SECRET") {
        true => format!(
            "whsec_{}",
            base64::engine::general_purpose::STANDARD.encode(bytes)
        ),
        false => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    })
}

/// Written beside its place and renamed into it: a killed start leaves the old file or the new one.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let new = file.with_extension("new");
    let _ = fs::remove_file(&new);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&new)?.write_all(text.as_bytes())?;
    fs::rename(new, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_apps_and_sources() {
        let names = names(include_str!("../../wrangler.toml")).unwrap();
        for name in [
            "META_APP_SECRET",
            "META_VERIFY_TOKEN",
            "X_CONSUMER_SECRET",
            "STANDARD_WEBHOOKS_SECRET",
            "TOKEN_KEY",
            "REPLY_TOKEN__X_NORTHLINE",
        ] {
            assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
        }
    }

    #[test]
    fn two_apps_of_a_scheme_have_their_own() {
        let config = r#"
            [[vars.HEARD.apps]]
            id = "meta-uk"
            scheme = "meta"
            [[vars.HEARD.apps]]
            id = "meta-ie"
            scheme = "meta"
        "#;
        let names = names(config).unwrap();
        assert!(names.contains(&"META_APP_SECRET__META_UK".to_owned()));
        assert!(!names.contains(&"META_APP_SECRET".to_owned()));
    }

    #[test]
    fn what_is_there_is_kept_and_what_is_missing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.env");
        fs::write(&file, "# mine\nTOKEN_KEY=kept").unwrap();
        let names = [
            "TOKEN_KEY".to_owned(),
            "STANDARD_WEBHOOKS_SECRET".to_owned(),
            "A".to_owned(),
        ];
        let first = ensure(&file, &names).unwrap();
        assert_eq!(first["TOKEN_KEY"], "kept");
        assert_eq!(first["A"].len(), 64);
        assert!(first["STANDARD_WEBHOOKS_SECRET"].starts_with("whsec_"));
        assert_ne!(first["A"], make("A").unwrap());
        assert_eq!(ensure(&file, &names).unwrap(), first);
        assert!(fs::read_to_string(&file).unwrap().starts_with("# mine\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
