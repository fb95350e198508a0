//! Where the catalog comes from.

use std::path::PathBuf;

use super::{SettingsError, layers::Source};

/// The file of `CATALOG=file`, in the working directory.
pub const CATALOG_FILE: &str = "catalog.json";

/// Where the catalog and its names come from.
#[derive(Debug, Clone)]
pub struct CatalogSettings {
    pub source: CatalogChoice,
    /// The app's schema.prisma, a folder of .prisma files, or a contract.json.
    pub prisma_schema: Option<String>,
}

/// The value of `CATALOG`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogChoice {
    /// The entities that the program was compiled with, if there are any, else the live database,
    /// else the sandbox.
    Unset,
    /// The live database, read again when its schema changes.
    Live,
    /// A file that `refract reflect` or `make orm` wrote.
    File(PathBuf),
}

impl std::fmt::Display for CatalogChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unset => Ok(()),
            Self::Live => f.write_str("live"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl CatalogSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let choice = match source.text("CATALOG").map(str::trim) {
            None => CatalogChoice::Unset,
            Some("live") => CatalogChoice::Live,
            Some("file") => CatalogChoice::File(CATALOG_FILE.into()),
            Some(path) if path.ends_with(".json") => CatalogChoice::File(path.into()),
            Some(other) => {
                let problem =
                    format!("`{other}` is neither `live`, `file` nor the path of a .json file");
                return Err(SettingsError::new("CATALOG", problem, "live"));
            }
        };
        Ok(Self {
            source: choice,
            prisma_schema: source
                .text("PRISMA_SCHEMA")
                .map(|path| path.trim().to_owned()),
        })
    }
}
