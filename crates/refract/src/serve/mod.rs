//! The process: opens the database, listens, and stops on a signal.

mod accept_loop;
mod client_io;
mod connection_state;
mod connection_table;
mod file_limit;
mod http1;
mod http2_streams;
mod http_connection;
mod last_config;
mod memory;
mod min_rate;
mod reload_task;
mod request_service;
mod signals;

pub use file_limit::with_all_files;
pub use memory::in_small_pages;
pub use signals::{outlive_early_hangups, stop_signal, stop_signal_or_hangup};

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use poem_openapi::OpenApi;
use tokio::{net::TcpListener, sync::mpsc::UnboundedReceiver};

use crate::{
    api,
    app::{App, AppError, Endpoints},
    catalog::Catalog,
    catalog_generations::{Generations, MakeFront},
    catalog_source::{CatalogReader, CatalogSource, CatalogSourceError, SchemaVersion},
    db::{Db, DbError},
    drift::Drift,
    error::Error,
    identity::Identity,
    postgrest,
    reloads::{Question, Reloads},
    roles::RoleError,
    router,
    settings::{Access, Settings, Target},
};

use reload_task::ReloadTask;

/// How long a database that has just refused to be read may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the process cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("{}", startup_message(.0))]
    Database(#[from] DbError),
    #[error(transparent)]
    Catalog(#[from] CatalogSourceError),
    #[error(transparent)]
    Config(#[from] last_config::NotFound),
    #[error(transparent)]
    Roles(#[from] RoleError),
    #[error("{}", std::error::Error::source(.0).map_or_else(|| .0.to_string(), ToString::to_string))]
    Identity(Error),
    #[error("cannot listen on {address}: {source} ({})", free_port(*.address))]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
}

impl From<AppError> for ServeError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Database(error) => Self::Database(error),
            AppError::Roles(error) => Self::Roles(error),
        }
    }
}

fn startup_message(error: &DbError) -> String {
    match error.refusal() {
        Some(refusal) => refusal.to_string(),
        None => format!("the database cannot be opened: {error}"),
    }
}

/// Ports after a taken one that are tried.
const NEXT_PORTS: u16 = 50;

/// The first port after that of `address` that can be listened on.
pub fn next_free_port(address: SocketAddr) -> Option<u16> {
    let mut ports = (1..=NEXT_PORTS).filter_map(|step| address.port().checked_add(step));
    ports.find(|&port| std::net::TcpListener::bind((address.ip(), port)).is_ok())
}

fn free_port(address: SocketAddr) -> String {
    match next_free_port(address) {
        Some(port) => format!("set HOST and PORT; {port} is free: PORT={port}"),
        None => "set HOST and PORT".to_owned(),
    }
}

/// A server that listens and does not answer yet.
pub struct Listening {
    identity: Arc<Identity>,
    app: Arc<App>,
    listener: TcpListener,
    /// The address, with the port that the system chose for port 0.
    pub address: SocketAddr,
    reading: Option<Reading>,
}

/// What is served, for whoever started it.
#[derive(Debug, Clone)]
pub struct Served {
    pub address: SocketAddr,
    /// The database without its password. `None` for the sandbox.
    pub database: Option<String>,
    /// Whether nothing is served yet, because the database is not reachable. A warning says why.
    pub is_waiting: bool,
    /// How many resources are served.
    pub resources: usize,
    /// The path of one of them.
    pub example: Option<String>,
    /// Where names come from, and what is remarkable about the schema.
    pub notes: Vec<String>,
    /// Whether there are pages of documentation.
    pub documentation: bool,
}

/// What the task needs that reads the catalog again.
struct Reading {
    reader: CatalogReader,
    reloads: Arc<Reloads>,
    asked: UnboundedReceiver<Question>,
    version: Option<SchemaVersion>,
}

