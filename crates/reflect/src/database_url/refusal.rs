//! Explains in one line why a database cannot be reached, and what to do about it.
//!
//! The server and `make orm` use different drivers. Both convert the driver's error into a [`Cause`].
//! The message is made of the cause and the parts of the URL that may be shown.

use std::{error::Error, fmt, io};

use super::DatabaseUrl;

/// Longest text of the server that is shown, in bytes.
const MAX_TEXT_BYTES: usize = 200;

/// A database that cannot be reached. `Display` is one line without any secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    sentence: String,
    /// Whether retrying is useless: somebody has to change a setting or the database.
    pub is_permanent: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sentence)
    }
}

impl Error for Refusal {}

/// The result of a failed attempt to connect to PostgreSQL.
#[derive(Debug)]
pub enum Cause<'a> {
    /// The server's error.
    Answer {
        /// SQLSTATE.
        code: &'a str,
        /// The server's function that raised the error. Unlike the message, it is never translated.
        routine: Option<&'a str>,
        message: &'a str,
    },
    /// The server did not answer within these seconds.
    Silence(u64),
    /// Any other error of the driver, with its causes.
    Other(&'a (dyn Error + 'static)),
}

impl DatabaseUrl {
    /// The explanation of a failed attempt to connect to PostgreSQL.
    pub fn refusal(&self, cause: &Cause) -> Refusal {
        match cause {
            Cause::Answer {
                code,
                routine,
                message,
            } => self.answered(code, *routine, message),
            Cause::Silence(seconds) => waiting(format!(
                "{} does not answer within {seconds} s: look at host and port in DATABASE_URL, and \
                 at firewalls in between",
                self.server()
            )),
            Cause::Other(error) => self.other(*error),
        }
    }

    fn answered(&self, code: &str, routine: Option<&str>, message: &str) -> Refusal {
        let (server, database) = (self.server(), self.database());
        let user = match self.user() {
            Some(user) => format!("user \"{user}\""),
            None => "the user".to_owned(),
        };
        let encrypts = self.ssl_mode() != Some("disable");
        let said = one_line(message);
        match (code, routine) {
            ("3D000", _) => permanent(format!(
                "{server} has no database \"{database}\": create it, or correct the name in \
                 DATABASE_URL"
            )),
            ("28P01", _) => permanent(format!(
                "{server} refuses the password of {user}: correct it in DATABASE_URL, where special \
                 characters are percent-encoded, or in POSTGRES_PASSWORD, where they are not"
            )),
            ("28000", Some("InitializeSessionUserId")) => permanent(format!(
                "{server} has no {user} that may log in: create the role with LOGIN, or correct \
                 the name in DATABASE_URL"
            )),
            ("28000", Some("ClientAuthentication")) => permanent(format!(
                "{server} lets {user} not into database \"{database}\" from here: add a line to its \
                 pg_hba.conf, or {}",
                match encrypts {
                    true => "add ?sslmode=disable to DATABASE_URL where it takes no TLS",
                    false => "replace sslmode=disable by ?sslmode=require in DATABASE_URL",
                }
            )),
            ("42501", _) => permanent(format!(
                "{server} lets {user} not connect to database \"{database}\": GRANT CONNECT ON \
                 DATABASE to it"
            )),
            ("55000", _) => permanent(format!(
                "{server} accepts no connections to database \"{database}\" (ALLOW_CONNECTIONS is \
                 false)"
            )),
            ("57P03", _) => waiting(format!("{server} is starting or stopping")),
            ("53300", _) => waiting(format!(
                "{server} has no free connection: raise its max_connections, or lower DB_POOL_SIZE"
            )),
            // PgBouncer has one code for all errors, and its texts are never translated.
            ("08P01", _) if is_wrong_at_pooler(message) => permanent(format!(
                "the pooler at {} refuses: {said}; correct DATABASE_URL",
                self.address()
            )),
            ("28000", _) => permanent(format!("{server} refuses {user}: {said}")),
            _ => waiting(format!("{server} refuses the connection: {said} ({code})")),
        }
    }

