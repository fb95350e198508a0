//! `HOST`, `PORT`, `SECRET_KEY`, `ALLOWED_HOSTS`, `BACKEND_CORS_ORIGINS`, `DOCS`, `COMPRESSION`,
//! `MAX_BODY_BYTES`, `SHUTDOWN_GRACE_SECS`, `SHUTDOWN_TIMEOUT_SECS`; `PAGE_SIZE`, `MAX_PAGE_SIZE`, `MAX_FILTERS`,
//! `MAX_DEPTH`, `MAX_EMBEDS`, `MAX_EMBED_ROWS`, `MAX_QUERY_BYTES`, `MAX_AFFECTED_ROWS`,
//! `READ_ONLY`, `ALLOW_DRY_RUN`, `BIGINT`.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use url::Url;

use super::{AllowedHosts, ConnectionSettings, Environment, Secret, SettingsError, source::Source};
use crate::query::Limits;

const DEFAULT_PORT: u16 = 8000;
const DEFAULT_MAX_BODY_BYTES: usize = 1024 * 1024;
const DEFAULT_SHUTDOWN_GRACE_SECS: u64 = 2;
const DEFAULT_SHUTDOWN_TIMEOUT_SECS: u64 = 10;
const DEFAULT_MAX_AFFECTED_ROWS: u64 = 1000;
const MIN_SECRET_KEY_CHARS: usize = 16;
const SECRET_KEY_EXAMPLE: &str = "<output of `openssl rand -hex 32`>";

/// How the process listens and whom it lets in.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Address to listen on. Loopback in `local` unless `HOST` says otherwise, else all.
    pub host: IpAddr,
    /// TCP port; 0 lets the system choose.
    pub port: u16,
    pub access: Access,
    /// Hosts that requests may be addressed to, beside those of this machine. Outside `local` any
    /// host will do where none is listed.
    pub allowed_hosts: AllowedHosts,
    /// Origins a browser may call from: scheme, host and port, or `*` for any.
    pub cors_origins: Vec<String>,
    /// Whether `/docs`, `/redoc` and `/openapi.json` are served.
    pub docs: bool,
    /// Whether large answers are compressed for clients that ask for it.
    pub compression: bool,
    /// Largest request body in bytes.
    pub max_body_bytes: usize,
    pub connections: ConnectionSettings,
    /// How long connections without a request are kept once the process is told to stop: a request
    /// may be on its way. At most half of `shutdown_timeout`.
    pub shutdown_grace: Duration,
    /// How long requests in flight may take to finish once the process is told to stop.
    pub shutdown_timeout: Duration,
}

/// Who may call.
#[derive(Debug, Clone)]
pub enum Access {
    /// Anyone who can reach the port; only in `local`, and only while no `SECRET_KEY` is set.
    Open,
    /// Callers that present this key.
    Key(Secret),
}

/// What the resource endpoints allow.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// What one request may ask.
    pub limits: Limits,
    /// Rows that one change or delete by a filter may touch.
    pub max_affected_rows: u64,
    /// Refuse every write.
    pub read_only: bool,
    /// Whether callers may have a write undone after it is answered (`Prefer: tx=rollback`).
    pub allow_dry_run: bool,
    pub big_int: BigIntFormat,
}

/// How a 64-bit integer appears in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BigIntFormat {
    /// As a string of digits: JavaScript's numbers lose precision past 2^53.
    String,
    Number,
}

impl ServerSettings {
    pub(super) fn read(source: &Source, environment: Environment) -> Result<Self, SettingsError> {
        let default_host = match environment {
            Environment::Local => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Environment::Staging | Environment::Production => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        };
        let host = match source.text("HOST") {
            None => default_host,
            Some("localhost") => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(text) => text.parse().map_err(|_| {
                SettingsError::new("HOST", format!("`{text}` is not an IP address"), "0.0.0.0")
            })?,
        };
        let access = access(source, environment)?;
        let allowed_hosts = AllowedHosts::read(source)?;
        refuse_to_be_open_to_all(host, &access, &allowed_hosts)?;
        Ok(Self {
            host,
            port: source.number("PORT", 0..=u16::MAX, DEFAULT_PORT)?,
            access,
            allowed_hosts,
            cors_origins: cors_origins(source)?,
            docs: source.flag("DOCS", environment != Environment::Production)?,
            compression: source.flag("COMPRESSION", true)?,
            max_body_bytes: source.number(
                "MAX_BODY_BYTES",
                1..=1024 * 1024 * 1024,
                DEFAULT_MAX_BODY_BYTES,
            )?,
            connections: ConnectionSettings::read(source)?,
            shutdown_grace: Duration::from_secs(source.number(
                "SHUTDOWN_GRACE_SECS",
                0..=3600,
                DEFAULT_SHUTDOWN_GRACE_SECS,
            )?),
            shutdown_timeout: Duration::from_secs(source.number(
                "SHUTDOWN_TIMEOUT_SECS",
                0..=3600,
                DEFAULT_SHUTDOWN_TIMEOUT_SECS,
            )?),
        })
    }
}

