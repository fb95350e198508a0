//! The layers that settings come from. Each name has one text: that of the strongest layer.

use std::{collections::BTreeMap, path::PathBuf, str::FromStr, time::Duration};

use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
    value::{Dict, Value},
};
use reflect::dotenv;

use super::{
    AuthSettings, ConfigFile, Environment, ResourcePolicy, Roles, SettingsError,
    declarations::{self, Declaration, Kind, SETTINGS},
};

const FILE: &str = "refract.toml";
const CONFIG: &str = "REFRACT_CONFIG";

/// The merged layers.
pub(super) struct Source {
    environment: Environment,
    texts: BTreeMap<String, String>,
    resources: BTreeMap<String, ResourcePolicy>,
    roles: Roles,
    auth: AuthSettings,
    config_file: ConfigFile,
}

impl Source {
    /// Reads refract.toml and the process environment, then `.env` files, the first of which counts.
    /// `instead` has values that take precedence over all of them.
    pub(super) fn load(
        env_files: &[PathBuf],
        instead: &BTreeMap<String, String>,
    ) -> Result<Self, SettingsError> {
        let names = SETTINGS.iter().map(|declared| declared.name);
        let mut given = dotenv::variables_of(env_files, names)
            .map_err(|error| SettingsError::new(".env", error.to_string(), "PORT=8000"))?;
        given.extend(instead.clone());
        let config_file = ConfigFile::find(given.get(CONFIG).map(String::as_str))?;
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
        let mut source = Self::merge(file, given)?;
        if let ConfigFile::At(path) = &config_file {
            let text =
                std::fs::read_to_string(path).map_err(|error| file_error(error.to_string()))?;
            source.roles = Roles::of_toml(&text)?;
            source.auth = AuthSettings::of_toml(&text)?;
        }
        source.config_file = config_file;
        Ok(source)
    }

    pub(super) fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SettingsError> {
        let mut layer = BTreeMap::new();
        for (name, value) in pairs {
            if declarations::find(name).is_none() {
                return Err(SettingsError::new(name, "is not a setting", "…"));
            }
            layer.insert(name.to_owned(), value.to_owned());
        }
        Self::merge(Figment::new(), layer)
    }

    fn merge(file: Figment, given: BTreeMap<String, String>) -> Result<Self, SettingsError> {
        // These are plain strings: figment's own environment provider would read `SECRET_KEY=007`
        // as a number.
        let given = given
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value));
        let given: BTreeMap<String, String> = given.collect();
        let figment = file.merge(Serialized::globals(given));
        // The parser's message shows the whole line, which may hold a secret.
        let merged: Dict = figment
            .extract()
            .map_err(|error| file_error(without_excerpt(&error.to_string())))?;
        let mut source = Self {
            environment: Environment::Local,
            texts: BTreeMap::new(),
            resources: BTreeMap::new(),
            roles: Roles::default(),
            auth: AuthSettings::default(),
            config_file: ConfigFile::default(),
        };
        for (key, value) in merged {
            if matches!(key.as_str(), "roles" | "keys" | "auth") {
                // They are read by themselves, from the file only.
                continue;
            }
            if key == "resources" {
                source.resources = value
                    .deserialize()
                    .map_err(|error| file_error(error.to_string()))?;
                continue;
            }
            let name = key.to_uppercase();
            if declarations::find(&name).is_none() {
                return Err(file_error(format!("`{key}` is not a setting")));
            }
            let Some(text) = text_of(&value) else {
                return Err(file_error(format!(
                    "`{key}` must be a single value or a list"
                )));
            };
            // An empty variable counts as not set. Compose files set such ones by `${NAME:-}`.
            if !text.is_empty() {
                source.texts.insert(name, text);
            }
        }
        // Other defaults depend on the environment.
        let environments = Environment::ALL.map(|one| (one.name(), one));
        source.environment = source.choice("ENVIRONMENT", &environments)?;
        Ok(source)
    }

    pub(super) fn resources(&self) -> &BTreeMap<String, ResourcePolicy> {
        &self.resources
    }

    pub(super) fn auth(&self) -> &AuthSettings {
        &self.auth
    }

    pub(super) fn roles(&self) -> &Roles {
        &self.roles
    }

    pub(super) fn config_file(&self) -> &ConfigFile {
        &self.config_file
    }

    /// The text of a setting. `None` where it is not set or empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        debug_assert!(declarations::find(name).is_some(), "{name} is not declared");
        self.texts.get(name).map(String::as_str)
    }

    /// The text of a setting, else its default. Empty where it has no default.
    pub(super) fn text_or_default(&self, name: &str) -> &str {
        self.text(name).unwrap_or_else(|| self.default(name))
    }

    /// A whole number within its declared bounds.
    pub(super) fn number<T: TryFrom<u64>>(&self, name: &str) -> Result<T, SettingsError> {
        let Kind::Number { least, most } = declared(name).kind else {
            unreachable!("{name} is not declared as a number")
        };
        let number = self.parsed(name, |number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| self.not_a_number(name, least, most))
    }

    /// A number from 0 to 1.
    pub(super) fn share(&self, name: &str) -> Result<f32, SettingsError> {
        let share = self.parsed(name, |share| (0.0..=1.0).contains(share));
        share.ok_or_else(|| self.not_a_number(name, 0, 1))
    }

    fn parsed<T: FromStr>(&self, name: &str, is_valid: impl Fn(&T) -> bool) -> Option<T> {
        let parsed = self.text_or_default(name).trim().parse().ok();
        parsed.filter(is_valid)
    }

    fn not_a_number(&self, name: &str, least: u64, most: u64) -> SettingsError {
        let text = self.text_or_default(name);
        let problem = format!("`{text}` is not a number from {least} to {most}");
        SettingsError::new(name, problem, self.default(name))
    }

    /// One of a few words, in any letter case.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &str,
        words: &[(&str, T)],
    ) -> Result<T, SettingsError> {
        let text = self.text_or_default(name).trim();
        let chosen = words
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text));
        chosen.map(|(_, value)| *value).ok_or_else(|| {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let problem = format!("`{text}` is not one of {}", all.join(", "));
            SettingsError::new(name, problem, words[0].0)
        })
    }

    /// Texts separated by commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let items = self.text_or_default(name).split(',').map(str::trim);
        items
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A yes or no.
    pub(super) fn flag(&self, name: &str) -> Result<bool, SettingsError> {
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
        self.choice(name, &words)
    }

    /// A duration in whole seconds.
    pub(super) fn seconds(&self, name: &str) -> Result<Duration, SettingsError> {
        self.number(name).map(Duration::from_secs)
    }

    pub(super) fn environment(&self) -> Environment {
        self.environment
    }

    fn default(&self, name: &str) -> &'static str {
        let default = declared(name).default;
        default.value(self.environment).unwrap_or_default()
    }
}

fn declared(name: &str) -> &'static Declaration {
    declarations::find(name).unwrap_or_else(|| unreachable!("{name} is not declared"))
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

/// A parser's error without its excerpt of the file: the position and the problem.
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
