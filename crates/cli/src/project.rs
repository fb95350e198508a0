//! The app around the working directory: its folder, its `.env` files, its Prisma schema.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use reflect::{dotenv, prisma::find_schema};

/// The `.env` files of `next dev`, the first of which counts (`@next/env`).
const ENV_FILES: [&str; 4] = [
    ".env.development.local",
    ".env.local",
    ".env.development",
    ".env",
];

/// Other variables that hold the URL of a database, in the order in which they are tried. Vercel's and
/// Supabase's integrations set some of them; Prisma's Accelerate needs a direct one beside its own.
const URL_VARIABLES: [&str; 6] = [
    "DIRECT_DATABASE_URL",
    "DIRECT_URL",
    "POSTGRES_URL_NON_POOLING",
    "DATABASE_URL_UNPOOLED",
    "POSTGRES_PRISMA_URL",
    "POSTGRES_URL",
];

/// An app.
#[derive(Debug)]
pub struct Project {
    /// The nearest folder with a package.json, else the working directory.
    pub folder: PathBuf,
    /// The `.env` files that are there, the first of which counts.
    pub env_files: Vec<PathBuf>,
    pub schema: Option<PathBuf>,
    /// The variable that Prisma's schema takes the URL from.
    url_variable: Option<String>,
}

/// What is set for the server beyond the app's own settings.
#[derive(Debug, Default)]
pub struct Adopted {
    pub settings: BTreeMap<String, String>,
    /// What was decided, as lines for the developer.
    pub notes: Vec<String>,
}

impl Adopted {
    /// Sets what the app has not, or has with a meaning of its own.
    fn instead(&mut self, name: &str, given: Option<&str>, value: &str) {
        if given.is_some() {
            let note = format!("{name} is the app's own, so that of Refract is {value}");
            self.notes.push(note);
        }
        self.settings.insert(name.to_owned(), value.to_owned());
    }
}

impl Project {
    /// The app around a folder.
    pub fn around(folder: &Path) -> Self {
        let mut above = folder.ancestors();
        let root = above
            .find(|it| it.join("package.json").is_file())
            .unwrap_or(folder);
        let found = find_schema(root);
        let schema = found.as_ref().map(|found| found.path.clone());
        Self {
            env_files: env_files(root, schema.as_deref()),
            folder: root.to_owned(),
            schema,
            url_variable: found.and_then(|found| found.url_variable),
        }
    }

    /// The settings that follow from the app: its database, its Prisma schema.
    ///
    /// # Errors
    /// No database is named, in a sentence that says where it was looked for.
    pub fn adopt(&self) -> Result<Adopted, String> {
        let names = [
            "DATABASE_URL",
            "POSTGRES_SERVER",
            "PRISMA_SCHEMA",
            "LOG_LEVEL",
            "ENVIRONMENT",
        ];
        let names = names.into_iter().chain(URL_VARIABLES);
        let names = names.chain(self.url_variable.as_deref());
        let given = dotenv::variables_of(&self.env_files, names)
            .map_err(|error| format!("{}: {error}", self.files()))?;
        let given = |name: &str| given.get(name).filter(|value| !value.trim().is_empty());
        let mut adopted = Adopted::default();
        if given("POSTGRES_SERVER").is_none() || given("DATABASE_URL").is_some() {
            let (name, url) = self.url(&given)?;
            if name != "DATABASE_URL" {
                let note = format!("the database is that of {name}");
                adopted.notes.push(note);
            }
            let url = self.absolute_file(url);
            adopted.settings.insert("DATABASE_URL".to_owned(), url);
        }
        if let (None, Some(schema)) = (given("PRISMA_SCHEMA"), &self.schema) {
            let schema = schema.display().to_string();
            adopted.settings.insert("PRISMA_SCHEMA".to_owned(), schema);
        }
        // A developer's terminal should not be full of requests.
        let level = given("LOG_LEVEL").map(|level| level.trim());
        if !level.is_some_and(is_log_level) {
            adopted.instead("LOG_LEVEL", level, "warn");
        }
        let environment = given("ENVIRONMENT").map(|environment| environment.trim());
        if environment.is_some_and(is_another_environment) {
            adopted.instead("ENVIRONMENT", environment, "local");
        }
        Ok(adopted)
    }

