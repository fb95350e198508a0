//! `DATABASE_URL` as a Prisma app writes it, made fit for Rust drivers.
//!
//! Prisma puts its own settings into the query (`schema`, `connection_limit`, `pgbouncer` …), which
//! sqlx would complain about and tokio-postgres refuse. What comes in is the variable's text; what
//! goes out is a URL that every driver here takes, and the settings as data. Refused: other
//! databases, and text that is no URL. Nothing here ever prints the password.

mod connect;
mod query;
mod settings;

use std::{fmt, str::FromStr};

use url::Url;

use crate::snapshot::Database;
pub use connect::connect;
use query::Query;
pub use settings::DatabaseSettingError;

/// A parsed `DATABASE_URL`. `Debug` and `Display` show it without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    kind: Database,
    /// Without Prisma's parameters; with the password.
    url: String,
    schemas: Vec<String>,
    ssl_mode: Option<String>,
    root_certificate: Option<String>,
    pgbouncer: Option<bool>,
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
    Scheme { scheme: String },
    /// The URL parser's objection, usually an unescaped character in the password.
    #[error(
        "malformed URL ({reason}); special characters in user name and password must be \
         percent-encoded, as in {EXAMPLE}"
    )]
    Malformed { reason: url::ParseError },
}

/// The example shown in error messages.
pub const EXAMPLE: &str = "postgresql://user:password@localhost:5432/app";

impl DatabaseUrl {
    /// The kind of database it leads to.
    pub fn kind(&self) -> Database {
        self.kind
    }

    /// The URL, password included, as sqlx and tokio-postgres both accept it.
    ///
    /// `sslmode` is one of `disable`, `prefer`, `require`; [`Self::ssl_mode`] has what was asked.
    /// A SQLite URL carries `mode=rw` unless it asked for `ro` or `memory`, so that a mistyped path
    /// never creates a database.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Database schemas named by `?schema=`, comma separated; empty when not given.
    pub fn schemas(&self) -> &[String] {
        &self.schemas
    }

    /// The schemas to reflect when nothing else is said: `?schema=`, else the database's default.
    pub fn schemas_or_default(&self) -> Vec<String> {
        match (self.schemas.is_empty(), self.kind) {
            (false, Database::Postgres) => self.schemas.clone(),
            (_, Database::Postgres) => vec!["public".to_owned()],
            (_, Database::Sqlite) => vec!["main".to_owned()],
        }
    }

    /// The `sslmode` as written, for drivers that know `verify-ca` and `verify-full`.
    pub fn ssl_mode(&self) -> Option<&str> {
        self.ssl_mode.as_deref()
    }

    /// File of the certificate authority: `sslrootcert`, or Prisma's `sslcert`.
    pub fn root_certificate(&self) -> Option<&str> {
        self.root_certificate.as_deref()
    }

    /// What `pgbouncer` was given as. With `true`, no statement may stay prepared under a name.
    pub fn pgbouncer(&self) -> Option<bool> {
        self.pgbouncer
    }

    /// What `target_session_attrs` was given as: which of several servers behind the URL is meant.
    pub fn target_session(&self) -> Option<&str> {
        self.target_session.as_deref()
    }

    fn postgres(text: &str) -> Result<Self, DatabaseUrlError> {
        let (base, query) = split_query(text);
        // Parsed for its verdict only: re-serialising would re-encode what the user wrote.
        Url::parse(base).map_err(|reason| DatabaseUrlError::Malformed { reason })?;
        let query = Query::parse(query);
        Ok(Self {
            kind: Database::Postgres,
            url: query.for_postgres(base),
            schemas: query.list("schema"),
            ssl_mode: query.get("sslmode"),
            root_certificate: query.get("sslrootcert").or_else(|| query.get("sslcert")),
            pgbouncer: query.get("pgbouncer").map(|given| given == "true"),
            target_session: query.get("target_session_attrs"),
        })
    }

    fn sqlite(path: &str, query: Option<&str>) -> Self {
        Self {
            kind: Database::Sqlite,
            url: Query::parse(query).for_sqlite(path),
            schemas: Vec::new(),
            ssl_mode: None,
            root_certificate: None,
            pgbouncer: None,
            target_session: None,
        }
    }
}

fn split_query(text: &str) -> (&str, Option<&str>) {
    match text.split_once('?') {
        Some((base, query)) => (base, Some(query)),
        None => (text, None),
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // .env files are often written with quotes that the shell would have removed.
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
                Ok(Self::sqlite(&path.replace('%', "%25"), query))
            }
            "sqlite" => {
                let (path, query) = split_query(rest);
                Ok(Self::sqlite(path.strip_prefix("//").unwrap_or(path), query))
            }
            _ => Err(DatabaseUrlError::Scheme {
                scheme: scheme.to_owned(),
            }),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, Url::parse(&self.url)) {
            (Database::Postgres, Ok(mut url)) => {
                if url.password().is_some() {
                    // Fails only for URLs that cannot have a password, and this one has.
                    let _ = url.set_password(Some("***"));
                }
                // A password may also hide in the query of a socket URL.
                url.set_query(None);
                f.write_str(url.as_str())
            }
            (Database::Postgres, Err(_)) => f.write_str("postgresql://…"),
            (Database::Sqlite, _) => f.write_str(split_query(&self.url).0),
        }
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
        assert_eq!(url.to_string(), "postgresql://app:***@localhost/shop");
        assert!(!format!("{url:?}").contains("secret"));
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
            Err(DatabaseUrlError::Scheme {
                scheme: "mysql".to_owned()
            })
        );
        assert_eq!("".parse::<DatabaseUrl>(), Err(DatabaseUrlError::NotAUrl));
    }
}
