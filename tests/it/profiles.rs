//! A platform is one file and one line: nobody else asks which it is, and the documentation's table is
//! written from the profiles.

use heard::cli::platforms::markdown;
use heard::post::Platform;
use heard::signature::scheme::Scheme;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the table of platforms lies.
const TABLE: &str = ".github/docs/platforms.md";

#[test]
fn the_table_of_platforms_is_what_the_profiles_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join(TABLE)).expect(TABLE);
    let mut lines = page
        .lines()
        .skip_while(|line| !line.starts_with("| platform |"));
    let written: Vec<&str> = lines
        .by_ref()
        .take_while(|line| line.starts_with('|'))
        .collect();
    let table = markdown();
    let right: Vec<&str> = table.lines().collect();
    for (written, right) in written.iter().zip(&right) {
        assert_eq!(
            written, right,
            "{TABLE}: put there what `heard platforms --markdown` prints"
        );
    }
    assert_eq!(
        written.len(),
        right.len(),
        "{TABLE}: a platform too many or too few"
    );
}

#[test]
fn every_scheme_carries_a_platform() {
    for scheme in Scheme::ALL {
        assert_eq!(scheme.feed().scheme, scheme);
    }
}

#[test]
fn nobody_matches_on_a_platform_or_a_scheme_outside_their_rooms() {
    let names = [
        (
            "Platform",
            "platform",
            Platform::ALL.map(|p| format!("{p:?}")).to_vec(),
        ),
        (
            "Scheme",
            "signature",
            Scheme::ALL.map(|s| format!("{s:?}")).to_vec(),
        ),
    ];
    let mut found = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source");
        let words = words(&text);
        for (kind, room, variants) in &names {
            let in_room = path
                .strip_prefix(root())
                .unwrap_or(&path)
                .iter()
                .any(|part| {
                    let part = part.to_str().unwrap_or_default();
                    part.strip_suffix(".rs").unwrap_or(part) == *room
                });
            if in_room {
                continue;
            }
            let asked = matched(&words, kind, variants);
            found.extend(
                asked
                    .into_iter()
                    .map(|what| format!("{}: {what}", path.display())),
            );
        }
    }
    assert!(
        found.is_empty(),
        "ask the profile or the row instead:\n{}",
        found.join("\n")
    );
}

/// The scan above sees each way of asking, and only those.
#[test]
fn a_match_is_told_from_a_value() {
    let variants = ["X".to_owned(), "Line".to_owned()];
    let asks = |text: &str| matched(&words(text), "Platform", &variants).len();
    for text in [
        "match p { Platform::X => 1, _ => 2 }",
        "match p { A | Platform::X if a => 1, _ => 2 }",
        "match (p, q) { (Platform::X, true) => 1, _ => 2 }",
        "match p { Some(Platform::X) => 1, _ => 2 }",
        "match p { Foo { p: Platform::X, .. } => 1, _ => 2 }",
        "if p == Platform::X { a }",
        "if Platform::X != p { a }",
        "let b = matches!(p, Platform::X);",
        "if let Some(Platform::X) = p { a }",
    ] {
        assert_eq!(asks(text), 1, "{text}");
    }
    assert_eq!(asks("matches!(p, Platform::X | Platform::Line)"), 2);
    for text in [
        "match a { A => Platform::X, B => 2 }",
        "match a { A => { f(Platform::X) } B => 2 }",
        "match a { A => Foo { p: Platform::X }, B => 2 }",
        "let p = Platform::X;",
        "f(Platform::X, 2); let a = 3;",
        "Platform::ALL == a",
        "// match Platform::X => \n \"Platform::X =>\"",
        "p.unwrap_or(Platform::X)",
    ] {
        assert_eq!(asks(text), 0, "{text}");
    }
}

/// Where the sources lie.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file that is not only tests.
fn sources() -> Vec<PathBuf> {
    let mut open = vec![root()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs")
            {
                found.push(path);
            }
        }
    }
    found
}

