//! What every request shares.

use std::{sync::Arc, time::Instant};

use crate::{
    access::{Principal, Role},
    catalog::Catalog,
    db::{Db, DbError},
    db_error,
    drift::Drift,
    error::Error,
    query::{
        plan::policy::{Access, RoleRules},
        sql::Statements,
    },
    reloads::{Generation, Reloads},
    roles::{self, RoleCatalog, RoleCatalogs, RoleError},
    settings::Settings,
};

/// What every request shares. It does not change: where the catalog is read again, the next one is
/// made beside it.
pub struct App {
    /// What requests may name. The app of a role has the role's catalog.
    pub catalog: Arc<Catalog>,
    pub db: Arc<Db>,
    pub statements: Arc<Statements>,
    pub settings: Arc<Settings>,
    pub drift: Arc<Drift>,
    /// When the process began to serve.
    pub started: Instant,
    /// The number of this catalog.
    pub(crate) generation: Generation,
    /// Where the catalog can be read again while the process runs.
    pub(crate) reloads: Option<Arc<Reloads>>,
    /// The catalog without policies. It is what the live schema is compared with.
    pub(crate) whole_catalog: Arc<Catalog>,
    /// The catalogs of all roles.
    pub(crate) roles: Arc<RoleCatalogs>,
    /// The rules of the role whose app it is. `None` is the app of callers that may do everything.
    pub(crate) rules: Option<Arc<RoleRules>>,
}

/// Why an app cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Roles(#[from] RoleError),
}

/// Makes an app's own endpoints. docs/sidecar.md has an example. They are made again where the
/// catalog is read again.
pub type Endpoints<O> = fn(&Arc<App>) -> O;

impl App {
    /// Opens the database of the settings.
    ///
    /// # Errors
    /// The database cannot be opened, or it refuses for good; a policy does not fit the catalog. A
    /// database that is only unreachable is no error: requests are answered with 503 until it is back.
    pub async fn open(catalog: Catalog, settings: Settings) -> Result<Arc<Self>, AppError> {
        let db = Db::open(&settings.database, &catalog).await?;
        Ok(Self::new(catalog, Arc::new(db), Arc::new(settings), None)?)
    }

    /// The first catalog of a process.
    ///
    /// # Errors
    /// A policy does not fit the catalog. A catalog of nothing fits every policy, as it is served for as
    /// long as the schema is not known.
    pub(crate) fn new(
        catalog: Catalog,
        db: Arc<Db>,
        settings: Arc<Settings>,
        reloads: Option<Arc<Reloads>>,
    ) -> Result<Arc<Self>, RoleError> {
        let bytes = settings.database.statement_cache_bytes;
        let roles = match catalog.resources.is_empty() {
            true => RoleCatalogs::default(),
            false => roles::compile(&catalog, db.database(), &settings)?,
        };
        let catalog = Arc::new(catalog);
        Ok(Arc::new(Self {
            statements: Arc::new(Statements::new(db.database(), bytes)),
            catalog: catalog.clone(),
            db,
            settings,
            drift: Arc::default(),
            started: Instant::now(),
            generation: 0,
            reloads,
            whole_catalog: catalog,
            roles: Arc::new(roles),
            rules: None,
        }))
    }

    /// The same process with the next catalog, which is in step with the database.
    ///
    /// # Errors
    /// A policy does not fit the catalog.
    pub(crate) fn next(
        &self,
        catalog: Catalog,
        generation: Generation,
        drift: Drift,
    ) -> Result<Arc<Self>, RoleError> {
        let (db, settings) = (self.db.clone(), self.settings.clone());
        let bytes = settings.database.statement_cache_bytes;
        let roles = roles::compile(&catalog, db.database(), &settings)?;
        let catalog = Arc::new(catalog);
        Ok(Arc::new(Self {
            statements: Arc::new(Statements::new(db.database(), bytes)),
            catalog: catalog.clone(),
            db,
            settings,
            drift: Arc::new(drift),
            started: self.started,
            generation,
            reloads: self.reloads.clone(),
            whole_catalog: catalog,
            roles: Arc::new(roles),
            rules: None,
        }))
    }

    /// The app of a role: the same database under the role's catalog and rules.
    pub(crate) fn of_role(&self, role: &RoleCatalog) -> Arc<Self> {
        Arc::new(Self {
            catalog: role.catalog.clone(),
            rules: Some(role.rules.clone()),
            db: self.db.clone(),
            statements: self.statements.clone(),
            settings: self.settings.clone(),
            drift: self.drift.clone(),
            started: self.started,
            generation: self.generation,
            reloads: self.reloads.clone(),
            whole_catalog: self.whole_catalog.clone(),
            roles: self.roles.clone(),
        })
    }

    /// The app of a role that has no policies, and may do nothing.
    pub(crate) fn of_nobody(&self) -> Arc<Self> {
        self.of_role(&RoleCatalog::of_nobody(&self.whole_catalog))
    }

    /// What the caller of a request may do. `None` is everything.
    ///
    /// # Errors
    /// The request has come to the app of another role. It is refused, because its caller is not known
    /// to have the rights of this one.
    pub(crate) fn access(&self, request: &poem::Request) -> Result<Option<Access>, Error> {
        let principal = request.extensions().get::<Arc<Principal>>();
        match (&self.rules, principal) {
            (None, None) => Ok(None),
            (None, Some(principal)) if principal.role == Role::Service => Ok(None),
            (Some(rules), Some(principal)) if principal.role != Role::Service => Ok(Some(Access {
                rules: rules.clone(),
                principal: principal.clone(),
                database: self.db.database(),
            })),
            _ => Err(Error::internal(
                "a request has come to the app of another role",
            )),
        }
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
