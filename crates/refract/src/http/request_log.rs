//! Request ids, one log line for each request, errors and panics as responses, and 5xx errors as
//! events for Sentry.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
    time::Instant,
};

use futures_util::FutureExt;
use poem::{
    Endpoint, EndpointExt, IntoResponse, PathPattern, Request, Response, Result,
    endpoint::BoxEndpoint,
    http::{HeaderValue, Method, StatusCode, Uri, header::HeaderName, uri::PathAndQuery},
};
use poem_openapi::{
    OpenApi,
    registry::{MetaApi, Registry},
};
use sentry::{SentryFutureExt, TransactionContext, protocol::SpanStatus};

use crate::{
    error::Error,
    settings::Settings,
    telemetry::{Report, report},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const MAX_REQUEST_ID_BYTES: usize = 128;
const UNMATCHED: &str = "unmatched";

/// Writes an error as the response of the front that owns the path. It is given the path and the
/// request's id.
pub(crate) type RenderError = fn(&Error, &str, &str) -> Response;

/// Logs requests and renders their errors.
pub(crate) struct RequestLog<E> {
    render: RenderError,
    reports: bool,
    traces: bool,
    max_body_bytes: usize,
    inner: E,
}

/// The facts about a request while it runs.
struct Context {
    method: Method,
    id: String,
    route: OnceLock<Arc<str>>,
    reports: bool,
}

impl Context {
    /// Sets the route's pattern as soon as it is known. After a panic it could not be found.
    fn enter(&self, route: &Arc<str>) {
        if self.route.set(route.clone()).is_ok() && self.reports {
            self.report().put_on_scope();
        }
    }

    fn route(&self) -> &str {
        self.route.get().map_or(UNMATCHED, |route| route)
    }

    fn report(&self) -> Report<'_> {
        Report {
            method: self.method.as_str(),
            route: self.route(),
            request_id: &self.id,
        }
    }
}

impl<E> RequestLog<E> {
    pub(crate) fn new(settings: &Settings, render: RenderError, inner: E) -> Self {
        Self {
            render,
            reports: settings.telemetry.sentry_dsn.is_some(),
            traces: settings.telemetry.sentry_traces_sample_rate > 0.0,
            max_body_bytes: settings.server.max_body_bytes,
            inner,
        }
    }
}

impl<E: Endpoint> Endpoint for RequestLog<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let started = Instant::now();
        trim_trailing_slash(&mut request);
        let context = Arc::new(Context {
            method: request.method().clone(),
            id: request_id(&request),
            route: OnceLock::new(),
            reports: self.reports,
        });
        request.set_data(context.clone());
        let uri = request.uri().clone();
        let answer = async {
            let trace = (self.reports && self.traces).then(|| {
                sentry::start_transaction(TransactionContext::new(UNMATCHED, "http.server"))
            });
            let mut response = self.answer(request, &context, uri.path()).await;
            let status = response.status().as_u16();
            if let Some(trace) = trace {
                trace.set_name(&format!("{} {}", context.method, context.route()));
                trace.set_status(if status < 500 {
                    SpanStatus::Ok
                } else {
                    SpanStatus::InternalError
                });
                trace.finish();
            }
            let duration_ms = started.elapsed().as_secs_f64() * 1000.0;
            tracing::info!(
                method = context.method.as_str(),
                route = context.route(),
                status,
                duration_ms,
                request_id = context.id,
                "request"
            );
            if let Ok(id) = HeaderValue::from_str(&context.id) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
            if context.method == "HEAD" {
                // hyper omits the body of a HEAD response in HTTP/1.1 and sends it in HTTP/2.
                response.set_body(());
            }
            response
        };
        if self.reports {
            // With a separate hub, breadcrumbs of one request do not show in another's event.
            let hub = Arc::new(sentry::Hub::new_from_top(sentry::Hub::current()));
            Ok(answer.bind_hub(hub).await)
        } else {
            Ok(answer.await)
        }
    }
}