    fn other(&self, error: &(dyn Error + 'static)) -> Refusal {
        let chain: Vec<&(dyn Error + 'static)> =
            std::iter::successors(Some(error), |&error| error.source()).collect();
        let texts: Vec<String> = chain.iter().map(ToString::to_string).collect();
        let says = |text: &str| texts.iter().any(|one| one.contains(text));
        let (server, address) = (self.server(), self.address());
        let kind = chain
            .iter()
            .find_map(|error| error.downcast_ref::<io::Error>())
            .map(io::Error::kind);
        if says("does not support TLS") || says("TLS upgrade required by connect options") {
            return permanent(format!(
                "{server} speaks no TLS, which sslmode={} asks for: turn it on there, or write \
                 ?sslmode=disable in DATABASE_URL",
                self.ssl_mode().unwrap_or("require")
            ));
        }
        if says("invalid peer certificate") || says("certificate") {
            let about_name = says("NotValidForName") || says("not valid for name");
            return permanent(match about_name {
                true => format!(
                    "the certificate of {server} is for another name: write the name that it has as \
                     the host in DATABASE_URL, or ?sslmode=require to check none"
                ),
                false => format!(
                    "the certificate of {server} is not trusted: name its authority's file by \
                     ?sslrootcert=… in DATABASE_URL, or write ?sslmode=require to check none"
                ),
            });
        }
        if says("password missing") {
            return permanent(format!(
                "{server} asks for a password: DATABASE_URL has none"
            ));
        }
        if says("lookup address") {
            return waiting(format!(
                "the host name {} is not known: correct it in DATABASE_URL, or start what has it",
                self.host()
            ));
        }
        match kind {
            Some(io::ErrorKind::ConnectionRefused) => waiting(format!(
                "nothing listens at {address}: start PostgreSQL there, or correct host and port in \
                 DATABASE_URL"
            )),
            Some(io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => waiting(format!(
                "the socket at {address} cannot be opened: start PostgreSQL there, or correct the \
                 host in DATABASE_URL"
            )),
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof) => waiting(
                format!("{address} ends the connection before it says anything: is it PostgreSQL?"),
            ),
            // These are texts of the drivers. Errors of the server are in `Cause::Answer`.
            _ => waiting(format!(
                "{server} cannot be reached: {}",
                one_line(texts.last().map_or("", String::as_str))
            )),
        }
    }
}

fn is_wrong_at_pooler(message: &str) -> bool {
    const WRONG: [&str; 4] = [
        "no such database",
        "no such user",
        "password authentication failed",
        "unsupported startup parameter",
    ];
    WRONG.iter().any(|text| message.contains(text))
}

pub(super) fn permanent(sentence: String) -> Refusal {
    Refusal {
        sentence,
        is_permanent: true,
    }
}

fn waiting(sentence: String) -> Refusal {
    Refusal {
        sentence,
        is_permanent: false,
    }
}

/// The text without line breaks and control characters, cut off after the longest length.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|one: char| one.is_whitespace() || one.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let mut line = words.join(" ");
    if line.len() > MAX_TEXT_BYTES {
        let end = (0..=MAX_TEXT_BYTES)
            .rev()
            .find(|&at| line.is_char_boundary(at));
        line.truncate(end.unwrap_or(0));
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> DatabaseUrl {
        "postgresql://app:s3cret@db.example:5433/shop?sslmode=require"
            .parse()
            .expect("a URL")
    }

    #[test]
    fn answers_are_told_in_words_and_waited_for_where_that_helps() {
        for (code, routine, message, words, is_permanent) in [
            ("3D000", None, "", "no database \"shop\"", true),
            ("28P01", None, "", "password of user \"app\"", true),
            (
                "28000",
                Some("InitializeSessionUserId"),
                "",
                "no user \"app\" that may log in",
                true,
            ),
            (
                "28000",
                Some("ClientAuthentication"),
                "",
                "pg_hba.conf",
                true,
            ),
            ("28000", None, "x", "refuses user \"app\": x", true),
            ("42501", None, "", "GRANT CONNECT", true),
            ("55000", None, "", "ALLOW_CONNECTIONS", true),
            ("57P03", None, "", "starting", false),
            ("53300", None, "", "DB_POOL_SIZE", false),
            (
                "08P01",
                None,
                "no such database: shop",
                "no such database: shop",
                true,
            ),
            (
                "08P01",
                None,
                "server login failed",
                "server login failed (08P01)",
                false,
            ),
            (
                "XX000",
                None,
                "Tenant or\nuser not found",
                "Tenant or user not found (XX000)",
                false,
            ),
        ] {
            let cause = Cause::Answer {
                code,
                routine,
                message,
            };
            let refusal = url().refusal(&cause);
            let line = refusal.to_string();
            assert!(line.contains(words), "{code}: {line}");
            assert_eq!(refusal.is_permanent, is_permanent, "{code}");
            assert!(
                line.contains("db.example:5433") && !line.contains("s3cret"),
                "{line}"
            );
            assert_eq!(line.lines().count(), 1, "{line}");
        }
    }

    #[test]
    fn drivers_errors_are_told_by_their_causes() {
        for (error, words, is_permanent) in [
            (
                io::Error::other("server does not support TLS"),
                "sslmode=require asks for",
                true,
            ),
            (
                io::Error::other("invalid peer certificate: UnknownIssuer"),
                "sslrootcert",
                true,
            ),
            (
                io::Error::other("invalid peer certificate: NotValidForName"),
                "another name",
                true,
            ),
            (
                io::Error::other("password missing"),
                "asks for a password",
                true,
            ),
            (
                io::Error::other("failed to lookup address information: x"),
                "db.example is not known",
                false,
            ),
            (
                io::ErrorKind::ConnectionRefused.into(),
                "nothing listens at db.example:5433",
                false,
            ),
            (
                io::ErrorKind::UnexpectedEof.into(),
                "is it PostgreSQL?",
                false,
            ),
            (
                io::Error::other("something\nelse"),
                "cannot be reached: something else",
                false,
            ),
        ] {
            let refusal = url().refusal(&Cause::Other(&error));
            assert!(refusal.to_string().contains(words), "{refusal}");
            assert_eq!(refusal.is_permanent, is_permanent, "{refusal}");
        }
        let refusal = url().refusal(&Cause::Silence(5));
        assert!(refusal.to_string().contains("within 5 s") && !refusal.is_permanent);
    }
}
