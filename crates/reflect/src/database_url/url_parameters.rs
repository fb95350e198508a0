//! The query part of a `DATABASE_URL`. Only some parameters are passed on to the driver.

/// Parameters that sqlx and tokio-postgres both understand. All others are dropped, because every
/// version of Prisma adds some.
const POSTGRES: [&str; 5] = ["sslmode", "application_name", "options", "host", "port"];

/// sqlx's own parameters for SQLite.
const SQLITE: [&str; 4] = ["mode", "cache", "immutable", "vfs"];

/// The parameters in their order. Values are percent-encoded.
pub(super) struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    pub(super) fn parse(text: Option<&'a str>) -> Self {
        Self(
            text.unwrap_or_default()
                .split('&')
                .filter_map(|parameter| parameter.split_once('='))
                .collect(),
        )
    }

    /// The decoded value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(key, _)| *key == name)?;
        let pair = format!("{name}={value}");
        url::form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
            .filter(|value| !value.is_empty())
    }

    /// The comma-separated values of a parameter.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.get(name)
            .unwrap_or_default()
            .split(',')
            .map(|item| item.trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect()
    }

    pub(super) fn for_postgres(&self, base: &str) -> String {
        let kept = self
            .0
            .iter()
            .filter(|(key, _)| POSTGRES.contains(key))
            .map(|(key, value)| {
                // tokio-postgres has no `allow`, `verify-ca` and `verify-full`.
                match (*key, *value) {
                    ("sslmode", "allow") => "sslmode=prefer".to_owned(),
                    ("sslmode", "verify-ca" | "verify-full") => "sslmode=require".to_owned(),
                    (key, value) => format!("{key}={value}"),
                }
            });
        join(base, kept)
    }

    pub(super) fn for_sqlite(&self, path: &str) -> String {
        if path == ":memory:" {
            return "sqlite::memory:".to_owned();
        }
        let mode = match self.get("mode").as_deref() {
            Some("ro") => "mode=ro",
            Some("memory") => "mode=memory",
            _ => "mode=rw",
        };
        let kept = self
            .0
            .iter()
            .filter(|(key, _)| SQLITE.contains(key) && *key != "mode")
            .map(|(key, value)| format!("{key}={value}"));
        join(
            &format!("sqlite:{path}"),
            std::iter::once(mode.to_owned()).chain(kept),
        )
    }
}

fn join(base: &str, parameters: impl Iterator<Item = String>) -> String {
    let query = parameters.collect::<Vec<_>>().join("&");
    if query.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{query}")
    }
}
