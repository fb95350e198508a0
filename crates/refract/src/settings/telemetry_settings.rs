//! Logs and reports to Sentry.

use sentry::types::Dsn;
use tracing_subscriber::EnvFilter;

use super::{SettingsError, layers::Source};

/// The settings of the log and of Sentry.
#[derive(Clone)]
pub struct TelemetrySettings {
    /// A level, or directives such as `info,refract=debug`.
    pub log_level: String,
    pub log_format: LogFormat,
    /// The project that errors are reported to. `None` reports nothing.
    pub sentry_dsn: Option<Dsn>,
    /// Share of requests traced in Sentry, 0 to 1.
    pub sentry_traces_sample_rate: f32,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Pretty,
    Json,
}

impl TelemetrySettings {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let log_level = read_log_level(source.text_or_default("LOG_LEVEL"))?;
        let sentry_dsn = match source.text("SENTRY_DSN") {
            None => None,
            // The message does not show the text, because a DSN holds a key.
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
            )?,
            sentry_dsn,
            sentry_traces_sample_rate: source.share("SENTRY_TRACES_SAMPLE_RATE")?,
        })
    }
}

/// The levels of `EnvFilter`.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The directives of a text, without the blanks around commas, which `EnvFilter` refuses.
///
/// `EnvFilter` takes a word that is not a level for the name of a module, and then logs nothing
/// else. Such words are refused here.
fn read_log_level(text: &str) -> Result<String, SettingsError> {
    let refuse = |problem: String| Err(SettingsError::new("LOG_LEVEL", problem, EXAMPLE));
    const EXAMPLE: &str = "info,refract=debug";
    let is_level = |word: &str| LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word));
    let known = LEVELS.join(", ");
    for directive in directives(text) {
        let directive = directive.trim();
        // The fields of a span may have values, with `=`.
        let after_span = directive
            .rsplit_once(']')
            .map_or(directive, |(_, after)| after);
        match after_span.rsplit_once('=') {
            Some((_, level)) if is_level(level.trim()) => {}
            Some((_, level)) => {
                return refuse(format!("`{level}` is not one of {known}"));
            }
            None if is_level(directive) => {}
            None if directive.ends_with(']') => {}
            None => {
                return refuse(format!(
                    "`{directive}` is not one of {known}; for a part of the program, write \
                     {directive}=debug"
                ));
            }
        }
    }
    let text = directives(text)
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(",");
    match EnvFilter::try_new(&text) {
        Ok(_) => Ok(text),
        Err(_) => refuse(format!(
            "`{text}` is neither a level nor a list of directives"
        )),
    }
}

/// The parts between commas. Commas in brackets separate nothing.
fn directives(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |character| {
        match character {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0
    })
}

// Written by hand, because the DSN holds a key.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_directives_are_taken_and_words_that_silence_are_not() {
        for text in [
            "info",
            "WARN",
            "off",
            "info,refract=debug",
            "info, sqlx=off",
            "refract::api=trace",
            "warn,refract[request{method=GET}]=debug",
            "[request]",
        ] {
            assert!(read_log_level(text).is_ok(), "{text}");
        }
        for (text, word) in [
            ("foo", "`foo`"),
            ("refract", "refract=debug"),
            ("inof", "`inof`"),
            ("refract=loud", "`loud`"),
            ("info,refract=", "``"),
            ("info,debgu", "`debgu`"),
            ("=loud=", "``"),
            ("3", "`3`"),
            ("info,", "``"),
        ] {
            let error = read_log_level(text).expect_err(text).to_string();
            assert!(
                error.contains("LOG_LEVEL") && error.contains(word),
                "{error}"
            );
            assert!(
                error.contains("error, warn, info") && error.contains("example"),
                "{error}"
            );
        }
    }
}
