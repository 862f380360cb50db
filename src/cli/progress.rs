//! One line per long step: what it is doing and for how long. Plain lines when nobody watches a terminal.

use anyhow::{Context, Result};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Lines of a failed command's output worth showing: enough for the cause, not the whole log.
const TAIL_LINES: usize = 20;
/// Without a terminal, how often a running step says that it lives: CI systems end a job that is silent for long.
const PLAIN_PERIOD: Duration = Duration::from_secs(20);

/// The steps under way, one line each on stderr.
pub struct Progress {
    bars: Option<MultiProgress>,
}

/// One step under way.
pub struct Step {
    name: String,
    started: Instant,
    bar: Option<ProgressBar>,
    said: Instant,
}

/// Why a command did not succeed.
pub struct Failed {
    /// Everything it printed, the last [`TAIL_LINES`] lines of it.
    pub tail: Vec<String>,
    /// Its exit code, when it had one.
    pub code: Option<i32>,
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress {
    /// Spinners on a terminal, plain lines elsewhere.
    pub fn new() -> Self {
        Self {
            bars: std::io::stderr().is_terminal().then(MultiProgress::new),
        }
    }

    /// Begins a step.
    pub fn step(&self, name: &str) -> Step {
        let now = Instant::now();
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner());
            if let Ok(style) =
                ProgressStyle::with_template("  {spinner} {prefix:24} {elapsed:>5}  {wide_msg}")
            {
                bar.set_style(style);
            }
            bar.set_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            note!("  {name} ...");
        }
        Step {
            name: name.to_owned(),
            started: now,
            bar,
            said: now,
        }
    }
}

impl Step {
    /// Says what the step is doing now.
    pub fn note(&mut self, doing: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(doing.to_owned()),
            None if self.said.elapsed() >= PLAIN_PERIOD => {
                self.said = Instant::now();
                note!(
                    "  {}: {} s, {doing}",
                    self.name,
                    self.started.elapsed().as_secs()
                );
            }
            None => {}
        }
    }

    /// Ends the step, telling what came out and how long it took.
    pub fn done(self, outcome: &str) {
        self.end("+", outcome);
    }

    /// Ends the step without success; the reason follows as the command's error.
    pub fn failed(self) {
        self.end("x", "failed");
    }

    fn end(&self, mark: &str, outcome: &str) {
        let line = format!(
            "  {mark} {:24} {outcome} ({:.1} s)",
            self.name,
            self.started.elapsed().as_secs_f64()
        );
        match &self.bar {
            Some(bar) => {
                if let Ok(style) = ProgressStyle::with_template("{msg}") {
                    bar.set_style(style);
                }
                bar.finish_with_message(line);
            }
            None => note!("{line}"),
        }
    }

    /// Runs a command, showing what `glance` makes of its lines. Returns all of its output's lines.
    ///
    /// # Errors
    /// The outer error when it cannot be started, the inner one when it fails.
    pub fn run(
        &mut self,
        command: &mut Command,
        glance: impl Fn(&str) -> Option<String>,
    ) -> Result<Result<(), Failed>> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let (lines, incoming) = mpsc::channel();
        let readers = [
            child
                .stdout
                .take()
                .map(|out| read_lines(out, lines.clone())),
            child.stderr.take().map(|err| read_lines(err, lines)),
        ];
        let mut tail = VecDeque::new();
        let mut doing = String::new();
        loop {
            match incoming.recv_timeout(Duration::from_secs(1)) {
                Ok(line) => {
                    if let Some(seen) = glance(&line) {
                        doing = seen;
                    }
                    if tail.len() == TAIL_LINES {
                        tail.pop_front();
                    }
                    tail.push_back(line);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
            self.note(&doing);
        }
        for reader in readers.into_iter().flatten() {
            let _ = reader.join();
        }
        let status = child.wait().context("lost a child process")?;
        Ok(if status.success() {
            Ok(())
        } else {
            Err(Failed {
                tail: tail.into(),
                code: status.code(),
            })
        })
    }
}

impl Failed {
    /// Whether the output speaks of a network that cannot be reached.
    pub fn for_want_of_network(&self) -> bool {
        const SIGNS: [&str; 10] = [
            "Could not resolve host",
            "Couldn't resolve host",
            "Could not connect",
            "Couldn't connect",
            "download of config.json failed",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ETIMEDOUT",
            "Connection refused",
        ];
        self.tail
            .iter()
            .any(|line| SIGNS.iter().any(|sign| line.contains(sign)))
    }
}

fn read_lines(
    from: impl Read + Send + 'static,
    to: mpsc::Sender<String>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if !line.is_empty() && to.send(line).is_err() {
                break;
            }
        }
    })
}
