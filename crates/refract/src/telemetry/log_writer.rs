//! Writes log lines to standard error.
//!
//! Writing each line separately would be a system call per request. So lines are buffered, and a
//! thread writes them a few times a second. Warnings and errors are written at once, with all lines
//! before them.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Longest time that a line is buffered.
const INTERVAL: Duration = Duration::from_millis(50);
/// Most bytes that are buffered.
const CAPACITY: usize = 64 * 1024;

/// The buffer of lines.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Vec<u8>>,
    arrived: Condvar,
    /// Locked while writing, so that lines keep their order.
    output: Mutex<()>,
}

impl Lines {
    /// Starts the thread that writes. It ends with the process.
    pub(super) fn start() -> Self {
        let lines = Self::default();
        let shared = lines.0.clone();
        thread::spawn(move || {
            loop {
                let waiting = shared.waiting();
                let empty = |waiting: &mut Vec<u8>| waiting.is_empty();
                drop(shared.arrived.wait_while(waiting, empty));
                thread::sleep(INTERVAL);
                shared.write_out();
            }
        });
        lines
    }

    /// Writes the buffered lines.
    pub(super) fn write_out(&self) {
        self.0.write_out();
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Vec<u8>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_out(&self) {
        let _turn = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = std::mem::take(&mut *self.waiting());
        // A failure to write cannot be reported.
        let _ = io::stderr().write_all(&lines);
    }
}

/// Buffers one line.
pub(super) struct Line<'lines> {
    shared: &'lines Shared,
    urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut waiting = self.shared.waiting();
        let first = waiting.is_empty();
        waiting.extend_from_slice(bytes);
        let full = waiting.len() > CAPACITY;
        drop(waiting);
        if self.urgent || full {
            self.shared.write_out();
        } else if first {
            self.shared.arrived.notify_one();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'lines> MakeWriter<'lines> for Lines {
    type Writer = Line<'lines>;

    fn make_writer(&'lines self) -> Line<'lines> {
        Line {
            shared: &self.0,
            urgent: true,
        }
    }

    fn make_writer_for(&'lines self, metadata: &Metadata<'_>) -> Line<'lines> {
        Line {
            shared: &self.0,
            urgent: *metadata.level() <= Level::WARN,
        }
    }
}