    /// The first variable with a URL that Refract can use.
    fn url<'a>(
        &self,
        given: &impl Fn(&str) -> Option<&'a String>,
    ) -> Result<(String, &'a str), String> {
        let own = ["DATABASE_URL"]
            .into_iter()
            .chain(self.url_variable.as_deref());
        let names: Vec<&str> = own.chain(URL_VARIABLES).collect();
        let mut proxied = None;
        for name in names {
            match given(name).map(|url| url.trim()) {
                Some(url) if is_proxy(url) => proxied = proxied.or(Some(name.to_owned())),
                Some(url) => return Ok((name.to_owned(), url)),
                None => {}
            }
        }
        Err(match proxied {
            Some(name) => format!(
                "{name} is the URL of Prisma's own proxy, which only Prisma Client can speak to: set \
                 DIRECT_DATABASE_URL to the postgresql:// URL of the database behind it"
            ),
            None => format!(
                "no DATABASE_URL is set, in the environment or in {}; example: DATABASE_URL={}",
                self.files(),
                reflect::database_url::EXAMPLE
            ),
        })
    }

    /// Prisma takes the path of a SQLite file from the folder of the schema (before version 7) or of
    /// the configuration (since then). The one that is there counts.
    fn absolute_file(&self, url: &str) -> String {
        let (Some(rest), Some(schema)) = (url.strip_prefix("file:"), &self.schema) else {
            return url.to_owned();
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if Path::new(path).is_absolute() || path.starts_with("//") {
            return url.to_owned();
        }
        let folders = [Some(self.folder.as_path()), schema.parent(), Some(schema)];
        let files = folders
            .into_iter()
            .flatten()
            .map(|folder| folder.join(path));
        let mut there = files.filter(|file| file.is_file());
        let file = there.next().unwrap_or_else(|| self.folder.join(path));
        let query = match query {
            "" => String::new(),
            query => format!("?{query}"),
        };
        format!("file:{}{query}", file.display())
    }

    /// The files that settings were looked for in, as part of a sentence.
    fn files(&self) -> String {
        if self.env_files.is_empty() {
            return format!("a .env file of {}", self.folder.display());
        }
        let files = self.env_files.iter().map(|file| file.display().to_string());
        files.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a LOG_LEVEL may be for Refract: a level, or levels for parts of the program.
fn is_log_level(value: &str) -> bool {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let value = value.to_lowercase();
    value.contains(['=', ',']) || LEVELS.contains(&value.as_str())
}

/// Whether an ENVIRONMENT is one of the app's own words for a developer's machine.
fn is_another_environment(value: &str) -> bool {
    ["development", "dev", "test"].contains(&value)
}

/// `prisma://` is Accelerate, `prisma+postgres://` Prisma Postgres and `prisma dev`.
fn is_proxy(url: &str) -> bool {
    url.starts_with("prisma://") || url.starts_with("prisma+postgres://")
}

/// The files of the app's folder, then those beside its schema, then those of the folders above, up to
/// the root of the repository.
fn env_files(root: &Path, schema: Option<&Path>) -> Vec<PathBuf> {
    let beside = schema
        .into_iter()
        .flat_map(|schema| schema.ancestors().take(3));
    let inside = |folder: &&Path| !folder.as_os_str().is_empty();
    let mut above = Vec::new();
    for folder in root.ancestors() {
        above.push(folder);
        if folder.join(".git").exists() {
            break;
        }
    }
    // Without a repository only the app's own folder is its own.
    if above.last().is_some_and(|last| !last.join(".git").exists()) {
        above.truncate(1);
    }
    let folders = std::iter::once(root).chain(beside).chain(above);
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders.filter(inside) {
        for file in ENV_FILES.map(|name| folder.join(name)) {
            if file.is_file() && !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn app(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
        let project = Project::around(folder.path());
        (folder, project)
    }

    const SCHEMA: (&str, &str) = (
        "prisma/schema.prisma",
        "datasource db {\n url = env(\"APP_PG\")\n}\nmodel A { id Int @id }\n",
    );

    fn url(files: &[(&str, &str)]) -> Result<String, String> {
        let (folder, project) = app(files);
        let adopted = project.adopt()?;
        let root = folder.path().display().to_string();
        Ok(adopted.settings["DATABASE_URL"].replace(&root, "."))
    }

    #[test]
    fn the_nearest_env_file_counts_and_refers_to_its_own_variables() {
        let files = [
            (".env", "DATABASE_URL=postgresql://a@h/env\n"),
            (
                ".env.local",
                "HOSTNAME_OF_DB='db'\nDATABASE_URL=\"postgresql://a@${HOSTNAME_OF_DB}/local\"\n",
            ),
        ];
        assert_eq!(url(&files).expect("a URL"), "postgresql://a@db/local");
    }

    #[test]
    fn the_variable_of_the_schema_and_a_direct_url_are_taken() {
        let own = [SCHEMA, (".env", "APP_PG=postgresql://a@h/own\n")];
        assert_eq!(url(&own).expect("a URL"), "postgresql://a@h/own");
        let direct = [(
            ".env",
            "DATABASE_URL=prisma+postgres://localhost:51213/?api_key=x\nDIRECT_URL=postgresql://a@h/d\n",
        )];
        assert_eq!(url(&direct).expect("a URL"), "postgresql://a@h/d");
    }

    #[test]
    fn a_secret_of_one_file_is_in_the_url_of_another() {
        let files = [
            (".env.local", "PASSWORD=own\n"),
            (
                ".env",
                "PASSWORD=example\nDATABASE_URL=postgresql://a:${PASSWORD}@h/d\n",
            ),
        ];
        assert_eq!(url(&files).expect("a URL"), "postgresql://a:own@h/d");
    }

    #[test]
    fn words_of_the_app_are_not_taken_for_ours() {
        let url = "DATABASE_URL=postgresql://a@h/d\n";
        let of = |rest: &str| {
            let (_folder, project) = app(&[(".env", &format!("{url}{rest}"))]);
            project.adopt().expect("a URL")
        };
        let adopted = of("LOG_LEVEL=verbose\nENVIRONMENT=development\n");
        assert_eq!(adopted.settings["LOG_LEVEL"], "warn");
        assert_eq!(adopted.settings["ENVIRONMENT"], "local");
        assert_eq!(adopted.notes.len(), 2, "{:?}", adopted.notes);
        let adopted = of("LOG_LEVEL=info,refract=debug\nENVIRONMENT=staging\n");
        assert_eq!(
            adopted.settings.keys().collect::<Vec<_>>(),
            ["DATABASE_URL"]
        );
        assert!(adopted.notes.is_empty(), "{:?}", adopted.notes);
    }

    #[test]
    fn what_is_missing_is_said_without_any_value() {
        let said = url(&[("package.json", "{}")]).expect_err("no URL");
        assert!(
            said.contains("no DATABASE_URL is set") && said.contains(".env"),
            "{said}"
        );
        let proxied = [(".env", "DATABASE_URL=prisma://x/?api_key=secret\n")];
        let said = url(&proxied).expect_err("a proxy");
        assert!(
            said.contains("DIRECT_DATABASE_URL") && !said.contains("secret"),
            "{said}"
        );
    }

    #[test]
    fn a_sqlite_file_is_found_beside_the_schema() {
        let files = [
            SCHEMA,
            ("prisma/dev.db", ""),
            (".env", "DATABASE_URL=file:./dev.db\n"),
        ];
        assert_eq!(url(&files).expect("a URL"), "file:./prisma/./dev.db");
    }
}