/// The words and marks of a source, without comments, literals and the tests at its end.
fn words(source: &str) -> Vec<String> {
    let source = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        let two: String = [c, at(i + 1)].into_iter().collect();
        if two == "//" {
            i += chars[i..].iter().take_while(|c| **c != '\n').count();
        } else if c == 'r' && (at(i + 1) == '"' || at(i + 1) == '#') {
            let hashes = (i + 1..).take_while(|i| at(*i) == '#').count();
            let close: Vec<char> = format!("\"{}", "#".repeat(hashes)).chars().collect();
            i += hashes + 2;
            while i < chars.len() && !chars[i..].starts_with(&close) {
                i += 1;
            }
            i += close.len();
        } else if c == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' && at(i + 1) == '\\' {
            i += 3 + (i + 3..).take_while(|i| at(*i) != '\'').count() + 1;
        } else if c == '\'' && at(i + 2) == '\'' {
            i += 3;
        } else if c.is_alphanumeric() || c == '_' {
            let word: String = chars[i..]
                .iter()
                .take_while(|c| c.is_alphanumeric() || **c == '_')
                .collect();
            i += word.chars().count();
            found.push(word);
        } else if ["::", "=>", "==", "!=", "||", "->", "<=", ">=", ".."].contains(&two.as_str()) {
            found.push(two);
            i += 2;
        } else {
            if !c.is_whitespace() {
                found.push(c.to_string());
            }
            i += 1;
        }
    }
    found
}

/// Where a variant of `kind` is asked for: in a pattern, or in a comparison.
fn matched(words: &[String], kind: &str, variants: &[String]) -> Vec<String> {
    let word = |i: usize| words.get(i).map_or("", String::as_str);
    let mut found = Vec::new();
    for i in 0..words.len() {
        let variant = word(i + 2);
        let named = word(i) == kind && word(i + 1) == "::" && variants.iter().any(|v| v == variant);
        if !named {
            continue;
        }
        let before = i.checked_sub(1).map_or("", word);
        let compared = ["==", "!="]
            .iter()
            .any(|sign| *sign == before || *sign == word(i + 3));
        if compared || is_pattern(words, i + 3) || in_matches(words, i) {
            found.push(format!("{kind}::{variant}"));
        }
    }
    found
}

/// Whether what ends before `from` stands in a pattern: what follows leads to its `=>` or `=`.
fn is_pattern(words: &[String], from: usize) -> bool {
    let (mut depth, mut outermost, mut next_item) = (0_i32, 0, false);
    for (i, word) in words.iter().enumerate().skip(from) {
        match word.as_str() {
            "=>" => return !next_item,
            "=" => return !next_item,
            ";" | "==" | "!=" | "->" | "." | "?" => return false,
            "(" | "[" | "{" if depth == outermost && !next_item => return false,
            "(" | "[" | "{" => depth += 1,
            close @ (")" | "]" | "}") => {
                depth -= 1;
                if depth < outermost {
                    (outermost, next_item) = (depth, false);
                    let next = words.get(i + 1).map_or("", String::as_str);
                    // A block has ended, and with it the expression.
                    if close == "}" && !["=>", "|", ")", "]", "}", ",", "if"].contains(&next) {
                        return false;
                    }
                }
            }
            "," if depth == outermost => next_item = true,
            "if" if !next_item => return true,
            _ => {}
        }
    }
    false
}

/// Whether `at` stands in the arguments of `matches!`.
fn in_matches(words: &[String], at: usize) -> bool {
    let mut depth = 0_i32;
    for i in (0..at).rev() {
        match words[i].as_str() {
            ")" | "]" | "}" => depth += 1,
            "(" | "[" | "{" if depth > 0 => depth -= 1,
            "(" => {
                let called = |back: usize| i.checked_sub(back).map(|i| words[i].as_str());
                if called(1) == Some("!") {
                    return called(2) == Some("matches");
                }
            }
            "[" | "{" | ";" => return false,
            _ => {}
        }
    }
    false
}
