//! Cross-origin requests from the origins of `BACKEND_CORS_ORIGINS`.

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Result,
    endpoint::BoxEndpoint,
    http::{
        Method,
        header::{
            ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue,
            ORIGIN, VARY,
        },
    },
    middleware,
};

use super::same_origin::Rules;
use crate::settings::Settings;

/// Response headers that scripts may read, besides those that CORS always allows.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "content-profile,content-range,etag,link,location,preference-applied,retry-after,x-request-id,x-total-count",
);

/// The origins in `BACKEND_CORS_ORIGINS`.
pub(crate) struct Origins {
    listed: Vec<HeaderValue>,
    any: bool,
}

impl Origins {
    pub(super) fn of(origins: &[String]) -> Self {
        let listed = origins.iter();
        Self {
            listed: listed
                .filter_map(|origin| HeaderValue::from_str(origin).ok())
                .collect(),
            any: origins.iter().any(|origin| origin == "*"),
        }
    }

    pub(super) fn contain(&self, origin: &HeaderValue) -> bool {
        self.any || self.listed.contains(origin)
    }
}

/// Answers preflights and adds CORS headers for known origins. Requests from others are served
/// without the headers: the browser refuses to show the response, and same-origin requests carry an
/// `Origin` too.
///
/// It is outside of `http::request_log`, so that errors have the headers as well. poem's middleware
/// answers only the preflights here: it would turn errors into plain text and overwrite `Vary`.
pub(crate) struct Cors<E> {
    origins: Origins,
    rules: Rules,
    preflight: BoxEndpoint<'static>,
    inner: E,
}

impl<E: Endpoint> Cors<E> {
    pub(crate) fn new(settings: &Settings, inner: E) -> Self {
        let listed = &settings.server.cors_origins;
        let origins = Origins::of(listed);
        let mut preflight = middleware::Cors::new();
        if !origins.any {
            preflight = preflight.allow_origins(listed).allow_credentials(true);
        }
        Self {
            origins,
            rules: Rules::of(settings),
            preflight: poem::endpoint::make_sync(|_| ()).with(preflight).boxed(),
            inner,
        }
    }

    fn known_origin(&self, request: &Request) -> Option<HeaderValue> {
        let mut lines = request.headers().get_all(ORIGIN).iter();
        let origin = lines.next().filter(|_| lines.next().is_none())?;
        self.origins.contain(origin).then(|| origin.clone())
    }

    fn allow(&self, origin: HeaderValue, headers: &mut HeaderMap) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if !self.origins.any {
            let allowed = HeaderValue::from_static("true");
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, allowed);
        }
    }
}

impl<E: Endpoint> Endpoint for Cors<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let known = self.known_origin(&request);
        // A preflight for another host is refused further inside, where errors are rendered.
        if known.is_some() && is_preflight(&request) && self.rules.check(&request).is_ok() {
            return Box::pin(self.preflight.call(request)).await;
        }
        let mut response = self.inner.call(request).await?.into_response();
        if let Some(origin) = known {
            self.allow(origin, response.headers_mut());
        }
        if !self.origins.listed.is_empty() {
            // Caches must not serve the response for one origin to another.
            response.headers_mut().append(VARY, ORIGIN.into());
        }
        Ok(response)
    }
}

/// An `OPTIONS` that asks for a method: <https://fetch.spec.whatwg.org/#cors-preflight-request>.
fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .get(ACCESS_CONTROL_REQUEST_METHOD)
            .is_some_and(|method| Method::from_bytes(method.as_bytes()).is_ok())
}
