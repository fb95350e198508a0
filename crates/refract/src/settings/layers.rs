//! Where settings come from: one text per name, whichever layer had the last word.

use std::{collections::BTreeMap, fmt::Display, path::Path, str::FromStr};

use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
    value::{Dict, Value},
};
use reflect::dotenv::{DotEnv, DotEnvError};

use super::{ConfigFile, ResourcePolicy, SettingsError};

/// Every setting, as the environment spells it; refract.toml uses the same names in lower case.
pub const NAMES: &[&str] = &[
    "REFRACT_CONFIG",
    "ENVIRONMENT",
    "DATABASE_URL",
    "POSTGRES_SERVER",
    "POSTGRES_PORT",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_DB",
    "DATABASE_SCHEMAS",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "BACKEND_CORS_ORIGINS",
    "SENTRY_DSN",
    "SENTRY_TRACES_SAMPLE_RATE",
    "HOST",
    "PORT",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "DB_POOL_SIZE",
    "DB_TIMEOUT_SECS",
    "DB_RETRIES",
    "DB_QUEUE_SIZE",
    "DB_COALESCE",
    "STATEMENT_CACHE_BYTES",
    "PAGE_SIZE",
    "MAX_PAGE_SIZE",
    "MAX_AFFECTED_ROWS",
    "MAX_FILTERS",
    "MAX_DEPTH",
    "MAX_EMBEDS",
    "MAX_EMBED_ROWS",
    "MAX_QUERY_BYTES",
    "MAX_BODY_BYTES",
    "MAX_CONNECTIONS",
    "HEAD_TIMEOUT_SECS",
    "BODY_TIMEOUT_SECS",
    "WRITE_TIMEOUT_SECS",
    "KEEP_ALIVE_SECS",
    "MIN_BYTES_PER_SEC",
    "READ_ONLY",
    "ALLOW_DRY_RUN",
    "COMPRESSION",
    "DOCS",
    "BIGINT",
    "REST_MAX_ROWS",
    "REST_AGGREGATES",
    "REST_PLAN",
    "REST_EXTRA_SEARCH_PATH",
    "REST_COMPAT",
    "SHUTDOWN_GRACE_SECS",
    "SHUTDOWN_TIMEOUT_SECS",
    "PRISMA_SCHEMA",
];

const FILE: &str = "refract.toml";
const CONFIG: &str = "REFRACT_CONFIG";

/// The merged layers.
pub(super) struct Source {
    texts: BTreeMap<String, String>,
    resources: BTreeMap<String, ResourcePolicy>,
    config_file: ConfigFile,
}