impl ApiSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let defaults = Limits::default();
        let max_page_size = source.number("MAX_PAGE_SIZE", 1..=100_000, defaults.max_page_size)?;
        let page_size = source.number(
            "PAGE_SIZE",
            1..=100_000,
            defaults.page_size.min(max_page_size),
        )?;
        if page_size > max_page_size {
            return Err(SettingsError::new(
                "PAGE_SIZE",
                format!("`{page_size}` is more than MAX_PAGE_SIZE, which is {max_page_size}"),
                "20",
            ));
        }
        Ok(Self {
            limits: Limits {
                page_size,
                max_page_size,
                filters: source.number("MAX_FILTERS", 1..=10_000, defaults.filters)?,
                depth: source.number("MAX_DEPTH", 1..=32, defaults.depth)?,
                embeds: source.number("MAX_EMBEDS", 0..=1000, defaults.embeds)?,
                embed_rows: source.number("MAX_EMBED_ROWS", 1..=1_000_000, defaults.embed_rows)?,
                query_bytes: source.number(
                    "MAX_QUERY_BYTES",
                    100..=60_000,
                    defaults.query_bytes,
                )?,
            },
            max_affected_rows: source.number(
                "MAX_AFFECTED_ROWS",
                1..=10_000_000,
                DEFAULT_MAX_AFFECTED_ROWS,
            )?,
            read_only: source.flag("READ_ONLY", false)?,
            allow_dry_run: source.flag("ALLOW_DRY_RUN", false)?,
            big_int: source.choice(
                "BIGINT",
                &[
                    ("string", BigIntFormat::String),
                    ("number", BigIntFormat::Number),
                ],
                BigIntFormat::String,
            )?,
        })
    }
}

fn access(source: &Source, environment: Environment) -> Result<Access, SettingsError> {
    let refuse = |problem: &str| {
        Err(SettingsError::new(
            "SECRET_KEY",
            format!("{problem} while ENVIRONMENT is {}", environment.name()),
            SECRET_KEY_EXAMPLE,
        ))
    };
    match (source.text("SECRET_KEY"), environment) {
        (None, Environment::Local) => Ok(Access::Open),
        (None, _) => refuse("is missing"),
        (Some(key), _) if key.eq_ignore_ascii_case("changethis") => refuse("is the placeholder"),
        (Some(key), _) if key.chars().count() < MIN_SECRET_KEY_CHARS => {
            refuse("has fewer than 16 characters")
        }
        (Some(key), _) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            refuse("has characters that an HTTP header cannot carry")
        }
        (Some(key), _) => Ok(Access::Key(Secret::new(key))),
    }
}

/// Beyond this machine, nobody is let in without a key unless the operator has said who may call.
fn refuse_to_be_open_to_all(
    host: IpAddr,
    access: &Access,
    allowed_hosts: &AllowedHosts,
) -> Result<(), SettingsError> {
    if matches!(access, Access::Key(_)) || host.is_loopback() || !allowed_hosts.is_empty() {
        return Ok(());
    }
    Err(SettingsError::new(
        "HOST",
        format!(
            "`{host}` is open to other machines, and without SECRET_KEY all who reach it may read \
             and write everything: set SECRET_KEY, or HOST=127.0.0.1, or list in ALLOWED_HOSTS the \
             hosts that it is called by, where nobody else can reach it"
        ),
        "127.0.0.1",
    ))
}

/// A JSON array or a comma list of origins.
fn cors_origins(source: &Source) -> Result<Vec<String>, SettingsError> {
    let Some(text) = source.text("BACKEND_CORS_ORIGINS") else {
        return Ok(Vec::new());
    };
    let wrong = |problem: String| {
        SettingsError::new("BACKEND_CORS_ORIGINS", problem, "https://app.example.com")
    };
    let items: Vec<String> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text)
            .map_err(|_| wrong("starts like a JSON array but is not one of strings".into()))?
    } else {
        text.split(',').map(str::to_owned).collect()
    };
    items
        .iter()
        .map(|item| item.trim().trim_end_matches('/'))
        .filter(|item| !item.is_empty())
        .map(|item| {
            let is_origin = item == "*"
                || Url::parse(item)
                    .is_ok_and(|url| url.has_host() && url.path() == "/" && url.query().is_none());
            if is_origin {
                Ok(item.to_owned())
            } else {
                Err(wrong(format!("`{item}` is not an origin")))
            }
        })
        .collect()
}
