//! The typed front, `/api/v1`, with health, diagnostics and documentation.

mod diagnostics;
mod docs;
mod health;
pub mod openapi;
mod pages;
pub(crate) mod problem;
mod resources;
mod schema;

use std::sync::Arc;

use poem::Route;
use poem_openapi::{OpenApi, OpenApiService};

use crate::{
    app::{App, Endpoints},
    http::request_log::Routed,
};

/// The prefix of the typed front's paths.
pub const PREFIX: &str = "/api/v1";

/// The typed front. Its type does not depend on the app's own endpoints, so that the engine, and not
/// each sidecar, compiles what surrounds them.
pub(crate) type Front = resources::Resources<Route>;

/// Serves the resources, the app's own endpoints, health and documentation.
pub(crate) fn front<O: OpenApi + 'static>(app: &Arc<App>, endpoints: Endpoints<O>) -> Front {
    let mut routes = Route::new()
        .nest(PREFIX, written_by_hand(app, endpoints))
        .at("/health", poem::get(health::Health(app.clone())));
    for (path, page) in pages::routes(app) {
        routes = routes.at(path, page);
    }
    if app.settings.server.docs {
        let pages = docs::routes(app, endpoints);
        routes = pages
            .into_iter()
            .fold(routes, |routes, (path, page)| routes.at(path, page));
    }
    resources::Resources::new(app, routes)
}

/// The OpenAPI document, for `refract openapi`.
pub fn document<O: OpenApi + 'static>(
    app: &Arc<App>,
    endpoints: Endpoints<O>,
    form: Option<openapi::Form>,
) -> serde_json::Value {
    document_for(
        app,
        endpoints,
        openapi::Reader::Program(form),
        openapi::Part::Whole,
    )
}

fn document_for<O: OpenApi>(
    app: &Arc<App>,
    endpoints: Endpoints<O>,
    reader: openapi::Reader,
    part: openapi::Part,
) -> serde_json::Value {
    openapi::document(
        &app.catalog,
        &app.settings,
        app.db.database(),
        &written_by_hand(app, endpoints).spec(),
        (reader, part),
    )
}

type Fixed = (
    health::HealthApi,
    schema::SchemaApi,
    diagnostics::DiagnosticsApi,
);

/// The endpoints that poem-openapi's macros describe: the engine's and the app's own.
fn written_by_hand<O: OpenApi>(
    app: &Arc<App>,
    endpoints: Endpoints<O>,
) -> OpenApiService<Routed<(Fixed, O)>, ()> {
    let fixed = (
        health::HealthApi::new(app),
        schema::SchemaApi::new(app),
        diagnostics::DiagnosticsApi::new(app),
    );
    let routed = Routed {
        prefix: PREFIX,
        api: (fixed, endpoints(app)),
    };
    OpenApiService::new(routed, "Refract", env!("CARGO_PKG_VERSION"))
}