impl<E: Endpoint> RequestLog<E> {
    async fn answer(&self, request: Request, context: &Context, path: &str) -> Response {
        let outcome = AssertUnwindSafe(self.inner.call(request))
            .catch_unwind()
            .await;
        let error = match outcome {
            Ok(Ok(output)) => {
                let response = output.into_response();
                if let Some(PathPattern(route)) = response.data::<PathPattern>() {
                    context.enter(route);
                }
                return response;
            }
            Ok(Err(error)) => error,
            Err(_) => {
                // The panic hook has logged the panic and sent it to Sentry, with its backtrace.
                let error = Error::internal("panic");
                return (self.render)(&error, path, &context.id);
            }
        };
        if let Some(PathPattern(route)) = error.data::<PathPattern>() {
            context.enter(route);
        }
        // poem passes some responses as errors.
        if error.is_from_response() {
            return error.into_response();
        }
        let error = match error.downcast_ref::<Error>() {
            Some(_) => error.downcast::<Error>().unwrap_or_else(Error::internal),
            None => from_framework(&error, context.method.as_str(), self.max_body_bytes),
        };
        if is_failure(&error) {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                request_id = context.id,
                route = context.route(),
                code = error.kind().code,
                "the request failed"
            );
            if self.reports {
                report(&error, context.report());
            }
        }
        (self.render)(&error, path, &context.id)
    }
}

/// Whether an error is a failure of this server or its database. Only those are logged as errors
/// and reported. All others appear in the request's own line.
fn is_failure(error: &Error) -> bool {
    match error {
        // A feature that the database lacks is the caller's to avoid. A refusal under load is no
        // failure. Drift is reported once, when it is found.
        Error::NotImplemented { .. }
        | Error::Overloaded
        | Error::TooManyBodies
        | Error::TooManyConnections
        | Error::UnsupportedVersion
        | Error::Busy { .. }
        | Error::OutOfService { .. } => false,
        Error::OfOperation { source, .. } => is_failure(source),
        _ => error.kind().status.is_server_error(),
    }
}

/// Endpoints of poem-openapi that set their route before they run. `prefix` is the beginning of all
/// their paths.
pub(crate) struct Routed<T> {
    pub(crate) prefix: &'static str,
    pub(crate) api: T,
}

impl<T: OpenApi> OpenApi for Routed<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, table: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let mut own = HashMap::new();
        self.api.add_routes(&mut own);
        for (path, methods) in own {
            let route: Arc<str> = format!("{}{path}", self.prefix).into();
            let methods = methods.into_iter().map(|(method, endpoint)| {
                let route = route.clone();
                let noting = endpoint.before(move |request| {
                    let route = route.clone();
                    async move {
                        enter(&request, &route);
                        Ok(request)
                    }
                });
                (method, noting.boxed())
            });
            table.entry(path).or_default().extend(methods);
        }
    }
}

/// The framework's errors as errors of the API.
fn from_framework(error: &poem::Error, method: &str, max_body_bytes: usize) -> Error {
    match error.status() {
        StatusCode::NOT_FOUND => Error::RouteNotFound,
        // The API's own routes report their methods themselves. Routes of poem only read.
        StatusCode::METHOD_NOT_ALLOWED => Error::MethodNotAllowed {
            method: method.to_owned(),
            allowed: "GET, HEAD",
        },
        StatusCode::PAYLOAD_TOO_LARGE => Error::BodyTooLarge {
            limit_bytes: max_body_bytes,
        },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMediaType {
            found: "what was sent".to_owned(),
        },
        status if status.is_client_error() => Error::BadRequest {
            reason: error.to_string(),
        },
        // A framework error has only its own text, which holds no row values.
        _ => Error::internal(error.to_string()),
    }
}

/// Sets the route of a request as soon as an endpoint has it.
pub(crate) fn enter(request: &Request, route: &Arc<str>) {
    if let Some(context) = request.data::<Arc<Context>>() {
        context.enter(route);
    }
}

/// The caller's request id where it is valid in a header and a log line, else a new one.
fn request_id(request: &Request) -> String {
    request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| {
            !id.is_empty()
                && id.len() <= MAX_REQUEST_ID_BYTES
                && id.bytes().all(|byte| byte.is_ascii_graphic())
        })
        .map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// Removes a trailing slash, which does not change the meaning of a path.
fn trim_trailing_slash(request: &mut Request) {
    let path = request.uri().path();
    if path.len() < 2 || !path.ends_with('/') {
        return;
    }
    let trimmed = path.trim_end_matches('/');
    let trimmed = if trimmed.is_empty() { "/" } else { trimmed };
    let target = match request.uri().query() {
        Some(query) => format!("{trimmed}?{query}"),
        None => trimmed.to_owned(),
    };
    if let Ok(target) = target.parse::<PathAndQuery>() {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(target);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
}
