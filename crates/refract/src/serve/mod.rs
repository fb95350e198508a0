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
mod request_service;
mod signals;

pub use file_limit::with_all_files;
pub use memory::in_small_pages;
pub use signals::{outlive_hangup, stop_signal};

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture};
use poem_openapi::OpenApi;
use tokio::net::TcpListener;

use crate::{
    api,
    app::{App, Endpoints},
    catalog::Catalog,
    db::DbError,
    postgrest, router,
    settings::{Access, Settings, Target},
};

/// Why the process cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("{}", startup_message(.0))]
    Database(#[from] DbError),
    #[error(transparent)]
    Config(#[from] last_config::NotFound),
    #[error("cannot listen on {address}: {source} (set HOST and PORT)")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
}

fn startup_message(error: &DbError) -> String {
    match error.refusal() {
        Some(refusal) => refusal.to_string(),
        None => format!("the database cannot be opened: {error}"),
    }
}

/// A server that listens and does not answer yet.
pub struct Listening {
    app: Arc<App>,
    listener: TcpListener,
    /// The address, with the port that the system chose for port 0.
    pub address: SocketAddr,
}

/// Opens the database and binds the port.
///
/// # Errors
/// See [`ServeError`].
pub async fn listen(catalog: Catalog, settings: Settings) -> Result<Listening, ServeError> {
    let address = SocketAddr::new(settings.server.host, settings.server.port);
    last_config::check(&settings)?;
    let app = App::open(catalog, settings).await?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Listen { address, source })?;
    let address = listener.local_addr().unwrap_or(address);
    Ok(Listening {
        app,
        listener,
        address,
    })
}

impl Listening {
    /// Answers requests until `stop` completes. Then the requests in flight may end, within
    /// `SHUTDOWN_TIMEOUT_SECS`.
    pub async fn run<O: OpenApi + 'static>(
        self,
        endpoints: Endpoints<O>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) {
        let front = api::front(&self.app, endpoints);
        self.answer(front, stop.boxed()).await;
    }

    /// Answers requests. No part of it is generic and its future is boxed, so that the engine compiles
    /// it once: a sidecar that is rebuilt compiles its own endpoints only.
    fn answer(self, front: api::Front, stop: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
        async move {
            announce(&self.app, self.address);
            watch_drift(&self.app);
            let endpoint = router::endpoint(&self.app, front);
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
            if app.drift.is_due() {
                let look = app.drift.since(Instant::now(), &app.catalog, &app.db);
                if let Err(error) = look.await {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "the live schema could not be read"
                    );
                }
            }
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
