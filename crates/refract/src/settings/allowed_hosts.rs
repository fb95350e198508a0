//! `ALLOWED_HOSTS`: hosts that requests may be addressed to, beside those of this machine.

use std::{fmt, net::IpAddr};

use super::{SettingsError, layers::Source};

/// Hosts of the `Host` header, without the port.
#[derive(Debug, Clone, Default)]
pub struct AllowedHosts(Vec<Allowed>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowed {
    /// `*`
    Any,
    /// A name in lower case, or an address.
    This(String),
    /// `*.example.com`: any name that ends with this text, which begins with a dot.
    Below(String),
}

impl AllowedHosts {
    pub(super) fn read(source: &Source) -> Result<Self, SettingsError> {
        let names = source.list("ALLOWED_HOSTS");
        let hosts = names.iter().map(|name| {
            allowed(name).ok_or_else(|| {
                SettingsError::new(
                    "ALLOWED_HOSTS",
                    format!(
                        "`{name}` is not the name or address of a host, without scheme and port"
                    ),
                    "refract,*.internal.example.com",
                )
            })
        });
        hosts.collect::<Result<_, _>>().map(Self)
    }

    /// Whether no host is listed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a host is listed. It is a name in lower case, or an address in Rust's format.
    pub fn contains(&self, host: &str) -> bool {
        self.0.iter().any(|allowed| match allowed {
            Allowed::Any => true,
            Allowed::This(this) => this == host,
            Allowed::Below(end) => host.len() > end.len() && host.ends_with(end.as_str()),
        })
    }
}

fn allowed(name: &str) -> Option<Allowed> {
    let name = name.to_ascii_lowercase();
    if name == "*" {
        return Some(Allowed::Any);
    }
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Some(Allowed::This(address.to_string()));
    }
    let (below, name) = match name.strip_prefix('*') {
        Some(rest) => (true, rest.strip_prefix('.')?),
        None => (false, name.as_str()),
    };
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_name.then(|| match below {
        true => Allowed::Below(format!(".{name}")),
        false => Allowed::This(name.to_owned()),
    })
}

impl fmt::Display for AllowedHosts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, allowed) in self.0.iter().enumerate() {
            if place > 0 {
                out.write_str(",")?;
            }
            match allowed {
                Allowed::Any => out.write_str("*")?,
                Allowed::This(name) => out.write_str(name)?,
                Allowed::Below(end) => write!(out, "*{end}")?,
            }
        }
        Ok(())
    }
}
