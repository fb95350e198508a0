//! `LOG_LEVEL`, `LOG_FORMAT`, `SENTRY_DSN`, `SENTRY_TRACES_SAMPLE_RATE`.

use sentry::types::Dsn;
use tracing_subscriber::EnvFilter;

use super::{Environment, SettingsError, source::Source};

/// What is logged and what is reported.
#[derive(Clone)]
pub struct TelemetrySettings {
    /// A level, or directives such as `info,refract=debug`.
    pub log_level: String,
    pub log_format: LogFormat,
    /// Where errors go; `None` reports nothing.
    pub sentry_dsn: Option<Dsn>,
    /// Share of requests traced in Sentry, 0 to 1.
    pub sentry_traces_sample_rate: f32,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

impl TelemetrySettings {
    pub(super) fn read(source: &Source, environment: Environment) -> Result<Self, SettingsError> {
        let log_level = source.text("LOG_LEVEL").unwrap_or("info").to_owned();
        if EnvFilter::try_new(&log_level).is_err() {
            return Err(SettingsError::new(
                "LOG_LEVEL",
                format!("`{log_level}` is neither a level nor a list of directives"),
                "info",
            ));
        }
        let sentry_dsn = match source.text("SENTRY_DSN") {
            None => None,
            // The text is not repeated: a DSN holds a key.
            Some(text) => Some(text.parse().map_err(|_| {
                SettingsError::new(
                    "SENTRY_DSN",
                    "is not a Sentry DSN",
                    "https://<key>@<host>/<project>",
                )
            })?),
        };
        Ok(Self {
            log_level,
            log_format: source.choice(
                "LOG_FORMAT",
                &[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)],
                match environment {
                    Environment::Local => LogFormat::Pretty,
                    Environment::Staging | Environment::Production => LogFormat::Json,
                },
            )?,
            sentry_dsn,
            sentry_traces_sample_rate: source.number(
                "SENTRY_TRACES_SAMPLE_RATE",
                0.0..=1.0,
                0.0,
            )?,
        })
    }
}

// By hand: the DSN holds a key.
impl std::fmt::Debug for TelemetrySettings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("TelemetrySettings")
            .field("log_level", &self.log_level)
            .field("log_format", &self.log_format)
            .field("sentry_dsn", &self.sentry_dsn.as_ref().map(|_| "********"))
            .field("sentry_traces_sample_rate", &self.sentry_traces_sample_rate)
            .finish()
    }
}
