//! Health of the process and its database.

use std::{sync::Arc, time::Duration};

use poem::{Endpoint, IntoResponse, Request, Response, http::StatusCode};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};
use serde::Serialize;

use crate::{app::App, db::PoolStatus, drift::DriftReport};

/// Longest wait for the database's answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Health of the process and of what it depends on.
pub(super) struct HealthApi {
    app: Arc<App>,
}

/// `GET /health`, outside of the API's prefix, for monitoring.
pub(super) struct Health(pub(super) Arc<App>);

/// Whether the API works.
#[derive(Object)]
struct HealthCheck {
    /// True.
    status: bool,
}

/// State of the process.
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
struct HealthReport {
    /// `ok`, or `unavailable` where a check fails that every request needs.
    status: String,
    /// Now, RFC 3339.
    timestamp: String,
    /// Version of Refract.
    version: String,
    /// Seconds since the process began to serve.
    uptime: u64,
    checks: HealthChecks,
}

/// State of what the process depends on.
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
struct HealthChecks {
    database: DatabaseCheck,
    pool: PoolCheck,
    drift: DriftCheck,
}

/// State of the database.
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
struct DatabaseCheck {
    /// `ok` or `unavailable`.
    status: String,
    /// Milliseconds of a round trip; null where there was none.
    latency_ms: Option<f64>,
}

/// State of the connections.
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
struct PoolCheck {
    /// `ok`.
    status: String,
    /// Connections at most.
    size: usize,
    /// Connections open now.
    open: usize,
    /// Statements that wait for their answer now.
    in_flight: usize,
}

/// Whether the live schema still is the one that entities were generated from.
#[derive(Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
struct DriftCheck {
    /// `ok`, `drifted`, `harmful` where resources are out of service for it, or `unknown` where the
    /// schema has not been read yet.
    status: String,
    /// Number of differences; `/private/diagnostics/schema` and `make orm-check` list them.
    differences: usize,
    /// Number of resources that are out of service.
    out_of_service: usize,
}

#[derive(ApiResponse)]
enum HealthCheckResponse {
    /// The API works.
    #[oai(status = 200)]
    Up(Json<HealthCheck>),
    /// The database is not reachable.
    #[oai(status = 503)]
    Down(Json<HealthCheck>),
}

#[derive(ApiResponse)]
enum HealthResponse {
    /// Everything that every request needs is there.
    #[oai(status = 200)]
    Up(Json<HealthReport>),
    /// The database is not reachable.
    #[oai(status = 503)]
    Down(Json<HealthReport>),
}

impl HealthApi {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self { app: app.clone() }
    }
}

#[OpenApi]
impl HealthApi {
    /// Whether the API works.
    #[oai(
        path = "/utils/health-check",
        method = "get",
        operation_id = "healthCheck"
    )]
    async fn health_check(&self) -> HealthCheckResponse {
        match self.app.db.ping(PATIENCE).await {
            Ok(_) => HealthCheckResponse::Up(Json(HealthCheck { status: true })),
            Err(_) => HealthCheckResponse::Down(Json(HealthCheck { status: false })),
        }
    }

    /// State of the process and of what it depends on.
    #[oai(path = "/health", method = "get", operation_id = "health")]
    async fn health(&self) -> HealthResponse {
        let report = HealthReport::of(&self.app).await;
        if report.is_up() {
            HealthResponse::Up(Json(report))
        } else {
            HealthResponse::Down(Json(report))
        }
    }
}

impl Endpoint for Health {
    type Output = Response;

    async fn call(&self, _: Request) -> poem::Result<Response> {
        let report = HealthReport::of(&self.0).await;
        let status = if report.is_up() {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        Ok(poem::web::Json(report).with_status(status).into_response())
    }
}

impl HealthReport {
    async fn of(app: &App) -> Self {
        let ping = app.db.ping(PATIENCE).await;
        let PoolStatus {
            size,
            open,
            in_flight,
        } = app.db.pool_status();
        let word = |up: bool| if up { "ok" } else { "unavailable" }.to_owned();
        Self {
            status: word(ping.is_ok()),
            timestamp: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            uptime: app.started.elapsed().as_secs(),
            checks: HealthChecks {
                database: DatabaseCheck {
                    status: word(ping.is_ok()),
                    latency_ms: ping.ok().map(|latency| latency.as_secs_f64() * 1000.0),
                },
                pool: PoolCheck {
                    status: word(true),
                    size,
                    open,
                    in_flight,
                },
                drift: DriftCheck::of(app.drift.found()),
            },
        }
    }

    fn is_up(&self) -> bool {
        self.status == "ok"
    }
}

impl DriftCheck {
    fn of(found: Option<DriftReport>) -> Self {
        let status = match found {
            None => "unknown",
            Some(DriftReport {
                out_of_service: 1..,
                ..
            }) => "harmful",
            Some(DriftReport {
                differences: 1.., ..
            }) => "drifted",
            Some(_) => "ok",
        };
        Self {
            status: status.to_owned(),
            differences: found.map_or(0, |found| found.differences),
            out_of_service: found.map_or(0, |found| found.out_of_service),
        }
    }
}
