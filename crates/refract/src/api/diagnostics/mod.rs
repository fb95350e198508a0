//! Diagnostics for the developer at this machine: build, settings, database, schema.
//!
//! Answers only in `local`; elsewhere these paths do not exist.

use std::{sync::Arc, time::Instant};

use poem_openapi::{Object, OpenApi, payload::Json};

mod catalog_in_force;
mod settings_in_force;

use self::catalog_in_force::CatalogDiagnostics;
use self::settings_in_force::Setting;
use crate::{
    app::App,
    db::{PoolStatus, server_info::describe},
    db_error,
    error::Error,
    settings::Environment,
};

/// Diagnostics, in `local` only.
pub(super) struct DiagnosticsApi {
    app: Arc<App>,
}

/// The process.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct ServerDiagnostics {
    build: Build,
    /// Settings in force, secrets masked.
    settings: Vec<Setting>,
    runtime: Runtime,
}

/// What was built.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct Build {
    version: String,
    /// `debug` or `release`.
    profile: String,
}

/// The process as it runs.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct Runtime {
    /// Seconds since the process began to serve.
    uptime: u64,
    process_id: u32,
    /// Threads that run requests.
    workers: usize,
    /// Resident memory in bytes, where the system tells.
    memory_bytes: Option<u64>,
    resources: usize,
}

/// The database.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct DatabaseDiagnostics {
    /// `postgres` or `sqlite`.
    kind: String,
    /// Whether it is the embedded sandbox.
    sandbox: bool,
    version: String,
    /// Milliseconds of a round trip.
    latency_ms: f64,
    size_bytes: Option<i64>,
    pool: Pool,
    /// The largest tables.
    tables: Vec<TableSize>,
    /// The statements that take the most time in all, where `pg_stat_statements` is installed.
    slow_statements: Vec<SlowStatement>,
}

/// Connections.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct Pool {
    /// Connections at most.
    size: usize,
    /// Connections open now.
    open: usize,
    /// Statements that wait for their answer now.
    in_flight: usize,
}

/// Size of a table with its indexes.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct TableSize {
    table: String,
    size_bytes: i64,
    /// The planner's estimate.
    rows: i64,
}

/// A statement whose values are placeholders.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct SlowStatement {
    statement: String,
    calls: i64,
    mean_ms: f64,
}

/// How the live schema differs from the catalog.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct SchemaDiagnostics {
    /// `ok` or `drifted`.
    status: String,
    differences: Vec<SchemaDifference>,
    catalog: CatalogDiagnostics,
}

/// One difference, from the catalog to the live schema.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct SchemaDifference {
    /// The table, view or enum type, with its database schema.
    table: String,
    detail: String,
    /// Whether it takes the resource out of service.
    harmful: bool,
}

impl DiagnosticsApi {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone() }
    }

    fn refuse_outside_local(&self) -> Result<(), Error> {
        match self.app.settings.environment {
            Environment::Local => Ok(()),
            Environment::Staging | Environment::Production => Err(Error::RouteNotFound),
        }
    }
}

#[OpenApi(prefix_path = "/private/diagnostics")]
impl DiagnosticsApi {
    /// Build, settings with secrets masked, runtime. Local only.
    #[oai(path = "/server", method = "get", operation_id = "diagnoseServer")]
    async fn server(&self) -> poem::Result<Json<ServerDiagnostics>> {
        self.refuse_outside_local()?;
        Ok(Json(ServerDiagnostics {
            build: Build {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                profile: if cfg!(debug_assertions) {
                    "debug"
                } else {
                    "release"
                }
                .to_owned(),
            },
            settings: settings_in_force::in_force(&self.app.settings),
            runtime: Runtime {
                uptime: self.app.started.elapsed().as_secs(),
                process_id: std::process::id(),
                workers: tokio::runtime::Handle::current().metrics().num_workers(),
                memory_bytes: resident_bytes(),
                resources: self.app.catalog.resources.len(),
            },
        }))
    }

    /// Server version, pool, latency, sizes, slow statements. Local only.
    #[oai(path = "/database", method = "get", operation_id = "diagnoseDatabase")]
    async fn database(&self) -> poem::Result<Json<DatabaseDiagnostics>> {
        self.refuse_outside_local()?;
        let db = &self.app.db;
        let timeout = self.app.settings.database.statement_timeout;
        let latency = db.ping(timeout).await.map_err(db_error::without_resource)?;
        let found = describe(db.sea_orm(), db.database())
            .await
            .map_err(Error::internal)?;
        let PoolStatus {
            size,
            open,
            in_flight,
        } = db.pool_status();
        Ok(Json(DatabaseDiagnostics {
            kind: match db.database() {
                reflect::snapshot::Database::Postgres => "postgres",
                reflect::snapshot::Database::Sqlite => "sqlite",
            }
            .to_owned(),
            sandbox: db.is_sandbox(),
            version: found.version,
            latency_ms: latency.as_secs_f64() * 1000.0,
            size_bytes: found.size_bytes,
            pool: Pool {
                size,
                open,
                in_flight,
            },
            tables: found
                .tables
                .into_iter()
                .map(|table| TableSize {
                    table: table.table,
                    size_bytes: table.size_bytes,
                    rows: table.rows,
                })
                .collect(),
            slow_statements: found
                .slow_statements
                .into_iter()
                .map(|slow| SlowStatement {
                    statement: slow.statement,
                    calls: slow.calls,
                    mean_ms: slow.mean_ms,
                })
                .collect(),
        }))
    }

    /// How the live schema differs from the catalog, and where that comes from. Local only.
    #[oai(path = "/schema", method = "get", operation_id = "diagnoseSchema")]
    async fn schema(&self) -> poem::Result<Json<SchemaDiagnostics>> {
        self.refuse_outside_local()?;
        let app = &self.app;
        let differences = app
            .drift
            .since(Instant::now(), &app.catalog, &app.db)
            .await
            .map_err(Error::internal)?;
        Ok(Json(SchemaDiagnostics {
            status: if differences.is_empty() {
                "ok"
            } else {
                "drifted"
            }
            .to_owned(),
            differences: differences
                .iter()
                .map(|one| SchemaDifference {
                    table: format!("{}.{}", one.schema, one.name),
                    detail: one.detail.clone(),
                    harmful: one.harmful,
                })
                .collect(),
            catalog: CatalogDiagnostics::of(app),
        }))
    }
}

/// The figure of Linux. `None` on other systems.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
