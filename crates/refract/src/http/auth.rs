//! Checks the key: callers must present `SECRET_KEY` where it is set. Outside `local` it must be
//! set.
//!
//! Roles, tokens and row policies would belong here: what a caller may do is decided once, before
//! routing.

use std::sync::Arc;

use poem::{Endpoint, IntoResponse, Request, Response, Result, http::header::AUTHORIZATION};

use crate::{
    access::{Claims, Principal, Role, USER},
    error::Error,
    settings::{Access, Environment, Settings},
};

/// Paths that need no key, since monitoring has none.
const PUBLIC: [&str; 3] = ["/health", "/api/v1/health", "/api/v1/utils/health-check"];

/// Whether a path reports the health of the process.
pub(crate) fn is_health(path: &str) -> bool {
    PUBLIC.contains(&path)
}

/// Whether a path is a page or a part of one. None holds anything of the database: a browser cannot
/// present the key when it opens a page, so that the page's scripts do it. `/` says without the key no
/// more than that the process lives.
fn is_page(path: &str, is_local: bool) -> bool {
    let is_data = || path == "/data" || path.starts_with("/data/");
    path == "/" || is_local && (path == "/errors" || path.starts_with("/assets/") || is_data())
}

/// Whether a request may know what callers with access know.
pub(crate) fn admits(access: &Access, request: &Request) -> bool {
    match access {
        Access::Open => true,
        Access::Key(key) => presented(request).is_some_and(|candidate| key.matches(candidate)),
    }
}

/// Refuses requests without the key.
pub(crate) struct Auth<E> {
    access: Access,
    is_local: bool,
    inner: E,
}

impl<E> Auth<E> {
    pub(crate) fn new(settings: &Settings, inner: E) -> Self {
        Self {
            access: settings.server.access.clone(),
            is_local: settings.environment == Environment::Local,
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for Auth<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path();
        if !admits(&self.access, &request) && !is_health(path) && !is_page(path, self.is_local) {
            return Err(Error::Unauthorized.into());
        }
        let principal = principal(&request)?;
        let mut request = request;
        request.extensions_mut().insert(principal);
        self.inner
            .call(request)
            .await
            .map(IntoResponse::into_response)
    }
}

/// The header with which the app's backend says for whom it asks.
const CLAIMS: &str = "refract-claims";

/// The caller that the request acts for.
fn principal(request: &Request) -> Result<Arc<Principal>> {
    let Some(header) = request.headers().get(CLAIMS) else {
        return Ok(Principal::service());
    };
    let claims: Claims =
        serde_json::from_slice(header.as_bytes()).map_err(|_| Error::BadRequest {
            reason: "Refract-Claims is not a JSON object".to_owned(),
        })?;
    let role = claims
        .get("role")
        .and_then(|role| role.as_str())
        .unwrap_or(USER);
    Ok(Arc::new(Principal {
        role: Role::of(role),
        claims,
    }))
}

/// The key in `Authorization: Bearer` or, as supabase-js sends it, in `apikey`.
fn presented(request: &Request) -> Option<&[u8]> {
    let bearer = request.headers().get(AUTHORIZATION).and_then(|value| {
        let (scheme, key) = value.as_bytes().split_at_checked(7)?;
        scheme
            .eq_ignore_ascii_case(b"bearer ")
            .then(|| key.trim_ascii())
    });
    bearer.or_else(|| {
        request
            .headers()
            .get("apikey")
            .map(|value| value.as_bytes())
    })
}
