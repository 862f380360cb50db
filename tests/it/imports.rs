//! The house stands in one direction: no circle between files, and no import that runs upwards among the
//! rooms. `cargo test --test it imports -- --nocapture` prints the graph.
//!
//! What is read: every path in `src/` that starts at `crate`, `self`, `super`, a module declared in the
//! file or a name that `use` gave a module. What stands under `#[cfg(test)]` does not count, nor does `mod x;`
//! by itself; a method call names no file, so it is no import. A macro counts where it is written, not where
//! it is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up, as modules; each imports only from itself and from those above it in
/// this list. A module that is not named belongs to the room that its longest named parent is.
const ROOMS: &[&str] = &[
    "out",
    "language",
    "post",
    "sql",
    "carried",
    "clock",
    "signature",
    "length",
    "scope",
    "deeds",
    "document",
    "judgement",
    "cell",
    "details",
    "platform",
    "credential",
    "triage",
    "voice",
    "config",
    "ack",
    "inbox",
    "intake",
    "accounts",
    "customers",
    "directory",
    "floor",
    "pulse",
    "api",
    "console",
    "host",
    "lab",
    "connect",
    "cli",
];

/// A word of Rust, as far as imports need them told apart.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    /// `::`
    Path,
    Mark(char),
}

/// The tokens of a source file, without comments and literals.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            i += 2;
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if (c == 'r' || (c == 'b' && at(i + 1) == 'r')) && {
            let start = i + if c == 'r' { 1 } else { 2 };
            let hashes = (start..).take_while(|i| at(*i) == '#').count();
            at(start + hashes) == '"'
        } {
            i += if c == 'r' { 1 } else { 2 };
            let hashes = (i..).take_while(|i| at(*i) == '#').count();
            i += hashes + 1;
            while i < chars.len() && !(at(i) == '"' && (1..=hashes).all(|k| at(i + k) == '#')) {
                i += 1;
            }
            i += hashes + 1;
        } else if c == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' && at(i + 1) == '\\' {
            i += 3;
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
        } else if c == '\'' && at(i + 2) == '\'' {
            i += 3;
        } else if c.is_alphanumeric() || c == '_' {
            let mut word = String::new();
            while at(i).is_alphanumeric() || at(i) == '_' {
                word.push(at(i));
                i += 1;
            }
            found.push(Token::Word(word));
        } else if c == ':' && at(i + 1) == ':' {
            found.push(Token::Path);
            i += 2;
        } else {
            if !c.is_whitespace() {
                found.push(Token::Mark(c));
            }
            i += 1;
        }
    }
    found
}

