//! Cross-origin requests from the origins of `BACKEND_CORS_ORIGINS`.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Middleware, Request, Response, Result,
    http::header::{HeaderValue, ORIGIN},
    middleware,
};

/// Answers preflights and adds CORS headers for known origins. Others are served without them:
/// it is the browser that refuses, and same-origin requests carry an `Origin` too.
pub(super) struct Cors<E: Endpoint> {
    origins: Vec<HeaderValue>,
    any: bool,
    inner: Arc<E>,
    allowing: <middleware::Cors as Middleware<Arc<E>>>::Output,
}

impl<E: Endpoint> Cors<E> {
    pub(super) fn new(origins: &[String], inner: E) -> Self {
        let inner = Arc::new(inner);
        let any = origins.iter().any(|origin| origin == "*");
        let mut allowing = middleware::Cors::new().expose_headers([
            "content-profile",
            "content-range",
            "etag",
            "location",
            "retry-after",
            "x-request-id",
        ]);
        if !any {
            allowing = allowing.allow_origins(origins).allow_credentials(true);
        }
        Self {
            origins: origins
                .iter()
                .filter_map(|origin| HeaderValue::from_str(origin).ok())
                .collect(),
            any,
            allowing: allowing.transform(inner.clone()),
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for Cors<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let known = request
            .headers()
            .get(ORIGIN)
            .is_some_and(|origin| self.any || self.origins.contains(origin));
        if known {
            Box::pin(self.allowing.call(request))
                .await
                .map(IntoResponse::into_response)
        } else {
            self.inner
                .call(request)
                .await
                .map(IntoResponse::into_response)
        }
    }
}
