//! Parses the `DATABASE_URL` of a Prisma app for Rust drivers.
//!
//! Prisma puts its own settings into the query (`schema`, `connection_limit`, `pgbouncer` …). sqlx
//! warns about them and tokio-postgres refuses them. The result is a URL that both drivers accept,
//! and the settings as data. Other databases are refused, and so are URLs that can be read in several
//! ways. The password is never printed: messages are made of the parts that may be shown.

mod authority;
mod connect;
mod from_variables;
mod refusal;
mod sqlite_file;
mod url_parameters;

use std::{borrow::Cow, fmt, path::PathBuf, str::FromStr};

use crate::snapshot::Database;
use authority::Shown;
pub use connect::{ConnectError, connect, postgres_options};
pub use from_variables::DatabaseSettingError;
pub use refusal::{Cause, Refusal};
use url_parameters::Query;

/// A parsed `DATABASE_URL`. `Debug` and `Display` show user, host, port and database, or the file.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    kind: Database,
    /// Without Prisma's parameters; with the password.
    url: String,
    schemas: Vec<String>,
    ssl_mode: Option<String>,
    root_certificate: Option<String>,
    pgbouncer: Option<bool>,
    /// The parts that may be shown. `None` for SQLite.
    shown: Option<Shown>,
    target_session: Option<String>,
}

/// Why a text is not a usable `DATABASE_URL`. Never contains the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// The text is empty or has no scheme.
    #[error("not a database URL; expected something like {EXAMPLE}")]
    NotAUrl,
    /// The scheme belongs to a database or service Refract does not serve.
    #[error("`{scheme}:` is not supported; expected postgresql://, file: or sqlite:")]
    Scheme { scheme: &'static str },
    /// A character that ends a part of a URL is in a place where the author may have meant the
    /// character itself.
    #[error(
        "a `{character}` in it can be read in several ways: in user name, password, database and \
         parameters it is written as {encoded}"
    )]
    Ambiguous {
        character: char,
        encoded: &'static str,
    },
    /// A blank, a line break or another white space character.
    #[error("a blank or line break stands in it: take it out, or write it as {encoded}")]
    Blank { encoded: &'static str },
    /// `%` without two digits.
    #[error(
        "a `%` in it is not followed by two hexadecimal digits: the character itself is written as \
         %25"
    )]
    PercentEncoding,
    #[error("it names no host; for a socket, write localhost and ?host=/folder/of/the/socket")]
    NoHost,
    #[error(
        "its port is not a number from 1 to 65535; where a password stands there, a `/` in it is \
         written as %2F, and `@` comes before the host"
    )]
    Port,
    #[error("a `[` or `]` stands in its host, which is no IPv6 address such as [::1]")]
    Bracket,
    /// A file URL without a path.
    #[error("it names no file")]
    NoFile,
    #[error("sslmode is not one of disable, allow, prefer, require, verify-ca, verify-full")]
    SslMode,
    /// The URL parser's objection, usually to the host.
    #[error("malformed URL ({reason})")]
    Malformed { reason: url::ParseError },
}

/// The example shown in error messages.
pub const EXAMPLE: &str = "postgresql://user:password@localhost:5432/app";

impl DatabaseUrl {
    /// The kind of database.
    pub fn kind(&self) -> Database {
        self.kind
    }

    /// The URL in a form that sqlx and tokio-postgres accept. It contains the password.
    ///
    /// `sslmode` is one of `disable`, `prefer`, `require`; [`Self::ssl_mode`] has the original one.
    /// A SQLite URL gets `mode=rw` unless its mode is `ro` or `memory`, so that a mistyped path never
    /// creates a database.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Database schemas named by `?schema=`, comma separated; empty when not given.
    pub fn schemas(&self) -> &[String] {
        &self.schemas
    }

    /// The schemas to reflect by default: `?schema=`, else the database's default schema.
    pub fn schemas_or_default(&self) -> Vec<String> {
        match (self.schemas.is_empty(), self.kind) {
            (false, Database::Postgres) => self.schemas.clone(),
            (_, Database::Postgres) => vec!["public".to_owned()],
            (_, Database::Sqlite) => vec!["main".to_owned()],
        }
    }

    /// The original `sslmode`, for drivers that support `verify-ca` and `verify-full`.
    pub fn ssl_mode(&self) -> Option<&str> {
        self.ssl_mode.as_deref()
    }

