//! Stories over HTTP: a real server on a port of its own, a real client, real databases.
//!
//! `make test` runs them on a throwaway PostgreSQL; `support` has the vocabulary. Tests of an
//! endpoint are filed by its URL under `api/`; what cuts across endpoints has its own file.

mod endpoints;
#[cfg(sample_app)]
#[path = "../../src/endpoints/example.rs"]
mod example;
mod support;

mod access;
mod api;
mod authentication;
mod both_prismas;
mod browser;
mod browser_requests;
mod client_filters;
mod compression;
mod connections;
mod database_schemas;
mod drift;
#[cfg(sample_app)]
mod example_endpoints;
mod framework_errors;
mod golden;
mod hostile_input;
mod live_catalog;
mod load;
mod outages;
mod partitions;
mod postgrest;
mod prisma;
mod prisma8;
mod quoting;
mod random_schemas;
mod reflection;
mod slow_clients;
mod sqlite;
mod too_many_connections;
mod unread_bodies;
mod urls;
mod views;
mod writes;

/// The endpoints that every story's server has beside those of the engine.
#[cfg(sample_app)]
fn endpoints_of_an_app(
    app: &std::sync::Arc<refract::App>,
) -> (endpoints::Endpoints, example::Endpoints) {
    (endpoints::endpoints(app), example::Endpoints::new(app))
}
#[cfg(not(sample_app))]
use endpoints::endpoints as endpoints_of_an_app;
