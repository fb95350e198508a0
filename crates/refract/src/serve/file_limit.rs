//! How many files the process may have open; connections count as files.

/// Files that are not clients' connections, beside the database's: the log, the listener, the
/// runtime's own, look-ups of names, connections in reserve.
#[cfg(target_os = "linux")]
const OTHERS: usize = 160;

/// Asks the system for as many open files as it grants. Many systems grant few at first, for
/// programs that use `select`, which this one does not.
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

/// Most connections of clients, where `wanted` are to be taken and the database has `database`.
pub(super) fn most_connections(wanted: usize, database: usize) -> usize {
    #[cfg(target_os = "linux")]
    if let Some(files) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        // Those of the pool, as many that cancel statements, and look-ups.
        let kept = OTHERS.saturating_add(database.saturating_mul(3));
        // With a limit that is lower still, half of the files are for clients.
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
