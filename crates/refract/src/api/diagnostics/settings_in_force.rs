//! The settings in force, secrets masked.

use std::time::Duration;

use poem_openapi::Object;

use crate::settings::{Access, BigIntFormat, Compat, ConfigFile, LogFormat, Settings, Target};

/// One setting in force.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
pub(super) struct Setting {
    /// As the environment spells it.
    pub(super) name: String,
    pub(super) value: String,
}

/// Every setting, by the names of `.env.example`.
pub(super) fn in_force(settings: &Settings) -> Vec<Setting> {
    let Settings {
        environment,
        server,
        database,
        catalog,
        api,
        rest,
        telemetry,
        config_file,
        resources,
        roles,
        auth,
    } = settings;
    let target = match &database.target {
        Target::Sandbox => "sandbox".to_owned(),
        // Displayed without its password.
        Target::App(url) => url.to_string(),
    };
    let access = match server.access {
        Access::Open => "open",
        Access::Key(_) => "********",
    };
    let config = match config_file {
        ConfigFile::At(path) => path.display().to_string(),
        ConfigFile::Missing => String::new(),
        ConfigFile::Unwanted => "none".to_owned(),
    };
    let connections = &server.connections;
    let secs = |time: Duration| time.as_secs().to_string();
    let pairs = [
        ("REFRACT_CONFIG", config),
        ("ENVIRONMENT", environment.name().to_owned()),
        ("DATABASE_URL", target),
        ("DATABASE_SCHEMAS", database.schemas.join(",")),
        ("CATALOG", catalog.source.to_string()),
        (
            "PRISMA_SCHEMA",
            catalog.prisma_schema.clone().unwrap_or_default(),
        ),
        ("DB_POOL_SIZE", database.pool_size.to_string()),
        (
            "DB_TIMEOUT_SECS",
            database.statement_timeout.as_secs().to_string(),
        ),
        ("DB_RETRIES", database.retries.to_string()),
        ("DB_QUEUE_SIZE", database.queue_size.to_string()),
        ("DB_COALESCE", database.coalesce.to_string()),
        (
            "STATEMENT_CACHE_BYTES",
            database.statement_cache_bytes.to_string(),
        ),
        ("SECRET_KEY", access.to_owned()),
        ("ALLOWED_HOSTS", server.allowed_hosts.to_string()),
        ("BACKEND_CORS_ORIGINS", server.cors_origins.join(",")),
        ("HOST", server.host.to_string()),
        ("PORT", server.port.to_string()),
        ("DOCS", server.docs.to_string()),
        ("COMPRESSION", server.compression.to_string()),
        ("MAX_BODY_BYTES", server.max_body_bytes.to_string()),
        ("MAX_CONNECTIONS", connections.max.to_string()),
        ("HEAD_TIMEOUT_SECS", secs(connections.head_timeout)),
        ("BODY_TIMEOUT_SECS", secs(connections.body_timeout)),
        ("WRITE_TIMEOUT_SECS", secs(connections.write_timeout)),
        ("KEEP_ALIVE_SECS", secs(connections.keep_alive)),
        (
            "MIN_BYTES_PER_SEC",
            connections.min_bytes_per_sec.to_string(),
        ),
        ("SHUTDOWN_GRACE_SECS", secs(server.shutdown_grace)),
        (
            "SHUTDOWN_TIMEOUT_SECS",
            server.shutdown_timeout.as_secs().to_string(),
        ),
        ("PAGE_SIZE", api.limits.page_size.to_string()),
        ("MAX_PAGE_SIZE", api.limits.max_page_size.to_string()),
        ("MAX_FILTERS", api.limits.filters.to_string()),
        ("MAX_DEPTH", api.limits.depth.to_string()),
        ("MAX_EMBEDS", api.limits.embeds.to_string()),
        ("MAX_EMBED_ROWS", api.limits.embed_rows.to_string()),
        ("MAX_QUERY_BYTES", api.limits.query_bytes.to_string()),
        ("MAX_AFFECTED_ROWS", api.max_affected_rows.to_string()),
        ("READ_ONLY", api.read_only.to_string()),
        ("ALLOW_DRY_RUN", api.allow_dry_run.to_string()),
        (
            "BIGINT",
            match api.big_int {
                BigIntFormat::String => "string",
                BigIntFormat::Number => "number",
            }
            .to_owned(),
        ),
        (
            "REST_MAX_ROWS",
            rest.max_rows
                .map_or_else(|| "0".to_owned(), |rows| rows.to_string()),
        ),
        ("REST_AGGREGATES", rest.aggregates.to_string()),
        ("REST_PLAN", rest.plan.to_string()),
        ("REST_EXTRA_SEARCH_PATH", rest.extra_search_path.join(",")),
        (
            "REST_COMPAT",
            match rest.compat {
                Compat::V12 => "12",
                Compat::V13 => "13",
            }
            .to_owned(),
        ),
        ("LOG_LEVEL", telemetry.log_level.clone()),
        (
            "LOG_FORMAT",
            match telemetry.log_format {
                LogFormat::Pretty => "pretty",
                LogFormat::Json => "json",
            }
            .to_owned(),
        ),
        (
            "SENTRY_DSN",
            telemetry
                .sentry_dsn
                .as_ref()
                .map_or("", |_| "********")
                .to_owned(),
        ),
        (
            "SENTRY_TRACES_SAMPLE_RATE",
            telemetry.sentry_traces_sample_rate.to_string(),
        ),
        (
            "resources",
            resources.keys().cloned().collect::<Vec<_>>().join(","),
        ),
        (
            "keys",
            auth.keys
                .iter()
                .map(|key| key.name.as_str())
                .collect::<Vec<_>>()
                .join(","),
        ),
        ("auth.jwt", auth.issuers.len().to_string()),
        (
            "roles",
            roles.by_role.keys().cloned().collect::<Vec<_>>().join(","),
        ),
    ];
    pairs
        .into_iter()
        .map(|(name, value)| Setting {
            name: name.to_owned(),
            value,
        })
        .collect()
}
