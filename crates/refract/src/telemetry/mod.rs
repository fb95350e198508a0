//! Starts logging and error reports for the whole process.

mod log_writer;
mod sentry_reports;

pub use sentry_reports::{Report, report, report_drift, report_reload};

use std::io::IsTerminal;

use self::log_writer::Lines;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::{Environment, LogFormat, TelemetrySettings};

/// Keeps Sentry's client alive. Dropping it writes the buffered lines and reports.
pub struct Telemetry {
    _sentry: Option<sentry::ClientInitGuard>,
    lines: Lines,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        self.lines.write_out();
    }
}

/// Starts logging and, where a DSN is set, reporting. Once per process.
pub fn start(settings: &TelemetrySettings, environment: Environment) -> Telemetry {
    let sentry = sentry_reports::start(settings, environment);
    // The settings have checked the directives.
    let filter = EnvFilter::try_new(&settings.log_level).unwrap_or_default();
    let lines = Lines::start();
    let writer = lines.clone();
    let format = match settings.log_format {
        LogFormat::Pretty => tracing_subscriber::fmt::layer()
            .with_writer(writer)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .compact()
            .boxed(),
        LogFormat::Json => tracing_subscriber::fmt::layer()
            .with_writer(writer)
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    };
    let breadcrumbs = sentry.as_ref().map(|_| sentry_reports::breadcrumbs());
    // Fails where a subscriber is set already, as in the process of a test.
    let _ = tracing_subscriber::registry()
        .with(format.with_filter(filter))
        .with(breadcrumbs)
        .try_init();
    Telemetry {
        _sentry: sentry,
        lines,
    }
}