impl Source {
    pub(super) fn load() -> Result<Self, SettingsError> {
        let file = DotEnv::load(Path::new(".env")).map_err(|error| dot_env_error(&error))?;
        let mut dot_env = BTreeMap::new();
        for name in NAMES.iter().filter(|name| std::env::var_os(name).is_none()) {
            let value = file.get(name).map_err(|error| dot_env_error(&error))?;
            dot_env.extend(value.map(|value| ((*name).to_owned(), value)));
        }
        let environment: BTreeMap<_, _> = NAMES
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)))
            .collect();
        let wanted = environment.get(CONFIG).or_else(|| dot_env.get(CONFIG));
        let config_file = ConfigFile::find(wanted.map(String::as_str))?;
        let file = match &config_file {
            ConfigFile::At(path) => Figment::from(Toml::file_exact(path)),
            ConfigFile::Missing | ConfigFile::Unwanted => Figment::new(),
        };
        if file.find_value(&CONFIG.to_lowercase()).is_ok() {
            return Err(file_error(format!(
                "cannot say where it is itself: leave out `{}`",
                CONFIG.to_lowercase()
            )));
        }
        let mut source = Self::merge(file, [dot_env, environment])?;
        source.config_file = config_file;
        Ok(source)
    }

    pub(super) fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SettingsError> {
        let mut layer = BTreeMap::new();
        for (name, value) in pairs {
            if !NAMES.contains(&name) {
                return Err(SettingsError::new(name, "is not a setting", "…"));
            }
            layer.insert(name.to_owned(), value.to_owned());
        }
        Self::merge(Figment::new(), [layer])
    }

    fn merge<const N: usize>(
        file: Figment,
        layers: [BTreeMap<String, String>; N],
    ) -> Result<Self, SettingsError> {
        let mut figment = file;
        for layer in layers {
            // As plain strings: figment's own environment provider would read `SECRET_KEY=007` as
            // a number.
            let known: BTreeMap<String, String> = layer
                .into_iter()
                .filter(|(name, _)| NAMES.contains(&name.as_str()))
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect();
            figment = figment.merge(Serialized::globals(known));
        }
        // The parser's own text shows the whole line, which may hold a secret.
        let merged: Dict = figment
            .extract()
            .map_err(|error| file_error(without_excerpt(&error.to_string())))?;
        let mut source = Self {
            texts: BTreeMap::new(),
            resources: BTreeMap::new(),
            config_file: ConfigFile::default(),
        };
        for (key, value) in merged {
            if key == "resources" {
                source.resources = value
                    .deserialize()
                    .map_err(|error| file_error(error.to_string()))?;
                continue;
            }
            let name = key.to_uppercase();
            if !NAMES.contains(&name.as_str()) {
                return Err(file_error(format!("`{key}` is not a setting")));
            }
            let Some(text) = text_of(&value) else {
                return Err(file_error(format!(
                    "`{key}` must be a single value or a list"
                )));
            };
            // An empty variable is an unset one, as in compose files with `${NAME:-}`.
            if !text.is_empty() {
                source.texts.insert(name, text);
            }
        }
        Ok(source)
    }

    pub(super) fn resources(&self) -> &BTreeMap<String, ResourcePolicy> {
        &self.resources
    }

    pub(super) fn config_file(&self) -> &ConfigFile {
        &self.config_file
    }

    /// The text of a setting, if it was given and is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        debug_assert!(NAMES.contains(&name), "{name} is missing from NAMES");
        self.texts.get(name).map(String::as_str)
    }

    /// A number within bounds.
    pub(super) fn number<T>(
        &self,
        name: &str,
        bounds: std::ops::RangeInclusive<T>,
        default: T,
    ) -> Result<T, SettingsError>
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        let Some(text) = self.text(name) else {
            return Ok(default);
        };
        match text.trim().parse() {
            Ok(number) if bounds.contains(&number) => Ok(number),
            _ => Err(SettingsError::new(
                name,
                format!(
                    "`{text}` is not a number from {} to {}",
                    bounds.start(),
                    bounds.end()
                ),
                &default.to_string(),
            )),
        }
    }

    /// One of a few words, in any letter case.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        words: &[(&str, T)],
        default: T,
    ) -> Result<T, SettingsError> {
        let Some(text) = self.text(name) else {
            return Ok(default);
        };
        words
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text.trim()))
            .map(|(_, value)| *value)
            .ok_or_else(|| {
                let all = words
                    .iter()
                    .map(|(word, _)| *word)
                    .collect::<Vec<_>>()
                    .join(", ");
                SettingsError::new(name, format!("`{text}` is not one of {all}"), words[0].0)
            })
    }

    /// Names separated by commas.
    pub(super) fn names(&self, name: &str, default: &[&str]) -> Vec<String> {
        let Some(text) = self.text(name) else {
            return default.iter().map(|one| (*one).to_owned()).collect();
        };
        let names = text.split(',').map(str::trim);
        names
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A yes or no.
    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, SettingsError> {
        let words = [
            ("true", true),
            ("false", false),
            ("1", true),
            ("0", false),
            ("yes", true),
            ("no", false),
            ("on", true),
            ("off", false),
        ];
        self.choice(name, &words, default)
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|integer| integer.to_string())
            .or_else(|| number.to_f64().map(|float| float.to_string())),
        Value::Array(_, items) => {
            let texts: Option<Vec<String>> = items.iter().map(text_of).collect();
            texts.map(|texts| texts.join(","))
        }
        Value::Char(..) | Value::Empty(..) | Value::Dict(..) => None,
    }
}

/// The lines of a parser's error but for its excerpt of the file: where it is, and what is wrong.
fn without_excerpt(text: &str) -> String {
    let is_excerpt = |line: &&str| {
        let line = line
            .trim_start()
            .trim_start_matches(|one: char| one.is_ascii_digit());
        line.trim_start().starts_with('|')
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.filter(|line| !is_excerpt(line)).collect();
    lines.join(", ")
}

fn file_error(problem: String) -> SettingsError {
    SettingsError::new(FILE, problem, "page_size = 20")
}

fn dot_env_error(error: &DotEnvError) -> SettingsError {
    SettingsError::new(".env", error.to_string(), "PORT=8000")
}
