//! How a request asks for the catalog to be read again.
//!
//! The task that reads it is in `serve`. It stands below everything that serves requests, so
//! requests reach it through a channel.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

/// How long a failed request waits for the catalog to be read again.
const SOON: Duration = Duration::from_secs(5);

/// The number of a catalog: 1 for the first that a process serves.
pub type Generation = u64;

/// A question to the task: look at the source now, and say which generation is served after that.
pub type Question = oneshot::Sender<Generation>;

/// The requests' end of the channel, and what the task says about its work.
#[derive(Debug)]
pub struct Reloads {
    questions: mpsc::UnboundedSender<Question>,
    generation: AtomicU64,
    /// Whether the source is the live schema.
    pub follows_schema: bool,
    /// Whether a request has come since the task looked.
    is_used: AtomicBool,
    report: Mutex<ReloadReport>,
}

/// The last reading of a source, for diagnostics.
#[derive(Debug, Clone, Default)]
pub struct ReloadReport {
    /// `live`, or the path of the file.
    pub source: String,
    /// Where names come from, and what is remarkable about the schema.
    pub notes: Vec<String>,
    /// When the catalog that is served was read.
    pub loaded_at: Option<chrono::DateTime<chrono::Utc>>,
    /// What its reading changed.
    pub changes: Vec<String>,
    /// Why the last reading failed. The catalog before it is still served.
    pub failure: Option<String>,
}

impl Reloads {
    /// Both ends.
    pub fn new(follows_schema: bool) -> (Arc<Self>, mpsc::UnboundedReceiver<Question>) {
        let (questions, asked) = mpsc::unbounded_channel();
        let reloads = Self {
            questions,
            follows_schema,
            generation: AtomicU64::new(0),
            is_used: AtomicBool::new(false),
            report: Mutex::default(),
        };
        (Arc::new(reloads), asked)
    }

    /// Asks for a look at the source. Gives whether another generation than `mine` is served then.
    pub async fn supersede(&self, mine: Generation) -> bool {
        if self.generation() != mine {
            return true;
        }
        let (question, answer) = oneshot::channel();
        if self.questions.send(question).is_err() {
            return false;
        }
        matches!(tokio::time::timeout(SOON, answer).await, Ok(Ok(now)) if now != mine)
    }

    /// The generation that is served.
    pub fn generation(&self) -> Generation {
        self.generation.load(Ordering::Acquire)
    }

    /// Says that another generation is served now.
    pub fn set_generation(&self, generation: Generation) {
        self.generation.store(generation, Ordering::Release);
    }

    /// Notes that a request has come. A source that nobody asks for is not looked at.
    pub fn note_use(&self) {
        if !self.is_used.load(Ordering::Relaxed) {
            self.is_used.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a request has come since the last call.
    pub fn take_use(&self) -> bool {
        self.is_used.swap(false, Ordering::Relaxed)
    }

    /// Whether the catalog that is served is older than the source, because no other could be made.
    pub fn is_stale(&self) -> bool {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.failure.is_some()
    }

    /// What is known about the source.
    pub fn report(&self) -> ReloadReport {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.clone()
    }

    /// Changes what is known about the source.
    pub fn update(&self, change: impl FnOnce(&mut ReloadReport)) {
        change(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
