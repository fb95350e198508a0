//! The typed front, `/api/v1`, and what surrounds it: access, health, diagnostics, documentation.
//!
//! HTTP comes in here and goes out here; nothing below knows of it.

mod accept_encoding;
mod access;
mod compress;
mod cors;
mod diagnostics;
mod docs;
mod etag;
mod gate;
mod headers;
mod health;
pub(crate) mod media;
mod observe;
pub mod openapi;
mod problem;
pub(crate) mod refused;
mod resources;
mod schema;
mod unread_body;
mod whole_body;

use std::{sync::Arc, time::Instant};

use poem::{Endpoint, Response, Route};
use poem_openapi::{OpenApi, OpenApiService};

use crate::{
    catalog::Catalog, db::Db, drift::Drift, postgrest, query::sql::Statements, settings::Settings,
};

pub(crate) use access::is_health;
pub(crate) use headers::text as header_text;
pub(crate) use observe::enter;

/// Where the typed front lives.
pub const PREFIX: &str = "/api/v1";

/// What every request shares.
pub struct App {
    pub catalog: Arc<Catalog>,
    pub db: Db,
    pub statements: Statements,
    pub settings: Settings,
    pub drift: Drift,
    /// When the process began to serve.
    pub started: Instant,
}

/// Makes an app's own endpoints; see docs/endpoints.md.
pub type Own<O> = fn(&Arc<App>) -> O;

/// The whole HTTP surface.
pub fn endpoint<O: OpenApi + 'static>(
    app: Arc<App>,
    own: Own<O>,
) -> impl Endpoint<Output = Response> + 'static {
    let mut routes = Route::new()
        .nest(PREFIX, written_by_hand(&app, own))
        .at("/health", poem::get(health::Health(app.clone())))
        .at("/errors", docs::errors());
    if app.settings.server.docs {
        let pages = docs::routes(&app, own);
        routes = pages
            .into_iter()
            .fold(routes, |routes, (path, page)| routes.at(path, page));
    }
    let resources = resources::Resources::new(&app, routes);
    let fronts = postgrest::Rest::new(&app, resources);
    let whole = whole_body::WholeBody::new(&app.settings.server, fronts);
    // Host, origin and key are looked at before a body is read.
    let guarded = access::Guard::new(app.settings.server.access.clone(), whole);
    let gated = gate::Gate::new(&app.settings, guarded);
    let readable = refused::Refusals(gated);
    let compressed = compress::Compression::new(app.settings.server.compression, readable);
    let observed = observe::Observe::new(&app.settings, compressed);
    let cleared = unread_body::UnreadBodies(observed);
    cors::Cors::new(&app.settings, cleared)
}

/// The OpenAPI document, for `refract openapi`.
pub fn document<O: OpenApi + 'static>(app: &Arc<App>, own: Own<O>) -> serde_json::Value {
    document_for(app, own, openapi::Reader::Program)
}

fn document_for<O: OpenApi>(
    app: &Arc<App>,
    own: Own<O>,
    reader: openapi::Reader,
) -> serde_json::Value {
    openapi::document(
        &app.catalog,
        &app.settings,
        app.db.database(),
        &written_by_hand(app, own).spec(),
        reader,
    )
}

type Fixed = (
    health::HealthApi,
    schema::SchemaApi,
    diagnostics::DiagnosticsApi,
);

/// The endpoints that poem-openapi's macros describe: ours and the app's own.
fn written_by_hand<O: OpenApi>(
    app: &Arc<App>,
    own: Own<O>,
) -> OpenApiService<observe::Routed<(Fixed, O)>, ()> {
    let fixed = (
        health::HealthApi::new(app),
        schema::SchemaApi::new(app),
        diagnostics::DiagnosticsApi::new(app),
    );
    OpenApiService::new(
        observe::Routed((fixed, own(app))),
        "Refract",
        env!("CARGO_PKG_VERSION"),
    )
}
