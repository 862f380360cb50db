//! README and the pages below it: short where it must be, every link leads somewhere, every command exists.
//! What they show is run by `.ci/readme`.

use std::path::{Path, PathBuf};

/// A newcomer reads for five minutes.
const README_WORDS: usize = 1_800;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// README and the pages, by their paths.
fn pages() -> Vec<(PathBuf, String)> {
    let mut files = vec![root().join("README.md")];
    for entry in std::fs::read_dir(root().join(".github/docs")).unwrap() {
        files.push(entry.unwrap().path());
    }
    // Pictures and programs stand beside the pages.
    files.retain(|file| file.extension().is_some_and(|is| is == "md"));
    files.sort();
    assert!(files.len() > 8, "{files:?}");
    let read = |file: PathBuf| {
        let text = std::fs::read_to_string(&file).unwrap();
        (file, text)
    };
    files.into_iter().map(read).collect()
}

/// The targets of a page's links.
fn links(text: &str) -> Vec<&str> {
    let after = text.split("](").skip(1);
    after
        .map(|rest| rest.split_once(')').unwrap().0)
        .filter(|target| !target.contains("://"))
        .collect()
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[test]
fn readme_is_read_in_five_minutes() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let words = text.split_whitespace().count();
    assert!(words <= README_WORDS, "README.md has {words} words");
}

#[test]
fn every_link_leads_somewhere_and_every_page_is_linked() {
    let readme = root().join("README.md");
    let mut linked = Vec::new();
    for (file, text) in pages() {
        for link in links(&text) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => file.clone(),
                path => file.parent().unwrap().join(path),
            };
            assert!(target.exists(), "{}: {link}", file.display());
            if !anchor.is_empty() {
                let there = anchors(&std::fs::read_to_string(&target).unwrap());
                assert!(
                    there.iter().any(|a| a == anchor),
                    "{}: {link}",
                    file.display()
                );
            }
            if file == readme {
                linked.push(target.canonicalize().unwrap());
            }
        }
    }
    for (file, _) in pages() {
        let is_linked = linked.contains(&file.canonicalize().unwrap());
        assert!(
            file == readme || is_linked,
            "README does not link {}",
            file.display()
        );
    }
}

#[test]
fn every_file_that_is_named_is_there() {
    for (file, text) in pages() {
        let quoted = text.split('`').skip(1).step_by(2);
        for path in quoted.filter(|it| it.starts_with("src/") || it.starts_with("tests/")) {
            let there = Path::new(&root()).join(path.split_whitespace().next().unwrap());
            assert!(there.exists(), "{}: {path}", file.display());
        }
    }
}

#[test]
fn every_command_that_is_named_exists() {
    let known = heard::cli::commands();
    for (file, text) in pages() {
        for at in ["heard ", "cargo run -- "] {
            let quoted = format!("`{at}");
            let named = text.split(quoted.as_str()).skip(1);
            let in_blocks = text.lines().filter_map(|line| line.trim().strip_prefix(at));
            for rest in named.chain(in_blocks) {
                let word: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
                assert!(
                    word.is_empty() || known.contains(&word),
                    "{}: heard {word}",
                    file.display()
                );
            }
        }
    }
}

/// The installed command is what the pages run: none of them puts a shell function or an alias in its place.
#[test]
fn no_page_shadows_the_command() {
    for (file, text) in pages() {
        for line in text.lines().map(str::trim_start) {
            let shadows = ["heard()", "heard ()", "function heard", "alias heard"];
            let shadowed = shadows.iter().any(|it| line.starts_with(it));
            assert!(!shadowed, "{}: {line}", file.display());
        }
    }
}
