//! The console: the page on which agents and supervisors work, as files that the Worker serves.
//!
//! Plain HTML, CSS and modules, as they stand in `src/console/`: nothing is built or bundled. The page calls the
//! agents' API with the token of whoever looks at it and has no power of its own, so its files are open to
//! all. What strangers wrote is shown on it, so it may run nothing but its own files, and never reads text as HTML.

use crate::api::problem::Problem;
use crate::api::response::Response;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Where the console stands.
pub const PATH: &str = "/console";

/// What the browser lets the page do: its own files and calls, and nothing else. The last two make `innerHTML`
/// and its like an error instead of a danger.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// One of the console's files.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Its path below [`PATH`], with the slash.
    pub path: &'static str,
    /// Its type.
    pub content_type: &'static str,
    /// What is in it.
    pub body: &'static str,
}

macro_rules! files {
    ($($name:literal: $of:ident),+ $(,)?) => {
        &[$(File {
            path: concat!("/", $name),
            content_type: $of,
            body: include_str!(concat!("console/", $name)),
        }),+]
    };
}

/// Every file.
pub const FILES: &[File] = files! {
    "index.html": HTML,
    "style.css": CSS,
    "icon.svg": SVG,
    "app.js": SCRIPT,
    "api.js": SCRIPT,
    "live.js": SCRIPT,
    "dom.js": SCRIPT,
    "words.js": SCRIPT,
    "chart.js": SCRIPT,
    "now.js": SCRIPT,
    "act.js": SCRIPT,
    "queue.js": SCRIPT,
    "work.js": SCRIPT,
    "interaction.js": SCRIPT,
    "composer.js": SCRIPT,
    "agents.js": SCRIPT,
    "sources.js": SCRIPT,
    "acks.js": SCRIPT,
    "listening.js": SCRIPT,
};

/// The file at a path.
fn file(path: &str) -> Option<File> {
    let path = match path.strip_prefix(PATH)? {
        "" | "/" => "/index.html",
        path => path,
    };
    FILES.iter().find(|file| file.path == path).copied()
}

/// Whether a path is the console's, so that nobody else is asked.
pub fn is_here(path: &str) -> bool {
    path.strip_prefix(PATH)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The tag of these contents.
fn tag(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let mut tag = String::from("\"");
    for byte in digest.iter().take(8) {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether a browser that names these tags has this one. A proxy that compresses makes a tag a weak one.
fn has(if_none_match: &str, tag: &str) -> bool {
    if_none_match
        .split(',')
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*")
}

/// What the browser gets. A 304 has no body.
pub fn answer(method: &str, path: &str, if_none_match: Option<&str>) -> Response {
    if !matches!(method, "GET" | "HEAD") {
        return Problem::method("GET, HEAD").into();
    }
    let Some(file) = file(path) else {
        return Problem::no_route().into();
    };
    let tag = tag(file.body);
    let had = if_none_match.is_some_and(|tags| has(tags, &tag));
    let headers = [
        // Asked for each time, so that after a deploy no old file meets a new one.
        ("cache-control", "no-cache".to_string()),
        ("etag", tag),
        ("content-security-policy", POLICY.to_string()),
        ("x-content-type-options", "nosniff".to_string()),
        ("referrer-policy", "no-referrer".to_string()),
        ("x-frame-options", "DENY".to_string()),
        ("cross-origin-opener-policy", "same-origin".to_string()),
        ("cross-origin-resource-policy", "same-origin".to_string()),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()".to_string(),
        ),
    ];
    Response {
        status: if had { 304 } else { 200 },
        content_type: file.content_type,
        body: match had || method == "HEAD" {
            true => String::new(),
            false => file.body.to_string(),
        },
        headers: headers.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::{Danger, Kind, Situation};
    use crate::post::Platform;

    fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
        let found = answer.headers.iter().find(|(of, _)| *of == name);
        &found.unwrap().1
    }

    #[test]
    fn the_page_is_at_its_path_and_every_file_below_it() {
        for path in ["/console", "/console/", "/console/index.html"] {
            let page = answer("GET", path, None);
            assert_eq!((page.status, page.content_type), (200, HTML), "{path}");
        }
        for file in FILES {
            let got = answer("GET", &format!("{PATH}{}", file.path), None);
            assert_eq!(
                (got.status, got.body.as_str()),
                (200, file.body),
                "{}",
                file.path
            );
            assert_eq!(header(&got, "content-security-policy"), POLICY);
        }
        for path in [
            "/console/none.js",
            "/console/../secrets",
            "/console//app.js",
        ] {
            assert_eq!(answer("GET", path, None).status, 404, "{path}");
        }
        assert_eq!(answer("POST", "/console", None).status, 405);
        assert!(is_here("/console") && is_here("/console/x") && !is_here("/consoles"));
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/console");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let path = format!("{PATH}/{name}");
            assert_eq!(answer("GET", &path, None).status, 200, "{name}");
        }
    }

    #[test]
    fn who_has_a_file_already_is_not_sent_it_again() {
        let first = answer("GET", "/console/app.js", None);
        let tag = header(&first, "etag").to_string();
        let weak = format!("\"other\", W/{tag}");
        for tags in [tag.as_str(), weak.as_str(), "*"] {
            let again = answer("GET", "/console/app.js", Some(tags));
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{tags}");
            assert_eq!(header(&again, "etag"), tag);
        }
        let other = answer("GET", "/console/style.css", Some(&tag));
        assert_eq!(other.status, 200);
        assert_eq!(answer("HEAD", "/console", None).body, "");
    }

    #[test]
    fn no_file_has_script_or_style_inside_and_none_reads_text_as_html() {
        for file in FILES {
            let bare = [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
            ];
            for word in bare {
                assert!(!file.body.contains(word), "{}: {word}", file.path);
            }
            if file.content_type == HTML {
                assert!(!file.body.contains("style="), "{}", file.path);
                for script in file.body.split("<script").skip(1) {
                    assert!(
                        script.starts_with(" type=\"module\" src=\"/console/"),
                        "{script}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_page_knows_every_word_of_a_judgement() {
        let words = FILES.iter().find(|file| file.path == "/words.js").unwrap();
        let mut names: Vec<&str> = Situation::ALL.iter().map(|one| one.as_str()).collect();
        names.extend(Danger::ALL.iter().map(|one| one.as_str()));
        names.extend(Kind::ALL.iter().map(|one| one.as_str()));
        names.extend(Platform::ALL.iter().map(|one| one.as_str()));
        for name in names {
            let there = words
                .body
                .split(|c: char| !(c.is_alphanumeric() || c == '_'));
            assert!(there.into_iter().any(|word| word == name), "{name}");
        }
    }
}
