//! The database of `DATABASE_URL` or `POSTGRES_*`, for the server and for `make orm` alike.

use super::{DatabaseUrl, EXAMPLE};

const DEFAULT_PORT: u16 = 5432;
const DEFAULT_USER: &str = "postgres";
const EXAMPLE_SERVER: &str = "localhost";

/// A setting that is wrong or missing. Never contains a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}; example: {variable}={example}")]
pub struct DatabaseSettingError {
    pub variable: &'static str,
    pub problem: String,
    pub example: &'static str,
}

impl DatabaseUrl {
    /// The database of `DATABASE_URL`, else of `POSTGRES_SERVER`, `_PORT` (5432), `_USER`
    /// (`postgres`), `_PASSWORD` (not set) and `_DB` (the user's name). `None` where neither is given.
    ///
    /// `setting` returns the text of a variable that is set and not empty.
    ///
    /// # Errors
    ///
    /// The first variable that is wrong, or that is missing although others are set.
    pub fn from_settings<'a>(
        setting: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Option<Self>, DatabaseSettingError> {
        let wrong = |variable, problem, example| DatabaseSettingError {
            variable,
            problem,
            example,
        };
        if let Some(text) = setting("DATABASE_URL") {
            return text
                .parse()
                .map(Some)
                .map_err(|error: super::DatabaseUrlError| {
                    wrong("DATABASE_URL", error.to_string(), EXAMPLE)
                });
        }
        let Some(server) = setting("POSTGRES_SERVER") else {
            let given = ["POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"]
                .into_iter()
                .find(|name| setting(name).is_some());
            return match given {
                None => Ok(None),
                Some(name) => Err(wrong(
                    "POSTGRES_SERVER",
                    format!("is missing although {name} is set"),
                    EXAMPLE_SERVER,
                )),
            };
        };
        let port = match setting("POSTGRES_PORT") {
            None => DEFAULT_PORT,
            Some(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| {
                    let problem = format!("`{text}` is not a number from 1 to {}", u16::MAX);
                    wrong("POSTGRES_PORT", problem, "5432")
                })?,
        };
        let user = setting("POSTGRES_USER").unwrap_or(DEFAULT_USER);
        let database = setting("POSTGRES_DB").unwrap_or(user);
        built(server, port, user, setting("POSTGRES_PASSWORD"), database)
            .map(Some)
            .ok_or_else(|| {
                let problem = format!("`{server}` is not a host name");
                wrong("POSTGRES_SERVER", problem, EXAMPLE_SERVER)
            })
    }
}

fn built(
    server: &str,
    port: u16,
    user: &str,
    password: Option<&str>,
    database: &str,
) -> Option<DatabaseUrl> {
    // An IPv6 address has brackets in a URL, but not in a variable.
    let host = match server.parse::<std::net::Ipv6Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => server.to_owned(),
    };
    // These characters would begin another part of the URL.
    if host.contains(['@', '/', '?', '#', '%']) || (host.contains(':') && !host.starts_with('[')) {
        return None;
    }
    let password = password.map(|password| format!(":{}", escaped(password)));
    let url = format!(
        "postgresql://{}{}@{host}:{port}/{}",
        escaped(user),
        password.unwrap_or_default(),
        escaped(database)
    );
    url.parse().ok()
}

/// Percent-encodes every character that has a meaning in a URL.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(settings: &[(&str, &'static str)]) -> Result<Option<String>, DatabaseSettingError> {
        let found = DatabaseUrl::from_settings(|name| {
            let setting = settings.iter().find(|(known, _)| *known == name);
            setting.map(|(_, value)| *value)
        })?;
        Ok(found.map(|url| url.as_str().to_owned()))
    }

    #[test]
    fn the_url_comes_before_its_parts_and_nothing_is_nothing() {
        let parts = ("POSTGRES_SERVER", "elsewhere");
        assert_eq!(
            url(&[parts, ("DATABASE_URL", "postgresql://a@b/c")]),
            Ok(Some("postgresql://a@b/c".to_owned()))
        );
        assert_eq!(url(&[]), Ok(None));
    }

    #[test]
    fn parts_have_defaults() {
        assert_eq!(
            url(&[("POSTGRES_SERVER", "db.example")]),
            Ok(Some(
                "postgresql://postgres@db.example:5432/postgres".to_owned()
            ))
        );
        assert_eq!(
            url(&[
                ("POSTGRES_SERVER", "::1"),
                ("POSTGRES_PORT", "6543"),
                ("POSTGRES_USER", "app")
            ]),
            Ok(Some("postgresql://app@[::1]:6543/app".to_owned()))
        );
    }

    #[test]
    fn a_password_may_hold_anything() {
        assert_eq!(
            url(&[
                ("POSTGRES_SERVER", "db"),
                ("POSTGRES_USER", "a%41"),
                ("POSTGRES_PASSWORD", "p@ss:/?#%41 [x]\n'é"),
                ("POSTGRES_DB", "shop/1?@"),
            ]),
            Ok(Some(
                "postgresql://a%2541:p%40ss%3A%2F%3F%23%2541%20%5Bx%5D%0A%27%C3%A9@db:5432/shop%2F1%3F%40"
                    .to_owned()
            ))
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let variable = |settings: &[(&str, &'static str)]| {
            url(settings).expect_err("is wrong").variable.to_owned()
        };
        assert_eq!(variable(&[("POSTGRES_USER", "app")]), "POSTGRES_SERVER");
        for server in ["a b", "a:5433", "u@a", "a/b", "postgresql://a", "[::1"] {
            assert_eq!(variable(&[("POSTGRES_SERVER", server)]), "POSTGRES_SERVER");
        }
        let port = [("POSTGRES_SERVER", "db"), ("POSTGRES_PORT", "0")];
        assert_eq!(variable(&port), "POSTGRES_PORT");
        assert_eq!(variable(&[("DATABASE_URL", "mysql://db")]), "DATABASE_URL");
    }
}
