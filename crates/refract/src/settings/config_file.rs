//! Finds refract.toml: the path of `REFRACT_CONFIG`, else the working directory and its ancestors.

use std::path::{Path, PathBuf};

use super::SettingsError;

const NAME: &str = "refract.toml";
const VARIABLE: &str = "REFRACT_CONFIG";
/// The value of `REFRACT_CONFIG` that means no file.
const NONE: &str = "none";

/// The refract.toml that is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ConfigFile {
    /// The file at this path.
    At(PathBuf),
    /// No file was found.
    #[default]
    Missing,
    /// `REFRACT_CONFIG=none`.
    Unwanted,
}

impl ConfigFile {
    /// Looks for the file. `wanted` is the value of `REFRACT_CONFIG`.
    ///
    /// # Errors
    /// A named file does not exist. Without its policies, hidden fields would show.
    pub(super) fn find(wanted: Option<&str>) -> Result<Self, SettingsError> {
        let wrong = |problem: String| SettingsError::new(VARIABLE, problem, "/etc/refract.toml");
        match wanted.filter(|wanted| !wanted.is_empty()) {
            Some(NONE) => Ok(Self::Unwanted),
            Some(path) => match std::path::absolute(path) {
                Ok(path) if path.is_file() => Ok(Self::At(path)),
                _ => Err(wrong(format!("`{path}` is not a file that is there"))),
            },
            None => {
                let folder = std::env::current_dir().map_err(|error| {
                    wrong(format!("the working directory is not there: {error}"))
                })?;
                Ok(Self::around(&folder))
            }
        }
    }

    fn around(folder: &Path) -> Self {
        let files = folder.ancestors().map(|folder| folder.join(NAME));
        let mut there = files.filter(|file| file.is_file());
        there.next().map_or(Self::Missing, Self::At)
    }
}
