//! What was found: a line each, with what to do about it.

use serde::Serialize;

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
}

impl Report {
    fn add(&mut self, what: &str, state: State, says: impl Into<String>, todo: Option<String>) {
        self.lines.push(Line {
            what: what.to_owned(),
            state,
            says: says.into(),
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
        Self { lines }
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