/// The end of what begins at `from`: past its `;`, or past the braces that close it.
fn item_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0_i32;
    for (i, token) in tokens.iter().enumerate().skip(from) {
        match token {
            Token::Mark('{' | '(' | '[') => depth += 1,
            Token::Mark(close @ ('}' | ')' | ']')) => {
                depth -= 1;
                if depth == 0 && *close == '}' {
                    // `use a::{b, c};` ends at its semicolon.
                    return i + 1 + usize::from(tokens.get(i + 1) == Some(&Token::Mark(';')));
                }
            }
            Token::Mark(';') if depth == 0 => return i + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The tokens without what stands under `#[cfg(test)]`, and the modules that are only tests.
fn without_tests(tokens: &[Token]) -> (Vec<Token>, Vec<String>) {
    let word = |i: usize, what: &str| tokens.get(i) == Some(&Token::Word(what.into()));
    let mark = |i: usize, what: char| tokens.get(i) == Some(&Token::Mark(what));
    let (mut kept, mut tests, mut i) = (Vec::new(), Vec::new(), 0);
    while i < tokens.len() {
        let starts = mark(i, '#') && mark(i + 1, '[') && word(i + 2, "cfg") && mark(i + 3, '(');
        if starts && word(i + 4, "test") {
            // Past this attribute, and past any that follow it.
            let mut from = i;
            while mark(from, '#') {
                let mut depth = 0_i32;
                from += 1;
                loop {
                    depth += i32::from(mark(from, '[')) - i32::from(mark(from, ']'));
                    from += 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
            if word(from, "mod")
                && mark(from + 2, ';')
                && let Some(Token::Word(name)) = tokens.get(from + 1)
            {
                tests.push(name.clone());
            }
            i = item_end(tokens, from);
        } else {
            kept.extend(tokens.get(i).cloned());
            i += 1;
        }
    }
    (kept, tests)
}

/// A name that `use` brings in: the path, the name it gets here, and whether it is handed on.
struct Use {
    path: Vec<String>,
    name: String,
    public: bool,
}

/// Reads one tree of a `use`; gives the place after it.
fn use_tree(
    tokens: &[Token],
    mut i: usize,
    stem: &[String],
    public: bool,
    uses: &mut Vec<Use>,
) -> usize {
    let mut path = stem.to_vec();
    loop {
        match tokens.get(i) {
            Some(Token::Word(word)) if word == "as" => {
                let Some(Token::Word(name)) = tokens.get(i + 1) else {
                    return i + 1;
                };
                uses.push(Use {
                    path,
                    name: name.clone(),
                    public,
                });
                return i + 2;
            }
            Some(Token::Word(word)) => {
                path.push(word.clone());
                i += 1;
            }
            Some(Token::Path) => i += 1,
            Some(Token::Mark('*')) => {
                path.push("*".into());
                uses.push(Use {
                    path,
                    name: "*".into(),
                    public,
                });
                return i + 1;
            }
            Some(Token::Mark('{')) => {
                i += 1;
                while tokens.get(i) != Some(&Token::Mark('}')) && i < tokens.len() {
                    i = use_tree(tokens, i, &path, public, uses);
                    i += usize::from(tokens.get(i) == Some(&Token::Mark(',')));
                }
                return i + 1;
            }
            _ => {
                if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
                    path.pop();
                }
                if let Some(name) = path.last().cloned() {
                    uses.push(Use { path, name, public });
                }
                return i;
            }
        }
    }
}

/// One file of the house.
struct File {
    /// Its module: `ack::guard`.
    module: Vec<String>,
    /// Modules that it declares.
    children: BTreeSet<String>,
    uses: Vec<Use>,
    /// Every other path in it.
    paths: Vec<Vec<String>>,
    /// Lines of the file that are not blank.
    lines: usize,
}

fn read(module: Vec<String>, source: &str) -> (File, Vec<String>) {
    let (tokens, tests) = without_tests(&tokens(source));
    let mut file = File {
        module,
        children: BTreeSet::new(),
        uses: Vec::new(),
        paths: Vec::new(),
        lines: source
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count(),
    };
    let mut i = 0;
    while i < tokens.len() {
        let previous = i.checked_sub(1).and_then(|i| tokens.get(i));
        match tokens.get(i) {
            Some(Token::Word(word)) if word == "use" && previous != Some(&Token::Mark('<')) => {
                let public = matches!(previous, Some(Token::Word(word)) if word == "pub")
                    || previous == Some(&Token::Mark(')'));
                i = use_tree(&tokens, i + 1, &[], public, &mut file.uses);
            }
            Some(Token::Word(word)) if word == "mod" => {
                if let (Some(Token::Word(name)), Some(Token::Mark(';'))) =
                    (tokens.get(i + 1), tokens.get(i + 2))
                {
                    file.children.insert(name.clone());
                }
                i += 2;
            }
            Some(Token::Word(_)) if previous != Some(&Token::Path) => {
                let mut path = Vec::new();
                while let Some(Token::Word(word)) = tokens.get(i) {
                    path.push(word.clone());
                    i += 1;
                    if tokens.get(i) != Some(&Token::Path) {
                        break;
                    }
                    i += 1;
                }
                if path.len() > 1 {
                    file.paths.push(path);
                }
            }
            _ => i += 1,
        }
    }
    (file, tests)
}

/// Every file under `folder`, which is the module `at`.
fn walk(folder: &Path, at: &[String], files: &mut Vec<(Vec<String>, PathBuf)>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut module = at.to_vec();
        if path.is_dir() {
            module.push(name);
            walk(&path, &module, files);
        } else if path.extension().is_some_and(|end| end == "rs") && name != "main" {
            if name != "mod" && name != "lib" {
                module.push(name);
            }
            files.push((module, path));
        }
    }
}

struct House {
    files: BTreeMap<Vec<String>, File>,
}

/// Where a path leads.
#[derive(Debug, PartialEq)]
enum Place {
    /// To a module itself.
    Module(Vec<String>),
    /// To something that a module defines or hands on.
    Item(Vec<String>, String),
    /// Out of the house.
    Outside,
}

impl House {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut paths = Vec::new();
        walk(&root, &[], &mut paths);
        let mut files = BTreeMap::new();
        let mut tests: Vec<Vec<String>> = Vec::new();
        for (module, path) in paths {
            let (file, only_tests) = read(module.clone(), &fs::read_to_string(&path).unwrap());
            for name in only_tests {
                tests.push([module.clone(), vec![name]].concat());
            }
            files.insert(module, file);
        }
        files.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self { files }
    }

    fn file(&self, module: &[String]) -> &File {
        &self.files[module]
    }

    /// Follows a path that stands in `from`.
    fn place(&self, from: &[String], path: &[String]) -> Place {
        let mut at = from.to_vec();
        let mut rest = path.iter().peekable();
        match rest.next().map(String::as_str) {
            Some("crate") => at.clear(),
            Some("self") => {}
            Some("super") => {
                at.pop();
                while rest.next_if(|word| *word == "super").is_some() {
                    at.pop();
                }
            }
            Some(name) if self.file(&at).children.contains(name) => at.push(name.into()),
            Some(name) => {
                let Some(used) = self.file(&at).uses.iter().find(|used| used.name == name) else {
                    return Place::Outside;
                };
                match self.used(from, used) {
                    Place::Module(module) => at = module,
                    // A variant or a function of a type: the `use` itself is the import.
                    _ => return Place::Outside,
                }
            }
            None => return Place::Outside,
        }
        for name in rest {
            if self.file(&at).children.contains(name) {
                at.push(name.clone());
            } else {
                return Place::Item(at, name.clone());
            }
        }
        Place::Module(at)
    }

    fn used(&self, from: &[String], used: &Use) -> Place {
        // `use b::c` after `use crate::a::b` is not written here; a first word that is itself
        // would not end.
        match used.path.first().map(String::as_str) {
            Some("crate" | "self" | "super") => self.place(from, &used.path),
            Some(name) if self.file(from).children.contains(name) => self.place(from, &used.path),
            _ => Place::Outside,
        }
    }

    /// What a file imports: the files, and what others hand on to it.
    fn imports(&self, file: &File) -> (BTreeSet<Vec<String>>, BTreeSet<String>) {
        let (mut found, mut handed_on) = (BTreeSet::new(), BTreeSet::new());
        let places = file
            .uses
            .iter()
            .map(|used| self.used(&file.module, used))
            .filter(|place| !matches!(place, Place::Module(_)))
            .chain(file.paths.iter().map(|path| self.place(&file.module, path)));
        for place in places {
            match place {
                Place::Module(module) => {
                    found.insert(module);
                }
                Place::Item(module, name) => {
                    let passes = |used: &&Use| used.public && used.name == name;
                    if let Some(used) = self.file(&module).uses.iter().find(passes)
                        && module != file.module
                        && let Place::Item(from, _) = self.used(&module, used)
                    {
                        handed_on.insert(format!(
                            "{} takes {name} from {}, which has it from {}",
                            show(&file.module),
                            show(&module),
                            show(&from)
                        ));
                    }
                    found.insert(module);
                }
                Place::Outside => {}
            }
        }
        found.remove(&file.module);
        (found, handed_on)
    }
}

fn show(module: &[String]) -> String {
    if module.is_empty() {
        "crate".into()
    } else {
        module.join("::")
    }
}

/// The room of a module: its name and its place from the ground up.
fn room(module: &[String]) -> (usize, &'static str) {
    let within =
        |room: &&str| module.starts_with(&room.split("::").map(String::from).collect::<Vec<_>>());
    ROOMS
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, room)| within(room))
        .max_by_key(|(_, room)| room.len())
        .unwrap_or_else(|| panic!("{} stands in no room: name it in ROOMS", show(module)))
}

