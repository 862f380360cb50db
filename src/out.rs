//! Standard output and standard error of the command, for readers who may stop reading.
//!
//! `heard rules | head` closes our standard output in the middle. `println!` panics then, and a plain writer fails;
//! neither is what the reader meant. So everything is printed through here: `say!` and `note!` never fail, and
//! what a closed [`stdout`] makes fail is no failure of the command ([`reader_has_gone`]). Clippy's `print_stdout` and
//! `print_stderr` keep it so.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a write to the standard output found nobody reading.
static GONE: AtomicBool = AtomicBool::new(false);

/// The standard output; it notes when its reader has gone.
#[derive(Clone, Copy, Debug)]
pub struct Out;

/// The standard output.
pub fn stdout() -> Out {
    Out
}

/// Whether whoever read our standard output has stopped: an error that follows from it is none.
pub fn reader_has_gone() -> bool {
    GONE.load(Ordering::Relaxed)
}

fn noted<T>(done: io::Result<T>) -> io::Result<T> {
    if let Err(why) = &done
        && why.kind() == io::ErrorKind::BrokenPipe
    {
        GONE.store(true, Ordering::Relaxed);
    }
    done
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        noted(io::stdout().lock().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        noted(io::stdout().lock().flush())
    }
}

/// Prints a line to the standard output, if anybody still reads it.
macro_rules! say {
    ($($what:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!($crate::out::stdout(), $($what)*);
    }};
}

/// Prints a line to the standard error, if anybody still reads it.
macro_rules! note {
    ($($what:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($what)*);
    }};
}
