//! The variables of the command.

use std::{collections::BTreeMap, path::Path};

use reflect::{DatabaseUrl, dotenv};

use super::CommandError;

/// The variables that the command reads.
const NAMES: [&str; 8] = [
    "DATABASE_URL",
    "POSTGRES_SERVER",
    "POSTGRES_PORT",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_DB",
    "DATABASE_SCHEMAS",
    "PRISMA_SCHEMA",
];

/// The variables of the process environment, else of `.env` in the working directory.
pub(super) struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    pub(super) fn load() -> Result<Self, CommandError> {
        let variables = dotenv::variables(Path::new(".env"), NAMES)?;
        Ok(Self { variables })
    }

    /// A variable that is set and not empty.
    fn get(&self, name: &str) -> Option<&str> {
        debug_assert!(NAMES.contains(&name), "{name} is missing from NAMES");
        (self.variables.get(name).map(String::as_str)).filter(|value| !value.trim().is_empty())
    }

    pub(super) fn database_url(&self) -> Result<DatabaseUrl, CommandError> {
        DatabaseUrl::from_settings(|name| self.get(name))?.ok_or(CommandError::NoDatabaseUrl)
    }

    /// The app's schema.prisma, or a folder of .prisma files.
    pub(super) fn prisma_schema(&self) -> Option<&str> {
        self.get("PRISMA_SCHEMA").map(str::trim)
    }

    /// The schemas of `DATABASE_SCHEMAS`, where it names any.
    pub(super) fn schemas(&self) -> Option<Vec<String>> {
        let list = self.get("DATABASE_SCHEMAS")?.split(',').map(str::trim);
        let named = list.filter(|schema| !schema.is_empty());
        let named: Vec<String> = named.map(str::to_owned).collect();
        Some(named).filter(|schemas| !schemas.is_empty())
    }
}
