//! Settings: defaults < refract.toml < .env < environment, read with figment, then validated.
//!
//! A wrong value stops the start with one line: the variable, the problem and an example. The rest of
//! the crate receives finished [`Settings`] and does not depend on the source of a value.
//! `declarations` has every setting with its type, default and meaning.

mod allowed_hosts;
mod api_settings;
mod auth_settings;
mod catalog_settings;
mod config_file;
mod connection_settings;
mod database_settings;
mod declarations;
mod layers;
mod postgrest_settings;
mod request_limits;
mod resource_policy;
mod role_policies;
mod secret;
mod server_settings;
mod telemetry_settings;

pub use allowed_hosts::AllowedHosts;
pub use api_settings::{ApiSettings, BigIntFormat};
pub use auth_settings::{AuthSettings, JwtKeys, JwtSettings, KeyDigest, KeySettings};
pub use catalog_settings::{CATALOG_FILE, CatalogChoice, CatalogSettings};
pub use config_file::ConfigFile;
pub use connection_settings::ConnectionSettings;
pub use database_settings::{DatabaseSettings, Target};
pub use declarations::{Declaration, Default, Kind, SETTINGS};
pub use postgrest_settings::{Compat, RestSettings};
pub use request_limits::Limits;
pub use resource_policy::ResourcePolicy;
pub use role_policies::{RolePolicy, Roles, RowRule, Stated};
pub use secret::Secret;
pub use server_settings::{Access, ServerSettings};
pub use telemetry_settings::{LogFormat, TelemetrySettings};

use std::{collections::BTreeMap, path::PathBuf};

use layers::Source;

/// All settings, typed and checked.
#[derive(Debug, Clone)]
pub struct Settings {
    pub environment: Environment,
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub catalog: CatalogSettings,
    pub api: ApiSettings,
    pub rest: RestSettings,
    pub telemetry: TelemetrySettings,
    /// The refract.toml that has been read.
    pub config_file: ConfigFile,
    /// `[resources.<Model>]` of refract.toml.
    pub resources: BTreeMap<String, ResourcePolicy>,
    /// `[roles]` of refract.toml.
    pub roles: Roles,
    /// `[keys]` and `[auth]` of refract.toml.
    pub auth: AuthSettings,
}

/// Where this process runs. Several defaults depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine: open unless a `SECRET_KEY` is set, pretty logs, diagnostics.
    Local,
    Staging,
    Production,
}

/// A setting that stops the start. Displays as one line: variable, problem, example.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {problem} (example: {variable}={example})")]
pub struct SettingsError {
    pub variable: String,
    pub problem: String,
    pub example: String,
}

impl Settings {
    /// Reads refract.toml ([`ConfigFile`]) and .env in the working directory, then the environment.
    ///
    /// # Errors
    /// The first setting that is wrong.
    pub fn load() -> Result<Self, SettingsError> {
        Self::load_of(&[".env".into()], &BTreeMap::new())
    }

    /// As [`Self::load`], with other `.env` files, the first of which counts, and with values that take
    /// precedence over all layers.
    ///
    /// # Errors
    /// The first setting that is wrong.
    pub fn load_of(
        env_files: &[PathBuf],
        instead: &BTreeMap<String, String>,
    ) -> Result<Self, SettingsError> {
        Self::from_source(&Source::load(env_files, instead)?)
    }

    /// Settings from `NAME=value` pairs only, for tests and tools.
    ///
    /// # Errors
    /// The first setting that is wrong or unknown.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, SettingsError> {
        Self::from_source(&Source::from_pairs(pairs)?)
    }

    fn from_source(source: &Source) -> Result<Self, SettingsError> {
        Ok(Self {
            environment: source.environment(),
            server: ServerSettings::read(source)?,
            database: DatabaseSettings::read(source)?,
            catalog: CatalogSettings::read(source)?,
            api: ApiSettings::read(source)?,
            rest: RestSettings::read(source)?,
            telemetry: TelemetrySettings::read(source)?,
            config_file: source.config_file().clone(),
            resources: source.resources().clone(),
            roles: source.roles().clone(),
            auth: source.auth().clone(),
        })
    }
}

impl Environment {
    pub(crate) const ALL: [Self; 3] = [Self::Local, Self::Staging, Self::Production];

    /// The value of `ENVIRONMENT`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

impl SettingsError {
    pub(crate) fn new(variable: &str, problem: impl Into<String>, example: &str) -> Self {
        Self {
            variable: variable.into(),
            problem: problem.into(),
            example: example.into(),
        }
    }
}
