//! Checks that a `postgresql://` URL can be read in one way only, and extracts the parts that may be
//! shown.
//!
//! Parsers disagree about a password with an unescaped `@`, `#`, `/` or `?`: the rest of it becomes
//! the host, and so is logged. Such a URL is refused before any parser sees it.

use url::Url;

use super::DatabaseUrlError;

/// The parts of a URL that may be shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) user: Option<String>,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) database: Option<String>,
}

const DEFAULT_PORT: u16 = 5432;

/// Checks the part of a URL before its `?`, and the part after it.
pub(super) fn check(base: &str, query: Option<&str>) -> Result<Shown, DatabaseUrlError> {
    let text = || base.chars().chain(query.unwrap_or_default().chars());
    if let Some(blank) = text().find(|one| one.is_whitespace() || one.is_control()) {
        return Err(DatabaseUrlError::Blank {
            encoded: if blank == ' ' { "%20" } else { "%0A" },
        });
    }
    let (_, rest) = base.split_once("://").ok_or(DatabaseUrlError::NotAUrl)?;
    if text().any(|one| one == '#') {
        return Err(ambiguous('#', "%23"));
    }
    if query.is_some_and(|query| query.contains('@')) {
        // A `?` in the password ended it, unless the `@` is in the value of a parameter.
        return Err(match rest.contains('@') {
            false => ambiguous('?', "%3F"),
            true => ambiguous('@', "%40"),
        });
    }
    let (authority, path) = match rest.split_once('/') {
        Some((authority, path)) => (authority, path),
        None => (rest, ""),
    };
    if path.contains('@') {
        return Err(match authority.contains('@') {
            false => ambiguous('/', "%2F"),
            true => ambiguous('@', "%40"),
        });
    }
    let (user_info, server) = match authority.rsplit_once('@') {
        Some((user_info, _)) if user_info.contains('@') => return Err(ambiguous('@', "%40")),
        Some((user_info, server)) => (Some(user_info), server),
        None => (None, authority),
    };
    if !is_encoded(base) || !query.is_none_or(is_encoded) {
        return Err(DatabaseUrlError::PercentEncoding);
    }
    let (host, port) = host_and_port(server)?;
    if host.is_empty() && !(user_info.is_none() && names_host(query)) {
        return Err(DatabaseUrlError::NoHost);
    }
    // The URL is parsed to check the host only. Serialising it again would change its encoding.
    Url::parse(base).map_err(|reason| DatabaseUrlError::Malformed { reason })?;
    let user = user_info.map(|user_info| user_info.split(':').next().unwrap_or_default());
    Ok(Shown {
        user: user.filter(|user| !user.is_empty()).map(decoded),
        host: decoded(host),
        port,
        database: Some(path).filter(|path| !path.is_empty()).map(decoded),
    })
}

fn ambiguous(character: char, encoded: &'static str) -> DatabaseUrlError {
    DatabaseUrlError::Ambiguous { character, encoded }
}

