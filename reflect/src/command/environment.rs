//! The variables the command needs, from the environment or from `.env`.

use std::{collections::HashMap, path::Path};

use reflect::DatabaseUrl;

use super::CommandError;

/// Variables of `.env` in the working directory; the real environment comes first.
pub(super) struct Environment {
    file: HashMap<String, String>,
}

impl Environment {
    pub(super) fn load() -> Result<Self, CommandError> {
        let path = Path::new(".env");
        let file = if path.exists() {
            dotenvy::from_path_iter(path)?.collect::<Result<_, _>>()?
        } else {
            HashMap::new()
        };
        Ok(Self { file })
    }

    /// A variable that is set and not empty.
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name)
            .ok()
            .or_else(|| self.file.get(name).cloned())
            .filter(|value| !value.trim().is_empty())
    }

    pub(super) fn database_url(&self) -> Result<DatabaseUrl, CommandError> {
        self.get("DATABASE_URL")
            .ok_or(CommandError::NoDatabaseUrl)?
            .parse()
            .map_err(CommandError::DatabaseUrl)
    }

    /// The schemas asked for: `DATABASE_SCHEMAS`, else `?schema=` of the URL.
    pub(super) fn schemas(&self, url: &DatabaseUrl) -> Option<Vec<String>> {
        let list = self.get("DATABASE_SCHEMAS").map(|list| {
            list.split(',')
                .map(|schema| schema.trim().to_owned())
                .filter(|schema| !schema.is_empty())
                .collect::<Vec<_>>()
        });
        list.or_else(|| Some(url.schemas().to_vec()))
            .filter(|schemas| !schemas.is_empty())
    }
}