/// Files that import each other, by way of whatever others: the strongly connected parts.
fn circles(graph: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> Vec<BTreeSet<Vec<String>>> {
    let reach: BTreeMap<&Vec<String>, BTreeSet<&Vec<String>>> = graph
        .keys()
        .map(|from| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
            while let Some(at) = open.pop() {
                for next in graph.get(at).into_iter().flatten() {
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
            (from, seen)
        })
        .collect();
    let circle = |from| -> BTreeSet<Vec<String>> {
        reach[from]
            .iter()
            .filter(|to| reach[**to].contains(from))
            .map(|to| (*to).clone())
            .collect()
    };
    let all: BTreeSet<_> = graph
        .keys()
        .map(circle)
        .filter(|circle| !circle.is_empty())
        .collect();
    all.into_iter().collect()
}

#[test]
fn imports_run_one_way() {
    let house = House::read();
    let mut graph = BTreeMap::new();
    let mut wrong = Vec::new();
    for (module, file) in &house.files {
        // The crate's root only lists the rooms.
        if module.is_empty() {
            continue;
        }
        let (imports, handed_on) = house.imports(file);
        wrong.extend(handed_on);
        graph.insert(module.clone(), imports);
    }
    let mut rooms: BTreeMap<_, (usize, usize, BTreeSet<_>)> = BTreeMap::new();
    for (module, imports) in &graph {
        let here = room(module);
        let entry = rooms.entry(here).or_default();
        entry.0 += 1;
        entry.1 += house.file(module).lines;
        for to in imports {
            let there = room(to);
            if there != here {
                entry.2.insert(there);
            }
            if there.0 > here.0 {
                wrong.push(format!(
                    "{} imports upwards, from {}",
                    show(module),
                    show(to)
                ));
            }
        }
    }
    println!("room: files, lines that are not blank; the rooms it imports from");
    for ((_, name), (files, lines, from)) in &rooms {
        let from: Vec<&str> = from.iter().map(|(_, name)| *name).collect();
        println!("{name}: {files}, {lines}; {}", from.join(" "));
    }
    for circle in circles(&graph) {
        let within: Vec<String> = circle
            .iter()
            .map(|from| {
                let to: Vec<String> = graph[from]
                    .intersection(&circle)
                    .map(|to| show(to))
                    .collect();
                format!("  {} -> {}", show(from), to.join(", "))
            })
            .collect();
        wrong.push(format!(
            "a circle of {} files:\n{}",
            circle.len(),
            within.join("\n")
        ));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