/// Opens the database, reads the catalog and binds the port.
///
/// # Errors
/// See [`ServeError`].
pub async fn listen(
    source: impl Into<CatalogSource>,
    settings: Settings,
) -> Result<Listening, ServeError> {
    let address = SocketAddr::new(settings.server.host, settings.server.port);
    last_config::check(&settings)?;
    let (app, reading) = match source.into() {
        CatalogSource::Built(catalog) => (App::open(*catalog, settings).await?, None),
        CatalogSource::Read(reader) => {
            let (app, reading) = read(reader, settings).await?;
            (app, Some(reading))
        }
    };
    let identity = Identity::new(&app.settings).map_err(ServeError::Identity)?;
    if !app.roles.secrets.is_empty() {
        let fields = app.roles.secrets.join(", ");
        tracing::info!(
            "no role reads these fields, because they are named like secrets and no policy names them: \
             {fields}"
        );
    }
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Listen { address, source })?;
    let address = listener.local_addr().unwrap_or(address);
    Ok(Listening {
        identity: Arc::new(identity),
        app,
        listener,
        address,
        reading,
    })
}

/// Reads the first catalog. A live database that is only unreachable is waited for while the server
/// answers 503.
async fn read(
    reader: CatalogReader,
    settings: Settings,
) -> Result<(Arc<App>, Reading), ServeError> {
    let follows_schema = matches!(reader, CatalogReader::Live(_));
    let (reloads, asked) = Reloads::new(follows_schema);
    reloads.update(|report| report.source = reader.name());
    let begin = |catalog: Catalog, db: Db, settings: Settings| {
        App::new(
            catalog,
            Arc::new(db),
            Arc::new(settings),
            Some(reloads.clone()),
        )
    };
    let (app, fresh, version) = if let Some(fresh) = reader.read_at_start(&settings)? {
        let db = Db::open(&settings.database, &fresh.catalog).await?;
        (
            begin(Catalog::empty(), db, settings)?,
            Some((fresh, Drift::default())),
            None,
        )
    } else {
        let catalog = Catalog::empty();
        let db = Db::open(&settings.database, &catalog).await?;
        let app = begin(catalog, db, settings)?;
        // Asked first, because reading waits for a connection as long as it may.
        if app.db.try_connect().await.is_err() {
            tracing::warn!("the schema is not known before the database can be reached");
            return Ok(waiting(app, reader, reloads, asked));
        }
        match reader.read(&app.db, &app.settings).await {
            Ok(fresh) => {
                let version = fresh.version.clone();
                (app, Some((fresh, Drift::in_step())), version)
            }
            Err(CatalogSourceError::Reflect(error)) if app.db.ping(PATIENCE).await.is_err() => {
                tracing::warn!(
                    "the database cannot be reached yet, and its schema is not known: {error}"
                );
                (app, None, None)
            }
            Err(error) => return Err(error.into()),
        }
    };
    let app = match fresh {
        None => app,
        Some((fresh, drift)) => {
            for note in &fresh.notes {
                tracing::info!("{note}");
            }
            reloads.update(|report| {
                report.loaded_at = Some(chrono::Utc::now());
                report.notes = fresh.notes;
            });
            reloads.set_generation(1);
            app.next(fresh.catalog, 1, drift)?
        }
    };
    let reading = Reading {
        reader,
        reloads,
        asked,
        version,
    };
    Ok((app, reading))
}

/// A server without a catalog, which answers 503 until its task has read one.
fn waiting(
    app: Arc<App>,
    reader: CatalogReader,
    reloads: Arc<Reloads>,
    asked: UnboundedReceiver<Question>,
) -> (Arc<App>, Reading) {
    let reading = Reading {
        reader,
        reloads,
        asked,
        version: None,
    };
    (app, reading)
}

