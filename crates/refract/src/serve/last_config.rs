//! Which refract.toml a database was served with last time.
//!
//! What the file hides is shown where the file is not found, as in a process that was started in
//! another folder, and nothing else would say so. A note of it is kept for each database in the
//! user's state folder (`$XDG_STATE_HOME/refract`, else `~/.local/state/refract`). Where there is no
//! such folder, or it cannot be written to (containers), nothing is remembered: there,
//! `REFRACT_CONFIG` makes sure.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::settings::{ConfigFile, Environment, Settings, Target};

/// A note of one database.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// Without its password.
    database: String,
    config: PathBuf,
}

/// The file that served this database last time is not found now.
#[derive(Debug, thiserror::Error)]
#[error(
    "refract.toml: none is found in {} or around it, but {} was read when {database} was served last time; \
     start where it is, or set REFRACT_CONFIG to its path, or to `none` to serve without it",
    folder.display(), config.display()
)]
pub struct NotFound {
    folder: PathBuf,
    config: PathBuf,
    database: String,
}

/// Compares the file that counts with that of last time, and remembers it.
///
/// # Errors
/// [`NotFound`], outside `local`; there it is a warning.
pub(super) fn check(settings: &Settings) -> Result<(), NotFound> {
    match state_folder() {
        Some(folder) => check_in(&folder, settings),
        None => Ok(()),
    }
}

fn check_in(folder: &Path, settings: &Settings) -> Result<(), NotFound> {
    let database = database(settings);
    let file = folder.join(format!(
        "{:016x}.json",
        XxHash3_64::oneshot(database.as_bytes())
    ));
    let last = std::fs::read(&file).ok();
    let last: Option<Note> = last.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let last = last.map(|note| note.config);
    match &settings.config_file {
        ConfigFile::At(config) if last.as_ref() == Some(config) => {}
        ConfigFile::At(config) => {
            if let Some(last) = last {
                tracing::warn!(
                    config = %config.display(),
                    last_time = %last.display(),
                    "refract.toml is another than last time"
                );
            }
            let config = config.clone();
            note(folder, &file, &Note { database, config });
        }
        ConfigFile::Unwanted => forget(&file),
        ConfigFile::Missing => {
            let Some(config) = last else { return Ok(()) };
            let missing = NotFound {
                folder: std::env::current_dir().unwrap_or_default(),
                config,
                database,
            };
            if settings.environment != Environment::Local {
                return Err(missing);
            }
            tracing::warn!("{missing}");
        }
    }
    Ok(())
}

/// The database, however its file is named from here.
fn database(settings: &Settings) -> String {
    match &settings.database.target {
        Target::Sandbox => "the sandbox".to_owned(),
        Target::App(url) => {
            let text = url.to_string();
            let path = text.split_once(':').map_or("", |(_, path)| path);
            match std::fs::canonicalize(path.trim_start_matches("//")) {
                Ok(path) if path.is_file() => path.display().to_string(),
                _ => text,
            }
        }
    }
}

fn state_folder() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let base = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    base.is_absolute().then(|| base.join("refract"))
}

/// Keeps a note if that is possible: to serve does not depend on it.
fn note(folder: &Path, file: &Path, note: &Note) {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        // Renamed at once, so that nobody reads half of it.
        let new = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&new, note)?;
        new.persist(file)?;
        Ok(())
    };
    if let Err(error) = write() {
        tracing::debug!(%error, "where refract.toml is will not be remembered");
    }
}

fn forget(file: &Path) {
    if let Err(error) = std::fs::remove_file(file)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::debug!(%error, "where refract.toml was is still remembered");
    }
}
