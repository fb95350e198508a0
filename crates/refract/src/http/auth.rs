//! Decides who asks, once and before routing. The request carries the answer in its extensions.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{
        HeaderValue,
        header::{AUTHORIZATION, CACHE_CONTROL, VARY},
    },
};

use crate::{
    access::{Principal, Role},
    error::Error,
    identity::Identity,
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

/// Finds out who asks, and refuses requests whose caller is not known.
pub(crate) struct Auth<E> {
    identity: Arc<Identity>,
    is_local: bool,
    inner: E,
}

impl<E> Auth<E> {
    pub(crate) fn new(settings: &Settings, identity: Arc<Identity>, inner: E) -> Self {
        Self {
            identity,
            is_local: settings.environment == Environment::Local,
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for Auth<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let path = request.uri().path();
        let principal = if is_health(path) || is_page(path, self.is_local) {
            // They tell nothing of the database. What they tell depends on the key.
            Principal::service()
        } else {
            match self.identity.principal(&request).await? {
                Some(principal) => principal,
                None => return Err(Error::Unauthorized.into()),
            }
        };
        let has_policies = principal.role != Role::Service;
        request.extensions_mut().insert(principal);
        let answer = self.inner.call(request).await;
        let mut answer = answer.map(IntoResponse::into_response)?;
        if has_policies {
            keep_to_caller(&mut answer);
        }
        Ok(answer)
    }
}

/// Says that an answer is for its caller: a cache between must not give it to another one.
fn keep_to_caller(answer: &mut Response) {
    let headers = answer.headers_mut();
    let private = HeaderValue::from_static("private");
    headers.entry(CACHE_CONTROL).or_insert(private);
    let presented = HeaderValue::from_static("Authorization, apikey, Refract-Claims");
    headers.append(VARY, presented);
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
