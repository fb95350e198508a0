//! Where a catalog comes from: compiled entities, a file, or the live database.
//!
//! In: the settings and, for the live database, a connection. Out: a [`Catalog`], and a
//! [`CatalogReader`] that can make the next one where the source may change.

mod missing_rights;
mod prisma_names;
mod schema_version;

use std::{path::PathBuf, sync::Arc};

use reflect::{
    DatabaseUrl, Names, ReflectError, Snapshot,
    prisma::{Disagreement, ParserError},
    registry::{EntityShape, Registry},
};

use prisma_names::PrismaNames;
pub use schema_version::SchemaVersion;

use crate::{
    catalog::{Catalog, CatalogError},
    db::Db,
    settings::{CatalogChoice, Settings, SettingsError, Target},
};

/// The catalog that a server begins with.
pub enum CatalogSource {
    /// A catalog that does not change while the process runs.
    Built(Box<Catalog>),
    /// A file or the live database.
    Read(CatalogReader),
}

/// Reads catalogs while the process runs.
#[derive(Debug, Clone)]
pub enum CatalogReader {
    /// A file that `refract reflect` wrote.
    File(PathBuf),
    /// The schema of the database that is served.
    Live(LiveSchema),
}

/// What the schema of the live database is read with.
#[derive(Debug, Clone)]
pub struct LiveSchema {
    url: Box<DatabaseUrl>,
    /// `DATABASE_SCHEMAS`. Empty means those of the URL and of Prisma's schema.
    schemas: Vec<String>,
    names: Arc<PrismaNames>,
}

/// A catalog that has just been read.
pub struct FreshCatalog {
    pub catalog: Catalog,
    /// The source of names, and what is remarkable about it, as sentences.
    pub notes: Vec<String>,
    /// The state of the live schema before it was read. A change since then is seen at the next look.
    pub version: Option<SchemaVersion>,
}

/// What was read of the live schema.
pub struct LiveSnapshot {
    pub snapshot: Snapshot,
    pub notes: Vec<String>,
    pub version: Option<SchemaVersion>,
    /// Whether the app's Prisma schema gives the names.
    pub has_prismas_names: bool,
}

/// Why no catalog could be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogSourceError {
    #[error("CATALOG: {} cannot be read: {source}; `refract reflect --out {}` writes it", path.display(), path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("CATALOG: {} is not a catalog of this version: {source}", path.display())]
    Format {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Names(#[from] ParserError),
    #[error("{0}{because}", because = because(.0))]
    Reflect(#[from] ReflectError),
}

/// The driver's own words, which say what the database refused.
fn because(error: &ReflectError) -> String {
    std::error::Error::source(error).map_or_else(String::new, |source| format!(": {source}"))
}

impl CatalogSource {
    /// The source that the settings name. `entities` are those that the program was compiled with,
    /// `sandbox` is the snapshot of the sandbox of a program without any.
    ///
    /// # Errors
    /// The settings do not fit together, or the compiled entities cannot be served.
    pub fn of(
        entities: Option<&Registry>,
        sandbox: &str,
        settings: &Settings,
    ) -> Result<Self, CatalogSourceError> {
        let built = |registry: &Registry| {
            let schemas = &settings.database.schemas;
            let catalog = Catalog::build(registry, &settings.resources, schemas)?;
            Ok(Self::Built(Box::new(catalog)))
        };
        match (&settings.catalog.source, &settings.database.target) {
            (CatalogChoice::File(path), _) => Ok(Self::Read(CatalogReader::File(path.clone()))),
            (CatalogChoice::Live, Target::Sandbox) => {
                let problem = "there is no live database: DATABASE_URL is not set";
                Err(SettingsError::new("CATALOG", problem, "file").into())
            }
            (CatalogChoice::Live, Target::App(url)) => Ok(Self::live(url, settings)),
            (CatalogChoice::Unset, target) => match (entities, target) {
                (Some(entities), _) => built(entities),
                (None, Target::App(url)) => Ok(Self::live(url, settings)),
                (None, Target::Sandbox) => {
                    built(&registry(sandbox.to_owned()).map_err(CatalogError::from)?)
                }
            },
        }
    }

    fn live(url: &DatabaseUrl, settings: &Settings) -> Self {
        Self::Read(CatalogReader::Live(LiveSchema::at(url, settings)))
    }

    /// The catalog of a source that needs no database.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn without_database(self, settings: &Settings) -> Result<Catalog, CatalogSourceError> {
        match self {
            Self::Built(catalog) => Ok(*catalog),
            Self::Read(reader) => reader.read_file(settings).map(|fresh| fresh.catalog),
        }
    }
}

impl From<Catalog> for CatalogSource {
    fn from(catalog: Catalog) -> Self {
        Self::Built(Box::new(catalog))
    }
}

impl CatalogReader {
    /// Reads a catalog. Only the live database needs `db`.
    ///
    /// # Errors
    /// The source cannot be read, or refract.toml does not fit what was read.
    pub async fn read(
        &self,
        db: &Db,
        settings: &Settings,
    ) -> Result<FreshCatalog, CatalogSourceError> {
        match self {
            Self::File(_) => self.read_file(settings),
            Self::Live(live) => {
                let LiveSnapshot {
                    snapshot,
                    notes,
                    version,
                    ..
                } = live.snapshot(db).await?;
                let (policy, schemas) = (settings.resources.clone(), live.schemas.clone());
                // The threads that answer requests should not wait for it.
                let built = tokio::task::spawn_blocking(move || {
                    Catalog::of_snapshot(snapshot, &policy, &schemas)
                });
                let built = built.await;
                let catalog =
                    built.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
                Ok(FreshCatalog {
                    catalog,
                    notes,
                    version,
                })
            }
        }
    }

    /// As [`Self::read`], for a file.
    fn read_file(&self, settings: &Settings) -> Result<FreshCatalog, CatalogSourceError> {
        let Self::File(path) = self else {
            unreachable!("the live database is read with a connection")
        };
        let text = std::fs::read_to_string(path).map_err(|source| CatalogSourceError::File {
            path: path.clone(),
            source,
        })?;
        let registry = registry(text).map_err(|source| CatalogSourceError::Format {
            path: path.clone(),
            source,
        })?;
        let schemas = &settings.database.schemas;
        Ok(FreshCatalog {
            catalog: Catalog::build(&registry, &settings.resources, schemas)?,
            notes: vec![format!("the catalog is {}", path.display())],
            version: None,
        })
    }

    /// The first catalog, where no database is needed for it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_at_start(
        &self,
        settings: &Settings,
    ) -> Result<Option<FreshCatalog>, CatalogSourceError> {
        match self {
            Self::File(_) => self.read_file(settings).map(Some),
            Self::Live(_) => Ok(None),
        }
    }

    /// The source in a word, for diagnostics.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Live(_) => "live".to_owned(),
        }
    }
}