impl Listening {
    /// What is served, for whoever started it.
    pub fn served(&self) -> Served {
        let catalog = &self.app.catalog;
        let reloads = self.app.reloads.as_ref();
        let report = reloads.map(|reloads| reloads.report()).unwrap_or_default();
        let mut resources = catalog.resources.iter();
        Served {
            address: self.address,
            database: match &self.app.settings.database.target {
                Target::Sandbox => None,
                Target::App(url) => Some(url.to_string()),
            },
            is_waiting: self.app.is_waiting(),
            resources: catalog.resources.len(),
            example: resources
                .find(|one| one.writable())
                .or_else(|| catalog.resources.first())
                .map(|one| one.path.clone()),
            notes: report.notes,
            documentation: self.app.settings.server.docs,
        }
    }

    /// Answers requests until `stop` completes. Then the requests in flight may end, within
    /// `SHUTDOWN_TIMEOUT_SECS`.
    pub async fn run<O: OpenApi + 'static>(
        self,
        endpoints: Endpoints<O>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) {
        let make_front = Arc::new(move |app: &Arc<App>| api::front(app, endpoints));
        self.answer(make_front, stop.boxed()).await;
    }

    /// Answers requests. No part of it is generic and its future is boxed, so that the engine compiles
    /// it once: a sidecar that is rebuilt compiles its own endpoints only.
    fn answer(self, make_front: MakeFront, stop: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        async move {
            announce(&self.app, self.address);
            let fronts = Arc::new(Generations::new(&self.app, make_front));
            // Ends with the server, also where its future is dropped.
            let mut beside = tokio::task::JoinSet::new();
            match self.reading {
                None => {
                    beside.spawn(signals::outlive_hangup());
                    watch_drift(&self.app);
                }
                Some(reading) => {
                    let Reading {
                        reader,
                        reloads,
                        asked,
                        version,
                    } = reading;
                    let task = ReloadTask::new(fronts.clone(), reader, reloads, version);
                    beside.spawn(task.run(asked));
                }
            }
            let endpoint = router::endpoint(&self.app.settings, self.identity, fronts);
            accept_loop::serve(self.listener, endpoint, stop, &self.app.settings).await;
        }
        .boxed()
    }
}

/// Reads the live schema in the background whenever the last reading is old. Ends when the app is
/// dropped.
fn watch_drift(app: &Arc<App>) {
    let app = Arc::downgrade(app);
    tokio::spawn(async move {
        while let Some(app) = app.upgrade() {
            reload_task::compare(&app).await;
            drop(app);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
}

/// Warns where requests need no key and more than the programs of this machine can send them.
fn warn_of_open_access(app: &App, address: SocketAddr) {
    let server = &app.settings.server;
    if matches!(server.access, Access::Key(_)) {
        return;
    }
    if !address.ip().is_loopback() {
        tracing::warn!("everybody who reaches {address} may read and write: no SECRET_KEY is set");
    }
    if server.cors_origins.iter().any(|origin| origin == "*") {
        tracing::warn!(
            "every web page in a browser of this machine may read and write: no SECRET_KEY is set, \
             and BACKEND_CORS_ORIGINS is *"
        );
    }
}

fn announce(app: &App, address: SocketAddr) {
    warn_of_open_access(app, address);
    let database = match &app.settings.database.target {
        Target::Sandbox => {
            "embedded SQLite sandbox (set DATABASE_URL to serve your own)".to_owned()
        }
        Target::App(url) => url.to_string(),
    };
    let resources = app.catalog.resources.len();
    tracing::info!(resources, %database, "serving on http://{address}{}", api::PREFIX);
    for (shown, hidden) in app.catalog.copies_of_hidden() {
        tracing::warn!(%shown, %hidden, "a view shows a copy of a hidden column; hide it there too, or it is read");
    }
    match app.settings.rest.max_rows {
        Some(rows) => tracing::info!(
            "a read of {} answers {rows} rows at most (REST_MAX_ROWS)",
            postgrest::PREFIX
        ),
        None => tracing::info!(
            "a read of {} answers any number of rows (REST_MAX_ROWS)",
            postgrest::PREFIX
        ),
    }
    if app.settings.server.docs {
        tracing::info!("documentation on http://{address}/docs");
    }
}
