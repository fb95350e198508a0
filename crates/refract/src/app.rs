//! What every request shares.

use std::{sync::Arc, time::Instant};

use crate::{
    catalog::Catalog,
    db::{Db, DbError},
    db_error,
    drift::Drift,
    error::Error,
    query::sql::Statements,
    settings::Settings,
};

/// What every request shares.
pub struct App {
    pub catalog: Arc<Catalog>,
    pub db: Db,
    pub statements: Statements,
    pub settings: Settings,
    pub drift: Drift,
    /// When the process began to serve.
    pub started: Instant,
}

/// Makes an app's own endpoints. docs/sidecar.md has an example.
pub type Endpoints<O> = fn(&Arc<App>) -> O;

impl App {
    /// Opens the database of the settings.
    ///
    /// # Errors
    /// The database cannot be opened, or it refuses for good. A database that is only unreachable
    /// is no error: requests are answered with 503 until it is back.
    pub async fn open(catalog: Catalog, settings: Settings) -> Result<Arc<Self>, DbError> {
        let db = Db::open(&settings.database, &catalog).await?;
        let cache_bytes = settings.database.statement_cache_bytes;
        Ok(Arc::new(Self {
            catalog: Arc::new(catalog),
            statements: Statements::new(db.database(), cache_bytes),
            db,
            settings,
            drift: Drift::default(),
            started: Instant::now(),
        }))
    }

    /// The API's error for an error that SeaORM gave an endpoint of the app's own: a broken unique
    /// key becomes a 409 that names the field, a lost connection a 503, and so on. An error that is
    /// not the database's becomes a 500.
    pub fn to_api_error(&self, error: sea_orm::DbErr) -> Error {
        db_error::of_commit(&self.catalog, error.into())
    }
}
