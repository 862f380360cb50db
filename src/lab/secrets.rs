//! The development secrets: made once, kept, readable by their owner alone.

use crate::config::secrets::SecretUse;
use crate::post::Platform;
use crate::signature::hex;
use crate::signature::scheme::SecretForm;
use anyhow::{Context, Result};
use base64::Engine;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Random bytes in each secret: the digest's size, as RFC 2104 advises for HMAC-SHA256 keys.
const BYTES: usize = 32;

/// Reads the secrets in `file`, adds the `wanted` ones that are missing, and returns all of them.
///
/// # Errors
/// When the file cannot be read or written, or the system has no randomness to give.
pub fn ensure(file: &Path, wanted: &[(String, SecretUse)]) -> Result<BTreeMap<String, String>> {
    let mut text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let mut secrets = parse(&text);
    for (name, what) in wanted {
        if secrets.get(name).is_none_or(String::is_empty) {
            let value = make(*what)?;
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

/// A good value of a secret.
pub(crate) fn make(what: SecretUse) -> Result<String> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(match what {
        SecretUse::AppKey(scheme) if scheme.row().secret.form == SecretForm::Whsec => format!(
            "whsec_{}",
            base64::engine::general_purpose::STANDARD.encode(bytes)
        ),
        SecretUse::Credential(platform) => credential(platform, &hex(&bytes)),
        _ => hex(&bytes),
    })
}

/// A reply credential in the form that the platform gives out, with `secret` as its secret part.
pub fn credential(platform: Platform, secret: &str) -> String {
    format!("{}{secret}", platform.profile().credential.begins)
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
    use crate::signature::scheme::Scheme;

    #[test]
    fn the_shipped_configuration_wants_its_secrets() {
        let table = crate::lab::configuration::table(include_str!("../heard.toml")).unwrap();
        let wanted = crate::config::secrets::secret_names(&table);
        let names: Vec<_> = wanted.iter().map(|(name, _)| name.as_str()).collect();
        for name in [
            "META_APP_SECRET",
            "META_VERIFY_TOKEN",
            "X_CONSUMER_SECRET",
            "STANDARD_WEBHOOKS_SECRET",
            "TOKEN_KEY",
            "REPLY_TOKEN__X_NORTHLINE",
        ] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
    }

    #[test]
    fn what_is_there_is_kept_and_what_is_missing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.env");
        // One that was left empty is missing too.
        fs::write(&file, "# mine\nA=\nTOKEN_KEY=kept").unwrap();
        let wanted = [
            ("TOKEN_KEY".to_owned(), SecretUse::TokenKey),
            ("FORUM".to_owned(), SecretUse::AppKey(Scheme::Standard)),
            ("A".to_owned(), SecretUse::VerifyToken),
        ];
        let first = ensure(&file, &wanted).unwrap();
        assert_eq!(first["TOKEN_KEY"], "kept");
        assert_eq!(first["A"].len(), 64);
        assert!(first["FORUM"].starts_with("whsec_"));
        assert_ne!(first["A"], make(SecretUse::VerifyToken).unwrap());
        assert_eq!(ensure(&file, &wanted).unwrap(), first);
        assert!(fs::read_to_string(&file).unwrap().starts_with("# mine\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
