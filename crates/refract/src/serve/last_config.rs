//! Remembers which refract.toml each database was last served with.
//!
//! Without the file, fields that it hides would be shown. That happens where the process starts in
//! another folder. So the path is noted for each database in the user's state folder
//! (`$XDG_STATE_HOME/refract`, else `~/.local/state/refract`). Where that folder cannot be written
//! to, as in containers, nothing is remembered, and `REFRACT_CONFIG` gives the same safety.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use crate::settings::{ConfigFile, Environment, Settings, Target};

/// The note of one database.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// Without its password.
    database: String,
    config: PathBuf,
}

/// The file of the last start is not found now.
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

/// Compares the configuration file with that of the last start, and remembers it.
///
/// # Errors
/// [`NotFound`] outside `local`. In `local` it is a warning.
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

/// The database's name, the same from every working directory.
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

/// Writes a note where that is possible. The server does not depend on it.
fn note(folder: &Path, file: &Path, note: &Note) {
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        // Renamed in one step, so that no process reads a partial file.
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