    /// File of the certificate authority: `sslrootcert`, or Prisma's `sslcert`.
    pub fn root_certificate(&self) -> Option<&str> {
        self.root_certificate.as_deref()
    }

    /// The parameter `pgbouncer`. With `true`, statements must not stay prepared under a name.
    pub fn pgbouncer(&self) -> Option<bool> {
        self.pgbouncer
    }

    /// The server's address for messages: `db.example:5432`, or the folder of a socket.
    pub fn address(&self) -> String {
        match &self.shown {
            Some(shown) if shown.host.starts_with('/') => shown.host.clone(),
            Some(shown) => format!("{}:{}", shown.host, shown.port),
            None => self.url.clone(),
        }
    }

    /// `PostgreSQL at db.example:5432`.
    fn server(&self) -> String {
        format!("PostgreSQL at {}", self.address())
    }

    fn host(&self) -> &str {
        self.shown.as_ref().map_or("", |shown| &shown.host)
    }

    fn user(&self) -> Option<&str> {
        self.shown.as_ref()?.user.as_deref()
    }

    /// The name of the database. The default is the user's name.
    fn database(&self) -> &str {
        let shown = self.shown.as_ref();
        let database = shown.and_then(|shown| shown.database.as_deref().or(self.user()));
        database.unwrap_or_default()
    }

    /// The file of a SQLite database; `None` for a database in memory.
    fn file(&self) -> Option<PathBuf> {
        if self.kind != Database::Sqlite || self.url.contains("mode=memory") {
            return None;
        }
        let (base, _) = split_query(&self.url);
        let path = base.strip_prefix("sqlite:")?;
        if path == ":memory:" {
            return None;
        }
        let pair = format!("_={}", path.replace('+', "%2B"));
        let (_, path) = url::form_urlencoded::parse(pair.as_bytes()).next()?;
        Some(PathBuf::from(path.as_ref()))
    }

    /// The parameter `target_session_attrs`, which selects one of several servers behind the URL.
    pub fn target_session(&self) -> Option<&str> {
        self.target_session.as_deref()
    }

    fn postgres(text: &str) -> Result<Self, DatabaseUrlError> {
        let (base, query) = split_query(text);
        let mut shown = authority::check(base, query)?;
        let query = Query::parse(query);
        let ssl_mode = query.get("sslmode");
        if let Some(mode) = &ssl_mode
            && !SSL_MODES.contains(&mode.as_str())
        {
            return Err(DatabaseUrlError::SslMode);
        }
        if let Some(host) = query.get("host") {
            shown.host = host;
        }
        Ok(Self {
            kind: Database::Postgres,
            url: query.for_postgres(base),
            schemas: query.list("schema"),
            ssl_mode,
            root_certificate: query.get("sslrootcert").or_else(|| query.get("sslcert")),
            pgbouncer: query.get("pgbouncer").map(|given| given == "true"),
            shown: Some(shown),
            target_session: query.get("target_session_attrs"),
        })
    }

    fn sqlite(path: &str, query: Option<&str>) -> Result<Self, DatabaseUrlError> {
        if path.is_empty() {
            return Err(DatabaseUrlError::NoFile);
        }
        Ok(Self {
            kind: Database::Sqlite,
            url: Query::parse(query).for_sqlite(path),
            schemas: Vec::new(),
            ssl_mode: None,
            root_certificate: None,
            pgbouncer: None,
            shown: None,
            target_session: None,
        })
    }
}

/// The values of `sslmode` that libpq and Prisma accept.
const SSL_MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// Databases and services that are refused by name. The rest of an invalid URL is not shown, because
/// it may contain a password.
const OTHER_SCHEMES: [&str; 8] = [
    "mysql",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "sqlserver",
    "prisma",
    "prisma+postgres",
    "libsql",
];

