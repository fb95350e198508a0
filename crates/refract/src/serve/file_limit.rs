//! The limit of open files. Each connection is an open file.

/// Files other than connections of clients and of the database: the log, the listener, the
/// runtime's files, name look-ups, spare connections.
#[cfg(target_os = "linux")]
const OTHERS: usize = 160;

/// Raises the limit of open files to the maximum that the system grants. Systems begin with a low
/// limit for programs that use `select`.
pub fn with_all_files() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let wanted = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        if limit.current != limit.maximum
            && let Err(error) = setrlimit(Resource::Nofile, wanted)
        {
            tracing::debug!(%error, "the limit of open files stays as it is");
        }
    }
}

/// Most client connections, given the number that is `wanted` and the number of the `database`.
pub(super) fn most_connections(wanted: usize, database: usize) -> usize {
    #[cfg(target_os = "linux")]
    if let Some(files) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        // The pool's connections, as many that cancel statements, and look-ups.
        let kept = OTHERS.saturating_add(database.saturating_mul(3));
        // Where the limit is lower still, half of the files are for clients.
        let most = files.saturating_sub(kept).max(files / 2).max(1);
        if most < wanted {
            tracing::warn!(
                connections = most,
                files,
                "the limit of open files allows fewer connections than MAX_CONNECTIONS"
            );
            return most;
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = database;
    wanted
}
