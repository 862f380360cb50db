//! What was found: a line each, with what to do about it.

use serde::Serialize;
use std::collections::BTreeMap;

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is as it should be.
    Ok,
    /// Somebody should look.
    Warning,
    /// It does not work.
    Wrong,
    /// It was not tried, and why.
    Skipped,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What was looked at.
    pub what: String,
    /// How it stands.
    pub state: State,
    /// What was seen.
    pub says: String,
    /// What to do.
    #[serde(rename = "do")]
    pub todo: Option<String>,
}

/// All that was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Line by line, in the order of looking.
    pub lines: Vec<Line>,
    /// What is never shown, whoever says it: a platform may repeat what it was sent.
    hidden: Vec<String>,
}

/// From so many characters on a part of a secret is hidden: shorter ones are words.
const HIDDEN: usize = 8;

impl Report {
    /// One in which no value of these secrets is shown, and no part of one.
    pub fn hiding(secrets: &BTreeMap<String, String>) -> Self {
        let parts = |value: &String| -> Vec<String> {
            let whole = value.split_whitespace();
            whole
                .flat_map(|one| std::iter::once(one).chain(one.split([':', '|'])))
                .filter(|part| part.len() >= HIDDEN)
                .map(str::to_owned)
                .collect()
        };
        let secret = |name: &str| !name.ends_with("_ID");
        let kept = secrets.iter().filter(|(name, _)| secret(name));
        let mut hidden: Vec<String> = kept.flat_map(|(_, value)| parts(value)).collect();
        // The whole before its parts.
        hidden.sort_by_key(|part| std::cmp::Reverse(part.len()));
        Self {
            lines: Vec::new(),
            hidden,
        }
    }

    fn masked(&self, text: String) -> String {
        let mut text = text;
        for part in &self.hidden {
            if text.contains(part) {
                text = text.replace(part, "***");
            }
        }
        text
    }

    /// Whether the platform delivers to another installation's address, which is not taken over unasked.
    pub fn is_taken(&mut self, there: &str, ours: &str, replace: bool) -> bool {
        let taken = !there.is_empty() && there != ours && !replace;
        if taken {
            self.wrong(
                "address",
                format!("it is registered at {there}"),
                "--replace takes it over: whoever is there gets nothing more",
            );
        }
        taken
    }

    fn add(&mut self, what: &str, state: State, says: impl Into<String>, todo: Option<String>) {
        let says = self.masked(says.into());
        let todo = todo.map(|todo| self.masked(todo));
        self.lines.push(Line {
            what: what.to_owned(),
            state,
            says,
            todo,
        });
    }

    /// It is as it should be.
    pub fn ok(&mut self, what: &str, says: impl Into<String>) {
        self.add(what, State::Ok, says, None);
    }

    /// Somebody should look.
    pub fn warn(&mut self, what: &str, says: impl Into<String>, todo: impl Into<String>) {
        self.add(what, State::Warning, says, Some(todo.into()));
    }

    /// It does not work.
    pub fn wrong(&mut self, what: &str, says: impl Into<String>, todo: impl Into<String>) {
        self.add(what, State::Wrong, says, Some(todo.into()));
    }

    /// It was not tried.
    pub fn skip(&mut self, what: &str, says: impl Into<String>, todo: impl Into<String>) {
        self.add(what, State::Skipped, says, Some(todo.into()));
    }

    /// One or the other.
    pub fn judge(&mut self, what: &str, right: bool, says: impl Into<String>, todo: &str) -> bool {
        match right {
            true => self.ok(what, says),
            false => self.wrong(what, says, todo),
        }
        right
    }

    /// A value that must be there.
    pub fn need<T>(&mut self, what: &str, value: Option<T>, todo: impl Into<String>) -> Option<T> {
        if value.is_none() {
            self.wrong(what, "is missing", todo);
        }
        value
    }

    /// Whether something does not work.
    pub fn is_wrong(&self) -> bool {
        self.lines.iter().any(|line| line.state == State::Wrong)
    }

    /// The same lines as those of one part of a whole.
    pub fn under(self, part: &str) -> Self {
        let mut lines = self.lines;
        for line in &mut lines {
            line.what = format!("{part}: {}", line.what);
        }
        Self {
            lines,
            hidden: self.hidden,
        }
    }

    /// For people.
    pub fn show(&self) {
        for line in &self.lines {
            let mark = match line.state {
                State::Ok => "ok     ",
                State::Warning => "look   ",
                State::Wrong => "WRONG  ",
                State::Skipped => "skipped",
            };
            say!("{mark}  {}: {}", line.what, line.says);
            if let Some(todo) = &line.todo {
                say!("         -> {todo}");
            }
        }
    }
}