fn split_query(text: &str) -> (&str, Option<&str>) {
    match text.split_once('?') {
        Some((base, query)) => (base, Some(query)),
        None => (text, None),
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Values in .env files often have quotes that a shell would have removed.
        let text = text
            .trim()
            .trim_matches(|quote| quote == '"' || quote == '\'');
        let (scheme, rest) = text.split_once(':').ok_or(DatabaseUrlError::NotAUrl)?;
        match scheme {
            "postgres" | "postgresql" => Self::postgres(text),
            "file" => {
                let (path, query) = split_query(rest);
                let path = path.strip_prefix("//").unwrap_or(path);
                // Prisma takes the path literally, sqlx percent-decodes it.
                Self::sqlite(&path.replace('%', "%25"), query)
            }
            "sqlite" => {
                let (path, query) = split_query(rest);
                Self::sqlite(path.strip_prefix("//").unwrap_or(path), query)
            }
            _ => match OTHER_SCHEMES.iter().find(|other| **other == scheme) {
                Some(scheme) => Err(DatabaseUrlError::Scheme { scheme }),
                None => Err(DatabaseUrlError::NotAUrl),
            },
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(shown) = &self.shown else {
            return f.write_str(split_query(&self.url).0);
        };
        let user = shown.user.as_ref().map(|user| format!("{user}@"));
        let database = match &shown.database {
            Some(database) => Cow::Owned(format!("/{database}")),
            None => Cow::Borrowed(""),
        };
        write!(
            f,
            "postgresql://{}{}{database}",
            user.unwrap_or_default(),
            self.address()
        )
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> DatabaseUrl {
        text.parse().expect("a database URL")
    }

    #[test]
    fn prisma_parameters_are_taken_out_and_understood() {
        let url = parse(
            "postgresql://app:s%40fe@db.example:5433/shop?schema=sales&connection_limit=5\
             &pgbouncer=true&sslmode=verify-full&sslcert=ca.pem&target_session_attrs=read-write&options=-c%20geqo%3Doff",
        );
        assert_eq!(
            url.as_str(),
            "postgresql://app:s%40fe@db.example:5433/shop?sslmode=require&options=-c%20geqo%3Doff"
        );
        assert_eq!(url.schemas(), ["sales"]);
        assert_eq!(url.ssl_mode(), Some("verify-full"));
        assert_eq!(url.root_certificate(), Some("ca.pem"));
        assert_eq!(url.pgbouncer(), Some(true));
        assert_eq!(url.target_session(), Some("read-write"));
    }

    #[test]
    fn the_password_is_never_shown() {
        let url = parse("postgresql://app:secret@localhost/shop?password=secret&host=/run/pg");
        assert_eq!(url.to_string(), "postgresql://app@/run/pg/shop");
        assert!(!format!("{url:?}").contains("secret"));
        let plain = parse("postgresql://app:secret@localhost/shop%20a?sslmode=require");
        assert_eq!(plain.to_string(), "postgresql://app@localhost:5432/shop a");
        let unescaped = "postgresql://app:p#ss/secret@localhost/shop".parse::<DatabaseUrl>();
        assert!(!format!("{unescaped:?}").contains("secret"));
    }

    #[test]
    fn sqlite_urls_never_create_a_file() {
        assert_eq!(
            parse("file:./dev.db?connection_limit=1").as_str(),
            "sqlite:./dev.db?mode=rw"
        );
        assert_eq!(
            parse("sqlite:///tmp/a.db").as_str(),
            "sqlite:/tmp/a.db?mode=rw"
        );
        assert_eq!(
            parse("sqlite:a.db?mode=rwc").as_str(),
            "sqlite:a.db?mode=rw"
        );
        assert_eq!(parse("sqlite:a.db?mode=ro").as_str(), "sqlite:a.db?mode=ro");
        assert_eq!(parse("sqlite::memory:").as_str(), "sqlite::memory:");
    }

    #[test]
    fn quotes_from_an_env_file_are_ignored() {
        assert_eq!(parse("\"file:dev.db\"").as_str(), "sqlite:dev.db?mode=rw");
    }

    #[test]
    fn other_databases_are_refused_by_name() {
        assert_eq!(
            "mysql://root@localhost/app".parse::<DatabaseUrl>(),
            Err(DatabaseUrlError::Scheme { scheme: "mysql" })
        );
        for text in ["", "hunter2:secret@host/db", "hunter2"] {
            let refused = text.parse::<DatabaseUrl>().expect_err("is no URL");
            assert_eq!(refused, DatabaseUrlError::NotAUrl);
            assert!(!refused.to_string().contains("hunter2"));
        }
        for text in ["file:", "sqlite://", "file:?mode=ro"] {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(DatabaseUrlError::NoFile));
        }
        assert_eq!(
            "postgresql://u@h/d?sslmode=on".parse::<DatabaseUrl>(),
            Err(DatabaseUrlError::SslMode)
        );
    }
}
