//! Checks which host a request is addressed to, and in `local` which web page has sent it.
//!
//! Every program on a developer's machine can reach a process there, and a browser runs scripts of
//! foreign web pages. Such a page can send requests to this port without the browser's consent
//! check (forms, images, `fetch` with `no-cors`). With a DNS name that it points at 127.0.0.1 (DNS
//! rebinding), it can also read the responses, as they are then of its own origin. Browsers send
//! the name in `Host`, and the page's origin in `Sec-Fetch-Site` and `Origin`, which no page can
//! change. Programs other than browsers send neither of the latter two.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv6Addr},
};

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{
        HeaderName, HeaderValue, Method,
        header::{HOST, ORIGIN},
    },
};

use super::{auth, cors::Origins};
use crate::{
    error::Error,
    settings::{AllowedHosts, Environment, Settings},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// Pages that a person reads in a browser and may reach by a link on another site.
const PAGES: [&str; 5] = ["/", "/data", "/docs", "/redoc", "/errors"];
/// Most characters of a host in an error message.
const MAX_SHOWN_CHARS: usize = 100;

/// Refuses requests that are meant for another host, or that a foreign page has sent.
pub(crate) struct SameOrigin<E> {
    rules: Rules,
    inner: E,
}

impl<E> SameOrigin<E> {
    pub(crate) fn new(settings: &Settings, inner: E) -> Self {
        Self {
            rules: Rules::of(settings),
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for SameOrigin<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        self.rules.check(&request)?;
        self.inner
            .call(request)
            .await
            .map(IntoResponse::into_response)
    }
}

/// The hosts and origins that are allowed.
pub(crate) struct Rules {
    is_local: bool,
    hosts: AllowedHosts,
    /// The address that the process listens on.
    bound: IpAddr,
    origins: Origins,
}

impl Rules {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            is_local: settings.environment == Environment::Local,
            hosts: settings.server.allowed_hosts.clone(),
            bound: settings.server.host,
            origins: Origins::of(&settings.server.cors_origins),
        }
    }

    /// # Errors
    /// [`Error::ForeignHost`], [`Error::ForeignOrigin`].
    pub(super) fn check(&self, request: &Request) -> Result<(), Error> {
        if self.is_local {
            self.check_host(request)?;
            return self.check_page(request);
        }
        // Monitoring uses any address of the process.
        if self.hosts.is_empty() || auth::is_health(request.uri().path()) {
            return Ok(());
        }
        self.check_host(request)
    }

    /// HTTP/2 has the host in `:authority`, and so have requests to proxies of HTTP/1.1. Where
    /// there are several hosts, each must be allowed.
    fn check_host(&self, request: &Request) -> Result<(), Error> {
        let refuse = |host: &[u8]| Error::ForeignHost { host: shown(host) };
        let mut is_named = false;
        let authority = request.uri().authority();
        let authority = authority.map(|authority| authority.as_str().as_bytes());
        let lines = request.headers().get_all(HOST).iter();
        for text in lines.map(HeaderValue::as_bytes).chain(authority) {
            let host = host_of(text).ok_or_else(|| refuse(text))?;
            if !self.is_own(&host, request) && !self.hosts.contains(&host) {
                return Err(refuse(host.as_bytes()));
            }
            is_named = true;
        }
        match is_named {
            true => Ok(()),
            // Clients must send it: RFC 9112, 3.2.
            false => Err(refuse(b"")),
        }
    }

    /// Whether a host is this machine, or the address at which the request arrived.
    fn is_own(&self, host: &str, request: &Request) -> bool {
        if host == "localhost" || host.ends_with(".localhost") {
            return true;
        }
        let Ok(address) = host.parse::<IpAddr>() else {
            return false;
        };
        let address = address.to_canonical();
        let reached = request.local_addr().as_socket_addr();
        address.is_loopback()
            || address == self.bound.to_canonical()
            || reached.is_some_and(|reached| reached.ip().to_canonical() == address)
    }

    /// Refuses requests of pages of another origin, unless the origin is listed.
    fn check_page(&self, request: &Request) -> Result<(), Error> {
        let headers = request.headers();
        let mut known = false;
        for origin in headers.get_all(ORIGIN) {
            known = self.origins.contain(origin) || is_of(origin, request);
            if !known {
                return Err(Error::ForeignOrigin {
                    origin: Some(shown(origin.as_bytes())),
                });
            }
        }
        // `same-site` is another port of this machine, or another name below the same one.
        let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
        let is_foreign = sites.any(|site| site != "same-origin" && site != "none");
        if is_foreign && !known && !follows_a_link(request) {
            return Err(Error::ForeignOrigin { origin: None });
        }
        Ok(())
    }
}

/// Whether a person follows a link to a page. The linking page learns nothing from that, and no page
/// can be framed (`api::docs`, `api::pages`).
fn follows_a_link(request: &Request) -> bool {
    let says = |name: HeaderName, value: &str| {
        let mut lines = request.headers().get_all(name).iter();
        lines.next().is_some_and(|line| line == value) && lines.next().is_none()
    };
    matches!(*request.method(), Method::GET | Method::HEAD)
        && says(SEC_FETCH_MODE, "navigate")
        && says(SEC_FETCH_DEST, "document")
        && is_page(request.uri().path())
}

fn is_page(path: &str) -> bool {
    PAGES.contains(&path) || path.starts_with("/data/")
}

/// Whether an origin is that of the request's own host.
fn is_of(origin: &HeaderValue, request: &Request) -> bool {
    let Some(origin) = origin.as_bytes().strip_prefix(b"http://") else {
        return false;
    };
    let authority = request.uri().authority();
    let authority = authority.map(|authority| authority.as_str().as_bytes());
    let mut lines = request.headers().get_all(HOST).iter();
    let host = lines.next().map(HeaderValue::as_bytes).or(authority);
    let without_port = |text: &'_ [u8]| text.strip_suffix(b":80").map_or(text.len(), <[u8]>::len);
    host.is_some_and(|host| {
        let (origin, host) = (&origin[..without_port(origin)], &host[..without_port(host)]);
        origin.eq_ignore_ascii_case(host)
    })
}

/// The host of `host[:port]`: a name in lower case, or an address as Rust prints it.
fn host_of(authority: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(authority).ok()?;
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            let address: Ipv6Addr = address.parse().ok()?;
            (Cow::Owned(address.to_string()), port)
        }
        None => {
            let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            let name = name.strip_suffix('.').unwrap_or(name);
            let is_name = !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
            if !is_name {
                return None;
            }
            let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                true => Cow::Owned(name.to_ascii_lowercase()),
                false => Cow::Borrowed(name),
            };
            (name, port)
        }
    };
    let is_port = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    is_port.then_some(host)
}

/// The text of a header, for an error message.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let letters = text.chars().filter(|letter| !letter.is_control());
    letters.take(MAX_SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_authority() {
        for (authority, host) in [
            ("localhost:8000", Some("localhost")),
            ("LocalHost.", Some("localhost")),
            ("[::1]:8000", Some("::1")),
            ("[0:0::1]", Some("::1")),
            ("127.0.0.1:", Some("127.0.0.1")),
            ("", None),
            (":8000", None),
            ("a@localhost", None),
            ("localhost:80x", None),
            ("localhost, evil.example", None),
            ("[localhost]", None),
            ("evil.example/localhost", None),
        ] {
            assert_eq!(
                host_of(authority.as_bytes()).as_deref(),
                host,
                "{authority}"
            );
        }
    }
}
