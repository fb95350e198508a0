//! Checks the key: callers must present `SECRET_KEY` where it is set. Outside `local` it must be
//! set.
//!
//! Roles, tokens and row policies would belong here: what a caller may do is decided once, before
//! routing.

use poem::{Endpoint, IntoResponse, Request, Response, Result, http::header::AUTHORIZATION};

use crate::{error::Error, settings::Access};

/// Paths that need no key, since monitoring has none.
const PUBLIC: [&str; 3] = ["/health", "/api/v1/health", "/api/v1/utils/health-check"];

/// Whether a path reports the health of the process.
pub(crate) fn is_health(path: &str) -> bool {
    PUBLIC.contains(&path)
}

/// Refuses requests without the key.
pub(crate) struct Auth<E> {
    access: Access,
    inner: E,
}

impl<E> Auth<E> {
    pub(crate) fn new(access: Access, inner: E) -> Self {
        Self { access, inner }
    }
}

impl<E: Endpoint> Endpoint for Auth<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if let Access::Key(key) = &self.access
            && !is_health(request.uri().path())
            && !presented(&request).is_some_and(|candidate| key.matches(candidate))
        {
            return Err(Error::Unauthorized.into());
        }
        self.inner
            .call(request)
            .await
            .map(IntoResponse::into_response)
    }
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
