//! Notices when another file takes the place of the one that was opened.
//!
//! A program that replaces a database (`prisma migrate reset`, a restored copy) leaves open
//! connections with a deleted file. SQLite notices that only when it writes, and not in every
//! journal mode.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Time between two checks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Device and inode of a file. `None` where the file does not exist.
type Identity = Option<(u64, u64)>;

#[derive(Debug)]
pub(super) struct FileIdentity {
    path: PathBuf,
    since: Instant,
    /// When the next check is due, in milliseconds after `since`.
    next_look: AtomicU64,
    known: Mutex<Identity>,
}

impl FileIdentity {
    pub fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            since: Instant::now(),
            next_look: AtomicU64::new(0),
            known: Mutex::new(identity(path)),
        }
    }

    /// Whether the file at the path was replaced since the last check. It checks once a second.
    pub fn was_replaced(&self) -> bool {
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

/// On other systems, an open file cannot be replaced.
#[cfg(not(unix))]
fn identity(_: &Path) -> Identity {
    None
}
