//! Where refract.toml is: `REFRACT_CONFIG`, else in the working directory or in one around it.

use std::path::{Path, PathBuf};

use super::SettingsError;

const NAME: &str = "refract.toml";
const VARIABLE: &str = "REFRACT_CONFIG";
/// What `REFRACT_CONFIG` says where there is none on purpose.
const NONE: &str = "none";

/// Which refract.toml counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ConfigFile {
    /// This one.
    At(PathBuf),
    /// None was found.
    #[default]
    Missing,
    /// None is wanted: `REFRACT_CONFIG=none`.
    Unwanted,
}

impl ConfigFile {
    /// Looks for it; `wanted` is what `REFRACT_CONFIG` says.
    ///
    /// # Errors
    /// One that is named and not there: without its policies, what it hides would be shown.
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