impl LiveSchema {
    /// The schema of the database of the settings.
    ///
    /// # Errors
    /// `DATABASE_URL` is not set.
    pub fn of(settings: &Settings) -> Result<Self, SettingsError> {
        match &settings.database.target {
            Target::App(url) => Ok(Self::at(url, settings)),
            Target::Sandbox => Err(SettingsError::new(
                "DATABASE_URL",
                "is not set, and there is no other database to reflect",
                reflect::database_url::EXAMPLE,
            )),
        }
    }

    fn at(url: &DatabaseUrl, settings: &Settings) -> Self {
        Self {
            url: Box::new(url.clone()),
            schemas: settings.database.asked_schemas.clone(),
            names: Arc::new(PrismaNames::of(settings.catalog.prisma_schema.clone())),
        }
    }

    /// The same, reading these schemas where the settings name none.
    pub fn or_schemas(mut self, schemas: &[String]) -> Self {
        if self.schemas.is_empty() {
            self.schemas = schemas.to_vec();
        }
        self
    }

    /// The database's name in messages, without its password.
    pub fn database(&self) -> String {
        self.url.to_string()
    }

    /// Reads the schema, with names and client-side defaults.
    ///
    /// # Errors
    /// The schema or Prisma's schema cannot be read.
    pub async fn snapshot(&self, db: &Db) -> Result<LiveSnapshot, CatalogSourceError> {
        let names = self.names.current().await?;
        let schemas = match self.schemas.is_empty() {
            true => names.schemas_to_read(&self.url),
            false => self.schemas.clone(),
        };
        let version = schema_version::of_live(self, db, &schemas).await.ok();
        let (snapshot, disagreements) = names.read(db.sea_orm(), &schemas).await?;
        let mut notes = notes(&names, &disagreements);
        notes.extend(missing_rights::sentences(db, &snapshot).await);
        Ok(LiveSnapshot {
            snapshot,
            notes,
            version,
            has_prismas_names: !matches!(*names, Names::Inferred { .. }),
        })
    }
}

fn notes(names: &Names, disagreements: &[Disagreement]) -> Vec<String> {
    let source = match names {
        Names::Prisma { path, .. } => {
            format!("names and client-side defaults are those of {path}")
        }
        Names::Inferred { why } => {
            format!("names and client-side defaults are inferred: {why}")
        }
    };
    let differing = disagreements.iter().map(ToString::to_string);
    std::iter::once(source).chain(differing).collect()
}

/// The registry that a snapshot's own entity crate would give.
fn registry(snapshot: String) -> Result<Registry, serde_json::Error> {
    let entities = EntityShape::all_of(&serde_json::from_str(&snapshot)?);
    Ok(Registry { snapshot, entities })
}
