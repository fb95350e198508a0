//! What every request shares.

use std::{sync::Arc, time::Instant};

use crate::{
    catalog::Catalog,
    db::{Db, DbError},
    db_error,
    drift::Drift,
    error::Error,
    query::sql::Statements,
    reloads::{Generation, Reloads},
    settings::Settings,
};

/// What every request shares. It does not change: where the catalog is read again, the next one is
/// made beside it.
pub struct App {
    pub catalog: Arc<Catalog>,
    pub db: Arc<Db>,
    pub statements: Statements,
    pub settings: Arc<Settings>,
    pub drift: Drift,
    /// When the process began to serve.
    pub started: Instant,
    /// The number of this catalog.
    pub(crate) generation: Generation,
    /// Where the catalog can be read again while the process runs.
    pub(crate) reloads: Option<Arc<Reloads>>,
}

/// Makes an app's own endpoints. docs/sidecar.md has an example. They are made again where the
/// catalog is read again.
pub type Endpoints<O> = fn(&Arc<App>) -> O;

impl App {
    /// Opens the database of the settings.
    ///
    /// # Errors
    /// The database cannot be opened, or it refuses for good. A database that is only unreachable
    /// is no error: requests are answered with 503 until it is back.
    pub async fn open(catalog: Catalog, settings: Settings) -> Result<Arc<Self>, DbError> {
        let db = Db::open(&settings.database, &catalog).await?;
        Ok(Self::new(catalog, Arc::new(db), Arc::new(settings), None))
    }

    /// The first catalog of a process.
    pub(crate) fn new(
        catalog: Catalog,
        db: Arc<Db>,
        settings: Arc<Settings>,
        reloads: Option<Arc<Reloads>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            statements: Statements::new(db.database(), settings.database.statement_cache_bytes),
            catalog: Arc::new(catalog),
            db,
            settings,
            drift: Drift::default(),
            started: Instant::now(),
            generation: 0,
            reloads,
        })
    }

    /// The same process with the next catalog, which is in step with the database.
    pub(crate) fn next(&self, catalog: Catalog, generation: Generation, drift: Drift) -> Arc<Self> {
        Arc::new(Self {
            statements: Statements::new(
                self.db.database(),
                self.settings.database.statement_cache_bytes,
            ),
            catalog: Arc::new(catalog),
            db: self.db.clone(),
            settings: self.settings.clone(),
            drift,
            started: self.started,
            generation,
            reloads: self.reloads.clone(),
        })
    }

    /// Whether no catalog has been read yet, because the database was not reachable.
    pub(crate) fn is_waiting(&self) -> bool {
        self.reloads.is_some() && self.generation == 0
    }

    /// Whether a changed schema leads to another catalog.
    pub(crate) fn follows_schema(&self) -> bool {
        let reloads = self.reloads.as_ref();
        reloads.is_some_and(|reloads| reloads.follows_schema)
    }

    /// Whether a request that failed may end otherwise on another catalog, and has had no effect.
    pub(crate) fn may_end_otherwise(&self, request: &poem::Request, error: &Error) -> bool {
        self.follows_schema() && error.may_be_of_old_catalog(request.method().is_safe())
    }

    /// The API's error for an error that SeaORM gave an endpoint of the app's own: a broken unique
    /// key becomes a 409 that names the field, a lost connection a 503, and so on. An error that is
    /// not the database's becomes a 500.
    pub fn to_api_error(&self, error: sea_orm::DbErr) -> Error {
        db_error::of_commit(&self.catalog, error.into())
    }
}
