//! The address to listen on, access to the API, bodies and shutdown.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use url::Url;

use super::{AllowedHosts, ConnectionSettings, Environment, Secret, SettingsError, layers::Source};

const MIN_SECRET_KEY_CHARS: usize = 16;
const SECRET_KEY_EXAMPLE: &str = "<output of `openssl rand -hex 32`>";

/// How the process listens, and who may call.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Address to listen on. Loopback in `local` unless `HOST` says otherwise, else all.
    pub host: IpAddr,
    /// TCP port; 0 lets the system choose.
    pub port: u16,
    pub access: Access,
    /// Hosts that requests may be addressed to, beside those of this machine. Outside `local` any
    /// host is allowed where none is listed.
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
    /// How long idle connections stay open after the signal to stop, because a request may be on
    /// its way. At most half of `shutdown_timeout`.
    pub shutdown_grace: Duration,
    /// How long requests in flight may take to finish after the signal to stop.
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

impl ServerSettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let host = match source.text_or_default("HOST") {
            "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
            text => text.parse().map_err(|_| {
                SettingsError::new("HOST", format!("`{text}` is not an IP address"), "0.0.0.0")
            })?,
        };
        let access = access(source)?;
        let allowed_hosts = AllowedHosts::read(source)?;
        refuse_to_be_open_to_all(host, &access, &allowed_hosts)?;
        Ok(Self {
            host,
            port: source.number("PORT")?,
            access,
            allowed_hosts,
            cors_origins: cors_origins(source)?,
            docs: source.flag("DOCS")?,
            compression: source.flag("COMPRESSION")?,
            max_body_bytes: source.number("MAX_BODY_BYTES")?,
            connections: ConnectionSettings::read(source)?,
            shutdown_grace: source.seconds("SHUTDOWN_GRACE_SECS")?,
            shutdown_timeout: source.seconds("SHUTDOWN_TIMEOUT_SECS")?,
        })
    }
}

fn access(source: &Source) -> Result<Access, SettingsError> {
    let environment = source.environment();
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

/// Refuses an address that other machines reach, unless a key or a list of hosts says who may call.
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
