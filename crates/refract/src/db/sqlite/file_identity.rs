//! Whether the file at a path is still the one that was opened.
//!
//! A program that replaces a database (`prisma migrate reset`, a restored copy) leaves connections
//! with a file that has no name any longer. SQLite notices when it writes, and not in every mode.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Device and number of a file; `None` where there is none.
type Identity = Option<(u64, u64)>;

#[derive(Debug)]
pub(super) struct FileWatch {
    path: PathBuf,
    since: Instant,
    /// Milliseconds after `since` of the next look.
    next_look: AtomicU64,
    known: Mutex<Identity>,
}

impl FileWatch {
    pub fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            since: Instant::now(),
            next_look: AtomicU64::new(0),
            known: Mutex::new(identity(path)),
        }
    }

    /// Whether another file has come to the path since the last time. It is looked at once a second.
    pub fn is_another(&self) -> bool {
        let now = self.since.elapsed().as_millis() as u64;
        let due = self.next_look.load(Ordering::Relaxed);
        let next = now + LOOK_EVERY.as_millis() as u64;
        let takes = || {
            let taken =
                self.next_look
                    .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
            taken.is_ok()
        };
        if now < due || !takes() {
            return false;
        }
        let found = identity(&self.path);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *known, found) != found
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// Elsewhere an open file cannot be replaced.
#[cfg(not(unix))]
fn identity(_: &Path) -> Identity {
    None
}
