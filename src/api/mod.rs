//! The typed front, `/api/v1`, and what surrounds it: access, health, diagnostics, documentation.
//!
//! HTTP comes in here and goes out here; nothing below knows of it.

mod access;
mod cors;
mod diagnostics;
mod docs;
mod health;
mod observe;
pub mod openapi;
pub use docs::document;
mod problem;
mod resources;
mod schema;

use std::{sync::Arc, time::Instant};

use poem::{Endpoint, Response, Route};
use poem_openapi::OpenApiService;

use crate::{backend::Backend, catalog::Catalog, drift::Drift, settings::Settings};

/// Where the typed front lives.
pub const PREFIX: &str = "/api/v1";

/// What every request shares.
pub struct App {
    pub catalog: Arc<Catalog>,
    pub backend: Backend,
    pub settings: Settings,
    pub drift: Drift,
    /// When the process began to serve.
    pub started: Instant,
}

/// The whole HTTP surface.
pub fn endpoint(app: Arc<App>) -> impl Endpoint<Output = Response> + 'static {
    let mut routes = Route::new()
        .nest(PREFIX, resources::routes(&app).nest("/", fixed(&app)))
        .at("/health", poem::get(health::Health(app.clone())));
    if app.settings.server.docs {
        routes = docs::add(routes, &app);
    }
    let guarded = access::Guard::new(app.settings.server.access.clone(), routes);
    let shared = cors::Cors::new(&app.settings.server.cors_origins, guarded);
    observe::Observe::new(&app.settings, shared)
}

/// The endpoints written by hand, and their part of the OpenAPI document.
///
/// An app's own endpoints go here: an `#[OpenApi]` struct with the typed entities, see README.md.
type Fixed = (
    health::HealthApi,
    schema::SchemaApi,
    diagnostics::DiagnosticsApi,
);

fn fixed(app: &Arc<App>) -> OpenApiService<Fixed, ()> {
    let apis = (
        health::HealthApi::new(app),
        schema::SchemaApi::new(app),
        diagnostics::DiagnosticsApi::new(app),
    );
    OpenApiService::new(apis, "Refract", env!("CARGO_PKG_VERSION"))
}
