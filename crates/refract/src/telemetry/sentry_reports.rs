//! Events for Sentry, and their contents.

use reflect::Difference;
use sentry::{
    ClientInitGuard, ClientOptions, Level,
    protocol::{Event, Request},
};
use sentry_tracing::BreadcrumbLayer;
use tracing::Subscriber;
use tracing_subscriber::{Layer, filter::LevelFilter, registry::LookupSpan};

use crate::settings::{Environment, TelemetrySettings};

/// Most differences that an event lists. Another app's database has hundreds.
const MAX_DIFFERENCES: usize = 50;

/// The failed request of an event.
#[derive(Debug, Clone, Copy)]
pub struct Report<'request> {
    pub method: &'request str,
    /// The route's pattern, never the URL: URLs hold keys and filters.
    pub route: &'request str,
    pub request_id: &'request str,
}

pub(super) fn start(
    settings: &TelemetrySettings,
    environment: Environment,
) -> Option<ClientInitGuard> {
    let dsn = settings.sentry_dsn.clone()?;
    let options = ClientOptions::new()
        .release(concat!("refract@", env!("CARGO_PKG_VERSION")))
        .environment(environment.name())
        .traces_sample_rate(settings.sentry_traces_sample_rate)
        .send_default_pii(false)
        .before_send(|event| Some(without_secrets(event)));
    Some(sentry::init((dsn, options)))
}

/// Adds log lines as breadcrumbs to the next event. A line does not become an event itself:
/// [`report`] sends one for each failure.
pub(super) fn breadcrumbs<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    BreadcrumbLayer::new().with_filter(LevelFilter::INFO)
}

/// Sends a failed request as an event: the chain of errors, the route, the request id.
///
/// Does nothing without a DSN.
pub fn report(error: &(dyn std::error::Error + 'static), request: Report<'_>) {
    let mut event = sentry::event_from_error(error);
    describe(&mut event, request);
    sentry::capture_event(event);
}

/// Sends drift as one event. The differences name the schema and never rows.
///
/// Does nothing without a DSN.
pub fn report_drift(differences: &[&Difference]) {
    let harmful = differences.iter().filter(|one| one.harmful).count();
    let level = if harmful > 0 {
        Level::Error
    } else {
        Level::Warning
    };
    let listed: Vec<_> = differences
        .iter()
        .take(MAX_DIFFERENCES)
        .map(|one| one.to_string().into())
        .collect();
    sentry::capture_event(Event {
        level,
        message: Some("the live schema differs from the entities".to_owned()),
        fingerprint: vec!["schema-drift".into()].into(),
        extra: [
            ("differences".to_owned(), differences.len().into()),
            ("harmful".to_owned(), harmful.into()),
            ("listed".to_owned(), serde_json::Value::Array(listed)),
        ]
        .into(),
        ..Event::default()
    });
}

/// Sends one event about a catalog that could not be read again. The reason names the schema and
/// never rows.
///
/// Does nothing without a DSN.
pub fn report_reload(reason: &str) {
    sentry::capture_event(Event {
        level: Level::Error,
        message: Some("the schema has changed, and no catalog can be made of it".to_owned()),
        fingerprint: vec!["catalog-reload".into()].into(),
        extra: [("reason".to_owned(), reason.into())].into(),
        ..Event::default()
    });
}

impl Report<'_> {
    /// Puts the request on the current scope, for the event of a panic.
    pub fn put_on_scope(self) {
        let (method, route, id) = (
            self.method.to_owned(),
            self.route.to_owned(),
            self.request_id.to_owned(),
        );
        sentry::configure_scope(|scope| {
            scope.add_event_processor(move |mut event| {
                let request = Report {
                    method: &method,
                    route: &route,
                    request_id: &id,
                };
                describe(&mut event, request);
                Some(event)
            });
        });
    }
}

fn describe(event: &mut Event<'static>, request: Report<'_>) {
    event.transaction = Some(format!("{} {}", request.method, request.route));
    event
        .tags
        .insert("route".to_owned(), request.route.to_owned());
    event
        .tags
        .insert("request_id".to_owned(), request.request_id.to_owned());
    event.request = Some(Request {
        method: Some(request.method.to_owned()),
        ..Request::default()
    });
}

/// Removes what the SDK may have collected by itself.
fn without_secrets(mut event: Event<'static>) -> Event<'static> {
    event.user = None;
    if let Some(request) = &mut event.request {
        request.headers.clear();
        request.cookies = None;
        request.data = None;
        request.query_string = None;
        request.url = None;
        request.env.clear();
    }
    event
}