fn is_encoded(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    parts.all(|part| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

fn host_and_port(server: &str) -> Result<(&str, u16), DatabaseUrlError> {
    let (host, port) = match server.starts_with('[') {
        true => {
            let end = server.find(']').ok_or(DatabaseUrlError::Bracket)?;
            let (host, port) = server.split_at(end + 1);
            (
                host,
                port.strip_prefix(':')
                    .or(port.is_empty().then_some(""))
                    .ok_or(DatabaseUrlError::Bracket)?,
            )
        }
        false if server.contains(['[', ']']) => return Err(DatabaseUrlError::Bracket),
        false => server.split_once(':').unwrap_or((server, "")),
    };
    let port = match port {
        "" => DEFAULT_PORT,
        digits => digits
            .parse()
            .ok()
            .filter(|port| *port > 0 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .ok_or(DatabaseUrlError::Port)?,
    };
    Ok((host, port))
}

/// Whether a parameter names the folder of a socket.
fn names_host(query: Option<&str>) -> bool {
    let mut parameters = query.unwrap_or_default().split('&');
    parameters.any(|parameter| {
        parameter
            .strip_prefix("host=")
            .is_some_and(|host| !host.is_empty())
    })
}

fn decoded(text: &str) -> String {
    // Outside of the query, a plus sign is not a blank.
    let pair = format!("_={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    let text = pairs.next().map(|(_, text)| text.into_owned());
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::DatabaseUrl;

    fn refused(text: &str) -> String {
        let error = text.parse::<DatabaseUrl>().expect_err(text).to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
        for secret in ["s3cr", "w/rd", "ss#", "w0rd", "hunter"] {
            assert!(!error.contains(secret), "{error}");
        }
        error
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused_with_its_encoding() {
        for (text, character, encoded) in [
            ("postgresql://u:p@ss#w/rd@host/db", "`#`", "%23"),
            ("postgresql://u:p@ss/w0rd@host/db", "`@`", "%40"),
            ("postgresql://u:p@ssw0rd@host/db", "`@`", "%40"),
            ("postgresql://u:s3cr/w0rd@host/db", "`/`", "%2F"),
            ("postgresql://u:s3cr?w0rd@host/db", "`?`", "%3F"),
            ("postgresql://u:s3cr?w0rd@host/db?schema=a", "`?`", "%3F"),
            ("postgresql://u:p@s3cr?w0rd@host/db", "`@`", "%40"),
            ("postgresql://u:s3cr#w0rd@host/db", "`#`", "%23"),
            ("postgresql://u:p@host/db#s3cret", "`#`", "%23"),
            ("postgresql://u:p@host/db?schema=a#s3cret", "`#`", "%23"),
            ("postgresql://u:s3cr w0rd@host/db", "blank", "%20"),
            ("postgresql://u:s3cr\nw0rd@host/db", "blank", "%0A"),
            ("postgresql://u:s3cr%w0rd@host/db", "`%`", "%25"),
            ("postgresql://u:s3cr%4@host/db", "`%`", "%25"),
            ("postgresql://u:s3cr%", "`%`", "%25"),
        ] {
            let error = refused(text);
            assert!(
                error.contains(character) && error.contains(encoded),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn what_leads_nowhere_is_refused() {
        for (text, word) in [
            ("postgresql://u:hunter2@/db", "host"),
            ("postgresql:///db", "host"),
            ("postgresql://", "host"),
            ("postgresql://u:hunter2@:5432/db", "host"),
            ("postgresql:u:hunter2@host/db", "postgresql://"),
            ("postgresql://u:hunter2@host:0/db", "port"),
            ("postgresql://u:hunter2@host:65536/db", "port"),
            ("postgresql://u:hunter2@host:+1/db", "port"),
            ("postgresql://u:hunter2", "port"),
            ("postgresql://u:hunter2@[::1/db", "["),
            ("postgresql://u:hunter2@[::1]x/db", "["),
            ("postgresql://u:hunter2@a[1]/db", "["),
            ("postgresql://u:hunter2@a<b/db", "URL"),
        ] {
            let error = refused(text);
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn what_has_one_meaning_is_taken_as_it_is() {
        for text in [
            "postgresql://u:p:w@host/db",
            "postgres://u:p%40ss%23w%2Frd%3F%25@host:5433/db",
            "postgresql://u:!$&'()*+,;=~_-.@host/db",
            "postgresql://u:é^|{}\"<>\\`@host/db",
            "postgresql://host",
            "postgresql://u@[::1]:6543/db",
            "postgresql:///db?host=/run/postgresql",
            "postgresql://u@%2Frun%2Fpostgresql/db",
            "postgresql://u:@host/my%20db",
            "postgresql://u:p@host:/db",
        ] {
            let url: DatabaseUrl = text
                .parse()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(url.as_str().split('?').next(), text.split('?').next());
        }
    }
}
